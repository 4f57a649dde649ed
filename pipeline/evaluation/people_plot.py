"""Errors by distance, as a picture."""

from pathlib import Path

import numpy as np

from pipeline.errors import InputError
from pipeline.evaluation.people import Attributes, turned_deg


def plot(people: Attributes, path: Path) -> None:
    """Draw the errors of distance and facing over the true distance: every person, and medians.

    Raises:
        InputError: the picture cannot be written there.
    """
    from matplotlib.figure import Figure

    order = np.argsort(people.distance_m)
    away = people.distance_m[order]
    off_m = (people.distance_found_m - people.distance_m)[order]
    off_deg = turned_deg(people.facing_found_deg, people.facing_deg)[order]
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    spread = (people.distance_std_log * people.distance_found_m)[order]
    left.fill_between(away, -_smooth(away, spread), _smooth(away, spread), color="#d9e4f0", label="said deviation")
    left.plot(away, off_m, ".", color="#30507a", markersize=3)
    left.plot(away, _smooth(away, np.abs(off_m)), color="#c04020", label="median error, a ninth of the people")
    left.axhline(0, color="black", linewidth=0.5)
    left.set(xlabel="true distance in m", ylabel="distance said less true, in m")
    left.legend(fontsize=8)
    known = np.isfinite(off_deg)
    right.plot(away[known], off_deg[known], ".", color="#30507a", markersize=3)
    if known.any():
        right.plot(away[known], _smooth(away[known], off_deg[known]), color="#c04020")
    right.set(xlabel="true distance in m", ylabel="error of facing in degrees", ylim=(0, 180))
    try:
        figure.savefig(path, dpi=110)
    except (OSError, ValueError) as error:
        raise InputError(f"--plot {path}: cannot be written ({error}); give a file that ends in .png") from error


def _smooth(away: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Medians of the ninth of the people who are nearest in distance."""
    half = max(1, len(away) // 18)
    return np.array([np.median(values[max(0, n - half) : n + half + 1]) for n in range(len(values))])
