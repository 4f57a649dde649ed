"""`sightline train …`: make the networks of pipeline/weights/ again, by a seed, or train them on."""

from collections.abc import Callable
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


_Data = Annotated[Path, typer.Option(help="A folder of your own labelled frames; see docs/cricket-vision.md.")]
_Mix = Annotated[Path | None, typer.Option(help="A folder of `sightline dataset`, mixed in against forgetting.")]
_Steps = Annotated[int, typer.Option(min=1, help="Batches to learn from.")]
_Rate = Annotated[float, typer.Option(min=1e-6, max=0.1, help="How fast to learn.")]
_Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same network.")]
_Out = Annotated[Path, typer.Option("--out", help="The network to write (ONNX).")]


def _shown_by(bar: Bar) -> Callable[[int, int, float], None]:
    return lambda step, steps, loss: bar.show(step, steps, f"loss {loss:.3f}")


@train_app.command("ball")
def ball(
    data: _Data, out_file: _Out, mix: _Mix = None, steps: _Steps = 400, rate: _Rate = 5e-4, seed: _Seed = 1
) -> None:
    """Train the ball's network on, on labelled frames of your own ground (YOLO or CSV)."""
    from training.cricket.tuning import tune_ball

    with Bar(out_file.name, "steps") as bar:
        count = tune_ball(data, mix, out_file, steps, rate, seed, _shown_by(bar))
    out.print(f"{out_file}: trained on {count} labelled clips", highlight=False)


@train_app.command("creases")
def creases(
    data: _Data, out_file: _Out, mix: _Mix = None, steps: _Steps = 400, rate: _Rate = 5e-4, seed: _Seed = 1
) -> None:
    """Train the creases' network on, on labelled frames of your own ground (CSV of marks)."""
    from training.cricket.tuning import tune_creases

    with Bar(out_file.name, "steps") as bar:
        count = tune_creases(data, mix, out_file, steps, rate, seed, _shown_by(bar))
    out.print(f"{out_file}: trained on {count} labelled pictures", highlight=False)
