"""The network of a pitch's marks: one picture in, a heatmap for each mark, each kind of crease and the stumps out.

    python -m training.cricket.creases --data creases1 creases2 --empty streets --out creases.onnx --seed 1

`--data` are folders of `sightline dataset creases`, `--empty` of `sightline dataset frames`: pictures of no pitch.
Fully convolutional, with a quarter of the picture's size at its outputs; it sees 480x288, a third of 1440x864. The
first lessons are smaller pictures, which cost less than half as much.
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

from pipeline.geometry.camera import Camera
from pipeline.geometry.laws import STUMP_RADIUS_M, STUMPS_WIDTH_M
from pipeline.geometry.pitch_marks import (
    CREASES,
    MARKS_M,
    MIRRORED,
    NEARNESS,
    STUMP_MARKS,
    end_of,
    near_end,
    turned,
)
from pipeline.geometry.pitch_view import PitchView
from pipeline.pictures import Pixels
from pipeline.simulation.cricket.graphics import graphics
from training.layers import Block, Residual, Up, heat_loss
from training.learning import fit
from training.light import relit
from training.recipe import arguments, goes_on, one_thread, tell, write
from training.shards import samples

Floats = npt.NDArray[np.float64]
SIZE = (480, 288)
EARLY_SIZE, EARLY = (320, 192), 0.35
"""How large pictures are at first, and for which share of the steps."""
STRIDE = 4
MARKS = len(MARKS_M)
STUMPS = MARKS + len(CREASES) * len(NEARNESS)
"""The first of the maps of stumps, of the near end and of the far one."""
MAPS = STUMPS + len(NEARNESS)
EVERYTHING = np.ones(MAPS, bool)
_OUTER = STUMP_RADIUS_M / STUMPS_WIDTH_M
"""Where the middle of an outer stump is, as a share of the width of all three."""
_PEAK_CELLS = 1.5
_LINE_CELLS = 1.0
_MIRRORED_MAPS = np.concatenate([MIRRORED, np.arange(MARKS, MAPS)])
_PEAK_WEIGHT = 40.0
_GRAPHICS = 0.15
"""In which share of the lessons."""


class CreasesNetwork(nn.Module):
    """An encoder to a thirty-second of the picture's size and back to a quarter, with most of its weights where the
    picture is small and seen as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(Block(3, 16, 2), Block(16, 24, 2))
        self.eighth = nn.Sequential(Block(24, 48, 2), Block(48, 48), Residual(48))
        self.sixteenth = nn.Sequential(Block(48, 80, 2), *(Residual(80) for _ in range(3)))
        self.least = nn.Sequential(Block(80, 104, 2), *(Residual(104) for _ in range(5)))
        self.up16, self.up8, self.up4 = Up(104, 80), Up(80, 48), Up(48, 24)
        self.maps, self.stumps = nn.Conv2d(24, STUMPS, 1), nn.Conv2d(24, MAPS - STUMPS, 1)
        for head in (self.maps, self.stumps):
            nn.init.constant_(head.bias, -4.0)  # pyright: ignore[reportArgumentType]

    def forward(self, picture: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) of RGB 0..255 as logits (N, MAPS, H / 4, W / 4)."""
        fourth = self.stem((picture - 110.0) / 60.0)
        eighth = self.eighth(fourth)
        sixteenth = self.sixteenth(eighth)
        up16 = self.up16(self.least(sixteenth), sixteenth)
        seen = self.up4(self.up8(up16, eighth), fourth)
        return torch.cat([self.maps(seen), self.stumps(seen)], dim=1)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture, encoded; pixels of its marks (16, 2), which of them are to be learned, and the parts of creases that
    are seen and the stumps, as (map, x0, y0, x1, y1)."""

    jpeg: bytes
    marks: Floats
    known: npt.NDArray[np.bool_]
    lines: Floats
    taught: npt.NDArray[np.bool_]
    """Which maps (MAPS,) the label says anything of."""


