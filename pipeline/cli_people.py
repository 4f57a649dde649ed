"""`sightline eval people`: how well people's attributes are known."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from pipeline.terminal import JsonFile, out, write_json


def people(
    truth: Annotated[Path, typer.Option(help="Labelled keypoints with true distances (JSON); see docs/accuracy.md.")],
    plot: Annotated[Path | None, typer.Option(help="Also draw errors by distance here (png).")] = None,
    stature: Annotated[
        float | None, typer.Option(min=100, max=220, help="Mean stature in cm of the adults of the place, if known.")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Errors of distance, height and facing, and whether the stated deviations hold."""
    from pipeline.evaluation.people import run, scores
    from pipeline.evaluation.people_plot import plot as draw

    found = run(truth) if stature is None else run(truth, stature)
    figures = scores(found)
    _print(figures)
    if plot is not None:
        draw(found, plot)
    write_json(json_file, figures)


def _print(figures: dict[str, Any]) -> None:
    table = Table("figure", "value", box=None)
    for name, value in figures.items():
        if isinstance(value, dict):
            for part, number in value.items():
                table.add_row(f"{name} {part}", f"{number:.3f}")
        elif not isinstance(value, list):
            table.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    out.print(table)
    rings = Table("distance in m", "people", "distance error in m", "facing error in deg", box=None)
    for ring in figures["by_distance_m"]:
        span = f"{ring['from']:g} to {ring['to']:g}" if ring["to"] else f"over {ring['from']:g}"
        errors = ("–" if ring[key] is None else f"{ring[key]:.2f}" for key in ("distance_m", "facing_deg"))
        rings.add_row(span, str(ring["n"]), *errors)
    out.print(rings)
