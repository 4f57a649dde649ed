"""`sightline train …`: make the networks of pipeline/weights/ again, from simulated data, by a seed."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.terminal import Bar, out

train_app = typer.Typer(help="Make this project's own networks again, from simulated data.", no_args_is_help=True)
_WEIGHTS = Path(__file__).parent / "weights"


@train_app.command("lifting")
def lifting(
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same network.")] = 1,
    steps: Annotated[int, typer.Option(min=1, help="Of 2048 simulated people each.")] = 7000,
    bodies: Annotated[int, typer.Option(min=1000, help="Poses to draw them from.")] = 200_000,
    out_file: Annotated[Path, typer.Option("--out", help="The network to write (ONNX).")] = _WEIGHTS / "lifting.onnx",
) -> None:
    """From 17 keypoints to distance, height, width and facing, each with a deviation."""
    from training.lifting.recipe import make

    with Bar(out_file.name, "steps") as bar:
        done = make(seed, steps, bodies, out_file, lambda step, total, loss: bar.show(step, total, f"loss {loss:.3f}"))
    out.print(f"{done.network}: {done.network.stat().st_size / 1000:.0f} kB", highlight=False)
    out.print_json(data=done.figures)
