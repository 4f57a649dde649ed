"""The network of a pitch's ends: a cut-out of what stands around one in, how much it looks like the striker's out.

    python -m training.cricket.ends --data creases1 --out ends.onnx --seed 1

`--data` are folders of `sightline dataset creases`.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from pipeline.geometry.pitch_marks import END_PLACES_M, near_end
from pipeline.perception.pitch_ends import SIDE_M, SIDE_PX, cut_out
from pipeline.pictures import Picture, PixelFormat, Pixels
from training.cricket.creases import view_shown
from training.layers import Block, Residual
from training.learning import fit
from training.light import relit
from training.recipe import arguments, one_thread, tell, write
from training.shards import samples

_WIDER = 1.4
"""How much more than a cut-out is kept, to move it about in."""
_MOVED, _SCALED, _TURNED_DEG = 0.05, 0.12, 4.0
"""By how much a camera may be wrong: shares of the side, and degrees."""


class EndsNetwork(nn.Module):
    """Strided convolutions and what they see on average and at most."""

    def __init__(self) -> None:
        super().__init__()
        self.see = nn.Sequential(
            Block(3, 24, 2), Block(24, 48, 2), Block(48, 64, 2), Block(64, 96), Block(96, 96, 2), Residual(96)
        )
        self.tell = nn.Sequential(nn.Dropout(0.3), nn.Linear(192, 1))

    def forward(self, cut: Tensor) -> Tensor:
        """Cut-outs (N, 3, H, W) of RGB 0..255 as logits (N, 1)."""
        seen = self.see((cut - 110.0) / 60.0)
        return self.tell(torch.cat([seen.mean(dim=(2, 3)), seen.amax(dim=(2, 3))], dim=1))


@dataclass(frozen=True, slots=True)
class Ends:
    """What is around the near and the far end, a little wider than the network sees it (2, side, side, 3), and whether
    the near one is the striker's."""

    cuts: Pixels
    striker: bool


def ends_of(bgr: Pixels, label: dict[str, Any]) -> Ends:
    """What a picture teaches."""
    picture = Picture(PixelFormat.RGB24, bgr.shape[1], bgr.shape[0], (np.ascontiguousarray(bgr[..., ::-1]),))
    view = view_shown(label)
    near = near_end(view.place_m[0])
    seen = view if near == "striker" else view.from_other_end()
    side = 2 * round(SIDE_PX * _WIDER / 2)
    cuts = [cut_out(picture, seen, end, side, SIDE_M * _WIDER) for end in range(len(END_PLACES_M))]
    return Ends(np.stack(cuts), near == "striker")


class Lessons:
    """Batches of ends as another camera, wrong by a little, could also have seen them."""

    def __init__(self, ends: list[Ends], rng: np.random.Generator) -> None:
        self._ends = ends
        self._rng = rng

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """Cut-outs (2 * count, 3, SIDE_PX, SIDE_PX), near and far ones in turns, and whether near ones are the
        striker's (count,)."""
        chosen = [self._ends[int(number)] for number in self._rng.integers(len(self._ends), size=count)]
        cuts = [cut for each in chosen for cut in self._seen(each)]
        pictures = torch.from_numpy(np.stack(cuts).transpose(0, 3, 1, 2)).float()
        return pictures, torch.tensor([float(each.striker) for each in chosen])

    def _seen(self, ends: Ends) -> list[Pixels]:
        rng = self._rng
        mirrored = rng.random() < 0.5
        both = np.concatenate([self._moved(cut, mirrored) for cut in ends.cuts])
        return list(np.split(relit(both, rng), 2))

    def _moved(self, cut: Pixels, mirrored: bool) -> Pixels:
        rng = self._rng
        size, middle = cut.shape[0], cut.shape[0] / 2
        zoom, angle = float(np.exp(rng.normal(0, _SCALED))), float(rng.normal(0, _TURNED_DEG))
        place = cv2.getRotationMatrix2D((middle - 0.5, middle - 0.5), angle, zoom)
        place[:, 2] += (SIDE_PX - size) / 2 + rng.normal(0, _MOVED * SIDE_PX, 2)
        moved = cv2.warpAffine(cut, place, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR, borderValue=(114, 114, 114))
        return np.ascontiguousarray(moved[:, ::-1] if mirrored else moved).astype(np.uint8)


def main() -> None:
    """Train and write the network."""
    given = arguments(__doc__, steps=2500, batch=24, rate=3e-3).parse_args()
    one_thread()
    torch.manual_seed(given.seed)
    ends = [ends_of(bgr, label) for bgr, label in samples(given.data)]
    network = EndsNetwork()
    lessons = Lessons(ends, np.random.default_rng(given.seed))

    def loss_of(lesson: tuple[Tensor, Tensor]) -> Tensor:
        cuts, striker = lesson
        near, far = network(cuts).float()[:, 0].reshape(-1, 2).T
        return nn.functional.binary_cross_entropy_with_logits(near - far, striker)

    fit(
        network,
        (lessons.batch(given.batch) for _ in range(given.steps)),
        loss_of,
        given.steps,
        given.rate,
        half=given.half,
    )
    write(network, torch.zeros(2, 3, SIDE_PX, SIDE_PX), "striker", given.out)
    tell(given, pictures=len(ends))


if __name__ == "__main__":
    main()
