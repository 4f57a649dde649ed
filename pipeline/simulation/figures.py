"""What people look like: hulls of discs between joints, in the order of their depth.

A disc in the picture is a sphere in the street, so that a few spheres a limb give the right outline from every side.
Parts of a body are ordered by their distance over the ground, not by depth: seen from above, depth grows downwards, and
hair that falls down a back would come out in front of a chest.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.data import Box
from pipeline.geometry.camera import Camera
from pipeline.simulation.bodies import Body
from pipeline.simulation.outfits import Colour, Outfit
from pipeline.simulation.skeleton import JOINT

Floats = npt.NDArray[np.float64]
_UNDER = -0.11
"""Thighs count as farther than they are, so that a shirt hangs over one that swings forward."""


@dataclass(frozen=True, slots=True)
class _Disc:
    """A sphere at a joint, or on the way to another one; sizes are shares of stature."""

    joint: str
    radius: float
    to: str | None = None
    share: float = 0.0
    """Of the way to the other joint; beyond 1 for past it."""
    drop: float = 0.0
    """How far it hangs below."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Hulls of discs of one colour, shaded as one body."""

    hulls: tuple[tuple[_Disc, ...], ...]
    colour: Colour
    nearer: float = 0.0
    """How much nearer to the camera it counts than its discs' middle, as a share of stature."""


_Sized = Callable[..., _Disc]
"""Makes a disc of somebody's head, whose radius is of an average head."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Somebody's parts as arrays, made once: for all discs the joints that they lie between, the share of the way from
    the first to the second, how far they hang below and their radii (both in cm); `firsts` are each part's first."""

    joints: npt.NDArray[np.intp]
    others: npt.NDArray[np.intp]
    shares: Floats
    drops: Floats
    radii: Floats
    firsts: npt.NDArray[np.intp]
    nearer: Floats
    hulls: tuple[tuple[tuple[int, int], ...], ...]
    """For each part its hulls, as ranges of discs."""
    colours: tuple[Colour, ...]
    stature_cm: float
    arms: tuple[int, ...]
    """The parts with forearms and hands."""
    legs: tuple[int, ...]
    trunk: int
    """The part with the chest."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody as the camera sees them: discs as centres (N, 2) and radii (N,) in pixels."""

    shape: Shape
    order: list[int]
    """The parts, the farthest first."""
    centres: Floats
    radii: Floats
    box: Box
    """Around the whole figure, also what is hidden or out of the picture."""
    depth: float
    keypoints: Floats
    """COCO's (17, 2) in pixels."""
    spheres: Floats
    """The discs' centres in the world (N, 3) in cm."""
    size_px: float
    """How large a stature is in the picture."""


def shape_of(body: Body) -> Shape:
    """Somebody's parts."""
    parts = list(_parts(body))
    discs: list[_Disc] = []
    firsts, hulls = [], []
    for part in parts:
        firsts.append(len(discs))
        ranges = []
        for hull in part.hulls:
            ranges.append((len(discs), len(discs) + len(hull)))
            discs.extend(hull)
        hulls.append(tuple(ranges))
    stature = body.stature_cm
    return Shape(
        joints=np.array([JOINT[disc.joint] for disc in discs]),
        others=np.array([JOINT[disc.to or disc.joint] for disc in discs]),
        shares=np.array([disc.share for disc in discs]),
        drops=np.array([disc.drop for disc in discs]) * stature,
        radii=np.array([disc.radius for disc in discs]) * stature,
        firsts=np.array(firsts),
        nearer=np.array([part.nearer for part in parts]) * stature,
        hulls=tuple(hulls),
        colours=tuple(part.colour for part in parts),
        stature_cm=stature,
        arms=tuple(number for number, part in enumerate(parts) if _has(part, "wrist")),
        legs=tuple(number for number, part in enumerate(parts) if part.nearer < 0 and not _has(part, "yoke")),
        trunk=next(number for number, part in enumerate(parts) if _has(part, "chest")),
    )


def arms_of(figure: Figure) -> Figure:
    """Only the arms that are seen before the trunk, to be drawn again over what they lie on."""
    before = figure.order[figure.order.index(figure.shape.trunk) + 1 :]
    return _only(figure, [part for part in before if part in figure.shape.arms])


