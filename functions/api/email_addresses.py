"""Email addresses: however one is written, it is stored and looked up in one spelling."""

from email_validator import EmailNotValidError, EmailSyntaxError, validate_email

from medley.domain.accounts import normalise_email
from medley.limits import EMAIL_CHARACTERS


def address_of(text: str) -> str:
    """The one spelling of an address. Normalised first: what is checked is what is stored.

    Raises:
        EmailNotValidError: it is none, or longer than one can be (RFC 5321).
    """
    written = normalise_email(text)
    if len(written) > EMAIL_CHARACTERS:
        raise EmailSyntaxError("The email address is too long.")
    return validate_email(written, check_deliverability=False, allow_smtputf8=False, strict=True).normalized


def attempted_address(text: str) -> str:
    """What an attempt to sign in is counted against: the address or, where it is none, as much as may be one."""
    try:
        return address_of(text)
    except EmailNotValidError:
        return normalise_email(text)[:EMAIL_CHARACTERS]
