"""Writes the JSON Schemas of everything that goes over the wire to docs/schema/."""

import json
from pathlib import Path

from pipeline.data import Delivery, Event, FrameRecord, SceneRecord, schema_of
from pipeline.status import CameraStatus, SystemStatus

WIRE_TYPES: dict[str, type] = {
    "frame": FrameRecord,
    "event": Event,
    "delivery": Delivery,
    "camera": CameraStatus,
    "system": SystemStatus,
    "scene": SceneRecord,
}
"""The types that leave the process, by the name of their schema's file in docs/schema/."""

FOLDER = Path(__file__).parents[1] / "docs" / "schema"


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(exist_ok=True)
    for name, kind in WIRE_TYPES.items():
        text = json.dumps(schema_of(kind), indent=2) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
