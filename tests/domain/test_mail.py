"""What mails say: in every language, and never more than their words."""

import pytest

from medley.contracts.mail import Template
from medley.domain.accounts import Language
from medley.domain.mail import Recipient, compose
from medley.domain.mail_words import templates, words_of

VALUES = {"site": "https://app.example.com", "email": "a@b.c", "project": "P", "made": "3", "total": "4"}


def test_each_template_has_words_in_each_language() -> None:
    assert {each.value for each in Template} | {"have_account"} == set(templates())
    for name in templates():
        subjects = {words_of(name, language).subject for language in Language}
        assert len(subjects) == len(Language)
        links = {bool(words_of(name, language).button) for language in Language}
        assert len(links) == 1


@pytest.mark.parametrize("name", templates())
@pytest.mark.parametrize("language", Language)
def test_whoever_gets_it_can_read_it_as_text_or_as_a_page(name: str, language: Language) -> None:
    mail = compose(name, Recipient("ada@example.com", language, "Ada"), VALUES, "https://app.example.com/x#token=t")
    assert "Ada" in mail.text
    assert "Ada" in mail.html
    assert f'lang="{language.value}"' in mail.html
    assert "{" not in mail.text
    assert "\n" not in mail.subject
    linked = bool(words_of(name, language).button)
    assert ("#token=t" in mail.text) == ("#token=t" in mail.html) == linked


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{7*7}}", "{site}", "%s", '"><a href="x">', "a & b"])
def test_scenario_81_a_name_is_shown_as_it_is(name: str) -> None:
    values = VALUES | {"project": name}
    mail = compose("generation_ended", Recipient("ada@example.com", Language.ENGLISH, name), values, "https://x.io")
    assert f"Hello {name}," in mail.text
    assert f"“{name}”" in mail.text
    assert "<script" not in mail.html
    assert mail.html.count("<a ") == 1
