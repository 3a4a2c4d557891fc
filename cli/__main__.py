"""Program `medley`: it can be stopped in order from its first moment on, and to its last."""

import signal

from cli.stopping import ASKED_BY, INTERRUPTED, stoppable


def main() -> None:
    """Run the command line.

    Raises:
        SystemExit: with the exit status.
    """
    try:
        with stoppable():
            from cli.main import app  # takes long: nothing heavier is imported before

            app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    finally:
        for number in ASKED_BY:  # all that is left is the end of the process
            signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
