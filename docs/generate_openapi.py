"""Write docs/openapi.json, the OpenAPI document as the API serves it. Run by `make docs`.

A test compares the file with what this would write, so the two cannot drift.
"""

import json
from pathlib import Path

from functions.api.app import create_app
from medley.apps.registry import registry

PAGE = Path(__file__).with_name("openapi.json")


def render() -> str:
    """The document, with the settings of every app there is."""
    return json.dumps(create_app(registry()).openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render())
