"""Simulated cameras: `sim://street?seed=7&people=8`, a camera that needs no hardware."""

import itertools
import time
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.capture.source import AS_IT_IS, Alive, Captured, Source, SourceInfo, SourceOptions, nobody
from pipeline.errors import SourceError
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.street import Street

SCENES = ("street",)
_Side = Annotated[int, Field(ge=64, le=4096, multiple_of=2)]


class _Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seed: int = Field(default=1, ge=0)
    people: int = Field(default=8, ge=0, le=50)
    width: _Side = 1280
    height: _Side = 720
    fps: float = Field(default=25.0, ge=1, le=120)
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
        if parts.netloc not in SCENES or parts.path not in ("", "/"):
            raise SourceError(f"{url}: no such scene; known are {', '.join(f'sim://{scene}' for scene in SCENES)}")
        try:
            self._parameters = _Parameters.model_validate(dict(parse_qsl(parts.query, keep_blank_values=True)))
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            known = ", ".join(_Parameters.model_fields)
            name = ".".join(map(str, fault["loc"]))
            raise SourceError(f"{url}: {name}: {fault['msg'].lower()}; known are {known}") from error
        given = self._parameters
        self._fps = options.fps or given.fps
        self._street = Street(given.seed, (given.width, given.height), self._fps, given.people)
        self._renderer = Renderer(self._street)
        self._frames = None if given.seconds is None else max(1, round(given.seconds * self._fps))

    @property
    def info(self) -> SourceInfo:
        width, height = self._street.size
        return SourceInfo(width, height, self._fps, self._frames, "simulated")

    def pictures(self) -> Iterator[Captured]:
        start = time.monotonic()
        due = 0
        for index in itertools.count():
            if self._frames is not None and index >= self._frames:
                return
            if self._parameters.pace == "clock":
                ahead_s = start + index / self._fps - time.monotonic()
                if ahead_s > 0:
                    time.sleep(ahead_s)
                due = int((time.monotonic() - start) * self._fps)
            if index >= due or self._parameters.pace == "free":
                begin = time.perf_counter()
                picture = self._renderer.picture()
                yield Captured(picture, index * 1e3 / self._fps, (time.perf_counter() - begin) * 1e3)
            self._street.step()
