"""A picture in, the pitch out: the camera, the creases and the stumps.

What is told are the creases of the camera: a crease half hidden, or worn off, is where the Laws put it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from supervision import box_iou

from pipeline.cricket.lines import LEAST_M, Traced
from pipeline.cricket.pitch_camera import camera_of
from pipeline.cricket.sightings import FoundPitch
from pipeline.data import Box, Crease, Stumps
from pipeline.geometry.laws import (
    BAIL_ABOVE_M,
    STUMP_HEIGHT_M,
    STUMP_RADIUS_M,
    STUMPS_WIDTH_M,
    End,
)
from pipeline.geometry.pitch_fit import PitchFit, deviations_px
from pipeline.geometry.pitch_marks import (
    MARKS_M,
    NEARNESS,
    STUMP_MARKS,
    Nearness,
    end_of,
    turned,
)
from pipeline.geometry.pitch_unknowns import view_of
from pipeline.geometry.pitch_view import PitchView
from pipeline.inference.letterbox import Region
from pipeline.media.convert import to_bgr
from pipeline.perception.pitch import FINE, SIZE, MarksSeen, PitchNetwork
from pipeline.perception.pitch_ends import EndsNetwork
from pipeline.pictures import Picture, PixelFormat, Pixels

Floats = npt.NDArray[np.float64]
_STUMPS = 0.06
"""The least score of a set of stumps."""
_AGREE = 0.5
"""Where there is no pitch, stumps are told that a look in more detail sees in the same place (IoU)."""
_BETTER = 1.5
"""Stumps stand where the network puts their corners, and not where the camera does, if it sees so many times as much of
them there."""
_SLIM = 0.6
"""How wide stumps are for their height at most, from wherever they are seen."""
_SAME = 0.3
"""Sets of stumps that overlap more than this (IoU) are one, seen as those of either end."""
_LEAST_CREASES = 2
"""How many creases must be known for there to be a pitch."""
_VAGUE_PX = 0.6
"""The least deviation across a crease, in pixels of the network, with which it is not told."""
_GAP_M = 1.0
"""How much of a crease may be out of sight, where somebody stands before it, and it goes on."""
_NEARER = 0.8
"""A pitch not all of whose creases are found is looked at again: from nearer, where it takes less of the picture's
width than this, else in more detail, …"""
_MARGIN = 0.12
"""… with so much beside it, in shares of its size."""
_DRAWN, _SURE = 0.55, 0.5
"""A crease is told that the network sees so well on average, or whose score, with those of its end, is no less."""
_UNKNOWN = 0.4
"""How likely the near end is the striker's where nothing is known: most cameras stand behind the bowler."""
_ENDS = 0.25
"""How far from even the odds of either end being the striker's must be to be told."""


@dataclass(frozen=True, slots=True)
class PitchSeen:
    """What was found in a picture: the pitch's camera, None where there is none, its creases and stumps; and how likely
    it is that the end which is nearer to the camera is the striker's, by which ends are named."""

    pitch: FoundPitch | None
    creases: tuple[Crease, ...]
    stumps: tuple[Stumps, ...]
    near_striker: float

    def renamed(self, near_striker: float) -> "PitchSeen":
        """The same with its ends named by what is known better from elsewhere."""
        pitch = self.pitch and replace(self.pitch, ends_known=_ends_known(near_striker))
        if (near_striker >= 0.5) == (self.near_striker >= 0.5):
            return replace(self, pitch=pitch, near_striker=near_striker)
        return PitchSeen(
            pitch and pitch.from_other_end(),
            tuple(replace(each, end=end_of("far", each.end)) for each in self.creases),
            tuple(replace(each, end=end_of("far", each.end)) for each in self.stumps),
            near_striker,
        )


