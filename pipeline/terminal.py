"""What commands print with: the two streams, progress bars, and figures as JSON beside them."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from pipeline.errors import InputError

out = Console()
err = Console(stderr=True)

JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")]


class Bar:
    """A progress bar over frames or the like, drawn from the first one on, so that an error before it stands alone."""

    def __init__(self, name: str, what: str = "frames") -> None:
        self._name = name
        self._task: TaskID | None = None
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(what + " {task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=err,
        )

    def show(self, done: int, total: int | None, rate: str = "") -> None:
        """So many frames are done."""
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task(self._name, total=total, rate=rate)
        self._progress.update(self._task, completed=done, total=total, rate=rate)

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._task is not None:
            self._progress.stop()


def write_json(path: Path | None, content: object) -> None:
    """Write figures to a file, if one was named."""
    if path is not None:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def size_of(text: str) -> tuple[int, int]:
    """Width and height of an option's value.

    Raises:
        InputError: it is not written as 1280x720 is.
    """
    match = re.fullmatch(r"(\d{2,5})x(\d{2,5})", text)
    if not match:
        raise InputError(f"--size {text}: write width x height in pixels, such as 1280x720")
    return int(match[1]), int(match[2])
