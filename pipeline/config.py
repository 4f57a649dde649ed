"""What a deployment's YAML may say.

Unknown keys are refused and every field is described here, so that `sightline check` can name each fault with its
key and docs/configuration.md can be generated from the same place.
"""

import json
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pipeline.errors import ConfigError
from pipeline.urls import redact, with_credentials, with_encoded_credentials


class Section(BaseModel):
    """A part of the configuration: frozen, and refusing what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CameraConfig(Section):
    """One video source."""

    source: str = Field(
        description="What to read: a file, a folder of images, /dev/video0, sim://street?seed=1, or the address of a "
        "camera: rtsp://, rtsps://, http://, https://, dahua://, hikvision:// or onvif:// and its host.",
        min_length=1,
        max_length=2000,
    )
    user: str | None = Field(default=None, description="The camera's user, where `source` does not hold it.")
    password: SecretStr | None = Field(
        default=None,
        description="The password of `user`, as it is typed; in a file, ${NAME} takes an environment variable.",
    )
    channel: int | None = Field(
        default=None, ge=1, le=256, description="Of a dahua://, hikvision:// or onvif:// device, from 1."
    )
    stream: Literal["main", "sub"] | None = Field(
        default=None, description="Of a dahua://, hikvision:// or onvif:// device; none is main."
    )
    transport: Literal["tcp", "udp"] = Field(default="tcp", description="How RTSP sends pictures.")
    decoder: Literal["cpu", "cuda", "vaapi", "v4l2m2m"] = Field(
        default="cpu",
        description="What decodes a live stream; where it is not available the CPU does, and that is said.",
    )
    timeout_s: float = Field(
        default=4.0, ge=1, le=60, description="Seconds of silence after which a live camera is connected anew."
    )
    record: str | None = Field(
        default=None,
        description="Also keep this stream, as it is sent, in the store's `recordings` folder: main or sub of a "
        "device, or the whole address of another stream of the camera.",
        max_length=2000,
    )
    fps: float | None = Field(
        default=None, gt=0, le=240, description="Frames per second to serve a file at, where its own rate is wrong."
    )
    loop: bool = Field(default=False, description="Play a file again from its beginning when it ends.")
    enabled: bool = Field(default=True, description="Start this camera with the deployment.")
    slots: int = Field(default=6, ge=2, le=64, description="Pictures that this camera's ring holds.")

    @field_validator("password")
    @classmethod
    def _from_environment(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """Only a file of the machine's owner may read its environment; what comes over the API is taken as it is."""
        text = "" if password is None else password.get_secret_value()
        variable = _VARIABLE.fullmatch(text)
        if variable is None or not info.context:
            return password
        if variable[1] not in info.context:
            raise ValueError(f"the environment variable {variable[1]} is not set")
        return SecretStr(info.context[variable[1]])

    @model_validator(mode="after")
    def _goes_together(self) -> "CameraConfig":
        device = self.source.lower().startswith(_DEVICES)
        if (self.channel or self.stream) and not device:
            raise ValueError(f"channel and stream are for {', '.join(_DEVICES)}")
        if self.record in ("main", "sub") and not device:
            raise ValueError(f"record: {self.record} is for {', '.join(_DEVICES)}; give the address of the stream")
        if self.record not in (None, "main", "sub") and "://" not in str(self.record):
            raise ValueError("record: give main, sub, or the address of a stream")
        if self.password is not None and self.user is None:
            raise ValueError("password: needs user beside it")
        if self.user is not None and not self.source.lower().startswith(_ADDRESSES):
            raise ValueError(f"user: is for the addresses of cameras ({', '.join(_ADDRESSES)})")
        return self

    def url(self) -> str:
        """The whole address of what is analysed, secrets included.

        Raises:
            InputError: it is no address.
        """
        return self._whole(self.source, self.stream)

    def recorded_url(self) -> str | None:
        """The whole address of what is kept; None where nothing is.

        Raises:
            InputError: it is no address.
        """
        if self.record is None:
            return None
        return self._whole(self.source, self.record) if "://" not in self.record else self._whole(self.record, None)

    def _whole(self, url: str, stream: str | None) -> str:
        if not url.lower().startswith(_ADDRESSES):
            return url
        if self.user is not None:
            password = "" if self.password is None else self.password.get_secret_value()
            url = with_credentials(url, self.user, password)
        url = with_encoded_credentials(url)
        which = {key: value for key, value in (("channel", self.channel), ("stream", stream)) if value is not None}
        if not which:
            return url
        address, _, query = url.partition("?")
        return f"{address.rstrip('/')}/?{urlencode({**dict(parse_qsl(query)), **which})}"


