"""A record with events, and a dispatcher over it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.alerts.dispatcher import Dispatcher
from pipeline.alerts.sink import Surroundings
from pipeline.config.alerts import AlertsConfig, SubscriptionConfig, with_secrets
from pipeline.data import Event, EventState
from pipeline.store.alerts import AlertStore
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.subscriptions import SubscriptionStore
from tests.conftest import wait_for


def start(name: str, camera: str = "gate", **more: Any) -> Event:
    began = "2026-01-05T10:00:00.000Z"
    event = Event(name, 0, EventState.START, camera, "yard", "zone_entered", "alert", began, "r", "Somebody is there.")
    return replace(event, **more)


def end(event: Event) -> Event:
    return replace(event, revision=event.revision + 1, state=EventState.END, ended_at="2026-01-05T10:00:09.000Z")


class Office:
    """A store and what delivers from it; to be stepped by the test."""

    def __init__(self, folder: Path, bus_url: str = "unix:///nowhere", **alerts: Any) -> None:
        self.database = Database(folder)
        self.events = EventStore(self.database)
        self.alerts = AlertStore(self.database)
        self.subscriptions = SubscriptionStore(self.database)
        settings = {"allow": ["127.0.0.0/8"], "retry_s": 0.05, "retry_most_s": 0.2, **alerts}
        self.config = AlertsConfig.model_validate(settings)
        around = Surroundings(folder, bus_url, self.config.allow, self.config.mqtt, self.config.email)
        self.dispatcher = Dispatcher(self.database, self.config, around)

    def subscribe(self, name: str, sink: dict[str, Any], **more: Any) -> None:
        config = SubscriptionConfig.model_validate({"sink": sink, **more})
        self.subscriptions.put(name, json.dumps(with_secrets(config)), "test")
        self.dispatcher.reload()

    def accept(self, *events: Event) -> None:
        self.events.accept_all(events)
        while self.dispatcher.step():
            pass

    def settled(self, name: str, delivered: int, timeout: float = 30.0) -> None:
        """Until so many have been delivered and nothing waits."""

        def done() -> bool:
            progress = self.alerts.progress().get(name)
            return progress is not None and (progress.waiting, progress.delivered) == (0, delivered)

        wait_for(done, timeout)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.dispatcher.close()
