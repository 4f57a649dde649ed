"""What flows through Sightline on the wire: records, events, deliveries, and what a simulated scene is.

Everything is a frozen dataclass. Wire types carry their schema's name and turn into JSON through `to_json`;
`schema_of` gives their JSON Schema, which docs/schema/ holds. Units stand in the names: `_ms`, `_cm`, `_deg`.
Angles are in the ground plane as seen from the camera: 0° towards it, 90° to the image's right, 180° away, 270°
to the image's left. Boxes are [left, top, right, bottom] in pixels of the camera's picture.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter, with_config

T = TypeVar("T")
WIRE = ConfigDict(extra="forbid", ser_json_inf_nan="null", use_attribute_docstrings=True)

KEYPOINT_NAMES = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
"""The 17 keypoints of COCO, in COCO's order."""

SKELETON = (
    (0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (5, 11), (6, 12), (11, 12), (11, 13),
    (13, 15), (12, 14), (14, 16),
)  # fmt: skip
"""The limbs to draw, as pairs of indices into KEYPOINT_NAMES."""

Box = tuple[float, float, float, float]
Keypoint = tuple[float, float, float]
PersonState = Literal["walking", "running", "standing", "sitting", "crouching", "falling", "lying"]


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Gender:
    """An uncertain guess from appearance, with its probability."""

    value: Literal["male", "female"]
    confidence: float


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class ZoneRelation:
    """How a person stands to a zone: within it, or on the way into it."""

    name: str
    relation: Literal["inside", "heading"]


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Person:
    """One tracked person in one frame. A measured attribute is null until it can be known."""

    track: int
    box: Box
    score: float
    """0 for somebody who is hidden at the moment: the box is where the motion model puts them."""
    keypoints: tuple[Keypoint, ...] = ()
    """x, y and score of the 17 keypoints of COCO; none while the person is hidden."""
    heading_deg: float | None = None
    heading_std_deg: float | None = None
    speed_cm_s: float | None = None
    facing_deg: float | None = None
    facing_std_deg: float | None = None
    distance_cm: float | None = None
    distance_std_cm: float | None = None
    ground_cm: tuple[float, float] | None = None
    height_cm: float | None = None
    height_std_cm: float | None = None
    width_cm: float | None = None
    width_std_cm: float | None = None
    gender: Gender | None = None
    zones: tuple[ZoneRelation, ...] = ()
    sentence: str | None = None
    visible: float | None = None
    """Truth only: the share of the body that is seen, 0..1."""
    whole_box: Box | None = None
    """Truth only: the box of the whole body, hidden parts included."""
    head_facing_deg: float | None = None
    """Truth only: where the head is turned; null for a head that looks up or down."""
    age_group: Literal["child", "teenager", "adult", "elderly"] | None = None
    """Truth only: under 13, under 18, under 65, and older."""
    state: PersonState | None = None
    """Truth only: what the body is doing; heading is null unless it walks or runs."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Ball:
    """The ball's centre and radius in pixels."""

    x: float
    y: float
    radius: float
    score: float
    streak: Box | None = None
    """Truth only: the centre at the beginning and at the end of the exposure, [x0, y0, x1, y1]."""
    visible: float | None = None
    """Truth only: the share of it that is seen, 0..1."""
    metres: tuple[float, float, float] | None = None
    """Truth only: [along the pitch from the striker's stumps, to the off side, up]."""
    state: Literal["held", "flight", "dead"] | None = None
    """Truth only: in the bowler's hand, bowled, or after the delivery's end."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Crease:
    """A crease as a line segment [x0, y0, x1, y1] in pixels: the edge that the Laws mean, the back edge of a bowling or
    popping crease and the inside edge of a return crease."""

    crease: Literal["bowling", "popping", "return"]
    end: Literal["striker", "bowler"]
    line: Box
    score: float
    seen: tuple[Box, ...] | None = None
    """Truth only: the parts of the line that nobody hides."""
    width_cm: float | None = None
    """Truth only: how wide the paint is, from the line towards the middle of the pitch or outwards."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Stumps:
    """A set of stumps."""

    end: Literal["striker", "bowler"]
    box: Box
    score: float
    visible: float | None = None
    """Truth only: the share of the stumps that is seen, 0..1."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Shot:
    """Truth only: what a cricket camera shows and from where. The ground under the camera is `place_m`, [along the
    pitch from the striker's stumps, to a right-hander's leg side]; it looks along `bearing_deg`, counter-clockwise
    from along the pitch seen from above. The rest is the camera file's, with `rate` the speed of a replay."""

    name: Literal["play", "replay", "close-up"]
    position: str
    rate: float
    place_m: tuple[float, float]
    bearing_deg: float
    focal_px: tuple[float, float]
    centre_px: tuple[float, float]
    distortion: tuple[float, ...]
    height_cm: float
    tilt_deg: float
    roll_deg: float
    batter: Literal["right", "left"]
    """The striker's hand, on which the sides in metres depend."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class FrameRecord:
    """Everything that was seen in one frame, and what each stage of it took."""

    run: str
    camera: str
    frame: int
    pts_ms: float
    captured_at: str
    size: tuple[int, int]
    stages_ms: dict[str, float]
    people: tuple[Person, ...] = ()
    ball: Ball | None = None
    creases: tuple[Crease, ...] = ()
    stumps: tuple[Stumps, ...] = ()
    truth: bool = False
    shot: Shot | None = None
    schema: Literal["sightline.frame/1"] = "sightline.frame/1"


class EventState(StrEnum):
    START = "start"
    UPDATE = "update"
    END = "end"


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Event:
    """One revision of something that happened. Everything downstream is idempotent by (id, revision)."""

    id: str
    revision: int
    state: EventState
    camera: str
    rule: str
    kind: str
    severity: Literal["info", "alert", "critical"]
    started_at: str
    run: str
    sentence: str
    ended_at: str | None = None
    tracks: tuple[int, ...] = ()
    frame: int | None = None
    snapshot: str | None = None
    clip: str | None = None
    schema: Literal["sightline.event/1"] = "sightline.event/1"


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class DeliveryFrames:
    """The frames nearest to what happened, counted from 0; null for what did not happen or was not seen."""

    release: int | None = None
    bounce: int | None = None
    contact: int | None = None
    """With bat or pad."""
    end: int | None = None
    """The ball is dead: in the keeper's gloves, at the stumps, or one second after it was struck."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class FrontFoot:
    """Whether the bowler's front foot landed behind the popping crease (Law 21.5)."""

    verdict: Literal["legal", "no-ball", "too close to call"]
    margin_cm: float
    """Of the rearmost point of the heel behind the back edge of the crease; negative is a no-ball."""
    std_cm: float
    frame: int | None = None
    """The first in which the foot stands."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class PathPoint:
    """The ball in one frame."""

    frame: int
    image: tuple[float, float] | None
    metres: tuple[float, float, float] | None
    """[along the pitch from the striker's stumps, to the off side, up]."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery. What cannot be known is null, with the reason in `unknown` under its field's name.

    Lengths by where the ball pitches, in metres from the stumps: yorker up to 2, full to 6, good to 8, short beyond;
    a bouncer is a short ball that passes over the striker's shoulder. Lines by where it passes the stumps, or would.
    """

    id: str
    camera: str
    frames: DeliveryFrames
    release_speed_kmh: float | None = None
    release_speed_std_kmh: float | None = None
    bounce_m: tuple[float, float] | None = None
    """[along the pitch from the striker's stumps, to the off side]."""
    bounce_std_m: tuple[float, float] | None = None
    length: Literal["yorker", "full", "good", "short", "bouncer"] | None = None
    line: Literal["outside off", "off", "middle", "leg", "outside leg"] | None = None
    hand: Literal["right", "left"] | None = None
    """The batter's."""
    swing_deg: float | None = None
    """How far the path over the ground turns to the off side from release to bounce."""
    seam_deg: float | None = None
    """How far the bounce turns it to the off side."""
    height_at_stumps_cm: float | None = None
    hitting_stumps: float | None = None
    """The probability that it would hit them."""
    front_foot: FrontFoot | None = None
    path: tuple[PathPoint, ...] = ()
    unknown: dict[str, str] = field(default_factory=dict)
    bowling_arm: Literal["right", "left"] | None = None
    moments_ms: dict[str, float] | None = None
    """Truth only: the exact times on the clip's clock of `front_foot`, `release`, `bounce`, `contact` and `end`."""
    schema: Literal["sightline.delivery/1"] = "sightline.delivery/1"


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class MarkedZone:
    """A zone of a simulated scene, as a polygon in the picture and by its corners on the ground."""

    name: str
    polygon: tuple[tuple[float, float], ...]
    """In pixels."""
    ground_cm: tuple[tuple[float, float], ...]


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of a simulated scene, in the picture and by its ends on the ground."""

    name: str
    line: tuple[tuple[float, float], ...]
    """In pixels."""
    ground_cm: tuple[tuple[float, float], ...]


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class SceneRecord:
    """Truth only: what a simulated scene is, and the zones and lines that its events speak of."""

    run: str
    camera: str
    scene: str
    seed: int
    level: str
    story: str
    zones: tuple[MarkedZone, ...] = ()
    lines: tuple[MarkedLine, ...] = ()
    truth: Literal[True] = True
    schema: Literal["sightline.scene/1"] = "sightline.scene/1"


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
    "people": {"__all__": {"visible", "whole_box", "head_facing_deg", "age_group", "state"}},
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
