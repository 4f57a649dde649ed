"""What is seen of a pitch, as points and samples of lines, and how far off a camera is from seeing it there.

A sample of a crease says where its line is across, and nothing along it. A flat pitch in a long lens hardly tells focal
length from distance: what is known of cameras beforehand counts as well, and keeps a fit in the world.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.pitch_unknowns import around, derivatives, seen_by

Floats = npt.NDArray[np.float64]
PRIOR_MEAN = np.array([np.log(2.2), 12.0, 0.0, np.log(480.0), 0.01, 0.0, 0.0, 0.0])
_PRIOR_STD = np.array([0.9, 25.0, 2.5, 0.9, 0.015, np.inf, np.inf, np.inf])
"""Of cameras at a pitch: phones on tripods to broadcasters' towers, 4 to 90 degrees across, level but for a little."""
_FAR = 1e4


@dataclass(frozen=True, slots=True)
class PitchPoints:
    """Places (N, 3) in pitch coordinates, their pixels (N, 2) and deviations (N,) in pixels. `normals` (N, 2) is a unit
    vector across the line that a point is a sample of, and zero for a point that says both of its coordinates."""

    places_m: Floats
    pixels: Floats
    std_px: Floats
    normals: Floats

    @classmethod
    def marks(cls, places_m: Floats, pixels: Floats, std_px: Floats) -> "PitchPoints":
        """Points that say both of their coordinates."""
        return cls(places_m, pixels, std_px, np.zeros((len(pixels), 2)))

    def __add__(self, other: "PitchPoints") -> "PitchPoints":
        return PitchPoints(
            np.concatenate([self.places_m, other.places_m]),
            np.concatenate([self.pixels, other.pixels]),
            np.concatenate([self.std_px, other.std_px]),
            np.concatenate([self.normals, other.normals]),
        )

    def __getitem__(self, chosen: npt.NDArray[np.bool_]) -> "PitchPoints":
        return PitchPoints(self.places_m[chosen], self.pixels[chosen], self.std_px[chosen], self.normals[chosen])


def linear(unknowns: Floats, points: PitchPoints, size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Residuals (M,) of a camera (8,) and their derivatives (M, 8)."""
    values = misses(around(unknowns), points, size)
    return values[0], derivatives(values)


def misses(unknowns: Floats, points: PitchPoints, size: tuple[int, int]) -> Floats:
    """For each of the cameras (K, 8) how far points and what is known beforehand are off, in deviations (K, M): two
    for each point, then the prior's."""
    pixels, depths = seen_by(unknowns, points.places_m, size)
    off = pixels - points.pixels
    lines = np.any(points.normals != 0, axis=1)
    across = (off[:, lines] * points.normals[lines]).sum(axis=2)
    off[:, lines] = np.stack([across, np.zeros_like(across)], axis=2)
    off = np.where((depths > 20)[..., None], np.clip(off / points.std_px[:, None], -_FAR, _FAR), _FAR)
    known = np.isfinite(_PRIOR_STD)
    prior = ((unknowns - PRIOR_MEAN) / _PRIOR_STD)[:, known]
    return np.concatenate([off.reshape(len(unknowns), -1), prior], axis=1)
