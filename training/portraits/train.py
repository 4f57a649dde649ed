"""Train the network of portraits.

    python -m training.portraits.train --data DIR [DIR ...] --held-out DIR --out portraits.onnx

`DIR` is written by `training.portraits.drawing`; that of `--held-out` by other seeds. Portraits are cut anew at every
step, off by what keypoints err, mirrored, in other light, hidden in part, coarser, and compressed.
"""

import json
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pipeline.attributes.crops import PORTRAIT_PX
from pipeline.attributes.directions import told_deg
from pipeline.pictures import Pixels
from training.directions import surprise
from training.light import coarser, gray, relit, squeezed
from training.portraits.drawing import STORED, STORED_PX
from training.portraits.network import PortraitNetwork
from training.recipe import arguments, goes_on, learn, one_thread, tell, write
from training.shards import samples

Floats = npt.NDArray[np.float64]
_SCALED, _MOVED, _ROLLED_DEG = 0.14, 0.05, 5.0
"""By how much a square is off: the logarithm of its side, its middle as a share of it, and its angle."""
_COARSE, _SQUEEZED, _HIDDEN, _GRAY, _SIDELIT, _SHARPENED = 0.5, 0.4, 0.25, 0.1, 0.5, 0.3
"""In which share of the lessons."""
_SIZES_PX = (0.0, 70.0, 110.0, 180.0, 1e9)
"""Statures between which figures are told."""


class Portraits:
    """All portraits of folders: pictures (STORED_PX, STORED_PX, 3) in RGB, and directions of trunk and head (N, 2) in
    radians, nan where there is none."""

    def __init__(self, folders: list[Path]) -> None:
        pictures, turns, sizes = [], [], []
        for bgr, label in samples(folders):
            pictures.append(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
            turns.append([np.nan if label[name] is None else label[name] for name in ("trunk_deg", "head_deg")])
            sizes.append(label["stature_px"])
        self.pictures = np.stack(pictures)
        self.turns_rad = np.radians(np.array(turns, float))
        self.statures_px = np.array(sizes)

    def __len__(self) -> int:
        return len(self.pictures)


class Lessons:
    """Batches of portraits as another camera and other keypoints could also have given them."""

    def __init__(self, portraits: Portraits, rng: np.random.Generator) -> None:
        self._portraits = portraits
        self._rng = rng

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """Portraits (count, 3, PORTRAIT_PX, PORTRAIT_PX), and where trunk and head are turned (count, 2)."""
        chosen = self._rng.integers(len(self._portraits), size=count)
        turns = self._portraits.turns_rad[chosen].copy()
        cuts = []
        for row, number in enumerate(chosen.tolist()):
            mirrored = self._rng.random() < 0.5
            cuts.append(self._seen(self._portraits.pictures[number], mirrored))
            turns[row] *= -1 if mirrored else 1
        return _tensor(cuts), torch.from_numpy(turns).float()

    def _seen(self, stored: Pixels, mirrored: bool) -> Pixels:
        rng = self._rng
        square = middle_square(
            stored, np.exp(rng.normal(0, _SCALED)), rng.normal(0, _MOVED, 2), rng.normal(0, _ROLLED_DEG)
        )
        square = np.ascontiguousarray(square[:, ::-1]) if mirrored else square
        if rng.random() < _HIDDEN:
            square = self._hidden(square)
        square = relit(_from_one_side(square, rng), rng)
        if rng.random() < _SHARPENED:
            soft = cv2.GaussianBlur(square, (0, 0), float(rng.uniform(0.7, 1.5)))
            more = float(rng.uniform(0.4, 2.0))
            square = np.asarray(cv2.addWeighted(square, 1 + more, soft, -more, 0), np.uint8)
        if rng.random() < _GRAY:
            square = gray(square)
        if rng.random() < _COARSE:
            square = coarser(square, float(rng.uniform(0.3, 0.9)))
        if rng.random() < _SQUEEZED:
            square = squeezed(square, int(rng.uniform(15, 80)))
        return square

    def _hidden(self, square: Pixels) -> Pixels:
        """Behind a part of another portrait, or of something of one colour, from one side or from below."""
        rng = self._rng
        other = self._portraits.pictures[int(rng.integers(len(self._portraits)))]
        cover = cv2.resize(other, (PORTRAIT_PX, PORTRAIT_PX))
        if rng.random() < 0.5:
            cover = np.broadcast_to(rng.integers(0, 256, 3).astype(np.uint8), cover.shape)
        square = square.copy()
        share = int(PORTRAIT_PX * rng.uniform(0.1, 0.45))
        match int(rng.integers(3)):
            case 0:
                square[:, :share] = cover[:, :share]
            case 1:
                square[:, -share:] = cover[:, -share:]
            case _:
                square[-share:] = cover[-share:]
        return square


def _from_one_side(square: Pixels, rng: np.random.Generator) -> Pixels:
    """Now and then brighter on one side than on the other, where the sun is."""
    if rng.random() >= _SIDELIT:
        return square
    across, down = np.meshgrid(*(2 * [np.linspace(-1, 1, len(square), dtype=np.float32)]))
    angle, strength, steep = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.6), np.exp(rng.uniform(0, 1.5))
    off = across * np.cos(angle) + down * np.sin(angle) + rng.normal(0, 0.3)
    return np.clip(square * (1 + strength * np.tanh(steep * off))[..., None], 0, 255).astype(np.uint8)


