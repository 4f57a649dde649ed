"""The truth of people: what a perfect Sightline would say of each of them."""

from collections.abc import Sequence

import numpy as np

from pipeline.data import Gender, Person
from pipeline.geometry.angles import seen_angle_deg
from pipeline.geometry.camera import Camera
from pipeline.simulation.figures import Figure
from pipeline.simulation.occlusion import Occlusion, Seen
from pipeline.simulation.walkers import Walker


def persons(camera: Camera, figures: Sequence[tuple[Walker, Figure]], mask: Occlusion) -> tuple[Person, ...]:
    """Everybody of whom something is seen in the mask, by track."""
    found = []
    for walker, figure in figures:
        seen = mask.seen(walker.track)
        if seen is not None:
            found.append(_person(camera, walker, figure, seen, mask))
    return tuple(sorted(found, key=lambda person: person.track))


def _person(camera: Camera, walker: Walker, figure: Figure, seen: Seen, mask: Occlusion) -> Person:
    middle = np.array([*walker.position, walker.body.stature_cm / 2 - camera.height_cm])
    angle = float(seen_angle_deg(walker.position, [np.cos(walker.facing_rad), np.sin(walker.facing_rad)]))
    left, top, right, bottom = figure.box
    return Person(
        track=walker.track,
        box=seen.box,
        score=1.0,
        keypoints=tuple(
            (round(x, 2), round(y, 2), float(mask.shows(x, y, walker.track))) for x, y in figure.keypoints.tolist()
        ),
        heading_deg=round(angle, 2),
        heading_std_deg=0.0,
        speed_cm_s=round(walker.speed_cm_s, 2),
        facing_deg=round(angle, 2),
        facing_std_deg=0.0,
        distance_cm=round(float(np.linalg.norm(middle)), 2),
        distance_std_cm=0.0,
        ground_cm=(round(float(walker.position[0]), 2), round(float(walker.position[1]), 2)),
        height_cm=round(walker.body.stature_cm, 2),
        height_std_cm=0.0,
        width_cm=round(walker.body.shoulders_cm, 2),
        width_std_cm=0.0,
        gender=Gender(walker.body.sex, 1.0),
        visible=round(seen.share, 4),
        whole_box=(round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)),
    )
