"""Where the bowler's feet landed, and whether the Laws allow it (Law 21.5): the front foot's heel behind the popping
crease, the back foot inside the return crease.

The front foot is judged by its heel where pictures show it (`heel`), else as the back foot is, by the pose. A foot that
stands keeps its place on the ground, so all frames in which it stands say the same, and their mean is better than any.
A pose network points at ankles; what is judged is the part of the foot that is farthest out: the heel is 0.039 of
stature under the joint and a quarter of the foot's length back (Drillis and Contini 1966, as in Winter, Biomechanics
and Motor Control of Human Movement).
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.cricket.fitting import nudged_view
from pipeline.cricket.glance import ANKLE_UP_M, Glance, on_level
from pipeline.cricket.heel import Heel, landed
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.stride import Stride, ankle_std_m, stride_of
from pipeline.data import FootLanding
from pipeline.geometry.laws import BOWLERS_POPPING_M, PITCH_M, RETURN_M

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_FRONT_STANDS_S, _FRONT_LEAVES_S = (-0.06, 0.10), 0.15
"""In which the front foot surely stands, and until when it may."""
_BACK_LANDS_S = -0.42, -0.10
_BACK_STANDS_S, _BACK_STD_S = -0.20, 0.06
"""In which the back foot lands, and when it stands flat: 0.1 to 0.2 s before the front foot lands."""
_STRIDE_M, _STRADDLE_M = (0.5, 2.6), 0.45
"""How far behind the front foot a back foot lands, and how far to its side at most."""
_HEEL_M, _HEEL_STD_M = 0.066, 0.012
"""From the ankle's joint back to the rearmost point of the heel."""
_FRONT_UP_STD_M, _BACK_UP_STD_M = 0.025, 0.04
"""How well an ankle's height is known: a pose network sees everybody's somewhere else, and a back foot's heel comes up
soon."""
_ASIDE_M, _ASIDE_STD_M = (0.060, 0.165), (0.013, 0.035)
"""From the back foot's ankle across the pitch to the outermost point of its heel, and of its toes: they are turned by
35 to 75 degrees to the side of the bowling arm."""
_STANDING_M = 0.12
"""A foot that is this near to where it stands has landed, if its deviation allows to say so."""
_SAME = 3.0
"""So many frames in a row share their errors: a pose network errs alike on alike pictures."""
_SURE = 1.65
"""Deviations from the crease beyond which a verdict is given: one in twenty is then wrong at the edge of the band."""
_NEAR_M = 0.7
"""A front foot lands this near to the crease."""
_VAGUE_M = 0.3
"""A foot whose place is known worse than this is not told."""
_BEHIND_M, _RAISED_M = 1.2, 0.35
"""How far behind the front foot and over the ground the back foot's ankle is while the front foot stands."""
_MERGED, _MERGED_M = 0.4, 0.8
"""Feet are not told apart that seem to be so many times, and so much, nearer to each other than that puts them."""
_BESIDE_M = 0.6
"""So much of the crease on either side of a foot is told with it."""
_LEAST_FRAMES = 2
_PAINTED_M = 0.25
"""A return crease that was found lies this near to where the camera puts it."""


@dataclass(frozen=True, slots=True)
class Feet:
    """The feet's landings, or why nothing is known of them."""

    front: FootLanding | str
    back: FootLanding | str

    @classmethod
    def unknown(cls, reason: str) -> "Feet":
        """Of neither anything is known."""
        return cls(reason, reason)


@dataclass(frozen=True, slots=True)
class _Limit:
    """What a foot must keep to: on the ground's `axis` (0 along, 1 leg) the crease at `at_m`, the allowed side of it
    (1 is farther along or to leg, or -1), and how far from the ankle the judged point of the foot lies towards the
    other side."""

    axis: int
    at_m: float
    allowed: float
    reach_m: float
    reach_std_m: float
    up_std_m: float
    """How well the ankle's height over the ground is known."""

    def margin_m(self, ankle: float) -> float:
        """How far inside it a foot stands."""
        return self.allowed * (ankle - self.at_m) - self.reach_m


_POPPING = _Limit(0, BOWLERS_POPPING_M, 1.0, -_HEEL_M, _HEEL_STD_M, _FRONT_UP_STD_M)


def judge(glances: tuple[Glance, ...], release_s: float, pitch: FoundPitch, heel: Heel | None = None) -> Feet:
    """The verdicts.

    Args:
        glances: the frames around the release.
        release_s: when the ball left the hand.
        pitch: the camera, with the bowler's end as it is now known.
        heel: the front foot's, where it was seen to stand; without it the foot is judged by its ankle.
    """
    by_ankles = _by_ankles(glances, release_s, pitch)
    return by_ankles if heel is None else replace(by_ankles, front=_by_heel(heel, pitch))


