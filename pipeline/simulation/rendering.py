"""Pictures and truth of a street."""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.data import Box, FrameRecord, Gender, Person, Picture, PixelFormat, Pixels
from pipeline.geometry.angles import seen_angle_deg
from pipeline.simulation.background import background
from pipeline.simulation.bodies import JOINT
from pipeline.simulation.figures import Figure, figures_of, shape_of
from pipeline.simulation.painting import outline, paint
from pipeline.simulation.street import Street, Walker

_NOISE = 3.0
"""The sensor's, in levels of luma."""
_SHADOW = 0.62
_SPINE = [JOINT[name] for name in ("left_toe", "right_toe", "left_hip", "right_hip", "neck", "head")]
_ANGLES = np.arange(0, 2 * np.pi, np.pi / 4)
_AROUND = 14.0 * np.stack([np.cos(_ANGLES), np.sin(_ANGLES), np.zeros(8)], axis=1)
"""A shadow is the hull of rings of this radius (cm) around the spine's shadow."""
_SCALE = 2
"""The mask of who is where is drawn this much larger than the picture, so that shares of small people are exact."""


class Renderer:
    """Draws a street as it is now."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._shapes = [shape_of(walker.body) for walker in street.walkers]
        self._light = (street.camera.rotation @ street.light)[:2]
        self._background = background(street.camera, street.seed)
        self._shaded = cv2.convertScaleAbs(self._background, alpha=_SHADOW)
        self._rng = np.random.default_rng([street.seed, 3])
        width, height = street.size
        noise = self._rng.normal(0, _NOISE, (height + 64, width + 64))
        self._brighter = np.clip(np.round(noise), 0, 20).astype(np.uint8)
        self._darker = np.clip(np.round(-noise), 0, 20).astype(np.uint8)

    def picture(self) -> Picture:
        """The picture as 4:2:0, as cameras send it."""
        rgb = self._background.copy()
        street = self._street
        figures = self._figures()
        self._add_shadows(rgb)
        for _, figure in figures:
            paint(figure, rgb, self._light)
        yuv = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
        self._add_noise(yuv[: street.size[1]])
        return Picture.packed(PixelFormat.I420, *street.size, yuv)

    def truth(self, run: str, camera: str, frame: int) -> FrameRecord:
        """What is true of the street as it is now."""
        people = []
        width, height = self._street.size
        figures = self._figures()
        who = np.zeros((height * _SCALE, width * _SCALE), np.uint8)
        whole = {walker.track: _fill(figure, who, walker.track) for walker, figure in figures}
        for walker, figure in figures:
            seen = _seen(who, figure, walker.track)
            if seen is not None and whole[walker.track]:
                people.append(self._person(walker, figure, seen, whole[walker.track], who))
        return FrameRecord(
            run=run,
            camera=camera,
            frame=frame,
            pts_ms=round(frame * 1e3 / self._street.fps, 3),
            captured_at="1970-01-01T00:00:00.000Z",
            size=self._street.size,
            stages_ms={},
            people=tuple(sorted(people, key=lambda person: person.track)),
            truth=True,
        )

    def _figures(self) -> list[tuple[Walker, Figure]]:
        """Everybody before the camera, the farthest first."""
        walkers = self._street.walkers
        if not walkers:
            return []
        joints = np.stack([walker.joints for walker in walkers])
        figures = zip(walkers, figures_of(self._shapes, joints, self._street.camera), strict=True)
        return sorted((pair for pair in figures if pair[1].depth > 60), key=lambda pair: -pair[1].depth)

    def _add_shadows(self, rgb: Pixels) -> None:
        """What people throw on the ground."""
        street = self._street
        if not street.walkers:
            return
        spines = np.stack([walker.joints[_SPINE] for walker in street.walkers])
        spines[..., :2] -= spines[..., 2:] * street.light[:2] / street.light[2]
        spines[..., 2] = 0
        pixels, depths = street.camera.project(spines[:, :, None] + _AROUND)
        for around, depth in zip(pixels.astype(np.float32), depths, strict=True):
            if (depth < 60).any():
                continue
            hull = np.asarray(cv2.convexHull(around.reshape(-1, 2))).reshape(-1, 2)
            left, top = np.maximum(hull.min(axis=0).astype(int) - 2, 0)
            right, bottom = np.minimum(hull.max(axis=0).astype(int) + 3, street.size)
            if left >= right or top >= bottom:
                continue
            shape = np.zeros((bottom - top, right - left), np.uint8)
            cv2.fillConvexPoly(shape, np.round(hull - (left, top)).astype(np.int32), 255)
            region = (slice(top, bottom), slice(left, right))
            cv2.copyTo(self._shaded[region], shape, rgb[region])

    def _add_noise(self, luma: Pixels) -> None:
        top, left = self._rng.integers(0, 64, 2)
        window = (slice(top, top + luma.shape[0]), slice(left, left + luma.shape[1]))
        cv2.add(luma, self._brighter[window], dst=luma)
        cv2.subtract(luma, self._darker[window], dst=luma)

    def _person(self, walker: Walker, figure: Figure, seen: "_Seen", whole: int, who: Pixels) -> Person:
        street = self._street
        pixels, _ = street.camera.project(walker.joints[:17])
        middle = np.array([*walker.position, walker.body.stature_cm / 2 - street.camera.height_cm])
        angle = float(seen_angle_deg(walker.position, [np.cos(walker.facing_rad), np.sin(walker.facing_rad)]))
        left, top, right, bottom = figure.box
        return Person(
            track=walker.track,
            box=seen.box,
            score=1.0,
            keypoints=tuple((round(x, 2), round(y, 2), _visible(who, x, y, walker.track)) for x, y in pixels.tolist()),
            heading_deg=round(angle, 2),
            heading_std_deg=0.0,
            speed_cm_s=round(walker.speed_cm_s, 2),
            facing_deg=round(angle, 2),
            facing_std_deg=0.0,
            distance_cm=round(float(np.linalg.norm(middle)), 2),
            distance_std_cm=0.0,
            ground_cm=(round(float(walker.position[0]), 2), round(float(walker.position[1]), 2)),
            height_cm=round(walker.body.stature_cm, 2),
            height_std_cm=0.0,
            width_cm=round(walker.body.shoulders_cm, 2),
            width_std_cm=0.0,
            gender=Gender(walker.body.sex, 1.0),
            visible=round(min(1.0, seen.pixels / whole), 4),
            whole_box=(round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)),
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    box: Box
    pixels: int


def _fill(figure: Figure, who: Pixels, track: int) -> int:
    """Draw somebody over those behind; how many pixels of the mask the whole body takes, out of the picture too."""
    outline(figure, who, track, _SCALE)
    left, top, right, bottom = (int(side) for side in figure.box)
    alone = np.zeros(((bottom - top + 3) * _SCALE, (right - left + 3) * _SCALE), np.uint8)
    outline(figure, alone, 1, _SCALE, (left - 1, top - 1))
    return int(np.count_nonzero(alone))


def _seen(who: Pixels, figure: Figure, track: int) -> _Seen | None:
    """What is left of somebody in the mask; None for nothing."""
    low = [max(0, int(side * _SCALE) - 2) for side in figure.box[:2]]
    high = [max(0, int(side * _SCALE) + 3) for side in figure.box[2:]]
    region = who[low[1] : high[1], low[0] : high[0]] == track
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not len(rows):
        return None
    edges = (low[0] + columns[0], low[1] + rows[0], low[0] + columns[-1] + 1, low[1] + rows[-1] + 1)
    left, top, right, bottom = (round(float(edge) / _SCALE, 2) for edge in edges)
    return _Seen((left, top, right, bottom), int(np.count_nonzero(region)))


def _visible(who: Pixels, x: float, y: float, track: int) -> float:
    """1 where a joint's pixel belongs to its owner, else 0."""
    row, column = int(y * _SCALE), int(x * _SCALE)
    inside = 0 <= row < who.shape[0] and 0 <= column < who.shape[1]
    return 1.0 if inside and who[row, column] == track else 0.0
