"""Train the network of people who are followed.

    python -m training.followed.train --data DIR [DIR ...] --held-out DIR --out followed.onnx

`DIR` is written by `training.followed.drawing`; that of `--held-out` by other seeds. Cut-outs are cut anew at every
step, off by what a tracker errs, mirrored, in other light, coarser, and compressed. Of the others some have been found,
with joints that err, and some have not; now and then all have been, the one who is meant too: then nobody is left.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pipeline.perception.followed import JOINTS, PEAK_WEIGHT, SIZE, STRIDE, Told, drawn, read
from pipeline.pictures import Pixels
from training.followed.drawing import STORED
from training.followed.network import FollowedNet
from training.layers import heat_loss
from training.light import coarser, gray, relit, squeezed
from training.recipe import arguments, goes_on, learn, one_thread, tell, write
from training.shards import samples

Floats = npt.NDArray[np.float64]
_SCALED, _MOVED, _ROLLED_DEG = 0.13, 0.06, 4.0
"""By how much a cut-out is off: the logarithm of its side, its middle as a share of its height, and its angle."""
_COARSE, _SQUEEZED, _GRAY = 0.4, 0.5, 0.1
"""In which share of the lessons."""
_EVERYBODY = 0.15
"""In which share of the lessons all have been found."""
_ERR = 0.02
"""By how much joints of those who have been found err, in heights of the cut-out's box."""
_NEVER, _ALWAYS = 0.1, 0.25
"""Shares of somebody that are seen: below the first nobody is there, from the second on somebody is."""
_HIDDEN = 0.35
"""How high the peak of a hidden joint is."""
_SIGMA = 1.1
"""Of a peak, in cells."""
_MIRROR = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]
_SHARES = (0.1, 0.25, 0.4, 0.6, 0.8, 1.01)
"""Of somebody that are seen, between which figures are told."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One cut-out of a data set, in RGB, its JPEG's bytes; the box in it where somebody is expected (2, 2); the joints
    (17, 3) of those there, how much of each is seen, and which of them is meant, None for nobody."""

    jpeg: npt.NDArray[np.uint8]
    box: Floats
    people: tuple[Floats, ...]
    seen: tuple[float, ...]
    wanted: int | None


def stored(folders: list[Path]) -> list[Stored]:
    """All cut-outs of folders. They stay compressed: 20 KB each instead of 80."""
    found = []
    for bgr, label in samples(folders):
        people = label["people"]
        wanted = [number for number, person in enumerate(people) if person["wanted"]]
        jpeg = np.asarray(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])[1], np.uint8)
        joints = tuple(np.array(person["joints"], float) for person in people)
        seen = tuple(float(person["visible"]) for person in people)
        found.append(Stored(jpeg, np.array(label["box"]).reshape(2, 2), joints, seen, wanted[0] if wanted else None))
    return found


@dataclass(frozen=True, slots=True)
class Lesson:
    """A cut-out (height, width, 4), the maps of joints (17, rows, columns), how surely somebody is there, and their box
    (4,) as shares, nan where nobody is."""

    cut: Pixels
    heat: npt.NDArray[np.float32]
    there: float
    box: Floats


