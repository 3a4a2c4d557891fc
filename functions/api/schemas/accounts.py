"""Bodies of accounts: signing up, in and out, and who one is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from email_validator import EmailNotValidError
from pydantic import AfterValidator, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from functions.api.email_addresses import address_of
from functions.api.schemas.base import Input, Text, View
from medley.domain.accounts import User
from medley.limits import EMAIL_CHARACTERS, NAME_CHARACTERS, PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN

USER_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0a01"
USER_EXAMPLE: JsonDict = {
    "id": USER_ID,
    "email": "ada@example.com",
    "name": "Ada",
    "role": "user",
    "created_at": "2026-11-20T09:30:00Z",
}


def _address(text: str) -> str:
    try:
        return address_of(text)
    except EmailNotValidError as error:
        raise PydanticCustomError("email", "Not an email address: {reason}", {"reason": str(error)}) from error


EmailAddress = Annotated[Text, AfterValidator(_address)]


class SignUp(Input):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "ada@example.com", "password": "a long and private sentence", "name": "Ada"}]
        }
    )

    email: EmailAddress = Field(description=f"Up to {EMAIL_CHARACTERS} characters; stored in lower case.")
    password: Text = Field(
        description=f"{PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters of any kind; "
        "not the address, not one of the well-known ones."
    )
    name: Text = Field(description=f"Up to {NAME_CHARACTERS} characters.")


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
    name: str
    role: str
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserView":
        return cls(id=user.id, email=user.email, name=user.name, role=user.role, created_at=user.created_at)


class SessionView(View):
    """An access token and whose it is. The refresh token is in a cookie that scripts cannot read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"access_token": "eyJhbGciOiJFZDI1NTE5...", "expires_in": 600, "user": USER_EXAMPLE}]
        }
    )

    access_token: str = Field(description="Send it as `Authorization: Bearer <token>`.")
    expires_in: int = Field(description="Seconds from now.")
    user: UserView


class TicketView(View):
    """Open `<url>?ticket=<ticket>` within `expires_in` seconds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"ticket": "eyJhbGciOiJFZDI1NTE5...", "url": "wss://live.example.com", "expires_in": 60}]
        }
    )

    ticket: str
    url: str
    expires_in: int
