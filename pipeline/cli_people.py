"""`sightline eval people`: how well people's attributes are known."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from pipeline.errors import InputError
from pipeline.terminal import JsonFile, out, write_json


def people(
    truth: Annotated[
        list[Path],
        typer.Option(
            help="Labelled keypoints with true distances (JSON), or the simulator's truth; see docs/accuracy.md."
        ),
    ],
    pred: Annotated[
        list[Path] | None,
        typer.Option(
            help="With the simulator's truth: the folder that `analyze` wrote. Several clips: one of each again."
        ),
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Also draw errors by distance here (png).")] = None,
    stature: Annotated[
        float | None, typer.Option(min=100, max=220, help="Mean stature in cm of the adults of the place, if known.")
    ] = None,
    camera_height: Annotated[
        float | None, typer.Option(min=1, help="Of the camera over the ground in cm: the feet have their say, too.")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Errors of distance, height, facing and more, and whether the stated deviations hold."""
    from pipeline.evaluation import people_streets
    from pipeline.evaluation.grounded import grounded
    from pipeline.evaluation.keypoints import read_keypoints
    from pipeline.evaluation.people import lifted, scores
    from pipeline.evaluation.people_plot import plot as draw

    if pred:
        if stature is not None or camera_height is not None:
            raise InputError("--stature and --camera-height are for labelled keypoints; the folder's camera is known")
        followed = people_streets.run(truth, pred)
        found, figures = people_streets.attributes_of(followed), people_streets.figures(followed)
    elif len(truth) == 1:
        labelled = read_keypoints(truth[0])
        found = lifted(labelled) if stature is None else lifted(labelled, stature)
        if camera_height is not None:
            found = grounded(labelled, found, camera_height)
        figures = scores(found)
    else:
        raise InputError("several --truth: each needs a --pred, the folder that `analyze` wrote")
    _print(figures)
    if plot is not None:
        draw(found, plot)
    write_json(json_file, figures)


def _print(figures: dict[str, Any]) -> None:
    table = Table("figure", "value", box=None)
    for name, value in figures.items():
        if isinstance(value, dict):
            for part, number in value.items():
                table.add_row(f"{name} {part}", _text(number))
        elif not isinstance(value, list):
            table.add_row(name, _text(value))
    out.print(table)
    rings = Table("distance in m", "people", "distance error in m", "facing error in deg", box=None)
    for ring in figures["by_distance_m"]:
        span = f"{ring['from']:g} to {ring['to']:g}" if ring["to"] else f"over {ring['from']:g}"
        errors = ("–" if ring[key] is None else f"{ring[key]:.2f}" for key in ("distance_m", "facing_deg"))
        rings.add_row(span, str(ring["n"]), *errors)
    out.print(rings)


def _text(value: float | int | None) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "–" if value is None else str(value)
