"""One log for a function: JSON lines on standard output, ours and Powertools' alike, each with its `trace_id`.

The embedded cloud shows the same lines in a form for people.
"""

import logging
from functools import cache
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.filters import SuppressFilter

from medley import tracing

_OURS: Final = "medley"
_RUNTIME: Final = "awslambdaric"  # Lambda's runtime client, which has a handler of its own


@cache
def logger(service: str) -> Logger:
    """The logger of the function `service`, which from now on also writes what Medley's modules log.

    Say what a line is about with `with logger.append_context_keys(generation_id=...)`: the keys are then on every
    line written within, by whatever module, and on none after. POWERTOOLS_LOG_LEVEL sets the level (INFO).
    """
    made = Logger(service=service, level=None, utc=True)
    handler = made.registered_handler
    handler.addFilter(_traced)
    modules = logging.getLogger(_OURS)
    modules.handlers = [handler]
    modules.setLevel(made.log_level)
    for other in logging.getLogger().handlers:
        if type(other).__module__.startswith(_RUNTIME):  # it would print each line again
            other.addFilter(SuppressFilter(_OURS))
    return made


def _traced(record: logging.LogRecord) -> bool:
    """Have a line say of which trace it is."""
    if (number := tracing.trace_id()) is not None:
        record.trace_id = number
    return True
