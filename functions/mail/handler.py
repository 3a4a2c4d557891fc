"""Sends mail: SQS `mail` -> SES. What a mail says is made here, and the secret of a link in it.

One that is not taken at the moment is postponed; one that never will be, is logged and given up.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import limits, tracing
from medley.aws.mail import SesMailer
from medley.aws.queues import DelayedRetry, Postpone
from medley.contracts.mail import SendMail
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime import sqs
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import TimeOrderedIds
from medley.services.mail import Post
from medley.settings import SiteSettings

MARGIN_S = 2 * limits.LOCK_S  # seconds that one more mail may take


@dataclass(frozen=True)
class Dependencies:
    post: Post
    hand_back: sqs.DelayedRetry | None
    postpone: sqs.Postpone | None
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    pool = engine()
    post = Post(
        unit_of_work=lambda: SqlUnitOfWork(pool),
        mailer=SesMailer.from_environment(),
        ids=TimeOrderedIds(),
        secrets=RandomSecrets(),
        site_url=SiteSettings().url,
    )
    return Dependencies(post, DelayedRetry.from_environment(), Postpone.from_environment(), logger("mail"))


@tracing.follow(None, "mail")
def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Send the mails of an SQS event."""
    deps = deps or dependencies()
    return sqs.process(
        event,
        context,
        lambda body: _send(body, deps),
        hand_back=deps.hand_back,
        postpone=deps.postpone,
        margin_s=MARGIN_S,
    )


def _send(body: str, deps: Dependencies) -> None:
    wanted = SendMail.model_validate_json(body)
    sent = deps.post.send(wanted)
    deps.logger.info("mail", extra={"template": wanted.template, "cause": str(wanted.cause), "sent": sent})
