"""People who are followed and whom the pose network has not found, looked at one by one where they are expected.

A network that looks for everybody at once finds one of two who overlap. This one is shown a cut-out about the place
where somebody is expected, and the joints of all who have been found there already, and draws those of whoever is left
(top-down pose estimation, as in Xiao et al., "Simple baselines for human pose estimation and tracking", ECCV 2018). It
learned from simulated people alone (pipeline/weights/followed.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.inference.letterbox import Placement, letterbox
from pipeline.inference.small import look, small_network
from pipeline.perception.detections import Detections, Floats
from pipeline.perception.merging import same_people
from pipeline.perception.second_looks import missed
from pipeline.perception.tracking import SURE_SCORE
from pipeline.pictures import Picture, Pixels

Doubles = npt.NDArray[np.float64]
WEIGHTS = Path(__file__).parents[1] / "weights" / "followed.onnx"
SIZE = 96, 128
"""Width and height of a cut-out."""
STRIDE = 4
"""Pixels of it to a cell of the maps of joints."""
ROOM = 1.5
"""Its height, in heights of the expected box, or its width in widths of it if that is more."""
PEAK_WEIGHT = 20.0
"""How many times more a joint weighed than the rest of its map while the network learned."""
JOINTS = 17
LEAST_PX = 24.0
"""Of a box's height: the network has seen nobody smaller."""
_LEAST_WITHIN = 0.5
_LIKELY = 0.5
"""Somebody who is there at least so likely is."""
_WEAK = np.float32(0.99 * SURE_SCORE)
"""What the network is sure of carries on a track and begins none: it has seen simulated people alone."""
_FILL = 128
_LIMBS = (
    (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8), (7, 9), (8, 10), (0, 5),
    (0, 6), (0, 1), (0, 2), (1, 3), (2, 4),
)  # fmt: skip
_THICK_PX = 3


class FollowedNetwork:
    """The network; not for several threads.

    Raises:
        EngineError: the network cannot be run here.
    """

    def __init__(self) -> None:
        self._request = small_network(WEIGHTS)

    def __call__(self, picture: Picture, expected: Floats, found: Detections) -> Detections:
        """Whom the network sees where somebody is expected.

        Args:
            picture: to be looked at.
            expected: boxes (N, 4) in pixels.
            found: who has been found in it already.

        Returns:
            One a box, in the same order, with how likely it is that somebody else than those is there as the score.
        """
        places = [placed(box, picture.size) for box in expected]
        cuts = [
            np.dstack([letterbox(picture, place, _FILL), drawn(place.to_input(found.keypoints[:, :, :2]))])
            for place in places
        ]
        told = read(look(self._request, cuts))
        joints, boxes = told.joints.astype(np.float32), told.boxes.astype(np.float32).reshape(-1, 2, 2)
        for number, place in enumerate(places):
            joints[number, :, :2] = place.to_picture(joints[number, :, :2])
            boxes[number] = place.to_picture(boxes[number])
        return Detections(np.clip(boxes, 0, picture.size).reshape(-1, 4), told.scores.astype(np.float32), joints)


def looked_for(
    network: FollowedNetwork, picture: Picture, expected: Floats, found: Detections, most: int
) -> Detections:
    """Who was found in a picture, and those who were not and are where they are expected.

    Args:
        network: looks for them.
        picture: to be looked at.
        expected: boxes (N, 4) in pixels where people are expected, those who matter most first.
        found: what was found in the picture.
        most: so many are looked for.
    """
    boxes = [box for box in missed(expected, found) if _worth_a_look(box, picture.size)][:most]
    if not boxes:
        return found
    seen = network(picture, np.array(boxes, np.float32), found)
    seen = seen.select(seen.scores > _LIKELY)
    weak = Detections(seen.boxes, _WEAK * seen.scores, seen.keypoints)
    both = Detections.joined([found, weak])
    same = same_people(both)
    kept = list(range(len(found)))
    for number in np.argsort(-weak.scores) + len(found):
        if not same[number, kept].any():
            kept.append(int(number))
    return both.select(np.array(kept, np.intp))


def _worth_a_look(box: Floats, picture: tuple[int, int]) -> bool:
    """Whether somebody is large enough, and half of them lie within the picture."""
    size = box[2:] - box[:2]
    within = np.clip(box[2:], 0, picture) - np.clip(box[:2], 0, picture)
    return bool(size[1] >= LEAST_PX and np.prod(within) >= _LEAST_WITHIN * np.prod(size))


def placed(box: npt.ArrayLike, picture: tuple[int, int], grown: float = 1.0) -> Placement:
    """The cut-out about a box (4,) in a picture of (width, height), or a larger one about the same middle."""
    corners, size = np.asarray(box, float).reshape(2, 2), np.array(SIZE)
    middle, extent = corners.mean(axis=0), corners[1] - corners[0]
    whole = size * (ROOM * grown * max(extent / size))
    shape = SIZE if grown == 1 else tuple((2 * np.rint(size * grown / 2)).astype(int).tolist())
    return Placement.cut(middle - whole / 2, whole, picture, shape)


def drawn(people: Iterable[npt.NDArray[np.floating]]) -> Pixels:
    """A picture (height, width) of the joints (17, 2) of people, in pixels of the cut-out."""
    canvas = np.zeros(SIZE[::-1], np.uint8)
    for joints in people:
        if (joints.max(axis=0) < 0).any() or (joints.min(axis=0) > SIZE).any():
            continue
        # OpenCV's pixels have their middle at whole numbers; four bits of fraction.
        ends = np.rint(16 * np.clip(joints - 0.5, -500, 500)).astype(int).tolist()
        for first, last in _LIMBS:
            cv2.line(canvas, ends[first], ends[last], 255, _THICK_PX, cv2.LINE_AA, shift=4)
    return canvas


@dataclass(frozen=True, slots=True)
class Told:
    """What the network says of N cut-outs, places in pixels of the cut-out."""

    joints: Doubles
    """(N, 17, 3) as x, y, and how likely it is seen there."""
    scores: Doubles
    """How likely somebody is there, (N,)."""
    boxes: Doubles
    """(N, 4)."""


def read(rows: Doubles) -> Told:
    """The network's rows (N, …), read."""
    across, down = (side // STRIDE for side in SIZE)
    heat = 1 / (1 + np.exp(-np.clip(rows[:, :-5].reshape(-1, JOINTS, down, across), -30, 30)))
    at = heat.reshape(len(heat), JOINTS, -1).argmax(axis=2)
    row, column = at // across, at % across
    person, joint = np.ogrid[: len(heat), :JOINTS]
    logs = np.log(np.pad(heat, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge") + 1e-9)
    peak = logs[person, joint, row + 1, column + 1]
    x = column + 0.5 + _top(logs[person, joint, row + 1, column], peak, logs[person, joint, row + 1, column + 2])
    y = row + 0.5 + _top(logs[person, joint, row, column + 1], peak, logs[person, joint, row + 2, column + 1])
    likely = np.exp(peak)
    likely /= likely + PEAK_WEIGHT * (1 - likely)
    scores = 1 / (1 + np.exp(-np.clip(rows[:, -5], -30, 30)))
    return Told(np.stack([x * STRIDE, y * STRIDE, likely], axis=2), scores, rows[:, -4:] * np.array([*SIZE, *SIZE]))


def _top(before: Doubles, peak: Doubles, after: Doubles) -> Doubles:
    """How far from the middle one of three cells the Gaussian through them is highest, of their logarithms."""
    bend = np.minimum(before + after - 2 * peak, -1e-3)
    return np.clip((before - after) / (2 * bend), -0.5, 0.5)
