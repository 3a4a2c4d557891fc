"""Ports of this machine that cannot be had, said to a person."""

import errno


def taken(port: int, error: OSError) -> str:
    """The sentence about a port that could not be bound."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program."
    return f"Port {port} cannot be had ({error.strerror})."
