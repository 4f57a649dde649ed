"""Clips on their way in: written to the store as they come, never held in memory."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from pipeline.config import profile_file
from pipeline.errors import InputError
from pipeline.ids import new_id
from pipeline.server.services import Services
from pipeline.store.jobs import Job

SUFFIXES = (".mp4", ".avi", ".mov", ".mpeg4", ".mpeg", ".mpg", ".mkv", ".webm", ".gif")
_MB = 1_000_000


class TooLargeError(InputError):
    """An upload of more than server.upload_mb."""


class Upload:
    """One clip, gone again without a trace if it cannot be taken.

    Args:
        services: where it goes.
        name: what the user calls the file; of a path, the last part.
        announced: bytes that are said to come, 0 where nothing is said, so that too many are refused at once.
        profile: what it is to be watched for besides people.

    Raises:
        InputError: it is not a kind of video, or there is no such profile.
        TooLargeError: it is larger than is allowed.
    """

    def __init__(self, services: Services, name: str, announced: int = 0, profile: str | None = None) -> None:
        self.name = Path(name.replace("\\", "/")).name
        suffix = Path(self.name).suffix.lower()
        if suffix not in SUFFIXES:
            known = ", ".join(known.removeprefix(".") for known in SUFFIXES)
            raise InputError(f"{self.name or 'the upload'}: not a kind of video; known are {known}")
        if profile is not None:
            profile_file(profile)
        self._profile = profile
        self._services = services
        self._limit = services.deployment.server.upload_mb * _MB
        self._size = 0
        self._check(announced)
        self._id = new_id()
        self._folder = services.jobs.folder(self._id)
        self._folder.mkdir(parents=True)
        # The user's name stays in the job's row: no character of it can do harm in a path.
        self._path = self._folder / f"clip{suffix}"
        self._file = self._path.open("wb")

    def write(self, piece: bytes) -> None:
        """Add bytes.

        Raises:
            TooLargeError: it has grown too large.
            OSError: the disk does not take them.
        """
        self._size += len(piece)
        self._check(self._size)
        self._file.write(piece)

    def finish(self) -> Job:
        """The file is complete: queue it.

        Raises:
            InputError: nothing has come.
            OSError: the disk does not take the rest.
        """
        if not self._size:
            raise InputError(f"{self.name}: the upload is empty")
        self._file.close()
        return self._services.jobs.add(self.name, self._path, self._id, self._profile)

    def discard(self) -> None:
        """Keep nothing of it."""
        with contextlib.suppress(OSError):  # closing writes what is left, which a full disk refuses
            self._file.close()
        self._path.unlink(missing_ok=True)
        self._folder.rmdir()

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise TooLargeError(f"{self.name}: is larger than {self._limit // _MB} MB, which server.upload_mb allows")


def receive(services: Services, name: str, pieces: Iterable[bytes], profile: str | None = None) -> Job:
    """Take in a clip, and queue it.

    Raises:
        InputError: it is not a kind of video, empty, or larger than is allowed; nothing of it is kept then.
    """
    upload = Upload(services, name, profile=profile)
    try:
        for piece in pieces:
            upload.write(piece)
        return upload.finish()
    except BaseException:
        upload.discard()
        raise
