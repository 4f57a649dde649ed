"""`sightline calibrate`: the camera file of a clip or a camera, from people who walk by, known points, or creases.

People are found and followed by the same detector and tracker as in a live deployment, so that a calibration rests on
the keypoints that will be used with it.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import cv2
import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.analyze import Analysis, Progress, analyze
from pipeline.capture.source import SourceOptions, kind_of
from pipeline.config import Deployment, JobsConfig
from pipeline.cricket.pitch import PitchFinder
from pipeline.cricket.sightings import PARAMETERS, FoundPitch
from pipeline.data import FrameRecord
from pipeline.errors import InputError, SourceError
from pipeline.geometry.calibration import Calibration, from_people, from_pitch, from_points
from pipeline.geometry.camera import Camera
from pipeline.geometry.ground_points import GroundPoints, rectangle
from pipeline.geometry.lens import Known, focal_px
from pipeline.geometry.sightings import Poses, sightings_of
from pipeline.ids import new_id
from pipeline.media.convert import to_bgr
from pipeline.media.ground_grid import draw_grid
from pipeline.perception.pitch import PitchNetwork
from pipeline.perception.pitch_ends import EndsNetwork
from pipeline.pictures import Picture, Pixels
from pipeline.urls import redact

_LOOKS, _BETWEEN_LOOKS = 20, 5
"""How many pictures are searched for a pitch, and how many frames it is from one to the next."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the user says of a camera; None for what is to be found."""

    fov_deg: float | None = None
    focal_px: float | None = None
    height_cm: float | None = None

    def of(self, width: int) -> Known:
        """The same for pictures of that width.

        Raises:
            InputError: no lens is so.
        """
        if self.fov_deg is None:
            return Known(self.focal_px, self.height_cm)
        return Known(focal_px(self.fov_deg, width), self.height_cm)


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibration, and a picture (height, width, 3) of the scene that it is of."""

    calibration: Calibration
    bgr: Pixels

    def save(self, out: Path, picture: Path | None) -> None:
        """Write the camera file, and the picture of the ground grid if there is a name for it.

        Raises:
            InputError: a file cannot be written.
        """
        camera = self.calibration.camera
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            camera.save(out)
        except OSError as error:
            raise InputError(f"{out}: cannot be written ({error.strerror}); give another name with --out") from error
        if picture is not None:
            _write_picture(picture, draw_grid(self.bgr, camera))


class _EnoughError(Exception):
    """There are as many seconds as were asked for."""


def calibrate_from_walkers(
    source: str,
    knowledge: Knowledge,
    deployment: Deployment,
    seconds: float | None,
    fps: float | None,
    on_progress: Callable[[Progress], None],
) -> Calibrated:
    """Find a camera from the people who walk by.

    Args:
        source: a file, a folder of images, or a camera, which needs `seconds`.
        knowledge: what is known of the camera.
        deployment: whose network and tracker to use.
        seconds: end after so many.
        fps: for files whose own rate is wrong.
        on_progress: told after every frame.

    Raises:
        InputError: the source cannot be read, or shows too few people.
    """
    if kind_of(source).live and seconds is None:
        raise InputError("a live camera never ends; say for how long to watch people, such as --seconds 120")
    watch = _Watch(seconds)
    # A camera that falls silent is given up; a decoder of files is never waited for in vain.
    bounds = JobsConfig(silence_s=60) if kind_of(source).live else None
    with TemporaryDirectory(prefix="sightline-") as folder:
        analysis = Analysis(
            source, Path(folder), "calibration", new_id(), deployment, overlay=False, fps=fps, bounds=bounds
        )
        with suppress(_EnoughError):
            analyze(analysis, on_progress, watch.see)
    return watch.calibrated(knowledge)


def calibrate_from_marks(source: str, points: GroundPoints, knowledge: Knowledge) -> Calibrated:
    """Find a camera from known points on the ground, seen in the first picture of a source.

    Raises:
        InputError: the source cannot be read, or the points determine no camera.
    """
    with kind_of(source)(source, SourceOptions()) as opened:
        captured = next(iter(opened.pictures()), None)
        if captured is None:
            raise SourceError(f"{redact(source)}: not one frame of it could be read")
        bgr = to_bgr(captured.picture)
    size = bgr.shape[1], bgr.shape[0]
    outside = [
        number for number, pixel in enumerate(points.pixels, 1) if not ((pixel >= 0) & (pixel <= np.array(size))).all()
    ]
    if outside:
        raise InputError(f"points: point {outside[0]} is outside of the picture, which is {size[0]}x{size[1]}")
    return Calibrated(from_points(points, size, knowledge.of(size[0])), bgr)


def calibrate_from_creases(source: str, on_progress: Callable[[int, int], None]) -> Calibrated:
    """Find a camera from a cricket pitch's creases and stumps, in the best of a source's first pictures.

    Args:
        source: a file, a folder of images, or a camera.
        on_progress: told how many pictures were looked at, and of how many.

    Raises:
        InputError: the source cannot be read, or shows no pitch.
    """
    finder = PitchFinder(PitchNetwork(), EndsNetwork())
    best: tuple[float, FoundPitch, Pixels] | None = None
    with kind_of(source)(source, SourceOptions()) as opened:
        for number, captured in enumerate(opened.pictures()):
            if number >= _LOOKS * _BETWEEN_LOOKS:
                break
            if number % _BETWEEN_LOOKS:
                continue
            seen = finder.find(captured.picture)
            sure = sum(crease.score for crease in seen.creases)
            if seen.pitch is not None and (best is None or sure > best[0]):
                best = sure, seen.pitch, to_bgr(captured.picture)
            on_progress(number // _BETWEEN_LOOKS + 1, _LOOKS)
    if best is None:
        raise InputError(
            f"{redact(source)}: no cricket pitch is seen in it; show creases, best with both ends and stumps, or give "
            "--points or --rectangle"
        )
    _, pitch, bgr = best
    std = np.sqrt(np.diag(pitch.covariance))
    of = {name: float(std[number]) for number, name in enumerate(PARAMETERS)}
    known = of["log_focal"], of["log_height"], of["tilt_deg"]
    return Calibrated(from_pitch(pitch.view.camera, *known, pitch.error_px), bgr)


def poses_of(records: Iterable[FrameRecord]) -> Poses:
    """Everybody who is seen in records."""
    seen = [(person, record.pts_ms / 1e3) for record in records for person in record.people if person.score > 0]
    return Poses(
        np.array([person.track for person, _ in seen], np.int64),
        np.array([seconds for _, seconds in seen], float),
        np.array([person.keypoints for person, _ in seen], float).reshape(-1, 17, 3),
    )


class _Watch:
    """Collects people, and the picture with most of them."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._began_ms: float | None = None
        self._poses: list[Poses] = []
        self._bgr: Pixels | None = None
        self._most = -1

    def see(self, record: FrameRecord, picture: Picture) -> None:
        poses = poses_of([record])
        if len(poses.tracks) > self._most:
            self._most, self._bgr = len(poses.tracks), to_bgr(picture)
        self._poses.append(poses)
        # A live camera has run for a while before its first frame is analysed.
        self._began_ms = record.pts_ms if self._began_ms is None else self._began_ms
        if self._seconds is not None and record.pts_ms - self._began_ms >= self._seconds * 1e3:
            raise _EnoughError

    def calibrated(self, knowledge: Knowledge) -> Calibrated:
        assert self._bgr is not None
        size = self._bgr.shape[1], self._bgr.shape[0]
        poses = Poses(
            np.concatenate([each.tracks for each in self._poses]),
            np.concatenate([each.seconds for each in self._poses]),
            np.concatenate([each.keypoints for each in self._poses]),
        )
        return Calibrated(from_people(sightings_of(poses, size), size, knowledge.of(size[0])), self._bgr)


