"""`sightline eval ball|creases|deliveries`: how well a cricket camera's ball, creases and deliveries were found."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pipeline.terminal import JsonFile, out, write_json

_BallTruth = Annotated[
    Path,
    typer.Option(help="Frame records (JSON lines): the simulator's truth; or CSV of Frame,Visibility,X,Y[,Status]."),
]
_Truth = Annotated[Path, typer.Option(help="Frame records (JSON lines): the simulator's truth, or labels of your own.")]
_Deliveries = Annotated[Path, typer.Option(help="The folder that `analyze --profile cricket` wrote.")]
_Pred = Annotated[Path, typer.Option(help="The folder that `analyze` wrote, or a file of frame records.")]


def ball(
    truth: _BallTruth,
    pred: _Pred,
    within: Annotated[float, typer.Option(min=0.1, help="How near is right, in pixels.")] = 5.0,
    json_file: JsonFile = None,
) -> None:
    """Precision, recall and F1 of the ball, where it flies and is seen, and how many bounces its path shows."""
    from pipeline.evaluation import ball, bounces

    _tell({**asdict(ball.run(truth, pred, within)), **asdict(bounces.run(truth, pred))}, json_file)


def creases(
    truth: _Truth,
    pred: _Pred,
    within: Annotated[float, typer.Option(min=0.1, help="How near is right, in pixels.")] = 3.0,
    json_file: JsonFile = None,
) -> None:
    """Recall of the creases that are seen, the share of lines that are none, and the same of stumps."""
    from pipeline.evaluation.creases import run

    _tell(asdict(run(truth, pred, within)), json_file)


def deliveries(truth: _Truth, pred: _Deliveries, json_file: JsonFile = None) -> None:
    """Deliveries found, and what was told of them: speed, bounce, front foot."""
    from pipeline.evaluation.deliveries import run

    _tell(asdict(run(truth, pred)), json_file)


def _tell(scores: dict[str, float | int | None], json_file: Path | None) -> None:
    table = Table("figure", "value", box=None)
    for figure, value in scores.items():
        table.add_row(figure, f"{value:.4f}" if isinstance(value, float) else "–" if value is None else str(value))
    out.print(table)
    write_json(json_file, scores)
