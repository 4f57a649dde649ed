"""The networks that estimate gender from a face or a body, run beside the frames and never waited for.

From a face: dlib's `dnn_gender_classifier_v1` (after Antipov, Berrani, Dugelay, "Minimalistic CNN-based ensemble model
for gender prediction from face images", 2016). From a body: Open Model Zoo's
person-attributes-recognition-crossroad-0230, whose first output is `is_male`. What they are worth: docs/privacy.md.
"""

import queue
import threading
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.config import AttributesConfig
from pipeline.errors import EngineError, ModelError
from pipeline.inference.catalogue import find
from pipeline.inference.engine import Done, Engine, EngineOptions, Tensor, engine_class
from pipeline.pictures import Pixels

Source = Literal["face", "body"]

_MODELS: dict[Source, str] = {"face": "gender-face", "body": "person-attributes-0230"}
_SHAPES: dict[Source, tuple[int, ...]] = {"face": (1, 3, 32, 32), "body": (1, 3, 160, 80)}
_FACE_MEANS = np.array([122.782, 117.001, 104.298], np.float32)
_MOST_UNDER_WAY = 4
"""Crops that wait for their answer; while there are so many no more are made."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network said of a track."""

    track: int
    source: Source
    male: float
    """The probability that it gives, 0 to 1."""


Mailbox = queue.SimpleQueue[Answer]


class GenderNetworks:
    """The networks that a configuration asks for, for all cameras.

    `notes` says, a line each, which of them cannot be had; without any, everybody's gender stays unknown.
    """

    def __init__(self, config: AttributesConfig) -> None:
        self._engines: dict[Source, Engine] = {}
        self._under_way = 0
        self._counting = threading.Lock()
        self._failed = ""
        notes = []
        for source in _wanted(config):
            try:
                self._engines[source] = self._start(source)
            except (ModelError, EngineError) as error:
                notes.append(f"gender is not estimated from the {source}: {error}")
        self.notes = tuple(notes)

    def _start(self, source: Source) -> Engine:
        options = EngineOptions("latency", "f32", threads=1)
        path = find(_MODELS[source])
        if path is None:
            # Not fetched here: a server that does not answer would keep the cameras waiting.
            raise ModelError(f"{_MODELS[source]} is not on this machine; run `sightline models pull {_MODELS[source]}`")
        return engine_class("openvino")(path, [_SHAPES[source]], options, self._on_done)

    @property
    def sources(self) -> tuple[Source, ...]:
        """What there is a network for."""
        return tuple(self._engines)

    @property
    def has_room(self) -> bool:
        """Whether another crop would be looked at soon."""
        return self._under_way < _MOST_UNDER_WAY

    def submit(self, source: Source, crop: Pixels, track: int, answers: Mailbox) -> None:
        """Look at a crop of somebody in RGB; the answer comes into that mailbox when it is there.

        Raises:
            EngineError: an earlier one failed.
        """
        if self._failed:
            raise EngineError(f"gender from the {self._failed}")
        with self._counting:
            self._under_way += 1
        self._engines[source].submit((source, track, answers), _tensor(source, crop))

    def _on_done(self, done: Done) -> None:
        """On a thread of the engine's."""
        source, track, answers = done.token
        if done.error is not None:
            self._failed = f"{source}: {done.error}"
        else:
            values = done.outputs[0].reshape(-1)
            answers.put(Answer(track, source, float(values[1] if source == "face" else values[0])))
        with self._counting:
            self._under_way -= 1

    def close(self) -> None:
        """Wait for what is under way and let go of the networks."""
        for engine in self._engines.values():
            engine.close()


def models_for(config: AttributesConfig) -> tuple[str, ...]:
    """The models of the catalogue that a configuration asks for."""
    return tuple(_MODELS[source] for source in _wanted(config))


def _wanted(config: AttributesConfig) -> tuple[Source, ...]:
    if config.gender == "off":
        return ()
    return ("face", "body") if config.gender == "both" else (config.gender,)


def networks_for(config: AttributesConfig) -> GenderNetworks | None:
    """The networks of a deployment, None where gender is turned off."""
    return None if config.gender == "off" else GenderNetworks(config)


def _tensor(source: Source, crop: Pixels) -> Tensor:
    """Scaled as each network was trained: the face's by its means and 256, the body's inside of the network."""
    values = crop.astype(np.float32)
    values = (values - _FACE_MEANS) / 256 if source == "face" else values[..., ::-1]
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])
