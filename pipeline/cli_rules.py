"""`sightline eval rules`: how well rules find what happened."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pipeline.terminal import JsonFile, out, write_json


def rules(
    truth: Annotated[list[Path], typer.Option(help="What happened: the truth that `sightline sim` wrote.")],
    pred: Annotated[
        list[Path], typer.Option(help="The folder that `analyze` wrote. Several clips: one of each again.")
    ],
    json_file: JsonFile = None,
) -> None:
    """Recall and precision of each kind of event, and how long before they enter people are seen to head for a zone."""
    from dataclasses import asdict

    from pipeline.evaluation.rules import run

    found = run(truth, pred)
    table = Table("kind", "happened", "found", "recall", "events", "false", "precision", "out of sight", box=None)
    for kind, scores in sorted(found.kinds.items()):
        table.add_row(
            kind,
            str(scores.happened),
            str(scores.found),
            "-" if scores.recall is None else f"{scores.recall:.3f}",
            str(scores.events),
            str(scores.false),
            "-" if scores.precision is None else f"{scores.precision:.3f}",
            str(scores.out_of_sight),
        )
    out.print(table)
    if found.headings is not None:
        headings = found.headings
        lead = "-" if headings.median_lead_s is None else f"{headings.median_lead_s:.2f} s"
        precision = "-" if headings.precision is None else f"{headings.precision:.3f}"
        out.print(
            f"headed for: {headings.foreseen} of {headings.entries} entries foreseen, median lead {lead}; "
            f"{headings.right} of {headings.predictions} predictions right, precision {precision}",
            highlight=False,
        )
    write_json(json_file, asdict(found))