def upper_of(figure: Figure) -> Figure:
    """Only what is above the legs, to be drawn again over what the legs are under."""
    return _only(figure, [part for part in figure.order if part not in figure.shape.legs])


def _only(figure: Figure, kept: list[int]) -> Figure:
    hulls = tuple(hulls if part in kept else () for part, hulls in enumerate(figure.shape.hulls))
    return replace(figure, shape=replace(figure.shape, hulls=hulls), order=kept)


def _has(part: _Part, joint: str) -> bool:
    return any(disc.joint.endswith(joint) for hull in part.hulls for disc in hull)


def figures_of(shapes: list[Shape], joints: Floats, camera: Camera) -> list[Figure]:
    """People with these joints (people, joints, 3), as the camera sees them."""
    counts = np.array([len(shape.radii) for shape in shapes])
    ends = np.cumsum(counts)
    firsts = ends - counts
    spheres = np.concatenate([_spheres(*person) for person in zip(shapes, joints, strict=True)])
    centres, depths = camera.project(spheres)
    scales = camera.fx / np.maximum(depths, 30.0)
    radii = np.concatenate([shape.radii for shape in shapes]) * scales
    low = np.minimum.reduceat(centres - radii[:, None], firsts)
    high = np.maximum.reduceat(centres + radii[:, None], firsts)
    sizes = np.array([shape.stature_cm for shape in shapes]) * np.add.reduceat(scales, firsts) / counts
    middles = camera.to_camera(joints[:, :17].mean(axis=1))[:, 2].tolist()
    keypoints, _ = camera.project(joints[:, :17])
    orders = _orders(shapes, spheres, firsts, counts, _uprights(joints))
    boxes = [(left, top, right, bottom) for left, top, right, bottom in np.hstack([low, high]).tolist()]
    return [
        Figure(
            shape, orders[n], centres[start:end], radii[start:end], boxes[n], middles[n], keypoints[n],
            spheres[start:end], float(sizes[n]),
        )
        for n, (shape, start, end) in enumerate(zip(shapes, firsts.tolist(), ends.tolist(), strict=True))
    ]  # fmt: skip


def _spheres(shape: Shape, joints: Floats) -> Floats:
    """Where the discs are in the world, (discs, 3)."""
    first = joints[shape.joints]
    points = first + shape.shares[:, None] * (joints[shape.others] - first)
    points[:, 2] -= shape.drops
    return points


def _uprights(joints: Floats) -> Floats:
    """How upright trunks are: 1 for somebody who stands, 0 for somebody who lies."""
    trunk = joints[:, JOINT["neck"]] - joints[:, [JOINT["left_hip"], JOINT["right_hip"]]].mean(axis=1)
    return np.abs(trunk[:, 2]) / np.maximum(np.linalg.norm(trunk, axis=1), 1e-6)


def _orders(
    shapes: list[Shape], spheres: Floats, firsts: npt.NDArray[np.intp], counts: npt.NDArray[np.intp], uprights: Floats
) -> list[list[int]]:
    """Everybody's parts, the farthest first; `firsts` and `counts` say which of the spheres are whose."""
    # Of somebody who lies, what is higher is nearer to a camera above.
    ranges = np.sqrt((spheres[:, :2] ** 2).sum(axis=1)) - np.repeat(1 - uprights, counts) * spheres[:, 2]
    parts = np.concatenate([shape.firsts + first for shape, first in zip(shapes, firsts, strict=True)])
    means = np.add.reduceat(ranges, parts) / np.diff(parts, append=len(spheres))
    found, end = [], 0
    for shape, upright in zip(shapes, uprights.tolist(), strict=True):
        start, end = end, end + len(shape.firsts)
        found.append(np.argsort(shape.nearer * upright - means[start:end], kind="stable").tolist())
    return found


def _parts(body: Body) -> Iterator[_Part]:
    for side in ("left", "right"):
        yield from _leg(body, side)
        yield from _arm(body, side)
    yield from _trunk(body)
    yield from _front(body.outfit)
    yield from _head(body)
    yield from _bag(body)


