"""Where people go and face, drawn on the ground before their feet: an arrow as long as a second's way, and a wedge as
wide as the facing is unsure.

Nothing but the person is needed: how flat the ground lies in the picture follows from how far below the camera they
are, and the scale from their height. The live page draws the same (dashboard/components/live/directions.js).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Person
from pipeline.pictures import Pixels

Floats = npt.NDArray[np.float64]
Bgr = tuple[int, int, int]

_FLAT = 0.35
"""How flat the ground lies where nobody knows, as the sine of the angle at which it is looked down upon."""
_FLATTEST = 0.12
_HEIGHT_CM = 170.0
_SHORTEST, _LONGEST = 0.2, 0.9
"""Lengths of an arrow, in heights of the box."""
_WEDGE = 0.32
_NARROWEST_DEG, _WIDEST_DEG = 12.0, 60.0


@dataclass(frozen=True, slots=True)
class OnGround:
    """A way from the ground around somebody to the picture: their feet in pixels, pixels a cm, and how flat it lies."""

    feet: tuple[float, float]
    px_per_cm: float
    flat: float

    @classmethod
    def of(cls, person: Person) -> "OnGround":
        left, top, right, bottom = person.box
        flat = _FLAT
        if person.ground_cm is not None and person.distance_cm:
            along = min(float(np.hypot(*person.ground_cm)) / person.distance_cm, 1.0)
            flat = max(float(np.sqrt(1 - along**2)), _FLATTEST)
        scale = (bottom - top) / (person.height_cm or _HEIGHT_CM)
        return cls(((left + right) / 2, bottom), scale, flat)

    def pixels(self, angles_deg: npt.ArrayLike, length_cm: float) -> Floats:
        """Where one comes from the feet at angles (N,) of Sightline's, after that way; (N, 2)."""
        angles = np.radians(np.asarray(angles_deg, float))
        way = np.stack([np.sin(angles), np.cos(angles) * self.flat], axis=-1)
        return np.array(self.feet) + way * length_cm * self.px_per_cm


def draw_directions(bgr: Pixels, person: Person, colour: Bgr, thickness: int) -> None:
    """Draw what is known of where somebody faces and goes into (height, width, 3)."""
    ground = OnGround.of(person)
    tall_cm = (person.box[3] - person.box[1]) / ground.px_per_cm
    if person.facing_deg is not None:
        half = float(np.clip(person.facing_std_deg or 0.0, _NARROWEST_DEG, _WIDEST_DEG))
        arc = ground.pixels(person.facing_deg + np.linspace(-half, half, 9), _WEDGE * tall_cm)
        _wedge(bgr, np.vstack([ground.feet, arc]).round().astype(np.int32), colour, thickness)
    if person.heading_deg is not None:
        length = np.clip(person.speed_cm_s or 0.0, _SHORTEST * tall_cm, _LONGEST * tall_cm)
        start, end = np.array(ground.feet), ground.pixels([person.heading_deg], float(length))[0]
        _arrow(bgr, start, end, colour, thickness)


def _wedge(bgr: Pixels, corners: npt.NDArray[np.int32], colour: Bgr, thickness: int) -> None:
    height, width = bgr.shape[:2]
    low = np.clip(corners.min(axis=0), 0, (width, height))
    high = np.clip(corners.max(axis=0) + 1, 0, (width, height))
    part = bgr[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return
    filled = part.copy()
    cv2.fillPoly(filled, [corners - low], colour, cv2.LINE_AA)
    part[:] = cv2.addWeighted(part, 0.5, filled, 0.5, 0)
    cv2.polylines(bgr, [corners], True, colour, thickness, cv2.LINE_AA)


def _arrow(bgr: Pixels, start: Floats, end: Floats, colour: Bgr, thickness: int) -> None:
    """A dark edge keeps it legible on any ground."""
    head = min(0.35, 7.0 * thickness / max(float(np.linalg.norm(end - start)), 1.0))
    points = tuple(start.round().astype(int).tolist()), tuple(end.round().astype(int).tolist())
    for ink, wide in (((20, 20, 20), thickness + 2), (colour, thickness)):
        cv2.arrowedLine(bgr, *points, ink, wide, cv2.LINE_AA, tipLength=head)


def sizes_of(person: Person) -> str:
    """`12.4 m 176 cm`, as far as it is known; with ~ where it is off by more than a tenth."""
    parts = []
    if person.distance_cm is not None:
        rough = (person.distance_std_cm or 0.0) > 0.1 * person.distance_cm
        parts.append(f"{'~' if rough else ''}{person.distance_cm / 100:.1f} m")
    if person.height_cm is not None:
        rough = (person.height_std_cm or 0.0) > 0.1 * person.height_cm
        parts.append(f"{'~' if rough else ''}{person.height_cm:.0f} cm")
    return "  ".join(parts)
