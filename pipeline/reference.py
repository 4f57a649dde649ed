"""Writes docs/configuration.md from the configuration's own descriptions."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipeline.config import CameraConfig, Deployment, LineConfig, LooksConfig, Section, ZoneConfig
from pipeline.config.masks import MasksConfig, PrivacyMask
from pipeline.config.rules import RuleConfig, configs
from pipeline.config.schedules import Span

FILE = Path(__file__).parents[1] / "docs" / "configuration.md"
_HEAD = """# Configuration

Every key that a deployment's YAML may hold. `sightline check FILE` names each fault with its key. This page is written
by `python -m pipeline.reference`.
"""


def text() -> str:
    """The page."""
    parts = [
        _HEAD,
        _table("cameras.NAME", CameraConfig),
        _table("cameras.NAME.zones, each", ZoneConfig),
        _table("cameras.NAME.lines, each", LineConfig),
        _table("cameras.NAME.looks", LooksConfig),
        _table("cameras.NAME.masks", MasksConfig),
        _table("cameras.NAME.masks.privacy, each", PrivacyMask),
        *_rules(),
        _table("schedules.NAME, each", Span),
    ]
    for name, field in Deployment.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            parts.append(_table(name, section))
    return "\n".join(parts)


def _rules() -> list[str]:
    """What all rules take, and then each kind's own keys."""
    shared = set(RuleConfig.model_fields)
    parts = [_table("cameras.NAME.rules.NAME", RuleConfig)]
    kinds: dict[type[RuleConfig], list[str]] = {}
    for kind, config in configs():
        kinds.setdefault(config, []).append(kind)
    for config, names in kinds.items():
        own = {
            key: field
            for key, field in config.model_fields.items()
            if key != "kind" and (key not in shared or field.default != RuleConfig.model_fields[key].default)
        }
        rows = [f"| `{key}` | {_default(field)} | {field.description} |" for key, field in own.items()]
        table = ["| key | default | meaning |", "|---|---|---|", *rows, ""] if rows else []
        title = ", ".join(f"`{name}`" for name in names)
        parts.append("\n".join([f"### kind: {title}", "", " ".join((config.__doc__ or "").split()), "", *table]))
    return parts


def _table(name: str, section: type[BaseModel]) -> str:
    rows = [f"| `{key}` | {_default(field)} | {field.description} |" for key, field in section.model_fields.items()]
    return "\n".join([f"## {name}", "", "| key | default | meaning |", "|---|---|---|", *rows, ""])


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "as below" if field.annotation is dict else "as each says"
    value: Any = field.default
    if value is PydanticUndefined:
        return "*needed*" if field.is_required() else "see below"
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{list(value) if isinstance(value, tuple) else value}`"


def main() -> None:
    """Write it."""
    FILE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
