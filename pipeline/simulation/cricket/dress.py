"""What cricketers wear over their bodies: kits, pads, gloves, helmets, caps, hats, and the bat they hold."""

from dataclasses import replace
from typing import Literal

import numpy as np

from pipeline.simulation.bodies import Body
from pipeline.simulation.cricket.look import Colour, Look
from pipeline.simulation.outfits import Hat
from pipeline.simulation.parts import Disc, Part
from pipeline.simulation.shapes import Shape, shape_of
from pipeline.simulation.skeleton import JOINT, JOINT_NAMES

Role = Literal["bowler", "striker", "keeper", "non-striker", "umpire", "fielder"]
BAT_JOINTS = ("bat_grip", "bat_shoulder", "bat_toe")
_AT = JOINT | {name: len(JOINT_NAMES) + number for number, name in enumerate(BAT_JOINTS)}
"""The bat's points come after a body's joints; everybody has them, and batters use them."""
_HATS: dict[Role, tuple[Hat, ...]] = {
    "bowler": ("none", "none", "none", "cap"), "striker": ("helmet",), "keeper": ("cap", "helmet", "brim"),
    "non-striker": ("helmet",), "umpire": ("brim", "brim", "cap"), "fielder": ("cap", "cap", "brim", "none"),
}  # fmt: skip


def cricketer(rng: np.random.Generator, role: Role, look: Look) -> Body:
    """Somebody in that role, in the kit of their side: grown up, mostly men."""
    umpire = role == "umpire"
    age = float(rng.uniform(35, 60) if umpire else rng.uniform(18, 36))
    body = Body.drawn(rng, age, "male" if rng.random() < 0.85 else "female")
    kit = _kit(role, look)
    dark = (0.5 * kit[0], 0.5 * kit[1], 0.55 * kit[2]) if sum(kit) < 560 else (34.0, 44.0, 88.0)
    hats = _HATS[role]
    return replace(
        body.wearing(
            top=_whole(kit), legs=_whole((52, 54, 60) if umpire and sum(kit) > 200 else kit), lower="trousers",
            shoes=_whole((40, 38, 38) if umpire else (236, 234, 228)), coat=False, bag="none",
            sleeves="long" if rng.random() < 0.3 else "short", hat=hats[int(rng.integers(len(hats)))],
            hat_colour=_whole((232, 228, 214) if umpire else dark),
        ),
        stoop_deg=0.0,
    )  # fmt: skip


def dressed(body: Body, role: Role, look: Look, rng: np.random.Generator) -> Shape:
    """Somebody's parts, with what the role adds."""
    kit = _kit(role, look)
    pads = _whole((236, 234, 226) if sum(kit) > 560 or rng.random() < 0.4 else kit)
    gear: list[Part] = []
    if role in ("striker", "non-striker", "keeper"):
        hands = 0.030 if role != "keeper" else 0.042
        for side in ("left", "right"):
            gear.append(Part(((Disc(f"{side}_knee", 0.047), Disc(f"{side}_ankle", 0.037)),), pads))
            glove = (Disc(f"{side}_hand", hands), Disc(f"{side}_wrist", 0.8 * hands))
            gear.append(Part((glove,), pads, nearer=0.01))
    if role in ("striker", "non-striker"):
        gear.append(Part(((Disc("bat_shoulder", 0.030), Disc("bat_toe", 0.030)),), (206, 172, 118), nearer=0.05))
        gear.append(Part(((Disc("bat_grip", 0.010), Disc("bat_shoulder", 0.011)),), (60, 60, 66), nearer=0.05))
    return shape_of(body, gear, _AT)


def _kit(role: Role, look: Look) -> Colour:
    if role == "umpire":
        return look.umpire
    return look.batting if role in ("striker", "non-striker") else look.fielding


def _whole(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = np.clip(colour, 4, 250).astype(int).tolist()
    return red, green, blue
