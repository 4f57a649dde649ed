"""The general samples of data sets: `bodies` (what is true of people, without pixels) and `frames` (pictures with it).

Both take any scene, so that a new scene is also a new kind of sample.
"""

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, ClassVar, Literal

import av
import cv2
import numpy as np
import yaml
from pydantic import Field

from pipeline.data import Person
from pipeline.geometry.camera import Camera
from pipeline.media.convert import to_bgr
from pipeline.pictures import Picture
from pipeline.simulation.clip import to_video_frame, truth_lines, video_stream
from pipeline.simulation.dataset import ArrayKind, Arrays, FileKind, SampleParameters
from pipeline.simulation.scene import Scene, Side, scene_of


class SceneSampleParameters(SampleParameters):
    """Samples that are taken from scenes."""

    scene: str = Field(default="street", description="which scene to look at")
    width: Side = Field(default=1280, description="of the picture, in pixels")
    height: Side = Field(default=720, description="of the picture, in pixels")

    def drawn_scene(self, rng: np.random.Generator, **others: object) -> Scene[Any]:
        """Another scene of that name."""
        values = {"seed": int(rng.integers(1 << 31)), "level": self.drawn_level(rng)}
        return scene_of(self.scene, values | {"width": self.width, "height": self.height} | others)


class BodiesParameters(SceneSampleParameters):
    """Of `bodies`."""

    every: int = Field(default=5, ge=1, description="frames from one look to the next")
    looks: int = Field(default=20, ge=1, description="how often each scene is looked at")
    min_visible: float = Field(default=0.2, ge=0, le=1, description="leave out people of whom less is seen")


class Bodies(ArrayKind[BodiesParameters]):
    """What is true of one person: every field of `Person`, and the camera. A lifting network learns from it."""

    name: ClassVar[str] = "bodies"
    Parameters: ClassVar[type[SampleParameters]] = BodiesParameters
    per_shard: ClassVar[int] = 5000

    def samples(self, rng: np.random.Generator) -> Iterator[Arrays]:
        wanted = self.parameters
        while True:
            scene = wanted.drawn_scene(rng, fps=10)
            people: list[tuple[Person, int]] = []
            cameras: list[list[float]] = []
            for look in range(wanted.looks):
                record = scene.truth("", "", look)
                seen = [person for person in record.people if (person.visible or 0) >= wanted.min_visible]
                people += [(person, look) for person in seen]
                cameras += [_camera_row(scene.camera)] * len(seen)
                for _ in range(wanted.every):
                    scene.step()
            if people:
                columns = {name: _column(name, [person for person, _ in people]) for name in _FIELDS}
                yield columns | {
                    "look": np.array([look for _, look in people], np.int32),
                    "scene_seed": np.full(len(people), scene.parameters.seed, np.int64),
                    "size": np.tile(np.array(scene.size, np.int32), (len(people), 1)),
                    "camera": np.array(cameras, np.float32),
                }


class FramesParameters(SceneSampleParameters):
    """Of `frames`."""

    form: Literal["jpeg", "h264"] = Field(default="jpeg", description="a picture a sample, or a clip of H.264")
    frames: int = Field(default=25, ge=2, le=500, description="of a clip")
    fps: float = Field(default=25.0, ge=1, le=120, description="of a clip")
    quality: int = Field(default=92, ge=1, le=100, description="of JPEG")
    skip: int = Field(default=25, ge=1, description="frames from one picture of a scene to the next")
    pictures: int = Field(default=4, ge=1, description="samples from each scene")


class Frames(FileKind[FramesParameters]):
    """Pictures or clips with their truth (JSON lines) and camera file."""

    name: ClassVar[str] = "frames"
    Parameters: ClassVar[type[SampleParameters]] = FramesParameters
    per_shard: ClassVar[int] = 100

    def samples(self, rng: np.random.Generator) -> Iterator[Mapping[str, bytes]]:
        wanted = self.parameters
        while True:
            scene = wanted.drawn_scene(rng, fps=wanted.fps)
            for _ in range(wanted.pictures):
                camera = yaml.safe_dump(scene.camera.content(), sort_keys=False).encode()
                if wanted.form == "jpeg":
                    yield {
                        "jpg": to_jpeg(scene.picture(), wanted.quality),
                        "jsonl": truth_lines(scene, "", 0),
                        "yaml": camera,
                    }
                else:
                    yield {**self._clip(scene), "yaml": camera}
                for _ in range(wanted.skip):
                    scene.step()

    def _clip(self, scene: Scene[Any]) -> dict[str, bytes]:
        pictures, truth = [], b""
        for number in range(self.parameters.frames):
            pictures.append(scene.picture())
            truth += truth_lines(scene, "", number)
            scene.step()
        return {"mp4": to_mp4(pictures, scene.fps), "jsonl": truth}


def to_jpeg(picture: Picture, quality: int = 92) -> bytes:
    """A picture as JPEG."""
    return cv2.imencode(".jpg", to_bgr(picture), [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def to_mp4(pictures: list[Picture], fps: float, crf: int = 20) -> bytes:
    """Pictures as a clip of H.264."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = video_stream(container, pictures[0].size, fps, crf=str(crf), preset="veryfast", threads="1")
        for picture in pictures:
            container.mux(stream.encode(to_video_frame(picture)))
        container.mux(stream.encode(None))
    return file.getvalue()


def _camera_row(camera: Camera) -> list[float]:
    """fx, fy, cx, cy, k1, k2, p1, p2, k3, height (cm), tilt and roll (degrees)."""
    lens = [camera.fx, camera.fy, camera.cx, camera.cy, *camera.distortion]
    return [*lens, camera.height_cm, camera.tilt_deg, camera.roll_deg]


def _kind_of_field(hint: Any) -> Any:
    """float of `float | None`."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    return hint


_HINTS = typing.get_type_hints(Person)
_LEFT_OUT = ("zones", "sentence", "score")
"""What is not true of a body."""
_FIELDS = {
    field.name: _kind_of_field(_HINTS[field.name])
    for field in dataclasses.fields(Person)
    if field.name not in _LEFT_OUT and not field.name.endswith("_std_deg") and not field.name.endswith("_std_cm")
}


def _column(name: str, people: list[Person]) -> Any:
    """A field of all people as an array: numbers with nan for what is not known, text with an empty one."""
    values = [getattr(person, name) for person in people]
    hint = _FIELDS[name]
    if name == "gender":
        return np.array([value.value if value else "" for value in values], "U8")
    if hint is int:
        return np.array([-1 if value is None else value for value in values], np.int32)
    if hint is bool:
        return np.array([bool(value) for value in values])
    if hint is float:
        return np.array([np.nan if value is None else value for value in values], np.float32)
    if typing.get_origin(hint) is tuple:
        known = next((value for value in values if value is not None), None)
        empty = np.full(np.shape(known) if known is not None else (0,), np.nan)
        return np.array([empty if value is None else value for value in values], np.float32)
    return np.array(["" if value is None else str(value) for value in values], "U24")
