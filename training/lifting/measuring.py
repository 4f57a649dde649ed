"""Where real pose networks put the joints of rendered people whose true joints are known.

    python -m training.lifting.measuring --pictures 1200 --out measured.npz \
        --network movenet-multipose --network yolov8n-pose-int8

Streets of all levels are seen by cameras of many heights, from a car's to a mast's, aimed and zoomed so that people
come in all sizes, whole and cut off by the edge. Every person that a network finds becomes one row. The errors that
`training.lifting.fitting` draws from them are what the lifting network learns to live with.
"""

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from trackers.eval import box_iou

from pipeline.config import ModelConfig
from pipeline.data import Person
from pipeline.geometry.camera import Camera
from pipeline.geometry.lens import k1_of
from pipeline.inference.catalogue import pull
from pipeline.perception.detections import Detections
from pipeline.perception.detector import Detector
from pipeline.pictures import Picture
from pipeline.simulation.persons import persons
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.scene import LEVELS, stream
from pipeline.simulation.street import Street

Floats = npt.NDArray[np.float64]
_SIZE = (1280, 720)
_PEOPLE, _CAMERAS, _LOOKS, _STEPS = 10, 2, 3, 14
"""People in a scene, cameras before it, pictures from each, and steps (of a tenth of a second) between them."""
_LEVEL_SHARES = (0.15, 0.3, 0.35, 0.2, 0.0)
_SAME_IOU = 0.4
"""With the visible or the whole box of somebody; a box of somebody else's fits less."""


def looks(seed: int) -> Iterator[tuple[Camera, Picture, tuple[Person, ...]]]:
    """Pictures of one street from several cameras, with the true people."""
    rng = stream(seed, "keypoint errors")
    level = LEVELS[rng.choice(len(LEVELS), p=_LEVEL_SHARES)]
    scene = Street.of(seed=seed, level=level, people=_PEOPLE, width=_SIZE[0], height=_SIZE[1], fps=10)
    for _ in range(_CAMERAS):
        camera = aimed(rng, scene)
        renderer = Renderer(scene.parameters, dataclasses.replace(scene.setting, camera=camera))
        for _ in range(_LOOKS):
            for _ in range(_STEPS):
                scene.step()
            figures = renderer.figures(scene.walkers)
            if figures:
                yield camera, renderer.picture(scene.walkers), persons(camera, figures, renderer.occlusion(figures))


def aimed(rng: np.random.Generator, scene: Street) -> Camera:
    """A camera that looks at one of the people, so zoomed that they are of a drawn size."""
    walkers = [walker for walker in scene.walkers if walker.joints.any()]
    walker = walkers[rng.integers(len(walkers))]
    low = rng.random() < 0.45
    high = float(rng.uniform(110, 220) if low else np.exp(rng.uniform(np.log(220), np.log(900))))
    away = max(float(walker.position[1]), 150.0)
    tall_px = float(np.exp(rng.uniform(np.log(35), np.log(500))))
    focal = float(np.clip(tall_px * np.hypot(away, high - 90) / 170, 0.4 * _SIZE[0], 2.2 * _SIZE[0]))
    tilt = float(np.degrees(np.arctan2(high - 90, away)) + rng.normal(0, 6))
    k1 = k1_of(0.06 * float(rng.random()), _SIZE, focal)
    return Camera(
        _SIZE, focal, focal, _SIZE[0] / 2, _SIZE[1] / 2, high, tilt, float(rng.normal(0, 1.5)),
        (k1, 0.0, 0.0, 0.0, 0.0), "simulated",
    )  # fmt: skip


def found_by(detector: Detector, picture: Picture) -> Detections:
    """What a network says of a picture, waited for."""
    detector.submit(None, picture)
    while True:
        for found in detector.collect():
            return found.detections


def pairs(people: tuple[Person, ...], found: Detections) -> Iterator[tuple[Person, int]]:
    """Who is which of the detections."""
    if not people or not len(found.boxes):
        return
    seen, whole = (np.array([getattr(p, name) for p in people], float) for name in ("box", "whole_box"))
    likeness = np.maximum(*(box_iou(boxes, found.boxes.astype(float), box_format="xyxy") for boxes in (seen, whole)))
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if likeness[row, column] >= _SAME_IOU and people[row].facing_deg is not None:
            yield people[row], column


def row_of(
    camera: Camera, person: Person, keypoints: npt.NDArray[np.floating], network: int, seed: int
) -> dict[str, Any]:
    """One person whom a network found."""
    assert person.distance_cm is not None
    assert person.height_cm is not None
    down = float(np.arcsin(np.clip((camera.height_cm - person.height_cm / 2) / person.distance_cm, -1, 1)))
    return {
        "network": network, "seed": seed, "true": np.array(person.keypoints), "found": keypoints,
        "size_px": camera.fx * person.height_cm / person.distance_cm, "facing_deg": person.facing_deg,
        "down_rad": down, "visible": person.visible, "upright": person.state in ("walking", "running", "standing"),
        "height_cm": person.height_cm, "distance_cm": person.distance_cm, "width_cm": person.width_cm,
        "focal_px": camera.fx, "camera": np.array(
            [camera.fx, camera.fy, camera.cx, camera.cy, *camera.distortion, camera.height_cm, camera.tilt_deg,
             camera.roll_deg]),
    }  # fmt: skip


def main() -> None:
    """Write the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", action="append", required=True, help="a name of the catalogue, or a file")
    parser.add_argument("--pictures", type=int, default=1200)
    parser.add_argument("--first", type=int, default=70_000, help="seed of the first street")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    detectors = []
    for name in given.network:
        if not name.endswith((".xml", ".onnx")):
            pull(name)
        detectors.append(Detector(ModelConfig(name=name), "throughput"))
    rows: list[dict[str, Any]] = []
    pictures, seed = 0, given.first
    while pictures < given.pictures:
        for camera, picture, people in looks(seed):
            pictures += 1
            for network, detector in enumerate(detectors):
                found = found_by(detector, picture)
                for person, index in pairs(people, found):
                    rows.append(row_of(camera, person, found.keypoints[index], network, seed))
        seed += 1
    content = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    np.savez_compressed(given.out, allow_pickle=False, **content)
    print(f"{given.out}: {len(rows)} people in {pictures} pictures")
    for detector in detectors:
        detector.close()


if __name__ == "__main__":
    main()
