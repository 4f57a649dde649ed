"""Networks that look at somebody cut out of a picture, run beside the frames and never waited for.

What they say comes into a mailbox when it is there: a frame or more after its picture, and in a file's analysis not
always after the same number of frames.
"""

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import EngineError, ModelError
from pipeline.inference.catalogue import find
from pipeline.inference.engine import Done, Engine, EngineOptions, Tensor, engine_class
from pipeline.pictures import Pixels

_MOST_UNDER_WAY = 4
"""Crops that wait for a network's answer; while there are so many no more are made for it."""


@dataclass(frozen=True, slots=True)
class CropNetwork:
    """A network of the catalogue that looks at crops."""

    model: str
    shape: tuple[int, ...]
    """Of its input."""
    tensor: Callable[[Pixels], Tensor]
    """Its input from a crop in RGB."""
    missing: str
    """What is to be said where it cannot be had."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network said of a track."""

    track: int
    source: str
    """Under which name the network is known."""
    values: npt.NDArray[np.float32]
    """Its first output, flat."""
    seconds: float
    """The PTS of the picture."""


Mailbox = queue.SimpleQueue[Answer]


class CropNetworks:
    """The networks of a deployment by name, for all cameras.

    `notes` says, a line each, which of them cannot be had.
    """

    def __init__(self, wanted: Mapping[str, CropNetwork]) -> None:
        self._wanted = wanted
        self._engines: dict[str, Engine] = {}
        self._under_way = dict.fromkeys(wanted, 0)
        self._counting = threading.Lock()
        self._failed = ""
        notes = []
        for source, network in wanted.items():
            try:
                self._engines[source] = self._start(network)
            except (ModelError, EngineError) as error:
                notes.append(f"{network.missing}: {error}")
        self.notes = tuple(notes)

    def _start(self, network: CropNetwork) -> Engine:
        path = find(network.model)
        if path is None:
            # Not fetched here: a server that does not answer would keep the cameras waiting.
            raise ModelError(f"{network.model} is not on this machine; run `sightline models pull {network.model}`")
        return engine_class("openvino")(
            path, [network.shape], EngineOptions("latency", "f32", threads=1), self._on_done
        )

    def __contains__(self, source: str) -> bool:
        """Whether that network is here."""
        return source in self._engines

    def has_room(self, source: str) -> bool:
        """Whether another crop would be looked at soon."""
        return self._under_way[source] < _MOST_UNDER_WAY

    def submit(self, source: str, crop: Pixels, track: int, seconds: float, answers: Mailbox) -> None:
        """Look at a crop of somebody in RGB, from a picture of that PTS; the answer comes into that mailbox when it is
        there.

        Raises:
            EngineError: an earlier one failed.
        """
        if self._failed:
            raise EngineError(self._failed)
        with self._counting:
            self._under_way[source] += 1
        self._engines[source].submit((source, track, seconds, answers), self._wanted[source].tensor(crop))

    def _on_done(self, done: Done) -> None:
        """On a thread of the engine's."""
        source, track, seconds, answers = done.token
        if done.error is not None:
            self._failed = f"{self._wanted[source].model}: {done.error}"
        else:
            answers.put(Answer(track, source, done.outputs[0].reshape(-1), seconds))
        with self._counting:
            self._under_way[source] -= 1

    def close(self) -> None:
        """Wait for what is under way and let go of the networks."""
        for engine in self._engines.values():
            engine.close()
