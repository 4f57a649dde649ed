"""Cameras that operators have added: they are there again when the deployment is started again."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.store.database import Database
from pipeline.store.schema import cameras


class CameraStore:
    """Names and what was asked for, as JSON. It holds passwords, like a configuration file: the folder is private."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, name: str, body: str) -> None:
        """Add a camera, or change it."""
        row = insert(cameras).values(name=name, body=body)
        with self._database.write() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"body": body}))

    def remove(self, name: str) -> None:
        """Forget a camera."""
        with self._database.write() as connection:
            connection.execute(delete(cameras).where(cameras.c.name == name))

    def all(self) -> dict[str, str]:
        """Every camera's JSON, by name."""
        with self._database.read() as connection:
            return {row.name: row.body for row in connection.execute(select(cameras).order_by(cameras.c.name))}
