"""A picture in, the pitch out: the camera, the creases and the stumps.

The network points at marks; a camera is fitted to them; each crease is looked for where that camera sees it, and the
camera is fitted again to where the paint is. What is told are the creases of the camera: a crease half hidden, or worn
off, is where the Laws put it.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.cricket.lines import PAINT_M, Traced, lines, outline, paint_width_m, trace
from pipeline.cricket.sightings import FoundPitch
from pipeline.data import Box, Crease, Stumps
from pipeline.geometry.laws import (
    BAIL_ABOVE_M,
    PITCH_M,
    POPPING_HALF_M,
    STUMP_HEIGHT_M,
    STUMPS_WIDTH_M,
    End,
)
from pipeline.geometry.pitch_fit import (
    ALONG,
    BEARING,
    LEG,
    PitchFit,
    PitchPoints,
    deviations_px,
    fit_pitch,
    starts_from_marks,
    view_of,
)
from pipeline.geometry.pitch_marks import MARKS_M, NEARNESS, PER_END, STUMP_MARKS, Nearness, end_of, turned
from pipeline.geometry.pitch_view import PitchView
from pipeline.media.convert import to_bgr
from pipeline.perception.pitch import MarksSeen, PitchNetwork
from pipeline.pictures import Picture, PixelFormat, Pixels

Floats = npt.NDArray[np.float64]
_BELIEVED = 0.02
"""The least score of a mark that a camera is fitted to."""
_STUMPS, _STUMPS_ALONE = 0.03, 0.15
"""The least mean score of a set of stumps' corners, where a pitch says that they may stand, and where none does."""
_OUTLINES = (16.0, 8.0)
"""How far from where a crease is expected the network's own drawing of it is believed, in pixels of the network."""
_REACHES = (3.0, 1.5)
"""How far from where a crease is expected to look for it, in pixels of the network, in one round after another."""
_SUPPORT = 0.3
"""How much of the creases the network must see where the camera puts them; else what was fitted is no pitch."""
_PAINTED = 40
"""How many samples of creases must be paint in the picture, of 61 a crease."""
_LEAST_CREASES = 2
"""How many creases must be known for there to be a pitch."""
_VAGUE_PX = 1.0
"""The least deviation, in pixels of the network, of a crease that is not told."""
_ENDS = 0.25
"""How far from even the odds of either end being the striker's must be to be told."""
_ERROR = 4.0
"""How far off marks may be on average, in pixels of the network."""


@dataclass(frozen=True, slots=True)
class PitchSeen:
    """What was found in a picture: the pitch's camera, None where there is none, its creases and stumps."""

    pitch: FoundPitch | None
    creases: tuple[Crease, ...]
    stumps: tuple[Stumps, ...]


class PitchFinder:
    """Finds the pitch in single pictures.

    Args:
        network: of the pitch's marks.
    """

    def __init__(self, network: PitchNetwork) -> None:
        self._network = network

    def find(self, picture: Picture) -> PitchSeen:
        """The pitch in a picture."""
        seen = self._network.look(picture)
        near: End = "striker" if seen.striker >= 0.5 else "bowler"
        luma = luma_of(picture)
        found = _fitted(seen, luma, picture.size)
        if found is None:
            return PitchSeen(None, (), _stumps(seen, None, near))
        fit, traced = found
        view = view_of(fit.unknowns, picture.size)
        painted = sum(int(np.count_nonzero(each.painted)) for each in traced)
        if _support(seen, view) < _SUPPORT or painted < _PAINTED:
            return PitchSeen(None, (), _stumps(seen, None, near))
        stumps = _stumps(seen, view, near)
        told = _creases(seen, fit, view, traced, near)
        if len(told) < _LEAST_CREASES:
            return PitchSeen(None, (), _stumps(seen, None, near))
        pitch = FoundPitch(
            _of_ends(view, near),
            _covariance_of_ends(fit, near),
            fit.error_px,
            stands=bool(stumps),
            ends_known=abs(seen.striker - 0.5) > _ENDS,
        )
        return PitchSeen(pitch, told, stumps)


def luma_of(picture: Picture) -> Pixels:
    """Brightness (height, width) of a picture."""
    if picture.format is PixelFormat.RGB24:
        return np.asarray(cv2.cvtColor(to_bgr(picture), cv2.COLOR_BGR2GRAY), np.uint8)
    return picture.planes[0]


