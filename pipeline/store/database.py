"""SQLite, set up so that what is committed stays, and several processes can write.

Every writing transaction begins with BEGIN IMMEDIATE: with deferred ones, 626 of 900 transactions of three processes
failed "database is locked" in spite of a timeout, because a reader cannot become a writer after another has written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from pipeline.errors import InputError
from pipeline.store.migrations import migrate

_BUSY_TIMEOUT_S = 10


class Database:
    """The database in a folder; made if it is not there.

    Raises:
        InputError: the folder cannot be written, or its database cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser()
        path = self.folder / "sightline.db"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._engine = _engine(path)
            with self.write() as connection:
                migrate(connection, str(path))
        except OSError as error:
            raise InputError(f"store.path: {self.folder}: cannot be written ({error.strerror})") from error
        except DatabaseError as error:
            raise InputError(f"store.path: {path}: cannot be used as a database ({error.orig})") from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write, committed at its end."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that only reads."""
        with self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _engine(path: Path) -> Engine:
    # AUTOCOMMIT: SQLAlchemy leaves BEGIN and COMMIT to `write`.
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_TIMEOUT_S}, isolation_level="AUTOCOMMIT")

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")

    return engine
