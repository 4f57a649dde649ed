"""How well the people of simulated streets are measured, through the real pose network and tracker: with the true
camera, with the camera that calibration finds from those same people, and with none.

    python -m benchmarks.people --folder FOLDER [--level middle] [--seeds 401 402 403 404] [--plot FILE] [--json FILE]

Clips of a minute are written as `sightline sim` does and analysed as `sightline analyze` does; what is in the folder
already is used again, and the attributes are worked out anew from the people in its records. Figures are those of
`sightline eval people --pred`.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.calibration import Clip, clip_of
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.portraits import PortraitReader, Portraits, Portrayed
from pipeline.attributes.stage import Attributes
from pipeline.calibrate import poses_of
from pipeline.capture.sources.file import FileSource
from pipeline.data import FrameRecord
from pipeline.evaluation.people_plot import plot
from pipeline.evaluation.people_streets import Followed, attributes_of, figures, follow
from pipeline.geometry.calibration import from_people
from pipeline.geometry.camera import Camera
from pipeline.geometry.lens import Known
from pipeline.geometry.sightings import sightings_of
from pipeline.perception.tracking import TrackedPerson
from pipeline.simulation.scene import LEVELS

_FPS = 8.0
_LOST_S = 2.0
_SHOWN = ("distance_percent", "height_cm", "width_cm", "heading_deg", "facing_deg", "speed_cm_s")


def tracked_of(record: FrameRecord) -> list[TrackedPerson]:
    """The people of a record as the tracker gave them to the attributes."""
    return [
        TrackedPerson(
            person.track, np.array(person.box, np.float32), person.score,
            np.array(person.keypoints, np.float32).reshape(-1, 3),
        )
        for person in record.people
    ]  # fmt: skip


def portrayed(video: Path, records: Sequence[FrameRecord], reader: PortraitReader) -> list[Portrayed]:
    """What portraits of the people of a clip's records say, a record each."""
    source, portraits = FileSource(str(video)), Portraits(reader)
    wanted, found = iter(records), []
    record = next(wanted, None)
    for number, captured in enumerate(source.pictures()):
        if record is not None and number == record.frame:
            found.append(portraits(tracked_of(record), record.pts_ms / 1e3, captured.picture))
            record = next(wanted, None)
    source.close()
    assert len(found) == len(records)
    return found


def described(
    records: Sequence[FrameRecord], portraits: Sequence[Portrayed], camera: Camera | None, lifter: Lifter
) -> Iterable[FrameRecord]:
    """The same records, with people's attributes by that camera, and by what portraits say in each."""
    stage = Attributes(_LOST_S, lifter)
    for record, seen in zip(records, portraits, strict=True):
        yield replace(
            record, people=stage(tracked_of(record), record.pts_ms / 1e3, record.size, camera, portraits=seen)
        )


def followed(
    clips: Sequence[Clip],
    portraits: Sequence[Sequence[Portrayed]],
    cameras: Sequence[Camera | None],
    lifter: Lifter,
) -> list[Followed]:
    """Everybody in the clips as they are and as they are said to be, with those cameras."""
    found: list[Followed] = []
    for clip, seen, camera in zip(clips, portraits, cameras, strict=True):
        said = {record.frame: record for record in described(clip.found, seen, camera, lifter)}
        found += follow({record.frame: record for record in clip.truth}, said)
    return found


def found_camera(clip: Clip) -> Camera:
    """What `sightline calibrate` finds."""
    size = clip.camera.size
    return from_people(sightings_of(poses_of(clip.found), size), size, Known()).camera


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--level", choices=LEVELS, default="middle")
    parser.add_argument("--seeds", nargs="+", type=int, default=[401, 402, 403, 404])
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    clips, lifter = [clip_of(given.folder, given.level, seed, _FPS) for seed in given.seeds], Lifter()
    reader = PortraitReader()
    portraits = [portrayed(clip.video, clip.found, reader) for clip in clips]
    results: dict[str, dict[str, Any]] = {}
    for name, cameras in (
        ("camera known", [clip.camera for clip in clips]),
        ("camera found by calibrate", [found_camera(clip) for clip in clips]),
        ("camera unknown", [None] * len(clips)),
    ):
        people = followed(clips, portraits, cameras, lifter)
        results[name] = figures(people)
        if given.plot is not None and name == "camera known":
            plot(attributes_of(people), given.plot)
    for seed, clip, seen in zip(given.seeds, clips, portraits, strict=True):
        results[f"camera known, seed {seed}"] = figures(followed([clip], [seen], [clip.camera], lifter))
    table = Table("", *_SHOWN, "coverage of distance, height, heading, facing", box=None)
    for name, row in results.items():
        held = [row["distance_coverage_68"], row["height_cm"]["coverage_68"], row["heading_deg"]["coverage_68"]]
        held.append(row.get("facing_coverage_68", np.nan))
        means = [row[part]["mean"] for part in _SHOWN]
        table.add_row(
            name,
            *("–" if mean is None else f"{mean:.2f}" for mean in means),
            " ".join("–" if share is None else f"{share:.2f}" for share in held),
        )
    Console(width=160).print(table)
    if given.json is not None:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
