"""Write docs/SENTENCES.md and docs/sentences.json: every sentence a server says, by its code. Run by `make docs`.

The page is for a person, the JSON for a program that says the same in another language. A test compares both with what
this would write.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from functions.api.error_catalogue import CATALOGUE
from medley.apps.registry import load
from medley.domain.wording import CORE

PAGE = Path(__file__).parent / "SENTENCES.md"
TABLE = Path(__file__).parent / "sentences.json"
HEAD = """# Sentences

Written by `make docs` from the code; edit the code, not this page. `sentences.json` beside it holds the same.

Wherever the API says something to a person, the sentence comes in English with a stable `code` and the `parameters` it
was made of; of an error they are in its `metadata`. To say it in another language, take the template of that code in
that language and fill it with the parameters. Templates are ICU messages: `{name}` is a parameter, `{n, plural, …}`
depends on a number, `{what, select, …}` on one of a few words. A parameter that is an object is a sentence itself and
is said first; a list is joined by commas. A code is looked up among those of the app first, then among the core's
and, of an error, the errors'.

What a form says (titles, descriptions, values) is in the schema of an app's spec, in English, and is looked up by its
place: `section.videos`, `count`, `count.description`, `MusicOptions.loop`, `mode=groups`.
"""


def templates() -> dict[str, dict[str, str]]:
    """The templates by code: of the core, and of each app; and what each app's form says, by place."""
    found = {"core": dict(sorted(CORE.templates.items())), "errors": dict(_errors())}
    for name, app in load().apps.items():
        found[name] = dict(sorted(app.sentences.items()))
        found[f"{name} form"] = dict(_form(app.spec.model_json_schema()))
    return found


def _errors() -> Iterator[tuple[str, str]]:
    """What errors of the API say that have no template of their own: the sentence, with its numbers and names out."""
    for code, error in sorted(CATALOGUE.items()):
        if code not in CORE.templates:
            template = error.message.replace("'", "''")
            for name, value in error.metadata.items():
                if isinstance(value, str | int):
                    template = re.sub(rf"(?<!\w){re.escape(str(value))}(?!\w)", f"{{{name}}}", template)
            yield code, template


def _form(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is said, by place: `section.id`, `field` or `Part.field`, their descriptions, and `field=value`."""
    for section in schema["x-ui"]["sections"]:
        yield f"section.{section['id']}", section["title"]
        yield f"section.{section['id']}.sentence", section["sentence"]
    for part, model in [("", schema), *schema.get("$defs", {}).items()]:
        for name, field in model.get("properties", {}).items():
            place = f"{part}.{name}".lstrip(".")
            yield place, field["title"]
            yield f"{place}.description", field["description"]
            for option in field["x-ui"].get("options", ()):
                yield f"{place}={option['value']}", option["title"]


def page() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD]
    for owner, found in templates().items():
        rows = "\n".join(f"| `{code}` | `{template.replace('|', chr(92) + '|')}` |" for code, template in found.items())
        parts.append(f"## {owner}\n\n| code | template |\n| --- | --- |\n{rows}\n")
    return "\n".join(parts)


def table() -> str:
    """The same as JSON."""
    return json.dumps(templates(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    TABLE.write_text(table())
