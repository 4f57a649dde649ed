"""Beliefs about a direction: densities over the circle, held at evenly spaced angles and linear between them.

Whether somebody faces the camera or shows it their back may be open where everything else is known; a mean with a
deviation cannot say that, a density can (as orientations are learnt in bins by Wu et al. 2020, MEBOW, CVPR,
3451-3461). What is told of it is its highest place, and within how much of that 68 % of it lies.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BINS = 36
WIDTH = 2 * np.pi / BINS
ANGLES = np.arange(BINS) * WIDTH
"""Of the places at which densities are held, in radians."""
_NEAR = 7
"""Bins on each side of the highest place that tell where it is."""
HOLDS = 0.683
"""The share of a normal law within one deviation of its mean."""
MIRRORED = -np.arange(BINS) % BINS
"""The place that each becomes in a mirror, where the line of sight is at 0."""

_OFFSETS = np.arange(-_NEAR, _NEAR + 1)
_STEPS = np.argsort(np.abs(np.arange(BINS) - BINS // 2), kind="stable")
"""From the middle outwards."""
_APART = np.abs((np.arange(BINS)[:, None] - np.arange(BINS) + BINS // 2) % BINS - BINS // 2)
_SMOOTH = np.exp(-0.5 * (_APART / 1.5) ** 2)
"""From densities to smoother ones, whose highest place is no bin's whim."""


def normal(directions_rad: Floats, deviations_rad: Floats) -> Floats:
    """Densities (N, BINS) of normal laws wrapped around the circle, (N,) each; they sum to 1."""
    off = (ANGLES - directions_rad[:, None] + np.pi) % (2 * np.pi) - np.pi
    wide = np.maximum(deviations_rad, 0.5 * WIDTH)[:, None]
    high = np.exp(-0.5 * (off / wide) ** 2)
    return high / high.sum(axis=1, keepdims=True)


def turned(densities: Floats, by_rad: Floats) -> Floats:
    """Densities (N, BINS) of the same directions plus an angle (N,)."""
    place = (ANGLES - by_rad[:, None]) / WIDTH
    low = np.floor(place).astype(np.intp)
    share = place - low
    rows = np.arange(len(densities))[:, None]
    return (1 - share) * densities[rows, low % BINS] + share * densities[rows, (low + 1) % BINS]


def told(densities: Floats) -> tuple[Floats, Floats]:
    """Where densities (N, BINS) are highest, in radians from -pi to pi, and within how much of it 68 % of each lies,
    from 0 to pi; (N,) each. The highest place is the mean of what is near the highest bin, so that no direction is
    likelier for being a bin's."""
    if not len(densities):
        return np.empty(0), np.empty(0)
    rows = np.arange(len(densities))
    top = (densities @ _SMOOTH).argmax(axis=1)
    near = densities[rows[:, None], (top[:, None] + _OFFSETS) % BINS]
    best = (top + (near @ _OFFSETS) / np.maximum(near.sum(axis=1), 1e-12)) * WIDTH
    centred = turned(densities, np.pi - best)[:, _STEPS]
    total = np.cumsum(centred, axis=1) / np.maximum(centred.sum(axis=1, keepdims=True), 1e-12)
    # Each bin but the first comes in pairs, one on either side.
    last = (total >= HOLDS).argmax(axis=1)
    before = np.where(last > 0, total[rows, last - 1], 0.0)
    inside = (HOLDS - before) / np.maximum(total[rows, last] - before, 1e-12)
    return (best + np.pi) % (2 * np.pi) - np.pi, np.minimum((last + inside) / 2 * WIDTH, np.pi)


def told_deg(densities: Floats) -> tuple[Floats, Floats]:
    """The same in degrees, directions from 0 up to 360."""
    best, within = told(densities)
    return np.degrees(best) % 360, np.degrees(within)
