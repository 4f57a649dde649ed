"""Wire values as JSON, and the JSON Schemas of their types."""

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, with_config

from pipeline.data.cricket import Delivery
from pipeline.data.frame import FrameRecord

T = TypeVar("T")


@with_config(ConfigDict(extra="ignore"))
@dataclass(frozen=True, slots=True)
class _Named:
    schema: str | None = None


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: Any) -> bytes:
    """A wire value as compact UTF-8 JSON. Fields that hold only truth (`visible`, …) are left out when null."""
    return _adapter(type(value)).dump_json(value, exclude=_hidden(value))


def from_json(kind: type[T], text: bytes | str) -> T:
    """The wire value in `text`.

    Raises:
        pydantic.ValidationError: `text` is not JSON of that kind.
    """
    return _adapter(kind).validate_json(text)


def schema_name(text: bytes | str) -> str | None:
    """The schema that a line of JSON names, None where it names none; reading it whole is left to `from_json`.

    Raises:
        pydantic.ValidationError: `text` is not a JSON object.
    """
    return _adapter(_Named).validate_json(text).schema


def schema_of(kind: type) -> dict[str, Any]:
    """The JSON Schema of a wire type."""
    return _adapter(kind).json_schema(mode="serialization")


_TRUTH_ONLY: Any = {
    "truth": True,
    "shot": True,
    "people": {"__all__": {"visible", "whole_box", "age_group", "state"}},
    "ball": {"streak", "visible", "metres", "state"},
    "creases": {"__all__": {"seen", "width_cm"}},
    "stumps": {"__all__": {"visible"}},
}


def _hidden(value: Any) -> Any:
    """The fields that an observation of this kind does not have."""
    if isinstance(value, FrameRecord) and not value.truth:
        return _TRUTH_ONLY
    if isinstance(value, Delivery) and value.moments_ms is None:
        return {"moments_ms": True}
    return None
