"""Pictures in, people out: makes the passes of each picture, runs them, and puts what they found together."""

import os
import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.config import ModelConfig
from pipeline.errors import EngineError
from pipeline.inference.catalogue import FoundModel, resolve
from pipeline.inference.choice import choose
from pipeline.inference.engine import Done, EngineOptions, PictureEngine, Tensor, engine_class
from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.perception.detections import Detections
from pipeline.perception.merging import merged
from pipeline.perception.network import network_of
from pipeline.perception.passes import placements
from pipeline.pictures import Picture


@dataclass(frozen=True, slots=True)
class Found:
    """The people of one picture; `finished` is the monotonic time at which its last pass was done, in seconds."""

    token: Any
    detections: Detections
    finished: float
    parts: tuple[Detections, ...]
    placements: tuple[Placement, ...]
    """What each pass found, and where it looked."""


@dataclass(slots=True)
class _Work:
    token: Any
    picture_size: tuple[int, int]
    placements: tuple[Placement, ...]
    outputs: list[tuple[Tensor, ...]]
    left: int
    before: Found | None


class Detector:
    """A pose network with its engine. Not for several threads: submit and collect on one.

    Args:
        config: which network, its input, tiles and engine.
        goal: "latency" for live cameras, "throughput" for files.
        max_age_ms: the age at which a live frame is worthless, None for files.

    Raises:
        ModelError: the model cannot be had, or not with that input.
        EngineError: the engine cannot run here.
    """

    def __init__(
        self, config: ModelConfig, goal: Literal["latency", "throughput"], max_age_ms: float | None = None
    ) -> None:
        self.config = config
        self.model: FoundModel = resolve(config.name)
        self._network = network_of(self.model.family)
        self.size = self.model.input or config.input or self._network.size
        self._network.check_size(self.size)
        self._done: queue.SimpleQueue[tuple[Done, float]] = queue.SimpleQueue()
        self.ready_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        """Can be read when results wait to be collected."""
        sizes = [self.size] if self._network.overview is None else [self.size, self._network.overview]
        shapes = [self._network.shape(size) for size in sizes]
        options = EngineOptions(goal, config.precision, batch=config.batch or 0, max_age_ms=max_age_ms)
        kind = engine_class(choose(config.engine, self.model.path).engine)
        self._engine = kind(self.model.path, shapes, options, self._on_done)
        self._passes = 0

    @property
    def engine(self) -> str:
        """The name of what runs the network."""
        return self._engine.name

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not as it could be, a line each."""
        return self._engine.notes

    @property
    def device(self) -> str:
        """ "CPU" or "GPU (name)"."""
        return self._engine.device

    @property
    def has_room(self) -> bool:
        """Whether the engine would idle without another picture."""
        return self._passes < self._engine.depth

    def passes(self, picture: tuple[int, int]) -> tuple[Placement, ...]:
        """The passes of the network over a picture of (width, height)."""
        tiles = self.config.tiles or self._network.tiles(picture)
        return placements(picture, tiles, self.size, self._network.overview if self.config.overview else None)

    @property
    def small_size(self) -> tuple[int, int] | None:
        """Width and height of the input of a nearer look; None for a network that has no small passes."""
        return self._network.overview

    def submit(self, token: Any, picture: Picture) -> None:
        """Start looking for the people of a picture, which must stay as it is until they are collected."""
        self._start(token, picture, self.passes(picture.size), None)

    def look_again(self, found: Found, picture: Picture, regions: tuple[Region, ...]) -> None:
        """Look at regions of a picture more nearly; what they show is collected together with what was found before.

        Raises:
            ValueError: the network has no small passes.
        """
        if self.small_size is None:
            raise ValueError(f"{self.model.family} has no small passes")
        self._start(found.token, picture, tuple(Placement.fit(region, self.small_size) for region in regions), found)

    def _start(self, token: Any, picture: Picture, places: tuple[Placement, ...], before: Found | None) -> None:
        work = _Work(token, picture.size, places, [()] * len(places), len(places), before)
        for number, place in enumerate(places):
            self._passes += 1
            if isinstance(self._engine, PictureEngine):
                self._engine.submit_picture((work, number), picture, place, self._network.fill)
            else:
                tensor = self._network.tensor(letterbox(picture, place, self._network.fill))
                self._engine.submit((work, number), tensor)

    def collect(self) -> Iterator[Found]:
        """The pictures that are done, in the order in which they were done.

        Raises:
            EngineError: the engine failed.
        """
        try:
            os.eventfd_read(self.ready_fd)
        except BlockingIOError:
            return
        while not self._done.empty():
            done, finished = self._done.get()
            self._passes -= 1
            if done.error is not None:
                raise EngineError(f"{self.engine}: {done.error}")
            work, number = done.token
            work.outputs[number] = done.outputs
            work.left -= 1
            if not work.left:
                yield self._put_together(work, finished)

    def _put_together(self, work: _Work, finished: float) -> Found:
        parts = tuple(
            self._network.decode(outputs, place, self.config.min_score)
            for outputs, place in zip(work.outputs, work.placements, strict=True)
        )
        places = work.placements
        if work.before is not None:
            parts, places = work.before.parts + parts, work.before.placements + places
        return Found(work.token, merged(parts, places, work.picture_size), finished, parts, places)

    def _on_done(self, done: Done) -> None:
        """On a thread of the engine's."""
        self._done.put((done, time.monotonic()))
        os.eventfd_write(self.ready_fd, 1)

    def close(self) -> None:
        """Wait for what is under way and let go of the engine."""
        self._engine.close()
        os.close(self.ready_fd)
