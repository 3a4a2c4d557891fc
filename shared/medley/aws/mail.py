"""Mail by Amazon SES: `Mailer` of `medley.ports.mail`."""

from typing import Final, Self

from medley.aws import clients
from medley.aws.errors import translated
from medley.domain.mail import Mail
from medley.errors import MailUnavailable, Rejected
from medley.settings import AwsSettings, MailSettings

_REFUSED: Final = ("MessageRejected", "BadRequestException")  # the address, or what it says


class SesMailer:
    """The mails of one sender. Addresses that bounced hard are on the account's suppression list: SES drops theirs."""

    def __init__(self, client: clients.Email, settings: MailSettings) -> None:
        self._client = client
        self._settings = settings

    @classmethod
    def from_environment(cls) -> Self:
        """The sender MAIL_SENDER, at AWS or where MAIL_ENDPOINT_URL says."""
        settings = MailSettings()
        return cls(clients.ses(AwsSettings(), settings.endpoint_url), settings)

    def send(self, mail: Mail) -> None:
        refused = Rejected("The mail was refused.", code="mail_refused")
        with translated(MailUnavailable, "Cannot send mail", dict.fromkeys(_REFUSED, refused)):
            self._client.send_email(
                FromEmailAddress=self._settings.sender,
                Destination={"ToAddresses": [mail.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": mail.text, "Charset": "UTF-8"},
                            "Html": {"Data": mail.html, "Charset": "UTF-8"},
                        },
                    }
                },
            )
