"""What a clip that no deployment names is watched for: a file of its own, or a deployment's camera."""

from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.config.camera import CameraConfig
from pipeline.config.deployment import Deployment, describe_faults, load_deployment, load_section
from pipeline.config.masks import MasksConfig
from pipeline.config.rules import AnyRule, RuleName
from pipeline.config.section import Section
from pipeline.config.zones import Lines, LooksConfig, Zones
from pipeline.errors import ConfigError, InputError

PROFILES = ("street", "hall", "cricket")


class MarksFile(Section):
    """What a clip is watched for by `sightline analyze`, which no deployment names; as a camera has it."""

    zones: Zones = Field(default=(), description="As `zones` of a camera.")
    lines: Lines = Field(default=(), description="As `lines` of a camera.")
    looks: LooksConfig = Field(default_factory=LooksConfig, description="As `looks` of a camera.")
    rules: dict[RuleName, AnyRule] = Field(default_factory=dict, description="As `rules` of a camera.")
    masks: MasksConfig = Field(default_factory=MasksConfig, description="As `masks` of a camera.")


def load_marks(path: Path) -> MarksFile:
    """What a YAML file draws, and what is watched for.

    Raises:
        ConfigError: as `load_deployment`.
    """
    return load_section(path, MarksFile, "zones:")


def profile_file(name: str | None) -> Path:
    """The deployment of a profile.

    Raises:
        InputError: there is none of that name.
    """
    if name not in PROFILES:
        raise InputError(f"profile {name}: there is none; known are {', '.join(PROFILES)}")
    return Path(__file__).parents[2] / "configs" / f"{name}.yaml"


def watched_for(deployment: Deployment, profile: str, name: str, path: str) -> Deployment:
    """A deployment whose only camera is a clip, watched and looked at as a profile says.

    Raises:
        InputError: there is no such profile.
    """
    ready = load_deployment(profile_file(profile))
    said = {
        part: getattr(ready, part) for part in ("model", "tracking", "attributes") if part in ready.model_fields_set
    }
    return deployment.model_copy(update={**said, "cameras": {name: clip_camera(ready, name, path, MarksFile())}})


def clip_camera(deployment: Deployment, name: str, path: str, marks: "MarksFile") -> CameraConfig:
    """The camera that a clip is shown as: the deployment's of that name, or its only one, with the file's marks.

    Raises:
        ConfigError: a rule names a zone or line that the clip does not have.
    """
    cameras = deployment.cameras
    base = cameras.get(name) or (next(iter(cameras.values())) if len(cameras) == 1 else None)
    parts = ("zones", "lines", "looks", "rules", "masks")
    own = {part: getattr(marks, part) for part in parts if part in marks.model_fields_set}
    taken = {part: own.get(part, getattr(base, part)) for part in parts} if base is not None else own
    try:
        return CameraConfig(source=path, cricket=base is not None and base.cricket, **taken)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {line}" for line in describe_faults(error, CameraConfig))) from error
