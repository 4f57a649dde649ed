"""The part of a picture around the bowler's popping crease, kept until it is known who bowled: at the size at which
heels are looked at it is a twentieth of the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import BOWLERS_POPPING_M
from pipeline.geometry.pitch_view import PitchView
from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.perception.heels import CUT_PX, MIDDLE, WIDE_M
from pipeline.pictures import Picture, Pixels

Floats = npt.NDArray[np.float64]
_AROUND = np.stack(
    np.meshgrid(BOWLERS_POPPING_M + np.array([-0.9, 0.9]), np.linspace(-2.0, 2.0, 5), (0.0, 0.6), indexing="ij"),
    axis=-1,
).reshape(-1, 3)
"""Places around all in which a bowler's front foot stands, and its shin."""
_LEAST_PX = 24
"""The least side of a part in which a foot is seen."""


@dataclass(frozen=True, slots=True)
class CreaseCut:
    """A part of a picture as RGB; its left and top (2,) in the picture, and how many of its pixels there are for each
    of the picture's, (2,)."""

    pixels: Pixels
    corner: Floats
    scale: Floats

    def around(self, pixel: Floats, wide_px: float) -> Pixels:
        """What the network of heels sees of a foot at a pixel (2,) of the picture, so many pixels of it wide; where it
        reaches out of what was kept, its edge goes on."""
        zoom = CUT_PX[0] / wide_px / self.scale
        place = np.diag(zoom)
        # Of pixels' middles, which for OpenCV are at whole numbers.
        at = np.array(CUT_PX) * MIDDLE - zoom * (self.scale * (pixel - self.corner) - 0.5) - 0.5
        matrix = np.column_stack([place, at])
        cut = cv2.warpAffine(self.pixels, matrix, CUT_PX, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(cut, np.uint8)


def crease_cut(picture: Picture, view: PitchView) -> CreaseCut | None:
    """What is kept of a picture; None where the crease is not in it."""
    places = _AROUND[view.faces(_AROUND)]
    if not len(places):
        return None
    pixels, depths_cm = view.project(places)
    size = np.array(picture.size)
    low = np.clip(pixels.min(axis=0), 0, size) // 2 * 2
    extent = np.clip(pixels.max(axis=0), 0, size) // 2 * 2 - low
    if extent.min() < _LEAST_PX:
        return None
    wide_px = cut_wide_px(view, float(depths_cm.max()))
    scaled = np.maximum(2 * np.round(extent * min(1.0, CUT_PX[0] / wide_px) / 2), 2)
    left, top, width, height = low.astype(int).tolist() + extent.astype(int).tolist()
    across, down = scaled.astype(int).tolist()
    place = Placement(Region(left, top, width, height), (across, down), (0, 0), (across, down))
    return CreaseCut(letterbox(picture, place), low, scaled / extent)


def cut_wide_px(view: PitchView, depth_cm: float) -> float:
    """How wide what the network sees is in the picture, at a depth."""
    return WIDE_M * 100 * view.camera.fx / depth_cm
