"""What the recipes share beside the loop: what they are told, how they run, and what they write."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import torch
from torch import Tensor, nn

from training.layers import ANY_SIZE, export, save
from training.learning import Lesson, fit


def arguments(doc: str | None, steps: int, batch: int, rate: float) -> argparse.ArgumentParser:
    """What every recipe takes, with its own usual numbers; `doc` is its module's."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0] if doc else None)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--rate", type=float, default=rate)
    parser.add_argument("--half", action="store_true", help="multiply in bfloat16, for processors with AMX")
    return parser


def goes_on(parser: argparse.ArgumentParser) -> None:
    """Let a recipe also take where to begin, and how much to do at a time."""
    parser.add_argument("--start", type=Path, help="weights (.npz) to go on from")
    parser.add_argument("--threads", type=int, default=2, help="batches at a time")


def learn(
    given: argparse.Namespace, network: nn.Module, batch: Callable[[int], Lesson], loss_of: Callable[[Lesson], Tensor]
) -> None:
    """Train a network as was said, of a recipe that `goes_on`.

    Args:
        given: what the recipe was told.
        network: to be trained, in place.
        batch: another lesson of so many.
        loss_of: the loss of a lesson.
    """
    lessons = (batch(given.batch) for _ in range(given.steps * given.threads))
    fit(network, lessons, loss_of, given.steps, given.rate, given.start, threads=given.threads, half=given.half)


def one_thread() -> None:
    """Let torch and OpenCV work on one core each: what runs beside it is the recipe's own affair."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)


def write(network: nn.Module, example: Tensor, output: str, out: Path, axes: dict[int, str] = ANY_SIZE) -> None:
    """The network as ONNX, and its weights beside it (`.npz`).

    Args:
        network: to be written.
        example: an input of it.
        output: the name of its output.
        out: the ONNX file.
        axes: of the input, those that may be of any length.
    """
    save(network, out.with_suffix(".npz"))
    export(network, example, out, (output,), axes)


def tell(given: argparse.Namespace, **learned: int) -> None:
    """Print in a line how a network was made; `learned` says from how many of what."""
    print(json.dumps({**learned, "steps": given.steps, "batch": given.batch, "seed": given.seed}))
