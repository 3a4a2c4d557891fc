"""What botocore raises, said in Medley's words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from medley.errors import MedleyError, Unavailable


def code_of(error: ClientError) -> str:
    """The service's code: `NoSuchKey`; for an answer without a body, as to HEAD, the HTTP status: `404`."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def translated(
    unavailable: type[Unavailable], what: str, known: Mapping[str, MedleyError] | None = None
) -> Iterator[None]:
    """Raise `known[code]` for a service's answer of that code, and `unavailable` for all else botocore raises."""
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        raise (known or {}).get(code) or unavailable(f"{what}: {error}", aws_code=code) from error
    except BotoCoreError as error:
        raise unavailable(f"{what}: {error}") from error
