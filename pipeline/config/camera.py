"""A camera: where its pictures come from, and how they are read."""

import json
import re
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from pipeline.config.masks import MasksConfig
from pipeline.config.rules import AnyRule, RuleName, faults_of
from pipeline.config.section import Section
from pipeline.config.zones import Lines, LooksConfig, Zones
from pipeline.urls import with_credentials, with_encoded_credentials

CAMERA_NAME = r"^[a-z0-9][a-z0-9_-]{0,62}$"
CameraName = Annotated[str, Field(pattern=CAMERA_NAME)]

_DEVICES = ("dahua://", "hikvision://", "onvif://")
_ADDRESSES = ("rtsp://", "rtsps://", "http://", "https://", *_DEVICES)
_VARIABLE = re.compile(r"\$\{(\w+)\}")

_CRICKET_SLOTS = 12


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
    camera: str | None = Field(
        default=None,
        description="A camera file, as `sightline calibrate` writes it: lens, height and tilt, which distances, sizes "
        "and headings rest on. Pictures of another size and the same shape will do.",
        min_length=1,
        max_length=2000,
    )
    zones: Zones = Field(default=(), description="Areas that people are inside of or head for, a list; see below.")
    lines: Lines = Field(default=(), description="Lines that people cross, a list; see below.")
    looks: LooksConfig = Field(default_factory=LooksConfig, description="When somebody looks at the camera; see below.")
    cricket: bool = Field(
        default=False, description="Also find the ball, creases, stumps and deliveries; see docs/cricket.md."
    )
    rules: dict[RuleName, AnyRule] = Field(
        default_factory=dict, description="What is told as an event, by names of your own; see below."
    )
    masks: MasksConfig = Field(
        default_factory=MasksConfig, description="Regions that nobody is to see, or to be found in; see below."
    )
    fps: float | None = Field(
        default=None, gt=0, le=240, description="Frames per second to serve a file at, where its own rate is wrong."
    )
    loop: bool = Field(default=False, description="Play a file again from its beginning when it ends.")
    enabled: bool = Field(default=True, description="Start this camera with the deployment.")
    slots: int = Field(
        default=6,
        ge=2,
        le=64,
        description=f"Pictures that this camera's ring holds; one that watches cricket holds {_CRICKET_SLOTS} more.",
    )

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
        if self.record is not None and self.masks.privacy:
            raise ValueError(
                "record: keeps the stream as the camera sends it, without privacy masks; leave one of the two out"
            )
        faults = faults_of(self.rules, {zone.name for zone in self.zones}, {line.name for line in self.lines})
        if faults:
            raise ValueError("; ".join(faults))
        if self.password is not None and self.user is None:
            raise ValueError("password: needs user beside it")
        if self.user is not None and not self.source.lower().startswith(_ADDRESSES):
            raise ValueError(f"user: is for the addresses of cameras ({', '.join(_ADDRESSES)})")
        return self

    @property
    def more_slots(self) -> int:
        """How many pictures its ring holds beside `slots`: where a cricket ball is in one, the next few say, and people
        are looked for meanwhile."""
        return _CRICKET_SLOTS if self.cricket else 0

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


def camera_json(camera: CameraConfig) -> str:
    """A camera as JSON with its password, for the store."""
    secret = None if camera.password is None else camera.password.get_secret_value()
    return json.dumps({**camera.model_dump(mode="json", exclude_defaults=True), "password": secret})
