"""Portraits of simulated people, with where their trunks and heads are turned.

    python -m training.portraits.drawing --portraits 40000 --first 300000 --out DIR

People of a street are turned about, each with the head turned on its own, before cameras of many heights (those of
`training.lifting.measuring`), so that every direction is as likely as another: on a street people look where they go.
"""

import argparse
import dataclasses
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.attributes.crops import portrait_square, square_crop, stature_px
from pipeline.data import Person
from pipeline.geometry.angles import turn_rad
from pipeline.pictures import Picture
from pipeline.simulation.bodies import Body
from pipeline.simulation.dataset import write_tar
from pipeline.simulation.details import PLAIN, Details
from pipeline.simulation.outfits import TOPS, Outfit
from pipeline.simulation.persons import persons
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.scene import LEVELS, stream
from pipeline.simulation.skeleton import HEAD_POINTS, JOINT
from pipeline.simulation.street import Street
from pipeline.simulation.walkers import Walker
from training.lifting.measuring import aimed

Floats = npt.NDArray[np.float64]
STORED_PX, STORED = 104, 1.6
"""The side of what is stored in pixels, and in portraits: room for cutting it anew, off by a little."""
_SIZE = (1280, 720)
_PEOPLE, _CAMERAS, _LOOKS, _STEPS = 12, 2, 8, 6
"""People in a scene, cameras before it, pictures from each, and steps (of a tenth of a second) between them."""
_LEVEL_SHARES = (0.2, 0.35, 0.3, 0.13, 0.02)
_EVENLY, _STRAIGHT_DEG, _FARTHEST_DEG = 0.5, 22.0, 80.0
"""How many heads are turned evenly up to the farthest; the others are about straight, with this deviation."""
_PLAIN = 0.3
"""How many look as on streets."""
_NODS_DEG, _LEANS_DEG = 10.0, 6.0
_LEAST_PX, _LEAST_SEEN = 40.0, 0.4
"""Somebody smaller, or of whose head less is seen, is left out."""
_SHARD = 1000
_HEAD = [JOINT[name] for name in HEAD_POINTS]
_AXIS = JOINT["head"]


def looks(seed: int) -> Iterator[tuple[Picture, tuple[Person, ...]]]:
    """Pictures of one street from several cameras, with the true people."""
    rng = stream(seed, "portraits")
    level = LEVELS[rng.choice(len(LEVELS), p=_LEVEL_SHARES)]
    scene = Street.of(seed=seed, level=level, people=_PEOPLE, width=_SIZE[0], height=_SIZE[1], fps=10)
    for _ in range(_CAMERAS):
        camera = aimed(rng, scene)
        renderer = Renderer(scene.parameters, dataclasses.replace(scene.setting, camera=camera))
        bodies: dict[int, Body] = {}
        for _ in range(_LOOKS):
            for _ in range(_STEPS):
                scene.step()
            for walker in scene.walkers:
                bodies.setdefault(walker.track, dressed(walker.body, rng))
            walkers = [
                turned_about(dataclasses.replace(walker, body=bodies[walker.track]), rng) for walker in scene.walkers
            ]
            figures = renderer.figures(walkers)
            if figures:
                yield renderer.picture(walkers), persons(camera, figures, renderer.occlusion(figures))


def dressed(body: Body, rng: np.random.Generator) -> Body:
    """Somebody in other clothes, most with what streets leave out."""
    male = body.sex == "male"
    outfit = Outfit.drawn(rng, male, body.age_years)
    details = PLAIN if rng.random() < _PLAIN else Details.drawn(rng, male, TOPS)
    return dataclasses.replace(body, outfit=dataclasses.replace(outfit, details=details))


def turned_about(walker: Walker, rng: np.random.Generator) -> Walker:
    """Somebody in the same pose, turned somewhere else, with the head turned anew."""
    joints = _about(walker.joints, walker.joints[:17].mean(axis=0), _upright(float(rng.uniform(0, 2 * np.pi))))
    there = dataclasses.replace(walker, joints=joints)
    faces, looks = there.faces, there.looks
    if faces is None or looks is None:
        return there
    wanted = rng.uniform(-1, 1) * _FARTHEST_DEG if rng.random() < _EVENLY else rng.normal(0, _STRAIGHT_DEG)
    now = turn_rad(np.arctan2(faces[1], faces[0]), np.arctan2(looks[1], looks[0]))
    turn = _upright(np.radians(float(np.clip(wanted, -_FARTHEST_DEG, _FARTHEST_DEG))) - now)
    head = _about(joints[_HEAD], joints[_AXIS], turn)
    tip, _ = cv2.Rodrigues(np.radians(rng.normal(0, (_NODS_DEG, _NODS_DEG, _LEANS_DEG))))
    joints[_HEAD] = _about(head, joints[_AXIS], np.asarray(tip, float))
    return there


def _upright(angle_rad: float) -> Floats:
    return np.asarray(cv2.Rodrigues(np.array([0.0, 0.0, angle_rad]))[0], float)


def _about(points: Floats, middle: Floats, rotation: Floats) -> Floats:
    return (points - middle) @ rotation.T + middle


def portraits(seed: int) -> Iterator[Mapping[str, bytes]]:
    """Portraits of one street ("jpg") with what is true of them ("json")."""
    for picture, people in looks(seed):
        for person in people:
            points = np.array(person.keypoints)
            seen = float(points[:5, 2].mean())
            square, tall = portrait_square(points), stature_px(points)
            inside = (square.middle > 0).all() and (square.middle < picture.size).all()
            if person.facing_deg is None or tall < _LEAST_PX or seen < _LEAST_SEEN or not inside:
                continue
            rgb = square_crop(picture, square.grown(STORED), STORED_PX)
            jpeg = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
            label = {
                "trunk_deg": person.facing_deg, "head_deg": person.head_facing_deg, "stature_px": round(tall, 1),
                "seen": round(seen, 2), "seed": seed,
            }  # fmt: skip
            yield {"jpg": jpeg.tobytes(), "json": json.dumps(label).encode()}


def main() -> None:
    """Write shards of portraits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=int, default=40_000)
    parser.add_argument("--first", type=int, default=300_000, help="seed of the first street")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    source = (portrait for number in range(given.portraits) for portrait in portraits(given.first + number))
    for first in range(0, given.portraits, _SHARD):
        write_tar(given.out / f"{given.first}-{first:06}.tar", islice(source, _SHARD))
        print(f"{first + _SHARD} portraits", flush=True)


if __name__ == "__main__":
    main()
