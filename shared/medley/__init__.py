"""Medley: a handful of clips in, hundreds of finished, distinct videos out."""

__version__ = "0.1.0"
