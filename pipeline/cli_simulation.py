"""`sightline sim` and `sightline dataset`: clips and samples of simulated scenes.

A scene's and a sample's own parameters are options too, whatever they are called.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from pipeline.errors import InputError
from pipeline.terminal import Bar, out, size_of

if TYPE_CHECKING:
    from pydantic import BaseModel


def sim(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="What to simulate: a name that --list shows.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the scenes with their parameters.")] = False,
    out_file: Annotated[Path | None, typer.Option("--out", help="The clip to write (mp4).")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same clip.")] = 1,
    level: Annotated[str, typer.Option(help="How much varies: plain, mild, middle, hard or hostile.")] = "plain",
    seconds: Annotated[float, typer.Option(min=0.1, max=86_400, help="Its length.")] = 10.0,
    fps: Annotated[float, typer.Option(min=1, max=120, help="Frames a second.")] = 25.0,
    size: Annotated[str, typer.Option(help="Width x height in pixels.")] = "1280x720",
    truth: Annotated[Path | None, typer.Option(help="Write the true records here (JSON lines).")] = None,
    camera_out: Annotated[Path | None, typer.Option(help="Write the camera file here (YAML).")] = None,
    preview: Annotated[
        Path | None, typer.Option(help="Write a contact sheet of this and the next seeds here (png, jpg).")
    ] = None,
    tiles: Annotated[int, typer.Option(min=1, max=100, help="How many scenes the sheet shows.")] = 12,
    drawn: Annotated[bool, typer.Option("--drawn/--clean", help="Draw the truth into the sheet.")] = True,
) -> None:
    """Write a simulated clip, with its exact truth. A scene's own parameters (--list) are options too: --people 8."""
    from pipeline.simulation.clip import write_clip
    from pipeline.simulation.preview import write_sheet
    from pipeline.simulation.scene import scene_of, scenes

    if listed:
        _list_parameters("scene", {name: found.Parameters for name, found in scenes().items()})
        return
    width, height = size_of(size)
    given: dict[str, object] = {"seed": seed, "level": level, "fps": fps, "width": width, "height": height}
    given |= _extra_options(context.args)
    try:
        scene = scene_of(kind, given)
    except InputError as error:
        raise InputError(f"sim {kind}: {error}") from error
    if out_file is None and preview is None:
        raise InputError(f"sim {kind}: say where to write the clip: --out clip.mp4")
    if preview is not None:
        with Bar(preview.name, "scenes") as bar:
            seeds = range(seed, seed + tiles)
            write_sheet(
                lambda one: scene_of(kind, given | {"seed": one}), seeds, preview, drawn=drawn, progress=bar.show
            )
        out.print(f"{preview}: {kind}, seeds {seed} to {seed + tiles - 1}", highlight=False)
    if out_file is None:
        return
    with Bar(out_file.name) as bar:
        write_clip(scene, seconds, out_file, truth, camera_out, bar.show)
    out.print(f"{out_file}: {seconds:g} s at {fps:g} fps", highlight=False)


def dataset(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="What a sample is: a name that --list shows.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the kinds of sample with their parameters.")] = False,
    out_folder: Annotated[Path | None, typer.Option("--out", help="Folder for the shards.")] = None,
    count: Annotated[int, typer.Option(min=1, help="How many samples.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same samples.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Processes at a time.")] = os.cpu_count() or 1,
) -> None:
    """Write simulated samples for training; the same command again goes on where a killed one stopped."""
    from pipeline.simulation.dataset import kind_of, kinds, write_dataset

    if listed:
        _list_parameters("sample", {name: found.Parameters for name, found in kinds().items()})
        return
    try:
        made = kind_of(kind, {"seed": seed} | _extra_options(context.args))
    except InputError as error:
        raise InputError(f"dataset {kind}: {error}") from error
    if out_folder is None:
        raise InputError(f"dataset {kind}: say where to write it: --out FOLDER")
    with Bar(out_folder.name, "samples") as bar:
        write_dataset(made, out_folder, count, jobs, bar.show)
    out.print(f"{out_folder}: {count} samples", highlight=False)


def _list_parameters(heading: str, kinds: Mapping[str, "type[BaseModel]"]) -> None:
    table = Table(heading, "parameter", "default", "", box=None)
    for name, parameters in kinds.items():
        for parameter, field in parameters.model_fields.items():
            table.add_row(name, parameter, str(field.default), field.description)
            name = ""
    out.print(table)


def _extra_options(arguments: list[str]) -> dict[str, str]:
    """`--people 8 --light=night` as names and values."""
    found: dict[str, str] = {}
    waiting = iter(arguments)
    for argument in waiting:
        name, given, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--") or not name:
            raise InputError(f"{argument}: is not an option; options are --NAME VALUE")
        found[name.replace("-", "_")] = value if given else next(waiting, "")
    return found