_DEVICES = ("dahua://", "hikvision://", "onvif://")
_ADDRESSES = ("rtsp://", "rtsps://", "http://", "https://", *_DEVICES)
_VARIABLE = re.compile(r"\$\{(\w+)\}")


TileCount = Annotated[int, Field(ge=1, le=8)]


class ModelConfig(Section):
    """The network that finds people, and what runs it."""

    name: str = Field(default="movenet-multipose", description="A name of the model catalogue (sightline models list).")
    input: tuple[int, int] | None = Field(
        default=None, description="Width and height of one pass in pixels; none is what the network does best at."
    )
    tiles: tuple[TileCount, TileCount] | None = Field(
        default=None,
        description="Columns and rows of overlapping tiles; [1, 1] is the whole picture at once, none is as many as "
        "the network needs for a picture of that shape.",
    )
    overview: bool = Field(
        default=True, description="With tiles: also a small pass over the whole picture, for people who fill it."
    )
    engine: str = Field(default="openvino", description="What runs the network: openvino or onnxruntime.")
    precision: Literal["auto", "f32", "bf16"] = Field(
        default="auto", description="Arithmetic; auto is the engine's choice."
    )
    min_score: float = Field(default=0.1, gt=0, lt=1, description="Detections below this score are not looked at.")


class TrackingConfig(Section):
    """How detections become tracks."""

    algorithm: Literal["bytetrack", "ocsort", "botsort"] = Field(default="bytetrack", description="The tracker.")
    lost_s: float = Field(default=2.0, gt=0, le=60, description="Seconds that a track survives without a detection.")


class BusConfig(Section):
    """Where records and events are published."""

    url: str | None = Field(
        default=None,
        description="redis://, rediss:// or unix:// of a Redis 7+ or Valkey; none starts an embedded broker.",
    )
    frames: int = Field(default=1000, ge=10, le=1_000_000, description="Frame records kept on the bus for each camera.")
    events: int = Field(default=10_000, ge=10, le=1_000_000, description="Events kept on the bus.")


class StoreConfig(Section):
    """Where what must not be lost is kept."""

    path: Path = Field(
        default=Path("~/.local/share/sightline"), description="Folder of the database, uploads and their results."
    )


class RecordingsConfig(Section):
    """What is kept of cameras that say `record`, in the store's `recordings` folder."""

    segment_s: float = Field(default=60.0, ge=5, le=3600, description="Seconds of one file.")
    days: float = Field(default=7.0, gt=0, le=3650, description="How long a file is kept.")
    gigabytes: float = Field(default=20.0, gt=0, le=1e6, description="How much all may take; the oldest go first.")


class LiveConfig(Section):
    """How live cameras are served."""

    goal: Literal["throughput", "latency"] = Field(
        default="throughput",
        description="throughput: the network works at several frames side by side and keeps up with more of them; "
        "latency: all cores at one frame, sooner while the machine has little else to do.",
    )
    max_age_ms: float = Field(
        default=250.0, gt=0, description="A live frame older than this when its turn comes is dropped."
    )
    batch_ms: float = Field(
        default=20.0, ge=0, le=100, description="The longest that a frame waits for others to join it."
    )
    jpeg_quality: int = Field(default=80, ge=30, le=95, description="Quality of the pictures sent to the dashboard.")


class LimitsConfig(Section):
    """What the machine can carry; more is refused with a sentence."""

    cameras: int = Field(default=32, ge=1, le=1000, description="Cameras of this deployment.")
    ring_mb: int = Field(default=512, ge=1, le=100_000, description="Megabytes that one camera's pictures may take.")


class JobsConfig(Section):
    """Uploads: each is decoded in a process of its own, with limits."""

    memory_mb: int = Field(default=3000, ge=500, le=1_000_000, description="Address space of the decoding process.")
    cpu_minutes: int = Field(default=240, ge=1, le=100_000, description="Processor time of the decoding process.")
    silence_s: float = Field(
        default=60.0, ge=5, le=3600, description="Seconds without a new frame after which a job is given up."
    )