def _fitted(seen: MarksSeen, luma: Pixels, size: tuple[int, int]) -> tuple[PitchFit, list[Traced]] | None:
    good = seen.scores >= _BELIEVED
    pixel = seen.pixel
    std = pixel * (0.8 + 1.6 * (1 - seen.scores[good]))
    marks = PitchPoints.marks(MARKS_M[good], seen.pixels[good], std)
    fit = _rough(seen, marks, size)
    if fit is None:
        return None
    for reach in _OUTLINES:
        view = view_of(fit.unknowns, size)
        drawn = [outline(seen, view, line, reach * pixel) for line in lines(POPPING_HALF_M)]
        fit = _fitted_to(marks, drawn, fit.unknowns, size)
    marks = marks[fit.believed[: len(marks.pixels)]]
    traced: list[Traced] = []
    paint_m = PAINT_M
    # Lines are many and exact; marks keep to what they can tell.
    for reach in _REACHES:
        view = view_of(fit.unknowns, size)
        traced = [trace(luma, view, line, paint_m, reach * pixel) for line in lines()]
        paint_m = paint_width_m(traced)
        fit = _fitted_to(marks, [each.points for each in traced], fit.unknowns, size)
    return fit, traced


def _fitted_to(marks: PitchPoints, drawn: list[PitchPoints], start: Floats, size: tuple[int, int]) -> PitchFit:
    """The camera of marks and of lines, each of which is believed or not as a whole."""
    points = replace(marks, std_px=1.5 * marks.std_px)
    groups = [np.full(len(marks.pixels), -1)]
    for number, line in enumerate(drawn):
        points = points + line
        groups.append(np.full(len(line.pixels), number))
    return fit_pitch(points, start, size, np.concatenate(groups))


def _rough(seen: MarksSeen, marks: PitchPoints, size: tuple[int, int]) -> PitchFit | None:
    """The camera of marks alone, which also puts creases where the network sees some; None where no camera does."""
    best, most = None, 0.0
    for start in starts_from_marks(marks, size):
        fit = fit_pitch(marks, start, size)
        if fit.error_px > _ERROR * seen.pixel or np.count_nonzero(fit.believed) < max(5, 0.35 * len(fit.believed)):
            continue
        support = _support(seen, view_of(fit.unknowns, size)) + 0.02 * np.count_nonzero(fit.believed)
        if support > most:
            best, most = fit, support
    return best


def _support(seen: MarksSeen, view: PitchView) -> float:
    """How much of the creases the network sees where a camera puts them, on average over what is in the picture."""
    found = []
    width, height = view.camera.size
    shares = np.linspace(0.05, 0.95, 31)
    for line in lines(POPPING_HALF_M):
        places = line.places(shares, PAINT_M / 2)
        pixels = view.project(places)[0]
        inside = view.faces(places) & ((pixels > 0) & (pixels < (width, height))).all(axis=1)
        if line.crease != "return" and inside.any():
            found.append(seen.line_at(line.crease, line.nearness, pixels[inside]))
    return float(np.mean(np.concatenate(found))) if found else 0.0


def _creases(seen: MarksSeen, fit: PitchFit, view: PitchView, traced: list[Traced], near: End) -> tuple[Crease, ...]:
    """The creases in the picture, but for those of which nobody knows well enough where they are."""
    told = []
    width, height = view.camera.size
    for each in traced:
        line = each.line
        shares = np.linspace(0, 1, 241)
        heat = seen.line_at(line.crease, line.nearness, view.project(line.places(shares))[0])
        first, last = _painted(each, heat)
        if line.crease == "return" and max(_mean(heat, shares, first, last), 0.0) < 0.2:
            continue
        places = line.places(np.linspace(first, last, 241))
        pixels = view.project(places)[0]
        inside = view.faces(places) & ((pixels >= 0) & (pixels <= (width, height))).all(axis=1)
        if np.count_nonzero(inside) < 3:
            continue
        if float(np.median(deviations_px(fit, places[inside], view.camera.size))) > _VAGUE_PX * seen.pixel:
            continue
        a, b = pixels[np.flatnonzero(inside)[[0, -1]]]
        score = float(np.clip(0.5 * _mean(heat, shares, first, last) + 0.5 * _share(each, first, last), 0.05, 1.0))
        box: Box = (round(float(a[0]), 2), round(float(a[1]), 2), round(float(b[0]), 2), round(float(b[1]), 2))
        told.append(Crease(line.crease, end_of(line.nearness, near), box, round(score, 3)))
    return tuple(told)


