"""Hands events out to subscriptions, and keeps a lane running for each."""

import logging
from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.alerts.lane import Lane, Patience
from pipeline.alerts.matching import wants
from pipeline.alerts.sink import Surroundings, sink_of
from pipeline.config.alerts import AlertsConfig, SubscriptionConfig, missing_for
from pipeline.data import Event
from pipeline.store.alerts import AlertStore
from pipeline.store.database import Database
from pipeline.store.subscriptions import StoredSubscription, SubscriptionStore


@dataclass(frozen=True, slots=True)
class _Running:
    stored: StoredSubscription
    config: SubscriptionConfig
    lane: Lane


class Dispatcher:
    """All subscriptions of a deployment.

    Args:
        database: of the record.
        alerts: how they are delivered.
        around: what sinks need.
    """

    def __init__(self, database: Database, alerts: AlertsConfig, around: Surroundings) -> None:
        self._alerts = alerts
        self._around = around
        self._store = AlertStore(database)
        self._subscriptions = SubscriptionStore(database)
        self._patience = Patience(alerts.retry_s, alerts.retry_most_s, alerts.give_up_hours * 3600)
        self._running: dict[str, _Running] = {}
        self._refused: dict[str, str] = {}

    def step(self) -> int:
        """Hand out the next events; how many there were.

        Raises:
            sqlalchemy.exc.OperationalError: the store is away; nothing is lost, call it again.
        """
        count = self._store.hand_out(self._wanted)
        if count:
            for running in self._running.values():
                running.lane.wake()
        return count

    def reload(self) -> None:
        """Begin, change and end lanes so that they are what the store says."""
        stored = {subscription.name: subscription for subscription in self._subscriptions.all()}
        for name, running in list(self._running.items()):
            if name not in stored or stored[name] != running.stored:
                running.lane.close()
                del self._running[name]
        for name, subscription in stored.items():
            if name not in self._running and self._refused.get(name) != subscription.body:
                self._begin(subscription)

    def close(self) -> None:
        """End all lanes."""
        for running in self._running.values():
            running.lane.close()
        self._running.clear()

    def _begin(self, stored: StoredSubscription) -> None:
        try:
            config = SubscriptionConfig.model_validate_json(stored.body)
            fault = missing_for(config, self._alerts)
        except ValidationError as error:
            fault = f"cannot be read any more ({error.error_count()} faults)"
            config = None
        if config is None or fault:
            self._refused[stored.name] = stored.body
            logging.warning("subscription %s: %s", stored.name, fault)
            return
        lane = Lane(stored.name, sink_of(stored.name, config.sink, self._around), self._store, self._patience)
        self._running[stored.name] = _Running(stored, config, lane)

    def _wanted(self, sequence: int, event: Event) -> list[str]:
        return [
            name
            for name, running in self._running.items()
            if sequence > running.stored.since and wants(running.config, event)
        ]
