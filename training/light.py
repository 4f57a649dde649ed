"""Pictures in other light: as another camera, another hour, a poor lens or few lamps would show them."""

import cv2
import numpy as np

from pipeline.pictures import Pixels

_DARK_CORNERS, _BLURRED, _NOISY = 0.15, 0.3, 0.3
"""In which share of the pictures."""


def relit(rgb: Pixels, rng: np.random.Generator) -> Pixels:
    """A picture (height, width, 3) with other brightness, colour, sharpness and noise."""
    gamma, colour, gain = np.exp(rng.normal(0, 0.3)), np.exp(rng.normal(0, 0.08, 3)), np.exp(rng.normal(0, 0.2))
    curve = np.clip(255 * (np.arange(256)[:, None] / 255) ** gamma * gain * colour, 0, 255)
    light = np.asarray(cv2.LUT(rgb, curve.astype(np.uint8)[None]), np.uint8)
    vivid = float(np.exp(rng.normal(0, 0.35)))
    light = np.asarray(cv2.addWeighted(light, vivid, gray(light), 1 - vivid, 0), np.uint8)
    if rng.random() < _DARK_CORNERS:
        light = _in_a_pool(light, rng)
    if rng.random() < _BLURRED:
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), float(rng.uniform(0.4, 1.3))), np.uint8)
    if rng.random() < _NOISY:
        noisy = light + 8 * rng.standard_normal(light.shape, np.float32)
        light = np.clip(noisy, 0, 255).astype(np.uint8)
    return light


def gray(rgb: Pixels) -> Pixels:
    """A picture (height, width, 3) without colour."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def coarser(rgb: Pixels, share: float) -> Pixels:
    """A picture as one of fewer pixels shows it, a share of its own width and height."""
    height, width = rgb.shape[:2]
    small = cv2.resize(rgb, (int(width * share), int(height * share)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height)), np.uint8)


def squeezed(rgb: Pixels, quality: int) -> Pixels:
    """A picture as JPEG of a quality leaves it."""
    encoded = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def _in_a_pool(rgb: Pixels, rng: np.random.Generator) -> Pixels:
    """A picture that is bright in one place and dark around it."""
    height, width = rgb.shape[:2]
    (x, y), reach = rng.uniform(0.3, 0.7, 2) * (width, height), rng.uniform(0.35, 0.9) * width
    across, down = np.arange(width, dtype=np.float32) - x, np.arange(height, dtype=np.float32)[:, None] - y
    share = 1 / (1 + (across**2 + down**2) / reach**2) ** 2
    return (rgb * share[..., None]).astype(np.uint8)
