"""A picture of what a calibration believes: a grid on the ground, distances, and posts as tall as a person, drawn over
the scene, so that a person can see whether it is right. Posts beside people should be about as tall as these, and lines
should run along kerbs and walls as lines on that ground would.
"""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.pictures import Pixels

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_METRE, _FIVE, _POST, _INK = (120, 220, 120), (60, 240, 255), (255, 130, 255), (20, 20, 20)
_FARTHEST_M = 60
_POST_CM = 170.0
_LEAST_PX = 5.0
"""Lines that are closer together are left out."""
_POSTS_ACROSS, _POSTS_DOWN = (0.15, 0.38, 0.62, 0.85), (0.38, 0.6, 0.85)
"""Where in the picture posts stand, as shares of its width and height."""

Floats = npt.NDArray[np.float64]


def draw_grid(bgr: Pixels, camera: Camera) -> Pixels:
    """A copy of the picture (height, width, 3) with lines every metre, stronger every five with their distance from the
    point under the camera, and posts of 170 cm."""
    drawn = bgr.copy()
    thin = max(1, round(bgr.shape[0] / 700))
    for step, colour, width in ((1, _METRE, thin), (5, _FIVE, 2 * thin)):
        reach = _reach_m(camera, step)
        across = min(reach, 30)
        for forward in range(0, reach + 1, step):
            _line(drawn, camera, (-across, forward), (across, forward), colour, width)
        for right in range(-across // step * step, across + 1, step):
            _line(drawn, camera, (right, 0), (right, reach), colour, width)
    for share_down in _POSTS_DOWN:
        for share_across in _POSTS_ACROSS:
            _post(drawn, camera, (share_across * bgr.shape[1], share_down * bgr.shape[0]), 2 * thin)
    for forward in range(5, _reach_m(camera, 5) + 1, 5):
        _distance(drawn, camera, forward, thin)
    return drawn


def _reach_m(camera: Camera, step: int) -> int:
    """How far lines that many metres apart can be told apart, in whole steps."""
    distances = np.arange(step, _FARTHEST_M + 1, step)
    points = np.zeros((len(distances), 3))
    points[:, 1] = 100 * distances
    pixels, _ = camera.project(points)
    apart = -np.diff(pixels[:, 1], append=np.nan)
    lost = _before_lens(camera, points) & (pixels[:, 1] < camera.size[1]) & ~(apart >= _LEAST_PX)
    return int(distances[lost.argmax()]) if lost.any() else int(distances[-1])


def _line(
    bgr: Pixels,
    camera: Camera,
    start_m: tuple[float, float],
    end_m: tuple[float, float],
    colour: tuple[int, int, int],
    width: int,
) -> None:
    """A line on the ground between two places [right, forward], as bent as the lens makes it."""
    ground = 100 * np.linspace(start_m, end_m, 241)
    points = np.column_stack([ground, np.zeros(len(ground))])
    pixels, _ = camera.project(points)
    usable = _before_lens(camera, points)
    for run in np.split(np.arange(len(ground)), np.flatnonzero(np.diff(usable)) + 1):
        if usable[run[0]] and len(run) > 1:
            bent = (pixels[run] * 16).round().astype(np.int32)
            cv2.polylines(bgr, [bent.reshape(-1, 1, 2)], False, colour, width, cv2.LINE_AA, shift=4)


def _before_lens(camera: Camera, points: Floats) -> npt.NDArray[np.bool_]:
    """Whether points (N, 3) are seen, or just miss the picture: farther out the lens' polynomial turns back into it."""
    seen = camera.to_camera(points)
    corner = np.hypot(*camera.size) / 2 / camera.fx
    return (seen[:, 2] > 20) & (np.hypot(seen[:, 0], seen[:, 1]) < 1.3 * corner * seen[:, 2])


def _post(bgr: Pixels, camera: Camera, pixel: tuple[float, float], width: int) -> None:
    ground = camera.ground_from_image(pixel)
    if not np.isfinite(ground).all() or np.linalg.norm(ground) > 100 * _FARTHEST_M:
        return
    (foot, head), _ = camera.project([[*ground, 0.0], [*ground, _POST_CM]])
    if head[1] < 0:
        return
    cv2.line(bgr, _whole(foot), _whole(head), _POST, width, cv2.LINE_AA)
    cv2.circle(bgr, _whole(foot), 2 * width, _POST, -1, cv2.LINE_AA)
    away = float(np.hypot(np.linalg.norm(ground), camera.height_cm)) / 100
    _text(bgr, f"{away:.1f} m", (head[0] - 12 * width, head[1] - 3 * width), _POST, width // 2)


def _distance(bgr: Pixels, camera: Camera, forward_m: int, thin: int) -> None:
    point = np.array([[0.0, 100.0 * forward_m, 0.0]])
    pixel = camera.project(point)[0][0]
    if _before_lens(camera, point)[0] and 0 <= pixel[0] < bgr.shape[1] and 0 <= pixel[1] < bgr.shape[0]:
        _text(bgr, f"{forward_m} m", (pixel[0] + 4, pixel[1] - 4), _FIVE, thin)


def _text(bgr: Pixels, text: str, place: npt.ArrayLike, colour: tuple[int, int, int], thin: int) -> None:
    for ink, width in ((_INK, 3 * max(thin, 1)), (colour, max(thin, 1))):
        cv2.putText(bgr, text, _whole(np.asarray(place)), _FONT, 0.55 * max(thin, 1), ink, width, cv2.LINE_AA)


def _whole(pixel: Floats) -> tuple[int, int]:
    return round(float(pixel[0])), round(float(pixel[1]))
