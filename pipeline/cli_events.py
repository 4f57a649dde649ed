"""`sightline events`: follow events on a terminal, and export a case."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import InputError
from pipeline.terminal import out

if TYPE_CHECKING:
    from pipeline.data import Event
    from pipeline.store.database import Database

events_app = typer.Typer(help="Events of the durable record.", no_args_is_help=True)
Config = Annotated[Path | None, typer.Option("--config", "-c", help="The deployment whose record it is.")]
Store = Annotated[Path | None, typer.Option(help="The record's folder, where no --config says it.")]
_LOOK_EVERY_S = 0.25
_COLOURS = {"info": "dim", "alert": "yellow", "critical": "bold red"}


@events_app.command()
def tail(
    config: Config = None,
    store: Store = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, max=10_000, help="Begin with so many.")] = 10,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Go on until Ctrl-C.")] = True,
    camera: Annotated[list[str], typer.Option(help="Only of this camera; may be said again.")] = [],  # noqa: B006
    kind: Annotated[list[str], typer.Option(help="Only of this kind; may be said again.")] = [],  # noqa: B006
    as_json: Annotated[bool, typer.Option("--json", help="A revision a line, as JSON.")] = False,
) -> None:
    """Follow events as they are accepted, whatever becomes of the broker and the server."""
    for event in _followed(_record(config, store), lines, follow):
        if (not camera or event.camera in camera) and (not kind or event.kind in kind):
            _print(event, as_json)


@events_app.command()
def export(
    event: Annotated[str, typer.Argument(help="The event's id.")],
    out_file: Annotated[Path, typer.Option("--out", help="The zip to write.")],
    config: Config = None,
    store: Store = None,
) -> None:
    """Write a case as a zip: revisions, snapshot, clip, observations, and the hash of each."""
    from pipeline.store.export import write_case

    partial = out_file.with_name(f".{out_file.name}.partial")
    try:
        with partial.open("wb") as file:
            names = write_case(_record(config, store), event, file, "command line")
        partial.replace(out_file)
    except OSError as error:
        raise InputError(f"{out_file}: cannot be written ({error.strerror})") from error
    finally:
        partial.unlink(missing_ok=True)
    out.print(f"{out_file}: {', '.join(names)}", highlight=False)


def _record(config: Path | None, store: Path | None) -> "Database":
    """The record that is meant; it must be there already."""
    from pipeline.config import StoreConfig, load_deployment
    from pipeline.store.database import Database

    folder = store or (StoreConfig() if config is None else load_deployment(config).store).path
    if not (folder.expanduser() / "sightline.db").is_file():
        raise InputError(f"{folder}: holds no record yet; say which with --config or --store")
    return Database(folder)


def _followed(database: "Database", lines: int, follow: bool) -> Iterator["Event"]:
    from pipeline.store.events import EventStore

    events = EventStore(database)
    last = max(0, events.newest() - lines)
    while True:
        found = events.after(last, 1000)
        for accepted in found:
            yield accepted.event
            last = accepted.sequence
        if not found and not follow:
            return
        if not found:
            time.sleep(_LOOK_EVERY_S)


def _print(event: "Event", as_json: bool) -> None:
    from pipeline.data import to_json

    if as_json:
        print(json.dumps(json.loads(to_json(event)), ensure_ascii=False), flush=True)
        return
    began = event.started_at.replace("T", " ")[:19]
    words = f"{began}  {event.camera:<12} {event.severity:<8} {event.state.value:<6} {event.sentence}"
    out.print(words, style=_COLOURS[event.severity], highlight=False, markup=False, soft_wrap=True)
