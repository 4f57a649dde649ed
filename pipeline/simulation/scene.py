"""What a simulated camera is, and which there are: one registry that sources, clips, data sets and commands go through.

A new scene is one new module (or package) in `pipeline/simulation/` with one subclass of `Scene` that has a `name`; its
`Parameters` are what an address (`sim://street?people=8`), the command line (`sightline sim street --people 8`) and
`sightline sim --list` know, and nothing else needs to change.

Whatever varies is drawn from (seed, concern): a stream of random numbers of its own for the camera, for each person,
for the sensor and so on, so that adding one thing does not change the others.
"""

import importlib
import pkgutil
import zlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.clock import utc
from pipeline.data import Delivery, Event, FrameRecord, SceneRecord
from pipeline.errors import InputError
from pipeline.geometry.camera import Camera
from pipeline.pictures import Picture

Level = Literal["plain", "mild", "middle", "hard", "hostile"]
LEVELS: tuple[Level, ...] = get_args(Level)
Side = Annotated[int, Field(ge=64, le=4096, multiple_of=2)]


class SceneParameters(BaseModel):
    """What every scene takes. A scene's own parameters are a subclass, each with a default and a description."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = Field(default=1, ge=0, description="the same seed gives the same scene")
    level: Level = Field(default="plain", description="how much varies, from plain to hostile")
    width: Side = Field(default=1280, description="of the picture, in pixels")
    height: Side = Field(default=720, description="of the picture, in pixels")
    fps: float = Field(default=25.0, ge=1, le=120, description="frames a second")

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.width, self.height

    @property
    def strength(self) -> float:
        """The level as a number: 0 for plain, 1 for hostile."""
        return LEVELS.index(self.level) / (len(LEVELS) - 1)


P = TypeVar("P", bound=SceneParameters)


class Scene(ABC, Generic[P]):
    """A simulated camera. Pictures and truth are of the same moment; time passes in `step` alone, and passes in the
    same way whether pictures are made or not."""

    name: ClassVar[str]
    """As in `sim://NAME`; a class with a name registers itself."""
    Parameters: ClassVar[type[SceneParameters]] = SceneParameters

    _known: ClassVar[dict[str, "type[Scene[Any]]"]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__:
            Scene._known[cls.name] = cls

    def __init__(self, parameters: P) -> None:
        self.parameters = parameters

    @classmethod
    def of(cls, **values: object) -> Self:
        """The scene with these parameters and the defaults for the rest.

        Raises:
            pydantic.ValidationError: one of them is wrong.
        """
        return cls(cls.Parameters.model_validate(values))  # pyright: ignore[reportArgumentType]

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the picture in pixels."""
        return self.parameters.size

    @property
    def fps(self) -> float:
        """Frames a second: how much time a step takes."""
        return self.parameters.fps

    @property
    @abstractmethod
    def camera(self) -> Camera:
        """The camera at this moment; cuts and zooms may change it."""

    @abstractmethod
    def step(self) -> None:
        """Let one frame's time pass."""

    @abstractmethod
    def picture(self) -> Picture:
        """What the camera sends of this moment, as 4:2:0."""

    @abstractmethod
    def truth(self, run: str, camera: str, frame: int) -> FrameRecord:
        """What is true of this moment, with `truth` set."""

    def happened(self) -> Sequence[Event | Delivery | SceneRecord]:
        """The truth of what has ended since this was last asked; the first time also what the scene is."""
        return []

    def going_on(self) -> Sequence[Event]:
        """The truth of what has begun and not ended, for the end of a clip: events without an end."""
        return []

    def record(self, run: str, camera: str, frame: int, **content: Any) -> FrameRecord:
        """A true record of this frame; `content` are its people, ball and so on."""
        return FrameRecord(
            run=run,
            camera=camera,
            frame=frame,
            pts_ms=round(frame * 1e3 / self.fps, 3),
            captured_at=utc(frame / self.fps),
            size=self.size,
            stages_ms={},
            truth=True,
            **content,
        )

    @property
    def run(self) -> str:
        """What its records and events name as their run."""
        return f"sim-{self.parameters.seed}"

    def random(self, concern: str, *numbers: int) -> np.random.Generator:
        """The stream of random numbers of one concern, the same at every call."""
        return stream(self.parameters.seed, concern, *numbers)


def stream(seed: int, concern: str, *numbers: int) -> np.random.Generator:
    """The stream of random numbers of a seed and one concern, such as "camera" or ("walker", 3)."""
    return np.random.default_rng([seed, zlib.crc32(concern.encode()), *numbers])


@cache
def scenes() -> dict[str, type[Scene[Any]]]:
    """Every scene there is, by name."""
    import pipeline.simulation as here

    for module in pkgutil.iter_modules(here.__path__, f"{here.__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(Scene._known.items()))


def scene_of(name: str, values: Mapping[str, object]) -> Scene[Any]:
    """The scene of that name with these parameters, which may be text.

    Raises:
        InputError: there is no such scene, or a parameter is wrong; one line.
    """
    return made("scene", scenes(), name, values)


def made(what: str, kinds: Mapping[str, Any], name: str, values: Mapping[str, object]) -> Any:
    """One of the kinds of something, by name, with its parameters, which may be text.

    Raises:
        InputError: there is no such kind, or a parameter is wrong; one line.
    """
    kind = kinds.get(name)
    if kind is None:
        raise InputError(f"no such {what}; known are {', '.join(kinds)}")
    try:
        return kind(kind.Parameters.model_validate(dict(values)))
    except ValidationError as error:
        raise InputError(fault_in(error, [*kind.Parameters.model_fields])) from error


def fault_in(error: ValidationError, known: list[str]) -> str:
    """The first fault among parameters, in one line."""
    fault = error.errors(include_url=False)[0]
    name = ".".join(map(str, fault["loc"]))
    return f"{name}: {fault['msg'].lower()}; known are {', '.join(known)}"
