"""Program `medley`: it can be stopped in order from its first moment on, and to its last."""

import os
import signal
import sys

from cli.stopping import ASKED_BY, INTERRUPTED, stoppable

LAST_STREAM = 2  # number of stderr


def main() -> None:
    """Run the command line.

    Raises:
        SystemExit: with the exit status.
    """
    _open_streams()
    try:
        with stoppable():
            from cli.main import app  # takes long: nothing heavier is imported before

            app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    finally:
        for number in ASKED_BY:  # all that is left is the end of the process
            signal.signal(number, signal.SIG_IGN)
        _drop_unread()


def _open_streams() -> None:
    """Put a null file where a shell closed one of the first three (`2>&-`): what is opened next would be in its place,
    and be written to."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= LAST_STREAM:
        os.set_inheritable(number, True)
    os.close(number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - to the end


def _drop_unread() -> None:
    """Throw away what was said to somebody who has gone: Python would end with a status of its own, 120, for it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    main()
