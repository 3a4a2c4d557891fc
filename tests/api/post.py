"""The post: what the function that sends mail makes of the messages a request left, read as a person would."""

import re
from dataclasses import dataclass
from typing import Any, cast

from functions.api.dependencies import Dependencies
from functions.mail.handler import Dependencies as MailDependencies
from functions.mail.handler import handle
from medley.domain.mail import Mail
from medley.ports.mail import Mailer
from medley.runtime.observability import logger
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import TimeOrderedIds
from medley.services.mail import QUEUE, Post
from tests.flows.events import Context, sqs_event
from tests.flows.fakes import FakeMailer, FakeQueue


@dataclass(frozen=True)
class Received:
    """A mail, and the secret of the link in it; empty if it has none."""

    mail: Mail
    token: str

    @property
    def to(self) -> str:
        return self.mail.to

    @property
    def subject(self) -> str:
        return self.mail.subject


def deliver(deps: Dependencies) -> list[Received]:
    """Send all mails that were asked for; returns them in order."""
    mailer = FakeMailer()
    for message in cast(FakeQueue, deps.queue).take(QUEUE):
        answer = handle(sqs_event(message.body), cast(Any, Context("mail")), mail_function(deps, mailer))
        assert answer == {"batchItemFailures": []}
    return [Received(mail, token_of(mail)) for mail in mailer.sent]


def mail_function(deps: Dependencies, mailer: Mailer) -> MailDependencies:
    """What the function works with."""
    sender = Post(deps.unit_of_work, mailer, TimeOrderedIds(), RandomSecrets(), deps.site.url)
    return MailDependencies(sender, hand_back=None, postpone=None, logger=logger("mail"))


def token_of(mail: Mail) -> str:
    found = re.search(r"#token=([A-Za-z0-9_-]+)", mail.text)
    return found.group(1) if found else ""
