"""A deployment's file that is changed while it runs.

What watches (rules, schedules, zones, lines, looks, masks) is taken without a restart. All else in the file waits for
the next start, and that is said; a file that is faulty is refused with its reason, and what was before goes on.
"""

from dataclasses import dataclass
from pathlib import Path

from pipeline.check import check_deployment
from pipeline.config import Deployment

_EVERY_S = 1.0
_OF_CAMERA = ("rules", "zones", "lines", "looks", "masks")
_OF_DEPLOYMENT = ("timezone", "schedules")

_Seen = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Reloaded:
    """A file that was taken: the deployment from now on, and the keys whose changes wait for the next start."""

    deployment: Deployment
    waiting: tuple[str, ...]


class ConfigFile:
    """Watches the file of a running deployment.

    Args:
        path: the file.
        deployment: what it said at the start.
    """

    def __init__(self, path: Path, deployment: Deployment) -> None:
        self._path = path
        self._deployment = deployment
        self._seen = _look(path)
        self._next_s = 0.0

    def poll(self, now_s: float) -> Reloaded | None:
        """What has changed since this was last asked; None for nothing. Looks at the file once a second.

        Raises:
            ConfigError: the file is faulty; it is looked at again when it is changed again.
        """
        if now_s < self._next_s:
            return None
        self._next_s = now_s + _EVERY_S
        seen = _look(self._path)
        if seen is None or seen == self._seen:
            return None  # one that is being replaced is not there for a moment
        self._seen = seen
        wanted = check_deployment(self._path)
        taken = merged(self._deployment, wanted)
        if taken == self._deployment and wanted == taken:
            return None
        waiting = differing(taken, wanted)
        self._deployment = taken
        return Reloaded(taken, waiting)


def merged(running: Deployment, wanted: Deployment) -> Deployment:
    """The running deployment with those parts of another that need no restart."""
    cameras = {
        name: camera.model_copy(update={part: getattr(wanted.cameras[name], part) for part in _OF_CAMERA})
        if name in wanted.cameras
        else camera
        for name, camera in running.cameras.items()
    }
    parts = {part: getattr(wanted, part) for part in _OF_DEPLOYMENT}
    return running.model_copy(update={"cameras": cameras, **parts})


def differing(taken: Deployment, wanted: Deployment) -> tuple[str, ...]:
    """The keys in which what is running is not yet what the file says."""
    keys = [
        name for name in Deployment.model_fields if name != "cameras" and getattr(taken, name) != getattr(wanted, name)
    ]
    for name in sorted(taken.cameras.keys() | wanted.cameras.keys()):
        if taken.cameras.get(name) != wanted.cameras.get(name):
            keys.append(f"cameras.{name}")
    return tuple(keys)


def _look(path: Path) -> _Seen:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
