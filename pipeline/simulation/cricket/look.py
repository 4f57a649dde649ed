"""What a ground looks like on a day: colours, wear, weather and who sits around it, drawn by seed and level."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import BOWLING_CREASE_M, POPPING_HALF_M, RETURN_LENGTH_M
from pipeline.simulation.chance import one_of

Floats = npt.NDArray[np.float64]
Colour = tuple[float, float, float]
Setting = Literal["stadium", "club", "nets"]
Light = Literal["day", "evening", "floodlit"]
BallColour = Literal["red", "white", "pink"]
Mowing = Literal["along", "across", "checks", "none"]

_GRASSES: tuple[Colour, ...] = ((86, 122, 58), (104, 132, 62), (72, 104, 52), (122, 134, 74), (84, 138, 66))
_SOILS: tuple[Colour, ...] = (
    (190, 172, 132), (168, 148, 112), (176, 162, 136), (150, 134, 112), (196, 184, 156), (160, 128, 98),
)  # fmt: skip
_TURFS: tuple[Colour, ...] = ((74, 128, 70), (96, 140, 84), (140, 92, 70), (150, 146, 118))
_BOARDS: tuple[Colour, ...] = (
    (244, 244, 246), (232, 232, 236), (30, 66, 160), (206, 30, 40), (20, 24, 30), (240, 190, 30), (26, 130, 84),
    (224, 40, 120), (34, 150, 214), (240, 120, 30),
)  # fmt: skip
_KITS: tuple[Colour, ...] = (
    (30, 52, 128), (212, 178, 40), (196, 44, 44), (26, 110, 62), (34, 150, 206), (230, 108, 36), (104, 44, 120),
    (38, 38, 46), (24, 92, 96), (222, 70, 130),
)  # fmt: skip
_STUMPS: tuple[Colour, ...] = (
    (222, 200, 150), (236, 226, 200), (60, 120, 180), (228, 196, 60), (38, 38, 44), (90, 170, 200),
)  # fmt: skip
_BAILS: tuple[Colour, ...] = ((222, 200, 150), (240, 236, 220), (30, 30, 34), (190, 40, 36), (255, 60, 50))
"""Of wood, painted, and of those that light up."""
_WHITES: Colour = (232, 229, 218)


@dataclass(frozen=True, slots=True)
class Look:
    """A ground on a day; colours are RGB from 0 to 255, sizes in metres."""

    setting: Setting
    light: Light
    sun: tuple[float, float, float]
    """Towards the sun, or the strongest lamp, in pitch coordinates."""
    shadow: float
    """How much of the light a shadow takes away."""
    tint: Colour
    """What the light multiplies colours by."""
    grass: Colour
    dry: float
    mowing: Mowing
    mowing_m: float
    mowing_strength: float
    soil: Colour
    strip_grass: float
    """How green the strip is, 0 to 1."""
    wear: float
    """Footholes, dust, scuffs and cracks, 0 to 1."""
    artificial: bool
    paint: Colour
    paint_width_m: float
    paint_wear: float
    popping_half_m: float
    return_length_m: float
    """0 for none, as on many a practice pitch."""
    bowling_half_m: float
    guides: bool
    """Whether wide lines and the protected area are marked."""
    boundary_m: float
    boards: tuple[Colour, ...]
    crowd: float
    """The share of seats taken."""
    screen: Colour
    sky: Colour
    net: Colour
    ball: BallColour
    batting: Colour
    fielding: Colour
    umpire: Colour
    stumps: Colour
    haze: float
    table_m: float
    """How far beside the pitch, and behind its ends, the ground is as bare as the pitch itself."""
    bands: tuple[tuple[float, float, Colour], ...]
    """What is printed around the stumps: from which to which share of their height, and in which colour."""
    bails: Colour

    @classmethod
    def drawn(cls, rng: np.random.Generator, strength: float, setting: Setting | None, light: Light | None) -> "Look":
        """A ground. At strength 0 everything is clean; what is given is not drawn."""
        drawn: Setting = one_of(rng, ("stadium", "club", "nets"), (0.55, 0.27, 0.18))
        where = setting or drawn
        lit: Light = light or one_of(rng, ("day", "evening", "floodlit"), (0.55, 0.17, 0.28))
        if where == "nets" and light is None and lit == "floodlit":
            lit = "day"
        test = bool(rng.random() < (0.35 if where == "stadium" else 0.55)) and lit != "floodlit"
        ball: BallColour = "red" if test or where == "nets" else one_of(rng, ("white", "pink"), (0.85, 0.15))
        if lit == "floodlit" and ball == "red":
            ball = "white"
        artificial = where == "nets" and bool(rng.random() < 0.5)
        around, up = (
            rng.uniform(0, 2 * np.pi),
            np.radians(rng.uniform(16, 66) if lit != "evening" else rng.uniform(9, 20)),
        )
        sun = (float(np.cos(around) * np.cos(up)), float(np.sin(around) * np.cos(up)), float(np.sin(up)))
        first, second = rng.choice(len(_KITS), 2, replace=False)
        wear = float(np.clip(rng.beta(2, 2) * (0.35 + 0.75 * strength), 0, 1))
        returns = RETURN_LENGTH_M
        if where == "nets":
            returns = float(rng.uniform(1.3, 2.44)) if rng.random() < 0.6 else 0.0
        colours = [_near(rng, _BOARDS[int(i)], 8) for i in rng.choice(len(_BOARDS), 4, replace=False)]
        return cls(
            setting=where,
            light=lit,
            sun=sun,
            shadow={"day": float(rng.uniform(0.25, 0.5)), "evening": 0.4, "floodlit": 0.22}[lit],
            tint=_tint(rng, lit, strength),
            grass=_near(rng, one_of(rng, _GRASSES), 6 + 8 * strength),
            dry=float(rng.uniform(0, 0.25 + 0.5 * strength)),
            mowing=one_of(rng, ("along", "across", "checks", "none"), (0.3, 0.2, 0.2, 0.3)),
            mowing_m=float(rng.uniform(2.0, 5.5)),
            mowing_strength=float(rng.uniform(0.02, 0.09)),
            soil=_near(rng, one_of(rng, _TURFS if artificial else _SOILS), 6 + 8 * strength),
            strip_grass=0.0 if artificial else float(rng.beta(1.2, 1.8)),
            wear=0.3 * wear if artificial else wear,
            artificial=artificial,
            paint=_near(rng, (240, 240, 238), 3 + 5 * strength),
            paint_width_m=float(rng.uniform(0.035, 0.065)),
            paint_wear=float(np.clip(rng.beta(1.3, 2.4) * 1.3 * strength, 0, 0.85)),
            popping_half_m=POPPING_HALF_M + _longer_m(rng.uniform()),
            return_length_m=returns,
            bowling_half_m=BOWLING_CREASE_M / 2 if returns else float(rng.uniform(1.32, 1.75)),
            guides=where == "stadium" and not test,
            boundary_m=float(rng.uniform(58, 80)),
            boards=tuple(colours),
            crowd=float(np.clip(rng.beta(1.2, 1.2), 0.02, 0.95)),
            screen=(28, 34, 44) if ball != "red" else (236, 238, 238),
            sky=_near(rng, {"day": (176, 202, 226), "evening": (214, 190, 172), "floodlit": (12, 14, 20)}[lit], 10),
            net=_near(rng, one_of(rng, ((34, 120, 84), (30, 34, 36), (40, 140, 60))), 8),
            ball=ball,
            batting=_WHITES if test else _near(rng, _KITS[int(first)], 10),
            fielding=_WHITES if test else _near(rng, _KITS[int(second)], 10),
            umpire=_near(rng, one_of(rng, ((34, 36, 42), (236, 234, 226), (150, 40, 44), (92, 150, 200))), 6),
            stumps=_near(rng, one_of(rng, _STUMPS), 6),
            haze=float(rng.uniform(0, 0.25)),
            table_m=float(rng.uniform(0.5, 9.0)) if where != "nets" and rng.random() < 0.25 else 0.0,
            bands=_bands(rng) if where == "stadium" and rng.random() < 0.7 else (),
            bails=_near(rng, one_of(rng, _BAILS), 6),
        )  # fmt: skip


def _tint(rng: np.random.Generator, light: Light, strength: float) -> Colour:
    base = {"day": (1.0, 0.99, 0.95), "evening": (0.98, 0.84, 0.68), "floodlit": (0.80, 0.84, 0.94)}[light]
    gain = float(np.exp(rng.normal(0, 0.05 + 0.14 * strength)))
    red, green, blue = (np.array(base) * gain * (1 + rng.normal(0, 0.015 + 0.04 * strength, 3))).tolist()
    return red, green, blue


def _bands(rng: np.random.Generator) -> tuple[tuple[float, float, Colour], ...]:
    """A sponsor's colours around stumps."""
    count = int(rng.integers(1, 5))
    edges = np.sort(rng.uniform(0.02, 1.0, 2 * count)).reshape(-1, 2).tolist()
    colours = [_near(rng, _BOARDS[int(which)], 8) for which in rng.integers(len(_BOARDS), size=count)]
    return tuple((low, high, colour) for (low, high), colour in zip(edges, colours, strict=True))


def _near(rng: np.random.Generator, colour: Colour, spread: float) -> Colour:
    changed = np.array(colour) * (1 + 0.3 * spread / 100 * rng.standard_normal()) + rng.normal(0, spread, 3)
    red, green, blue = np.clip(changed, 4, 250).tolist()
    return red, green, blue


def _longer_m(share: float) -> float:
    """How much longer than the Laws ask a popping crease is painted on either side; on some grounds by metres."""
    return float(np.interp(share, (0, 0.8, 1), (0, 0.5, 3.0)))
