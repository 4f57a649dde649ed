"""Data sets for training, written by shards: streamed, resumed after being killed, the same by seed on any machine.

A shard is made from (seed, its number) alone, by one process, and appears under its name only when it is whole: what a
killed run has left is either finished or not there, and how many processes there are changes nothing. A new kind of
sample is one subclass of `SampleKind` with a `name`, in a module of `pipeline/simulation/`.
"""

import io
import json
import os
import signal
import tarfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from pipeline import __version__
from pipeline.errors import InputError, SightlineError
from pipeline.processes import die_with_parent
from pipeline.simulation.scene import LEVELS, Level, made, scenes, stream

Arrays = Mapping[str, npt.NDArray[Any]]
MANIFEST = "dataset.json"


class SampleParameters(BaseModel):
    """What every kind of sample takes; a kind's own are a subclass, each with a default and a description."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = Field(default=1, ge=0, description="the same seed gives the same samples")
    level: Level | Literal["mixed"] = Field(default="mixed", description="how much varies; mixed draws it anew")

    def drawn_level(self, rng: np.random.Generator) -> Level:
        """The level, or one at random where they are mixed."""
        return LEVELS[rng.integers(len(LEVELS))] if self.level == "mixed" else self.level


P = TypeVar("P", bound=SampleParameters)


class SampleKind(ABC, Generic[P]):
    """A kind of sample; made anew in every process, so keep it light."""

    name: ClassVar[str]
    """As in `sightline dataset NAME`; a class with a name registers itself."""
    Parameters: ClassVar[type[SampleParameters]] = SampleParameters
    per_shard: ClassVar[int]
    """Samples in a shard: a minute's work at most, as that is what a kill loses."""
    suffix: ClassVar[str]

    _known: ClassVar[dict[str, "type[SampleKind[Any]]"]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__:
            SampleKind._known[cls.name] = cls

    def __init__(self, parameters: P) -> None:
        self.parameters = parameters

    @abstractmethod
    def write(self, path: Path, rng: np.random.Generator, count: int) -> None:
        """Write a shard of `count` samples that follow from `rng`."""


class ArrayKind(SampleKind[P]):
    """Samples that are numbers: a shard is an npz file of arrays with one row a sample."""

    suffix: ClassVar[str] = ".npz"

    @abstractmethod
    def samples(self, rng: np.random.Generator) -> Iterator[Arrays]:
        """Arrays with one row a sample, any number of rows at a time, without end and of the same names always."""

    def write(self, path: Path, rng: np.random.Generator, count: int) -> None:
        parts: list[Arrays] = []
        rows = 0
        for arrays in self.samples(rng):
            parts.append(arrays)
            rows += len(next(iter(arrays.values())))
            if rows >= count:
                break
        whole = {name: np.concatenate([part[name] for part in parts])[:count] for name in parts[0]}
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **whole)


class FileKind(SampleKind[P]):
    """Samples that are files: a shard is a tar of them, those of one sample under one number (as WebDataset reads)."""

    suffix: ClassVar[str] = ".tar"

    @abstractmethod
    def samples(self, rng: np.random.Generator) -> Iterator[Mapping[str, bytes]]:
        """A sample's files by extension, such as "jpg" and "json", without end."""

    def write(self, path: Path, rng: np.random.Generator, count: int) -> None:
        write_tar(path, islice(self.samples(rng), count))


def write_tar(path: Path, samples: Iterable[Mapping[str, bytes]]) -> None:
    """Write samples, each as its files by extension, as a tar: those of one sample under one number."""
    with tarfile.open(path, "w") as tar:
        for number, files in enumerate(samples):
            for extension, content in files.items():
                entry = tarfile.TarInfo(f"{number:06}.{extension}")
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))


def kinds() -> dict[str, type[SampleKind[Any]]]:
    """Every kind of sample there is, by name."""
    scenes()  # imports every module of the simulator
    return dict(sorted(SampleKind._known.items()))


def kind_of(name: str, values: Mapping[str, object]) -> SampleKind[Any]:
    """The kind of that name with these parameters, which may be text.

    Raises:
        InputError: there is no such kind, or a parameter is wrong; one line.
    """
    return made("kind of sample", kinds(), name, values)


def write_dataset(
    kind: SampleKind[Any], folder: Path, count: int, jobs: int, progress: Callable[[int, int], None]
) -> None:
    """Write `count` samples into a folder, or what is still missing of them.

    Args:
        kind: of sample.
        folder: for the shards and `dataset.json`, which says what they are.
        count: how many samples.
        jobs: processes at a time.
        progress: told how many of all samples are there.

    Raises:
        InputError: the folder cannot be written, or holds another data set.
        SightlineError: a process ended before its shard was whole; start again to go on.
    """
    _claim(kind, folder, count)
    shards = [(number, min(kind.per_shard, count - first)) for number, first in _starts(kind, count)]
    missing = [(number, size) for number, size in shards if not _shard(kind, folder, number).exists()]
    done = count - sum(size for _, size in missing)
    progress(done, count)
    if not missing:
        return
    values = kind.parameters.model_dump()
    workers = min(jobs, len(missing))
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (os.getpid(),))
    try:
        futures = {pool.submit(_make, kind.name, values, folder, *shard): shard[1] for shard in missing}
        for future in as_completed(futures):
            future.result()
            done += futures[future]
            progress(done, count)
    except BrokenProcessPool as error:
        raise SightlineError(f"{folder}: a process was killed; start the same command again to go on") from error
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror})") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _starts(kind: SampleKind[Any], count: int) -> Iterator[tuple[int, int]]:
    return enumerate(range(0, count, kind.per_shard))


def _shard(kind: SampleKind[Any], folder: Path, number: int) -> Path:
    return folder / f"{number:05}{kind.suffix}"


def _claim(kind: SampleKind[Any], folder: Path, count: int) -> None:
    """Make the folder this data set's, and throw away what a killed run has left unfinished."""
    wanted = {
        "kind": kind.name,
        "count": count,
        "per_shard": kind.per_shard,
        "parameters": kind.parameters.model_dump(),
        "sightline": __version__,
    }
    manifest = folder / MANIFEST
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if manifest.exists():
            if json.loads(manifest.read_text(encoding="utf-8")) != wanted:
                raise InputError(f"{folder}: holds another data set (see {MANIFEST}); choose another folder")
        elif any(folder.iterdir()):
            raise InputError(f"{folder}: is not empty; choose another folder")
        else:
            manifest.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
        for partial in folder.glob(".*.partial"):
            partial.unlink()
    except (OSError, json.JSONDecodeError) as error:
        raise InputError(f"{folder}: cannot be written ({error})") from error


def _begin(parent: int) -> None:
    """A worker ends with the command, however that ends, and uses one core."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with_parent(parent)
    cv2.setNumThreads(1)


def _make(name: str, values: dict[str, object], folder: Path, number: int, count: int) -> None:
    kind = kind_of(name, values)
    path = _shard(kind, folder, number)
    partial = path.with_name(f".{path.name}.partial")
    kind.write(partial, stream(kind.parameters.seed, kind.name, number), count)
    partial.replace(path)
