"""The network of the ball: five frames in, a heatmap of the ball in the middle one out.

    python -m training.cricket.ball --data ball1 ball2 --out ball.onnx --seed 1

`--data` are folders of `sightline dataset ball`. After TrackNet (Huang et al., AVSS 2019) and WASB (Tarashima et al.,
BMVC 2023): several frames at once tell a small, blurred ball from what only looks like one. It is made for a CPU: few
channels where the picture is large, most of the weights at a sixteenth of its size, and what colour tells comes from
one plane, Cr, where red and pink stand out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from pipeline.pictures import Pixels
from training.layers import Block, Residual, Up, heat_loss
from training.learning import fit
from training.recipe import arguments, one_thread, tell, write
from training.shards import samples

Floats = npt.NDArray[np.float64]
FRAMES = 5
MIDDLE = FRAMES // 2
STRIDE = 4
_EXAMPLE = (720, 1280)
_PEAK_CELLS = 1.2
_PEAK_WEIGHT = 60.0
_REPEATS = 0.08
"""The share of lessons in which a frame is shown twice, as cameras and converters of frame rates do."""
_SEEN = 0.25
"""The share of a ball that must be seen for the network to be told of it."""


class BallNetwork(nn.Module):
    """Luma of five frames and Cr of the middle one, (N, 6, H, W) 0..255, as maps (N, 2, H / 4, W / 4): how likely the
    ball of the middle one is there, and the logarithm of its radius in pixels. While it learns it also tells of the
    frames about it, and as logits: (N, 6, H / 4, W / 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(Block(FRAMES + 1, 10, 2), Block(10, 20, 2))
        self.fourth = Block(20, 16)
        self.eighth = nn.Sequential(Block(16, 40, 2), Block(40, 40))
        self.sixteenth = nn.Sequential(Block(40, 64, 2), Residual(64), Residual(64), Residual(64))
        self.up8, self.up4 = Up(64, 40), Up(40, 16)
        self.maps = nn.Conv2d(16, FRAMES + 1, 1)
        nn.init.constant_(self.maps.bias, -4.0)  # pyright: ignore[reportArgumentType]

    def forward(self, planes: Tensor) -> Tensor:
        fourth = self.fourth(self.stem((planes - 110.0) / 60.0))
        eighth = self.eighth(fourth)
        maps = self.maps(self.up4(self.up8(self.sixteenth(eighth), eighth), fourth))
        if self.training:
            return maps
        # Heat as it is read, so that who runs the network needs no arithmetic of their own.
        return torch.cat([torch.sigmoid(maps[:, MIDDLE : MIDDLE + 1]), maps[:, FRAMES:]], dim=1)


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames in a row: luma (F, H, W), Cr (F, H, W), and per frame the ball's place (F, 2), radius and share that is
    seen, 0 where there is none."""

    luma: Pixels
    cr: Pixels
    places: Floats
    radii: Floats
    seen: Floats


def clip_of(strip: Pixels, label: dict[str, Any]) -> Clip:
    """A clip of a strip of frames one below the other, as BGR."""
    ycc = np.asarray(cv2.cvtColor(strip, cv2.COLOR_BGR2YCrCb), np.uint8)
    frames = ycc.reshape(len(label["balls"]), -1, *ycc.shape[1:])
    found = label["balls"]
    return Clip(
        np.ascontiguousarray(frames[..., 0]),
        np.ascontiguousarray(frames[..., 1]),
        np.array([(ball["x"], ball["y"]) if ball else (-99, -99) for ball in found], float),
        np.array([ball["radius"] if ball else 1.0 for ball in found], float),
        np.array([ball["visible"] if ball else 0.0 for ball in found], float),
    )


class Lessons:
    """Batches of five frames in a row, mirrored, played backwards, in other light, from cameras that move or repeat a
    frame."""

    def __init__(self, clips: list[Clip], rng: np.random.Generator) -> None:
        self._clips = clips
        self._rng = rng

    def batch(self, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Planes, heatmaps, the logarithm of radii, and where those count."""
        made = [self._one(self._clips[int(self._rng.integers(len(self._clips)))]) for _ in range(count)]
        planes, heat, size, counts = (torch.from_numpy(np.stack(part)) for part in zip(*made, strict=True))
        return planes.float(), heat, size, counts

    def _one(self, clip: Clip) -> tuple[Any, Any, Any, Any]:
        rng = self._rng
        first = int(rng.integers(len(clip.luma) - FRAMES + 1))
        order = first + (np.arange(FRAMES) if rng.random() < 0.7 else np.arange(FRAMES)[::-1])
        if rng.random() < _REPEATS:
            again = int(rng.integers(FRAMES - 1))
            order[again + 1 :] = order[again:-1].copy()
        height, width = clip.luma.shape[1:]
        zoom = 1.0 if rng.random() < 0.5 else float(np.exp(rng.uniform(np.log(0.6), np.log(1.5))))
        mirror = -1.0 if rng.random() < 0.5 else 1.0
        shake = rng.normal(0, 1.5 if rng.random() < 0.25 else 0.0, 2)
        middle = np.array([width, height]) / 2 + rng.normal(0, 0.1, 2) * (width, height)
        linear = np.diag([zoom * mirror, zoom])
        gamma, gain = np.exp(rng.normal(0, 0.3)), np.exp(rng.normal(0, 0.2))
        curve = np.clip(255 * (np.arange(256) / 255) ** gamma * gain, 0, 255).astype(np.uint8)
        vivid_cr = np.empty((height, width), np.uint8)
        planes, heat = [], []
        x = (np.arange(width // STRIDE) + 0.5) * STRIDE
        y = (np.arange(height // STRIDE) + 0.5) * STRIDE
        for number, frame in enumerate(order):
            moved = middle - linear @ (np.array([width, height]) / 2) + shake * (number - MIDDLE)
            planes.append(np.asarray(cv2.LUT(_moved(clip.luma[frame], linear, moved), curve)))
            place = linear @ clip.places[frame] + moved
            told = clip.seen[frame] > _SEEN
            across, down = (
                np.exp(-0.5 * ((line - at) / (STRIDE * _PEAK_CELLS)) ** 2)
                for line, at in zip((x, y), place, strict=True)
            )
            heat.append((down[:, None] * across * told).astype(np.float32))
            if number == MIDDLE:
                cr = _moved(clip.cr[frame], linear, moved)
                vivid = float(np.exp(rng.normal(0, 0.25)))
                vivid_cr = np.clip(128 + (cr.astype(np.float32) - 128) * vivid + rng.normal(0, 3), 0, 255).astype(
                    np.uint8
                )
        if rng.random() < 0.3:
            noise = np.float32(rng.uniform(2, 7)) * rng.standard_normal((FRAMES, height, width), np.float32)
            planes = list(np.clip(np.stack(planes) + noise, 0, 255).astype(np.uint8))
        log_radius = np.float32(np.log(clip.radii[order[MIDDLE]] * zoom))
        size = np.full(heat[MIDDLE].shape, log_radius, np.float32)
        return np.stack([*planes, vivid_cr]), np.stack(heat), size, (heat[MIDDLE] > 0.5).astype(np.float32)


def _moved(plane: Pixels, linear: Floats, shift: Floats) -> Pixels:
    """A plane under an affine map of continuous positions, a pixel's middle being at its index + 0.5."""
    matrix = np.column_stack([linear, shift + linear @ (0.5, 0.5) - 0.5])
    size = plane.shape[1], plane.shape[0]
    moved = cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.uint8)


def train(
    clips: list[Clip],
    steps: int,
    batch: int,
    seed: int,
    rate: float,
    start: Path | None = None,
    told: Callable[[int, int, float], None] | None = None,
    half: bool = False,
) -> BallNetwork:
    """A network that has seen `steps` batches of these clips, from scratch or from saved weights."""
    torch.manual_seed(seed)
    network = BallNetwork()
    lessons = Lessons(clips, np.random.default_rng(seed))

    def loss_of(lesson: tuple[Tensor, ...]) -> Tensor:
        planes, heat, size, counts = lesson
        maps = network(planes)
        off = ((maps[:, FRAMES] - size).abs() * counts).sum() / counts.sum().clamp(min=1)
        return 20 * heat_loss(maps[:, :FRAMES], heat, _PEAK_WEIGHT) + 0.05 * off

    return fit(network, (lessons.batch(batch) for _ in range(steps)), loss_of, steps, rate, start, told, half=half)


def main() -> None:
    """Train and write the network."""
    parser = arguments(__doc__, steps=2500, batch=16, rate=4e-3)
    parser.add_argument("--start", type=Path, default=None, help="weights (.npz) to go on from")
    given = parser.parse_args()
    one_thread()
    clips = [clip_of(strip, label) for strip, label in samples(given.data)]
    network = train(clips, given.steps, given.batch, given.seed, given.rate, given.start, half=given.half)
    write(network, torch.zeros(1, FRAMES + 1, *_EXAMPLE), "maps", given.out)
    tell(given, clips=len(clips))


if __name__ == "__main__":
    main()
