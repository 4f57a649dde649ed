"""Which of two paths is the other's shadow: it lies on the ground, always in the same direction from its ball.

The sun is far away, so that a shadow is as far from its ball as that is high, on the side of the ground: nearer and
nearer up to a bounce, where they meet, farther and farther from there. A shadow is as small and as fast as its ball,
and often sharper: a path that begins with one may well go on with the ball, from where they meet.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, permutations

import numpy as np
import numpy.typing as npt

from pipeline.perception.sightings import BallSighting

Floats = npt.NDArray[np.float64]
Points = Sequence[BallSighting]
_LEAST, _STEADY = 4, 8
"""How many frames must show both where a shadow comes nearer or goes away, and where it does not."""
_CHANGES = 1.4
"""As many times as far away as at its nearest is one at its farthest that comes nearer or goes away."""
_LOOSE_PX, _LOOSE = 2.0, 0.05
"""How far from the line that it moves on, as seen from its ball, a shadow may be: pixels, and shares of how far away it
is."""
_FORETOLD = 6
"""How many places of a ball tell where it is in the frames next to them."""
_NEAR_PX = 6.0
"""What is not lower by so much than where the ball is foretold may be the ball."""


def shadows_of(paths: Sequence[Points]) -> list[list[BallSighting]]:
    """The parts of paths that are not the ball's but its shadow's, as others of them show.

    Args:
        paths: that a ball may have flown, each with at most one sighting a frame, in their order.
    """
    return [part for ball, other in permutations(paths, 2) for part in _shadows(ball, other)]


def _shadows(ball: Points, other: Points) -> Iterator[list[BallSighting]]:
    """The parts of another path that are a ball's shadow."""
    places = {each.step: each for each in ball}
    both = [(each, places[each.step]) for each in other if each.step in places]
    for lower, run in groupby(both, key=lambda pair: pair[0].y > pair[1].y):
        pairs = list(run)
        if lower and len(pairs) >= _LEAST and _in_one_direction(pairs):
            above = [above for _, above in pairs]
            begins, ends = above[0].step, above[-1].step
            before = _lower([each for each in reversed(other) if each.step < begins], above[:_FORETOLD])
            after = _lower([each for each in other if each.step > ends], above[-_FORETOLD:])
            yield [*reversed(list(before)), *(each for each in other if begins <= each.step <= ends), *after]


def _in_one_direction(pairs: list[tuple[BallSighting, BallSighting]]) -> bool:
    """Whether the first of each pair lies from the second where a shadow would."""
    away = np.array([(own.x - above.x, own.y - above.y) for own, above in pairs])
    far, line = np.hypot(*away.T), away.sum(axis=0)
    beside = np.abs(away @ np.array([-line[1], line[0]])) / np.hypot(*line)
    enough = len(pairs) >= _STEADY or far.max() >= _CHANGES * far.min()
    return bool(enough and (beside <= _LOOSE_PX + _LOOSE * far).all())


def _lower(points: Points, known: Points) -> Iterator[BallSighting]:
    """The first of some points, up to one that is not lower than where a ball is foretold by some of its places."""
    begins = known[0].step
    path = np.polyfit([each.step - begins for each in known], [each.y for each in known], min(2, len(known) - 2))
    for each in points:
        if each.y < np.polyval(path, each.step - begins) + _NEAR_PX:
            return
        yield each
