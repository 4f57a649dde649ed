"""What people and the ball take of the light that falls on the ground: one shadow by day, several under floodlights."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.pictures import Pixels
from pipeline.simulation.cricket.cameras import PitchView
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.players import Moment
from pipeline.simulation.skeleton import JOINT

Floats = npt.NDArray[np.float64]
_LIMBS = (
    ("left_toe", "left_ankle", "left_knee", "left_hip"), ("right_toe", "right_ankle", "right_knee", "right_hip"),
    ("left_hip", "right_hip", "right_shoulder", "left_shoulder", "crown"),
    ("left_shoulder", "left_elbow", "left_hand"), ("right_shoulder", "right_elbow", "right_hand"),
)  # fmt: skip
_WIDE_M = (0.07, 0.07, 0.16, 0.05, 0.05)
_POINTS = np.array([JOINT[name] for limb in _LIMBS for name in limb])
_ENDS = np.cumsum([len(limb) for limb in _LIMBS]).tolist()
_SPANS = list(zip([0, *_ENDS[:-1]], _ENDS, strict=True))
_ANGLES = np.arange(0, 2 * np.pi, np.pi / 3)
_RING = np.stack([np.cos(_ANGLES), np.sin(_ANGLES), np.zeros(6)], axis=1)
_RINGS = np.repeat(_WIDE_M, [len(limb) for limb in _LIMBS])[:, None, None] * _RING
_LONGEST_M = 9.0


def lights(look: Look) -> list[tuple[tuple[float, float, float], float]]:
    """Directions towards the lights in pitch coordinates, with the share of the light that each gives."""
    if look.light != "floodlit":
        return [(look.sun, look.shadow)]
    around = np.arctan2(look.sun[1], look.sun[0])
    up = np.radians(32)
    corners = around + np.array([0.0, 2.0, 4.1])
    return [
        ((float(np.cos(a) * np.cos(up)), float(np.sin(a) * np.cos(up)), float(np.sin(up))), look.shadow * share)
        for a, share in zip(corners, (1.0, 0.75, 0.85), strict=True)
    ]


def cast_shadows(rgb: Pixels, moments: list[Moment], view: PitchView, look: Look) -> None:
    """Darken the ground behind people, in place."""
    if not moments:
        return
    joints = np.stack([moment.joints_cm[_POINTS] for moment in moments]) / 100
    for light, strength in lights(look):
        slope = np.array(light[:2]) / max(light[2], 0.12)
        flat = joints.copy()
        longest = _LONGEST_M / max(float(np.hypot(*slope)), 1e-6)
        flat[..., :2] -= np.minimum(flat[..., 2:], longest) * slope
        flat[..., 2] = 0.0
        rings = flat[:, :, None] + _RINGS
        for rims, whole in zip(view.project(rings)[0], np.atleast_1d(view.faces(flat).all(axis=1)), strict=True):
            if whole:
                _darken(rgb, [rims[first:end].reshape(-1, 2) for first, end in _SPANS], strength)


def ball_shadow(rgb: Pixels, start_m: Floats, end_m: Floats, view: PitchView, look: Look) -> None:
    """The ball's, which moves with it from the beginning to the end of the exposure."""
    for light, strength in lights(look):
        slope = np.array(light[:2]) / max(light[2], 0.12)
        ends = np.stack([start_m, end_m])
        ends[:, :2] -= ends[:, 2:] * slope
        ends[:, 2] = 0.0
        if not view.faces(ends).all():
            continue
        pixels, _ = view.project((ends[:, None] + 0.036 * _RING).reshape(-1, 3))
        moved = float(np.linalg.norm(ends[1] - ends[0]))
        _darken(rgb, [pixels], 0.8 * strength * min(1.0, 0.09 / max(moved, 1e-6)))


def _darken(rgb: Pixels, rims: Sequence[Floats], strength: float) -> None:
    """Take a share of the light within the hulls of points (N, 2) in pixels, in place; once where hulls overlap."""
    height, width = rgb.shape[:2]
    points = np.concatenate(rims)
    left, top = np.maximum(np.floor(points.min(axis=0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(points.max(axis=0)).astype(int) + 2, (width, height))
    if left >= right or top >= bottom:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for rim in rims:
        hull = cv2.convexHull((rim - (left + 0.5, top + 0.5)).astype(np.float32))
        cv2.fillConvexPoly(mask, np.round(hull * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    keeps = cv2.LUT(mask, np.round(255 - strength * np.arange(256)).astype(np.uint8))
    region = rgb[top:bottom, left:right]
    cv2.multiply(region, cv2.merge([keeps, keeps, keeps]), dst=region, scale=1 / 255)
