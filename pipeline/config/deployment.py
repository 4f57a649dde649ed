"""A whole deployment, and how its YAML is read."""

import os
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from pipeline.config.alerts import AlertsConfig
from pipeline.config.attributes import AttributesConfig
from pipeline.config.camera import CameraConfig, CameraName
from pipeline.config.evidence import EvidenceConfig, RetentionConfig
from pipeline.config.perception import ModelConfig, TrackingConfig
from pipeline.config.rules import config_of_kind
from pipeline.config.schedules import Schedule, TimeZone
from pipeline.config.section import Section
from pipeline.config.services import (
    BusConfig,
    JobsConfig,
    LimitsConfig,
    LiveConfig,
    RecordingsConfig,
    ServerConfig,
    StoreConfig,
)
from pipeline.errors import ConfigError
from pipeline.urls import redact

S = TypeVar("S", bound=Section)


class Deployment(Section):
    """A whole deployment."""

    cameras: dict[CameraName, CameraConfig] = Field(
        default_factory=dict, description="The cameras by name: lower-case letters, digits, - and _."
    )
    model: ModelConfig = Field(default_factory=ModelConfig, description="The network.")
    tracking: TrackingConfig = Field(default_factory=TrackingConfig, description="Tracks.")
    attributes: AttributesConfig = Field(default_factory=AttributesConfig, description="What is estimated of people.")
    timezone: TimeZone | None = Field(
        default=None, description="Of schedules, as Europe/Berlin; none is the machine's own."
    )
    schedules: dict[str, Schedule] = Field(
        default_factory=dict, description="Times of the week, lists of spans by names of your own, for rules to name."
    )
    recordings: RecordingsConfig = Field(default_factory=RecordingsConfig, description="Recordings.")
    live: LiveConfig = Field(default_factory=LiveConfig, description="Live cameras.")
    bus: BusConfig = Field(default_factory=BusConfig, description="The bus.")
    store: StoreConfig = Field(default_factory=StoreConfig, description="The durable store.")
    evidence: EvidenceConfig = Field(default_factory=EvidenceConfig, description="Snapshots and clips of events.")
    retention: RetentionConfig = Field(default_factory=RetentionConfig, description="How long events are kept.")
    alerts: AlertsConfig = Field(default_factory=AlertsConfig, description="Who is told of events.")
    limits: LimitsConfig = Field(default_factory=LimitsConfig, description="Limits.")
    jobs: JobsConfig = Field(default_factory=JobsConfig, description="Uploads.")
    server: ServerConfig = Field(default_factory=ServerConfig, description="API and dashboard.")

    @model_validator(mode="after")
    def _schedules_are_known(self) -> "Deployment":
        faults = [
            f"cameras.{name}.rules.{rule}.schedule: {config.schedule!r} is not one of `schedules`: "
            f"{', '.join(self.schedules) or 'there are none'}"
            for name, camera in self.cameras.items()
            for rule, config in camera.rules.items()
            if config.schedule is not None and config.schedule not in self.schedules
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self


def load_deployment(path: Path) -> Deployment:
    """The deployment that a YAML file describes.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or says something that is not allowed; the message has a
            line for each fault, with its key and what would be right.
    """
    return load_section(path, Deployment, "cameras:")


def load_section(path: Path, kind: type[S], key: str) -> S:
    """What a YAML file says that is to be a section with keys such as `key`.

    Raises:
        ConfigError: as `load_deployment`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({_reason(error)}); give the path of a YAML file") from error
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: is not YAML ({' '.join(str(error).split())})") from error
    if content is None:
        content = {}
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: must hold keys such as `{key}`, and holds a {type(content).__name__}")
    try:
        return kind.model_validate(content, context=os.environ)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {line}" for line in describe_faults(error, kind))) from error


def describe_faults(error: ValidationError, kind: type[Section] = Deployment) -> list[str]:
    """One line for each fault of a section: the key, what is wrong, and what would be right."""
    return [_describe(fault, kind) for fault in error.errors(include_url=False, include_context=True)]


def _describe(fault: Any, kind: type[Section]) -> str:
    location = [str(part) for part in _without_kinds(fault["loc"]) if part != "[key]"]
    key = ".".join(location)
    if fault["type"] == "extra_forbidden":
        known = _keys_at(tuple(fault["loc"][:-1]), kind)
        return f"{key}: unknown key; known here: {', '.join(known)}"
    if fault["type"] in ("union_tag_invalid", "union_tag_not_found"):
        kinds = str(fault["ctx"].get("expected_tags", "")).replace("'", "") or "a rule needs one; see docs/rules.md"
        return (
            f"{key}.kind: no such kind of rule; known are {kinds}" if "tag" in fault["ctx"] else f"{key}.kind: {kinds}"
        )
    if fault["type"] == "string_pattern_mismatch" and "[key]" in fault["loc"]:
        return f"{key}: not a name for a camera; use lower-case letters, digits, - and _, at most 63"
    if location and location[-1] in ("password", "user") and fault["type"] == "string_type":
        return f"{key}: must be text; write it in quotes"
    message = fault["msg"][0].lower() + fault["msg"][1:]
    if fault["type"] == "value_error":
        return f"{key}: {message.removeprefix('value error, ')}".removeprefix(": ")
    if fault["type"] == "missing" or isinstance(fault["input"], (dict, list, tuple)):
        return f"{key}: {message}"
    return f"{key}: {message}, not {_shorten(fault['input'])}"


def _without_kinds(location: tuple[Any, ...]) -> tuple[Any, ...]:
    """A fault's place as the file has it: pydantic puts a rule's kind behind its name."""
    at = location.index("rules") if "rules" in location else len(location)
    return location[: at + 2] + location[at + 3 :] if len(location) > at + 3 else location


def _keys_at(location: tuple[Any, ...], kind: type[Section]) -> list[str]:
    at = location.index("rules") if "rules" in location else len(location)
    if len(location) == at + 3:
        return sorted(config_of_kind(str(location[at + 2])).model_fields)
    found: Any = kind
    for part in location:
        section = _section_in(found)
        if get_origin(found) is dict:
            found = get_args(found)[1]
        elif section is not None and part in section.model_fields:
            found = section.model_fields[part].annotation
    section = _section_in(found)
    return [] if section is None else sorted(section.model_fields)


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """The section that a field is, or is a list of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _section_in(inner))), None)


def _shorten(value: Any) -> str:
    text = repr(redact(value) if isinstance(value, str) else value)
    return text if len(text) <= 60 else text[:57] + "..."


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "not UTF-8 text"
