"""Samples for training: `heels`, pictures around a bowler's front foot, with the rearmost point of its heel on the
ground where it stands."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

import cv2
import numpy as np
from pydantic import Field

from pipeline.media.convert import to_bgr
from pipeline.simulation.cricket.bowler import FRONT_FOOT_S, LIFTS_S
from pipeline.simulation.cricket.cameras import POSITIONS, PitchView, view_drawn
from pipeline.simulation.cricket.dress import dressed
from pipeline.simulation.cricket.scene import Cricket
from pipeline.simulation.cricket.spell import Bowled
from pipeline.simulation.cricket.windows import Window, cricket_drawn
from pipeline.simulation.dataset import FileKind, SampleParameters
from pipeline.simulation.scene import Side

STORED_PX, STORED_M = (192, 144), 1.8
"""The stored pictures, and how wide they are where the foot is: half as much again as a network sees, to move it about
in."""
_STANDS = 0.8
"""The share of pictures in which the foot stands."""
_AROUND_S = 0.35
"""How long before and after it stands the others are."""
_SHOD_OTHERWISE = 0.6
"""The share of matches in which the bowler's shoes have some other colour."""
_EDGE_M = 0.36
"""How far from the picture's edges the heel is at least."""
_TRIES = 12


class HeelsParameters(SampleParameters):
    """Of `heels`."""

    whole_width: Side = Field(default=1280, description="of the camera's picture, in pixels")
    whole_height: Side = Field(default=720, description="of the camera's picture, in pixels")
    pictures: int = Field(default=12, ge=1, le=100, description="from each match")
    cameras: int = Field(default=4, ge=1, le=20, description="that see them")
    quality: int = Field(default=95, ge=1, le=100, description="of JPEG")


class Heels(FileKind[HeelsParameters]):
    """A JPEG around the front foot; where its heel is on the ground, null where it does not stand, and how far that
    moves in the picture for each metre along the pitch."""

    name: ClassVar[str] = "heels"
    Parameters: ClassVar[type[SampleParameters]] = HeelsParameters
    per_shard: ClassVar[int] = 500

    def samples(self, rng: np.random.Generator) -> Iterator[Mapping[str, bytes]]:
        wanted = self.parameters
        size = wanted.whole_width, wanted.whole_height
        while True:
            scene = cricket_drawn(rng, wanted, width=size[0], height=size[1])
            _shoe(scene, rng)
            for camera in range(wanted.cameras):
                bowled = scene.spell.delivery(camera % 3)
                view = _seeing(bowled, size, scene.parameters.strength, rng)
                if view is not None:
                    for _ in range(wanted.pictures // wanted.cameras):
                        yield self._sample(scene, view, bowled, rng)

    def _sample(self, scene: Cricket, view: PitchView, bowled: Bowled, rng: np.random.Generator) -> Mapping[str, bytes]:
        stands = bool(rng.random() < _STANDS)
        since = float(rng.uniform(FRONT_FOOT_S, LIFTS_S))
        if not stands:
            early = float(rng.uniform(0.02, _AROUND_S))
            since = FRONT_FOOT_S - early if rng.random() < 0.6 else LIFTS_S + early
        along, leg, _ = bowled.bowling.heel_m
        ground = np.array([[along, leg, 0.0], [along + 0.01, leg, 0.0]])
        (heel, further), depths = view.project(ground)
        side = np.array(STORED_PX) * (STORED_M * 100 * view.camera.fx / depths[0] / STORED_PX[0])
        corner = (2 * np.round((heel - side * rng.uniform(0.4, 0.6, 2)) / 2)).astype(int)
        extent = (2 * np.round(side / 2)).astype(int)
        window = Window(scene, view, (int(corner[0]), int(corner[1])), (int(extent[0]), int(extent[1])))
        [picture] = window.pictures([window.stage(bowled.release_s + since)])
        shrinks = extent[0] > 2 * STORED_PX[0]
        stored = cv2.resize(to_bgr(picture), STORED_PX, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        scale = np.array(STORED_PX) / extent
        label = {
            "heel": ((heel - corner) * scale).round(3).tolist() if stands else None,
            "middle": ((heel - corner) * scale).round(3).tolist(),
            "along_px_m": (100 * (further - heel) * scale).round(3).tolist(),
            "scale": float(scale[0].round(4)),
            "position": view.position, "level": scene.parameters.level, "seed": scene.parameters.seed,
            "time_s": round(since, 4),
        }  # fmt: skip
        return {
            "jpg": cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, self.parameters.quality])[1].tobytes(),
            "json": json.dumps(label).encode(),
        }


def _seeing(bowled: Bowled, size: tuple[int, int], strength: float, rng: np.random.Generator) -> PitchView | None:
    """A camera in whose picture the front foot is; None where none is found."""
    for _ in range(_TRIES):
        view = view_drawn(rng, POSITIONS[int(rng.integers(len(POSITIONS)))], size, strength)
        heel, depth = view.project([*bowled.bowling.heel_m[:2], 0.0])
        edge = _EDGE_M * 100 * view.camera.fx / depth
        if ((heel > edge) & (heel < np.array(size) - edge)).all():
            return view
    return None


def _shoe(scene: Cricket, rng: np.random.Generator) -> None:
    """Give the bowler other shoes, now and then."""
    if rng.random() >= _SHOD_OTHERWISE:
        return
    players = scene.spell.players
    at = next(number for number, player in enumerate(players) if player.role == "bowler")
    red, green, blue = rng.integers(10, 250, 3).tolist()
    body = players[at].body.wearing(shoes=(red, green, blue))
    players[at] = replace(players[at], body=body, shape=dressed(body, "bowler", scene.look, rng))
