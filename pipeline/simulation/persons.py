"""The truth of people: what a perfect Sightline would say of each of them."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.data import Box, Gender, Person, PersonState, ZoneRelation
from pipeline.geometry.angles import seen_angle_deg
from pipeline.geometry.camera import Camera
from pipeline.simulation.bodies import Body
from pipeline.simulation.figures import Figure
from pipeline.simulation.occlusion import Occlusion, Seen
from pipeline.simulation.walkers import STILL_CM_S, Walker

Floats = npt.NDArray[np.float64]


def persons(
    camera: Camera,
    figures: Sequence[tuple[Walker, Figure]],
    mask: Occlusion,
    relations: Callable[[Walker], Iterable[ZoneRelation]] = lambda _: (),
) -> tuple[Person, ...]:
    """Everybody of whom something is seen in the mask, by track.

    Args:
        camera: sees them.
        figures: all, the farthest first.
        mask: who is seen where; the first figure is number 1 there, the next one 2 …
        relations: how somebody stands to the scene's zones.
    """
    found = []
    for number, (walker, figure) in enumerate(figures):
        seen = mask.seen(number + 1)
        if seen is not None:
            shown = [float(mask.shows(x, y, number + 1)) for x, y in figure.keypoints.tolist()]
            found.append(_person(camera, walker, figure, seen, shown, tuple(relations(walker))))
    return tuple(sorted(found, key=lambda person: person.track))


def _person(
    camera: Camera,
    walker: Walker,
    figure: Figure,
    seen: Seen,
    shown: list[float],
    zones: tuple[ZoneRelation, ...],
) -> Person:
    # Of somebody who stands the middle of the body is half their height up, whatever their limbs do.
    up = walker.joints[:17, 2].mean() if walker.share > 0 else walker.body.stature_cm / 2
    left, top, right, bottom = figure.box
    return true_person(
        walker.body,
        track=walker.track,
        seen=seen,
        whole_box=(round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)),
        keypoints=zip(figure.keypoints.tolist(), shown, strict=True),
        middle=np.array([*walker.ground, up - camera.height_cm]),
        goes=walker.velocity if walker.speed_cm_s > STILL_CM_S and walker.share == 0 else None,
        speed_cm_s=walker.speed_cm_s,
        faces=walker.faces,
        looks=walker.looks,
        state=walker.state,
        zones=zones,
    )


def true_person(
    body: Body,
    *,
    track: int,
    seen: Seen,
    whole_box: Box,
    keypoints: Iterable[tuple[Sequence[float], float]],
    middle: Floats,
    goes: npt.ArrayLike | None,
    speed_cm_s: float,
    faces: npt.ArrayLike | None,
    looks: npt.ArrayLike | None,
    state: PersonState,
    zones: tuple[ZoneRelation, ...] = (),
) -> Person:
    """Somebody as the truth tells them.

    Args:
        body: whose measures they are.
        track: their number.
        seen: what is left of them in the picture.
        whole_box: of the whole figure, in pixels.
        keypoints: each joint's place in pixels and whether it is seen, 1 or 0.
        middle: of the body, (3,) in cm from the camera, in the world's directions.
        goes, faces, looks: directions (2,) on the ground of motion, body and head; None where there is none.
        speed_cm_s: over the ground.
        state: what the body is doing.
        zones: how they stand to the scene's zones.
    """
    ground = middle[:2]
    return Person(
        track=track,
        box=seen.box,
        score=1.0,
        keypoints=tuple((round(x, 2), round(y, 2), score) for (x, y), score in keypoints),
        heading_deg=_angle(ground, goes),
        heading_std_deg=None if goes is None else 0.0,
        speed_cm_s=round(speed_cm_s, 2),
        facing_deg=_angle(ground, faces),
        facing_std_deg=0.0,
        distance_cm=round(float(np.linalg.norm(middle)), 2),
        distance_std_cm=0.0,
        ground_cm=(round(float(ground[0]), 2), round(float(ground[1]), 2)),
        height_cm=round(body.stature_cm, 2),
        height_std_cm=0.0,
        width_cm=round(body.shoulders_cm, 2),
        width_std_cm=0.0,
        gender=Gender(body.sex, 1.0),
        zones=zones,
        visible=round(seen.share, 4),
        whole_box=whole_box,
        head_facing_deg=_angle(ground, looks),
        age_group=body.age_group,
        state=state,
    )


def _angle(ground: npt.ArrayLike, direction: npt.ArrayLike | None) -> float | None:
    return None if direction is None else round(float(seen_angle_deg(ground, direction)), 2)
