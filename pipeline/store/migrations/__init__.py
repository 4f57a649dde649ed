"""How a database of an earlier version becomes one of today's: Alembic's revisions, one a file in versions/.

They are written in Alembic's operations and not in SQLite's words, so that PostgreSQL can follow. Alembic itself takes
a quarter of a second of processor time to import, and every process opens the database: a database that is up to date
is found to be so without it.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from pipeline.errors import InputError

HEAD = "0005"
"""The newest of versions/."""
_FOLDER = Path(__file__).parent


def migrate(connection: Connection, name: str) -> None:
    """Bring the database to today's version, in the transaction that `connection` is in.

    Raises:
        InputError: a newer Sightline has written it.
    """
    found = _version(connection)
    if found == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(_FOLDER))
    settings.attributes["connection"] = connection
    known = {revision.revision for revision in ScriptDirectory.from_config(settings).walk_revisions()}
    if found is not None and found not in known:
        raise InputError(f"{name}: was written by a newer Sightline (version {found}, this one knows {HEAD}); update")
    if found is not None:
        command.stamp(settings, found)  # versions before Alembic counted by themselves
    command.upgrade(settings, HEAD)


def _version(connection: Connection) -> str | None:
    """The version of the database; None of an empty one."""
    if inspect(connection).has_table("alembic_version"):
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if connection.dialect.name == "sqlite":
        counted = connection.execute(text("PRAGMA user_version")).scalar_one()
        return f"{counted:04}" if counted else None
    return None
