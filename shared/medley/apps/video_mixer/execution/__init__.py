"""Execution of commands by the worker: segments and sounds are made, and joined into videos."""
