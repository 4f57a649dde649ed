"""Uploads that wait to be analysed, are, or have been."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import insert, select, update

from pipeline.clock import utc_now
from pipeline.ids import new_id
from pipeline.store.database import Database
from pipeline.store.schema import jobs

_MOST_ATTEMPTS = 2
"""A job that ends the process twice would keep all others from their turn."""

JobState = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Job:
    """One clip. `done` and `total` are frames; `path` is the file, and its results lie in `out`."""

    id: str
    name: str
    path: str
    state: JobState
    done: int
    total: int | None
    fps: float
    error: str | None
    created_at: str
    started_at: str | None
    ended_at: str | None
    attempts: int
    """How often it was begun."""
    profile: str | None
    """What it is watched for (`pipeline.config.clip.PROFILES`); None for people alone."""

    @property
    def out(self) -> Path:
        """The folder of its results."""
        return Path(self.path).parent / "results"

    @property
    def eta_s(self) -> float | None:
        """Seconds that the rest will take; None where that cannot be said."""
        if self.state != "running" or not self.total or self.fps <= 0:
            return None
        return (self.total - self.done) / self.fps

    @property
    def camera(self) -> str:
        """The name under which its frames are on the bus while it runs."""
        return f"job-{self.id[-8:].lower()}"


class JobStore:
    """The queue of jobs: taken oldest first, one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def folder(self, job_id: str) -> Path:
        """Where a job's upload and results lie."""
        return self._database.folder / "uploads" / job_id

    def add(self, name: str, path: Path, job_id: str | None = None, profile: str | None = None) -> Job:
        """Queue a clip."""
        row = {
            "id": job_id or new_id(), "name": name, "path": str(path), "state": "queued", "created_at": utc_now(),
            "profile": profile,
        }  # fmt: skip
        with self._database.write() as connection:
            connection.execute(insert(jobs).values(row))
        return self.get(row["id"])

    def get(self, job_id: str) -> Job:
        """A job.

        Raises:
            KeyError: there is none of that id.
        """
        with self._database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
        if row is None:
            raise KeyError(job_id)
        return Job(**row._mapping)

    def list(self, limit: int = 100) -> list[Job]:
        """The newest jobs first."""
        with self._database.read() as connection:
            rows = connection.execute(select(jobs).order_by(jobs.c.id.desc()).limit(limit))
            return [Job(**row._mapping) for row in rows]

    def take(self) -> Job | None:
        """The oldest queued job, which is running from now on."""
        with self._database.write() as connection:
            oldest = select(jobs.c.id).where(jobs.c.state == "queued").order_by(jobs.c.id).limit(1)
            job_id = connection.execute(oldest).scalar_one_or_none()
            if job_id is None:
                return None
            change = {
                "state": "running",
                "started_at": utc_now(),
                "done": 0,
                "error": None,
                "attempts": jobs.c.attempts + 1,
            }
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(change))
        return self.get(job_id)

    def progress(self, job_id: str, done: int, total: int | None, fps: float) -> bool:
        """Note how far a job is; False where it is not to go on, because it was cancelled."""
        where = (jobs.c.id == job_id) & (jobs.c.state == "running")
        with self._database.write() as connection:
            changed = connection.execute(update(jobs).where(where).values(done=done, total=total, fps=fps))
            return changed.rowcount == 1

    def end(self, job_id: str, state: Literal["done", "failed"], error: str | None = None) -> None:
        """A running job has ended."""
        where = (jobs.c.id == job_id) & (jobs.c.state == "running")
        with self._database.write() as connection:
            connection.execute(update(jobs).where(where).values(state=state, error=error, ended_at=utc_now()))

    def cancel(self, job_id: str) -> bool:
        """Stop a job that waits or runs; False where there is nothing to stop."""
        where = (jobs.c.id == job_id) & jobs.c.state.in_(("queued", "running"))
        with self._database.write() as connection:
            changed = connection.execute(update(jobs).where(where).values(state="cancelled", ended_at=utc_now()))
            return changed.rowcount == 1

    def requeue_abandoned(self, died: bool = True) -> None:
        """Jobs that are said to run, and do not, are queued again, from their beginning.

        Args:
            died: whether the process that ran them did so by itself, and not because everything was stopped.
        """
        words = "the process that analysed it died twice; the log says why"
        ended = {"state": "failed", "error": words, "ended_at": utc_now()}
        running = jobs.c.state == "running"
        with self._database.write() as connection:
            if not died:
                connection.execute(update(jobs).where(running).values(attempts=0))
            connection.execute(update(jobs).where(running & (jobs.c.attempts >= _MOST_ATTEMPTS)).values(ended))
            connection.execute(update(jobs).where(running).values(state="queued"))
