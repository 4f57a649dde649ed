"""Cameras that are known by address, user, password, channel and stream, so that nobody has to know their URL."""

from typing import Literal
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import SourceError
from pipeline.urls import redact, with_encoded_credentials


class Channel(BaseModel):
    """Which of a device's pictures: its channels count from 1, and each has a main and a smaller sub stream."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: int = Field(default=1, ge=1, le=256)
    stream: Literal["main", "sub"] = "main"


def device(url: str) -> tuple[SplitResult, Channel]:
    """The address and the channel of `dahua://user:password@host:port/?channel=1&stream=sub`.

    Raises:
        SourceError: it names no host, or something that is not known.
    """
    parts = urlsplit(with_encoded_credentials(url))
    if not parts.hostname:
        raise SourceError(f"{redact(url)}: names no host; write {parts.scheme}://user:password@address")
    try:
        return parts, Channel.model_validate(dict(parse_qsl(parts.query)))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = ".".join(map(str, fault["loc"]))
        known = "known are channel (1, 2, …) and stream (main or sub)"
        raise SourceError(f"{redact(url)}: {name}: {fault['msg'].lower()}; {known}") from error
