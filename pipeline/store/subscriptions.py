"""Who wants to be told of what. Those of the deployment's file are entered at its start; others come over the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.clock import utc_now
from pipeline.store.database import Database
from pipeline.store.events import newest
from pipeline.store.reviews import note
from pipeline.store.schema import subscriptions

Origin = Literal["file", "api"]


@dataclass(frozen=True, slots=True)
class StoredSubscription:
    """`body` is its configuration as JSON, with its secrets; events up to `since` are none of its."""

    name: str
    origin: Origin
    since: int
    created_at: str
    body: str


class SubscriptionStore:
    """It holds secrets, like a configuration file: the folder is private."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[StoredSubscription]:
        """All of them, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(subscriptions).order_by(subscriptions.c.name))
            return [StoredSubscription(**row._mapping) for row in rows]

    def put(self, name: str, body: str, who: str) -> None:
        """Add one over the API, or change it; it begins with the next event."""
        with self._database.write() as connection:
            _put(connection, name, "api", body)
            note(connection, who, "subscribed", name)

    def remove(self, name: str, who: str) -> bool:
        """Forget one, with all that still waited for it; False where there is none that was added over the API."""
        mine = (subscriptions.c.name == name) & (subscriptions.c.origin == "api")
        with self._database.write() as connection:
            gone = connection.execute(delete(subscriptions).where(mine)).rowcount == 1
            if gone:
                note(connection, who, "unsubscribed", name)
        return gone

    def enter_file(self, bodies: Mapping[str, str]) -> None:
        """Make those of the deployment's file what it says now; what waits for one that stays goes on waiting."""
        with self._database.write() as connection:
            of_file = subscriptions.c.origin == "file"
            connection.execute(delete(subscriptions).where(of_file, subscriptions.c.name.not_in(list(bodies))))
            for name, body in bodies.items():
                _put(connection, name, "file", body)


def _put(connection: Connection, name: str, origin: Origin, body: str) -> None:
    row = insert(subscriptions).values(
        name=name, origin=origin, body=body, since=newest(connection), created_at=utc_now()
    )
    change = {"body": body, "origin": origin}
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=change))
