"""torch: networks of Ultralytics from their own `.pt` files, on an NVIDIA GPU or, for want of one, on the CPU."""

# torch and ultralytics are an extra, "gpu".
# pyright: reportMissingImports=false

from pathlib import Path
from typing import ClassVar

import torch

from pipeline.errors import EngineError
from pipeline.inference.device import BATCHES, DeviceEngine
from pipeline.inference.engine import EngineOptions, Shape, nvidia_gpu
from pipeline.inference.yolo_files import load

_TYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}


class _TorchNetwork:
    """Float16 and channels last on a GPU by itself, float32 on the CPU."""

    fixed = False
    largest = BATCHES[-1]

    def __init__(self, model: Path, dtype: torch.dtype, gpu: bool) -> None:
        network = load(model)
        self.dtype = dtype
        self.keypoints = network.keypoints
        self.channels_last = gpu
        self._module = network.module.to(dtype)
        if gpu:
            self._module = self._module.to("cuda", memory_format=torch.channels_last)
        self._kept: dict[tuple[int, ...], tuple[torch.Tensor, torch.Tensor]] = {}

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        raw = self._module(images)
        # The head makes anchors anew for another batch; a captured graph goes on reading those it was captured with.
        head = self._module.model[-1]
        self._kept[tuple(images.shape)] = head.anchors, head.strides
        return raw


class TorchEngine(DeviceEngine):
    """Ultralytics' networks 8, 11 and 26 for pose and detection, through their own forward."""

    name: ClassVar[str] = "torch"

    def _load(self, model: Path, shape: Shape, options: EngineOptions) -> _TorchNetwork:
        gpu = torch.cuda.is_available()
        if not gpu and options.precision == "f16":
            raise EngineError("engine torch: has no f16 on the CPU; choose precision auto, f32 or bf16")
        if not gpu and nvidia_gpu():
            built = torch.version.cuda or "without CUDA"
            self.notes = (f"engine torch: runs on the CPU, as torch {torch.__version__} ({built}) finds no usable GPU",)
        dtype = torch.float16 if gpu and options.precision == "auto" else _TYPES.get(options.precision, torch.float32)
        return _TorchNetwork(model, dtype, gpu)
