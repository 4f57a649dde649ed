"""Whether a subscription wants an event."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.config.alerts import SubscriptionConfig
from pipeline.data import Event
from pipeline.rules.schedule import is_on


def wants(subscription: SubscriptionConfig, event: Event) -> bool:
    """Whether all that it says holds for this revision."""
    for names, name in (
        (subscription.cameras, event.camera),
        (subscription.rules, event.rule),
        (subscription.kinds, event.kind),
        (subscription.severities, event.severity),
        (subscription.zones, event.zone),
        (subscription.steps, event.state.value),
    ):
        if names and name not in names:
            return False
    if subscription.schedule is None:
        return True
    zone = None if subscription.time_zone is None else ZoneInfo(subscription.time_zone)
    # By its beginning, so that whoever heard of its start hears of its end.
    return is_on(subscription.schedule, datetime.fromisoformat(event.started_at).astimezone(zone))
