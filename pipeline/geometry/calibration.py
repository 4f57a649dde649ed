"""What a calibration says of itself: the camera with its deviations, and in words whether it will do, why not, and what
to do about it.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pipeline.errors import InputError
from pipeline.geometry.camera import Camera, Deviations, Origin
from pipeline.geometry.ground_points import GroundPoints, calibrate_from_points
from pipeline.geometry.lens import FOCAL, HEIGHT, TILT, Floats, Known, camera_of, prior_of
from pipeline.geometry.self_calibration import calibrate_from_people
from pipeline.geometry.sightings import Sightings

Quality = Literal["good", "usable", "poor"]

_LIMITS: dict[Quality, tuple[float, float, float]] = {"good": (6.0, 6.0, 1.0), "usable": (15.0, 12.0, 2.5)}
"""Most deviation of focal length and height in percent and of tilt in degrees. Distances err by about as much as
heights, or by the error of tilt over the angle below the horizon: 1 degree is 10 % where the ground is 6 degrees
steep."""
_FEW = 6
"""Statures of so few people leave the scale to chance: 5.4 % of one over the root of their number."""
_LEAST_PEOPLE, _LEAST_SIGHTINGS = 2, 20
_LINE = 0.2
"""People whose feet are in a strip of the picture narrower than this share of its length walk in one line."""
_ALIKE = 1.3
"""The nearest people are at least so much taller in the picture than the farthest."""
_MISFIT = 1.8


@dataclass(frozen=True, slots=True)
class Calibration:
    """A camera that was found, and how good it is in words."""

    camera: Camera
    quality: Quality
    reason: str
    """Why it is no better, and what to do; or what speaks for it."""


def from_people(seen: Sightings, size: tuple[int, int], known: Known) -> Calibration:
    """The camera of people who walk in front of it.

    Raises:
        InputError: there are too few of them.
    """
    if seen.people < _LEAST_PEOPLE or len(seen) < _LEAST_SIGHTINGS:
        raise InputError(
            f"{_counted(seen.people, 'person walks', 'people walk')} through the picture upright, whole and well seen, "
            f"in {len(seen)} sightings; at least {_LEAST_PEOPLE} and {_LEAST_SIGHTINGS} are needed: record for longer, "
            "or give --points or --rectangle"
        )
    fit = calibrate_from_people(seen, size, prior_of(size, known))
    weak = _weakness_of_people(seen, fit.misfit)
    fine = f"{seen.people} people, seen {len(seen)} times"
    return _judged(fit.unknowns, fit.covariance, size, "people", weak, fine, seen.people < _FEW or fit.misfit > _MISFIT)


def from_points(points: GroundPoints, size: tuple[int, int], known: Known) -> Calibration:
    """The camera of known points on the ground.

    Raises:
        InputError: they do not determine it.
    """
    fit = calibrate_from_points(points, size, prior_of(size, known))
    count = len(points.pixels)
    weak = "the points do not tell the focal length: they cover little of the picture, or the camera looks straight "
    weak += "down; give more of them, farther apart, or the lens with --fov or --focal"
    far = fit.error_px > 0.005 * size[0]
    if far:
        weak = f"points are {fit.error_px:.1f} px from where they should be; measure them again"
    fine = f"{count} points, {fit.error_px:.1f} px from where they should be"
    return _judged(fit.unknowns, fit.covariance, size, "points", weak, fine, far)


def from_pitch(camera: Camera, focal_std: float, height_std: float, tilt_std: float, error_px: float) -> Calibration:
    """The camera of a cricket pitch.

    Args:
        camera: that was fitted to creases and stumps.
        focal_std: deviation of the focal length, as a share.
        height_std: of the height, as a share.
        tilt_std: in degrees.
        error_px: how far creases and stumps are from where the camera puts them.
    """
    far = error_px > 0.004 * camera.size[0]
    weak = "one end of a pitch in a long lens hardly tells the focal length: show both ends, or standing stumps"
    if far:
        weak = f"creases are {error_px:.1f} px from where they should be: they may not be marked as the Laws ask"
    fine = f"creases and stumps, {error_px:.1f} px from where they should be"
    return _verdict(camera, (focal_std, height_std, tilt_std), weak, fine, far)


def _judged(
    unknowns: Floats,
    covariance: Floats,
    size: tuple[int, int],
    origin: Origin,
    weakness: str,
    strength: str,
    doubtful: bool,
) -> Calibration:
    """The camera of a fit, and the verdict."""
    std = np.sqrt(np.diag(covariance))
    known = float(std[FOCAL]), float(std[HEIGHT]), float(std[TILT])
    return _verdict(camera_of(unknowns, size, origin), known, weakness, strength, doubtful)


def _verdict(
    camera: Camera, known: tuple[float, float, float], weakness: str, strength: str, doubtful: bool
) -> Calibration:
    """A camera with its deviations rounded to what they mean, and the verdict: never good where it is doubtful.

    Args:
        known: deviations of focal length and height, as shares, and of tilt in degrees.
    """
    focal, high, tilt = known
    rounded = _rounded(camera)
    deviations = Deviations(round(100 * focal, 2), round(rounded.height_cm * high, 1), round(tilt, 2))
    figures = (100 * focal, 100 * high, tilt)
    for quality, limits in _LIMITS.items():
        if all(figure <= limit for figure, limit in zip(figures, limits, strict=True)) and not (
            doubtful and quality == "good"
        ):
            reason = strength if quality == "good" else f"{strength}, but {weakness}"
            return Calibration(replace(rounded, std=deviations), quality, reason)
    return Calibration(replace(rounded, std=deviations), "poor", weakness)


def _rounded(camera: Camera) -> Camera:
    """Without digits that nobody measured."""
    return replace(
        camera,
        fx=round(camera.fx, 2),
        fy=round(camera.fy, 2),
        cx=round(camera.cx, 2),
        cy=round(camera.cy, 2),
        height_cm=round(camera.height_cm, 2),
        tilt_deg=round(camera.tilt_deg, 3),
        roll_deg=round(camera.roll_deg, 3),
        distortion=tuple(round(value, 5) for value in camera.distortion),
    )


def _weakness_of_people(seen: Sightings, misfit: float) -> str:
    """What most likely keeps a calibration from being better, and the mend."""
    length, width = np.linalg.svd(seen.feet - seen.feet.mean(axis=0), compute_uv=False)[:2]
    low, high = np.percentile(seen.heights_px, [5, 95])
    if high / low < _ALIKE:
        return (
            "all people are about as far away: focal length and tilt cannot be told apart; walk towards the camera and "
            "away from it"
        )
    if width < _LINE * length:
        return "people walk in one line only: tilt and height cannot be told apart; walk across the picture"
    if misfit > _MISFIT:
        return (
            "heads are not above feet as this camera would see them: the lens may bend lines, or the ground is not "
            "flat; give the lens with --fov or --focal, or known points"
        )
    if seen.people < _FEW:
        return f"only {seen.people} people walk by, and how tall they are is not known; record for longer"
    return "people cover too little of the picture; record for longer, or give the lens with --fov or --focal"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else f"nobody {one.split(' ', 1)[1]}"
