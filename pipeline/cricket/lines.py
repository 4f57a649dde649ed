"""The creases as a camera sees them: samples along each, and how far each is painted.

All is in the coordinates of the near end (pipeline.geometry.pitch_marks), as a picture does not say who bats where.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import BOWLING_CREASE_M, POPPING_HALF_M, POPPING_M, RETURN_LENGTH_M, RETURN_M, CreaseName
from pipeline.geometry.pitch_marks import NEARNESS, Nearness, turned
from pipeline.geometry.pitch_points import PitchPoints
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.crease_edges import bands
from pipeline.perception.pitch import MarksSeen
from pipeline.pictures import Pixels

Floats = npt.NDArray[np.float64]
PAINT_M = 0.05
"""How wide a crease is painted where that cannot be measured; the Laws say nothing, grounds paint 3.5 to 6.5 cm."""
LEAST_M: dict[CreaseName, float] = {"bowling": BOWLING_CREASE_M / 2, "popping": POPPING_HALF_M}
_LONGEST_M: dict[CreaseName, float] = {"bowling": 1.8, "popping": 5.0}
"""How far creases are painted to either side of the stumps, by the Laws at least and on some grounds."""
_WIDE_PX = 3.0
"""From this width on both sides of the paint are seen apart."""
_SAMPLES: dict[CreaseName, int] = {"bowling": 71, "popping": 161, "return": 61}
_STRAIGHT_PX = 0.8
"""How far samples of a painted line are beside a straight one."""
_LEAST = 6
_LEAST_SHARE: dict[CreaseName, float] = {"bowling": 0.15, "popping": 0.15, "return": 0.3}
"""The share of its samples in the picture that must lie straight; edges of legs and pads are as straight, and short."""
_SEEN = 0.5
"""What the network must see of a crease for it to say where that is."""
_RIDGE = 4
"""Pixels of the network on either side of the middle of what it sees of a crease."""
_INDEPENDENT = 10
"""As how many samples a line counts."""
_ENOUGH = 15
"""So many samples, or up to twice as many, are as good as all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A crease in the near end's coordinates: from, to (2,) on the ground, its edge as the Laws mean it, and the unit
    vector from the edge into the paint."""

    crease: CreaseName
    nearness: Nearness
    start_m: Floats
    end_m: Floats
    paint: Floats

    @property
    def shares(self) -> Floats:
        """Where along it samples are (N,), as shares of its length."""
        count = _SAMPLES[self.crease]
        return (np.arange(count) + 0.5) / count

    def places(self, shares: Floats, off_m: float = 0.0) -> Floats:
        """Places (N, 3) along the edge, moved into the paint by so much."""
        line = self.start_m + shares[:, None] * (self.end_m - self.start_m) + off_m * self.paint
        return np.insert(line, 2, 0.0, axis=1)


def lines(longest: bool = True) -> list[Line]:
    """The creases of both ends, as long as they may be or as the Laws ask; a return crease starts at the popping
    crease."""
    halves = _LONGEST_M if longest else LEAST_M
    bowling, popping, back = halves["bowling"], halves["popping"], POPPING_M - RETURN_LENGTH_M
    found = []
    for nearness in NEARNESS:
        at = np.array if nearness == "near" else turned
        way = 1.0 if nearness == "near" else -1.0
        found += [
            Line("bowling", nearness, at([0.0, -bowling]), at([0.0, bowling]), np.array([way, 0.0])),
            Line("popping", nearness, at([POPPING_M, -popping]), at([POPPING_M, popping]), np.array([way, 0.0])),
            Line("return", nearness, at([POPPING_M, RETURN_M]), at([back, RETURN_M]), np.array([0.0, way])),
            Line("return", nearness, at([POPPING_M, -RETURN_M]), at([back, -RETURN_M]), np.array([0.0, -way])),
        ]
    return found


@dataclass(frozen=True, slots=True)
class Traced:
    """A crease looked for in a picture: its samples as shares of its length (N,), which are in the picture, which of
    them are paint, how wide that is in pixels, and the points that a camera can be fitted to."""

    line: Line
    shares: Floats
    inside: npt.NDArray[np.bool_]
    painted: npt.NDArray[np.bool_]
    width_px: Floats
    centimetre_px: Floats
    """How many pixels across the line a centimetre of paint is."""
    points: PitchPoints


def trace(luma: Pixels, view: PitchView, line: Line, paint_m: float, most_px: float) -> Traced:
    """Look for a crease where a camera that is about right would see it, at most so many pixels beside it."""
    shares = line.shares
    places = line.places(shares, paint_m / 2)
    pixels, _ = view.project(places)
    height, width = luma.shape
    inside = view.faces(places) & ((pixels > 2) & (pixels < (width - 2, height - 2))).all(axis=1)
    normals, _, centimetre = _across(view, line, shares, paint_m)
    gap = _gap(view, line, shares, normals)
    reach = np.clip(np.minimum(most_px, 0.4 * gap), 0.75, None)
    inside &= gap > 2.0
    seen = bands(luma, pixels[inside], normals[inside], 100 * paint_m * centimetre[inside], reach[inside])
    straight = _straight(shares[inside], seen.middle, seen.found)
    if np.count_nonzero(straight) < max(_LEAST, _LEAST_SHARE[line.crease] * np.count_nonzero(inside)):
        straight[:] = False
    painted, widths = np.zeros(len(shares), bool), np.zeros(len(shares))
    painted[inside] = straight
    widths[inside] = seen.width
    where = pixels[inside][straight] + seen.middle[straight, None] * normals[inside][straight]
    points = _thinned(places[painted], where, normals[painted], 0.6)
    return Traced(line, shares, inside, painted, widths, centimetre, points)


def outline(seen: MarksSeen, view: PitchView, line: Line, reach_px: float) -> PitchPoints:
    """Where the network sees a crease that a camera puts somewhere near: rougher than paint, and never another crease.

    Args:
        seen: what the network says of the picture.
        view: about where the camera is.
        line: the crease.
        reach_px: how far from where the camera sees it to look, in pixels of the picture.
    """
    shares = line.shares
    places = line.places(shares, PAINT_M / 2)
    inside = view.faces(places)
    pixels = view.project(places)[0]
    normals, _, _ = _across(view, line, shares, PAINT_M)
    steps = np.arange(-reach_px, reach_px + 1e-9, seen.pixel)
    heat = seen.line_at(line.crease, line.nearness, pixels[:, None] + steps[:, None] * normals[:, None])
    peak = heat.argmax(axis=1)
    near = np.abs(np.arange(len(steps)) - peak[:, None]) <= _RIDGE
    weight = np.where(near, heat, 0) ** 2
    middle = (weight * steps).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    found = inside & (heat.max(axis=1) > _SEEN) & (peak > 0) & (peak < len(steps) - 1)
    good = _straight(shares, middle / seen.pixel, found)
    where = pixels[good] + middle[good, None] * normals[good]
    return _thinned(places[good], where, normals[good], seen.pixel)


def _thinned(places_m: Floats, pixels: Floats, normals: Floats, std_px: float) -> PitchPoints:
    """Samples of a line for a fit: they err together, and count as a few that do not."""
    some = slice(None, None, max(len(pixels) // _ENOUGH, 1))
    count = len(pixels[some])
    std = np.full(count, std_px * np.sqrt(max(count, _INDEPENDENT) / _INDEPENDENT))
    return PitchPoints(places_m[some], pixels[some], std, normals[some])


def _straight(shares: Floats, middles: Floats, found: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which of the samples that were found lie on the straight line that most of them lie on."""
    index = np.flatnonzero(found)
    best = np.zeros(len(found), bool)
    if len(index) < _LEAST:
        return best
    some = index[:: max(len(index) // 12, 1)]
    one, other = (some[each] for each in np.triu_indices(len(some), 1))
    long = shares[other] - shares[one] >= 0.15
    one, other = one[long, None], other[long, None]
    slope = (middles[other] - middles[one]) / (shares[other] - shares[one])
    near = found & (np.abs(middles - middles[one] - slope * (shares - shares[one])) < _STRAIGHT_PX)
    return near[np.count_nonzero(near, axis=1).argmax()] if len(near) else best


def paint_width_m(traced: list[Traced]) -> float:
    """How wide the paint is, from where it is wide enough in the picture to be measured."""
    sizes = np.concatenate(
        [each.width_px[wide] / each.centimetre_px[wide] / 100 for each in traced
         for wide in [each.painted & (each.width_px > _WIDE_PX)]]
    ) if traced else np.empty(0)  # fmt: skip
    return float(np.clip(np.median(sizes), 0.03, 0.075)) if len(sizes) >= 8 else PAINT_M


def _across(view: PitchView, line: Line, shares: Floats, paint_m: float) -> tuple[Floats, Floats, Floats]:
    """Unit normals and tangents (N, 2) in the picture, and pixels across the line for a centimetre into the paint."""
    step = 0.5 / len(shares)
    ahead = view.project(line.places(shares + step, paint_m / 2))[0]
    behind = view.project(line.places(shares - step, paint_m / 2))[0]
    tangents = (ahead - behind) / np.maximum(np.linalg.norm(ahead - behind, axis=1, keepdims=True), 1e-9)
    normals = np.column_stack([-tangents[:, 1], tangents[:, 0]])
    inner = view.project(line.places(shares, paint_m / 2 + 0.005))[0]
    outer = view.project(line.places(shares, paint_m / 2 - 0.005))[0]
    return normals, tangents, np.abs(((inner - outer) * normals).sum(axis=1))


def _gap(view: PitchView, line: Line, shares: Floats, normals: Floats) -> Floats:
    """How many pixels (N,) across it is to the next parallel crease of the same end."""
    apart = 2 * RETURN_M if line.crease == "return" else POPPING_M
    paint = np.array(line.paint)
    # The bowling crease's neighbour lies on its paint's side, those of the others on the side away from it.
    way = apart * paint if line.crease == "bowling" else -apart * paint
    here = line.places(shares)
    there = here + np.insert(way, 2, 0.0)
    off = view.project(there)[0] - view.project(here)[0]
    return np.abs((off * normals).sum(axis=1))
