"""The function that sends mail: each cause is told of once, whatever comes twice, late or not at all."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from functions.mail.handler import Dependencies, handle
from medley.contracts.mail import SendMail, Template
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import MailUnavailable, Rejected
from medley.runtime.observability import logger
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import TimeOrderedIds
from medley.services.mail import Post
from tests.flows.events import Context, sqs_event
from tests.flows.fakes import FakeMailer

UnitsOfWork = Callable[[], SqlUnitOfWork]


class FakePostpone:
    """Remembers what was sent anew, and after how long."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, int]] = []

    def __call__(self, _arn: str, body: str, _group: str | None, *, delay_s: int, postponed: int) -> None:
        self.bodies.append((body, delay_s))


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def postpone() -> FakePostpone:
    return FakePostpone()


@pytest.fixture
def deps(unit_of_work: UnitsOfWork, mailer: FakeMailer, postpone: FakePostpone) -> Dependencies:
    post = Post(unit_of_work, mailer, TimeOrderedIds(), RandomSecrets(), "https://app.example.com")
    return Dependencies(post, hand_back=None, postpone=postpone, logger=logger("mail"))


@pytest.fixture
def ada(unit_of_work: UnitsOfWork) -> UUID:
    with unit_of_work() as uow:
        user = uow.accounts.add_user(uuid4(), "ada@example.com", "Ada", "-")
        uow.commit()
    assert user is not None
    return user.id


def send(deps: Dependencies, *wanted: SendMail) -> Any:
    event = sqs_event(*(each.model_dump_json() for each in wanted), queue="mail")
    return handle(event, cast(Any, Context("mail")), deps)


def test_scenario_80_what_is_asked_for_twice_is_sent_once(deps: Dependencies, mailer: FakeMailer, ada: UUID) -> None:
    wanted = SendMail(template=Template.PASSWORD_CHANGED, cause=uuid4(), user_id=ada)
    for _ in range(2):
        assert send(deps, wanted, wanted) == {"batchItemFailures": []}
    assert [mail.to for mail in mailer.sent] == ["ada@example.com"]
    send(deps, wanted.model_copy(update={"cause": uuid4()}))
    assert len(mailer.sent) == 2


def test_scenario_80_one_that_is_not_taken_is_tried_again(
    deps: Dependencies, mailer: FakeMailer, postpone: FakePostpone, engine: Engine
) -> None:
    mailer.fails = [MailUnavailable("Cannot send mail: too many at once")]
    wanted = SendMail(template=Template.SIGN_UP, cause=uuid4(), email="eve@example.com")
    assert send(deps, wanted) == {"batchItemFailures": []}
    assert mailer.sent == []
    [(body, delay_s)] = postpone.bodies
    assert delay_s > 0
    again = SendMail.model_validate_json(body)
    assert send(deps, again) == {"batchItemFailures": []}
    assert mailer.sent == [], "somebody may still be at it"
    with engine.begin() as connection:
        connection.execute(text("UPDATE mails SET claimed_until = now() - interval '1 s'"))
    send(deps, again)
    [mail] = mailer.sent
    assert mail.to == "eve@example.com"


def test_one_that_is_refused_is_given_up(
    deps: Dependencies, mailer: FakeMailer, postpone: FakePostpone, ada: UUID
) -> None:
    mailer.fails = [Rejected("The mail was refused.", code="mail_refused")]
    wanted = SendMail(template=Template.PASSWORD_CHANGED, cause=uuid4(), user_id=ada)
    assert send(deps, wanted) == {"batchItemFailures": []}
    assert (mailer.sent, postpone.bodies) == ([], [])


def test_nobody_is_written_to_who_is_not_there(
    deps: Dependencies, mailer: FakeMailer, ada: UUID, engine: Engine
) -> None:
    reset = SendMail(template=Template.RESET, cause=uuid4(), email="nobody@example.com")
    gone = SendMail(template=Template.PASSWORD_CHANGED, cause=uuid4(), user_id=uuid4())
    assert send(deps, reset, gone) == {"batchItemFailures": []}
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET disabled_at = now()"))
    send(
        deps,
        *(
            SendMail(template=each, cause=uuid4(), email="ada@example.com")
            for each in (Template.RESET, Template.SIGN_UP)
        ),
    )
    assert mailer.sent == []


def test_whoever_has_an_account_reads_it_in_their_language(
    deps: Dependencies, mailer: FakeMailer, ada: UUID, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET language = 'zh'"))
    send(deps, SendMail(template=Template.PASSWORD_CHANGED, cause=uuid4(), user_id=ada))
    send(deps, SendMail(template=Template.SIGN_UP, cause=uuid4(), email="eve@example.com", language="id"))
    assert [mail.subject for mail in mailer.sent] == ["您的 Medley 密码已更改", "Selesaikan pendaftaran Medley"]
