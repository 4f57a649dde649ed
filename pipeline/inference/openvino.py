"""OpenVINO: the CPU engine. Twice as fast as ONNX Runtime on pose networks here; reads ONNX, IR and TFLite."""

import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import openvino as ov

from pipeline.errors import EngineError, ModelError
from pipeline.inference.engine import Done, Engine, EngineOptions, Shape, Tensor

_PRECISION = {"f32": ov.Type.f32, "bf16": ov.Type.bf16}


class OpenVinoEngine(Engine):
    """A network on the CPU; each shape is compiled once; requests are made as they are needed."""

    name: ClassVar[str] = "openvino"

    def __init__(
        self, model: Path, shapes: Sequence[Shape], options: EngineOptions, on_done: Callable[[Done], None]
    ) -> None:
        if options.precision == "f16":
            raise EngineError("engine openvino: has no f16 on the CPU; choose precision auto, f32 or bf16")
        self._on_done = on_done
        self._core = ov.Core()
        self._compiled = {shape: self._compile(model, shape, options) for shape in dict.fromkeys(shapes)}
        first = next(iter(self._compiled.values()))
        # One request more than run side by side waits in the engine, so that no core idles between two.
        self._depth = int(first.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")) + (options.goal == "throughput")
        self._idle: dict[Shape, queue.SimpleQueue[ov.InferRequest]] = {s: queue.SimpleQueue() for s in self._compiled}
        self._busy = 0
        self._quiet = threading.Condition()

    def _compile(self, model: Path, shape: Shape, options: EngineOptions) -> ov.CompiledModel:
        settings: dict[str, Any] = {"PERFORMANCE_HINT": options.goal.upper()}
        if options.precision != "auto":
            settings["INFERENCE_PRECISION_HINT"] = _PRECISION[options.precision]
        if options.threads:
            settings["INFERENCE_NUM_THREADS"] = options.threads
        try:
            network = self._core.read_model(model)
            given = network.input(0).partial_shape
            # One that was made for a batch of another size takes this one too, unless its layers say otherwise.
            if given.is_dynamic or tuple(given.to_shape())[1:] == shape[1:]:
                network.reshape({network.input(0): ov.PartialShape(list(shape))})
        except RuntimeError as error:
            raise ModelError(
                f"{model}: OpenVINO cannot read it for an input of {shape} ({_first_line(error)})"
            ) from error
        if tuple(network.input(0).shape) != shape:
            raise ModelError(f"{model}: takes an input of {tuple(network.input(0).shape)}, not {shape}")
        try:
            return self._core.compile_model(network, "CPU", settings)
        except RuntimeError as error:
            raise EngineError(f"OpenVINO cannot run {model.name} here: {_first_line(error)}") from error

    @property
    def device(self) -> str:
        return "CPU"

    @property
    def depth(self) -> int:
        return self._depth

    def submit(self, token: Any, tensor: Tensor) -> None:
        idle = self._idle[tensor.shape]
        try:
            request = idle.get_nowait()
        except queue.Empty:
            request = self._compiled[tensor.shape].create_infer_request()
        with self._quiet:
            self._busy += 1
        request.set_input_tensor(0, ov.Tensor(tensor, shared_memory=True))
        # The tensor travels with the callback: the engine reads the array itself, without a copy.
        request.set_callback(self._completed, (token, request, idle, tensor))
        request.start_async()

    def _completed(self, work: tuple[Any, ov.InferRequest, Any, Tensor]) -> None:
        token, request, idle, _ = work
        try:
            outputs = tuple(np.array(output.data) for output in request.output_tensors)
            done = Done(token, outputs)
        except RuntimeError as error:
            done = Done(token, (), EngineError(f"inference failed: {_first_line(error)}"))
        idle.put(request)
        self._on_done(done)
        with self._quiet:
            self._busy -= 1
            self._quiet.notify_all()

    def close(self) -> None:
        with self._quiet:
            self._quiet.wait_for(lambda: self._busy == 0)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
