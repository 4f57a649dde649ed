"""Where the bowler's front heel stands, from pictures of the crease: frames of one stand see the same heel, and what
they say together is better than what any says.

Each says how likely the heel is at every pixel (`perception.heels`), and every pixel is a place on the ground. The
bowler's foot is the one that came down just before the ball was let go: a batter's or an umpire's stood there before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.cricket.crease_cut import HeelCut, cut_wide_px
from pipeline.cricket.glance import Glance, on_level
from pipeline.geometry.laws import BOWLERS_POPPING_M, RETURN_M
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.heels import CUT_PX, MIDDLE
from pipeline.pictures import Pixels

Floats = npt.NDArray[np.float64]
LookAtHeels = Callable[[Sequence[Pixels]], Floats]
"""A network of heels: see `perception.heels.HeelNetwork`."""

_BEFORE_S, _SURELY_S, _UNTIL_S = (-0.40, -0.24), (-0.06, 0.10), 0.26
"""From the release: when the front foot is still in the air, when it surely stands, and until when it may."""
_LEGS_M = np.linspace(-1.2, 1.2, 13)
"""Where across the pitch is looked; a bowler's front foot comes down between the return creases."""
_NEAR_M = 0.7
"""From the crease along the pitch, at most; what stands farther away is not a front foot."""
_SAME_M = 0.3
"""Feet nearer to each other than this, across the pitch, are the same."""
_GLIMPSES = 5
"""In so many frames all of `_LEGS_M` is looked at."""
_STANDS = 0.5
"""How likely it must be in a frame that a foot stands."""
_LEAST_FRAMES = 2
_ALIKE = 3.0
"""So many frames in a row share their errors: as many of one stand count for one."""
_ALWAYS_PX = 0.4
"""What the network errs by in all frames of a stand, in pixels of its pictures: found on simulated deliveries."""
_NOWHERE = 1e-7
"""The least density anywhere: a frame in which something hides the foot must not rule out where it is."""
_UNLIKELY = 0.02
"""What is less likely than this share of the likeliest pixel does not count."""
_THERE = 0.5, 4.0
"""The share of a frame's density that is so many deviations, along the pitch, about where a foot stands, if it stands
there in that frame."""
_LEAST_STD_M = 0.02


