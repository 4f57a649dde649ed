"""Bodies in many poses, and cameras before them: what is true, by the hundred thousand.

Not taken from scenes (`sightline dataset bodies`): there people walk where a surveillance camera looks, and a lifting
network has to know any camera, people cut off by the edge and poses that are rare. Sizes of people in the picture are
drawn evenly by their logarithm, so that no distance is likelier than another because of where people were put.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from pipeline.simulation.actions import Fall, Hands, crouching, falling, holding, looking, lying, seated
from pipeline.simulation.anthropometry import ages, measures
from pipeline.simulation.gait import stride
from pipeline.simulation.skeleton import JOINT, LIMITS_DEG, Pose, Segments, both_sides, joints_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Kind = Literal["walk", "run", "stand", "sit", "crouch", "bend", "fall"]
SHARES: dict[Kind, float] = {
    "walk": 0.50, "run": 0.04, "stand": 0.30, "sit": 0.08, "crouch": 0.03, "bend": 0.03, "fall": 0.02
}  # fmt: skip
"""How often people do what."""
POPULATIONS_SD = 0.025
"""Between the mean statures of countries, as a share: NCD-RisC 2016 (eLife 5, e13410): men 160 to 183 cm."""
SHOES_CM = (1.0, 4.5)
"""What shoes add to a standing height, and hair and hats to what is seen of it."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """People with their feet about the origin of the ground, facing along its first axis."""

    joints: npt.NDArray[np.float32]
    """COCO's (N, 17, 3), [ahead, left, up] in cm."""
    middle: Floats
    """Of the body, (N, 3): what a distance is measured to."""
    facing_rad: Floats
    """Of the trunk, from the first axis to the left, (N,); nan for those who lie."""
    head_rad: Floats
    """Of the head, from the middle of the ears to the nose, in the same way; nan for one that looks up or down."""
    height_cm: Floats
    """Standing, (N,)."""
    width_cm: Floats
    """Biacromial, (N,)."""

    def __len__(self) -> int:
        return len(self.height_cm)

    def __getitem__(self, index: npt.NDArray[np.intp]) -> "Bodies":
        return Bodies(*(getattr(self, part.name)[index] for part in fields(self)))


def drawn_bodies(rng: np.random.Generator, count: int) -> Bodies:
    """Somebody doing something, `count` times."""
    numbers = rng.multinomial(count, np.array(list(SHARES.values())) / sum(SHARES.values()))
    parts = [_some(rng, kind, int(number)) for kind, number in zip(SHARES, numbers, strict=True) if number]
    joined = Bodies(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Bodies)))
    return joined[rng.permutation(len(joined))]


def _some(rng: np.random.Generator, kind: Kind, count: int) -> Bodies:
    segments = drawn_segments(rng, count)
    pose = _POSES[kind](rng, segments, count)
    if kind != "fall":
        pose = _carrying(rng, kind, segments, pose, count)
        pose = looking(pose, rng.normal(0, 25, count) * (rng.random(count) < 0.6), rng.normal(6, 10, count))
    joints = joints_of(segments, _shaken(rng, pose, count), (0.0, 0.0), 0.0)
    stature = np.asarray(segments.stature_cm)
    coco = joints[:, :17]
    hips = coco[:, 11:13].mean(axis=1)
    across = coco[:, 5] - coco[:, 6] + coco[:, 11] - coco[:, 12]
    front = np.cross(across, joints[:, JOINT["neck"]] - hips).astype(float)
    nose = coco[:, 0] - coco[:, 3:5].mean(axis=1)
    upright = kind in ("walk", "run", "stand")
    middle = np.array(np.broadcast_to([0.0, 0.0, 0.0], (count, 3)))
    middle[:, :2] = 0.0 if upright else hips[:, :2]
    middle[:, 2] = stature / 2 if upright else coco[..., 2].mean(axis=1)
    shoulders = np.asarray(segments.shoulders_cm)
    return Bodies(coco.astype(np.float32), middle, _direction(front), _direction(nose), stature, shoulders)


def _direction(vectors: Floats) -> Floats:
    """Of vectors (N, 3) on the ground, (N,) in radians; nan of those that point up or down."""
    flat = np.linalg.norm(vectors[:, :2], axis=1)
    return np.where(flat > 0.5 * np.linalg.norm(vectors, axis=1), np.arctan2(vectors[:, 1], vectors[:, 0]), np.nan)


def drawn_segments(rng: np.random.Generator, count: int) -> Segments:
    """People of the world in shoes."""
    segments = measures(rng, ages(rng, count), rng.random(count) < 0.5).segments
    scale = 1 + POPULATIONS_SD * rng.standard_normal(count)
    sized = {part.name: np.asarray(getattr(segments, part.name)) for part in fields(Segments)}
    sized = {name: value if name == "waist" else value * scale for name, value in sized.items()}
    sized["ankle_cm"] = sized["ankle_cm"] + rng.uniform(*SHOES_CM, count)
    # The sides of a trunk and of a limb are not of textbook proportion either.
    for name in ("trunk_cm", "thigh_cm", "shank_cm", "upper_arm_cm", "forearm_cm", "neck_cm", "head_cm", "hips_cm"):
        sized[name] = sized[name] * (1 + 0.015 * rng.standard_normal(count))
    return Segments(**sized)


