"""Bodies of accounts: signing up, in and out, and who one is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from email_validator import EmailNotValidError
from pydantic import AfterValidator, ConfigDict, Field, StrictBool
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from functions.api.email_addresses import address_of
from functions.api.schemas.base import Input, Name, Text, View, at_least
from medley.domain.accounts import Language, Role, Theme, User
from medley.limits import (
    EMAIL_CHARACTERS,
    MAIL_LINK_S,
    PASSWORD_CHARACTERS_MAX,
    PASSWORD_CHARACTERS_MIN,
)

TOKEN_CHARACTERS = 200  # ours have 43
USER_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0a01"
USER_EXAMPLE: JsonDict = {
    "id": USER_ID,
    "email": "ada@example.com",
    "name": "Ada",
    "email_verified": True,
    "role": "user",
    "language": "en",
    "theme": "system",
    "mail_on_end": False,
    "created_at": "2026-11-20T09:30:00Z",
}


def _address(text: str) -> str:
    try:
        return address_of(text)
    except EmailNotValidError as error:
        raise PydanticCustomError("email", "Not an email address: {reason}", {"reason": str(error)}) from error


EmailAddress = Annotated[
    Text,
    Field(max_length=EMAIL_CHARACTERS),  # before it is read
    AfterValidator(_address),
    Field(description="Stored in lower case.", json_schema_extra={**at_least(3), "format": "email"}),
]


NewPassword = Annotated[
    Text,
    Field(
        description="Characters of any kind; not the address, not one of the well-known ones.",
        max_length=PASSWORD_CHARACTERS_MAX,
        json_schema_extra=at_least(PASSWORD_CHARACTERS_MIN),
    ),
]
PersonName = Annotated[Name, Field(description="One line.")]
OldPassword = Annotated[Text, Field(max_length=PASSWORD_CHARACTERS_MAX)]
LinkToken = Annotated[Text, Field(max_length=TOKEN_CHARACTERS, description="What stands behind `#token=` in the link.")]
PASSWORD_EXAMPLE = "a long and private sentence"  # noqa: S105
TOKEN_EXAMPLE = "Jx3yV7nqk0yB5v1cQ9aZr2sT4uWl6eDg8hFi0kLmNop"  # noqa: S105


class SignUp(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "ada@example.com"}]})

    email: EmailAddress
    language: Language = Field(default=Language.ENGLISH, description="Of the mail.")


class CompleteSignUp(Input):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"token": TOKEN_EXAMPLE, "password": PASSWORD_EXAMPLE, "name": "Ada"}]}
    )

    token: LinkToken
    password: NewPassword
    name: PersonName
    language: Language = Language.ENGLISH


class MailAddress(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "ada@example.com"}]})

    email: EmailAddress


class CompleteReset(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"token": TOKEN_EXAMPLE, "password": PASSWORD_EXAMPLE}]})

    token: LinkToken
    password: NewPassword


class Token(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"token": TOKEN_EXAMPLE}]})

    token: LinkToken


class ChangePassword(Input):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"password": PASSWORD_EXAMPLE, "new_password": "another private sentence"}]}
    )

    password: OldPassword
    new_password: NewPassword


class ChangeEmail(Input):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "ada@example.org", "password": PASSWORD_EXAMPLE}]}
    )

    email: EmailAddress
    password: OldPassword


class PasswordProof(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"password": PASSWORD_EXAMPLE}]})

    password: OldPassword


class ProfileChanges(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Ada L.", "language": "id", "theme": "dark"}]})

    name: PersonName | None = None
    language: Language | None = Field(default=None, description="Of mails, and of pages.")
    theme: Theme | None = None
    mail_on_end: StrictBool | None = Field(default=None, description="Send a mail when a generation ends.")


class LinkSent(View):
    """A mail with a link is on its way, if the address is one that gets it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "ada@example.com", "expires_in_s": MAIL_LINK_S}]}
    )

    email: str
    expires_in_s: int = Field(description="Seconds the link works, once.")


class SignIn(Input):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "ada@example.com", "password": "a long and private sentence"}]}
    )

    email: Text = Field(max_length=EMAIL_CHARACTERS)
    password: Text = Field(max_length=PASSWORD_CHARACTERS_MAX)


class UserView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [USER_EXAMPLE]})

    id: UUID
    email: str
    email_verified: bool = Field(description="They showed that the address is theirs.")
    name: str
    role: Role
    language: Language
    theme: Theme
    mail_on_end: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserView":
        return cls(
            id=user.id,
            email=user.email,
            email_verified=user.email_verified_at is not None,
            name=user.name,
            role=user.role,
            language=user.language,
            theme=user.theme,
            mail_on_end=user.mail_on_end,
            created_at=user.created_at,
        )


class SessionView(View):
    """An access token and whose it is. The refresh token is in a cookie that scripts cannot read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"access_token": "eyJhbGciOiJFZDI1NTE5...", "expires_in_s": 600, "user": USER_EXAMPLE}]
        }
    )

    access_token: str = Field(description="Send it as `Authorization: Bearer <token>`.")
    expires_in_s: int = Field(description="Seconds from now.")
    user: UserView


class TicketView(View):
    """Open `<url>?ticket=<ticket>` within `expires_in_s` seconds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"ticket": "eyJhbGciOiJFZDI1NTE5...", "url": "wss://live.example.com", "expires_in_s": 60}]
        }
    )

    ticket: str
    url: str
    expires_in_s: int