def _by_ankles(glances: tuple[Glance, ...], release_s: float, pitch: FoundPitch) -> Feet:
    stride = stride_of(glances, release_s, pitch)
    if stride is None:
        return Feet.unknown("the bowler's feet are not seen")
    since = stride.since_s
    stands = (since >= _FRONT_STANDS_S[0]) & (since <= _FRONT_STANDS_S[1])
    if np.count_nonzero(stands) < _LEAST_FRAMES:
        return Feet.unknown("the bowler's feet are not seen while the front foot stands")
    # The front foot is the one that keeps its place near the crease; the other swings past it.
    moves = np.abs(np.diff(stride.places_m[stands], axis=0)).sum(axis=(0, 2))
    off_m = np.abs(np.median(stride.places_m[stands, :, 0], axis=0) - BOWLERS_POPPING_M)
    if off_m.min() > _NEAR_M:
        return Feet.unknown("no foot of the bowler stands near the popping crease")
    front = int(np.argmin(np.where(off_m <= _NEAR_M, moves, np.inf)))
    ankle = stride.places_m[:, front]
    place = np.median(ankle[stands], axis=0)
    stays = (since >= _FRONT_STANDS_S[0]) & (since <= _FRONT_LEAVES_S) & _near(stride, ankle, place, pitch)
    landing = _landing(stride, ankle, stands if np.count_nonzero(stays) < _LEAST_FRAMES else stays, _POPPING, pitch)
    apart_m = float(np.median(np.abs(np.diff(stride.places_m[stands, :, 0], axis=1))))
    seems_m = _seems_apart_m(pitch, place)
    if apart_m < min(_MERGED * seems_m, seems_m - _MERGED_M):
        landing = "the bowler's feet are not told apart"
    return Feet(landing, _back_foot(glances, stride, 1 - front, place, pitch))


def _by_heel(heel: Heel, pitch: FoundPitch) -> FootLanding | str:
    """The front foot judged by where its heel was seen to stand."""
    camera_m = _camera_std_m(pitch, heel.place_m, 0.0)[_POPPING.axis]
    margin = float(heel.place_m[0]) - _POPPING.at_m
    return _verdict(margin, [float(heel.std_m[0]), float(camera_m)], heel.frame, heel.place_m, _POPPING, pitch)


def _back_foot(
    glances: tuple[Glance, ...], stride: Stride, foot: int, front_m: Floats, pitch: FoundPitch
) -> FootLanding | str:
    """The foot stands where its ankle hardly moves from one frame to the next, a stride behind the front foot."""
    ankle = stride.places_m[:, foot]
    behind, aside = (ankle - front_m).T
    since = stride.since_s
    lands = (since >= _BACK_LANDS_S[0]) & (since <= _BACK_LANDS_S[1])
    lands &= (behind >= _STRIDE_M[0]) & (behind <= _STRIDE_M[1]) & (np.abs(aside) <= _STRADDLE_M)
    pairs = np.flatnonzero(lands[1:] & lands[:-1])
    if not len(pairs):
        return "the back foot is not seen as it lands"
    still = np.maximum(_STANDING_M, 3 * ankle_std_m(pitch, ankle[pairs].mean(axis=0), stride.error_px))
    moves = np.abs((ankle[pairs + 1] - ankle[pairs]) / still).max(axis=1)
    if moves.min() > 1:
        return "the back foot is not seen to stand"
    stands = np.zeros(len(ankle), bool)
    late = (since[pairs] + since[pairs + 1]) / 2 - _BACK_STANDS_S
    likeliest = np.where(moves > 1, np.inf, moves**2 + (late / _BACK_STD_S) ** 2).argmin()
    stands[[pairs[likeliest], pairs[likeliest] + 1]] = True
    side = 1.0 if ankle[stands, 1].mean() > 0 else -1.0
    if not _return_crease_seen(glances, side, pitch):
        return "the return crease is not seen"
    # A bowler looks down the pitch: a right foot's toes are turned to the leg side of pitch coordinates.
    toes = int(side == (1.0 if foot == 1 else -1.0))
    limit = _Limit(1, side * RETURN_M, -side, _ASIDE_M[toes], _ASIDE_STD_M[toes], _BACK_UP_STD_M)
    return _landing(stride, ankle, stands, limit, pitch)