def middle_square(stored: Pixels, grown: float = 1.0, moved: npt.ArrayLike = (0, 0), rolled_deg: float = 0.0) -> Pixels:
    """The portrait in what is stored around it, or one that is off: as many times as large, moved by shares of its
    side, and rolled."""
    scale = PORTRAIT_PX / (STORED_PX / STORED) / grown
    middle = STORED_PX / 2 - 0.5
    place = cv2.getRotationMatrix2D((middle, middle), rolled_deg, scale)
    place[:, 2] += PORTRAIT_PX / 2 - STORED_PX / 2 + np.asarray(moved) * PORTRAIT_PX
    return np.asarray(
        cv2.warpAffine(stored, place, (PORTRAIT_PX, PORTRAIT_PX), borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _tensor(cuts: list[Pixels]) -> Tensor:
    planes = torch.from_numpy(np.stack(cuts).transpose(0, 3, 1, 2)).float()
    return planes.contiguous(memory_format=torch.channels_last)


def judged(network: PortraitNetwork, held_out: Portraits) -> dict[str, dict[str, float]]:
    """How far off trunks and heads are told, in degrees, by stature in pixels; how many of their 68 % intervals hold;
    and how many are told more than 90° off."""
    found = []
    with torch.no_grad():
        for first in range(0, len(held_out), 500):
            squares = [middle_square(stored) for stored in held_out.pictures[first : first + 500]]
            found.append(network(_tensor(squares)).double().numpy())
    densities = np.concatenate(found)
    figures = {}
    for low, high in pairwise(_SIZES_PX):
        some = (held_out.statures_px >= low) & (held_out.statures_px < high)
        for part, name in enumerate(("trunk", "head")) if some.any() else ():
            true = np.degrees(held_out.turns_rad[some, part])
            told, within = told_deg(densities[some, part])
            off = np.abs((told - true + 180) % 360 - 180)[np.isfinite(true)]
            figures[f"{name}, {low:.0f} to {high:.0f} px" if high < 1e9 else f"{name}, from {low:.0f} px"] = {
                "n": len(off), "mean": round(float(off.mean()), 1), "median": round(float(np.median(off)), 1),
                "holds": round(float((off <= within[np.isfinite(true)]).mean()), 3),
                "wrong_way": round(float((off > 90).mean()), 3),
            }  # fmt: skip
    return figures


def main() -> None:
    """Train and write the network."""
    parser = arguments(__doc__, steps=5000, batch=192, rate=3e-3)
    parser.add_argument("--held-out", type=Path, nargs="+", required=True)
    goes_on(parser)
    given = parser.parse_args()
    one_thread()
    torch.manual_seed(given.seed)
    portraits = Portraits(given.data)
    network = PortraitNetwork()
    lessons = Lessons(portraits, np.random.default_rng(given.seed))

    def loss_of(lesson: tuple[Tensor, Tensor]) -> Tensor:
        cuts, turns = lesson
        return surprise(network(cuts), turns).mean()

    learn(given, network, lessons.batch, loss_of)
    write(network, torch.zeros(1, 3, PORTRAIT_PX, PORTRAIT_PX), "turns", given.out, {0: "people"})
    tell(given, portraits=len(portraits))
    print(json.dumps(judged(network, Portraits(given.held_out)), indent=1))


if __name__ == "__main__":
    main()
