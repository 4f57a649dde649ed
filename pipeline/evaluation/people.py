"""How well people's attributes are known: errors of distance, height, width and facing, and whether deviations hold.

`Attributes` is what is compared, of people who are in both truth and prediction, whatever they come from.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.attributes.directions import told_deg
from pipeline.attributes.lifting import Lifter
from pipeline.evaluation.keypoints import LabelledKeypoints, read_keypoints
from pipeline.geometry.stature import MEAN_CM

Floats = npt.NDArray[np.float64]
RINGS_M = (0.0, 10.0, 20.0, 30.0, np.inf)
"""Distances between which errors are told apart."""
_WITHIN_DEG = 30.0


@dataclass(frozen=True, slots=True)
class Attributes:
    """Of N people, truth and prediction side by side, each (N,) and nan where it is not known."""

    distance_m: Floats
    distance_found_m: Floats
    distance_std_log: Floats
    """Deviations of the logarithm of distance."""
    height_cm: Floats
    height_found_cm: Floats
    width_cm: Floats
    width_found_cm: Floats
    facing_deg: Floats
    facing_found_deg: Floats
    facing_std_deg: Floats

    def __len__(self) -> int:
        return len(self.distance_m)


def run(truth: Path, mean_stature_cm: float = MEAN_CM) -> Attributes:
    """Lift the people of a file of labelled keypoints, each from its one picture.

    Args:
        truth: the file.
        mean_stature_cm: of the adults of the place.

    Raises:
        InputError: the file is not one.
    """
    return lifted(read_keypoints(truth), mean_stature_cm)


def lifted(people: LabelledKeypoints, mean_stature_cm: float = MEAN_CM) -> Attributes:
    """What the lifting network says of them."""
    found = Lifter(mean_stature_cm)(people.keypoints, people.camera, people.tilt_known)
    sizes = np.exp(found.log_cm)
    facing, within = told_deg(found.facing)
    return Attributes(
        people.distance_m,
        sizes[:, 0] / 100,
        np.sqrt(found.covariance[:, 0, 0]),
        people.height_cm,
        sizes[:, 1],
        people.width_cm,
        sizes[:, 2],
        people.facing_deg,
        facing,
        within,
    )


def scores(people: Attributes) -> dict[str, object]:
    """The figures, as `sightline eval people --json` writes them; what the truth does not tell is left out.

    A `coverage_68` is the share of people whose truth lies within one standard deviation of what was said.
    """
    off_m = np.abs(people.distance_found_m - people.distance_m)
    off_log = np.abs(np.log(people.distance_found_m / people.distance_m))
    off_deg = turned_deg(people.facing_found_deg, people.facing_deg)
    known = np.isfinite(off_deg)
    found: dict[str, object] = {
        "n": len(people),
        "distance_m": {"mean": float(off_m.mean()), "median": float(np.median(off_m))},
        "distance_percent": {"mean": float(100 * np.mean(off_m / people.distance_m))},
        "distance_coverage_68": float(np.mean(off_log <= people.distance_std_log)),
        "by_distance_m": [_ring(people, off_m, off_deg, *ring) for ring in pairwise(RINGS_M)],
    }
    if known.any():
        found["facing_deg"] = {
            "mean": float(off_deg[known].mean()),
            "median": float(np.median(off_deg[known])),
            "within_30": float(np.mean(off_deg[known] <= _WITHIN_DEG)),
        }
        found["facing_coverage_68"] = float(np.mean(off_deg[known] <= people.facing_std_deg[known]))
    for name, said, true in (
        ("height_cm", people.height_found_cm, people.height_cm),
        ("width_cm", people.width_found_cm, people.width_cm),
    ):
        off = np.abs(said - true)[np.isfinite(true)]
        if len(off):
            found[name] = {"mean": float(off.mean()), "median": float(np.median(off))}
    return found


def _ring(people: Attributes, off_m: Floats, off_deg: Floats, low: float, high: float) -> dict[str, object]:
    """The figures of those between two distances; null where there is nobody."""
    mine = (people.distance_m >= low) & (people.distance_m < high)
    facing = off_deg[mine & np.isfinite(off_deg)]
    return {
        "from": low,
        "to": high if np.isfinite(high) else None,
        "n": int(mine.sum()),
        "distance_m": float(off_m[mine].mean()) if mine.any() else None,
        "facing_deg": float(facing.mean()) if len(facing) else None,
    }


def turned_deg(one: npt.ArrayLike, other: npt.ArrayLike) -> Floats:
    """The angle between directions in degrees, 0 to 180."""
    return np.abs((np.asarray(one, float) - np.asarray(other, float) + 180) % 360 - 180)
