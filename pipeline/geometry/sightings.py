"""Where feet and heads of people who walk about are seen: what a camera is calibrated from.

Only whole, upright, well-seen people who get about are taken: somebody who sits, lies, is cut off by the picture's edge
or half hidden has no head straight above the feet at standing height. Feet are the middle of the ankles and heads the
middle of the ears, keypoints both: the lower edge of a box is wherever a shadow or a bag ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EVERY_S = 0.4
"""Between two sightings of a track that are used: less than a step apart, both err in the same way."""
PER_TRACK = 60
MOST_TRACKS = 80
"""Of more, those that are seen most are used: the fit's time grows with the cube, and 80 statures tell the scale to
0.6 %, far better than the mean of a place's people is known."""
MIN_HEIGHT_PX = 40.0
"""From feet to head; the keypoints of smaller people err by a large share of it."""
SURE = 0.2
"""Least score of a keypoint that is used."""
_STRAIGHT_DEG = 35.0
"""Most that a knee is bent in the picture, on average of both legs: walking legs bend in turns, sitting ones both."""
_UPRIGHT = (0.75, 1.45)
"""Length of the legs as a share of that from hips to ears: about 1.05 of standing people, less of sitting ones; looking
down on people shortens the legs."""
_MOVED = 0.6
"""How far the feet of a track must come in the picture, in heights of the person."""
EAR_PAIR, SHOULDER_PAIR, HIP_PAIR, KNEE_PAIR, ANKLE_PAIR = (3, 4), (5, 6), (11, 12), (13, 14), (15, 16)
_USED = [*SHOULDER_PAIR, *HIP_PAIR, *KNEE_PAIR, *ANKLE_PAIR]


@dataclass(frozen=True, slots=True)
class Poses:
    """People as a tracker reports them: tracks (N,), seconds (N,), and keypoints (N, 17, 3) as x, y, score in COCO's
    order."""

    tracks: Ints
    seconds: Floats
    keypoints: Floats


@dataclass(frozen=True, slots=True)
class Sightings:
    """Tracks (N,) of people, counted from 0 without gaps, and the pixels (N, 2) of their feet and of their heads."""

    tracks: Ints
    feet: Floats
    heads: Floats

    def __len__(self) -> int:
        return len(self.tracks)

    @property
    def people(self) -> int:
        """How many different tracks there are."""
        return int(self.tracks.max()) + 1 if len(self.tracks) else 0

    @property
    def heights_px(self) -> Floats:
        """From feet to head (N,)."""
        return np.linalg.norm(self.heads - self.feet, axis=1)

    @classmethod
    def of(cls, tracks: npt.ArrayLike, feet: npt.ArrayLike, heads: npt.ArrayLike) -> "Sightings":
        """Sightings of tracks with any numbers."""
        numbers = np.unique(np.asarray(tracks), return_inverse=True)[1]
        return cls(numbers.reshape(-1).astype(np.int64), np.asarray(feet, float), np.asarray(heads, float))


def sightings_of(poses: Poses, size: tuple[int, int]) -> Sightings:
    """The sightings in poses that are good enough, from a picture of that size (width, height)."""
    good = np.flatnonzero(well_seen(poses.keypoints, size))
    chosen: list[Ints] = []
    for track in np.unique(poses.tracks[good]):
        own = good[poses.tracks[good] == track]
        if _gets_about(poses.keypoints[own]):
            chosen.append(_apart(own, poses.seconds[own]))
    chosen = sorted(chosen, key=len, reverse=True)[:MOST_TRACKS]
    index = np.concatenate(chosen) if chosen else np.empty(0, np.int64)
    points = poses.keypoints[index]
    return Sightings.of(poses.tracks[index], middle(points, ANKLE_PAIR), middle(points, EAR_PAIR))


def well_seen(points: Floats, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Which people, by their keypoints (N, 17, 3) in a picture of that size, stand or walk upright, whole and clear."""
    places, scores = points[..., :2], points[..., 2]
    feet, head, hips = middle(points, ANKLE_PAIR), middle(points, EAR_PAIR), middle(points, HIP_PAIR)
    tall = np.linalg.norm(head - feet, axis=1)
    margin = 0.01 * min(size)
    inside = np.all((places >= margin) & (places <= np.array(size) - margin), axis=(1, 2))
    # Below the ankles there is still a foot, and above the ears half a head.
    room = (feet[:, 1] + 0.06 * tall < size[1]) & (head[:, 1] - 0.1 * tall > 0)
    sure = (scores[:, _USED] >= SURE).all(axis=1) & (scores[:, EAR_PAIR].max(axis=1) >= SURE)
    share = np.linalg.norm(hips - feet, axis=1) / np.maximum(np.linalg.norm(head - hips, axis=1), 1e-6)
    upright = (head[:, 1] < hips[:, 1]) & (hips[:, 1] < feet[:, 1]) & (share > _UPRIGHT[0]) & (share < _UPRIGHT[1])
    return inside & room & sure & upright & (_bend_deg(places) < _STRAIGHT_DEG) & (tall >= MIN_HEIGHT_PX)


def _bend_deg(places: Floats) -> Floats:
    """How much the knees (N, 17, 2) are bent, on average of both."""
    thigh = places[:, KNEE_PAIR] - places[:, HIP_PAIR]
    shank = places[:, ANKLE_PAIR] - places[:, KNEE_PAIR]
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    return np.degrees(np.abs(np.arctan2(cross, np.sum(thigh * shank, axis=2)))).mean(axis=1)


def _gets_about(points: Floats) -> bool:
    feet = middle(points, ANKLE_PAIR)
    tall = np.linalg.norm(middle(points, EAR_PAIR) - feet, axis=1)
    low, high = np.percentile(feet, [5, 95], axis=0)
    return len(points) >= 3 and float(np.linalg.norm(high - low)) > _MOVED * float(np.median(tall))


def _apart(index: Ints, seconds: Floats) -> Ints:
    """Those that are far enough apart in time; of many, as many as are wanted, spread over the whole track."""
    slots = np.floor((seconds - seconds[0]) / EVERY_S)
    kept = index[np.unique(slots, return_index=True)[1]]
    return kept[np.unique(np.linspace(0, len(kept) - 1, min(len(kept), PER_TRACK)).round().astype(int))]


def middle(points: Floats, pair: Sequence[int]) -> Floats:
    """The middles (N, 2) of two keypoints."""
    return points[:, list(pair), :2].mean(axis=1)
