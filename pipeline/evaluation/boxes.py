"""Labelled and predicted people in one form, whatever file they come from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from pipeline.data import FrameRecord, from_json, schema_name
from pipeline.errors import InputError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FramePeople:
    """The N people of one frame: ids (N,), boxes (N, 4), keypoints (N, 17, 3) or None, and which of them are only
    there so that finding them is no fault (N,). `heights` (N,) of the whole body in pixels."""

    ids: npt.NDArray[np.int64]
    boxes: Floats
    ignored: npt.NDArray[np.bool_]
    heights: Floats
    keypoints: Floats | None = None


def read_people(path: Path, min_visible: float = 0.5) -> dict[int, FramePeople]:
    """People by frame (from 0) of a MOT text file, of records (JSON lines), or of a folder with `frames.jsonl`.

    Args:
        path: the file or folder.
        min_visible: in the simulator's truth, people of whom less is seen are ignored.

    Raises:
        InputError: the file cannot be read, with the number of the faulty line.
    """
    file = path / "frames.jsonl" if path.is_dir() else path
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error}); give MOT text, records, or analyze's folder") from error
    if not any(line.strip() for line in lines):
        raise InputError(f"{file}: is empty; give MOT text, records, or analyze's folder")
    if next(line for line in lines if line.strip()).lstrip().startswith("{"):
        return dict(_records(file, lines, min_visible))
    return _mot(file, lines)


def _records(file: Path, lines: list[str], min_visible: float) -> Iterator[tuple[int, FramePeople]]:
    for number, line in enumerate(lines, 1):
        try:
            if schema_name(line) not in (None, FrameRecord.__dataclass_fields__["schema"].default):
                continue  # the simulator's truth also holds what happened
            record = from_json(FrameRecord, line)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            raise InputError(f"{file}:{number}: not a frame record: {fault['loc']}: {fault['msg']}") from error
        people = record.people
        boxes = np.array([person.box for person in people], float).reshape(-1, 4)
        whole = np.array([person.whole_box or person.box for person in people], float).reshape(-1, 4)
        keypoints = [person.keypoints for person in people]
        yield (
            record.frame,
            FramePeople(
                ids=np.array([person.track for person in people], np.int64),
                boxes=boxes,
                ignored=np.array([(1.0 if p.visible is None else p.visible) < min_visible for p in people], bool),
                heights=whole[:, 3] - whole[:, 1],
                keypoints=np.array(keypoints, float) if people and all(len(k) == 17 for k in keypoints) else None,
            ),
        )


def _mot(file: Path, lines: list[str]) -> dict[int, FramePeople]:
    """MOT challenge text: frame from 1, id, left, top, width, height, 0 if ignored, class, visibility."""
    rows: dict[int, list[list[float]]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            values = [float(value) for value in line.split(",")]
            frame, track, left, top, width, height, counts = (*values, 1.0)[:7]
        except ValueError as error:
            raise InputError(f"{file}:{number}: not a MOT line: frame,id,left,top,width,height[,1 or 0]") from error
        rows.setdefault(int(frame) - 1, []).append([track, left, top, left + width, top + height, counts])
    found = {}
    for frame, people in rows.items():
        table = np.array(people)
        boxes = table[:, 1:5]
        found[frame] = FramePeople(table[:, 0].astype(np.int64), boxes, table[:, 5] == 0, boxes[:, 3] - boxes[:, 1])
    return found


def to_mot(records: Path, target: Path) -> None:
    """Write records as MOT text: frame from 1, id, left, top, width, height, score, -1, -1, -1."""
    with target.open("w", encoding="utf-8") as out:
        for line in records.read_text(encoding="utf-8").splitlines():
            record = from_json(FrameRecord, line)
            for person in record.people:
                left, top, right, bottom = person.box
                row = (record.frame + 1, person.track, left, top, right - left, bottom - top, person.score, -1, -1, -1)
                out.write(",".join(f"{value:g}" for value in row) + "\n")


def to_coco(records: Path, target: Path) -> None:
    """Write records as COCO keypoint results: a list with image_id (the frame), bbox, keypoints and score."""
    results = []
    for line in records.read_text(encoding="utf-8").splitlines():
        record = from_json(FrameRecord, line)
        for person in record.people:
            left, top, right, bottom = person.box
            results.append({
                "image_id": record.frame,
                "category_id": 1,
                "track_id": person.track,
                "bbox": [left, top, round(right - left, 1), round(bottom - top, 1)],
                "keypoints": [value for point in person.keypoints for value in point],
                "score": person.score,
            })  # fmt: skip
    target.write_text(json.dumps(results), encoding="utf-8")