class PitchFinder:
    """Finds the pitch in single pictures.

    Args:
        network: of the pitch's marks.
        ends: tells whose end is whose.
    """

    def __init__(self, network: PitchNetwork, ends: EndsNetwork) -> None:
        self._network = network
        self._ends = ends

    def find(self, picture: Picture) -> PitchSeen:
        """The pitch in a picture."""
        return next(found for found in self.parts(picture) if found is not None)

    def parts(self, picture: Picture) -> Iterator[PitchSeen | None]:
        """The same work in parts, for who must not wait for all of it: None after each, and at last what was found.

        The picture must stay as it is until then.
        """
        luma = luma_of(picture)
        seen = self._network.look(picture)
        yield None
        found = camera_of(seen, luma, picture.size)
        yield None
        if found is None:
            yield from self._without_pitch(picture, seen)
            return
        whole = seen
        if any(each.inside.any() and not each.painted.any() for each in found[1]):
            region = _around(view_of(found[0].unknowns, picture.size))
            nearer = self._network.look(picture, region, FINE if region is None else SIZE)
            yield None
            again = camera_of(nearer, luma, picture.size)
            yield None
            if again is not None and _paint(again[1]) > _paint(found[1]):
                seen, found = replace(nearer, scores=np.maximum(seen.scores, nearer.scores)), again
        told = self._told(picture, seen, *found)
        if told is None:
            yield from self._without_pitch(picture, whole)
        else:
            yield told

    def _without_pitch(self, picture: Picture, seen: MarksSeen) -> Iterator[PitchSeen | None]:
        """What is told where no pitch is found: stumps that two looks see in the same place."""
        told = _stumps(seen, picture.size, _near(_UNKNOWN))
        if told:
            finer = self._network.look(picture, None, FINE)
            yield None
            again = _stumps(finer, picture.size, _near(_UNKNOWN))
            told = tuple(
                one for one in told if any(box_iou(list(one.box), list(other.box)) >= _AGREE for other in again)
            )
        yield PitchSeen(None, (), told, _UNKNOWN)

    def _told(self, picture: Picture, seen: MarksSeen, fit: PitchFit, traced: list[Traced]) -> PitchSeen | None:
        """What is told where a camera is found; None where too few creases are."""
        view = view_of(fit.unknowns, picture.size)
        striker = self._ends.striker(picture, view)
        near = _near(striker)
        told = _creases(seen, fit, view, traced, near)
        if len(told) < _LEAST_CREASES:
            return None
        stumps = _stumps(seen, picture.size, near, view)
        pitch = FoundPitch(view, fit.covariance, fit.error_px, bool(stumps), _ends_known(striker))
        return PitchSeen(pitch if near == "striker" else pitch.from_other_end(), told, stumps, striker)


def _around(view: PitchView) -> Region | None:
    """The part of the picture that shows the pitch, in the shape of the network's pictures; None where that is most of
    it."""
    size = np.array(view.camera.size)
    pixels = view.project(MARKS_M)[0][view.faces(MARKS_M)]
    low, high = (np.clip(edge(axis=0), 0, size) for edge in (pixels.min, pixels.max))
    wanted = (high - low) * (1 + 2 * _MARGIN)
    wide = max(float(wanted[0]), float(wanted[1]) * SIZE[0] / SIZE[1])
    if wide > _NEARER * size[0] or wide < SIZE[0] / 4:
        return None
    extent = np.minimum(2 * np.ceil(np.array([wide, wide * SIZE[1] / SIZE[0]]) / 2), size)
    return Region.about((low + high) / 2, extent, view.camera.size)


def _paint(traced: list[Traced]) -> int:
    return sum(int(np.count_nonzero(each.painted)) for each in traced)


def _near(striker: float) -> End:
    return "striker" if striker >= 0.5 else "bowler"


def _ends_known(striker: float) -> bool:
    return abs(striker - 0.5) > _ENDS


def luma_of(picture: Picture) -> Pixels:
    """Brightness (height, width) of a picture."""
    if picture.format is PixelFormat.RGB24:
        return np.asarray(cv2.cvtColor(to_bgr(picture), cv2.COLOR_BGR2GRAY), np.uint8)
    return picture.planes[0]


def _creases(seen: MarksSeen, fit: PitchFit, view: PitchView, traced: list[Traced], near: End) -> tuple[Crease, ...]:
    """The creases in the picture, but for those of which nobody knows well enough where they are."""
    told: list[tuple[Crease, bool]] = []
    width, height = view.camera.size
    for each in traced:
        line = each.line
        shares = np.linspace(0, 1, 241)
        heat = seen.line_at(line.crease, line.nearness, view.project(line.places(shares))[0])
        first, last = _painted(each, heat)
        drawn = _mean(heat, shares, first, last)
        if line.crease == "return" and drawn < 0.2:
            continue
        places = line.places(np.linspace(first, last, 241))
        pixels = view.project(places)[0]
        inside = view.faces(places) & ((pixels >= 0) & (pixels <= (width, height))).all(axis=1)
        if np.count_nonzero(inside) < 3:
            continue
        a, b = pixels[np.flatnonzero(inside)[[0, -1]]]
        across = np.array([a[1] - b[1], b[0] - a[0]]) / max(float(np.hypot(*(b - a))), 1e-9)
        normals = np.tile(across, (int(np.count_nonzero(inside)), 1))
        if float(np.median(deviations_px(fit, places[inside], normals, view.camera.size))) > _VAGUE_PX * seen.pixel:
            continue
        score = float(np.clip(0.5 * drawn + 0.5 * _share(each, first, last), 0.05, 1.0))
        box: Box = (round(float(a[0]), 2), round(float(a[1]), 2), round(float(b[0]), 2), round(float(b[1]), 2))
        told.append((Crease(line.crease, end_of(line.nearness, near), box, round(score, 3)), drawn >= _DRAWN))
    # A worn crease is believed where the others of its end are seen: creases of an end are wrong together.
    ends = {end: [each.score for each, _ in told if each.end == end] for end in ("striker", "bowler")}
    return tuple(each for each, drawn in told if drawn or (each.score + np.mean(ends[each.end])) / 2 >= _SURE)


