"""Subscriptions as operators see and change them: with what they say, and never their secrets."""

import json
import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pipeline.config.alerts import SUBSCRIPTION_NAME, AlertsConfig, SubscriptionConfig, missing_for, with_secrets
from pipeline.errors import InputError
from pipeline.store.alerts import AlertStore, Progress
from pipeline.store.subscriptions import SubscriptionStore

_MOST = 100
_SHOWN = ("cameras", "rules", "kinds", "severities", "zones", "steps", "schedule", "time_zone")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One subscription; `to` is where it goes, without what may be secret."""

    name: str
    origin: str
    sink: str
    to: str
    wants: dict[str, Any]
    progress: Progress


class Subscribers:
    """All subscriptions of a deployment.

    Args:
        store: where they are kept.
        alerts: their queues.
        config: what sinks need of the deployment, which may lack it.
    """

    def __init__(self, store: SubscriptionStore, alerts: AlertStore, config: AlertsConfig) -> None:
        self._store = store
        self._alerts = alerts
        self._config = config

    def all(self) -> list[Subscriber]:
        """All of them, by name."""
        progress = self._alerts.progress()
        found = []
        for stored in self._store.all():
            try:
                config = SubscriptionConfig.model_validate_json(stored.body)
            except ValidationError:
                found.append(Subscriber(stored.name, stored.origin, "?", "cannot be read any more", {}, Progress()))
                continue
            said = config.model_dump(mode="json", exclude_defaults=True)
            wants = {key: value for key, value in said.items() if key in _SHOWN}
            found.append(
                Subscriber(
                    stored.name, stored.origin, config.sink.kind, config.sink.shown, wants,
                    progress.get(stored.name, Progress()),
                )
            )  # fmt: skip
        return found

    def put(self, name: str, subscription: SubscriptionConfig, who: str) -> None:
        """Add one, or change one that was added.

        Raises:
            InputError: it cannot be.
        """
        if not re.fullmatch(SUBSCRIPTION_NAME, name):
            raise InputError(f"{name}: not a name; use lower-case letters, digits, - and _, at most 63")
        known = {stored.name: stored for stored in self._store.all()}
        if name in known and known[name].origin == "file":
            raise InputError(f"{name}: is in the deployment's configuration file; change it there")
        if name not in known and len(known) >= _MOST:
            raise InputError(f"{name}: there are {_MOST} subscriptions already; remove one first")
        if fault := missing_for(subscription, self._config):
            raise InputError(f"{name}: {fault}")
        self._store.put(name, json.dumps(with_secrets(subscription)), who)

    def remove(self, name: str, who: str) -> None:
        """Forget one.

        Raises:
            InputError: there is none that was added.
        """
        if not self._store.remove(name, who):
            raise InputError(f"{name}: no such subscription, or one of the deployment's configuration file")
