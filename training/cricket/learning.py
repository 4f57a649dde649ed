"""The training loop that both networks share: AdamW, one cycle of the learning rate, clipped gradients."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from training.cricket.layers import load

Network = TypeVar("Network", bound=nn.Module)
_SAID_EVERY = 100


def fit(
    network: Network,
    loss_of_batch: Callable[[], Tensor],
    steps: int,
    rate: float,
    start: Path | None = None,
    told: Callable[[int, int, float], None] | None = None,
) -> Network:
    """The network after so many batches, ready to be used.

    Args:
        network: to be trained, in place.
        loss_of_batch: draws a batch and answers its loss.
        steps: how many batches.
        rate: the highest learning rate.
        start: saved weights to go on from.
        told: told the step, how many there are, and the loss; without it they are printed now and then.
    """
    if start is not None:
        load(network, start)
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.08)
    network.train()
    began, total = time.process_time(), 0.0
    for step in range(1, steps + 1):
        loss = loss_of_batch()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        total += float(loss.detach())
        if told is not None:
            told(step, steps, float(loss.detach()))
        elif step % _SAID_EVERY == 0:
            spent_s = time.process_time() - began
            print(f"step {step}: loss {total / _SAID_EVERY:.4f}, {spent_s:.0f} s of CPU", flush=True)
            total = 0.0
    return network.eval()
