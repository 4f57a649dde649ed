"""The network of heels: a picture of a bowler's front foot in, how likely its heel is at each pixel out.

    python -m training.cricket.heels --data heels1 --held-out heels2 --out heels.onnx --seed 1

`--data` and `--held-out` are folders of `sightline dataset heels`, of different seeds.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from pipeline.perception.heels import CUT_PX, MIDDLE, WIDE_M
from pipeline.pictures import Pixels
from pipeline.simulation.cricket.heels import STORED_M, STORED_PX
from training.layers import Block, Residual, Up
from training.light import coarser, gray, relit, squeezed
from training.recipe import arguments, goes_on, learn, one_thread, tell, write
from training.shards import samples

Floats = npt.NDArray[np.float64]
_OFF_M, _OFF_PX, _SCALED, _ROLLED_DEG = 0.3, 7.0, 0.1, 4.0
"""By how much a cut is off: in metres along the pitch, in its own pixels, the logarithm of its scale, and its angle."""
_COARSE, _SQUEEZED, _GRAY = 0.3, 0.4, 0.1
"""In which share of the lessons."""


class HeelsNet(nn.Module):
    """Pictures (N, 3, H, W) in RGB, 0 to 255, become densities (N, H, W) of where the heel is; what their sum lacks of
    1 is for that none stands there."""

    def __init__(self) -> None:
        super().__init__()
        self.first = Block(3, 16)
        self.second = nn.Sequential(Block(16, 32, 2), Residual(32))
        self.fourth = nn.Sequential(Block(32, 48, 2), Residual(48), Residual(48))
        self.eighth = nn.Sequential(Block(48, 64, 2), Residual(64), Residual(64))
        self.sixteenth = nn.Sequential(Block(64, 96, 2), Residual(96))
        self.ups = nn.ModuleList([Up(96, 64), Up(64, 48), Up(48, 32), Up(32, 16)])
        self.heel = nn.Conv2d(16, 1, 1)
        self.none = nn.Sequential(nn.Dropout(0.2), nn.Linear(192, 1))

    def forward(self, cuts: Tensor) -> Tensor:
        maps = [(cuts - 110.0) / 60.0]
        for layer in (self.first, self.second, self.fourth, self.eighth, self.sixteenth):
            maps.append(layer(maps[-1]))
        told = maps[-1]
        none = self.none(torch.cat([told.mean(dim=(2, 3)), told.amax(dim=(2, 3))], dim=1))
        for up, finer in zip(self.ups, maps[-2:0:-1], strict=True):
            told = up(told, finer)
        logits = torch.cat([self.heel(told).flatten(1), none + 6.0], dim=1).float()
        return logits.softmax(dim=1)[:, :-1].unflatten(1, (CUT_PX[1], CUT_PX[0]))


def surprise(densities: Tensor, heels: Tensor) -> Tensor:
    """Negative logarithms of likelihoods (N,) of where heels are (N, 2) in pixels, nan where none stands."""
    width, height = CUT_PX
    none = torch.isnan(heels[:, 0])
    at = torch.where(none[:, None], torch.full_like(heels, 1.0), heels - 0.5)
    at = at.clamp(min=0).minimum(torch.tensor([width - 1.001, height - 1.001]))
    low = at.floor().long()
    share = at - low
    rows = torch.arange(len(heels))
    density = torch.zeros(len(heels))
    for dx in (0, 1):
        for dy in (0, 1):
            weight = (share[:, 0] if dx else 1 - share[:, 0]) * (share[:, 1] if dy else 1 - share[:, 1])
            density = density + weight * densities[rows, low[:, 1] + dy, low[:, 0] + dx]
    nothing = 1 - densities.sum(dim=(1, 2))
    return -torch.where(none, nothing, density).clamp(min=1e-9).log()


@dataclass(frozen=True, slots=True)
class Stored:
    """One picture of a data set, in RGB; its heel and the middle of what stands or would stand, (2,) in pixels; and how
    far a metre along the pitch is there, (2,)."""

    picture: Pixels
    heel: Floats
    middle: Floats
    along_px_m: Floats

    def cut(self, middle: Floats, scale: float = 1.0, angle_deg: float = 0.0) -> tuple[Pixels, Floats]:
        """What the network sees around a point (2,), and the heel in it (2,)."""
        size = np.array(CUT_PX)
        zoom = STORED_M / WIDE_M * CUT_PX[0] / STORED_PX[0] * scale
        turned = cv2.getRotationMatrix2D((0.0, 0.0), angle_deg, zoom)
        turned[:, 2] = size * MIDDLE - turned[:, :2] @ middle
        heel = turned[:, :2] @ self.heel + turned[:, 2]
        # OpenCV's pixels have their middle at whole numbers.
        turned[:, 2] += turned[:, :2] @ (0.5, 0.5) - 0.5
        cut = cv2.warpAffine(self.picture, turned, CUT_PX, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        inside = ((heel > 0.5) & (heel < size - 0.5)).all()
        return np.asarray(cut, np.uint8), heel if inside else np.full(2, np.nan)


def read(folders: list[Path]) -> list[Stored]:
    """All pictures of folders."""
    nothing = [np.nan, np.nan]
    return [
        Stored(
            np.ascontiguousarray(bgr[..., ::-1]), np.array(label["heel"] or nothing, float),
            np.array(label["middle"], float), np.array(label["along_px_m"], float),
        )
        for bgr, label in samples(folders)
    ]  # fmt: skip


class Lessons:
    """Batches of cuts as other cameras, and other ideas of where the foot is, could also have given them."""

    def __init__(self, stored: list[Stored], rng: np.random.Generator) -> None:
        self._stored = stored
        self._rng = rng

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """Cuts (count, 3, H, W), and where heels are in them (count, 2)."""
        rng = self._rng
        cuts, heels = [], []
        for number in rng.integers(len(self._stored), size=count).tolist():
            one = self._stored[number]
            middle = one.middle + rng.normal(0, _OFF_M) * one.along_px_m + rng.normal(0, _OFF_PX, 2)
            scale, angle = float(np.exp(rng.normal(0, _SCALED))), float(rng.normal(0, _ROLLED_DEG))
            cut, heel = one.cut(middle, scale, angle)
            if rng.random() < 0.5:
                cut, heel = np.ascontiguousarray(cut[:, ::-1]), (CUT_PX[0], 0.0) + heel * (-1.0, 1.0)
            cuts.append(self._worse(cut))
            heels.append(heel)
        return planes(cuts), torch.from_numpy(np.stack(heels)).float()

    def _worse(self, cut: Pixels) -> Pixels:
        rng = self._rng
        cut = relit(cut, rng)
        if rng.random() < _GRAY:
            cut = gray(cut)
        if rng.random() < _COARSE:
            cut = coarser(cut, float(rng.uniform(0.5, 0.95)))
        if rng.random() < _SQUEEZED:
            cut = squeezed(cut, int(rng.uniform(20, 85)))
        return cut


def planes(cuts: list[Pixels]) -> Tensor:
    """Cuts as the network takes them."""
    stacked = torch.from_numpy(np.stack(cuts).transpose(0, 3, 1, 2)).float()
    return stacked.contiguous(memory_format=torch.channels_last)


def judged(network: HeelsNet, held_out: list[Stored], rng: np.random.Generator) -> dict[str, float]:
    """How far off heels are told along the pitch, in cm, and in pixels; how well deviations and `none` are told."""
    off_cm, off_px, within, right = [], [], [], []
    across, down = np.meshgrid(np.arange(CUT_PX[0]) + 0.5, np.arange(CUT_PX[1]) + 0.5)
    with torch.no_grad():
        for one in held_out:
            middle = one.middle + rng.normal(0, _OFF_M) * one.along_px_m + rng.normal(0, _OFF_PX, 2)
            cut, heel = one.cut(middle)
            density = network(planes([cut]))[0].double().numpy()
            stands = density.sum()
            right.append((stands > 0.5) == np.isfinite(heel[0]))
            if not np.isfinite(heel[0]):
                continue
            share = density / stands
            place = np.array([(share * across).sum(), (share * down).sum()])
            way = one.along_px_m / (one.along_px_m @ one.along_px_m)
            miss = (np.stack([across, down], axis=-1) - place) @ way
            std = np.sqrt((share * miss**2).sum())
            off = abs((place - heel) @ way)
            off_cm.append(100 * off)
            off_px.append(float(np.linalg.norm(place - heel)))
            within.append(off <= std)
    quantiles = {f"cm_{q}": round(float(np.percentile(off_cm, q)), 1) for q in (50, 68, 90, 95)}
    return {
        "n": len(off_cm), **quantiles, "mean_cm": round(float(np.mean(off_cm)), 2),
        "median_px": round(float(np.median(off_px)), 2), "within_one_std": round(float(np.mean(within)), 3),
        "standing_right": round(float(np.mean(right)), 3),
    }  # fmt: skip


def main() -> None:
    """Train and write the network."""
    parser = arguments(__doc__, steps=4000, batch=32, rate=3e-3)
    parser.add_argument("--held-out", type=Path, nargs="+", required=True)
    goes_on(parser)
    given = parser.parse_args()
    one_thread()
    torch.manual_seed(given.seed)
    stored = read(given.data)
    network = HeelsNet()
    lessons = Lessons(stored, np.random.default_rng(given.seed))

    def loss_of(lesson: tuple[Tensor, Tensor]) -> Tensor:
        cuts, heels = lesson
        return surprise(network(cuts), heels).mean()

    learn(given, network, lessons.batch, loss_of)
    write(network, torch.zeros(1, 3, CUT_PX[1], CUT_PX[0]), "heels", given.out, {0: "cuts"})
    tell(given, pictures=len(stored))
    print(json.dumps(judged(network, read(given.held_out), np.random.default_rng(0))))


if __name__ == "__main__":
    main()
