"""What one portrait says of real people who walk, beside the pose: trunks against where they go.

    sightline calibrate shared/data/cctv/vtest.avi --fps 7 --out vtest.yaml
    sightline analyze shared/data/cctv/vtest.avi --fps 7 --camera vtest.yaml --out vt --no-overlay
    python -m benchmarks.portraits shared/data/cctv/vtest.avi --records vt/frames.jsonl

Nobody has labelled where the walkers of a clip are turned; most face where they walk. Everybody faster than 0.8 m/s
whose heading is told, in every second frame; each frame by itself. A heading errs, and people look about: what both
columns share is not theirs.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.faces import pictures
from pipeline.attributes.crops import portrait_square, square_crop
from pipeline.attributes.directions import told_deg
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.portraits import PortraitReader
from pipeline.data import FrameRecord, from_json
from pipeline.geometry.view import guessed_view

_WALKS_CM_S = 80.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--records", type=Path, required=True)
    given = parser.parse_args()
    reader, lifter = PortraitReader(), Lifter()
    headings, portraits, poses = [], [], []
    for picture, line in zip(pictures(given.clip), given.records.read_bytes().splitlines(), strict=False):
        record = from_json(FrameRecord, line)
        walkers = [
            person
            for person in record.people
            if person.keypoints and person.heading_deg is not None and (person.speed_cm_s or 0) > _WALKS_CM_S
        ]
        if record.frame % 2 or not walkers:
            continue
        keypoints = np.array([person.keypoints for person in walkers])
        headings += [person.heading_deg for person in walkers]
        portraits.append(reader([square_crop(picture, portrait_square(points)) for points in keypoints]))
        lifted = lifter(keypoints, guessed_view(record.size).camera, tilt_known=False)
        poses.append(np.stack([lifted.facing, lifted.head], axis=1))
    true = np.array(headings)
    for name, densities in (("pose", np.concatenate(poses)), ("portrait", np.concatenate(portraits))):
        for part, what in enumerate(("trunk", "head")):
            told, within = told_deg(densities[:, part])
            off = np.abs((told - true + 180) % 360 - 180)
            print(
                f"{name}, {what}: n {len(off)}, mean {off.mean():.1f}°, median {np.median(off):.1f}°, "
                f"beyond 90° {np.mean(off > 90):.3f}, 68 % hold {np.mean(off <= within):.2f}"
            )


if __name__ == "__main__":
    main()
