"""The training itself: bodies, cameras and keypoint errors drawn anew for every step, by a seed, on one core."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from pipeline.attributes.directions import BINS, HOLDS, MIRRORED, told
from pipeline.attributes.features import INPUTS, features_of, mirrored
from pipeline.attributes.lifting import at_edge
from pipeline.geometry.angles import turn_rad
from training.lifting.bodies import Bodies, drawn_bodies
from training.lifting.errors import Errors, keypoints_of
from training.lifting.network import HIDDEN, LAYERS, SIZES, LiftingNetwork, densities_of, factor_of, losses
from training.lifting.views import drawn_views

Floats = npt.NDArray[np.float64]
WIDER = (1.18, 1.0, 1.1)
"""Of the deviations of distance, height and width, on what real pose networks found of rendered people, over those on
simulated errors: `training.lifting.proving`, on streets that the errors were not fitted to."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to learn."""

    steps: int = 7000
    batch: int = 2048
    rate: float = 1.5e-3
    bodies: int = 200_000
    """Poses of people that are drawn; views and errors of them are new at every step."""
    hidden: int = HIDDEN
    layers: int = LAYERS
    averaging: float = 0.998
    """Of the weights that are kept, an exponential mean of those that were trained."""


@dataclass(frozen=True, slots=True)
class Samples:
    """What the network is given, and what is true: inputs (N, INPUTS), the three logarithms (N, 3) with that of
    distance relative to the spread, the facings of trunk and head (N, 2) in radians or nan."""

    inputs: torch.Tensor
    log_cm: torch.Tensor
    turns_rad: torch.Tensor


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is."""

    step: int
    steps: int
    loss: float


def drawn_samples(rng: np.random.Generator, bodies: Bodies, errors: Errors, count: int) -> Samples:
    """Some of the bodies, seen somehow."""
    chosen = bodies[rng.integers(0, len(bodies), count)]
    views = drawn_views(rng, chosen)
    keypoints, shown = keypoints_of(rng, views, errors)
    # Somebody of whom nearly nothing is seen is not found, and nobody is lifted who stands in the camera.
    kept = views.ahead & (shown.sum(axis=1) >= 5)
    pixels = keypoints[..., :2]
    found = features_of(
        views.rays(pixels), keypoints[..., 2], at_edge(pixels, views.picture), views.focal_px, views.tilt_known
    )
    logs = views.log_cm.copy()
    logs[:, 0] += found.log_spread
    return Samples(
        torch.from_numpy(found.inputs[kept]),
        torch.from_numpy(logs[kept].astype(np.float32)),
        torch.from_numpy(np.stack([views.facing_rad, views.head_rad], axis=-1)[kept].astype(np.float32)),
    )


def trained(
    seed: int, errors: Errors, schedule: Schedule, progress: Callable[[Progress], None] = lambda _: None
) -> LiftingNetwork:
    """A network that follows from the seed, with deviations that hold on samples it has not seen."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    bodies = drawn_bodies(rng, schedule.bodies)
    first = drawn_samples(rng, bodies, errors, 20_000).inputs
    network = LiftingNetwork(first.mean(dim=0), first.std(dim=0), schedule.hidden, schedule.layers)
    kept = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.rate, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, schedule.rate, schedule.steps, pct_start=0.05, final_div_factor=300
    )
    running, shown_at = None, time.monotonic()
    for step in range(1, schedule.steps + 1):
        samples = drawn_samples(rng, bodies, errors, schedule.batch)
        sizes, facing = losses(network(samples.inputs), samples.log_cm, samples.turns_rad)
        loss = (sizes + facing).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        plan.step()
        decay = min(schedule.averaging, step / (step + 20))
        with torch.no_grad():
            for mine, theirs in zip(kept.parameters(), network.parameters(), strict=True):
                mine.lerp_(theirs, 1 - decay)
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        if time.monotonic() - shown_at > 1 or step == schedule.steps:
            progress(Progress(step, schedule.steps, running))
            shown_at = time.monotonic()
    _calibrate(kept, drawn_samples(rng, drawn_bodies(rng, 20_000), errors, 40_000))
    return kept


@torch.no_grad()
def _calibrate(network: LiftingNetwork, samples: Samples) -> None:
    """Widen or narrow the deviations so that 68 % intervals hold 68 % of people the network has not seen, and as
    much more as real pose networks ask for."""
    outputs = symmetric(network, samples.inputs)
    deviation = (factor_of(outputs) ** 2).sum(dim=-1).sqrt()
    off = (samples.log_cm - outputs[:, :3]).abs() / deviation
    logs = [wider * share for wider, share in zip(WIDER, off.quantile(HOLDS, dim=0).tolist(), strict=True)]
    network.widened(logs, [_power(densities, true) for densities, true in facings(outputs, samples)])


def _power(densities: Floats, true_rad: Floats) -> float:
    """To which densities (N, BINS) are to be taken, so that 68 % of them holds 68 % of what is true (N,)."""
    low, high = 0.3, 3.0
    for _ in range(20):
        middle = (low * high) ** 0.5
        powers = densities**middle
        apart, within = off_and_within(powers / powers.sum(axis=1, keepdims=True), true_rad)
        low, high = (middle, high) if (apart <= within).mean() > HOLDS else (low, middle)
    return low


def facings(outputs: torch.Tensor, samples: Samples) -> list[tuple[Floats, Floats]]:
    """The densities (M, BINS) of the trunks' facings, and of the heads', of the people who have one, with what is true
    (M,) in radians."""
    densities, true = densities_of(outputs).numpy().astype(float), samples.turns_rad.numpy().astype(float)
    known = ~np.isnan(true)
    return [(densities[known[:, part], part], true[known[:, part], part]) for part in range(2)]


def off_and_within(densities: Floats, true_rad: Floats) -> tuple[Floats, Floats]:
    """By how much facings are off, and within what 68 % of them are said to lie; each (N,) in radians."""
    found, within = told(densities)
    return np.abs(turn_rad(found, true_rad)), within


@torch.no_grad()
def symmetric(network: LiftingNetwork, inputs: torch.Tensor) -> torch.Tensor:
    """Outputs that are the same in a mirror, but for the sides that are faced: the mean of both."""
    assert inputs.shape[1] == INPUTS
    outputs = network(inputs)
    other = network(torch.from_numpy(mirrored(inputs.numpy())))
    other[:, SIZES:] = other[:, SIZES:].unflatten(1, (2, BINS))[..., torch.from_numpy(MIRRORED)].flatten(1)
    return (outputs + other) / 2
