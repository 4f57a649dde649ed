"""What people on a street do when no story asks for anything else: walk about alone and in groups, stop, look around or
at the camera, use their phones, sit down where there is a seat, come and go.

Shares of groups after Moussaïd et al. 2010 (PLoS ONE 5(4), e10047): between half and two thirds of those in busy
streets walk with somebody, here half; side by side they are 65 to 95 cm apart.
"""

from collections.abc import Callable
from itertools import count

import numpy as np

from pipeline.simulation.actions import Hands
from pipeline.simulation.bodies import Body
from pipeline.simulation.crowd import pace_of
from pipeline.simulation.deeds import Accompany, Crouch, FallDown, Go, Leave, Sit, Stay
from pipeline.simulation.ground import Ground
from pipeline.simulation.walkers import Walker

_GROUPED = 0.32
_STRANGERS_CM, _CHOICES = 250.0, 6
"""How far strangers are from each other at first, if one of so many places allows it."""
_RUNS_CM_S = (260.0, 420.0)
_STANDING: tuple[Hands, ...] = ("free", "free", "phone", "call", "crossed", "pockets", "behind")


class Habits:
    """Makes people and finds something for them to do.

    Args:
        ground: where they are.
        strength: of randomisation, 0 to 1; with more of it people do unusual things more often.
        stream: the random numbers of the person with a track.
    """

    def __init__(self, ground: Ground, strength: float, stream: Callable[[int], np.random.Generator]) -> None:
        self._ground = ground
        self._strength = strength
        self._stream = stream
        self._tracks = count(1)

    def population(self, people: int, rng: np.random.Generator) -> list[Walker]:
        """People all over the place, some of them in groups."""
        made: list[Walker] = []
        while len(made) < people:
            size = min(
                people - len(made), int(rng.choice([2, 3, 4], p=[0.7, 0.2, 0.1])) if rng.random() < _GROUPED else 1
            )
            leader = self.person(self._roomy(made, rng))
            made += [leader, *self.companions(leader, size - 1)]
        return made

    def _roomy(self, others: list[Walker], rng: np.random.Generator) -> np.ndarray:
        """A place where strangers would stand: off the others, if there is one."""
        places = [self._ground.somewhere(rng) for _ in range(_CHOICES)]
        room = [min((float(np.linalg.norm(place - o.position)) for o in others), default=0.0) for place in places]
        return places[next((n for n, free in enumerate(room) if free > _STRANGERS_CM), int(np.argmax(room)))]

    def person(self, place: np.ndarray) -> Walker:
        """Somebody new."""
        track = next(self._tracks)
        rng = self._stream(track)
        body = Body.drawn(rng)
        bag = body.outfit.bag
        hands: Hands = "bag_left" if bag in ("handbag", "shopping") else "phone" if rng.random() < 0.06 else "free"
        return Walker(
            track, body, rng, np.asarray(place, float), float(rng.uniform(0, 2 * np.pi)), pace_of(body, rng),
            phase=float(rng.uniform(0, 2 * np.pi)), hands=hands,
        )  # fmt: skip

    def companions(self, leader: Walker, number: int) -> list[Walker]:
        """Others who keep beside somebody: abreast, or in two rows."""
        found = []
        for index in range(number):
            other = self.person(leader.position)
            aside = (80.0, -80.0, 76.0)[index] * float(other.rng.uniform(0.85, 1.2))
            behind = (8.0, 22.0, 95.0)[index]
            left = np.array([-np.sin(leader.facing_rad), np.cos(leader.facing_rad)])
            other.position = leader.position + aside * left
            other.deeds.append(Accompany(leader, aside, behind))
            found.append(other)
        return found

    def arrival(self, rng: np.random.Generator) -> Walker:
        """Somebody new who comes into the picture."""
        walker = self.person(self._ground.outside(rng))
        goal = self._ground.somewhere(walker.rng)
        walker.facing_rad = float(np.arctan2(*(goal - walker.position)[::-1]))
        walker.deeds.append(self._go(walker, goal))
        return walker

    def next_deeds(self, walker: Walker) -> None:
        """Something to do for somebody who has nothing to do."""
        rng, ground, odd = walker.rng, self._ground, self._strength
        goal = ground.somewhere(rng)
        what = rng.choice(
            ["walk", "stop", "sit", "leave", "crouch", "fall"],
            p=_shares(0.62, 0.24, 0.10 if ground.seats else 0.0, 0.03 + 0.10 * odd, 0.01 + 0.02 * odd, 0.012 * odd),
        )
        walker.deeds.append(self._go(walker, goal))
        if what == "stop":
            walker.deeds.append(self._stop(walker))
            if walker.hands in ("crossed", "pockets", "behind", "call"):
                walker.hands = "free"
        elif what == "sit":
            seat = ground.seats[rng.integers(len(ground.seats))]
            walker.deeds[-1] = self._go(walker, np.asarray(seat.feet))
            walker.deeds.append(Sit(float(rng.uniform(6, 25)), seat))
        elif what == "crouch":
            walker.deeds.append(Crouch(float(rng.uniform(1.5, 4))))
        elif what == "fall":
            kind = ("back", "belly", "left", "right")[rng.integers(4)]
            walker.deeds.append(FallDown(kind, float(rng.uniform(3, 10))))
        elif what == "leave":
            out = ground.outside(rng)
            walker.deeds[-1] = self._go(walker, out)
            walker.deeds.append(Leave())

    def _go(self, walker: Walker, goal: np.ndarray) -> Go:
        rng = walker.rng
        runs = rng.random() < 0.03 + 0.06 * self._strength and walker.body.age_years < 65
        pace = float(rng.uniform(*_RUNS_CM_S)) if runs else walker.pace_cm_s
        gaze = "around" if rng.random() < 0.25 else "ahead"
        hands = walker.hands
        if hands not in ("bag_left", "bag_right"):
            hands = "free" if runs or rng.random() < 0.9 else "phone"
        return Go((float(goal[0]), float(goal[1])), pace, gaze=gaze, hands=hands)

    def _stop(self, walker: Walker) -> Stay:
        rng = walker.rng
        hands = walker.hands if walker.hands == "bag_left" else _STANDING[rng.integers(len(_STANDING))]
        gaze = "down" if hands == "phone" else ("ahead", "around", "around", "camera")[rng.integers(4)]
        towards = (0.0, 0.0) if gaze == "camera" and rng.random() < 0.7 else None
        return Stay(float(rng.uniform(2, 9)), gaze, towards, hands)


def _shares(*weights: float) -> np.ndarray:
    return np.array(weights) / sum(weights)