def labelled(bgr: Pixels, label: dict[str, Any]) -> Labelled:
    """What a picture teaches."""
    jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    if label.get("shot") is None:
        return Labelled(jpeg, np.zeros((MARKS, 2)), np.zeros(MARKS, bool), np.empty((0, 5)), EVERYTHING)
    view = view_shown(label)
    near = near_end(view.place_m[0])
    places = MARKS_M if near == "striker" else turned(MARKS_M)
    marks = view.project(places)[0]
    known = view.faces(places)
    standing = {found["end"] for found in label["stumps"] if found["visible"] > 0}
    upright = []
    for number, stumps in enumerate(STUMP_MARKS):
        if end_of(NEARNESS[number], near) not in standing:
            known[stumps] = False
        elif known[stumps].all():
            upright += stump_lines(number, marks[stumps])
    lines = upright + [
        (MARKS + len(CREASES) * (crease["end"] != near) + CREASES.index(crease["crease"]), *part)
        for crease in label["creases"]
        for part in crease.get("seen") or []
    ]
    return Labelled(jpeg, marks, known, np.array(lines, float).reshape(-1, 5), EVERYTHING)


def stump_lines(number: int, corners: Floats) -> list[tuple[float, ...]]:
    """The three stumps of the near (0) or the far end (1) as lines (map, x0, y0, x1, y1), by their outer corners."""
    left, right, top_left, top_right = corners
    return [
        (STUMPS + number, *((1 - share) * left + share * right), *((1 - share) * top_left + share * top_right))
        for share in (_OUTER, 0.5, 1 - _OUTER)
    ]


def view_shown(label: dict[str, Any]) -> PitchView:
    """The camera of a simulated picture."""
    shot = label["shot"]
    (fx, fy), (cx, cy), (width, height) = shot["focal_px"], shot["centre_px"], label["size"]
    pose = shot["height_cm"], shot["tilt_deg"], shot["roll_deg"]
    camera = Camera((width, height), fx, fy, cx, cy, *pose, tuple(shot["distortion"]), "simulated")
    return PitchView(camera, tuple(shot["place_m"]), shot["bearing_deg"])


class Lessons:
    """Batches of pictures as a camera could also have taken them: moved, zoomed, stretched, mirrored, in other light.

    Real frames come stretched to a square, so proportions vary as well. Broadcasters lay graphics over them.
    """

    def __init__(self, pictures: list[Labelled], rng: np.random.Generator, size: tuple[int, int] = SIZE) -> None:
        self._pictures = pictures
        self._rng = rng
        self._size = size
        columns, rows = size[0] // STRIDE, size[1] // STRIDE
        self._x = ((np.arange(columns) + 0.5) * STRIDE).astype(np.float32)
        self._y = ((np.arange(rows) + 0.5) * STRIDE).astype(np.float32)

    def batch(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures, heatmaps and which of those are taught."""
        made = [self._one(self._pictures[int(self._rng.integers(len(self._pictures)))]) for _ in range(count)]
        rgb, heat, taught = (torch.from_numpy(np.stack(part)) for part in zip(*made, strict=True))
        return rgb.float(), heat, taught

    def _one(self, sample: Labelled) -> tuple[Any, Any, Any]:
        bgr = np.asarray(cv2.imdecode(np.frombuffer(sample.jpeg, np.uint8), cv2.IMREAD_COLOR))
        place, mirrored = self._place((bgr.shape[1], bgr.shape[0]))
        rgb = np.ascontiguousarray(warped(np.asarray(bgr, np.uint8), place, self._size)[..., ::-1])
        for panel in graphics(self._rng, self._size, _GRAPHICS):
            panel.draw(rgb)
        rgb = relit(rgb, self._rng)
        heat = self.heat(sample, place, mirrored)
        return (
            rgb.transpose(2, 0, 1),
            heat,
            (sample.taught[_MIRRORED_MAPS] if mirrored else sample.taught).astype(np.float32)[:, None, None],
        )

    def heat(self, sample: Labelled, place: Floats, mirrored: bool) -> npt.NDArray[np.float32]:
        """Heatmaps of a picture that is put in its place by an affine map (2, 3)."""
        heat = np.zeros((MAPS, len(self._y), len(self._x)), np.float32)
        marks = (sample.marks @ place[:, :2].T + place[:, 2]).astype(np.float32)
        inside = sample.known & ((marks > -8) & (marks < np.array(self._size) + 8)).all(axis=1)
        for number in np.flatnonzero(inside):
            across, down = (
                np.exp(-0.5 * ((line - middle) / (STRIDE * _PEAK_CELLS)) ** 2)
                for line, middle in zip((self._x, self._y), marks[number], strict=True)
            )
            heat[MIRRORED[number] if mirrored else number] = down[:, None] * across
        for which, *ends in sample.lines:
            pixels = (np.reshape(ends, (2, 2)) @ place[:, :2].T + place[:, 2]).astype(np.float32)
            low = np.maximum(pixels.min(axis=0) / STRIDE - 4 * _LINE_CELLS, 0).astype(int)
            high = np.maximum(pixels.max(axis=0) / STRIDE + 4 * _LINE_CELLS, 0).astype(int)
            region = heat[int(which), low[1] : high[1], low[0] : high[0]]
            x, y = self._x[low[0] : high[0]], self._y[low[1] : high[1], None]
            square = _from_segment(x, y, pixels) / (STRIDE * _LINE_CELLS) ** 2
            np.maximum(region, np.exp(-0.5 * square), out=region)
        return heat

    def _place(self, size: tuple[int, int]) -> tuple[Floats, bool]:
        rng = self._rng
        wanted = np.array(self._size)
        fit = float((wanted / size).min())
        zoom = fit * (1.0 if rng.random() < 0.3 else float(np.exp(rng.uniform(np.log(0.75), np.log(2.2)))))
        stretch = float(np.exp(rng.normal(0, 0.16) if rng.random() < 0.6 else rng.uniform(0, 0.3)))
        angle = np.radians(rng.normal(0, 2.0))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = np.diag([zoom / np.sqrt(stretch), zoom * np.sqrt(stretch)]) @ turn
        mirrored = bool(rng.random() < 0.5)
        if mirrored:
            linear = linear @ np.diag([-1.0, 1.0])
        middle = wanted / 2 + rng.normal(0, 0.06 + 0.3 * max(zoom / fit - 1, 0), 2) * wanted / 2
        return np.column_stack([linear, middle - linear @ (np.array(size) / 2)]), mirrored


def _from_segment(x: Any, y: Any, ends: Any) -> npt.NDArray[np.float32]:
    """Squared distances of a grid's points, columns x (W,) and rows y (H, 1), from a segment (2, 2)."""
    (x0, y0), (x1, y1) = ends
    dx, dy = x1 - x0, y1 - y0
    share = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, np.float32(1e-9)), 0, 1)
    return (x - x0 - share * dx) ** 2 + (y - y0 - share * dy) ** 2


