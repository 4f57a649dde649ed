"""How well densities over the circle (`pipeline.attributes.directions`) tell directions."""

import math

import torch
from torch import Tensor

from pipeline.attributes.directions import BINS, WIDTH


def surprise(densities: Tensor, directions_rad: Tensor) -> Tensor:
    """Negative logarithms of likelihoods (N,), summed over what is told of somebody.

    Args:
        densities: (N, K, BINS), each summing to 1.
        directions_rad: what is true, (N, K); nan where there is none, which counts as 0.
    """
    known = ~torch.isnan(directions_rad)
    place = torch.where(known, directions_rad, torch.zeros_like(directions_rad)).remainder(2 * math.pi) / WIDTH
    low = place.floor()
    share = place - low
    held = densities.gather(2, torch.stack([low, low + 1], dim=2).long() % BINS)
    density = ((1 - share) * held[..., 0] + share * held[..., 1]) / WIDTH
    return -(density.clamp(min=1e-9).log() * known).sum(dim=1)