@dataclass(frozen=True, slots=True)
class Heel:
    """Where the rearmost point of the heel is on the ground and its deviation, both [along, leg] in metres (2,), and
    the first frame in which the foot stands."""

    place_m: Floats
    std_m: Floats
    frame: int


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the network says of frames: its densities (N, H, W), and where their pixels are on the ground, (H, W, 2),
    nan above the horizon."""

    densities: Floats
    places_m: Floats

    @property
    def stands(self) -> Floats:
        """How likely a foot stands, (N,)."""
        return self.densities.sum(axis=(1, 2))

    def heel(self, among: npt.NDArray[np.bool_]) -> tuple[Floats, Floats] | None:
        """Its place and deviation, both (2,), as those of some of the frames (N,) say in which it stands; None where no
        front foot does."""
        stands = among & (self.stands > _STANDS)
        if np.count_nonzero(stands) < _LEAST_FRAMES:
            return None
        on_ground = np.isfinite(self.places_m).all(axis=-1)
        share = np.where(on_ground, _together(self.densities[stands]), 0.0)[..., None]
        if not share.any():
            return None
        share /= share.sum()
        places = np.nan_to_num(self.places_m)
        mean = (share * places).sum(axis=(0, 1))
        if abs(mean[0] - BOWLERS_POPPING_M) > _NEAR_M or abs(mean[1]) > RETURN_M:
            return None
        row, column = np.unravel_index(int(share.argmax()), share.shape[:2])
        steps = np.asarray(np.gradient(places, axis=(0, 1)))[:, row, column]
        always = _ALWAYS_PX * np.linalg.norm(steps, axis=0)
        return mean, np.sqrt((share * (places - mean) ** 2).sum(axis=(0, 1)) + always**2)

    def there(self, along_m: float, std_m: float) -> npt.NDArray[np.bool_]:
        """In which frames (N,) the foot stands at a place along the pitch that is known so well."""
        near = np.abs(self.places_m[..., 0] - along_m) <= _THERE[1] * max(std_m, _LEAST_STD_M)
        return (self.densities * near).sum(axis=(1, 2)) > _THERE[0]


def standing_heel(glances: Sequence[Glance], release_s: float, view: PitchView, look: LookAtHeels) -> Heel | None:
    """The heel of the foot that stands about the popping crease as a ball is let go; None where the pictures show none.

    Args:
        glances: the frames around the release.
        release_s: when the ball left the hand.
        view: the camera, with the bowler's end as it is known.
        look: the network.
    """
    frames = [
        glance
        for glance in glances
        if _BEFORE_S[0] <= glance.time_s - release_s <= _UNTIL_S and glance.kept is not None
    ]
    since = np.array([glance.time_s for glance in frames]) - release_s
    surely = (since >= _SURELY_S[0]) & (since <= _SURELY_S[1])
    if np.count_nonzero(surely) < _LEAST_FRAMES:
        return None
    cuts = [glance.kept.for_heels() for glance in frames if glance.kept is not None]
    some = np.flatnonzero(surely)
    some = some[np.linspace(0, len(some) - 1, min(_GLIMPSES, len(some))).round().astype(int)]
    before = since <= _BEFORE_S[1]
    candidates = []
    for foot_m in _feet_m([cuts[number] for number in some], view, look):
        seen = _looked(cuts, foot_m, view, look)
        heel = seen.heel(surely)
        if heel is not None:
            came = float(seen.stands[surely].mean() - (seen.stands[before].mean() if before.any() else 0.0))
            candidates.append((came, seen, heel))
    if not candidates:
        return None
    _, seen, (place, std) = max(candidates, key=lambda candidate: candidate[0])
    there = seen.there(float(place[0]), float(std[0]))
    return Heel(place, std, frames[landed(surely, there)].frame)


def landed(stands: npt.NDArray[np.bool_], there: npt.NDArray[np.bool_]) -> int:
    """In which frame a foot landed that surely stands in some (N,), and was there in the others (N,)."""
    first = int(np.flatnonzero(stands)[0])
    while first > 0 and there[first - 1]:
        first -= 1
    return first


def _feet_m(cuts: Sequence[HeelCut], view: PitchView, look: LookAtHeels) -> list[float]:
    """Where across the pitch feet stand about the popping crease, the surest first."""
    seen = []
    for leg_m in _LEGS_M:
        looked = _looked(cuts, float(leg_m), view, look)
        heel = looked.heel(np.ones(len(cuts), bool))
        if heel is not None:
            seen.append((float(looked.stands.mean()), float(heel[0][1])))
    feet: list[float] = []
    for _, foot_m in sorted(seen, reverse=True):
        if all(abs(foot_m - other) > _SAME_M for other in feet):
            feet.append(foot_m)
    return feet


def _looked(cuts: Sequence[HeelCut], leg_m: float, view: PitchView, look: LookAtHeels) -> _Looked:
    """What is seen of the popping crease, so far across the pitch."""
    pixel, depth_cm = view.project([BOWLERS_POPPING_M, leg_m, 0.0])
    wide_px = cut_wide_px(view, float(depth_cm))
    across, down = np.meshgrid(np.arange(CUT_PX[0]) + 0.5, np.arange(CUT_PX[1]) + 0.5)
    off = np.stack([across, down], axis=-1) - np.array(CUT_PX) * MIDDLE
    places = on_level(view, pixel + off * (wide_px / CUT_PX[0]), 0.0)
    return _Looked(look([cut.around(pixel, wide_px) for cut in cuts]), places)


def _together(densities: Floats) -> Floats:
    """What densities (N, H, W) of one stand say together, (H, W)."""
    logs = np.log(densities + _NOWHERE).mean(axis=0) * max(len(densities) / _ALIKE, 1.0)
    together = np.exp(logs - logs.max())
    return np.where(together < _UNLIKELY, 0.0, together)
