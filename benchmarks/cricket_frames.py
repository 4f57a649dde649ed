"""Creases and stumps on real match frames with YOLO boxes: figures of the stumps, and a contact sheet to judge by eye.

    python -m benchmarks.cricket_frames ../shared/data/cricket --sheet sheet.png

Frames that were stretched to a square are put back to 16:9 first (`--aspect`), as a camera has square pixels.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from pipeline.cricket.pitch import PitchFinder, PitchSeen
from pipeline.evaluation.creases import box_iou
from pipeline.perception.pitch import PitchNetwork
from pipeline.perception.pitch_ends import EndsNetwork
from pipeline.pictures import Picture, PixelFormat, Pixels

_STUMPS = 5
_COLOURS = {"bowling": (0, 255, 255), "popping": (0, 80, 255), "return": (255, 200, 0)}


def main() -> None:
    """Measure and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="with images/ and labels/")
    parser.add_argument("--sheet", type=Path, default=None)
    parser.add_argument("--aspect", type=float, default=16 / 9)
    parser.add_argument("--iou", type=float, default=0.3)
    parser.add_argument("--columns", type=int, default=6)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    finder = PitchFinder(PitchNetwork(), EndsNetwork())
    true = told = right = cameras = 0
    tiles = []
    for number, path in enumerate(sorted((given.folder / "images").glob("*.jpg"))):
        bgr = np.asarray(cv2.imread(str(path)), np.uint8)
        height = bgr.shape[0]
        width = 2 * round(height * given.aspect / 2)
        bgr = np.asarray(cv2.resize(bgr, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
        rgb = np.ascontiguousarray(bgr[..., ::-1])
        found = finder.find(Picture(PixelFormat.RGB24, width, height, (rgb,)))
        boxes = _boxes(given.folder / "labels" / f"{path.stem}.txt", width, height)
        matched = 0
        left = list(boxes)
        for stumps in found.stumps:
            best = max(left, key=lambda box: box_iou(box, stumps.box), default=None)
            if best is not None and box_iou(best, stumps.box) >= given.iou:
                left.remove(best)
                matched += 1
        true, told, right = true + len(boxes), told + len(found.stumps), right + matched
        cameras += found.pitch is not None
        tiles.append(_tile(bgr, found, boxes, number))
    figures = {
        "frames": len(tiles), "stumps": true, "recall": round(right / max(true, 1), 3),
        "precision": round(right / max(told, 1), 3), "cameras": cameras,
    }  # fmt: skip
    print(json.dumps(figures, indent=2))
    if given.sheet is not None:
        blank = np.zeros_like(tiles[0])
        rows = [tiles[i : i + given.columns] for i in range(0, len(tiles), given.columns)]
        rows[-1] += [blank] * (given.columns - len(rows[-1]))
        cv2.imwrite(str(given.sheet), np.vstack([np.hstack(row) for row in rows]))


def _boxes(path: Path, width: int, height: int) -> list[tuple[float, float, float, float]]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        which, x, y, wide, high = (float(value) for value in line.split()[:5])
        if int(which) == _STUMPS:
            found.append(
                ((x - wide / 2) * width, (y - high / 2) * height, (x + wide / 2) * width, (y + high / 2) * height)
            )
    return found


def _tile(bgr: Pixels, found: PitchSeen, boxes: list[tuple[float, float, float, float]], number: int) -> Pixels:
    drawn = bgr.copy()
    for box in boxes:
        _box(drawn, box, (0, 255, 0))
    for stumps in found.stumps:
        _box(drawn, stumps.box, (255, 0, 255))
    for crease in found.creases:
        x0, y0, x1, y1 = (round(value) for value in crease.line)
        cv2.line(drawn, (x0, y0), (x1, y1), _COLOURS[crease.crease], 2, cv2.LINE_AA)
    cv2.putText(drawn, str(number), (8, 34), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0, 0, 255), 3)
    return np.asarray(cv2.resize(drawn, (426, 240), interpolation=cv2.INTER_AREA), np.uint8)


def _box(bgr: Pixels, box: tuple[float, ...], colour: tuple[int, int, int]) -> None:
    left, top, right, bottom = (round(value) for value in box)
    cv2.rectangle(bgr, (left, top), (right, bottom), colour, 2)


if __name__ == "__main__":
    main()
