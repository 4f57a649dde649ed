"""What a broadcaster lays over the picture: a score bar, a logo. It hides what is under it, as the truth says."""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.data import Box
from pipeline.pictures import Pixels

_TEAMS = ("NOR", "EAS", "SOU", "WES", "RIV", "HIL", "BAY", "CAP", "LAK", "OAK")
_COLOURS = ((24, 40, 92), (236, 236, 240), (20, 150, 110), (180, 30, 50), (250, 200, 40), (30, 30, 36), (90, 30, 120))


@dataclass(frozen=True, slots=True)
class Panel:
    """A patch (height, width, 3) with its left and top in the picture."""

    left: int
    top: int
    patch: Pixels

    @property
    def box(self) -> Box:
        """Left, top, right, bottom in pixels."""
        height, width = self.patch.shape[:2]
        return self.left, self.top, self.left + width, self.top + height

    def draw(self, rgb: Pixels) -> None:
        """Over a picture (height, width, 3), in place."""
        left, top, right, bottom = (int(side) for side in self.box)
        rgb[top:bottom, left:right] = self.patch


def graphics(rng: np.random.Generator, size: tuple[int, int], share: float) -> list[Panel]:
    """The panels of one broadcast; none in all but `share` of cases."""
    if rng.random() >= share:
        return []
    width, height = size
    panels = [_bar(rng, width, height)]
    if rng.random() < 0.7:
        side = max(8, int(height * rng.uniform(0.08, 0.14)))
        logo = np.full((side, side, 3), _colour(rng), np.uint8)
        cv2.circle(logo, (side // 2, side // 2), side // 3, _colour(rng).tolist(), -1, cv2.LINE_AA)
        margin = int(0.03 * height)
        left = margin if rng.random() < 0.5 else width - side - margin
        panels.append(Panel(left, margin, logo))
    return panels


def _bar(rng: np.random.Generator, width: int, height: int) -> Panel:
    tall = max(10, int(height * rng.uniform(0.05, 0.11)))
    left = int(width * rng.choice([0.0, 0.04, 0.1]))
    long = width - 2 * left
    below = int(height * rng.choice([0.0, 0.02, 0.05]))
    bar = np.full((tall, long, 3), _colour(rng), np.uint8)
    at = 0
    while at < long:
        step = int(long * rng.uniform(0.07, 0.3))
        field = _colour(rng)
        bar[:, at : at + step] = field
        ink = (20, 20, 24) if field.mean() > 140 else (245, 245, 245)
        words = f"{_TEAMS[rng.integers(len(_TEAMS))]} {rng.integers(300)}/{rng.integers(10)}"
        scale = tall / 46
        cv2.putText(
            bar, words, (at + 6, int(0.7 * tall)), cv2.FONT_HERSHEY_SIMPLEX, scale, ink, max(1, tall // 22), cv2.LINE_AA
        )
        at += step
    return Panel(left, height - tall - below, bar)


def _colour(rng: np.random.Generator) -> np.ndarray:
    return np.clip(np.array(_COLOURS[rng.integers(len(_COLOURS))]) + rng.normal(0, 8, 3), 0, 255)
