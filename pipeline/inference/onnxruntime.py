"""ONNX Runtime: for networks and machines that OpenVINO does not serve. Reads ONNX.

On an NVIDIA GPU it runs through TensorRT, through CUDA where that cannot be had, and else on the CPU; it says which.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnxruntime as ort

from pipeline.errors import EngineError, ModelError
from pipeline.inference.catalogue import cache_folder
from pipeline.inference.choice import gpu_provider
from pipeline.inference.engine import Done, Engine, EngineOptions, Shape, Tensor, nvidia_gpu

_CPU, _CUDA, _TENSORRT = (f"{name}ExecutionProvider" for name in ("CPU", "CUDA", "Tensorrt"))


class OnnxRuntimeEngine(Engine):
    """A network: one request at a time over all cores for latency, two side by side for throughput."""

    name: ClassVar[str] = "onnxruntime"

    def __init__(
        self, model: Path, shapes: Sequence[Shape], options: EngineOptions, on_done: Callable[[Done], None]
    ) -> None:
        if options.precision in ("bf16", "f16"):
            raise EngineError(
                f"engine onnxruntime: has no {options.precision} of its own; choose precision auto or f32"
            )
        self._on_done = on_done
        self._side_by_side = 2 if options.goal == "throughput" else 1
        settings = ort.SessionOptions()
        settings.intra_op_num_threads = options.threads
        settings.log_severity_level = 3
        wanted = _providers(options)
        try:
            self._session = ort.InferenceSession(str(model), settings, providers=wanted)
        except Exception as error:  # its exceptions have no common class but this one
            raise ModelError(f"{model}: ONNX Runtime cannot read it ({str(error).splitlines()[0]})") from error
        self._provider = self._session.get_providers()[0]
        self.notes = tuple(_fallen_back(wanted[0][0], self._provider))
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
        return "CPU" if self._provider == _CPU else f"GPU ({self._provider.removesuffix('ExecutionProvider')})"

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


def _providers(options: EngineOptions) -> list[tuple[str, dict[str, Any]]]:
    """What the session may run on, best first."""
    cpu: list[tuple[str, dict[str, Any]]] = [(_CPU, {})]
    if not nvidia_gpu() or not gpu_provider():
        return cpu
    ort.preload_dlls()  # those that pip brought along
    if gpu_provider() == _CUDA:
        return [(_CUDA, {}), *cpu]
    # Building an engine takes minutes; it is kept beside the models.
    cache = {"trt_engine_cache_enable": True, "trt_engine_cache_path": str(cache_folder() / "tensorrt")}
    return [(_TENSORRT, {**cache, "trt_fp16_enable": options.precision == "auto"}), (_CUDA, {}), *cpu]


def _fallen_back(wanted: str, got: str) -> Iterator[str]:
    if got != wanted:
        names = [provider.removesuffix("ExecutionProvider") for provider in (got, wanted)]
        yield f"engine onnxruntime: runs on {names[0]}, as {names[1]} could not be started; docs/gpu.md"
    elif got == _CPU and nvidia_gpu():
        yield "engine onnxruntime: runs on the CPU, as the package that is installed has no CUDA; docs/gpu.md"
