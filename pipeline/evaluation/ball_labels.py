"""Labels of the ball that somebody made by hand: TrackNet's CSV, and YOLO's boxes."""

import csv
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError

_BOUNCES = 2
"""TrackNet's status of a ball that strikes the ground; 0 flies, 1 is hit."""


@dataclass(frozen=True, slots=True)
class BallLabel:
    """The ball in a frame: its middle in pixels; its radius where the label tells it; whether it bounces there."""

    x: float
    y: float
    radius: float | None = None
    bounces: bool = False


def read_csv(path: Path) -> dict[int, BallLabel | None]:
    """Labels by frame, from 0; None where it is said that no ball is seen.

    Columns as TrackNet has them: `Frame,Visibility,X,Y`, Visibility 0 for no ball, and, if known, `Status`, 2 in the
    frame nearest to a bounce, and `Radius`.

    Raises:
        InputError: the file cannot be read or is not so, with the faulty line.
    """
    found: dict[int, BallLabel | None] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                named = {str(name).strip().lower(): value for name, value in row.items()}
                try:
                    seen = float(named.get("visibility") or 1) > 0
                    radius = named.get("radius")
                    bounces = float(named.get("status") or 0) == _BOUNCES
                    label = BallLabel(float(named["x"]), float(named["y"]), float(radius) if radius else None, bounces)
                    found[int(named["frame"])] = label if seen else None
                except (KeyError, TypeError, ValueError) as error:
                    raise InputError(f"{path}:{number}: not a label: write Frame,Visibility,X,Y") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read as labels ({error}); write CSV of Frame,Visibility,X,Y") from error
    if not found:
        raise InputError(f"{path}: holds no labels; write a line Frame,Visibility,X,Y for each frame")
    return found


def read_yolo(path: Path, size: tuple[int, int], kind: int = 0) -> BallLabel | None:
    """The label of one picture of (width, height): the largest box of class `kind`; a file that is not there has none.

    Raises:
        InputError: a line is not five numbers.
    """
    if not path.exists():
        return None
    boxes = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            which, x, y, width, height = (float(value) for value in line.split()[:5])
        except ValueError as error:
            raise InputError(f"{path}:{number}: not a YOLO label: class x y width height, shares of 1") from error
        if int(which) == kind:
            boxes.append((x * size[0], y * size[1], min(width * size[0], height * size[1]) / 2))
    return BallLabel(*max(boxes, key=lambda box: box[2])) if boxes else None
