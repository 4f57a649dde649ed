"""A contact sheet: the first moments of scenes by consecutive seeds, with the truth drawn in."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from pipeline.data import SKELETON, FrameRecord, Person
from pipeline.errors import InputError
from pipeline.geometry.angles import seen_direction
from pipeline.geometry.camera import Camera
from pipeline.media.convert import to_bgr
from pipeline.pictures import Pixels
from pipeline.simulation.scene import Scene

_BOX, _WHOLE, _BONE, _HIDDEN = (80, 220, 255), (150, 110, 60), (110, 230, 110), (70, 90, 220)
_HEADING, _FACING, _HEAD = (255, 170, 40), (60, 120, 255), (220, 90, 240)
_BALL, _CREASE, _STUMPS = (255, 255, 0), (60, 60, 255), (0, 200, 255)


def write_sheet(
    make: Callable[[int], Scene[Any]],
    seeds: Sequence[int],
    out: Path,
    columns: int = 4,
    tile_width: int = 480,
    drawn: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a sheet of scenes as PNG or JPEG, by the name's end.

    Args:
        make: the scene of a seed.
        seeds: of the tiles, row by row.
        out: the picture.
        columns: tiles in a row.
        tile_width: in pixels.
        drawn: whether the truth is drawn in.
        progress: told how many tiles are done.

    Raises:
        InputError: the picture cannot be written.
    """
    if out.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise InputError(f"{out}: write a contact sheet as .png or .jpg")
    tiles: list[Pixels] = []
    for number, seed in enumerate(seeds, 1):
        tiles.append(_tile(make(seed), tile_width, drawn))
        if progress is not None:
            progress(number, len(seeds))
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[first : first + columns]) for first in range(0, len(tiles), columns)]
    try:
        good, data = cv2.imencode(
            out.suffix, np.vstack(rows), [] if out.suffix.lower() == ".png" else [cv2.IMWRITE_JPEG_QUALITY, 82]
        )
        if good:
            out.write_bytes(data.tobytes())
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror})") from error


def draw_truth(bgr: Pixels, record: FrameRecord, camera: Camera) -> None:
    """Draw what is true into a picture (height, width, 3): boxes, keypoints, heading (amber), facing (red), the head's
    facing (violet), ball, creases and stumps."""
    thick = max(1, round(bgr.shape[0] / 480))
    for person in record.people:
        _person(bgr, person, camera, thick)
    for crease in record.creases:
        start, end = np.round(np.reshape(crease.line, (2, 2))).astype(int).tolist()
        cv2.line(bgr, start, end, _CREASE, thick, cv2.LINE_AA)
    for stumps in record.stumps:
        _rectangle(bgr, stumps.box, _STUMPS, thick)
    if record.ball is not None:
        ball = record.ball
        cv2.circle(bgr, (round(ball.x), round(ball.y)), max(4, round(ball.radius * 1.6)), _BALL, thick, cv2.LINE_AA)


def _tile(scene: Scene[Any], width: int, drawn: bool) -> Pixels:
    bgr = to_bgr(scene.picture())
    if drawn:
        draw_truth(bgr, scene.truth("", "", 0), scene.camera)
    height = round(width * scene.size[1] / scene.size[0])
    tile = np.asarray(cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    caption = f"{scene.name} {scene.parameters.seed}"
    for colour, thick in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(tile, caption, (6, height - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, thick, cv2.LINE_AA)
    return tile


def _person(bgr: Pixels, person: Person, camera: Camera, thick: int) -> None:
    if person.whole_box is not None:
        _rectangle(bgr, person.whole_box, _WHOLE, 1)
    _rectangle(bgr, person.box, _BOX, thick)
    points = [(round(x), round(y)) for x, y, _ in person.keypoints]
    if points:
        for one, other in SKELETON:
            cv2.line(bgr, points[one], points[other], _BONE, 1, cv2.LINE_AA)
        for point, (_, _, seen) in zip(points, person.keypoints, strict=True):
            cv2.circle(bgr, point, thick + 1, _BONE if seen else _HIDDEN, -1, cv2.LINE_AA)
    if person.ground_cm is None:
        return
    place = np.array(person.ground_cm)
    height = person.height_cm or 170.0
    for angle, up, long, colour in (
        (person.heading_deg, 0.0, 110.0, _HEADING),
        (person.facing_deg, 0.0, 70.0, _FACING),
        (person.head_facing_deg, 0.93 * height, 40.0, _HEAD),
    ):
        if angle is not None:
            ends = np.array([[*place, up], [*(place + long * seen_direction(place, np.radians(angle))), up]])
            pixels, depths = camera.project(ends)
            if (depths > 50).all():
                start, end = np.round(pixels).astype(int).tolist()
                cv2.arrowedLine(bgr, start, end, colour, thick + 1, cv2.LINE_AA, 0, 0.3)


def _rectangle(bgr: Pixels, box: tuple[float, float, float, float], colour: tuple[int, int, int], thick: int) -> None:
    left, top, right, bottom = (round(side) for side in box)
    cv2.rectangle(bgr, (left, top), (right, bottom), colour, thick, cv2.LINE_AA)