def _landing(stride: Stride, ankle: Floats, stands: Mask, limit: _Limit, pitch: FoundPitch) -> FootLanding | str:
    """A foot judged.

    Args:
        stride: the bowler's.
        ankle: of that foot (N, 2).
        stands: in which frames (N,) it stands.
        limit: what it must keep to.
        pitch: the camera.
    """
    place = np.median(ankle[stands], axis=0)
    here = ankle[stands, limit.axis]
    margin = limit.margin_m(float(np.mean(here)))
    expected = float(ankle_std_m(pitch, place, stride.error_px)[limit.axis])
    seen = max(expected, float(np.std(here, ddof=1))) * float(np.sqrt(min(_SAME, len(here)) / len(here)))
    camera_m = _camera_std_m(pitch, place, ANKLE_UP_M)[limit.axis]
    others = limit.reach_std_m, _raised_std_m(pitch, place, limit), float(camera_m)
    frame = int(stride.frames[landed(stands, _near(stride, ankle, place, pitch))])
    return _verdict(margin, [seen, *others], frame, place, limit, pitch)


def _verdict(
    margin_m: float, stds_m: list[float], frame: int, place_m: Floats, limit: _Limit, pitch: FoundPitch
) -> FootLanding | str:
    """A foot at a place (2,) so far inside what it must keep to, known so well, which landed in a frame."""
    whole = float(np.linalg.norm(stds_m))
    if whole > _VAGUE_M:
        return "from where the camera stands the foot's place is hardly known"
    verdict = "too close to call" if abs(margin_m) < _SURE * whole else "legal" if margin_m > 0 else "no-ball"
    edge = np.tile([*place_m, 0.0], (3, 1))
    edge[:, limit.axis] = limit.at_m + np.array([limit.allowed * margin_m, 0.0, 0.0])
    edge[1:, 1 - limit.axis] += -_BESIDE_M, _BESIDE_M
    x, y, x1, y1, x2, y2 = np.round(pitch.view.project(edge)[0], 1).ravel().tolist()
    return FootLanding(verdict, round(100 * margin_m, 1), round(100 * whole, 1), frame, (x, y), (x1, y1, x2, y2))


def _near(stride: Stride, ankle: Floats, place: Floats, pitch: FoundPitch) -> Mask:
    """In which frames (N,) an ankle (N, 2) may be at a place."""
    std = ankle_std_m(pitch, place, stride.error_px)
    return np.all(np.abs(ankle - place) <= np.maximum(_STANDING_M, 2.5 * std), axis=1)


def _return_crease_seen(glances: tuple[Glance, ...], side: float, pitch: FoundPitch) -> bool:
    """Whether the return crease of the bowler's end on one side was found in any of the frames."""
    for glance in glances:
        for crease in glance.creases:
            if crease.crease == "return":
                ends = on_level(pitch.view, np.reshape(crease.line, (2, 2)), 0.0)
                aside = np.abs(ends[:, 1] - side * RETURN_M).max()
                if aside <= _PAINTED_M and ends[:, 0].mean() > PITCH_M / 2:
                    return True
    return False


def _seems_apart_m(pitch: FoundPitch, front: Floats) -> float:
    """How far along the pitch a back foot seems to be from a front foot at [along, leg]: as it is raised, it seems to
    be farther from the camera than it is."""
    pixel = pitch.view.project([front[0] + _BEHIND_M, front[1], ANKLE_UP_M + _RAISED_M])[0]
    return float(abs(on_level(pitch.view, pixel, ANKLE_UP_M)[0] - front[0]))


def _raised_std_m(pitch: FoundPitch, place: Floats, limit: _Limit) -> float:
    """How far a foot seems to be elsewhere because its ankle is higher or lower than was taken for granted."""
    pixel = pitch.view.project([*place, ANKLE_UP_M])[0]
    return float(abs(on_level(pitch.view, pixel, ANKLE_UP_M + limit.up_std_m)[limit.axis] - place[limit.axis]))


def _camera_std_m(pitch: FoundPitch, place: Floats, up_m: float) -> Floats:
    """How far the camera's errors move a crease against a point of a foot so high over the ground, (2,) [along, leg].
    Both are in the same picture, so what matters is how far apart a nudged camera sees them."""
    values, vectors = np.linalg.eigh(pitch.covariance)
    pixel = pitch.view.project([*place, up_m])[0]
    moved = [
        on_level(nudged_view(pitch, vector * np.sqrt(max(value, 0.0)) * 0.1), pixel, up_m) - place
        for value, vector in zip(values, vectors.T, strict=True)
    ]
    return np.linalg.norm(moved, axis=0) / 0.1
