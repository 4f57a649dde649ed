"""Where alerts go: one class a kind of sink; pipeline/alerts/sinks/ has the one that delivers for each."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from pipeline.config.secrets import Secret
from pipeline.config.section import Section

_TOPIC = r"^[^+#\x00$/][^+#\x00]*$"


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    try:
        good = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("write http:// or https:// and where it is")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user or password; a webhook is signed with its secret instead")
    return url


def _mail_address(address: str) -> str:
    if not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", address):
        raise ValueError("write an e-mail address, such as guard@example.org")
    return address


WebAddress = Annotated[str, Field(max_length=2000), AfterValidator(_web_address)]
MailAddress = Annotated[str, Field(max_length=254), AfterValidator(_mail_address)]


class WebhookConfig(Section):
    """Each alert is POSTed as JSON, signed as Standard Webhooks says (standardwebhooks.com)."""

    kind: Literal["webhook"]
    url: WebAddress = Field(description="Where to; redirects are not followed.")
    secret: Secret = Field(description="What alerts are signed with (HMAC-SHA256); in a file, ${NAME} works.")

    @property
    def shown(self) -> str:
        """Where it goes, without what may be secret: many services have their key in the path."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/…"


class MqttConfig(Section):
    """Alerts and retained states on the broker of `alerts.mqtt`, with Home Assistant's discovery."""

    kind: Literal["mqtt"]
    topic: str | None = Field(
        default=None, pattern=_TOPIC, max_length=200, description="What topics begin with; none is sightline/NAME."
    )
    discovery: str | None = Field(
        default="homeassistant", description="Home Assistant's discovery prefix; null for no discovery."
    )

    @property
    def shown(self) -> str:
        """Where it goes."""
        return self.topic or "sightline/…"


class EmailConfig(Section):
    """Mail with the snapshot, through the server of `alerts.email`."""

    kind: Literal["email"]
    to: tuple[MailAddress, ...] = Field(min_length=1, max_length=50, description="Who gets it.")

    @property
    def shown(self) -> str:
        """Where it goes."""
        return ", ".join(self.to)


class RedisConfig(Section):
    """A stream with a consumer group for a program of your own, on the broker of `bus.url`."""

    kind: Literal["redis"]
    group: str = Field(default="sightline", pattern=r"^[\w.:-]{1,64}$", description="The consumer group.")

    @property
    def shown(self) -> str:
        """Where it goes."""
        return f"group {self.group}"


SinkConfig = Annotated[WebhookConfig | MqttConfig | EmailConfig | RedisConfig, Field(discriminator="kind")]
