"""Labelled keypoints: people's keypoints in pictures of one camera, with true distances, sizes and facings.

    {"camera": {"fx": 721.5, "fy": 721.5, "cx": 609.6, "cy": 172.9, "width": 1242, "height": 375},
     "people": [{"keypoints": [[x, y, score], … 17], "distance_m": 12.3, "height_m": 1.8, "facing_deg": 90}, …]}

The camera may also have `distortion` (OpenCV's five), `tilt_deg` (down is positive; without it the camera looks level,
as one on a car does; null where nobody knows) and `roll_deg`. Of a
person the distance is needed; `height_m`, biacromial `shoulders_m` and `facing_deg` count where they are given. What
else is in the file is left alone.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import InputError
from pipeline.geometry.camera import Camera

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabelledKeypoints:
    """Keypoints (N, 17, 3) with true distances in metres (N,), heights and breadths in cm and facings in degrees (N,),
    nan where they are not given, as one camera saw them."""

    camera: Camera
    tilt_known: bool
    keypoints: Floats
    distance_m: Floats
    height_cm: Floats
    width_cm: Floats
    facing_deg: Floats

    def __len__(self) -> int:
        return len(self.distance_m)


def read_keypoints(path: Path) -> LabelledKeypoints:
    """The people of a file of labelled keypoints.

    Raises:
        InputError: it cannot be read, or is not such a file; one line.
    """
    try:
        file = _File.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path}: cannot be read as JSON of labelled keypoints ({error})") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"])) or "the file"
        raise InputError(f"{path}: {where}: {fault['msg'].lower()}; it must hold labelled keypoints") from error
    seen, people = file.camera, file.people

    def column(values: list[float | None]) -> Floats:
        return np.array([np.nan if value is None else value for value in values])

    return LabelledKeypoints(
        Camera(
            (seen.width, seen.height), seen.fx, seen.fy, seen.cx, seen.cy, 160.0, seen.tilt_deg or 0.0, seen.roll_deg,
            seen.distortion,
        ),
        seen.tilt_deg is not None,
        np.array([person.keypoints for person in people]),
        np.array([person.distance_m for person in people]),
        100 * column([person.height_m for person in people]),
        100 * column([person.shoulders_m for person in people]),
        column([person.facing_deg for person in people]),
    )  # fmt: skip


_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Row = tuple[_Finite, _Finite, _Finite]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Camera(_Part):
    fx: _Positive
    fy: _Positive
    cx: _Finite
    cy: _Finite
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    distortion: tuple[_Finite, _Finite, _Finite, _Finite, _Finite] = (0.0, 0.0, 0.0, 0.0, 0.0)
    tilt_deg: Annotated[float | None, Field(ge=-90, le=90)] = 0.0
    roll_deg: Annotated[float, Field(ge=-180, le=180)] = 0.0


class _Person(_Part):
    keypoints: Annotated[list[_Row], Field(min_length=17, max_length=17)]
    distance_m: _Positive
    height_m: _Positive | None = None
    shoulders_m: _Positive | None = None
    facing_deg: _Finite | None = None


class _File(_Part):
    camera: _Camera
    people: Annotated[list[_Person], Field(min_length=1)]
