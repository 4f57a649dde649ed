"""What pictures of heads and chests also show: beards, glasses, hair that is more or less, what is worn at the neck and
how a top is worn.

Streets draw people without them. `training.portraits` draws them, as a network that has never seen a beard takes a
bearded face for the back of a head.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.simulation.chance import one_of

Colour = tuple[int, int, int]
"""RGB."""
Beard = Literal["none", "stubble", "moustache", "beard"]
Glasses = Literal["none", "clear", "dark"]
Crown = Literal["plain", "fringe", "receding", "bald", "full"]
Neck = Literal["bare", "scarf", "collar", "hood"]
Front = Literal["plain", "open", "zip", "tie"]


@dataclass(frozen=True, slots=True)
class Details:
    """Of somebody's head and chest."""

    beard: Beard = "none"
    glasses: Glasses = "none"
    crown: Crown = "plain"
    """`bald` is so at the back of the top alone, `full` sticks out all around."""
    temples: float = 0.0
    """How far the hair reaches over the temples and down the cheeks, from 0, where ears are free, to 1."""
    profile: float = 0.0
    """How far the face is seen past the profile, as a share of stature by which it counts as nearer."""
    neck: Neck = "bare"
    """A `hood` hangs down at the back."""
    front: Front = "plain"
    worn: Colour = (200, 196, 188)
    """Of a scarf, and of what shows where a top is open."""
    shaded_eyes: bool = False
    """The sockets lie in the shade, as they do below the sun."""
    mouth: bool = True
    """Whether it stands out."""

    @classmethod
    def drawn(cls, rng: np.random.Generator, male: bool, colours: tuple[Colour, ...]) -> "Details":
        """Somebody's; what they wear is of one of the colours."""
        red, green, blue = colours[rng.integers(len(colours))]
        return cls(
            beard=one_of(rng, ("none", "stubble", "moustache", "beard"), (5, 2, 0.7, 2.5)) if male else "none",
            glasses=one_of(rng, ("none", "clear", "dark"), (7, 2.2, 1)),
            crown=one_of(rng, ("plain", "fringe", "receding", "bald", "full"), (4, 3, 1.2, 1, 1.5))
            if male
            else one_of(rng, ("plain", "fringe", "full"), (4, 3, 2)),
            temples=float(rng.uniform(0.3, 1.0)) if rng.random() < (0.6 if male else 0.85) else 0.0,
            profile=float(rng.uniform(0.002, 0.012)),
            neck=one_of(rng, ("bare", "scarf", "collar", "hood"), (5, 1.2, 2, 1.2)),
            front=one_of(rng, ("plain", "open", "zip", "tie"), (5, 2.5, 1.5, 0.7)),
            worn=(red, green, blue),
            shaded_eyes=bool(rng.random() < 0.4),
            mouth=bool(rng.random() < 0.6),
        )


PLAIN = Details()
"""Nothing of all this."""
