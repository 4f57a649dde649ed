"""A small network, run while its caller waits: for what is looked at now and then, or follows frame by frame."""

import queue
from pathlib import Path
from typing import Literal

from pipeline.inference.engine import Done, EngineOptions, Shape, Tensor, engine_class


class Runner:
    """A network of one input shape.

    Args:
        model: its file.
        shape: of its input.
        precision: of its arithmetic.
        threads: cores that it may use at once.

    Raises:
        ModelError: the file is not a network that takes such an input.
        EngineError: it cannot run here.
    """

    def __init__(self, model: Path, shape: Shape, precision: Literal["auto", "f32", "bf16"], threads: int = 1) -> None:
        self._done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        options = EngineOptions("latency", precision, threads)
        self._engine = engine_class("openvino")(model, [shape], options, self._done.put)

    def __call__(self, tensor: Tensor) -> tuple[Tensor, ...]:
        """The network's outputs.

        Raises:
            EngineError: the engine failed.
        """
        self._engine.submit(None, tensor)
        done = self._done.get()
        if done.error is not None:
            raise done.error
        return done.outputs

    def close(self) -> None:
        """Let go of the engine."""
        self._engine.close()
