"""Simulated cameras: `sim://street?seed=7&people=8`, a camera that needs no hardware."""

import itertools
import time
from collections.abc import Iterator
from typing import ClassVar, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.capture.source import AS_IT_IS, Alive, Captured, Source, SourceInfo, SourceOptions, nobody
from pipeline.errors import InputError, SourceError
from pipeline.simulation.scene import fault_in, scene_of, scenes


class _Playing(BaseModel):
    """What an address says beside the scene's own parameters."""

    model_config = ConfigDict(extra="forbid")

    seconds: float | None = Field(default=None, gt=0)
    pace: Literal["clock", "free"] = "clock"


class SimulatedSource(Source):
    """A simulated scene, drawn as it is asked for. `decode_ms` is what drawing took.

    By the clock, frames that are due while an earlier one is still being used are left out, as a camera's would be;
    with `pace=free` every frame is given as fast as it is asked for. Without `seconds` it never ends.
    """

    schemes: ClassVar[tuple[str, ...]] = ("sim",)
    live: ClassVar[bool] = True

    def __init__(self, url: str, options: SourceOptions = AS_IT_IS, alive: Alive = nobody) -> None:
        parts = urlsplit(url)
        if parts.netloc not in scenes() or parts.path not in ("", "/"):
            raise SourceError(f"{url}: no such scene; known are {', '.join(f'sim://{name}' for name in scenes())}")
        values = dict(parse_qsl(parts.query, keep_blank_values=True))
        if options.fps is not None:
            values["fps"] = str(options.fps)
        playing = {name: values.pop(name) for name in _Playing.model_fields if name in values}
        try:
            self._playing = _Playing.model_validate(playing)
            self.scene = scene_of(parts.netloc, values)
        except ValidationError as error:
            raise SourceError(f"{url}: {fault_in(error, [*_Playing.model_fields])}") from error
        except InputError as error:
            raise SourceError(f"{url}: {error}, {', '.join(_Playing.model_fields)}") from error
        seconds = self._playing.seconds
        self._frames = None if seconds is None else max(1, round(seconds * self.scene.fps))

    @property
    def info(self) -> SourceInfo:
        width, height = self.scene.size
        return SourceInfo(width, height, self.scene.fps, self._frames, "simulated")

    def pictures(self) -> Iterator[Captured]:
        start = time.monotonic()
        due = 0
        for index in itertools.count():
            if self._frames is not None and index >= self._frames:
                return
            if self._playing.pace == "clock":
                ahead_s = start + index / self.scene.fps - time.monotonic()
                if ahead_s > 0:
                    time.sleep(ahead_s)
                due = int((time.monotonic() - start) * self.scene.fps)
            if index >= due or self._playing.pace == "free":
                begin = time.perf_counter()
                picture = self.scene.picture()
                took_ms = (time.perf_counter() - begin) * 1e3
                yield Captured(picture, index * 1e3 / self.scene.fps, took_ms, self.scene.camera)
            self.scene.step()
