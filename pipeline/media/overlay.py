"""The overlay of files: boxes, skeletons, trails, directions and sizes drawn into the picture.

The live page draws its own on a canvas; this one is for `analyze`, where the picture is written anyway.
"""

import colorsys
from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np

from pipeline.data import SKELETON, Person
from pipeline.media.directions import draw_directions, sizes_of
from pipeline.media.labels import Label, draw_labels
from pipeline.pictures import Pixels

MIN_KEYPOINT_SCORE = 0.2
"""Keypoints that the network is less sure of are not drawn."""
TRAIL_S = 2.0
_GOLDEN_ANGLE = 0.381966
_CAPTION = (40, 40, 40)

Bgr = tuple[int, int, int]


def colour_of(track: int) -> Bgr:
    """A bright colour for a track: neighbouring numbers are far apart on the colour circle."""
    red, green, blue = colorsys.hls_to_rgb((0.55 + track * _GOLDEN_ANGLE) % 1.0, 0.6, 0.85)
    return round(255 * blue), round(255 * green), round(255 * red)


@dataclass(slots=True)
class Overlay:
    """Draws the frames of one clip, in their order; remembers where people walked for their trails."""

    _trails: dict[int, deque[tuple[float, int, int]]] = field(default_factory=dict)

    def draw(self, bgr: Pixels, people: tuple[Person, ...], seconds: float, caption: str) -> None:
        """Draw into `bgr` (height, width, 3). `seconds` is the frame's PTS."""
        thickness = max(1, round(bgr.shape[0] / 500))
        self._remember(people, seconds)
        for person in people:
            colour = colour_of(person.track)
            trail = np.array([point[1:] for point in self._trails[person.track]], np.int32)
            cv2.polylines(bgr, [trail], False, colour, thickness, cv2.LINE_AA)
            _skeleton(bgr, person, thickness)
            left, top, right, bottom = (round(side) for side in person.box)
            if person.score > 0:
                cv2.rectangle(bgr, (left, top), (right, bottom), colour, thickness, cv2.LINE_AA)
            else:
                _corners(bgr, (left, top), (right, bottom), colour, thickness)
            draw_directions(bgr, person, colour, thickness)
        labels = [Label(caption, (0.0, 0.0, 0.0, float(bgr.shape[0])), _CAPTION)]
        for person in people:
            words = f"{person.track}  {sizes_of(person)}".strip()
            labels.append(Label(words, person.box, colour_of(person.track)))
        draw_labels(bgr, labels, thickness)

    def _remember(self, people: tuple[Person, ...], seconds: float) -> None:
        for person in people:
            left, _, right, bottom = person.box
            trail = self._trails.setdefault(person.track, deque())
            trail.append((seconds, round((left + right) / 2), round(bottom)))
        for track in list(self._trails):
            trail = self._trails[track]
            while trail and seconds - trail[0][0] > TRAIL_S:
                trail.popleft()
            if not trail:
                del self._trails[track]


def _skeleton(bgr: Pixels, person: Person, thickness: int) -> None:
    seen = [score >= MIN_KEYPOINT_SCORE for _, _, score in person.keypoints]
    points = [(round(x), round(y)) for x, y, _ in person.keypoints]
    for start, end in SKELETON:
        if len(points) == 17 and seen[start] and seen[end]:
            cv2.line(bgr, points[start], points[end], (235, 235, 235), thickness, cv2.LINE_AA)
    for point, sure in zip(points, seen, strict=True):
        if sure:
            cv2.circle(bgr, point, thickness + 1, (60, 200, 255), -1, cv2.LINE_AA)


def _corners(bgr: Pixels, start: tuple[int, int], end: tuple[int, int], colour: Bgr, thickness: int) -> None:
    """Only the corners of a box, for somebody who is hidden."""
    across, down = (end[0] - start[0]) // 4, (end[1] - start[1]) // 6
    for x, y, dx, dy in ((*start, 1, 1), (end[0], start[1], -1, 1), (start[0], end[1], 1, -1), (*end, -1, -1)):
        cv2.line(bgr, (x, y), (x + dx * across, y), colour, thickness, cv2.LINE_AA)
        cv2.line(bgr, (x, y), (x, y + dy * down), colour, thickness, cv2.LINE_AA)
