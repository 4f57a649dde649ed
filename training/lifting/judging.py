"""How good a network is on simulated people whom it has not seen, by what they do and how they are seen."""

import numpy as np
import torch

from training.lifting.bodies import drawn_bodies
from training.lifting.errors import Errors
from training.lifting.network import LiftingNetwork, factor_of
from training.lifting.train import Samples, drawn_samples, facings, off_and_within, symmetric

_PEOPLE = 30_000


def judged(network: LiftingNetwork, errors: Errors, seed: int) -> dict[str, float]:
    """Errors and coverages on people of another seed than the training's: distances in percent, heights and widths in
    cm, facings in degrees."""
    rng = np.random.default_rng([seed, 1])
    return figures_of(network, drawn_samples(rng, drawn_bodies(rng, _PEOPLE), errors, _PEOPLE))


@torch.no_grad()
def figures_of(network: LiftingNetwork, samples: Samples) -> dict[str, float]:
    """The figures of some samples."""
    outputs = symmetric(network, samples.inputs)
    off = (outputs[:, :3] - samples.log_cm).abs()
    deviation = factor_of(outputs).square().sum(dim=-1).sqrt()
    inside = (off <= deviation).float().mean(dim=0).tolist()
    sizes, found = samples.log_cm[:, 1:].exp(), outputs[:, 1:3].exp()
    ratio = torch.expm1(outputs[:, 0] - samples.log_cm[:, 0]).abs()
    figures = {
        "people": float(len(off)),
        "distance_percent_mean": 100 * float(ratio.mean()),
        "distance_percent_median": 100 * float(ratio.median()),
        "height_cm_mean": float((found[:, 0] - sizes[:, 0]).abs().mean()),
        "width_cm_mean": float((found[:, 1] - sizes[:, 1]).abs().mean()),
        "distance_coverage_68": inside[0],
        "height_coverage_68": inside[1],
        "width_coverage_68": inside[2],
    }
    for name, (densities, true_rad) in zip(("facing", "head"), facings(outputs, samples), strict=True):
        turned, width = (np.degrees(values) for values in off_and_within(densities, true_rad))
        figures |= {
            f"{name}_deg_mean": float(turned.mean()),
            f"{name}_deg_median": float(np.median(turned)),
            f"{name}_within_30": float((turned <= 30).mean()),
            f"{name}_coverage_68": float((turned <= width).mean()),
        }
    return {name: round(value, 4) for name, value in figures.items()}
