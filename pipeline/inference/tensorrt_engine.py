"""TensorRT: engines that Ultralytics built for this machine's GPU (`sightline models export --format engine`)."""

# tensorrt and torch come with the extra "gpu" and the package tensorrt.
# pyright: reportMissingImports=false

from pathlib import Path
from typing import ClassVar

import tensorrt as trt
import torch

from pipeline.errors import EngineError, ModelError
from pipeline.inference.device import DeviceEngine
from pipeline.inference.engine import EngineOptions, Shape
from pipeline.inference.engine_file import read_engine_file

_TYPES = {
    trt.DataType.FLOAT: torch.float32,
    trt.DataType.HALF: torch.float16,
    trt.DataType.BF16: torch.bfloat16,
}


class _TensorRtNetwork:
    """An engine with its memory. Each batch has a context: a CUDA graph keeps the one it was captured with."""

    channels_last = False

    def __init__(self, model: Path, shape: Shape) -> None:
        file = read_engine_file(model)
        runtime = trt.Runtime(trt.Logger(trt.Logger.WARNING))
        engine = runtime.deserialize_cuda_engine(file.engine)
        if engine is None:
            raise ModelError(
                f"{model}: TensorRT {trt.__version__} cannot run it here; engines serve the GPU and the version that "
                "they were built with, so export it again"
            )
        names = [engine.get_tensor_name(index) for index in range(engine.num_io_tensors)]
        inputs = [name for name in names if engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT]
        outputs = [name for name in names if name not in inputs]
        if len(inputs) != 1 or len(outputs) != 1:
            raise ModelError(f"{model}: has {len(inputs)} inputs and {len(outputs)} outputs, not one of each")
        self._runtime, self._engine = runtime, engine
        self._input, self._output = inputs[0], outputs[0]
        taken = tuple(engine.get_tensor_shape(self._input))
        self.fixed = taken[0] > 0
        self.largest = taken[0] if self.fixed else engine.get_tensor_profile_shape(self._input, 0)[2][0]
        if any(side not in (-1, wanted) for side, wanted in zip(taken[1:], shape[1:], strict=True)):
            raise ModelError(f"{model}: takes an input of {taken}, not {shape}")
        self.dtype = _TYPES[engine.get_tensor_dtype(self._input)]
        self.keypoints = file.keypoints
        self._contexts: dict[tuple[int, ...], tuple[trt.IExecutionContext, torch.Tensor]] = {}

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        context, answer = self._contexts.get(tuple(images.shape)) or self._context(tuple(images.shape))
        context.set_tensor_address(self._input, images.data_ptr())
        if not context.execute_async_v3(torch.cuda.current_stream().cuda_stream):
            raise RuntimeError("TensorRT could not start the network")
        return answer

    def _context(self, shape: tuple[int, ...]) -> tuple[trt.IExecutionContext, torch.Tensor]:
        context = self._engine.create_execution_context()
        if not context.set_input_shape(self._input, shape):
            raise RuntimeError(f"TensorRT's engine was not built for an input of {shape}")
        dtype = _TYPES[self._engine.get_tensor_dtype(self._output)]
        answer = torch.empty(tuple(context.get_tensor_shape(self._output)), dtype=dtype, device="cuda")
        context.set_tensor_address(self._output, answer.data_ptr())
        self._contexts[shape] = context, answer
        return context, answer


class TensorRtEngine(DeviceEngine):
    """A serialised engine; its precision was settled when it was built."""

    name: ClassVar[str] = "tensorrt"

    def _load(self, model: Path, shape: Shape, options: EngineOptions) -> _TensorRtNetwork:
        if not torch.cuda.is_available():
            raise EngineError("engine tensorrt: needs an NVIDIA GPU, and torch finds none that it can use")
        if options.precision != "auto":
            raise EngineError("engine tensorrt: the precision is the file's own; choose precision auto")
        return _TensorRtNetwork(model, shape)
