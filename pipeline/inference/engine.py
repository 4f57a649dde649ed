"""What runs a network: tensors in, raw outputs out, several at a time.

A new engine is one new file in pipeline/inference/ with one class that names itself; it is registered when the class
is made. Engines know nothing of people; those that make a network's input on their device take pictures.
"""

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy.typing as npt

from pipeline.errors import EngineError
from pipeline.inference.letterbox import Placement
from pipeline.pictures import Picture

Tensor = npt.NDArray[Any]
Shape = tuple[int, ...]

Format = Literal["onnx", "openvino", "engine"]
"""What networks are exported to, as Ultralytics calls it."""
Precision = Literal["auto", "f32", "f16", "bf16"]

_MODULES = {
    "openvino": "pipeline.inference.openvino",
    "onnxruntime": "pipeline.inference.onnxruntime",
    "torch": "pipeline.inference.torch_engine",
    "tensorrt": "pipeline.inference.tensorrt_engine",
}
"""Where the engines are, so that one that is not chosen is never imported."""
_INSTALL = {"torch": "-e '.[gpu]'", "tensorrt": "-e '.[gpu]' tensorrt"}
"""What pip is to install for an engine whose package is not named as it is."""
NMS_IOU = 0.7
"""Ultralytics' own default for the overlap at which two boxes of YOLO are one."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to run a network.

    `goal` is "latency" for live cameras (one request takes all cores) or "throughput" for files (requests side by
    side); `threads` bounds the cores, 0 takes all; an engine that batches makes batches of at most `batch`
    requests, 0 leaves it to the engine, and none that takes longer than a quarter of `max_age_ms`, where that is given.
    """

    goal: Literal["latency", "throughput"] = "throughput"
    precision: Precision = "auto"
    threads: int = 0
    batch: int = 0
    max_age_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A request that came back: its token, its outputs (copies, in the model's order), or what went wrong."""

    token: Any
    outputs: tuple[Tensor, ...]
    error: EngineError | None = None


class Engine(ABC):
    """A network, ready to run on tensors of the given shapes.

    Args:
        model: the file of the network.
        shapes: the shapes that its one input will be given, each compiled once.
        options: how to run it.
        on_done: called for each request that came back, on a thread of the engine's; must not block.

    Raises:
        ModelError: the file is not a network that this engine reads, or does not take such a shape.
        EngineError: the engine cannot run here.
    """

    name: ClassVar[str]
    notes: tuple[str, ...] = ()
    """What is not as it could be, a line each: a faster device that was not to be had, and why."""
    _kinds: ClassVar[dict[str, type["Engine"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__:
            Engine._kinds[cls.name] = cls

    @abstractmethod
    def __init__(
        self, model: Path, shapes: Sequence[Shape], options: EngineOptions, on_done: Callable[[Done], None]
    ) -> None: ...

    @property
    @abstractmethod
    def device(self) -> str:
        """What it runs on: "CPU", or "GPU (name)"."""

    @property
    @abstractmethod
    def depth(self) -> int:
        """Requests that should be under way at once to keep the device busy."""

    @abstractmethod
    def submit(self, token: Any, tensor: Tensor) -> None:
        """Start a request. The tensor must stay as it is until the request is done."""

    @abstractmethod
    def close(self) -> None:
        """Wait for requests under way and let go of the device."""


class PictureEngine(Engine):
    """An engine that makes the network's input on its device, from the decoder's own planes."""

    @abstractmethod
    def submit_picture(self, token: Any, picture: Picture, placement: Placement, fill: int) -> None:
        """Start a request on a placed region of a picture, surrounded by the gray value `fill`.

        The picture must stay as it is until the request is done.
        """


def nvidia_gpu() -> bool:
    """Whether the kernel shows an NVIDIA GPU, whatever libraries there are to use it."""
    return any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg"))


def engine_class(name: str) -> type[Engine]:
    """The engine of that name.

    Raises:
        EngineError: there is none, or what it needs is not installed.
    """
    if name not in _MODULES:
        raise EngineError(f"engine {name}: no such engine; known are {', '.join(sorted(_MODULES))}")
    try:
        importlib.import_module(_MODULES[name])
    except ImportError as error:
        install = _INSTALL.get(name, name)
        raise EngineError(f"engine {name}: is not installed here ({error}); pip install {install}") from error
    return Engine._kinds[name]
