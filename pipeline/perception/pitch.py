"""A picture in, the marks of a pitch out: where the creases meet, where stumps stand, and how sure that is.

The network (pipeline/weights/creases.onnx) points at sixteen marks and draws creases and stumps; what holds these
together is the pitch's geometry, which is not this module's affair.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import CreaseName
from pipeline.geometry.pitch_marks import CREASES, MARKS_M, NEARNESS, Nearness
from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.inference.running import Runner
from pipeline.pictures import Picture

Floats = npt.NDArray[np.float64]
WEIGHTS = Path(__file__).parents[1] / "weights" / "creases.onnx"
SIZE, FINE = (480, 288), (640, 384)
"""As how large pictures are seen at first, and where more detail is wanted."""
_STRIDE = 4
_FILL = 114
_PEAK_WEIGHT = 41.0
"""By how much training weighs a peak more than an empty cell; without that, heat is the probability of a mark."""
_AROUND = 2
"""Cells on either side of a peak that say where its middle is."""


@dataclass(frozen=True, slots=True)
class MarksSeen:
    """What the network sees in a picture.

    `pixels` (16, 2) and `scores` (16,) of the marks of `pitch_marks.MARKS_M`; `heat` (6, rows, columns) of
    creases and `stumps` (rows, columns), how likely a cell shows a stump, with where their cells lie.
    """

    pixels: Floats
    scores: Floats
    heat: npt.NDArray[np.float32]
    stumps: Floats
    placement: Placement

    @property
    def pixel(self) -> float:
        """How many pixels of the picture one of the network's is."""
        return self.placement.region.width / self.placement.scaled[0]

    def line_at(self, crease: CreaseName, nearness: Nearness, pixels: Floats) -> Floats:
        """How much of a crease the network sees at pixels (..., 2) of the picture, 0..1; 0 outside of it."""
        return self._at(self.heat[len(CREASES) * NEARNESS.index(nearness) + CREASES.index(crease)], pixels)

    def stumps_at(self, pixels: Floats) -> Floats:
        """How likely pixels (..., 2) of the picture are on a stump, of whichever end, 0..1; 0 outside of it."""
        return self._at(self.stumps, pixels)

    def _at(self, cells: npt.NDArray[np.floating[Any]], pixels: Floats) -> Floats:
        scale = np.array(self.placement.scaled) / (self.placement.region.width, self.placement.region.height)
        inside = (pixels - (self.placement.region.left, self.placement.region.top)) * scale + self.placement.offset
        at = (inside / _STRIDE - 0.5).astype(np.float32).reshape(-1, 2)
        found = cv2.remap(cells, at[:, :1], at[:, 1:], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        return np.asarray(found, float).reshape(pixels.shape[:-1])


class PitchNetwork:
    """The network of a pitch's marks."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._runs = {size: Runner(weights, (1, 3, size[1], size[0]), "f32") for size in (SIZE, FINE)}

    def look(self, picture: Picture, region: Region | None = None, size: tuple[int, int] = SIZE) -> MarksSeen:
        """The marks of one picture, or of a part of it, which is seen as large as the whole would be.

        Args:
            picture: to be looked at.
            region: the part; None for all of it.
            size: `SIZE` or `FINE`.
        """
        placement = Placement.fit(region or Region.whole(picture), size)
        rgb = letterbox(picture, placement, _FILL)
        tensor = np.ascontiguousarray(rgb.transpose(2, 0, 1)[None], np.float32)
        logits = self._runs[size](tensor)[0][0]
        heat = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        marks, creases, stumps = np.split(heat, [len(MARKS_M), len(MARKS_M) + len(CREASES) * len(NEARNESS)])
        found = np.array([_peak(each) for each in marks])
        pixels = placement.to_picture((found[:, :2] * _STRIDE).astype(np.float32))
        return MarksSeen(pixels.astype(float), _likely(found[:, 2]), creases, _likely(stumps).sum(axis=0), placement)

    def close(self) -> None:
        """Let go of the engines."""
        for run in self._runs.values():
            run.close()


def _likely(heat: npt.NDArray[np.floating[Any]]) -> Floats:
    """How likely something is there, of heat that was learned with more weight on where it is."""
    return np.asarray(heat / (heat + _PEAK_WEIGHT * (1 - heat)), float)


def _peak(heat: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    """Column and row, in cells from the map's corner, and the height of the highest peak of a map."""
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    top, left = max(int(row) - _AROUND, 0), max(int(column) - _AROUND, 0)
    part = heat[top : int(row) + _AROUND + 1, left : int(column) + _AROUND + 1].astype(float)
    weight = part**1.5
    total = float(weight.sum())
    x = float((weight.sum(axis=0) * (left + np.arange(part.shape[1]) + 0.5)).sum()) / total
    y = float((weight.sum(axis=1) * (top + np.arange(part.shape[0]) + 0.5)).sum()) / total
    return x, y, float(heat[row, column])
