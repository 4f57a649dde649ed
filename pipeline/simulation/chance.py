"""Chance: one of several things, of which some may be likelier than others."""

from typing import Any

import numpy as np


def one_of(rng: np.random.Generator, things: tuple[Any, ...], weights: tuple[float, ...] | None = None) -> Any:
    """One of the things, which are as likely as their weights say; without weights, one as likely as another."""
    if weights is None:
        return things[rng.choice(len(things))]
    shares = np.array(weights, float)
    return things[rng.choice(len(things), p=shares / shares.sum())]
