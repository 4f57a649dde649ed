"""Deliveries of cricket, as durable as events."""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from pipeline.clock import utc_now
from pipeline.data import Delivery, from_json, to_json
from pipeline.store.database import Database
from pipeline.store.schema import deliveries


class DeliveryStore:
    """The record of deliveries. Idempotent by id: what is accepted again replaces what was there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, delivery: Delivery) -> None:
        """Commit a delivery."""
        body = to_json(delivery).decode()
        row = insert(deliveries).values(
            id=delivery.id, camera=delivery.camera, accepted_at=utc_now(), body=body
        )  # fmt: skip
        with self._database.write() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["id"], set_={"body": body}))

    def latest(self, camera: str | None = None, limit: int = 100) -> list[Delivery]:
        """The newest deliveries first."""
        query = select(deliveries.c.body).order_by(deliveries.c.id.desc()).limit(limit)
        if camera is not None:
            query = query.where(deliveries.c.camera == camera)
        with self._database.read() as connection:
            return [from_json(Delivery, row.body) for row in connection.execute(query)]