def warped(bgr: Pixels, place: Floats, size: tuple[int, int]) -> Pixels:
    """A picture put in its place; positions are continuous, a pixel's middle is at its index + 0.5."""
    moved = np.column_stack([place[:, :2], place[:, 2] + place[:, :2] @ (0.5, 0.5) - 0.5])
    method = cv2.INTER_AREA if abs(np.linalg.det(place[:, :2])) < 0.4 else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(bgr, moved, size, flags=method, borderValue=(114, 114, 114)), np.uint8)


def train(
    pictures: list[Labelled],
    steps: int,
    batch: int,
    seed: int,
    rate: float,
    start: Path | None = None,
    told: Callable[[int, int, float], None] | None = None,
    threads: int = 1,
    half: bool = False,
) -> CreasesNetwork:
    """A network that has seen `steps` times `threads` batches of these pictures, from scratch or from saved weights."""
    torch.manual_seed(seed)
    network = CreasesNetwork()
    early = 0 if start is not None else round(EARLY * steps)
    rng = np.random.default_rng(seed)
    first, then = Lessons(pictures, rng, EARLY_SIZE), Lessons(pictures, rng)
    lessons = ((first if step < early else then).batch(batch) for step in range(steps) for _ in range(threads))

    def loss_of(lesson: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        rgb, heat, taught = lesson
        return 20 * heat_loss(network(rgb), heat, _PEAK_WEIGHT, taught)

    return fit(network, lessons, loss_of, steps, rate, start, told, threads, half)


def main() -> None:
    """Train and write the network."""
    parser = arguments(__doc__, steps=3000, batch=6, rate=3e-3)
    parser.add_argument("--empty", type=Path, nargs="*", default=[])
    goes_on(parser)
    given = parser.parse_args()
    one_thread()
    pictures = [labelled(bgr, label) for bgr, label in samples(given.data)]
    pictures += [labelled(bgr, {}) for bgr, _ in samples(given.empty)] if given.empty else []
    network = train(
        pictures,
        given.steps,
        given.batch,
        given.seed,
        given.rate,
        given.start,
        threads=given.threads,
        half=given.half,
    )
    write(network, torch.zeros(1, 3, SIZE[1], SIZE[0]), "maps", given.out)
    tell(given, pictures=len(pictures))


if __name__ == "__main__":
    main()
