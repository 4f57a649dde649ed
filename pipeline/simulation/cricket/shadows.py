"""What people and the ball take of the light that falls on the ground: one shadow by day, several under floodlights."""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Pixels
from pipeline.simulation.cricket.cameras import NEAREST_CM, PitchView
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.players import Moment
from pipeline.simulation.skeleton import JOINT

Floats = npt.NDArray[np.float64]
_LIMBS = (
    ("left_toe", "left_ankle", "left_knee", "left_hip"), ("right_toe", "right_ankle", "right_knee", "right_hip"),
    ("left_hip", "right_hip", "right_shoulder", "left_shoulder", "crown"),
    ("left_shoulder", "left_elbow", "left_hand"), ("right_shoulder", "right_elbow", "right_hand"),
)  # fmt: skip
_PARTS = [[JOINT[name] for name in limb] for limb in _LIMBS]
_WIDE_M = (0.07, 0.07, 0.16, 0.05, 0.05)
_ANGLES = np.arange(0, 2 * np.pi, np.pi / 3)
_RING = np.stack([np.cos(_ANGLES), np.sin(_ANGLES), np.zeros(6)], axis=1)
_LONGEST_M = 9.0


def lights(look: Look) -> list[tuple[tuple[float, float, float], float]]:
    """Directions towards the lights in pitch coordinates, with the share of the light that each gives."""
    if look.light != "floodlit":
        return [(look.sun, look.shadow)]
    around = np.arctan2(look.sun[1], look.sun[0])
    up = np.radians(32)
    corners = around + np.array([0.0, 1.75, 3.05, 4.6])
    return [
        ((float(np.cos(a) * np.cos(up)), float(np.sin(a) * np.cos(up)), float(np.sin(up))), look.shadow * share)
        for a, share in zip(corners, (0.9, 0.7, 0.8, 0.6), strict=True)
    ]


def cast_shadows(rgb: Pixels, moments: list[Moment], view: PitchView, look: Look) -> None:
    """Darken the ground behind people, in place."""
    for light, strength in lights(look):
        for moment in moments:
            _cast(rgb, moment.joints_cm / 100, view, np.array(light), strength)


def _cast(rgb: Pixels, joints_m: Floats, view: PitchView, light: Floats, strength: float) -> None:
    slope = light[:2] / max(float(light[2]), 0.12)
    flat = joints_m.copy()
    flat[:, :2] -= np.minimum(flat[:, 2:], _LONGEST_M / max(float(np.hypot(*slope)), 1e-6)) * slope
    flat[:, 2] = 0.0
    rings = [flat[part][:, None] + wide * _RING for part, wide in zip(_PARTS, _WIDE_M, strict=True)]
    sizes = [ring.shape[0] * ring.shape[1] for ring in rings]
    pixels, depths = view.project(np.concatenate([ring.reshape(-1, 3) for ring in rings]))
    if (depths < NEAREST_CM).any():
        return
    height, width = rgb.shape[:2]
    left, top = np.maximum(np.floor(pixels.min(axis=0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(pixels.max(axis=0)).astype(int) + 2, (width, height))
    if left >= right or top >= bottom:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    start = 0
    for size in sizes:
        hull = cv2.convexHull((pixels[start : start + size] - (left + 0.5, top + 0.5)).astype(np.float32))
        cv2.fillConvexPoly(mask, np.round(hull * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        start += size
    darken(rgb[top:bottom, left:right], mask, strength)


def darken(region: Pixels, mask: Pixels, strength: float) -> None:
    """Take a share of the light from a region where its mask (h, w) is full, in place."""
    keeps = cv2.LUT(mask, np.round(255 - strength * np.arange(256)).astype(np.uint8))
    cv2.multiply(region, cv2.merge([keeps, keeps, keeps]), dst=region, scale=1 / 255)


def ball_shadow(rgb: Pixels, start_m: Floats, end_m: Floats, view: PitchView, look: Look) -> None:
    """The ball's, which moves with it from the beginning to the end of the exposure."""
    for light, strength in lights(look):
        slope = np.array(light[:2]) / max(light[2], 0.12)
        ends = np.stack([start_m, end_m])
        ends[:, :2] -= ends[:, 2:] * slope
        ends[:, 2] = 0.0
        pixels, depths = view.project((ends[:, None] + 0.036 * _RING).reshape(-1, 3))
        if (depths < NEAREST_CM).any():
            continue
        height, width = rgb.shape[:2]
        left, top = np.maximum(np.floor(pixels.min(axis=0)).astype(int) - 1, 0)
        right, bottom = np.minimum(np.ceil(pixels.max(axis=0)).astype(int) + 2, (width, height))
        if left >= right or top >= bottom:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        hull = cv2.convexHull((pixels - (left + 0.5, top + 0.5)).astype(np.float32))
        cv2.fillConvexPoly(mask, np.round(hull * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        moved = float(np.linalg.norm(ends[1] - ends[0]))
        darken(rgb[top:bottom, left:right], mask, 0.8 * strength * min(1.0, 0.09 / max(moved, 1e-6)))
