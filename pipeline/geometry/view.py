"""What is known of how a camera sees: its camera file, or a guess that says how little it is.

Without a camera file only the lens is guessed, from what surveillance cameras have (`pipeline.geometry.lens`); how high
the camera hangs and how it looks down is left open, and with it everything that rests on the ground plane.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pipeline.geometry.camera import Camera, Deviations
from pipeline.geometry.lens import FOCAL, HEIGHT, Known, camera_of, prior_of


@dataclass(frozen=True, slots=True)
class View:
    """A camera, and whether its pose is known; `changed` are cameras each off by one standard deviation of what is not
    quite known: lens, height, tilt."""

    camera: Camera
    posed: bool
    changed: tuple[Camera, ...]
    focal_std_log: float
    """Of the logarithm of the focal length."""


def view_of(camera: Camera) -> View:
    """A camera that is known."""
    std = camera.std or Deviations()
    focal = (std.focal_percent or 0.0) / 100
    changed = []
    if focal:
        changed.append(replace(camera, fx=camera.fx * (1 + focal), fy=camera.fy * (1 + focal)))
    if std.height_cm:
        changed.append(replace(camera, height_cm=camera.height_cm + std.height_cm))
    if std.tilt_deg:
        changed.append(replace(camera, tilt_deg=camera.tilt_deg + std.tilt_deg))
    return View(camera, True, tuple(changed), focal)


@lru_cache(maxsize=64)
def guessed_view(size: tuple[int, int]) -> View:
    """A camera of which nothing is known but the size of its pictures; it looks level."""
    prior = prior_of(size, Known())
    unknowns = np.zeros_like(prior.mean)
    unknowns[[FOCAL, HEIGHT]] = prior.mean[[FOCAL, HEIGHT]]
    return View(camera_of(unknowns, size, "hand"), False, (), float(prior.std[FOCAL]))
