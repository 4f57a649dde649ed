"""ONNX Runtime: the second engine, for networks and machines that OpenVINO does not serve. Reads ONNX."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnxruntime as ort

from pipeline.errors import EngineError, ModelError
from pipeline.inference.engine import Done, Engine, EngineOptions, Shape, Tensor


class OnnxRuntimeEngine(Engine):
    """A network on the CPU: one request at a time over all cores for latency, two side by side for throughput."""

    name: ClassVar[str] = "onnxruntime"

    def __init__(
        self, model: Path, shapes: Sequence[Shape], options: EngineOptions, on_done: Callable[[Done], None]
    ) -> None:
        if options.precision == "bf16":
            raise EngineError("engine onnxruntime: has no bf16 on the CPU; choose precision auto or f32")
        self._on_done = on_done
        self._side_by_side = 2 if options.goal == "throughput" else 1
        settings = ort.SessionOptions()
        settings.intra_op_num_threads = options.threads
        settings.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(str(model), settings, providers=["CPUExecutionProvider"])
        except Exception as error:  # its exceptions have no common class but this one
            raise ModelError(f"{model}: ONNX Runtime cannot read it ({str(error).splitlines()[0]})") from error
        self._input = self._session.get_inputs()[0]
        for shape in shapes:
            self._check(model, shape)
        self._pool = ThreadPoolExecutor(self._side_by_side, thread_name_prefix="onnxruntime")

    def _check(self, model: Path, shape: Shape) -> None:
        taken = self._input.shape
        fits = len(taken) == len(shape) and all(
            not isinstance(a, int) or a == b for a, b in zip(taken, shape, strict=True)
        )
        if not fits:
            raise ModelError(f"{model}: takes an input of {tuple(taken)}, not {shape}")

    @property
    def device(self) -> str:
        return "CPU"

    @property
    def depth(self) -> int:
        return self._side_by_side + (self._side_by_side > 1)

    def submit(self, token: Any, tensor: Tensor) -> None:
        self._pool.submit(self._run, token, tensor)

    def _run(self, token: Any, tensor: Tensor) -> None:
        try:
            outputs = self._session.run(None, {self._input.name: tensor})
            done = Done(token, tuple(np.asarray(output) for output in outputs))
        except Exception as error:  # its exceptions have no common class but this one
            done = Done(token, (), EngineError(f"inference failed: {str(error).splitlines()[0]}"))
        self._on_done(done)

    def close(self) -> None:
        self._pool.shutdown(wait=True)