def _painted(each: Traced, heat: Floats) -> tuple[float, float]:
    """From which to which share of its longest length a crease is painted; at least as long as the Laws ask."""
    if each.line.crease == "bowling":
        return 0.0, 1.0
    shares, paint = each.shares, each.painted.astype(float)
    smooth = np.convolve(paint, np.ones(5) / 5, mode="same")
    if each.line.crease == "popping":
        least = 0.5 * POPPING_HALF_M * 2 / np.linalg.norm(each.line.end_m - each.line.start_m)
        first, last = 0.5 - least, 0.5 + least
        while first > 0 and np.interp(first - 0.02, shares, smooth) > 0.5:
            first -= 0.01
        while last < 1 and np.interp(last + 0.02, shares, smooth) > 0.5:
            last += 0.01
        return max(float(first), 0.0), min(float(last), 1.0)
    # A practice pitch's return creases may be short; what nobody sees is taken to be as the Laws say.
    cells = np.linspace(0, 1, len(heat))
    seen = np.flatnonzero((heat > 0.3) & (cells > 0.3))
    ends = np.flatnonzero(smooth > 0.5)
    far = max(cells[seen[-1]] if len(seen) else 0.0, shares[ends[-1]] if len(ends) else 0.0)
    outside = not each.inside[-10:].any()
    return 0.0, 1.0 if outside else float(np.clip(far + 0.02, 0.5, 1.0))


def _mean(heat: Floats, shares: Floats, first: float, last: float) -> float:
    return float(heat[(shares >= first) & (shares <= last)].mean())


def _share(each: Traced, first: float, last: float) -> float:
    between = each.inside & (each.shares >= first) & (each.shares <= last)
    return float(each.painted[between].mean()) if np.count_nonzero(between) else 0.0


def _stumps(seen: MarksSeen, view: PitchView | None, near: End) -> tuple[Stumps, ...]:
    """Sets of stumps that the network sees, with the box that the camera gives them, or, without one, their corners."""
    told = []
    for number, nearness in enumerate(NEARNESS):
        scores = seen.scores[number * PER_END :][STUMP_MARKS]
        if scores.mean() < (_STUMPS_ALONE if view is None else _STUMPS):
            continue
        corners = seen.pixels[number * PER_END :][STUMP_MARKS]
        if view is not None:
            corners = view.project(_wicket(nearness))[0]
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        size = seen.placement.region
        box: Box = (
            round(max(float(left), 0.0), 2), round(max(float(top), 0.0), 2),
            round(min(float(right), float(size.width)), 2), round(min(float(bottom), float(size.height)), 2),
        )  # fmt: skip
        if box[2] - box[0] > 0.5 and box[3] - box[1] > 1.0:
            told.append(Stumps(end_of(nearness, near), box, round(float(scores.mean()), 3)))
    return tuple(told)


def _wicket(nearness: Nearness) -> Floats:
    half, high = STUMPS_WIDTH_M / 2, STUMP_HEIGHT_M + BAIL_ABOVE_M
    corners = np.array([(0, half, 0), (0, -half, 0), (0, half, high), (0, -half, high)], float)
    return corners if nearness == "near" else turned(corners)


def _of_ends(view: PitchView, near: End) -> PitchView:
    """A view in the coordinates of its near end, in those of the striker's."""
    if near == "striker":
        return view
    along, leg = view.place_m
    return PitchView(view.camera, (PITCH_M - along, -leg), (view.bearing_deg + 360) % 360 - 180)


def _covariance_of_ends(fit: PitchFit, near: End) -> Floats:
    if near == "striker":
        return fit.covariance
    sign = np.ones(len(fit.unknowns))
    sign[[ALONG, LEG]] = -1.0
    assert BEARING not in (ALONG, LEG)
    return fit.covariance * sign[:, None] * sign
