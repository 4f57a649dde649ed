"""An engine on a device with a queue: a GPU, or the CPU through torch, which runs the same way without streams.

What waits becomes a batch, as soon as the device can take one: nothing waits for a batch to fill. Batches have a few
fixed sizes, each of them one CUDA graph. Two batches are under way at once: while one is computed, the pictures of the
next are copied into pinned memory and uploaded on a stream of their own. One copy a batch brings the people back.
"""

# torch is an extra, "gpu".
# pyright: reportMissingImports=false

import contextlib
import queue
import threading
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from pipeline.errors import EngineError, ModelError
from pipeline.inference.device_input import Layout, make_inputs, pack
from pipeline.inference.device_rows import rows_of
from pipeline.inference.engine import NMS_IOU, Done, EngineOptions, PictureEngine, Shape, Tensor
from pipeline.inference.letterbox import Placement
from pipeline.pictures import Picture

BATCHES = (1, 2, 4, 8, 16, 32)
"""Sizes of batches on a GPU; what is missing to one is filled with what the last batch left there."""
_UNDER_WAY = 2
_SHARE_OF_AGE = 0.25
"""What a batch may take of the age at which a frame is worthless: two are under way, and one waits."""


class DeviceNetwork(Protocol):
    """A network on the device, for images of one height and width."""

    dtype: torch.dtype
    keypoints: bool
    channels_last: bool
    """How it likes images to lie in memory."""
    largest: int
    """The largest batch that it takes."""
    fixed: bool
    """Whether it takes batches of that size only."""

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """The raw output for images (N, 3, H, W); launched on the current stream."""
        ...


@dataclass(frozen=True, slots=True)
class _Request:
    token: Any
    size: tuple[int, int]
    layout: Layout | None
    """None for a tensor that is ready."""
    fill: int
    bytes: int
    write: Callable[[Tensor], None]
    """Copies what is to be uploaded into `bytes` of memory."""


class _Step:
    """The network for one size of batch: `images` in, `rows` out."""

    def __init__(self, network: DeviceNetwork, shape: Shape, stream: Any, pool: Any) -> None:
        self._network = network
        self._graph: Any = None
        device = "cuda" if stream is not None else "cpu"
        self.images = torch.zeros(shape, dtype=network.dtype, device=device)
        if network.channels_last:
            self.images = self.images.to(memory_format=torch.channels_last)
        if stream is not None:
            stream.wait_stream(torch.cuda.current_stream())  # on which weights and images were laid out
            with torch.cuda.stream(stream):
                for _ in range(3):  # libraries choose their methods and allocate before the capture
                    self._computed()
            stream.synchronize()
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph, pool=pool, stream=stream):
                self.rows = self._computed()
        else:
            self.rows = self._computed()

    def run(self) -> torch.Tensor:
        """The rows of people for what stands in `images`."""
        if self._graph is None:
            self.rows = self._computed()
        else:
            self._graph.replay()
        return self.rows

    def _computed(self) -> torch.Tensor:
        return rows_of(self._network(self.images), self._network.keypoints, NMS_IOU).float()


@dataclass(slots=True)
class _Lane:
    """The memory of a batch that is under way."""

    pinned: bool
    staging: torch.Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.uint8))
    uploaded: torch.Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.uint8))
    rows: torch.Tensor = field(default_factory=lambda: torch.empty(0))
    requests: tuple[_Request, ...] = ()
    finished: Any = None

    def hold(self, bytes: int) -> None:
        """Make room for what is to be uploaded."""
        if len(self.staging) < bytes:
            self.staging = torch.empty(bytes, dtype=torch.uint8, pin_memory=self.pinned)
            self.uploaded = torch.empty_like(self.staging, device="cuda") if self.pinned else self.staging


