"""What people wear and carry, and the colours of their skin and hair, drawn as streets have them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.simulation.chance import one_of
from pipeline.simulation.details import PLAIN, Colour, Details

Hair = Literal["none", "short", "long", "tail", "bun"]
Hat = Literal["none", "cap", "beanie", "brim", "hood", "helmet"]
Lower = Literal["trousers", "shorts", "skirt", "long skirt"]
Bag = Literal["none", "backpack", "shoulder", "handbag", "shopping"]


@dataclass(frozen=True, slots=True)
class Outfit:
    """What somebody looks like."""

    skin: Colour = (214, 164, 130)
    hair: Colour = (40, 30, 24)
    top: Colour = (86, 92, 104)
    legs: Colour = (34, 40, 62)
    shoes: Colour = (28, 26, 26)
    sleeves: Literal["long", "short"] = "long"
    lower: Lower = "trousers"
    coat: bool = False
    """The top goes down over the thighs."""
    hair_style: Hair = "short"
    hat: Hat = "none"
    hat_colour: Colour = (40, 40, 44)
    bag: Bag = "none"
    bag_colour: Colour = (60, 44, 36)
    details: Details = PLAIN

    @classmethod
    def drawn(cls, rng: np.random.Generator, male: bool, age_years: float) -> "Outfit":
        """Somebody's."""
        warm = rng.random()
        """From summer to winter, so that a coat does not go with shorts."""
        lower: Lower = "trousers"
        if not male and rng.random() < 0.28:
            lower = "long skirt" if rng.random() < 0.3 else "skirt"
        elif warm < 0.3 and rng.random() < 0.6:
            lower = "shorts"
        grey = age_years > 60 and rng.random() < 0.75
        bag: Bag = "none"
        if rng.random() < 0.4:
            bag = one_of(rng, ("backpack", "shoulder", "handbag", "shopping"), (4, 2, 0 if male else 3, 2))
        return cls(
            skin=shade_of(rng, _SKINS),
            hair=shade_of(rng, _GREYS if grey else _HAIRS),
            top=shade_of(rng, TOPS),
            legs=shade_of(rng, _LEGS),
            shoes=shade_of(rng, _SHOES),
            sleeves="short" if warm < 0.45 and rng.random() < 0.75 else "long",
            lower=lower,
            coat=warm > 0.72 and bool(rng.random() < 0.7),
            hair_style=_hair(rng, male, age_years),
            hat=one_of(rng, ("none", "cap", "beanie", "brim", "hood"), (80, 8, 8 * warm, 3, 6 * warm)),
            hat_colour=shade_of(rng, TOPS),
            bag=bag,
            bag_colour=shade_of(rng, _BAGS),
        )


def shade_of(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    """One of the colours, a little lighter or darker and hardly of another hue."""
    base = np.array(colours[rng.integers(len(colours))]) * (1 + rng.normal(0, 0.1)) + rng.normal(0, 3, 3)
    red, green, blue = np.clip(base, 8, 245).astype(int).tolist()
    return red, green, blue


def _hair(rng: np.random.Generator, male: bool, age_years: float) -> Hair:
    if male:
        bald = 0.25 if age_years > 45 else 0.06 if age_years > 20 else 0.0
        return "none" if rng.random() < bald else "long" if rng.random() < 0.05 else "short"
    return one_of(rng, ("long", "tail", "bun", "short"), (45, 20, 12, 23 if age_years < 60 else 80))


_SKINS = ((234, 192, 166), (224, 178, 148), (214, 164, 130), (180, 126, 94), (128, 86, 62), (92, 62, 46))
_HAIRS = (
    (32, 26, 22), (24, 20, 20), (44, 32, 24), (30, 26, 26), (26, 22, 24), (52, 38, 28), (64, 44, 30), (84, 58, 36),
    (156, 120, 76),
)  # fmt: skip
_GREYS = ((120, 118, 116), (168, 166, 162), (204, 202, 198))
_DARK = ((20, 20, 23), (25, 25, 30), (26, 32, 52), (38, 38, 42), (44, 36, 32), (32, 38, 34))
TOPS = (
    *(2 * _DARK), (36, 52, 92), (150, 36, 40), (208, 206, 198), (232, 230, 226), (62, 104, 72), (196, 146, 52),
    (86, 92, 104), (108, 78, 58), (92, 54, 96), (72, 118, 160), (60, 62, 44),
)  # fmt: skip
"""Half of them dark: of the 125 labels of the real clip `vtest.avi` the median torso has a luma of 22 on a ground of
168. With as many colours as there are names of colours the median difference was 42 instead of 137."""
_LEGS = (
    (30, 36, 56), (40, 42, 50), (22, 22, 26), (26, 28, 34), (44, 54, 82), (34, 32, 32), (70, 86, 120), (96, 88, 74),
    (150, 138, 116),
)  # fmt: skip
_SHOES = ((28, 26, 26), (82, 58, 42), (196, 196, 192), (54, 54, 60))
_BAGS = ((60, 44, 36), (34, 34, 38), (120, 40, 40), (58, 76, 104), (176, 158, 120), (218, 214, 206), (70, 84, 62))
