"""Bodies of walking people: their measures, and where their joints are at each moment of a stride.

Measures: stature and biacromial breadth by sex after ANSUR II (Gordon et al. 2014, Natick/TR-15/007); segment lengths
as shares of stature after Drillis and Contini (Winter, Biomechanics and Motor Control of Human Movement, 4th ed.,
fig. 4.1). Gait: joint angles as sinusoids of the stride's phase, a simplification of Winter's curves (ch. 4); step
length grows with the root of speed (Grieve and Gear 1966).
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.simulation.skeleton import JOINT, JOINT_NAMES, Segments

Floats = npt.NDArray[np.float64]
Sex = Literal["male", "female"]

_STATURE_CM = {"male": (175.6, 6.9), "female": (162.9, 6.4)}
_BIACROMIAL_CM = {"male": (41.6, 1.9), "female": (36.5, 1.8)}
_CORRELATION = 0.5
"""Of stature and biacromial breadth, about what ANSUR II has for either sex."""

# Shares of stature.
_ANKLE, _SHANK, _THIGH, _HIP_HALF = 0.039, 0.246, 0.245, 0.052
_TRUNK, _UPPER_ARM, _FOREARM, _FOOT = 0.288, 0.186, 0.146, 0.152
_HEAD = {
    "nose": (0.055, 0.0, 0.915), "left_eye": (0.046, 0.019, 0.936), "right_eye": (0.046, -0.019, 0.936),
    "left_ear": (-0.004, 0.043, 0.927), "right_ear": (-0.004, -0.043, 0.927), "head": (0.0, 0.0, 0.935),
    "brow": (0.014, 0.0, 0.934), "chin": (0.022, 0.0, 0.894), "mouth": (0.048, 0.0, 0.897),
    "crown": (0.004, 0.0, 0.955), "nape": (-0.022, 0.0, 0.925), "hair_end": (-0.032, 0.0, 0.855),
    "throat": (0.004, 0.0, 0.880),
}  # fmt: skip
"""The head, about 13 % of stature high, as [forward, left, up] from the ground under the neck."""


@dataclass(frozen=True, slots=True)
class Body:
    """One person's measures in centimetres, and the colours (RGB) that they wear."""

    sex: Sex
    stature_cm: float
    shoulders_cm: float
    girth: float
    """1 is of average build."""
    skin: tuple[int, int, int]
    hair: tuple[int, int, int]
    top: tuple[int, int, int]
    legs: tuple[int, int, int]
    shoes: tuple[int, int, int]
    long_sleeves: bool
    long_hair: bool

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Body":
        """Somebody."""
        sex: Sex = "male" if rng.random() < 0.5 else "female"
        common, own = rng.standard_normal(2)
        stature = _STATURE_CM[sex][0] + _STATURE_CM[sex][1] * common
        breadth = _CORRELATION * common + np.sqrt(1 - _CORRELATION**2) * own
        return cls(
            sex=sex,
            stature_cm=float(stature),
            shoulders_cm=float(_BIACROMIAL_CM[sex][0] + _BIACROMIAL_CM[sex][1] * breadth),
            girth=float(np.clip(rng.normal(1.0, 0.1), 0.8, 1.3)),
            skin=_choice(rng, _SKINS),
            hair=_choice(rng, _HAIRS),
            top=_choice(rng, _TOPS),
            legs=_choice(rng, _LEGS),
            shoes=_choice(rng, _SHOES),
            long_sleeves=bool(rng.random() < 0.7),
            long_hair=sex == "female" and bool(rng.random() < 0.7),
        )

    @property
    def segments(self) -> Segments:
        """The lengths that poses are put on."""
        return replace(Segments.typical(self.stature_cm), shoulders_cm=self.shoulders_cm)

    def step_cm(self, speed_cm_s: float) -> float:
        """The length of a step at a pace."""
        return 0.415 * self.stature_cm * float(np.sqrt(max(speed_cm_s, 20.0) / 135.0))

    def joints(self, position: npt.ArrayLike, facing_rad: float, phase: float, speed_cm_s: float) -> Floats:
        """The joints of JOINT_NAMES, as world points (N, 3) in cm.

        Args:
            position: where the person stands, [right, forward] on the ground.
            facing_rad: the direction of the body in the ground plane, counter-clockwise from [1, 0].
            phase: of the stride, in radians; a stride is two steps.
            speed_cm_s: the pace, which the swing of arms and legs follows.
        """
        vigour = float(np.clip(speed_cm_s / 135.0, 0.0, 1.3))
        local = np.zeros((len(JOINT_NAMES), 3))
        self._legs(local, phase, vigour)
        neck = self._trunk(local, vigour)
        self._arms(local, neck, phase, vigour)
        self._head(local, neck)
        forward = np.array([np.cos(facing_rad), np.sin(facing_rad), 0.0])
        left = np.array([-forward[1], forward[0], 0.0])
        axes = np.stack([forward, left, (0.0, 0.0, 1.0)])
        return self.stature_cm * local @ axes + np.array([*np.asarray(position, float), 0.0])

    # The local axes are [forward, left, up], in shares of stature.

    def _legs(self, points: Floats, phase: float, vigour: float) -> None:
        hip = _ANKLE + _SHANK + _THIGH
        half = _HIP_HALF * (1.06 if self.sex == "female" else 1.0)
        for side, sign, swing in (("left", 1, phase), ("right", -1, phase + np.pi)):
            thigh = vigour * 0.42 * np.sin(swing) + 0.04
            knee = 0.06 + vigour * (0.10 + 0.95 * max(0.0, np.cos(swing)) ** 2)
            shank = thigh - knee
            hip_at = np.array([0.0, sign * half, hip])
            knee_at = hip_at + _THIGH * np.array([np.sin(thigh), 0.0, -np.cos(thigh)])
            ankle_at = knee_at + _SHANK * np.array([np.sin(shank), 0.0, -np.cos(shank)])
            pitch = 0.6 * min(0.0, shank)
            sole = _FOOT * np.array([np.cos(pitch), sign * 0.12, np.sin(pitch)])
            under = ankle_at - (0.0, 0.0, 0.55 * _ANKLE)
            points[JOINT[f"{side}_hip"]], points[JOINT[f"{side}_knee"]] = hip_at, knee_at
            points[JOINT[f"{side}_ankle"]] = ankle_at
            points[JOINT[f"{side}_toe"]], points[JOINT[f"{side}_heel"]] = under + 0.70 * sole, under - 0.12 * sole
        ankles = points[[JOINT["left_ankle"], JOINT["right_ankle"]], 2]
        points[:, 2] += _ANKLE - ankles.min()  # the lower foot stands on the ground

    def _trunk(self, points: Floats, vigour: float) -> Floats:
        """Fills in the trunk; where the neck begins."""
        lean = 0.02 + 0.03 * vigour
        middle = (points[JOINT["left_hip"]] + points[JOINT["right_hip"]]) / 2
        up = _TRUNK * np.array([np.sin(lean), 0.0, np.cos(lean)])
        shoulder = self.shoulders_cm / self.stature_cm / 2
        waist = 0.024 if self.sex == "female" else 0.032
        for side, sign in (("left", 1), ("right", -1)):
            for name, share, across in (
                ("shoulder", 1.0, shoulder), ("yoke", 0.97, 0.72 * shoulder), ("chest", 0.70, 0.42 * shoulder),
                ("waist", 0.30, waist),
            ):  # fmt: skip
                points[JOINT[f"{side}_{name}"]] = middle + share * up + (0.0, sign * across, 0.0)
        neck = middle + up
        points[JOINT["neck"]] = neck + (0.0, 0.0, 0.012)
        return neck

    def _arms(self, points: Floats, neck: Floats, phase: float, vigour: float) -> None:
        for side, sign, swing in (("left", 1, phase + np.pi), ("right", -1, phase)):
            upper = vigour * 0.38 * np.sin(swing) - 0.02
            lower = upper + 0.18 + vigour * (0.22 + 0.18 * np.sin(swing))
            shoulder = points[JOINT[f"{side}_shoulder"]]
            elbow = shoulder + _UPPER_ARM * np.array([np.sin(upper), sign * 0.10, -np.cos(upper)])
            wrist = elbow + _FOREARM * np.array([np.sin(lower), -sign * 0.04, -np.cos(lower)])
            points[JOINT[f"{side}_elbow"]], points[JOINT[f"{side}_wrist"]] = elbow, wrist
            points[JOINT[f"{side}_hand"]] = wrist + 0.055 * (wrist - elbow) / _FOREARM

    def _head(self, points: Floats, neck: Floats) -> None:
        hip = _ANKLE + _SHANK + _THIGH
        base = np.array([neck[0] + 0.012, neck[1], neck[2] - (hip + _TRUNK)])
        for name, (forward, left, up) in _HEAD.items():
            points[JOINT[name]] = base + (forward, left, up)


def _choice(rng: np.random.Generator, colours: tuple[tuple[int, int, int], ...]) -> tuple[int, int, int]:
    """One of the colours, a little lighter or darker and hardly of another hue."""
    base = np.array(colours[rng.integers(len(colours))]) * (1 + rng.normal(0, 0.1)) + rng.normal(0, 3, 3)
    red, green, blue = np.clip(base, 8, 245).astype(int).tolist()
    return red, green, blue


_SKINS = ((234, 192, 166), (214, 164, 130), (180, 126, 94), (128, 86, 62), (92, 62, 46))
_HAIRS = ((40, 30, 24), (24, 20, 20), (94, 66, 40), (172, 132, 82), (120, 118, 116))
_TOPS = ((36, 52, 92), (150, 36, 40), (44, 44, 48), (208, 206, 198), (62, 104, 72), (196, 146, 52), (86, 92, 104))
_LEGS = ((34, 40, 62), (52, 52, 56), (96, 88, 74), (26, 26, 30), (70, 86, 120))
_SHOES = ((28, 26, 26), (82, 58, 42), (196, 196, 192))
