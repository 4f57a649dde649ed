"""Legs, arms and trunks as discs, in the clothes that are over them."""

from collections.abc import Iterator

from pipeline.simulation.bodies import Body
from pipeline.simulation.outfits import Outfit
from pipeline.simulation.parts import Disc, Part, toned

_UNDER = -0.11
"""Thighs count as farther than they are, so that a shirt hangs over one that swings forward."""


def limbs_of(body: Body) -> Iterator[Part]:
    """Somebody below the neck."""
    for side in ("left", "right"):
        yield from _leg(body, side)
        yield from _arm(body, side)
    yield from _trunk(body)
    yield from _front(body.outfit)


def _leg(body: Body, side: str) -> Iterator[Part]:
    look, g = body.outfit, body.girth
    hip, knee, ankle = (f"{side}_{name}" for name in ("hip", "knee", "ankle"))
    thick, at_knee, at_ankle = 0.050 * g, 0.033 * g, 0.022 * g**0.5
    calf = Disc(knee, 0.033 * g, ankle, 0.28)
    bare, hidden = look.lower != "trousers", look.lower == "long skirt"
    if look.lower == "shorts":
        yield Part(((Disc(hip, thick), Disc(hip, 0.041 * g, knee, 0.85)),), look.legs, nearer=_UNDER)
    elif look.lower == "trousers":
        yield Part(((Disc(hip, thick), Disc(knee, at_knee)),), look.legs, nearer=_UNDER)
    if bare and not hidden:
        yield Part(((Disc(hip, 0.036 * g, knee, 0.7), Disc(knee, 0.029 * g)),), look.skin, nearer=1.2 * _UNDER)
    if hidden:
        yield Part(((Disc(ankle, 0.028 * g, knee, 0.35), Disc(ankle, at_ankle)),), look.skin, nearer=0.6 * _UNDER)
    else:
        shank = ((Disc(knee, at_knee), calf), (calf, Disc(ankle, at_ankle)))
        yield Part(shank, look.skin if bare else look.legs, nearer=0.2 * _UNDER)
    shoe = (Disc(f"{side}_heel", 0.0175), Disc(ankle, 0.020), Disc(f"{side}_toe", 0.0145))
    yield Part((shoe,), look.shoes, nearer=0.25 * _UNDER)


def _arm(body: Body, side: str) -> Iterator[Part]:
    look, g = body.outfit, body.girth**0.8
    shoulder, elbow, wrist, hand = (f"{side}_{name}" for name in ("shoulder", "elbow", "wrist", "hand"))
    thick = 1.15 if look.coat else 1.0
    upper = (Disc(shoulder, 0.028 * g * thick, drop=0.008), Disc(elbow, 0.022 * g * thick))
    lower = (
        Disc(elbow, 0.022 * g * thick),
        Disc(elbow, 0.0215 * g * thick, wrist, 0.3),
        Disc(wrist, 0.0155 * thick),
    )
    if look.sleeves == "long" or look.coat:
        yield Part((upper, lower), look.top)
    else:
        yield Part((upper[:1] + (Disc(shoulder, 0.027 * g, elbow, 0.62),),), look.top, nearer=0.004)
        yield Part(((Disc(shoulder, 0.021 * g, elbow, 0.5), Disc(elbow, 0.019 * g)), lower), look.skin)
    yield Part(((Disc(wrist, 0.013), Disc(hand, 0.018), Disc(wrist, 0.012, hand, 1.8)),), look.skin)


def _trunk(body: Body) -> Iterator[Part]:
    look, g = body.outfit, body.girth
    narrow = (0.047 if body.sex == "female" else 0.053) * g**1.25
    loose = 1.06 if look.coat else 1.0

    def both(
        name: str, radius: float, to: str | None = None, share: float = 0.0, drop: float = 0.0
    ) -> tuple[Disc, Disc]:
        left, right = (f"{side}_{name}" for side in ("left", "right"))
        return (
            Disc(left, radius, to and f"left_{to}", share, drop),
            Disc(right, radius, to and f"right_{to}", share, drop),
        )

    # Shoulders fall away from the neck: between the two lies the trapezius, and over it a collar.
    collar = Disc("neck", 0.035, "throat", 0.35)
    shoulders, yoke = both("shoulder", 0.025 * g**0.6, drop=0.008), both("yoke", 0.036 * g**0.8)
    chest, waist = both("chest", 0.058 * g**0.9 * loose), both("waist", narrow * loose)
    hips, seat = both("hip", 0.049 * g * loose), both("hip", 0.051 * g)
    hulls = [(*shoulders, *yoke, collar), (*yoke, *chest), (*chest, *waist), (*waist, *hips)]
    if g > 1.08:
        paunch = Disc("belly", 0.055 * g**1.5)
        hulls += [(*waist, paunch), (paunch, *hips)]
    if look.coat:
        hulls.append((*hips, *both("hip", 0.058 * g, "knee", 0.62)))
    yield Part(tuple(hulls), look.top)
    if look.lower in ("skirt", "long skirt"):
        end = both("knee", 0.056 * g) if look.lower == "skirt" else both("knee", 0.052 * g, "ankle", 0.72)
        yield Part(((*seat, *both("hip", 0.062 * g, "knee", 0.4)), (*both("hip", 0.06 * g, "knee", 0.4), *end)),
                    look.legs, nearer=0.4 * _UNDER)  # fmt: skip
    else:
        yield Part((seat,), look.legs, nearer=_UNDER)


def _front(look: Outfit) -> Iterator[Part]:
    """What shows down the front of a top."""
    match look.details.front:
        case "open":
            strip, colour = (Disc("throat", 0.026), Disc("belly", 0.034)), look.details.worn
        case "zip":
            strip, colour = (Disc("throat", 0.005), Disc("belly", 0.007)), toned(look.top, 1.6, 1.6)
        case "tie":
            strip, colour = (Disc("throat", 0.008), Disc("belly", 0.014)), look.details.worn
        case "plain":
            return
    yield Part((strip,), colour)
