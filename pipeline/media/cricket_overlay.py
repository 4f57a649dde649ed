"""What cricket adds to the overlay of files: creases, stumps and the ball with the way it came."""

from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np

from pipeline.data import FrameRecord
from pipeline.pictures import Pixels

_TRAIL_S = 1.2
_JUMP_RADII = 25.0
"""A ball that jumps farther is another one, or in another hand: its trail begins anew."""
_CREASE, _STUMPS, _BALL = (90, 230, 255), (80, 200, 80), (60, 60, 255)


@dataclass(slots=True)
class CricketOverlay:
    """Draws the frames of one clip, in their order; remembers where the ball was."""

    _trail: deque[tuple[float, float, float]] = field(default_factory=deque)

    def draw(self, bgr: Pixels, record: FrameRecord) -> None:
        """Draw into `bgr` (height, width, 3)."""
        thickness = max(1, round(bgr.shape[0] / 500))
        for crease in record.creases:
            x0, y0, x1, y1 = (round(16 * value) for value in crease.line)
            cv2.line(bgr, (x0, y0), (x1, y1), _CREASE, thickness, cv2.LINE_AA, 4)
        for stumps in record.stumps:
            left, top, right, bottom = (round(side) for side in stumps.box)
            cv2.rectangle(bgr, (left, top), (right, bottom), _STUMPS, thickness, cv2.LINE_AA)
        seconds = record.pts_ms / 1e3
        while self._trail and seconds - self._trail[0][0] > _TRAIL_S:
            self._trail.popleft()
        if record.ball is not None:
            if self._trail and np.hypot(*np.subtract(self._trail[-1][1:], (record.ball.x, record.ball.y))) > (
                _JUMP_RADII * record.ball.radius
            ):
                self._trail.clear()
            self._trail.append((seconds, record.ball.x, record.ball.y))
            centre = round(16 * record.ball.x), round(16 * record.ball.y)
            cv2.circle(bgr, centre, round(16 * (record.ball.radius + 3)), _BALL, thickness, cv2.LINE_AA, 4)
        if len(self._trail) > 1:
            points = np.round(16 * np.array([point[1:] for point in self._trail])).astype(np.int32)
            cv2.polylines(bgr, [points], False, _BALL, thickness, cv2.LINE_AA, 4)