class DeviceEngine(PictureEngine):
    """Engines whose network runs on torch's tensors; what they have to say is how it is loaded.

    Answers rows of people (1, 300, 6 or 57), see device_rows.py, whatever the network's own output is.
    """

    def __init__(
        self, model: Path, shapes: Sequence[Shape], options: EngineOptions, on_done: Callable[[Done], None]
    ) -> None:
        self._on_done = on_done
        self._stream = torch.cuda.Stream() if torch.cuda.is_available() else None
        self._uploads = torch.cuda.Stream() if self._stream else None
        if options.threads:
            torch.set_num_threads(options.threads)
        self._steps: dict[tuple[tuple[int, int], int], _Step] = {}
        for shape in dict.fromkeys(shapes):
            self._prepare(model, shape, options)
        self._largest = max(batch for _, batch in self._steps)
        self._waiting: deque[_Request] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._lanes: queue.SimpleQueue[_Lane] = queue.SimpleQueue()
        self._under_way: queue.SimpleQueue[_Lane | None] = queue.SimpleQueue()
        for _ in range(_UNDER_WAY):
            self._lanes.put(_Lane(pinned=self._stream is not None))
        self._threads = [
            threading.Thread(target=target, name=f"{self.name} {target.__name__}", daemon=True)
            for target in (self._launch, self._finish)
        ]
        for thread in self._threads:
            thread.start()

    @abstractmethod
    def _load(self, model: Path, shape: Shape, options: EngineOptions) -> DeviceNetwork:
        """The network for images of the last two of `shape`; on the GPU, if there is one.

        Raises:
            ModelError: the file is not such a network, or does not take them.
            EngineError: it cannot run here.
        """

    def _prepare(self, model: Path, shape: Shape, options: EngineOptions) -> None:
        if len(shape) != 4 or shape[:2] != (1, 3):
            raise ModelError(f"{model}: takes an input of (1, 3, height, width), not {shape}")
        network = self._load(model, shape, options)
        size = (shape[2], shape[3])
        # A CPU works off one after another as fast as several at once.
        most = options.batch or (BATCHES[-1] if self._stream else 1)
        batches = [size for size in BATCHES if size <= min(most, network.largest)]
        if network.fixed:
            batches = [network.largest]
        pool = torch.cuda.graph_pool_handle() if self._stream else None
        try:
            with torch.inference_mode():
                # The largest first, in whose memory the others find theirs.
                for batch in reversed(batches):
                    self._steps[size, batch] = _Step(network, (batch, *shape[1:]), self._stream, pool)
        except RuntimeError as error:
            raise ModelError(f"{model}: does not take an input of {shape} ({_first_line(error)})") from error
        if options.max_age_ms is not None:
            for batch, seconds in self.batch_seconds(size).items():
                if batch > min(batches) and seconds * 1e3 > _SHARE_OF_AGE * options.max_age_ms:
                    del self._steps[size, batch]

    def batch_seconds(self, size: tuple[int, int]) -> dict[int, float]:
        """What a batch of each size takes on the device, for inputs of (height, width)."""
        return {batch: self._seconds(step) for (known, batch), step in self._steps.items() if known == size}

    def _seconds(self, step: _Step) -> float:
        """What a batch takes: the better of two."""
        taken = []
        with torch.inference_mode(), torch.cuda.stream(self._stream) if self._stream else contextlib.nullcontext():
            for _ in range(2):
                begin = time.perf_counter()
                step.run()
                if self._stream:
                    self._stream.synchronize()
                taken.append(time.perf_counter() - begin)
        return min(taken)

    @property
    def device(self) -> str:
        return f"GPU ({torch.cuda.get_device_name()})" if self._stream else "CPU"

    @property
    def depth(self) -> int:
        return _UNDER_WAY * self._largest

    def submit(self, token: Any, tensor: Tensor) -> None:
        def write(target: Tensor) -> None:
            target[:] = tensor.reshape(-1).view(np.uint8)

        size = (tensor.shape[2], tensor.shape[3])
        self._add(_Request(token, size, None, 0, tensor.nbytes, write))

    def submit_picture(self, token: Any, picture: Picture, placement: Placement, fill: int) -> None:
        layout = Layout.of(picture, placement)
        size = (placement.size[1], placement.size[0])
        self._add(_Request(token, size, layout, fill, layout.bytes, lambda target: pack(picture, placement, target)))

    def _add(self, request: _Request) -> None:
        with self._changed:
            self._waiting.append(request)
            self._changed.notify()

    def _take(self) -> tuple[_Request, ...]:
        """What waits and goes together, at most a batch; none when the engine is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return ()
            size = self._waiting[0].size
            most = max(batch for known, batch in self._steps if known == size)
            taken = [request for request in self._waiting if request.size == size][:most]
            for request in taken:
                self._waiting.remove(request)
        # Those that are made alike stand together.
        return tuple(sorted(taken, key=lambda request: hash((request.layout, request.fill))))

    def _launch(self) -> None:
        """Thread: batches onto the device."""
        while True:
            lane = self._lanes.get()
            lane.requests = self._take()
            if not lane.requests:
                self._under_way.put(None)
                return
            try:
                with torch.inference_mode():
                    self._start(lane)
            except RuntimeError as error:  # torch's own, for want of memory too
                self._answer(lane, EngineError(f"inference failed: {_first_line(error)}"))
                continue
            self._under_way.put(lane)

    def _start(self, lane: _Lane) -> None:
        requests = lane.requests
        batch = min(size for known, size in self._steps if known == requests[0].size and size >= len(requests))
        step = self._steps[requests[0].size, batch]
        # Each begins where a float may.
        ends = np.cumsum([-(-request.bytes // 16) * 16 for request in requests]).tolist()
        lane.hold(ends[-1])
        staging = lane.staging.numpy()
        for request, begin in zip(requests, [0, *ends], strict=False):
            request.write(staging[begin : begin + request.bytes])
        if self._stream is None or self._uploads is None:
            self._compute(lane, step, ends)
            return
        with torch.cuda.stream(self._uploads):
            lane.uploaded[: ends[-1]].copy_(lane.staging[: ends[-1]], non_blocking=True)
        self._stream.wait_stream(self._uploads)
        with torch.cuda.stream(self._stream):
            self._compute(lane, step, ends)
            lane.finished = torch.cuda.Event()
            lane.finished.record()

    def _compute(self, lane: _Lane, step: _Step, ends: list[int]) -> None:
        first = 0
        for (layout, fill), group in groupby(lane.requests, key=lambda request: (request.layout, request.fill)):
            alike = list(group)
            last = first + len(alike)
            begin, end, bytes = ([0, *ends][first], ends[last - 1], alike[0].bytes)
            pixels = lane.uploaded[begin:end].view(len(alike), -1)[:, :bytes]
            target = step.images[first:last]
            if layout is None:
                target.copy_(pixels.contiguous().view(torch.float32).view(target.shape))
            else:
                make_inputs(pixels, layout, fill, target)
            first = last
        rows = step.run()[: len(lane.requests)]
        if lane.rows.shape[1:] != rows.shape[1:] or len(lane.rows) < len(rows):
            lane.rows = torch.empty((self._largest, *rows.shape[1:]), pin_memory=lane.pinned)
        lane.rows[: len(rows)].copy_(rows, non_blocking=True)

    def _finish(self) -> None:
        """Thread: what comes back."""
        while (lane := self._under_way.get()) is not None:
            try:
                if lane.finished is not None:
                    lane.finished.synchronize()
            except RuntimeError as error:
                self._answer(lane, EngineError(f"inference failed: {_first_line(error)}"))
                continue
            self._answer(lane, None)

    def _answer(self, lane: _Lane, error: EngineError | None) -> None:
        requests = lane.requests
        rows = lane.rows.numpy()[: len(requests)].copy() if error is None else None
        self._lanes.put(lane)
        for number, request in enumerate(requests):
            outputs = () if rows is None else (rows[number : number + 1],)
            self._on_done(Done(request.token, outputs, error))

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        for thread in self._threads:
            thread.join()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