def _painted(each: Traced, heat: Floats) -> tuple[float, float]:
    """From which to which share of its longest length a crease is painted; at least as long as the Laws ask."""
    shares = each.shares
    smooth = np.convolve(each.painted.astype(float), np.ones(5) / 5, mode="same")
    if each.line.crease != "return":
        whole = float(np.linalg.norm(each.line.end_m - each.line.start_m))
        least, gap = LEAST_M[each.line.crease] / whole, _GAP_M / whole
        off = shares[smooth > 0.5] - 0.5
        return 0.5 - _reach(-off, least, gap), 0.5 + _reach(off, least, gap)
    # A practice pitch's return creases may be short; what nobody sees is taken to be as the Laws say.
    cells = np.linspace(0, 1, len(heat))
    seen = np.flatnonzero((heat > 0.3) & (cells > 0.3))
    ends = np.flatnonzero(smooth > 0.5)
    far = max(cells[seen[-1]] if len(seen) else 0.0, shares[ends[-1]] if len(ends) else 0.0)
    outside = not each.inside[-10:].any()
    return 0.0, 1.0 if outside else float(np.clip(far + 0.02, 0.5, 1.0))


def _reach(painted: Floats, least: float, gap: float) -> float:
    """How far from its middle a crease is painted on one side, across gaps where somebody stands; at least so far."""
    reach = least
    for each in np.sort(painted[painted > least]).tolist():
        if each > reach + gap:
            break
        reach = each
    return min(reach + 0.01, 0.5) if reach > least else least


def _mean(heat: Floats, shares: Floats, first: float, last: float) -> float:
    return float(heat[(shares >= first) & (shares <= last)].mean())


def _share(each: Traced, first: float, last: float) -> float:
    between = each.inside & (each.shares >= first) & (each.shares <= last)
    return float(each.painted[between].mean()) if np.count_nonzero(between) else 0.0


def _stumps(seen: MarksSeen, size: tuple[int, int], near: End, view: PitchView | None = None) -> tuple[Stumps, ...]:
    """Sets of stumps that the network sees, as far as they are in the picture: where the camera puts them, or, where
    there is none or much more is seen of them there, where the network does."""
    told: list[Stumps] = []
    for nearness, marks in zip(NEARNESS, STUMP_MARKS, strict=True):
        pointed = float(seen.scores[marks].mean())
        standing = _likeliest(seen, seen.pixels[marks], None if view is None else view.project(_wicket(nearness))[0])
        if standing is None:
            continue
        (left, top, right, bottom), drawn = standing
        score = float(np.sqrt(pointed * drawn))
        box: Box = (
            round(max(left, 0.0), 2), round(max(top, 0.0), 2),
            round(min(right, float(size[0])), 2), round(min(bottom, float(size[1])), 2),
        )  # fmt: skip
        if score >= _STUMPS and box[2] - box[0] > 0.5 and box[3] - box[1] > 1.0:
            told.append(Stumps(end_of(nearness, near), box, round(score, 3)))
    if len(told) > 1 and box_iou(list(told[0].box), list(told[1].box)) > _SAME:
        told = [max(told, key=lambda each: each.score)]
    return tuple(told)


def _likeliest(seen: MarksSeen, corners: Floats, standing: Floats | None) -> tuple[list[float], float] | None:
    """The box of a set of stumps, and how likely a place in it shows one, on average: by their corners (4, 2), or where
    the camera has them standing (8, 2); None where they could be no stumps."""
    pointed = _deepened(corners)
    slim = pointed[2] - pointed[0] <= _SLIM * (pointed[3] - pointed[1])
    drawn = _drawn(seen, pointed) if slim else 0.0
    if standing is not None:
        box = _box_of(standing)
        there = _drawn(seen, box)
        if drawn < _BETTER * there:
            return box, there
    return (pointed, drawn) if slim else None


def _drawn(seen: MarksSeen, box: list[float]) -> float:
    """How likely a place in a box shows a stump, on average."""
    left, top, right, bottom = box
    across, down = np.meshgrid(np.linspace(left, right, 7), np.linspace(top, bottom, 13)[1:-1])
    return float(seen.stumps_at(np.stack([across, down], axis=-1)).mean())


def _deepened(corners: Floats) -> list[float]:
    """The box around the outer corners (4, 2) of stumps that are as deep as one is thick: the narrower they are for
    their height, the more of that is seen."""
    left, top, right, bottom = _box_of(corners)
    metre = (bottom - top) / STUMP_HEIGHT_M
    faces = min((right - left) / max(STUMPS_WIDTH_M * metre, 1e-9), 1.0)
    deep = STUMP_RADIUS_M * metre * float(np.sqrt(1 - faces**2))
    return [left - deep, top, right + deep, bottom]


def _box_of(corners: Floats) -> list[float]:
    return [*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist()]


def _wicket(nearness: Nearness) -> Floats:
    """The corners (8, 3) of a set of stumps: from square, how thick one is is all that is seen of their width."""
    deep, half, high = STUMP_RADIUS_M, STUMPS_WIDTH_M / 2, STUMP_HEIGHT_M + BAIL_ABOVE_M
    corners = np.array([(x, y, z) for z in (0, high) for y in (half, -half) for x in (-deep, deep)], float)
    return corners if nearness == "near" else turned(corners)
