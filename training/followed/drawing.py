"""Cut-outs of simulated people where somebody is expected, with their joints and those of all others there.

    python -m training.followed.drawing --cuts 40000 --first 400000 --out DIR

Crowded streets are seen by their own cameras and by such of many heights (those of `training.lifting.measuring`), and
halls full of pupils by theirs. Of those who are seen whole, whom any network finds, a few are taken, of those who are
hidden in part all; and a place in each picture where nobody is.
"""

import argparse
import dataclasses
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from trackers.eval import box_iou

from pipeline.data import Person
from pipeline.inference.letterbox import letterbox
from pipeline.perception.followed import LEAST_PX, SIZE, placed
from pipeline.pictures import Picture
from pipeline.simulation.dataset import write_tar
from pipeline.simulation.persons import persons
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.scene import LEVELS, scene_of, stream
from pipeline.simulation.street import Street
from training.lifting.measuring import aimed

Floats = npt.NDArray[np.float64]
STORED = 1.5
"""How much more than a cut-out is stored in width and height, for cutting it anew, off by a little."""
_STORIES = ("none", "loitering", "running", "watching", "fall", "converging", "crowding", "chase", "crowding")
_HALLS, _LOOKS, _STEPS = 0.08, 8, 6
"""Share of halls; pictures from each camera, and steps (of a tenth of a second) between them."""
_LEVEL_SHARES = (0.2, 0.35, 0.35, 0.1, 0.0)
_LEAST_WITHIN = 0.5
_WHOLE, _OF_WHOLE, _MOST = 0.9, 4, 10
"""Seen by more is whole; so many of them are taken of a picture, and so many of all."""
_SHARD = 1000


def looks(seed: int) -> Iterator[tuple[Picture, tuple[Person, ...]]]:
    """Pictures of one scene with the true people."""
    rng = stream(seed, "followed")
    given: dict[str, Any] = {"seed": seed, "level": LEVELS[rng.choice(len(LEVELS), p=_LEVEL_SHARES)], "fps": 10}
    if rng.random() < _HALLS:
        hall = scene_of("hall", given | {"people": int(rng.integers(6, 30))})
        for _ in range(2 * _LOOKS):
            for _ in range(2 * _STEPS):
                hall.step()
            yield hall.picture(), hall.truth("", "", 0).people
        return
    story = _STORIES[rng.integers(len(_STORIES))]
    street = scene_of("street", given | {"people": int(rng.integers(6, 26)), "story": story})
    assert isinstance(street, Street)
    for camera in (street.camera, aimed(rng, street)):
        renderer = Renderer(street.parameters, dataclasses.replace(street.setting, camera=camera))
        for _ in range(_LOOKS):
            for _ in range(_STEPS):
                street.step()
            figures = renderer.figures(street.walkers)
            if figures:
                yield renderer.picture(street.walkers), persons(camera, figures, renderer.occlusion(figures))


def cuts(seed: int) -> Iterator[Mapping[str, bytes]]:
    """Cut-outs of one scene ("jpg") with what is true of them ("json")."""
    rng = stream(seed, "followed cuts")
    for picture, people in looks(seed):
        boxes = np.array([person.whole_box for person in people], float).reshape(-1, 4)
        order = rng.permutation(len(people)).tolist()
        whole = [number for number in order if (people[number].visible or 0) > _WHOLE][:_OF_WHOLE]
        wanted = [number for number in order if number in whole or (people[number].visible or 0) <= _WHOLE]
        for number in wanted[:_MOST]:
            if _large_enough(boxes[number], picture.size):
                yield _cut(picture, boxes[number], people, number)
        empty = _elsewhere(boxes, picture.size, rng)
        if empty is not None:
            yield _cut(picture, empty, people, None)


def _large_enough(box: Floats, picture: tuple[int, int]) -> bool:
    size = box[2:] - box[:2]
    within = np.clip(box[2:], 0, picture) - np.clip(box[:2], 0, picture)
    return bool(LEAST_PX <= size[1] < picture[1] and np.prod(within) >= _LEAST_WITHIN * np.prod(size))


def _elsewhere(boxes: Floats, picture: tuple[int, int], rng: np.random.Generator) -> Floats | None:
    """A box as large as somebody's where next to nothing of anybody's is."""
    for _ in range(20 if len(boxes) else 0):
        low, high = boxes[rng.integers(len(boxes))].reshape(2, 2)
        size = np.clip(high - low, LEAST_PX, np.array(picture) / 2)
        middle = rng.uniform(size / 2, np.array(picture) - size / 2)
        box = np.concatenate([middle - size / 2, middle + size / 2])
        if np.asarray(box_iou(box[None], boxes)).max() < 0.05:
            return box
    return None


def _cut(picture: Picture, box: Floats, people: tuple[Person, ...], who: int | None) -> Mapping[str, bytes]:
    place = placed(box, picture.size, STORED)
    rgb = letterbox(picture, place, 128)
    jpeg = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
    there = []
    for number, person in enumerate(people):
        joints = np.array(person.keypoints, np.float32)
        joints[:, :2] = place.to_input(joints[:, :2])
        inside = (joints[:, :2] > 0).all(axis=1) & (joints[:, :2] < place.size).all(axis=1)
        if number == who or inside.any():
            there.append({"joints": joints.round(1).tolist(), "visible": person.visible, "wanted": number == who})
    corners = place.to_input(box.reshape(2, 2).astype(np.float32))
    label = {"people": there, "box": corners.ravel().round(1).tolist(), "tall_px": round(float(box[3] - box[1]), 1)}
    return {"jpg": jpeg.tobytes(), "json": json.dumps(label).encode()}


def main() -> None:
    """Write shards of cut-outs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=40_000)
    parser.add_argument("--first", type=int, default=400_000, help="seed of the first scene")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    source = (cut for number in range(given.cuts) for cut in cuts(given.first + number))
    for first in range(0, given.cuts, _SHARD):
        write_tar(given.out / f"{given.first}-{first:06}.tar", islice(source, _SHARD))
        print(f"{first + _SHARD} cut-outs of {SIZE}", flush=True)


if __name__ == "__main__":
    main()
