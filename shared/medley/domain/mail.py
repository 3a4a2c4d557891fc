"""Mail: what each one says, in the languages there are. Pure: words in, a mail out."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from medley.domain.accounts import Language
from medley.domain.mail_words import BECAUSE, Words, words_of


@dataclass(frozen=True)
class Mail:
    """One mail, ready to be sent."""

    to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Recipient:
    """Whom a mail is for. `name` is empty where there is no account yet."""

    email: str
    language: Language
    name: str = ""


_PAGE: Final = """\
<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title></head>
<body style="margin:0;padding:24px;background:#f4f4f5;font:16px/1.5 system-ui,sans-serif;color:#18181b">
<div style="max-width:520px;margin:auto;padding:32px;background:#fff;border-radius:12px">
<p style="margin:0 0 24px;font-weight:700">Medley</p>
{body}
<p style="margin:32px 0 0;color:#71717a;font-size:13px">{because}</p>
</div></body></html>
"""
_BUTTON: Final = (
    '<p style="margin:24px 0"><a href="{link}" style="display:inline-block;padding:12px 20px;border-radius:8px;'
    'background:#4f46e5;color:#fff;text-decoration:none">{button}</a></p>\n<p style="font-size:13px;color:#71717a;'
    'word-break:break-all">{link}</p>'
)


def compose(template: str, to: Recipient, values: Mapping[str, str], link: str = "") -> Mail:
    """The mail of a template. `values` are put where its words name them, as text: nothing in them is read as HTML, or
    as a place for other values.

    Args:
        template: a name of `mail_words`.
        values: what the words name, such as `email`.
        link: where the button leads, for templates that have one.
    """
    words = words_of(template, to.language)
    hello = words.hello(to.name)
    said = [part.format_map(values) for part in words.paragraphs]
    because = BECAUSE[to.language].format(email=to.email)
    after = [f"{words.button}: {link}"] if words.button else []
    text = "\n\n".join([hello, *said, *after, f"-- \n{because}"]) + "\n"
    return Mail(to.email, words.subject, text, _page(words, to.language, [hello, *said], because, link))


def _page(words: Words, language: Language, paragraphs: list[str], because: str, link: str) -> str:
    body = [f'<p style="margin:0 0 16px">{escape(each)}</p>' for each in paragraphs]
    if words.button:
        body.append(_BUTTON.format(link=escape(link), button=escape(words.button)))
    return _PAGE.format(
        language=language.value, subject=escape(words.subject), body="\n".join(body), because=escape(because)
    )
