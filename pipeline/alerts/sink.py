"""What a sink is: it takes alerts and answers which of them have arrived.

A new kind is a class of settings in pipeline/config/sinks.py and one file in sinks/ with a class that names it.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, ClassVar

from pydantic import TypeAdapter, with_config

from pipeline.config.alerts import MailServerConfig, MqttBrokerConfig
from pipeline.data import WIRE, Event
from pipeline.store.alerts import Alert


class SinkAwayError(Exception):
    """The sink cannot be reached, or takes nothing now; what waits for it waits on. `confirmed` have arrived before."""

    def __init__(self, reason: str, confirmed: Sequence[int] = ()) -> None:
        super().__init__(reason)
        self.confirmed = tuple(confirmed)


class NotTakenError(Exception):
    """The sink is there and did not take this alert; `for_good` where it never will."""

    def __init__(self, sequence: int, reason: str, for_good: bool, confirmed: Sequence[int] = ()) -> None:
        super().__init__(reason)
        self.sequence = sequence
        self.for_good = for_good
        self.confirmed = tuple(confirmed)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sinks may need beside their own settings: the store's folder, the bus, the servers of the deployment."""

    store: Path
    bus_url: str
    allow: tuple[IPv4Network | IPv6Network, ...] = ()
    mqtt: MqttBrokerConfig | None = None
    email: MailServerConfig | None = None


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class _Message:
    subscription: str
    sequence: int
    event: Event
    schema: str = "sightline.alert/1"


_MESSAGE = TypeAdapter(_Message)


def message(alert: Alert) -> bytes:
    """An alert as JSON, as every sink sends it."""
    return _MESSAGE.dump_json(_Message(alert.subscription, alert.sequence, alert.event))


class Sink(ABC):
    """Where a subscription's alerts go. Used by one thread; may block for some seconds, and not for ever.

    Args:
        name: the subscription's.
        settings: one of pipeline/config/sinks.py.
        around: what else there is.
    """

    settings_kind: ClassVar[str]
    batch: ClassVar[int] = 1
    """How many alerts it takes at a time."""
    _kinds: ClassVar[dict[str, type["Sink"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Sink._kinds[cls.settings_kind] = cls

    @abstractmethod
    def __init__(self, name: str, settings: Any, around: Surroundings) -> None: ...

    @abstractmethod
    def deliver(self, alerts: Sequence[Alert]) -> Sequence[int]:
        """Deliver alerts, in their order.

        Returns:
            The sequences of those that the other side has confirmed; the others are given here again.

        Raises:
            SinkAwayError: it cannot be reached.
            NotTakenError: it did not take one of them.
        """

    def idle(self) -> None:
        """Called every second while nothing is due: for what must be said without an alert."""
        return

    def close(self) -> None:
        """Let go of connections."""
        return


def sink_of(name: str, settings: Any, around: Surroundings) -> Sink:
    """The sink that settings ask for."""
    import pipeline.alerts.sinks  # noqa: F401  (registers the kinds)

    return Sink._kinds[settings.kind](name, settings, around)
