"""The training loop that networks of pictures share: AdamW, one cycle of the learning rate, clipped gradients.

A second core is of use to batches of their own, not to the same one: threads that wait for each other in every layer
took five times as long on a shared machine.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from training.layers import load

Network = TypeVar("Network", bound=nn.Module)
Lesson = TypeVar("Lesson")
_SAID_EVERY = 100


def _ahead(lessons: Iterable[Lesson], count: int) -> Iterator[Lesson]:
    """The same lessons in the same order, the next few of them made while others are learned."""
    source = iter(lessons)
    with ThreadPoolExecutor(1) as maker:
        coming = deque(maker.submit(next, source, None) for _ in range(count))
        while (lesson := coming.popleft().result()) is not None:
            coming.append(maker.submit(next, source, None))
            yield lesson


def fit(
    network: Network,
    lessons: Iterable[Lesson],
    loss_of: Callable[[Lesson], Tensor],
    steps: int,
    rate: float,
    start: Path | None = None,
    told: Callable[[int, int, float], None] | None = None,
    threads: int = 1,
    half: bool = False,
) -> Network:
    """The network after so many batches, ready to be used.

    Args:
        network: to be trained, in place.
        lessons: batches, as many as `steps` and `threads` ask for.
        loss_of: the loss of a batch.
        steps: how many steps of the optimizer.
        rate: the highest learning rate.
        start: saved weights to go on from.
        told: told the step, how many there are, and the loss; without it they are printed now and then.
        threads: how many batches at a time; a step follows the mean of their gradients.
        half: multiply in bfloat16, which processors with AMX do four times as fast, and others more slowly.
    """
    if start is not None:
        load(network, start)
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.08)
    network.to(memory_format=torch.channels_last).train()  # pyright: ignore[reportCallIssue]
    weights = list(network.parameters())

    def learned(lesson: Lesson) -> tuple[float, tuple[Tensor, ...]]:
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = loss_of(lesson)
        return float(loss.detach()), torch.autograd.grad(loss, weights)

    began, total = time.process_time(), 0.0
    with ThreadPoolExecutor(threads) as learners:
        source = _ahead(lessons, 2 * threads)
        for step in range(1, steps + 1):
            losses, gradients = zip(*learners.map(learned, islice(source, threads)), strict=True)
            for weight, several in zip(weights, zip(*gradients, strict=True), strict=True):
                weight.grad = torch.stack(several).mean(dim=0)
            nn.utils.clip_grad_norm_(weights, 5.0)
            optimizer.step()
            schedule.step()
            loss = sum(losses) / threads
            total += loss
            if told is not None:
                told(step, steps, loss)
            elif step % _SAID_EVERY == 0:
                spent_s = time.process_time() - began
                print(f"step {step}: loss {total / _SAID_EVERY:.4f}, {spent_s:.0f} s of CPU", flush=True)
                total = 0.0
    return network.eval()
