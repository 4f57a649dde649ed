"""The jobs process: analyses uploads one after another, every frame, at a lower priority than live cameras."""

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import cv2

from pipeline.analyze import Analysis, Progress, analyze
from pipeline.bus.live import pack
from pipeline.bus.publisher import Publisher
from pipeline.config import Deployment, watched_for
from pipeline.data import FrameRecord, to_json
from pipeline.errors import SightlineError
from pipeline.ids import new_id
from pipeline.media.convert import to_bgr
from pipeline.pictures import Picture
from pipeline.processes import die_with_parent
from pipeline.store.database import Database
from pipeline.store.jobs import Job, JobStore

_LOOK_EVERY_S = 0.5
_NOTE_EVERY_S = 0.5
_SHOW_EVERY_S = 0.08
"""A clip is analysed faster or slower than it plays; whoever watches sees at most this many pictures a second."""


class _CancelledError(Exception):
    """Somebody cancelled the job."""


class _Run:
    """One job under way: notes its progress, and shows its frames to whoever watches."""

    def __init__(self, job: Job, store: JobStore, publisher: Publisher, quality: int) -> None:
        self._job = job
        self._store = store
        self._publisher = publisher
        self._settings = [cv2.IMWRITE_JPEG_QUALITY, quality]
        self._noted = self._shown = 0.0

    def progress(self, step: Progress) -> None:
        now = time.monotonic()
        if now - self._noted > _NOTE_EVERY_S or step.done == step.total:
            self._noted = now
            if not self._store.progress(self._job.id, step.done, step.total, round(step.fps, 2)):
                raise _CancelledError

    def frame(self, record: FrameRecord, picture: Picture) -> None:
        text = to_json(record)
        camera = self._job.camera
        self._publisher.record(camera, text)
        now = time.monotonic()
        if now - self._shown > _SHOW_EVERY_S and camera in self._publisher.watched([camera]):
            self._shown = now
            good, jpeg = cv2.imencode(".jpg", to_bgr(picture), self._settings)
            if good:
                self._publisher.live(camera, pack(text, jpeg.tobytes()))


def work(store: JobStore, publisher: Publisher, deployment: Deployment) -> bool:
    """Do the oldest queued job; False where there is none."""
    job = store.take()
    if job is None:
        return False
    run = _Run(job, store, publisher, deployment.live.jpeg_quality)
    watched = watched_for(deployment, job.profile, job.camera, job.path) if job.profile else deployment
    analysis = Analysis(job.path, job.out, job.camera, new_id(), watched, bounds=deployment.jobs)
    try:
        analyze(analysis, run.progress, run.frame)
    except _CancelledError:
        logging.info("job %s was cancelled", job.id)
    except SightlineError as error:
        store.end(job.id, "failed", str(error).replace(str(Path(job.path).parent) + "/", ""))
    except Exception:
        store.end(job.id, "failed", "an error of Sightline's own, which its log describes")
        raise
    else:
        store.end(job.id, "done")
    finally:
        publisher.forget(job.camera)
    return True


def main() -> None:
    """Read the configuration from stdin and work until the parent ends this process."""
    config: dict[str, Any] = json.loads(sys.stdin.read())
    die_with_parent(config["parent"])
    deployment = Deployment.model_validate(config["deployment"])
    store = JobStore(Database(Path(deployment.store.path)))
    publisher = Publisher(config["bus_url"], deployment.bus.frames)
    # A job that this process died in is taken again from its beginning.
    store.requeue_abandoned()
    while True:
        if not work(store, publisher, deployment):
            time.sleep(_LOOK_EVERY_S)


if __name__ == "__main__":
    main()
