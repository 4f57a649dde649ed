"""What cricketers wear over their bodies: kits, pads, gloves, helmets, caps, hats, and the bat they hold."""

from dataclasses import replace
from typing import Literal

import numpy as np

from pipeline.simulation.bodies import Body
from pipeline.simulation.cricket.look import Colour, Look
from pipeline.simulation.figures import Shape, shape_of
from pipeline.simulation.skeleton import JOINT, JOINT_NAMES

Role = Literal["bowler", "striker", "keeper", "non-striker", "umpire", "fielder"]
BAT_JOINTS = ("bat_grip", "bat_shoulder", "bat_toe")
BAT = {name: len(JOINT_NAMES) + number for number, name in enumerate(BAT_JOINTS)}
"""Places of the bat's points after a body's joints; everybody has them, and batters use them."""
_AT = {**JOINT, **BAT}
_Disc = tuple[str, float]


def cricketer(rng: np.random.Generator, role: Role, look: Look) -> Body:
    """Somebody in that role: mostly men, a little taller than most, in the kit of their side."""
    body = Body.drawn(rng)
    while body.sex == "female" and rng.random() < 0.7:
        body = Body.drawn(rng)
    kit = _kit(role, look)
    shoes: Colour = (236, 234, 228) if role != "umpire" else (40, 38, 38)
    trousers = kit if role != "umpire" or sum(kit) < 200 else (52, 54, 60)
    return replace(
        body,
        stature_cm=body.stature_cm + 4.0 * (role in ("bowler", "fielder")),
        girth=float(np.clip(body.girth, 0.88, 1.15)),
        top=_whole(kit, look),
        legs=_whole(trousers, look),
        shoes=_whole(shoes, look),
        skin=_whole(body.skin, look),
        hair=_whole(body.hair, look),
        long_sleeves=bool(rng.random() < 0.35),
    )


def dressed(body: Body, role: Role, look: Look, rng: np.random.Generator) -> Shape:
    """Somebody's parts, with what the role adds."""
    kit = _kit(role, look)
    dark: Colour = (0.55 * kit[0], 0.55 * kit[1], 0.6 * kit[2])
    pads: Colour = (236, 234, 226) if sum(kit) > 560 or rng.random() < 0.4 else kit
    gear: list[tuple[tuple[tuple[_Disc, ...], ...], Colour, float]] = []
    if role in ("striker", "non-striker", "keeper"):
        for side in ("left", "right"):
            knee, ankle = f"{side}_knee", f"{side}_ankle"
            gear.append((((((knee, 0.047), (ankle, 0.037))), ((knee, 0.047),)), pads, 0.0))
        hands = 0.030 if role != "keeper" else 0.042
        for side in ("left", "right"):
            gear.append(((((f"{side}_hand", hands), (f"{side}_wrist", 0.8 * hands)),), pads, 0.01))
    if role in ("striker", "non-striker"):
        wood: Colour = (206, 172, 118)
        gear.append((((("bat_shoulder", 0.030), ("bat_toe", 0.030)),), wood, 0.05))
        gear.append((((("bat_grip", 0.010), ("bat_shoulder", 0.011)),), (60, 60, 66), 0.05))
        gear.append((((("crown", 0.060), ("nape", 0.056), ("brow", 0.052)),), dark, 0.001))
        gear.append((((("brow", 0.050), ("nose", 0.020)),), dark, 0.0))
    elif role == "umpire":
        gear.append((((("crown", 0.050), ("brow", 0.047)),), (232, 228, 214), 0.004))
    elif rng.random() < 0.75 or role == "keeper":
        gear.append((((("crown", 0.049), ("brow", 0.040)),), dark if sum(kit) < 620 else (30, 36, 70), 0.003))
    shape = shape_of(body)
    joints, radii = list(shape.joints), list(shape.radii)
    firsts, nearer = list(shape.firsts), list(shape.nearer)
    hulls, colours = list(shape.hulls), list(shape.colours)
    for parts, colour, ahead in gear:
        firsts.append(len(joints))
        ranges = []
        for part in parts:
            ranges.append((len(joints), len(joints) + len(part)))
            joints += [_AT[name] for name, _ in part]
            radii += [radius * body.stature_cm for _, radius in part]
        hulls.append(tuple(ranges))
        colours.append(_whole(colour, look))
        nearer.append(ahead * body.stature_cm)
    return replace(
        shape, joints=np.array(joints), radii=np.array(radii), firsts=np.array(firsts), nearer=np.array(nearer),
        hulls=tuple(hulls), colours=tuple(colours),
    )  # fmt: skip


def _kit(role: Role, look: Look) -> Colour:
    if role == "umpire":
        return look.umpire
    return look.batting if role in ("striker", "non-striker") else look.fielding


def _whole(colour: Colour, look: Look) -> tuple[int, int, int]:
    """A colour in the light of the day."""
    red, green, blue = np.clip(np.array(colour) * look.tint, 4, 250).astype(int).tolist()
    return red, green, blue