class Lessons:
    """Batches of cut-outs as other cameras and another tracker could also have given them."""

    def __init__(self, cuts: list[Stored], rng: np.random.Generator) -> None:
        self._cuts = cuts
        self._rng = rng

    def batch(self, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Cut-outs (count, 4, height, width), maps (count, 17, …), presence (count,) and boxes (count, 4)."""
        lessons = [self._lesson(self._cuts[n]) for n in self._rng.integers(len(self._cuts), size=count).tolist()]
        return (
            tensor([lesson.cut for lesson in lessons]),
            torch.from_numpy(np.stack([lesson.heat for lesson in lessons])),
            torch.tensor([lesson.there for lesson in lessons], dtype=torch.float32),
            torch.from_numpy(np.stack([lesson.box for lesson in lessons])).float(),
        )

    def _lesson(self, source: Stored) -> Lesson:
        rng = self._rng
        everybody = rng.random() < _EVERYBODY
        found = [
            number
            for number, seen in enumerate(source.seen)
            if everybody or (number != source.wanted and rng.random() < found_of(seen))
        ]
        lesson = lesson_of(
            source, found, None if everybody else source.wanted, float(np.exp(rng.normal(0, _SCALED))),
            rng.normal(0, _MOVED, 2), float(rng.normal(0, _ROLLED_DEG)), rng.random() < 0.5, rng,
        )  # fmt: skip
        rgb = relit(np.ascontiguousarray(lesson.cut[:, :, :3]), rng)
        if rng.random() < _GRAY:
            rgb = gray(rgb)
        if rng.random() < _COARSE:
            rgb = coarser(rgb, float(rng.uniform(0.3, 0.9)))
        if rng.random() < _SQUEEZED:
            rgb = squeezed(rgb, int(rng.uniform(20, 85)))
        return Lesson(np.dstack([rgb, lesson.cut[:, :, 3]]), lesson.heat, lesson.there, lesson.box)


def lesson_of(
    source: Stored,
    found: Sequence[int],
    wanted: int | None,
    scaled: float = 1.0,
    moved: npt.ArrayLike = (0, 0),
    rolled_deg: float = 0.0,
    mirrored: bool = False,
    rng: np.random.Generator | None = None,
) -> Lesson:
    """A cut-out from a stored one.

    Args:
        source: the stored one.
        found: who has been found already.
        wanted: who is meant, None for nobody.
        scaled: how many times as large the cut-out is as the expected box asks for.
        moved: by how much its middle is off, in heights of it.
        rolled_deg: by which angle it is turned.
        mirrored: whether left is right.
        rng: what errors of the joints of those who have been found are drawn from; None for none.
    """
    bgr = np.asarray(cv2.imdecode(source.jpeg, cv2.IMREAD_COLOR))
    rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    size = np.array(SIZE)
    place = cv2.getRotationMatrix2D((0.0, 0.0), rolled_deg, STORED * SIZE[1] / rgb.shape[0] / scaled)
    if mirrored:
        place[0] *= -1
    place[:, 2] = size / 2 + np.asarray(moved) * SIZE[1] - place[:, :2] @ source.box.mean(axis=0)
    joints = [each[:, :2] @ place[:, :2].T + place[:, 2] for each in source.people]
    # OpenCV's pixels have their middle at whole numbers.
    warp = place.copy()
    warp[:, 2] += warp[:, :2] @ (0.5, 0.5) - 0.5
    cut = cv2.warpAffine(
        rgb, warp, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(128, 128, 128)
    )
    tall = float(np.linalg.norm(place[:, :2], axis=0)[0]) * (source.box[1, 1] - source.box[0, 1])
    err = 0.0 if rng is None else _ERR * tall
    others = [joints[number] + (0 if rng is None else rng.normal(0, err, (JOINTS, 2))) for number in found]
    heat, there, box = np.zeros((JOINTS, SIZE[1] // STRIDE, SIZE[0] // STRIDE), np.float32), 0.0, np.full(4, np.nan)
    if wanted is not None:
        there = float(np.clip((source.seen[wanted] - _NEVER) / (_ALWAYS - _NEVER), 0, 1))
    if wanted is not None and there > 0:
        order = _MIRROR if mirrored else list(range(JOINTS))
        heat = _maps(joints[wanted][order], source.people[wanted][order, 2])
        corners = source.box[[0, 0, 1, 1], :].copy()
        corners[[1, 3], 0] = source.box[[1, 0], 0]
        corners = corners @ place[:, :2].T + place[:, 2]
        box = np.concatenate([corners.min(axis=0), corners.max(axis=0)]) / np.array([*SIZE, *SIZE])
    return Lesson(np.dstack([np.asarray(cut, np.uint8), drawn(others)]), heat, there, box)


def _maps(joints: Floats, shown: Floats) -> npt.NDArray[np.float32]:
    across = np.arange(SIZE[0] // STRIDE) + 0.5
    down = np.arange(SIZE[1] // STRIDE) + 0.5
    x = np.exp(-((across - joints[:, :1] / STRIDE) ** 2) / (2 * _SIGMA**2))
    y = np.exp(-((down - joints[:, 1:] / STRIDE) ** 2) / (2 * _SIGMA**2))
    height = np.where(shown > 0, 1.0, _HIDDEN)
    return (height[:, None, None] * y[:, :, None] * x[:, None, :]).astype(np.float32)


def tensor(cuts: Sequence[Pixels]) -> Tensor:
    """Cut-outs as the network takes them."""
    return torch.from_numpy(np.stack(cuts).transpose(0, 3, 1, 2)).float().contiguous(memory_format=torch.channels_last)


def loss_of(told: Tensor, heat: Tensor, there: Tensor, box: Tensor) -> Tensor:
    """The loss of rows of the network's."""
    maps = told[:, :-5].unflatten(1, heat.shape[1:])
    drawing = heat_loss(maps, heat, PEAK_WEIGHT)
    presence = torch.nn.functional.binary_cross_entropy_with_logits(told[:, -5], there)
    known = ~torch.isnan(box[:, 0])
    off = torch.nn.functional.l1_loss(told[:, -4:][known], box[known]) if known.any() else told.sum() * 0
    return 20 * drawing + presence + 4 * off


def judged(network: FollowedNet, held_out: list[Stored]) -> dict[str, dict[str, float]]:
    """By how much is seen of people: how many score more than a half, how far off seen joints are in heights of the
    box, in the median, and how many of them by less than a tenth; boxes likewise. Those around them have been found.
    And how many are told where nobody is left."""

    def told(lesson: Lesson) -> Told:
        with torch.no_grad():
            return read(network(tensor([lesson.cut])).double().numpy())

    rng, size = np.random.default_rng(1), np.array([*SIZE, *SIZE])
    shares: list[float] = []
    scores: list[float] = []
    joints: list[Floats] = []
    boxes: list[float] = []
    empty: list[float] = []
    for source in held_out:
        others = [n for n, seen in enumerate(source.seen) if n != source.wanted and rng.random() < found_of(seen)]
        off = float(np.exp(rng.normal(0, 0.1))), rng.normal(0, 0.05, 2)
        lesson = lesson_of(source, others, source.wanted, *off, rng=rng)
        found = told(lesson)
        if source.wanted is None or lesson.there == 0:
            empty.append(float(found.scores[0]))
            continue
        maps = lesson.heat.reshape(JOINTS, -1)
        shown, at = maps.max(axis=1) > 2 * _HIDDEN, maps.argmax(axis=1)
        true = (np.stack([at % lesson.heat.shape[2], at // lesson.heat.shape[2]], axis=1) + 0.5) * STRIDE
        tall = (lesson.box[3] - lesson.box[1]) * SIZE[1]
        shares.append(source.seen[source.wanted])
        scores.append(float(found.scores[0]))
        joints.append(np.linalg.norm(found.joints[0, shown, :2] - true[shown], axis=1) / tall)
        boxes.append(float(np.abs(found.boxes[0] - lesson.box * size).max() / tall))
        empty.append(float(told(lesson_of(source, range(len(source.seen)), None, rng=rng)).scores[0]))
    figures: dict[str, dict[str, float]] = {}
    for low, high in pairwise(_SHARES):
        some = [number for number, share in enumerate(shares) if low <= share < high]
        if some:
            off_by = np.concatenate([joints[number] for number in some])
            figures[f"seen {low} to {high:.1f}"] = {
                "n": len(some), "found": round(float(np.mean([scores[number] > 0.5 for number in some])), 3),
                "joints": round(float(np.median(off_by)), 4), "within_tenth": round(float((off_by < 0.1).mean()), 3),
                "boxes": round(float(np.median([boxes[number] for number in some])), 3),
            }  # fmt: skip
    figures["nobody"] = {"n": len(empty), "told": round(float(np.mean(np.array(empty) > 0.5)), 3)}
    return figures


def found_of(seen: float) -> float:
    """How likely a pose network finds somebody of whom such a share is seen."""
    return min(1.6 * seen, 0.97)


def main() -> None:
    """Train and write the network."""
    parser = arguments(__doc__, steps=8000, batch=96, rate=2e-3)
    parser.add_argument("--held-out", type=Path, nargs="+", required=True)
    goes_on(parser)
    given = parser.parse_args()
    one_thread()
    torch.manual_seed(given.seed)
    cuts = stored(given.data)
    network = FollowedNet()
    lessons = Lessons(cuts, np.random.default_rng(given.seed))
    learn(given, network, lessons.batch, lambda lesson: loss_of(network(lesson[0]), *lesson[1:]))
    write(network, torch.zeros(1, 4, SIZE[1], SIZE[0]), "told", given.out, {0: "people"})
    tell(given, cuts=len(cuts))
    print(json.dumps(judged(network, stored(given.held_out)), indent=1))


if __name__ == "__main__":
    main()