def _walking(rng: np.random.Generator, segments: Segments, count: int) -> Pose:
    pace = np.clip(rng.normal(1.3, 0.25, count), 0.5, 2.1) * 100 * np.sqrt(np.asarray(segments.stature_cm) / 172)
    return stride(segments, rng.uniform(0, 2 * np.pi, count), pace)


def _running(rng: np.random.Generator, segments: Segments, count: int) -> Pose:
    return stride(segments, rng.uniform(0, 2 * np.pi, count), rng.uniform(240, 480, count))


def _standing(rng: np.random.Generator, segments: Segments, count: int) -> Pose:
    """With the weight on one leg or both, and the other one bent a little or put forward."""
    lean = rng.choice(2, count)
    bent = np.zeros((count, 2))
    bent[np.arange(count), lean] = np.abs(rng.normal(0, 12, count))
    return Pose(
        pelvis_roll_deg=rng.normal(0, 2, count),
        trunk_flexion_deg=np.abs(rng.normal(2, 5, count)),
        trunk_side_deg=rng.normal(0, 3, count),
        trunk_twist_deg=rng.normal(0, 6, count),
        shoulder_flexion_deg=rng.normal(3, 8, (count, 2)),
        shoulder_abduction_deg=np.abs(rng.normal(8, 5, (count, 2))),
        shoulder_rotation_deg=rng.normal(20, 15, (count, 2)),
        elbow_flexion_deg=np.abs(rng.normal(12, 12, (count, 2))),
        hip_flexion_deg=0.6 * bent + rng.normal(0, 4, (count, 2)),
        hip_abduction_deg=rng.normal(4, 3, (count, 2)),
        hip_rotation_deg=rng.normal(-4, 8, (count, 2)),
        knee_flexion_deg=bent,
        ankle_flexion_deg=0.4 * bent,
    )


def _sitting(rng: np.random.Generator, segments: Segments, count: int) -> Pose:
    share = np.where(rng.random(count) < 0.85, 1.0, rng.random(count))
    return seated(segments, share, rng.uniform(38, 52, count), rng.normal(6, 12, count))


def _crouching(rng: np.random.Generator, segments: Segments, count: int) -> Pose:
    return crouching(segments, np.sqrt(rng.random(count)))


def _bending(rng: np.random.Generator, segments: Segments, count: int) -> Pose:
    """Down to something on the ground or on a table."""
    share = rng.random(count)
    return replace(
        _standing(rng, segments, count),
        pelvis_pitch_deg=share * rng.uniform(10, 50, count),
        trunk_flexion_deg=share * rng.uniform(10, 60, count),
        shoulder_flexion_deg=share[:, None] * rng.uniform(20, 90, (count, 2)),
        hip_flexion_deg=share[:, None] * rng.uniform(10, 50, (count, 1)) + np.zeros((1, 2)),
        neck_flexion_deg=-share * rng.uniform(0, 30, count),
    )


def _fallen(rng: np.random.Generator, segments: Segments, count: int) -> Pose:
    """On the way down, or there."""
    poses = []
    for number in range(count):
        kind = get_args(Fall)[rng.integers(4)]
        body = Segments.of(segments, number)
        poses.append(lying(kind) if rng.random() < 0.5 else falling(body, Pose(), kind, float(rng.random())))
    return Pose.stacked([_first(pose) for pose in poses])


def _first(pose: Pose) -> Pose:
    """A pose of one person in numbers and pairs, as `Pose.stacked` takes it."""
    return Pose(*(np.asarray(getattr(pose, part.name), float).reshape(-1) for part in fields(Pose)))


_POSES: dict[Kind, Callable[[np.random.Generator, Segments, int], Pose]] = {
    "walk": _walking, "run": _running, "stand": _standing, "sit": _sitting, "crouch": _crouching, "bend": _bending,
    "fall": _fallen,
}  # fmt: skip


def _carrying(rng: np.random.Generator, kind: Kind, segments: Segments, pose: Pose, count: int) -> Pose:
    """Half of those who stand or sit do something with their hands, of those who walk a quarter."""
    busy = {"walk": 0.25, "run": 0.0}.get(kind, 0.5)
    hands: list[Hands] = list(get_args(Hands))
    chosen: list[Hands] = [hands[n] if rng.random() < busy else "free" for n in rng.integers(0, len(hands), count)]
    return holding(segments, pose, chosen)


def _shaken(rng: np.random.Generator, pose: Pose, count: int) -> Pose:
    """Every angle a little different, of some people very: no formula knows how they really hold themselves. Whatever
    is lowest rests on the ground."""
    amount = rng.choice([0.0, 3.0, 6.0, 14.0], count, p=[0.2, 0.4, 0.3, 0.1])
    changed: dict[str, npt.ArrayLike] = {"pelvis_height_cm": np.nan}
    for name, (low, high) in LIMITS_DEG.items():
        limb = name.startswith(("shoulder", "elbow", "hip", "knee", "ankle"))
        before = both_sides(getattr(pose, name)) if limb else np.asarray(getattr(pose, name), float)
        noise = rng.standard_normal((count, 2) if limb else count) * (amount[:, None] if limb else amount)
        changed[name] = np.clip(before + noise, np.minimum(low, before), np.maximum(high, before))
    return replace(pose, **changed)
