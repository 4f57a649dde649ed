"""The camera of a pitch and where its creases are painted, from what a network sees and from the picture itself.

A camera is fitted to marks; each crease is looked for where it sees it, first in the network's drawing and then
in the picture, and the camera is fitted again to where the paint is.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pipeline.cricket.lines import PAINT_M, Traced, lines, outline, paint_width_m, trace
from pipeline.geometry.pitch_fit import PitchFit, fit_pitch
from pipeline.geometry.pitch_marks import MARKS_M, PER_END
from pipeline.geometry.pitch_points import PitchPoints
from pipeline.geometry.pitch_starts import starts_from_marks
from pipeline.geometry.pitch_unknowns import view_of
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.pitch import MarksSeen
from pipeline.pictures import Pixels

Floats = npt.NDArray[np.float64]
_BELIEVED = 0.02
"""The least score of a mark that a camera is fitted to."""
_OUTLINES = (16.0, 8.0)
"""How far from where a crease is expected the network's own drawing of it is believed, in pixels of the network."""
_REACHES = (6.0, 3.0, 1.5)
"""How far from where a crease is expected to look for it, in pixels of the network, in one round after another."""
_SUPPORT = 0.3
"""How much of the creases the network must see where the camera puts them; else what was fitted is no pitch."""
_PAINTED = 40
"""How many samples of creases must be paint in the picture, of 61 and more a crease."""
_ERROR = 5.0
"""How far off marks may be on average, in pixels of the network."""


def camera_of(seen: MarksSeen, luma: Pixels, size: tuple[int, int]) -> tuple[PitchFit, list[Traced]] | None:
    """A camera in the near end's coordinates and the creases that it sees; None where the picture shows no pitch."""
    good = seen.scores >= _BELIEVED
    pixel = seen.pixel
    std = pixel * (0.8 + 1.6 * (1 - seen.scores[good]))
    marks = PitchPoints.marks(MARKS_M[good], seen.pixels[good], std)
    # Where a network takes an end for the other one, too, the marks of one of them may still fit.
    near = good.nonzero()[0] < PER_END
    fit = _rough(seen, marks, size) or _rough(seen, marks[~near], size) or _rough(seen, marks[near], size)
    if fit is None:
        return None
    for reach in _OUTLINES:
        view = view_of(fit.unknowns, size)
        drawn = [outline(seen, view, line, reach * pixel) for line in lines(longest=False)]
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
    painted = sum(int(np.count_nonzero(each.painted)) for each in traced)
    if painted < _PAINTED or _support(seen, view_of(fit.unknowns, size)) < _SUPPORT:
        return None
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
    for line in lines(longest=False):
        places = line.places(shares, PAINT_M / 2)
        pixels = view.project(places)[0]
        inside = view.faces(places) & ((pixels > 0) & (pixels < (width, height))).all(axis=1)
        if line.crease != "return" and inside.any():
            found.append(seen.line_at(line.crease, line.nearness, pixels[inside]))
    return float(np.mean(np.concatenate(found))) if found else 0.0
