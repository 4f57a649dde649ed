"""Whose end is whose: what stands around either end of a pitch, seen at the same size whatever the camera.

From one picture the two ends of a pitch look alike but for the people there: a batter at guard before a keeper, or a
bowler, an umpire and a batter who waits. The network (pipeline/weights/ends.onnx) says of a cut-out how much it looks
like the striker's end; the two of a picture are compared.
"""

from pathlib import Path

import numpy as np

from pipeline.geometry.pitch_marks import END_PLACES_M
from pipeline.geometry.pitch_view import PitchView
from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.inference.running import Runner
from pipeline.pictures import Picture, Pixels

WEIGHTS = Path(__file__).parents[1] / "weights" / "ends.onnx"
SIDE_PX, SIDE_M = 96, 7.0
"""Of a cut-out."""
_UP_M = 0.7
"""How far over the middle of the stumps its middle is."""
_FILL = 114


class EndsNetwork:
    """The network of the ends' cut-outs."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._run = Runner(weights, (len(END_PLACES_M), 3, SIDE_PX, SIDE_PX), "f32")

    def striker(self, picture: Picture, view: PitchView) -> float:
        """The probability that the near end is the striker's, where the view is in the near end's coordinates."""
        cut = np.stack([cut_out(picture, view, end, SIDE_PX, SIDE_M) for end in range(len(END_PLACES_M))])
        near, far = self._run(np.ascontiguousarray(cut.transpose(0, 3, 1, 2), np.float32))[0][:, 0].tolist()
        return float(1 / (1 + np.exp(far - near)))

    def close(self) -> None:
        """Let go of the engine."""
        self._run.close()


def cut_out(picture: Picture, view: PitchView, end: int, side_px: int, side_m: float) -> Pixels:
    """What is around the near end (0) or the far one (1), RGB (side_px, side_px, 3); gray where there is no picture."""
    place = END_PLACES_M[end] + (0.0, 0.0, _UP_M)
    (x, y), depth = view.project(place)
    side = float(side_m * 100 * view.camera.fx / depth)
    if not view.faces(place) or side < 1:
        return np.full((side_px, side_px, 3), _FILL, np.uint8)
    low = np.array([x, y]) - side / 2
    left, top = np.clip(np.rint(low), 0, picture.size).astype(int).tolist()
    right, bottom = np.clip(np.rint(low + side), 0, picture.size).astype(int).tolist()
    scale = side_px / side
    offset = [2 * round((first - at) * scale / 2) for first, at in zip((left, top), low.tolist(), strict=True)]
    scaled = [2 * round(extent * scale / 2) for extent in (right - left, bottom - top)]
    scaled = [min(extent, side_px - at) for extent, at in zip(scaled, offset, strict=True)]
    if min(right - left, bottom - top, *scaled) < 2:
        return np.full((side_px, side_px, 3), _FILL, np.uint8)
    region = Region(left, top, right - left, bottom - top)
    placed = Placement(region, (side_px, side_px), (offset[0], offset[1]), (scaled[0], scaled[1]))
    return letterbox(picture, placed, _FILL)