def _leg(body: Body, side: str) -> Iterator[_Part]:
    look, g = body.outfit, body.girth
    hip, knee, ankle = (f"{side}_{name}" for name in ("hip", "knee", "ankle"))
    thick, at_knee, at_ankle = 0.050 * g, 0.033 * g, 0.022 * g**0.5
    calf = _Disc(knee, 0.033 * g, ankle, 0.28)
    bare, hidden = look.lower != "trousers", look.lower == "long skirt"
    if look.lower == "shorts":
        yield _Part((((_Disc(hip, thick), _Disc(hip, 0.041 * g, knee, 0.85))),), look.legs, nearer=_UNDER)
    elif look.lower == "trousers":
        yield _Part(((_Disc(hip, thick), _Disc(knee, at_knee)),), look.legs, nearer=_UNDER)
    if bare and not hidden:
        yield _Part(((_Disc(hip, 0.036 * g, knee, 0.7), _Disc(knee, 0.029 * g)),), look.skin, nearer=1.2 * _UNDER)
    if hidden:
        yield _Part(((_Disc(ankle, 0.028 * g, knee, 0.35), _Disc(ankle, at_ankle)),), look.skin, nearer=0.6 * _UNDER)
    else:
        shank = ((_Disc(knee, at_knee), calf), (calf, _Disc(ankle, at_ankle)))
        yield _Part(shank, look.skin if bare else look.legs, nearer=0.2 * _UNDER)
    shoe = (_Disc(f"{side}_heel", 0.0175), _Disc(ankle, 0.020), _Disc(f"{side}_toe", 0.0145))
    yield _Part((shoe,), look.shoes, nearer=0.25 * _UNDER)


def _arm(body: Body, side: str) -> Iterator[_Part]:
    look, g = body.outfit, body.girth**0.8
    shoulder, elbow, wrist, hand = (f"{side}_{name}" for name in ("shoulder", "elbow", "wrist", "hand"))
    thick = 1.15 if look.coat else 1.0
    upper = (_Disc(shoulder, 0.028 * g * thick, drop=0.008), _Disc(elbow, 0.022 * g * thick))
    lower = (
        _Disc(elbow, 0.022 * g * thick),
        _Disc(elbow, 0.0215 * g * thick, wrist, 0.3),
        _Disc(wrist, 0.0155 * thick),
    )
    if look.sleeves == "long" or look.coat:
        yield _Part((upper, lower), look.top)
    else:
        yield _Part((upper[:1] + (_Disc(shoulder, 0.027 * g, elbow, 0.62),),), look.top, nearer=0.004)
        yield _Part(((_Disc(shoulder, 0.021 * g, elbow, 0.5), _Disc(elbow, 0.019 * g)), lower), look.skin)
    yield _Part(((_Disc(wrist, 0.013), _Disc(hand, 0.018), _Disc(wrist, 0.012, hand, 1.8)),), look.skin)


def _trunk(body: Body) -> Iterator[_Part]:
    look, g = body.outfit, body.girth
    narrow = (0.047 if body.sex == "female" else 0.053) * g**1.25
    loose = 1.06 if look.coat else 1.0

    def both(
        name: str, radius: float, to: str | None = None, share: float = 0.0, drop: float = 0.0
    ) -> tuple[_Disc, _Disc]:
        left, right = (f"{side}_{name}" for side in ("left", "right"))
        return (
            _Disc(left, radius, to and f"left_{to}", share, drop),
            _Disc(right, radius, to and f"right_{to}", share, drop),
        )

    # Shoulders fall away from the neck: between the two lies the trapezius, and over it a collar.
    collar = _Disc("neck", 0.035, "throat", 0.35)
    shoulders, yoke = both("shoulder", 0.025 * g**0.6, drop=0.008), both("yoke", 0.036 * g**0.8)
    chest, waist = both("chest", 0.058 * g**0.9 * loose), both("waist", narrow * loose)
    hips, seat = both("hip", 0.049 * g * loose), both("hip", 0.051 * g)
    hulls = [(*shoulders, *yoke, collar), (*yoke, *chest), (*chest, *waist), (*waist, *hips)]
    if g > 1.08:
        paunch = _Disc("belly", 0.055 * g**1.5)
        hulls += [(*waist, paunch), (paunch, *hips)]
    if look.coat:
        hulls.append((*hips, *both("hip", 0.058 * g, "knee", 0.62)))
    yield _Part(tuple(hulls), look.top)
    if look.lower in ("skirt", "long skirt"):
        end = both("knee", 0.056 * g) if look.lower == "skirt" else both("knee", 0.052 * g, "ankle", 0.72)
        yield _Part(((*seat, *both("hip", 0.062 * g, "knee", 0.4)), (*both("hip", 0.06 * g, "knee", 0.4), *end)),
                    look.legs, nearer=0.4 * _UNDER)  # fmt: skip
    else:
        yield _Part((seat,), look.legs, nearer=_UNDER)


