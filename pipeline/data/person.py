"""People: what is known of each in a frame, and the 17 keypoints of COCO."""

from dataclasses import dataclass
from typing import Literal

from pydantic import with_config

from pipeline.data.wire import WIRE, Box

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
    head_facing_deg: float | None = None
    """Where the head is turned, as `facing_deg` is where the trunk is; null for a true head that looks up or down."""
    head_facing_std_deg: float | None = None
    distance_cm: float | None = None
    distance_std_cm: float | None = None
    ground_cm: tuple[float, float] | None = None
    height_cm: float | None = None
    height_std_cm: float | None = None
    width_cm: float | None = None
    width_std_cm: float | None = None
    gender: Gender | None = None
    zones: tuple[ZoneRelation, ...] = ()
    looking: bool | None = None
    """Whether they have been facing the camera for a while; null where that cannot be told."""
    sentence: str | None = None
    visible: float | None = None
    """Truth only: the share of the body that is seen, 0..1."""
    whole_box: Box | None = None
    """Truth only: the box of the whole body, hidden parts included."""
    age_group: Literal["child", "teenager", "adult", "elderly"] | None = None
    """Truth only: under 13, under 18, under 65, and older."""
    state: PersonState | None = None
    """Truth only: what the body is doing; heading is null unless it walks or runs."""

    @property
    def regard(self) -> tuple[float | None, float | None]:
        """Where they look, in degrees, and its deviation: where the head faces, or else the trunk."""
        if self.head_facing_deg is None:
            return self.facing_deg, self.facing_std_deg
        return self.head_facing_deg, self.head_facing_std_deg
