"""A user's own labelled frames, as lessons for the networks of the ball and of the creases.

The ball: for each clip a CSV of its name beside it (Frame,Visibility,X,Y), a video file or a folder of pictures in
their order; or YOLO's layout, `images/` in their order with `labels/`, class 0. Creases: `marks.csv` of lines
`image,mark,x,y` with the names of `NAMES`, and the pictures beside it.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from pipeline.errors import InputError
from pipeline.evaluation.ball_labels import BallLabel, read_csv, read_yolo
from pipeline.geometry.pitch_marks import NEARNESS, STUMP_MARKS
from pipeline.pictures import Pixels
from training.cricket.ball import Clip
from training.cricket.creases import MAPS, MARKS, STUMPS, Labelled, stump_lines

NAMES = tuple(
    f"{nearness} {what} {side}"
    for nearness in NEARNESS
    for what in ("popping", "bowling", "stumps base", "stumps top")
    for side in ("left", "right")
)
"""Marks in the order of `pitch_marks.MARKS_M`: where the return creases meet the popping and the bowling crease, and
the outer corners of the stumps; left and right as seen from the near end."""
_PICTURES = (".jpg", ".jpeg", ".png")
_VIDEOS = (".mp4", ".avi", ".mov", ".webm", ".mkv")
_FRAMES = 5
_WINDOW = (320, 192)
_RADIUS = 4.0
"""Of a ball whose label does not tell it."""


def ball_clips(folder: Path, rng: np.random.Generator) -> list[Clip]:
    """Windows of a few frames around the ball, and elsewhere.

    Raises:
        InputError: there are no labelled frames, or a label is wrong.
    """
    clips: list[Clip] = []
    for path in sorted(folder.glob("*.csv")):
        clips += _windows(list(_pictures_of(path)), read_csv(path), rng)
    if (folder / "images").is_dir():
        frames, labels = [], {}
        for number, path in enumerate(_sorted(folder / "images")):
            bgr = _read(path)
            frames.append(bgr)
            labels[number] = read_yolo(folder / "labels" / f"{path.stem}.txt", (bgr.shape[1], bgr.shape[0]))
        clips += _windows(frames, labels, rng)
    if not clips:
        raise InputError(
            f"{folder}: holds no labelled clips of the ball; put clip.mp4 (or a folder clip/ of pictures) beside "
            f"clip.csv, or images/ and labels/, with at least {_FRAMES} frames in a row"
        )
    return clips


def crease_pictures(folder: Path) -> list[Labelled]:
    """Pictures with the marks that were labelled in them, and with stumps all of whose corners were; of the others,
    and of creases, they teach nothing.

    Raises:
        InputError: there are no labels, or one is wrong.
    """
    path = folder / "marks.csv"
    rows: dict[str, list[tuple[int, float, float]]] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                try:
                    mark = NAMES.index(str(row["mark"]).strip().lower())
                    rows.setdefault(str(row["image"]), []).append((mark, float(row["x"]), float(row["y"])))
                except (KeyError, TypeError, ValueError) as error:
                    raise InputError(
                        f"{path}:{number}: not a mark: write image,mark,x,y with a mark such as {NAMES[0]!r}"
                    ) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read ({error}); write CSV of image,mark,x,y") from error
    if not rows:
        raise InputError(f"{path}: holds no marks; write lines of image,mark,x,y")
    return [_labelled(folder / name, marks) for name, marks in rows.items()]


def _labelled(path: Path, marks: list[tuple[int, float, float]]) -> Labelled:
    jpeg = cv2.imencode(".jpg", _read(path), [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    places, known, taught = np.zeros((MARKS, 2)), np.zeros(MARKS, bool), np.zeros(MAPS, bool)
    for mark, x, y in marks:
        places[mark], known[mark], taught[mark] = (x, y), True, True
    lines: list[tuple[float, ...]] = []
    for number, stumps in enumerate(STUMP_MARKS):
        if known[stumps].all():
            taught[STUMPS + number] = True
            lines += stump_lines(number, places[stumps])
    return Labelled(jpeg, places, known, np.array(lines, float).reshape(-1, 5), taught)


def _windows(frames: list[Pixels], labels: dict[int, BallLabel | None], rng: np.random.Generator) -> list[Clip]:
    width, height = _WINDOW
    found = []
    for first in range(0, len(frames) - _FRAMES + 1, 2):
        numbers = range(first, first + _FRAMES)
        if any(number not in labels for number in numbers):
            continue
        told = [labels[number] for number in numbers]
        seen = [label for label in told if label is not None]
        whole = np.array(frames[first].shape[1::-1])
        room = np.maximum(whole - _WINDOW, 0)
        for around in (True, False):
            corner = rng.uniform(0, 1, 2) * room
            if around and seen:
                middle = seen[len(seen) // 2]
                corner = np.array([middle.x, middle.y]) - rng.uniform(0.2, 0.8, 2) * _WINDOW
            left, top = np.clip(corner, 0, room).astype(int).tolist()
            parts = [_cut(frames[number], left, top, width, height) for number in numbers]
            ycc = [np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2YCrCb), np.uint8) for part in parts]
            found.append(
                Clip(
                    np.stack([part[..., 0] for part in ycc]),
                    np.stack([part[..., 1] for part in ycc]),
                    np.array([(-99, -99) if each is None else (each.x - left, each.y - top) for each in told], float),
                    np.array([_RADIUS if each is None else each.radius or _RADIUS for each in told]),
                    np.array([0.0 if each is None else 1.0 for each in told]),
                )
            )
    return found


def _cut(bgr: Pixels, left: int, top: int, width: int, height: int) -> Pixels:
    part = bgr[top : top + height, left : left + width]
    down, right = height - part.shape[0], width - part.shape[1]
    if down <= 0 and right <= 0:
        return part
    return np.asarray(cv2.copyMakeBorder(part, 0, max(down, 0), 0, max(right, 0), cv2.BORDER_REPLICATE), np.uint8)


def _pictures_of(labels: Path) -> Iterator[Pixels]:
    """The frames beside a file of labels."""
    folder = labels.with_suffix("")
    if folder.is_dir():
        yield from (_read(path) for path in _sorted(folder))
        return
    video = next((labels.with_suffix(suffix) for suffix in _VIDEOS if labels.with_suffix(suffix).exists()), None)
    if video is None:
        raise InputError(f"{labels}: no clip of its name lies beside it; put {labels.stem}.mp4 or a folder there")
    capture = cv2.VideoCapture(str(video))
    while True:
        read, frame = capture.read()
        if not read:
            break
        yield np.asarray(frame, np.uint8)
    capture.release()


def _sorted(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _PICTURES)


def _read(path: Path) -> Pixels:
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise InputError(f"{path}: cannot be read as a picture")
    return np.asarray(bgr, np.uint8)
