"""`sightline train lifting`: from a seed to pipeline/weights/lifting.onnx and its card's figures."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import InputError
from training.extra import require


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training wrote: the network, and beside it (`.json`) how it was made and what it is worth."""

    network: Path
    figures: dict[str, object]


def make(seed: int, steps: int, bodies: int, out: Path, progress: Callable[[int, int, float], None]) -> Trained:
    """Train a lifting network and write it.

    Args:
        seed: the same seed gives the same network, on the same kind of machine.
        steps: of 2048 people each.
        bodies: how many poses of people there are.
        out: the ONNX file to write; the figures go beside it, with the suffix .json.
        progress: told the step, how many there are, and the loss.

    Raises:
        InputError: torch or onnx is not installed, or the file cannot be written.
    """
    require()
    from training.lifting.errors import Errors
    from training.lifting.judging import judged
    from training.lifting.network import to_onnx
    from training.lifting.train import Schedule, trained

    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {out.parent}; make it first")
    begin, schedule = time.monotonic(), Schedule(steps=steps, bodies=bodies)
    errors = Errors.load()
    network = trained(seed, errors, schedule, lambda at: progress(at.step, at.steps, at.loss))
    figures = {
        "seed": seed,
        "schedule": asdict(schedule),
        "seconds": round(time.monotonic() - begin),
        "held_out": judged(network, errors, seed),
    }
    try:
        out.write_bytes(to_onnx(network))
        out.with_suffix(".json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror})") from error
    return Trained(out, figures)
