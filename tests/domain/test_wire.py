"""Every model that crosses a wire or is stored as JSON is strict when written and tolerant when read."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

import medley.apps
import medley.contracts
from medley.contracts.media import Wire

UNKNOWN = {"a_field_of_tomorrow": {"with": ["anything"]}}


def _models(base: type[Wire] = Wire) -> Iterator[type[Wire]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _models(kind)


def _all_models() -> list[type[Wire]]:
    for package in (medley.contracts, medley.apps):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return sorted({kind for kind in _models() if kind.__module__.startswith("medley.")}, key=lambda kind: kind.__name__)


def _refuses_unknown(error: ValidationError | None) -> bool:
    return error is not None and any(fault["type"] == "extra_forbidden" for fault in error.errors())


def _fault(make: Any, *values: Any, **fields: Any) -> ValidationError | None:
    try:
        make(*values, **fields)
    except ValidationError as error:
        return error
    return None


def _named(annotation: Any) -> Iterator[Any]:
    """Every type an annotation names, however deep."""
    yield annotation
    for argument in get_args(annotation):
        yield from _named(argument)


MODELS = _all_models()


def test_there_are_models() -> None:
    assert {"ClipFacts", "ClipAccepted", "GenerationChanged", "Segment"} <= {kind.__name__ for kind in MODELS}


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_an_unknown_field_is_refused_when_it_is_written_and_passed_over_when_it_is_read(kind: type[Wire]) -> None:
    assert _refuses_unknown(_fault(kind, **UNKNOWN))
    assert not _refuses_unknown(_fault(kind.model_validate, UNKNOWN))
    assert not _refuses_unknown(_fault(kind.model_validate_json, '{"a_field_of_tomorrow": 1}'))


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_whatever_it_holds_is_of_the_same_kind(kind: type[Wire]) -> None:
    held = [each for field in kind.model_fields.values() for each in _named(field.annotation)]
    models = [each for each in held if isinstance(each, type) and issubclass(each, BaseModel)]
    assert [each for each in models if not issubclass(each, Wire)] == []
