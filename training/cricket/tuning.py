"""`sightline train ball|creases --data DIR`: the shipped networks trained on, on a user's own labelled frames.

Every ground looks different. Simulated samples may be mixed in (`--mix`), so that what it knew is not forgotten.
"""

from collections.abc import Callable
from pathlib import Path

from training.extra import require

START = Path(__file__).parent / "weights"
Progress = Callable[[int, int, float], None]


def tune_ball(data: Path, mix: Path | None, out: Path, steps: int, rate: float, seed: int, told: Progress) -> int:
    """Train the ball's network on, write it as ONNX and its weights beside it (npz); how many clips it learned from.

    Raises:
        InputError: torch is not installed, or the data cannot be read.
    """
    require()
    import numpy as np
    import torch

    from training.cricket import ball
    from training.cricket.labels import ball_clips
    from training.recipe import one_thread, write
    from training.shards import samples

    one_thread()
    clips = ball_clips(data, np.random.default_rng(seed))
    count = len(clips)
    if mix is not None:
        clips += [ball.clip_of(strip, label) for strip, label in samples([mix])]
    network = ball.train(clips, steps, 16, seed, rate, START / "ball.npz", told)
    write(network, torch.zeros(1, ball.FRAMES + 1, 720, 1280), "maps", out)
    return count


def tune_creases(data: Path, mix: Path | None, out: Path, steps: int, rate: float, seed: int, told: Progress) -> int:
    """Train the network of the creases on; as `tune_ball`.

    Raises:
        InputError: torch is not installed, or the data cannot be read.
    """
    require()
    import torch

    from training.cricket import creases
    from training.cricket.labels import crease_pictures
    from training.recipe import one_thread, write
    from training.shards import samples

    one_thread()
    pictures = crease_pictures(data)
    count = len(pictures)
    if mix is not None:
        pictures += [creases.labelled(bgr, label) for bgr, label in samples([mix])]
    network = creases.train(pictures, steps, 8, seed, rate, START / "creases.npz", told)
    write(network, torch.zeros(1, 3, creases.SIZE[1], creases.SIZE[0]), "maps", out)
    return count