def _head(body: Body) -> Iterator[_Part]:
    """Hair lies behind and above the face: the depths say which of them is seen, and how much."""
    look = body.outfit
    size = float(body.segments.head_cm) / body.stature_cm / 0.133

    def disc(joint: str, radius: float, to: str | None = None, share: float = 0.0) -> _Disc:
        return _Disc(joint, radius * size, to, share)

    skin, hair = look.skin, look.skin if look.hair_style == "none" else look.hair
    yield _Part(((disc("neck", 0.034), disc("throat", 0.030)),), skin)
    yield _Part(((disc("brow", 0.041), disc("chin", 0.026)),), skin, nearer=look.details.profile)
    yield _Part(((disc("crown", 0.046), disc("nape", 0.041)),), hair)
    match look.hair_style:
        case "long":
            yield _Part(((disc("nape", 0.043), disc("hair_end", 0.036)),), hair)
        case "tail":
            yield _Part(((disc("brow", 0.022, "nape", 1.5), disc("hair_end", 0.014)),), hair)
        case "bun":
            yield _Part(((disc("brow", 0.024, "nape", 1.55),),), hair)
    yield from _hat(body, disc)
    yield _Part(((disc("nose", 0.009),),), skin)
    if look.details.mouth:
        yield _Part(((disc("mouth", 0.008),),), _darker(skin, 0.75, 0.55))
    for side in ("left", "right"):
        if look.details.shaded_eyes:
            yield _Part(((disc(f"{side}_eye", 0.012),),), _darker(skin, 0.72, 0.68))
        else:
            yield _Part(((disc(f"{side}_eye", 0.006),),), _darker(skin, 0.4, 0.35))
        if look.hat not in ("hood", "helmet"):
            yield _Part(((disc(f"{side}_ear", 0.012),),), skin)
            if look.details.temples:
                yield _temple(side, look.details.temples, hair, disc)
    yield from _details(look, hair, disc)


def _temple(side: str, reaches: float, hair: Colour, disc: _Sized) -> _Part:
    """Hair from the nape over an ear to the temple."""
    ear = f"{side}_ear"
    ahead = disc(ear, 0.018 + 0.008 * reaches, "brow", 0.15 + 0.35 * reaches)
    return _Part(((disc(ear, 0.026, "crown", 0.3), disc(ear, 0.026, "nape", 0.4), ahead),), hair, nearer=0.004)


def _details(look: Outfit, hair: Colour, disc: _Sized) -> Iterator[_Part]:
    """What hangs on a head, or is worn at the neck."""
    details, skin = look.details, look.skin
    if details.beard != "none":
        colour = look.hair if details.beard != "stubble" else _between(skin, look.hair, 0.35)
        whiskers = (disc("mouth", 0.014, "nose", 0.3),)
        if details.beard != "moustache":
            cheeks = (disc(f"{side}_ear", 0.012, "chin", 0.5) for side in ("left", "right"))
            whiskers = (disc("chin", 0.028), disc("mouth", 0.015), *cheeks)
        yield _Part((whiskers,), colour, nearer=0.003)
    if details.glasses != "none":
        colour = (26, 26, 30) if details.glasses == "dark" else _darker(skin, 0.55, 0.55)
        yield _Part(((disc("left_eye", 0.0115), disc("right_eye", 0.0115)),), colour, nearer=0.002)
        for side in ("left", "right"):
            yield _Part(((disc(f"{side}_eye", 0.004), disc(f"{side}_ear", 0.004)),), (30, 28, 28))
    if look.hat == "none":
        match details.crown:
            case "fringe":
                yield _Part(((disc("brow", 0.026, "hat_front", 0.6), disc("crown", 0.036)),), hair, nearer=0.012)
            case "receding":
                yield _Part(((disc("crown", 0.038, "hat_front", 0.5),),), skin, nearer=0.008)
            case "bald":
                yield _Part(((disc("crown", 0.034, "hat_back", 0.35),),), skin, nearer=0.006)
            case "full":
                around = (disc("left_ear", 0.03, "crown", 0.3), disc("right_ear", 0.03, "crown", 0.3))
                yield _Part(((disc("crown", 0.056), disc("nape", 0.054), *around),), hair, nearer=-0.004)
            case "plain":
                pass
    match details.neck:
        case "scarf":
            yield _Part(((disc("neck", 0.046), disc("throat", 0.043)),), details.worn, nearer=0.004)
        case "collar":
            yield _Part(((disc("neck", 0.050), disc("throat", 0.037)),), look.top, nearer=0.002)
        case "hood":
            yield _Part(
                ((disc("neck", 0.03, "nape", 0.6), disc("neck", 0.05, "nape", 0.25)),), _darker(look.top, 0.9, 0.9)
            )
        case "bare":
            pass


