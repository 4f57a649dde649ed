"""Heads as discs: neck, face, hair and what is worn on them, beards, glasses and what is worn at the neck.

Hair lies behind and above the face: the depths say which of them is seen, and how much.
"""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.simulation.bodies import Body
from pipeline.simulation.outfits import Colour, Hair, Outfit
from pipeline.simulation.parts import Disc, Part, toned

_HEAD = 0.133
"""From chin to crown as a share of stature: the head for which discs are sized below."""


def head_of(body: Body) -> Iterator[Part]:
    """Somebody's head and neck, in the size that their head has."""
    size = float(body.segments.head_cm) / body.stature_cm / _HEAD
    for part in _parts(body.outfit):
        hulls = (tuple(replace(disc, radius=disc.radius * size) for disc in hull) for hull in part.hulls)
        yield replace(part, hulls=tuple(hulls))


def _parts(look: Outfit) -> Iterator[Part]:
    hair = look.skin if look.hair_style == "none" else look.hair
    yield Part(((Disc("neck", 0.034), Disc("throat", 0.030)),), look.skin)
    yield Part(((Disc("brow", 0.041), Disc("chin", 0.026)),), look.skin, nearer=look.details.profile)
    yield from _hair(look.hair_style, hair)
    yield from _hat(look)
    yield from _face(look, hair)
    yield from _beard(look)
    yield from _glasses(look)
    if look.hat == "none":
        yield from _crown(look, hair)
    yield from _neck(look)


def _hair(style: Hair, colour: Colour) -> Iterator[Part]:
    yield Part(((Disc("crown", 0.046), Disc("nape", 0.041)),), colour)
    match style:
        case "long":
            yield Part(((Disc("nape", 0.043), Disc("hair_end", 0.036)),), colour)
        case "tail":
            yield Part(((Disc("brow", 0.022, "nape", 1.5), Disc("hair_end", 0.014)),), colour)
        case "bun":
            yield Part(((Disc("brow", 0.024, "nape", 1.55),),), colour)
        case "short" | "none":
            pass


def _hat(look: Outfit) -> Iterator[Part]:
    hat, colour = look.hat, look.hat_colour
    if hat == "none":
        return
    thick = {"cap": 0.033, "beanie": 0.036, "brim": 0.033, "hood": 0.040, "helmet": 0.039}[hat]
    dome = tuple(Disc(name, thick) for name in ("hat_front", "hat_back", "left_hat", "right_hat"))
    if hat == "hood":
        yield Part((dome[1:], (dome[1], Disc("nape", 0.050), Disc("throat", 0.036))), look.top)
        return
    yield Part((dome,), colour, nearer=0.012)
    if hat in ("cap", "helmet"):
        yield Part(((Disc("hat_front", 0.022), Disc("visor", 0.008)),), toned(colour, 0.85, 0.85), nearer=0.016)
    elif hat == "brim":
        around = ("visor", "brim_back", "left_brim", "right_brim")
        yield Part((tuple(Disc(name, 0.007) for name in around),), colour, nearer=0.02)


def _face(look: Outfit, hair: Colour) -> Iterator[Part]:
    """Nose, mouth, eyes, ears, and the hair over the temples."""
    skin, details = look.skin, look.details
    yield Part(((Disc("nose", 0.009),),), skin)
    if details.mouth:
        yield Part(((Disc("mouth", 0.008),),), toned(skin, 0.75, 0.55))
    for side in ("left", "right"):
        if details.shaded_eyes:
            yield Part(((Disc(f"{side}_eye", 0.012),),), toned(skin, 0.72, 0.68))
        else:
            yield Part(((Disc(f"{side}_eye", 0.006),),), toned(skin, 0.4, 0.35))
        if look.hat not in ("hood", "helmet"):
            yield Part(((Disc(f"{side}_ear", 0.012),),), skin)
            if details.temples:
                yield _temple(side, details.temples, hair)


def _temple(side: str, reaches: float, colour: Colour) -> Part:
    """Hair from the nape over an ear to the temple."""
    ear = f"{side}_ear"
    ahead = Disc(ear, 0.018 + 0.008 * reaches, "brow", 0.15 + 0.35 * reaches)
    return Part(((Disc(ear, 0.026, "crown", 0.3), Disc(ear, 0.026, "nape", 0.4), ahead),), colour, nearer=0.004)


def _beard(look: Outfit) -> Iterator[Part]:
    beard = look.details.beard
    if beard == "none":
        return
    colour = look.hair if beard != "stubble" else _between(look.skin, look.hair, 0.35)
    whiskers = (Disc("mouth", 0.014, "nose", 0.3),)
    if beard != "moustache":
        cheeks = (Disc(f"{side}_ear", 0.012, "chin", 0.5) for side in ("left", "right"))
        whiskers = (Disc("chin", 0.028), Disc("mouth", 0.015), *cheeks)
    yield Part((whiskers,), colour, nearer=0.003)


def _glasses(look: Outfit) -> Iterator[Part]:
    glasses = look.details.glasses
    if glasses == "none":
        return
    colour = (26, 26, 30) if glasses == "dark" else toned(look.skin, 0.55, 0.55)
    yield Part(((Disc("left_eye", 0.0115), Disc("right_eye", 0.0115)),), colour, nearer=0.002)
    for side in ("left", "right"):
        yield Part(((Disc(f"{side}_eye", 0.004), Disc(f"{side}_ear", 0.004)),), (30, 28, 28))


def _crown(look: Outfit, hair: Colour) -> Iterator[Part]:
    """More hair than usual at the top, or less."""
    match look.details.crown:
        case "fringe":
            yield Part(((Disc("brow", 0.026, "hat_front", 0.6), Disc("crown", 0.036)),), hair, nearer=0.012)
        case "receding":
            yield Part(((Disc("crown", 0.038, "hat_front", 0.5),),), look.skin, nearer=0.008)
        case "bald":
            yield Part(((Disc("crown", 0.034, "hat_back", 0.35),),), look.skin, nearer=0.006)
        case "full":
            around = (Disc("left_ear", 0.03, "crown", 0.3), Disc("right_ear", 0.03, "crown", 0.3))
            yield Part(((Disc("crown", 0.056), Disc("nape", 0.054), *around),), hair, nearer=-0.004)
        case "plain":
            pass


def _neck(look: Outfit) -> Iterator[Part]:
    """What is worn there."""
    match look.details.neck:
        case "scarf":
            yield Part(((Disc("neck", 0.046), Disc("throat", 0.043)),), look.details.worn, nearer=0.004)
        case "collar":
            yield Part(((Disc("neck", 0.050), Disc("throat", 0.037)),), look.top, nearer=0.002)
        case "hood":
            hangs = (Disc("neck", 0.03, "nape", 0.6), Disc("neck", 0.05, "nape", 0.25))
            yield Part((hangs,), toned(look.top, 0.9, 0.9))
        case "bare":
            pass


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(one, other, strict=True))
    return red, green, blue
