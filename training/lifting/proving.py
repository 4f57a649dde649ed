"""The lifting network on what real pose networks found of rendered people: what choices between networks go by.

    python -m training.lifting.proving measured.npz --first SEED

`measured.npz` is what `training.lifting.measuring` wrote; the streets from SEED on are not those that the errors of
`keypoint_errors.npz` were fitted to. KITTI has no part in this.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.attributes.directions import told_deg
from pipeline.attributes.lifting import Lifted, Lifter
from pipeline.evaluation.people import Attributes, scores
from pipeline.geometry.camera import Camera

_SIZE = (1280, 720)


def proved(rows: Mapping[str, npt.NDArray[np.generic]], tilt_known: bool) -> dict[str, object]:
    """The figures of `sightline eval people` for measured rows."""
    lifter, found = Lifter(), []
    for keypoints, row in zip(np.asarray(rows["found"], float), np.asarray(rows["camera"], float), strict=True):
        found.append(lifter(keypoints[None], _camera(row.tolist()), tilt_known))
    return scores(_attributes(rows, found))


def _camera(row: list[float]) -> Camera:
    fx, fy, cx, cy, k1, k2, p1, p2, k3, height_cm, tilt_deg, roll_deg = row
    return Camera(_SIZE, fx, fy, cx, cy, height_cm, tilt_deg, roll_deg, (k1, k2, p1, p2, k3), "simulated")


def _attributes(rows: Mapping[str, npt.NDArray[np.generic]], found: list[Lifted]) -> Attributes:
    sizes = np.exp(np.concatenate([one.log_cm for one in found]))
    facing, within = told_deg(np.concatenate([one.facing for one in found]))
    return Attributes(
        np.asarray(rows["distance_cm"], float) / 100,
        sizes[:, 0] / 100,
        np.sqrt(np.concatenate([one.covariance[:, 0, 0] for one in found])),
        np.asarray(rows["height_cm"], float),
        sizes[:, 1],
        np.asarray(rows["width_cm"], float),
        sizes[:, 2],
        np.asarray(rows["facing_deg"], float),
        facing,
        within,
    )


def main() -> None:
    """Print the figures by pose network, with the camera's tilt known and not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", type=Path)
    parser.add_argument("--first", type=int, default=0, help="seed of the first street that counts")
    given = parser.parse_args()
    with np.load(given.measured) as file:
        rows = {name: file[name] for name in file.files}
    for network in np.unique(rows["network"]).tolist():
        mine = (rows["network"] == network) & (rows["seed"] >= given.first)
        for tilt_known in (True, False):
            figures = proved({name: values[mine] for name, values in rows.items()}, tilt_known)
            print(f"network {network}, tilt {'known' if tilt_known else 'not known'}:")
            print(json.dumps({name: value for name, value in figures.items() if name != "by_distance_m"}))


if __name__ == "__main__":
    main()