class ServerConfig(Section):
    """The HTTP API and the dashboard."""

    enabled: bool = Field(default=True, description="Start the server with the deployment.")
    host: str = Field(
        default="127.0.0.1", description="Address to listen on; only this machine until you say otherwise."
    )
    port: int = Field(default=8501, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    upload_mb: int = Field(default=200, ge=1, le=100_000, description="Largest upload in megabytes.")


CAMERA_NAME = r"^[a-z0-9][a-z0-9_-]{0,62}$"
CameraName = Annotated[str, Field(pattern=CAMERA_NAME)]


class Deployment(Section):
    """A whole deployment."""

    cameras: dict[CameraName, CameraConfig] = Field(
        default_factory=dict, description="The cameras by name: lower-case letters, digits, - and _."
    )
    model: ModelConfig = Field(default_factory=ModelConfig, description="The network.")
    tracking: TrackingConfig = Field(default_factory=TrackingConfig, description="Tracks.")
    recordings: RecordingsConfig = Field(default_factory=RecordingsConfig, description="Recordings.")
    live: LiveConfig = Field(default_factory=LiveConfig, description="Live cameras.")
    bus: BusConfig = Field(default_factory=BusConfig, description="The bus.")
    store: StoreConfig = Field(default_factory=StoreConfig, description="The durable store.")
    limits: LimitsConfig = Field(default_factory=LimitsConfig, description="Limits.")
    jobs: JobsConfig = Field(default_factory=JobsConfig, description="Uploads.")
    server: ServerConfig = Field(default_factory=ServerConfig, description="API and dashboard.")


def camera_json(camera: CameraConfig) -> str:
    """A camera as JSON with its password, for the store."""
    secret = None if camera.password is None else camera.password.get_secret_value()
    return json.dumps({**camera.model_dump(mode="json", exclude_defaults=True), "password": secret})


def load_deployment(path: Path) -> Deployment:
    """The deployment that a YAML file describes.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or says something that is not allowed; the message has a
            line for each fault, with its key and what would be right.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({_reason(error)}); give the path of a YAML file") from error
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: is not YAML ({' '.join(str(error).split())})") from error
    if content is None:
        content = {}
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: must hold keys such as `cameras:`, and holds a {type(content).__name__}")
    try:
        return Deployment.model_validate(content, context=os.environ)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {line}" for line in describe_faults(error))) from error


def describe_faults(error: ValidationError) -> list[str]:
    """One line for each fault: the key, what is wrong, and what would be right."""
    return [_describe(fault) for fault in error.errors(include_url=False, include_context=True)]


def _describe(fault: Any) -> str:
    location = [str(part) for part in fault["loc"] if part != "[key]"]
    key = ".".join(location)
    if fault["type"] == "extra_forbidden":
        known = _keys_at(tuple(fault["loc"][:-1]))
        return f"{key}: unknown key; known here: {', '.join(known)}"
    if fault["type"] == "string_pattern_mismatch" and "[key]" in fault["loc"]:
        return f"{key}: not a name for a camera; use lower-case letters, digits, - and _, at most 63"
    if location and location[-1] in ("password", "user") and fault["type"] == "string_type":
        return f"{key}: must be text; write it in quotes"
    message = fault["msg"][0].lower() + fault["msg"][1:]
    if fault["type"] == "value_error":
        return f"{key}: {message.removeprefix('value error, ')}"
    if fault["type"] == "missing" or isinstance(fault["input"], dict):
        return f"{key}: {message}"
    return f"{key}: {message}, not {_shorten(fault['input'])}"


def _keys_at(location: tuple[Any, ...]) -> list[str]:
    section: type[BaseModel] = Deployment
    for part in location:
        if section is Deployment and part == "cameras":
            section = CameraConfig
        elif part in section.model_fields:
            annotation = section.model_fields[part].annotation
            assert isinstance(annotation, type)
            assert issubclass(annotation, BaseModel)
            section = annotation
    return sorted(section.model_fields)


def _shorten(value: Any) -> str:
    text = repr(redact(value) if isinstance(value, str) else value)
    return text if len(text) <= 60 else text[:57] + "..."


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "not UTF-8 text"