def _front(look: Outfit) -> Iterator[_Part]:
    """What shows down the front of a top."""
    match look.details.front:
        case "open":
            strip, colour = (_Disc("throat", 0.026), _Disc("belly", 0.034)), look.details.worn
        case "zip":
            strip, colour = (_Disc("throat", 0.005), _Disc("belly", 0.007)), _darker(look.top, 1.6, 1.6)
        case "tie":
            strip, colour = (_Disc("throat", 0.008), _Disc("belly", 0.014)), look.details.worn
        case "plain":
            return
    yield _Part((strip,), colour)


def _hat(body: Body, disc: _Sized) -> Iterator[_Part]:
    hat, colour = body.outfit.hat, body.outfit.hat_colour
    if hat == "none":
        return
    thick = {"cap": 0.033, "beanie": 0.036, "brim": 0.033, "hood": 0.040, "helmet": 0.039}[hat]
    dome = tuple(disc(name, thick) for name in ("hat_front", "hat_back", "left_hat", "right_hat"))
    if hat == "hood":
        yield _Part((dome[1:], (dome[1], disc("nape", 0.050), disc("throat", 0.036))), body.outfit.top)
        return
    yield _Part((dome,), colour, nearer=0.012)
    if hat in ("cap", "helmet"):
        yield _Part(((disc("hat_front", 0.022), disc("visor", 0.008)),), _darker(colour, 0.85, 0.85), nearer=0.016)
    elif hat == "brim":
        around = ("visor", "brim_back", "left_brim", "right_brim")
        yield _Part((tuple(disc(name, 0.007) for name in around),), colour, nearer=0.02)


def _bag(body: Body) -> Iterator[_Part]:
    look = body.outfit
    strap, hand = _darker(look.bag_colour, 0.7, 0.7), "left_hand"
    match look.bag:
        case "backpack":
            yield _Part(((_Disc("pack_high", 0.066), _Disc("pack_low", 0.075)),), look.bag_colour)
            for side in ("left", "right"):
                chest = _Disc(f"{side}_yoke", 0.012, f"{side}_chest", 1.1)
                yield _Part(((_Disc(f"{side}_yoke", 0.036), chest),), strap, nearer=-0.02)
        case "shoulder":
            low = (_Disc("left_hip", 0.036, drop=0.02), _Disc("left_hip", 0.036, drop=-0.045))
            yield _Part((low,), look.bag_colour, nearer=0.05)
            yield _Part(((_Disc("right_yoke", 0.037), _Disc("left_waist", 0.05)),), strap, nearer=-0.03)
        case "handbag":
            yield _Part(((_Disc(hand, 0.005), _Disc(hand, 0.030, drop=0.075)),), strap)
            yield _Part(((_Disc(hand, 0.036, drop=0.085), _Disc(hand, 0.036, drop=0.105)),), look.bag_colour)
        case "shopping":
            yield _Part(
                ((_Disc(hand, 0.006), _Disc(hand, 0.05, drop=0.11), _Disc(hand, 0.055, drop=0.15)),), look.bag_colour
            )
        case _:
            pass


def _darker(colour: Colour, red: float, others: float) -> Colour:
    return min(int(red * colour[0]), 255), min(int(others * colour[1]), 255), min(int(others * colour[2]), 255)


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(one, other, strict=True))
    return red, green, blue
