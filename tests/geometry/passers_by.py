"""People who walk in front of a camera that is known, as a pose network would see them."""

from collections.abc import Sequence

import numpy as np

from pipeline.geometry.camera import Camera
from pipeline.geometry.sightings import Sightings
from pipeline.geometry.stature import ANKLES, EARS

UPRIGHT = 0.1
"""By how much the network makes those who lean more upright."""
Walk = tuple[Sequence[float], Sequence[float]]
"""From one place on the ground to another, [right, forward] in cm."""


def statures(rng: np.random.Generator, people: int) -> np.ndarray:
    """Of adults of both sexes (ANSUR II)."""
    male = rng.random(people) < 0.5
    return np.where(male, 175.6, 162.9) + np.where(male, 6.9, 6.4) * rng.standard_normal(people)


def anywhere(camera: Camera, rng: np.random.Generator, walks: int) -> list[Walk]:
    """Walks between places all over the picture, at most 30 m away."""
    found: list[Walk] = []
    while len(found) < walks:
        pixels = rng.uniform((0.05, 0.3), (0.95, 0.97), (2, 2)) * camera.size
        start, end = camera.ground_from_image(pixels)
        if np.isfinite([*start, *end]).all() and max(np.linalg.norm(start), np.linalg.norm(end)) < 3000:
            found.append((start.tolist(), end.tolist()))
    return found


def watched(
    camera: Camera,
    walks: Sequence[Walk],
    heights_cm: Sequence[float] | np.ndarray,
    rng: np.random.Generator,
    noise: float = 0.02,
    each: int = 15,
) -> Sightings:
    """Sightings of people who walk there, with errors of joints as a share of the person's height in the picture."""
    tracks, feet, heads = [], [], []
    for track, ((start, end), tall) in enumerate(zip(walks, heights_cm, strict=True)):
        ground = np.linspace(start, end, each)
        sway = 150 * noise * rng.standard_normal((each, 2))
        foot, _ = camera.project(np.column_stack([ground, np.full(each, ANKLES * tall)]))
        head, _ = camera.project(np.column_stack([ground + sway, np.full(each, EARS * tall)]))
        head[:, 0] += UPRIGHT * (foot[:, 0] - head[:, 0])
        size = np.linalg.norm(foot - head, axis=1, keepdims=True)
        feet.append(foot + noise * size * rng.standard_normal((each, 2)))
        heads.append(head + noise * size * rng.standard_normal((each, 2)))
        tracks += [track] * each
    return Sightings.of(tracks, np.concatenate(feet), np.concatenate(heads))
