"""Samples for training: `ball` (short clips around the ball) and `creases` (frames with lines, stumps and camera)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import cv2
import numpy as np
from pydantic import Field

from pipeline.data import Ball, to_json
from pipeline.media.convert import to_bgr
from pipeline.simulation.cricket.cameras import EVERYWHERE, view_drawn
from pipeline.simulation.cricket.scene import Cricket, Where
from pipeline.simulation.cricket.spell import Bowled
from pipeline.simulation.cricket.truth import Truth
from pipeline.simulation.cricket.windows import Window, cricket_drawn
from pipeline.simulation.dataset import FileKind, SampleParameters
from pipeline.simulation.sampling import to_jpeg
from pipeline.simulation.scene import Side

_TRIES = 4
"""How often a clip is aimed anew because somebody hides the ball; some of those stay."""


class BallParameters(SampleParameters):
    """Of `ball`."""

    width: Side = Field(default=320, description="of the window, in pixels")
    height: Side = Field(default=192, description="of the window, in pixels")
    whole_width: Side = Field(default=1280, description="of the camera's whole picture, in pixels")
    whole_height: Side = Field(default=720, description="of the camera's whole picture, in pixels")
    frames: int = Field(default=5, ge=2, le=50, description="in a row in each clip")
    fps: float = Field(default=25.0, ge=5, le=120, description="frames a second")
    clips: int = Field(default=10, ge=1, le=200, description="from each scene")
    without: float = Field(default=0.15, ge=0, le=1, description="the share of clips of no ball")
    view: Where = Field(default="any", description="where the camera stands")
    quality: int = Field(default=92, ge=1, le=100, description="of JPEG")


class BallClips(FileKind[BallParameters]):
    """A few frames one below the other in one JPEG, and for each of them the ball or null."""

    name: ClassVar[str] = "ball"
    Parameters: ClassVar[type[SampleParameters]] = BallParameters
    per_shard: ClassVar[int] = 250

    def samples(self, rng: np.random.Generator) -> Iterator[Mapping[str, bytes]]:
        wanted = self.parameters
        while True:
            size = {"width": wanted.whole_width, "height": wanted.whole_height}
            scene = cricket_drawn(rng, wanted, view=wanted.view, fps=wanted.fps, **size)
            for number in range(wanted.clips):
                yield self._clip(scene, scene.spell.delivery(number % 3), rng)

    def _clip(self, scene: Cricket, bowled: Bowled, rng: np.random.Generator) -> Mapping[str, bytes]:
        wanted = self.parameters
        window, start = self._aimed(scene, bowled, rng)
        times = start + np.arange(wanted.frames) / wanted.fps
        moments = [window.stage(time) for time in times.tolist()]
        camera, whole = window.view.camera, scene.main_view.camera
        left, top = round(whole.cx - camera.cx), round(whole.cy - camera.cy)
        pictures = list(map(to_bgr, window.pictures(moments)))
        balls = [_told(Truth(now).ball(bowled.plan.batter)) for now in moments]
        strip = cv2.imencode(".jpg", np.vstack(pictures), [cv2.IMWRITE_JPEG_QUALITY, wanted.quality])[1]
        label = {
            "balls": balls, "window": [left, top, wanted.width, wanted.height], "fps": wanted.fps,
            "seed": scene.parameters.seed, "level": scene.parameters.level, "position": scene.main_view.position,
            "colour": scene.look.ball, "time_s": round(start - bowled.release_s, 4),
        }  # fmt: skip
        return {"jpg": strip.tobytes(), "json": json.dumps(label).encode()}

    def _aimed(self, scene: Cricket, bowled: Bowled, rng: np.random.Generator) -> tuple[Window, float]:
        """A window and when it begins, in match time; aimed anew a few times while somebody hides the ball."""
        wanted = self.parameters
        empty = bool(rng.random() < wanted.without)
        middle_s = (wanted.frames // 2) / wanted.fps
        tries = 0
        while True:
            start, corner = self._aim(scene, bowled, empty, rng)
            window = Window(scene, scene.main_view, corner, (wanted.width, wanted.height))
            tries += 1
            if empty or tries > _TRIES:
                return window, start
            ball = Truth(window.stage(start + middle_s)).ball(bowled.plan.batter)
            if ball is not None and (ball.visible or 0) > 0.3:
                return window, start

    def _aim(
        self, scene: Cricket, bowled: Bowled, empty: bool, rng: np.random.Generator
    ) -> tuple[float, tuple[int, int]]:
        """When a clip begins, in match time, and the window's left and top in the whole picture."""
        wanted, view = self.parameters, scene.main_view
        lasts = (wanted.frames - 1) / wanted.fps
        room = np.array([wanted.whole_width - wanted.width, wanted.whole_height - wanted.height])
        start = bowled.release_s + float(rng.uniform(-0.6 * lasts, bowled.course.end_s - 0.4 * lasts))
        middle = view.project(bowled.course.at(max(start + lasts / 2 - bowled.release_s, 0.0)))[0]
        # Off the middle, so that a network does not learn that balls are there.
        size = np.array([wanted.width, wanted.height])
        corner = middle - size / 2 + rng.uniform(-0.38, 0.38, 2) * size
        if empty:
            corner = rng.uniform((0, 0), np.maximum(room, 1))
            start = bowled.end_s + float(rng.uniform(0.3, 3.0))
        left, top = np.clip(corner, 0, np.maximum(room, 0)).astype(int).tolist()
        return start, (left, top)


class CreasesParameters(SampleParameters):
    """Of `creases`."""

    width: Side = Field(default=640, description="of the picture, in pixels")
    height: Side = Field(default=360, description="of the picture, in pixels")
    pictures: int = Field(default=6, ge=1, le=50, description="from each scene")
    moments: int = Field(default=2, ge=1, le=10, description="how many of them in a row are one camera's")
    view: Where = Field(default="any", description="where the camera stands")
    quality: int = Field(default=92, ge=1, le=100, description="of JPEG")


class CreasesFrames(FileKind[CreasesParameters]):
    """A JPEG and its true record: creases with their visible parts, stumps, people, and the camera in `shot`."""

    name: ClassVar[str] = "creases"
    Parameters: ClassVar[type[SampleParameters]] = CreasesParameters
    per_shard: ClassVar[int] = 100

    def samples(self, rng: np.random.Generator) -> Iterator[Mapping[str, bytes]]:
        wanted = self.parameters
        while True:
            scene = cricket_drawn(rng, wanted, view=wanted.view, width=wanted.width, height=wanted.height)
            for number in range(wanted.pictures):
                if number % wanted.moments == 0:
                    position = scene.main_view.position
                    if wanted.view == "any":
                        position = EVERYWHERE[int(rng.integers(len(EVERYWHERE)))]
                    scene.stand(view_drawn(rng, position, scene.size, scene.parameters.strength))
                scene.seek(float(rng.uniform(0.0, 8.0)))
                picture = to_jpeg(scene.picture(), wanted.quality)
                yield {"jpg": picture, "json": to_json(scene.truth("", scene.name, 0))}


def _told(ball: Ball | None) -> dict[str, Any] | None:
    return None if ball is None else json.loads(to_json(ball))
