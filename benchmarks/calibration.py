"""How well cameras are found from the people who walk through simulated streets, and how well those people are measured
with the cameras found.

    python -m benchmarks.calibration --folder FOLDER [--levels plain middle] [--seeds 2 3 4] [--json FILE]

Clips of a minute at six frames a second are written as `sightline sim` does and analysed as `sightline analyze` does;
what is in the folder already is used again. Of each clip: errors of focal length and height in percent and of tilt in
degrees, each also as a multiple of its deviation; the mean error of people's heights (the median over all that is seen
of one who walks, seen ten times or more) and of their distances. The same follows for a lens that is known, for a lens
and a height that are known, and for the true camera.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import supervision as sv
from rich.console import Console
from rich.table import Column, Table

from pipeline.analyze import Analysis, analyze
from pipeline.calibrate import poses_of
from pipeline.config import Deployment
from pipeline.data import FrameRecord, Person
from pipeline.evaluation.records import read_records
from pipeline.geometry.calibration import from_people
from pipeline.geometry.camera import Camera
from pipeline.geometry.lens import Known
from pipeline.geometry.self_calibration import implied_cm
from pipeline.geometry.sightings import sightings_of
from pipeline.geometry.stature import ANKLES, MEAN_CM
from pipeline.simulation.clip import write_clip
from pipeline.simulation.scene import LEVELS, scene_of

_SECONDS, _FPS = 60, 6
_ALIKE, _WHOLE, _OFTEN = 0.6, 0.97, 10


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip, its true camera, its true records and those that the pipeline made."""

    video: Path
    camera: Camera
    truth: list[FrameRecord]
    found: list[FrameRecord]


def clip_of(folder: Path, level: str, seed: int, fps: float = _FPS) -> Clip:
    """The clip of a level and a seed, made where it is not in the folder."""
    name = folder / f"{level}-{seed}"
    video, truth, camera = (name.with_name(name.name + end) for end in (".mp4", ".jsonl", ".yaml"))
    if not video.exists():
        scene = scene_of("street", {"level": level, "seed": seed, "fps": fps})
        write_clip(scene, _SECONDS, video, truth, camera, lambda _done, _total: None)
    if not (name / "frames.jsonl").exists():
        analyze(Analysis(str(video), name, "street", "bench", Deployment(), overlay=False), lambda _step: None)
    return Clip(video, Camera.load(camera), list(read_records(truth).values()), list(read_records(name).values()))


def measured(clip: Clip, known: Known | None) -> dict[str, float]:
    """Errors with what is known of the camera; None for all of it."""
    camera, row = clip.camera, {}
    if known is not None:
        camera = from_people(sightings_of(poses_of(clip.found), camera.size), camera.size, known).camera
        std = camera.std
        assert std is not None
        focal = 100 * (camera.fx / clip.camera.fx - 1)
        high = camera.height_cm - clip.camera.height_cm
        tilt = camera.tilt_deg - clip.camera.tilt_deg
        row = {"focal %": focal, "height %": 100 * high / clip.camera.height_cm, "tilt °": tilt}
        if known == Known():
            pairs = ((focal, std.focal_percent), (high, std.height_cm), (tilt, std.tilt_deg))
            for name, (error, deviation) in zip(("focal", "height", "tilt"), pairs, strict=True):
                row[f"{name} / std"] = error / (deviation or np.nan)
    pairs = list(_matched(clip))
    joints = np.array([person.keypoints for person, _ in pairs])[..., :2]
    feet, heads = joints[:, 15:17].mean(axis=1), joints[:, 3:5].mean(axis=1)
    ground = camera.ground_from_image(feet) * (1 - ANKLES * MEAN_CM / camera.height_cm)
    away = np.hypot(np.linalg.norm(ground, axis=1), camera.height_cm - MEAN_CM / 2)
    true = np.array([person.distance_cm for _, person in pairs])
    heights = defaultdict(list)
    for (_, person), height in zip(pairs, implied_cm(camera, feet, heads), strict=True):
        heights[person.track, person.height_cm].append(height)
    errors = [np.median(own) - tall for (_, tall), own in heights.items() if len(own) >= _OFTEN]
    return row | {
        "people cm": float(np.mean(np.abs(errors))),
        "distance %": float(100 * np.mean(np.abs(away / true - 1))),
    }


def _matched(clip: Clip) -> Iterator[tuple[Person, Person]]:
    """People who walk and are wholly seen, as they were found and as they are."""
    for found, true in zip(clip.found, clip.truth, strict=True):
        seen = [person for person in found.people if person.score > 0]
        if not seen or not true.people:
            continue
        likeness = sv.box_iou_batch(
            np.array([person.box for person in seen]), np.array([person.box for person in true.people])
        )
        for person, row in zip(seen, likeness, strict=True):
            match = true.people[int(row.argmax())]
            if row.max() >= _ALIKE and (match.visible or 0) >= _WHOLE and match.state == "walking":
                yield person, match


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=["plain", "middle"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[2, 3, 4])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    clips = {f"{level} {seed}": clip_of(given.folder, level, seed) for level in given.levels for seed in given.seeds}
    rows: dict[str, dict[str, float]] = {name: measured(clip, Known()) for name, clip in clips.items()}
    inside = np.mean([abs(row[part]) < 1 for row in rows.values() for part in row if part.endswith("/ std")])
    rows["mean"] = _mean(list(rows.values()))
    for name, known in (
        ("lens known", lambda camera: Known(focal_px=camera.fx)),
        ("and height", lambda camera: Known(camera.fx, camera.height_cm)),
        ("true camera", lambda _: None),
    ):
        rows[name] = _mean([measured(clip, known(clip.camera)) for clip in clips.values()])
    table = Table(Column("", no_wrap=True), *rows["mean"], box=None)
    for name, row in rows.items():
        table.add_row(name, *(f"{row[part]:.2f}" if part in row else "" for part in rows["mean"]))
    Console().print(table)
    print(f"68 % intervals hold {100 * inside:.0f} %")
    if given.json is not None:
        given.json.write_text(json.dumps({"rows": rows, "inside": inside}, indent=2) + "\n", encoding="utf-8")


def _mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {part: float(np.mean([abs(row[part]) for row in rows])) for part in rows[0]}


if __name__ == "__main__":
    main()
