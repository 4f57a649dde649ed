"""What flows through Sightline on the wire: records, events, deliveries, and what a simulated scene is.

Everything is a frozen dataclass. Wire types carry their schema's name and turn into JSON through `to_json`;
`schema_of` gives their JSON Schema, which docs/schema/ holds. Units stand in the names: `_ms`, `_cm`, `_deg`.
Angles are in the ground plane as seen from the camera: 0° towards it, 90° to the image's right, 180° away, 270°
to the image's left. Boxes are [left, top, right, bottom] in pixels of the camera's picture.
"""

from pipeline.data.cricket import Ball, Crease, Delivery, DeliveryFrames, Foot, FootLanding, PathPoint, Shot, Stumps
from pipeline.data.event import Event, EventState
from pipeline.data.frame import FrameRecord
from pipeline.data.person import KEYPOINT_NAMES, SKELETON, Gender, Keypoint, Person, PersonState, ZoneRelation
from pipeline.data.scene import MarkedLine, MarkedZone, SceneRecord
from pipeline.data.serial import from_json, schema_name, schema_of, to_json
from pipeline.data.wire import WIRE, Box

__all__ = [
    "KEYPOINT_NAMES",
    "SKELETON",
    "WIRE",
    "Ball",
    "Box",
    "Crease",
    "Delivery",
    "DeliveryFrames",
    "Event",
    "EventState",
    "Foot",
    "FootLanding",
    "FrameRecord",
    "Gender",
    "Keypoint",
    "MarkedLine",
    "MarkedZone",
    "PathPoint",
    "Person",
    "PersonState",
    "SceneRecord",
    "Shot",
    "Stumps",
    "ZoneRelation",
    "from_json",
    "schema_name",
    "schema_of",
    "to_json",
]
