"""Cricket: ball, creases and stumps in a frame, deliveries, and truth's cameras."""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import with_config

from pipeline.data.wire import WIRE, Box


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
class DeliveryFrames:
    """The frames nearest to what happened, counted from 0; null for what did not happen or was not seen."""

    release: int | None = None
    bounce: int | None = None
    contact: int | None = None
    """With bat or pad."""
    end: int | None = None
    """The ball is dead: in the keeper's gloves, at the stumps, or one second after it was struck."""


Foot = Literal["front foot", "back foot"]


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class FootLanding:
    """Whether a foot of the bowler landed where the Laws allow (Law 21.5)."""

    verdict: Literal["legal", "no-ball", "too close to call"]
    margin_cm: float
    """Of a front foot: of the rearmost point of the heel behind the back edge of the popping crease. Of a back foot: of
    its outermost point inside the inner edge of the return crease that is nearer. Negative is a no-ball."""
    std_cm: float
    frame: int | None = None
    """The first in which the foot stands."""
    image: tuple[float, float] | None = None
    """Where that point of the foot is in the picture."""
    crease: tuple[float, float, float, float] | None = None
    """The crease's edge that it is judged by, in the picture: [x1, y1, x2, y2], 0.6 m to either side of the foot."""


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
    front_foot: FootLanding | None = None
    back_foot: FootLanding | None = None
    path: tuple[PathPoint, ...] = ()
    unknown: dict[str, str] = field(default_factory=dict)
    bowling_arm: Literal["right", "left"] | None = None
    moments_ms: dict[str, float] | None = None
    """Truth only: the exact times on the clip's clock of `back_foot`, `front_foot`, `release`, `bounce`, `contact` and
    `end`."""
    schema: Literal["sightline.delivery/1"] = "sightline.delivery/1"

    @property
    def feet(self) -> dict[Foot, FootLanding]:
        """The landings of which something is known."""
        both: dict[Foot, FootLanding | None] = {"front foot": self.front_foot, "back foot": self.back_foot}
        return {foot: landing for foot, landing in both.items() if landing is not None}

    @property
    def fault(self) -> Foot | None:
        """The foot that makes it a no-ball, the front foot first; too close to call is none."""
        return next((foot for foot, landing in self.feet.items() if landing.verdict == "no-ball"), None)
