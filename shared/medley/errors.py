"""Everything Medley raises on purpose.

    MedleyError
    |- Rejected             the caller's fault: 4xx, or a fact and an acknowledgement
    |  |- InvalidInput          422  the request is understood and cannot be done as it stands
    |  |- NotSignedIn           401  no valid session
    |  |- Forbidden             403  signed in, but not for this
    |  |- NotEnoughCredits      402  metadata: required, available, shortfall
    |  |- NotFound              404  unknown, or somebody else's (the two look alike on purpose)
    |  |- Conflict              409  the thing is not in a state that allows this
    |  |- TooLarge              413  over a limit of `medley.limits`
    |  |- TooManyRequests       429  metadata: retry_after_s
    |  `- NotMedia              422  a file that is not a usable clip; the code says why
    |- Unavailable          try again later: 503 with Retry-After, or the queue redelivers
    |  |- StorageUnavailable
    |  |- QueueUnavailable
    |  |- DatabaseUnavailable
    |  |- MailUnavailable
    |  `- AppUnavailable       an app that cannot be used here at the moment
    `- Broken               our fault: 500 and an alarm, or the dead-letter queue
       |- InvariantBroken
       |- SelfTestFailed       a function's own tools do not work: it takes no work, its messages wait
       `- FFmpegFailed

There are three branches because there are three reactions. `code` is stable and never derived from the
message; `metadata` holds JSON values a program can act on.
"""

from typing import Any, ClassVar

from medley.sentences import Sentence


class MedleyError(Exception):
    """Base of all deliberate errors: a stable `code`, a sentence for a person, values for a program.

    A `Sentence` brings its own code and parameters, which are values too.
    """

    default_code: ClassVar[str] = "error"

    def __init__(self, message: str, *, code: str | None = None, **metadata: Any) -> None:
        super().__init__(message)
        said = message if isinstance(message, Sentence) else None
        self.message = message
        self.code = code or (said.code if said is not None else self.default_code)
        self.metadata: dict[str, Any] = {**(said.parameters if said is not None else {}), **metadata}


class Rejected(MedleyError):
    """The caller asked for something that will never work as asked; retrying changes nothing."""

    default_code = "rejected"


class InvalidInput(Rejected):
    default_code = "invalid_input"


class NotSignedIn(Rejected):
    default_code = "not_signed_in"


class Forbidden(Rejected):
    default_code = "forbidden"


class NotEnoughCredits(Rejected):
    default_code = "not_enough_credits"


class NotFound(Rejected):
    default_code = "not_found"


class Conflict(Rejected):
    default_code = "conflict"


class TooLarge(Rejected):
    default_code = "too_large"


class TooManyRequests(Rejected):
    default_code = "too_many_requests"


class NotMedia(Rejected):
    default_code = "not_media"


class Unavailable(MedleyError):
    """Something outside is down or busy; the same call may work later."""

    default_code = "unavailable"


class StorageUnavailable(Unavailable):
    default_code = "storage_unavailable"


class QueueUnavailable(Unavailable):
    default_code = "queue_unavailable"


class MailUnavailable(Unavailable):
    default_code = "mail_unavailable"


class SecretsUnavailable(Unavailable):
    default_code = "secrets_unavailable"


class DatabaseUnavailable(Unavailable):
    default_code = "database_unavailable"


class AppUnavailable(Unavailable):
    default_code = "app_unavailable"


class Broken(MedleyError):
    """A promise of ours does not hold; a person has to look."""

    default_code = "broken"


class PlanDamaged(Broken):
    """The object of a plan is there, and is not what was written."""

    default_code = "plan_damaged"


class InvariantBroken(Broken):
    default_code = "invariant_broken"


class SelfTestFailed(Broken):
    default_code = "self_test_failed"


class FFmpegFailed(Broken):
    default_code = "ffmpeg_failed"
