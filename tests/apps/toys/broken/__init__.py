"""A toy app that does not import."""

from a_package_that_is_not_installed import APP

__all__ = ["APP"]
