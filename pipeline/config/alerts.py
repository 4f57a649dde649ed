"""Subscriptions: who is told of which events, and when; and what sinks need of the deployment."""

import json
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, model_validator

from pipeline.config.evidence import Severity
from pipeline.config.schedules import Schedule, TimeZone
from pipeline.config.secrets import Secret
from pipeline.config.section import Section
from pipeline.config.sinks import MailAddress, SinkConfig

SUBSCRIPTION_NAME = r"^[a-z0-9][a-z0-9_-]{0,62}$"
SubscriptionName = Annotated[str, Field(pattern=SUBSCRIPTION_NAME)]
_Names = tuple[str, ...]


class SubscriptionConfig(Section):
    """Which events go where. What is not said does not matter; of what is, all must hold."""

    sink: SinkConfig = Field(description="Where to: `kind` is webhook, mqtt, email or redis, with what each needs.")
    cameras: _Names = Field(default=(), description="Only of these cameras.")
    rules: _Names = Field(default=(), description="Only of these rules.")
    kinds: _Names = Field(default=(), description="Only of these kinds, such as zone_entered.")
    severities: tuple[Severity, ...] = Field(default=("alert", "critical"), description="Only of these severities.")
    zones: _Names = Field(default=(), description="Only at these zones or lines.")
    steps: tuple[Literal["start", "update", "end"], ...] = Field(
        default=("start", "end"),
        description="Which revisions: its start, its end, and updates, of which the last says where the clip is.",
    )
    schedule: Schedule | None = Field(default=None, description="Only of events that began in one of these spans.")
    time_zone: TimeZone | None = Field(default=None, description="Of the schedule; none is the machine's.")


class MqttBrokerConfig(Section):
    """The broker that subscriptions by MQTT use."""

    host: str = Field(description="Its address.")
    port: int = Field(default=1883, ge=1, le=65535, description="Its port; 8883 is usual with tls.")
    tls: bool = Field(default=False, description="Whether it is spoken to over TLS.")
    user: str | None = Field(default=None, description="Who Sightline is there.")
    password: Secret | None = Field(default=None, description="In a file, ${NAME} takes an environment variable.")


class MailServerConfig(Section):
    """The server that mail goes through."""

    host: str = Field(description="Its address.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    tls: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How it is encrypted.")
    sender: MailAddress = Field(description="Whom mail is from.")
    user: str | None = Field(default=None, description="Who Sightline is there.")
    password: Secret | None = Field(default=None, description="In a file, ${NAME} takes an environment variable.")


class AlertsConfig(Section):
    """How alerts are delivered."""

    allow: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        description="Private, link-local and other special addresses that webhooks may go to, such as 192.168.1.20 or "
        "10.0.0.0/8; without this they go to public addresses only.",
    )
    mqtt: MqttBrokerConfig | None = Field(default=None, description="`host`, `port`, `tls`, `user`, `password`.")
    email: MailServerConfig | None = Field(
        default=None, description="`host`, `port`, `tls` (starttls, tls or none), `sender`, `user`, `password`."
    )
    retry_s: float = Field(default=1.0, gt=0, le=3600, description="Pause after a failure; it doubles each time.")
    retry_most_s: float = Field(default=300.0, gt=0, le=86_400, description="The longest pause.")
    give_up_hours: float = Field(
        default=24.0, gt=0, le=8760, description="An alert that could not be delivered for so long is a dead letter."
    )
    subscriptions: dict[SubscriptionName, SubscriptionConfig] = Field(
        default_factory=dict, description="By name; see below."
    )

    @model_validator(mode="after")
    def _sinks_have_their_servers(self) -> "AlertsConfig":
        for name, subscription in self.subscriptions.items():
            fault = missing_for(subscription, self)
            if fault:
                raise ValueError(f"subscriptions.{name}: {fault}")
        return self


def missing_for(subscription: SubscriptionConfig, alerts: AlertsConfig) -> str | None:
    """What the deployment lacks for a subscription's sink; None where it has all."""
    kind = subscription.sink.kind
    if kind in ("mqtt", "email") and getattr(alerts, kind) is None:
        return f"needs alerts.{kind}.host in the deployment's file"
    return None


def with_secrets(section: Section) -> Any:
    """A section as JSON values with its secrets: for the store, and for the one process that uses them."""
    return json.loads(json.dumps(section.model_dump(mode="python", exclude_none=True), default=_plain))


def _plain(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
