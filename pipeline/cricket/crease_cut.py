"""The part of a picture around the bowler's creases, kept until it is known who bowled: for the network of heels, and
for people to see where a foot landed."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import BOWLERS_POPPING_M
from pipeline.geometry.pitch_view import PitchView
from pipeline.inference.letterbox import Placement, Region, letterbox, part
from pipeline.perception.heels import CUT_PX, MIDDLE, WIDE_M
from pipeline.pictures import Picture, Pixels

Floats = npt.NDArray[np.float64]
_BESIDE_M, _BEFORE_M, _BEHIND_M, _SHIN_M = 2.0, 0.9, 0.9, 0.6
"""Around all places in which a bowler's front foot stands: to either side, before and behind the popping crease, and up
its shin."""
_BACK_FOOT_M, _HIP_M = 2.4, 1.2
"""How far behind the popping crease a back foot lands, at most, and how far up people want to see a bowler."""
_LEAST_PX = 24
"""The least side of a part in which a foot is seen."""
_SHOWN = 2.25
"""In how much more detail than the network sees it a part is kept, at most."""


@dataclass(frozen=True, slots=True)
class CreaseCut:
    """A part of a picture, in its format: its left and top (2,) in the picture, how many of its pixels there are for
    each of the picture's, (2,), and where in it a front foot may stand, as large as the network of heels sees it."""

    picture: Picture
    corner: Floats
    scale: Floats
    front: Placement

    def for_heels(self) -> "HeelCut":
        """What the network of heels needs of it."""
        region = self.front.region
        size = np.array([region.width, region.height])
        corner = self.corner + np.array([region.left, region.top]) / self.scale
        return HeelCut(letterbox(self.picture, self.front), corner, self.scale * self.front.scaled / size)


@dataclass(frozen=True, slots=True)
class HeelCut:
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
    """What is kept of a picture; None where the popping crease is not in it."""
    place = _place(view, picture.size)
    if place is None:
        return None
    region, shrinks, front = place
    kept = part(picture, region, (region.width // shrinks, region.height // shrinks))
    return CreaseCut(kept, np.array([region.left, region.top], float), np.full(2, 1 / shrinks), front)


@lru_cache(maxsize=16)
def _place(view: PitchView, size: tuple[int, int]) -> tuple[Region, int, Placement] | None:
    """Which part of a camera's pictures is kept, how many times smaller, and where in it a front foot may stand."""
    seen = _seen(view, size, _BEHIND_M, _SHIN_M)
    if seen is None:
        return None
    inner, wide_px = seen
    outer, _ = _seen(view, size, _BACK_FOOT_M, _HIP_M) or seen
    # By whole numbers, which is quick.
    shrinks = max(1, round(wide_px / (_SHOWN * CUT_PX[0])))
    kept = np.array([outer.width, outer.height]) // (2 * shrinks) * 2
    low = np.array([inner.left - outer.left, inner.top - outer.top]) // (2 * shrinks) * 2
    extent = np.minimum(np.array([inner.width, inner.height]) // (2 * shrinks) * 2, kept - low)
    scaled = np.maximum(2 * np.round(extent * min(1.0, CUT_PX[0] * shrinks / wide_px) / 2), 2).astype(int)
    across, down = scaled.tolist()
    front = Placement(Region(*low.tolist(), *extent.tolist()), (across, down), (0, 0), (across, down))
    return Region(outer.left, outer.top, *(kept * shrinks).tolist()), shrinks, front


def _seen(view: PitchView, size: tuple[int, int], behind_m: float, up_m: float) -> tuple[Region, float] | None:
    """Where in a picture feet may stand, so far behind the popping crease at most, and what is over them; and how wide
    what the network sees is where they are farthest away, in pixels. None where that is not in it."""
    around = np.meshgrid(
        BOWLERS_POPPING_M + np.array([-_BEFORE_M, _BEHIND_M, behind_m]),
        np.linspace(-_BESIDE_M, _BESIDE_M, 5),
        (0.0, up_m),
        indexing="ij",
    )
    places = np.stack(around, axis=-1).reshape(-1, 3)
    places = places[view.faces(places)]
    if not len(places):
        return None
    pixels, depths_cm = view.project(places)
    low = np.clip(pixels.min(axis=0), 0, size) // 2 * 2
    extent = np.clip(pixels.max(axis=0), 0, size) // 2 * 2 - low
    if extent.min() < _LEAST_PX:
        return None
    left, top, width, height = np.concatenate([low, extent]).astype(int).tolist()
    return Region(left, top, width, height), cut_wide_px(view, float(depths_cm.max()))


def cut_wide_px(view: PitchView, depth_cm: float) -> float:
    """How wide what the network sees is in the picture, at a depth."""
    return WIDE_M * 100 * view.camera.fx / depth_cm
