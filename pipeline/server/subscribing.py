"""The API of subscriptions, and of the alerts that could not be delivered."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict

from pipeline.config.alerts import SubscriptionConfig
from pipeline.data import Event
from pipeline.server.record import WHO
from pipeline.server.services import current

router = APIRouter()


class Again(BaseModel):
    """Which dead letters of a subscription to send again, by their sequences; null is all of them."""

    model_config = ConfigDict(extra="forbid")

    sequences: list[int] | None = None


@router.get("/subscriptions")
def subscriptions() -> list[dict[str, Any]]:
    """All subscriptions without their secrets, and how each is doing."""
    return [asdict(subscription) for subscription in current().subscribers.all()]


@router.put("/subscriptions/{name}", status_code=202)
def subscribe(name: str, subscription: SubscriptionConfig) -> dict[str, str]:
    """Add a subscription, or change one that was added; it begins with the next event."""
    current().subscribers.put(name, subscription, WHO)
    return {"subscription": name}


@router.delete("/subscriptions/{name}", status_code=202)
def unsubscribe(name: str) -> dict[str, str]:
    """Forget a subscription, with all that still waited for it."""
    current().subscribers.remove(name, WHO)
    return {"subscription": name}


@router.get("/dead-letters")
def dead_letters(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[dict[str, Any]]:
    """Alerts that were given up, the newest first."""
    return [
        {"subscription": alert.subscription, "sequence": alert.sequence, "error": alert.error, "since": alert.since,
         "attempts": alert.attempts, "event": _told(alert.event)}
        for alert in current().alerts.dead(limit)
    ]  # fmt: skip


@router.post("/dead-letters/{subscription}/again", status_code=202)
def again(subscription: str, which: Again) -> dict[str, int]:
    """Send dead letters again."""
    count = current().alerts.again(subscription, which.sequences, WHO)
    if not count:
        raise HTTPException(404, f"{subscription}: has no such dead letters")
    return {"again": count}


def _told(event: Event) -> dict[str, Any]:
    return {"id": event.id, "revision": event.revision, "camera": event.camera, "sentence": event.sentence}