_Pair = tuple[float, float]


class _Point(BaseModel):
    model_config = ConfigDict(extra="forbid")

    image: _Pair
    ground_cm: _Pair


class _Points(BaseModel):
    model_config = ConfigDict(extra="forbid")

    points: Annotated[list[_Point], Field(min_length=1)]


def read_points(path: Path) -> GroundPoints:
    """The points of a YAML file: `points:` and for each `{image: [x, y], ground_cm: [a, b]}`.

    Raises:
        InputError: it cannot be read or does not say that; one line.
    """
    try:
        file = _Points.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: cannot be read as a file of points ({' '.join(str(error).split())})") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise InputError(
            f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg'].lower()}; "
            "write points: and lines like - {image: [x, y], ground_cm: [a, b]}"
        ) from error
    pixels = np.array([point.image for point in file.points])
    return GroundPoints(pixels, np.array([point.ground_cm for point in file.points]))


def read_rectangle(corners: str, sides: str | None) -> GroundPoints:
    """The points of `--rectangle "x,y x,y x,y x,y" --sides 300x500`.

    Raises:
        InputError: that is not what they say.
    """
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", corners)]
    lengths = re.fullmatch(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)", sides or "")
    if len(numbers) != 8:
        raise InputError(f'--rectangle {corners}: write four corners in their order around it: "x,y x,y x,y x,y"')
    if not lengths or float(lengths[1]) <= 0 or float(lengths[2]) <= 0:
        raise InputError(
            "--rectangle: needs --sides too, its lengths in cm from the first corner to the second and from there to "
            "the third: --sides 300x500"
        )
    return rectangle(np.reshape(numbers, (4, 2)), float(lengths[1]), float(lengths[2]))


def refuse_picture(path: Path | None) -> None:
    """Raise InputError for a name that is not a picture's."""
    if path is not None and path.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise InputError(f"{path}: is no kind of picture that can be written; end its name in .png or .jpg")


def _write_picture(path: Path, bgr: Pixels) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        encoded = cv2.imencode(path.suffix, bgr)[1]
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); give another name with --picture") from error


def describe(camera: Camera) -> str:
    """A camera in a line."""
    std = camera.std
    assert std is not None
    across = 2 * np.degrees(np.arctan(camera.size[0] / 2 / camera.fx))
    return (
        f"focal length {camera.fx:.0f} px ± {std.focal_percent:.1f} % ({across:.0f}° across), "
        f"height {camera.height_cm:.0f} ± {std.height_cm:.0f} cm, "
        f"tilt {camera.tilt_deg:.1f} ± {std.tilt_deg:.1f}°, roll {camera.roll_deg:.1f}°"
    )
