"""Bodies of walking people: their measures, and where their joints are at each moment of a stride.

Measures: stature and biacromial breadth by sex after ANSUR II (Gordon et al. 2014, Natick/TR-15/007); segment lengths
as shares of stature after Drillis and Contini (Winter, Biomechanics and Motor Control of Human Movement, 4th ed.,
fig. 4.1). Gait: joint angles as sinusoids of the stride's phase, a simplification of Winter's curves (ch. 4); step
length grows with the root of speed (Grieve and Gear 1966).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Sex = Literal["male", "female"]

_STATURE_CM = {"male": (175.6, 6.9), "female": (162.9, 6.4)}
_BIACROMIAL_CM = {"male": (41.6, 1.9), "female": (36.5, 1.8)}
_CORRELATION = 0.5
"""Of stature and biacromial breadth, about what ANSUR II has for either sex."""

# Shares of stature.
_ANKLE, _SHANK, _THIGH, _HIP_HALF = 0.039, 0.246, 0.245, 0.052
_TRUNK, _UPPER_ARM, _FOREARM, _FOOT = 0.288, 0.186, 0.146, 0.152
_EYE, _NOSE, _EAR, _HEAD_MIDDLE = 0.936, 0.915, 0.927, 0.935

EXTRA_NAMES = ("left_toe", "right_toe", "left_hand", "right_hand", "head", "neck")
"""Points beyond COCO's 17 that the renderer needs, in their order after them."""


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

    def step_cm(self, speed_cm_s: float) -> float:
        """The length of a step at a pace."""
        return 0.415 * self.stature_cm * float(np.sqrt(max(speed_cm_s, 20.0) / 135.0))

    def joints(self, position: npt.ArrayLike, facing_rad: float, phase: float, speed_cm_s: float) -> Floats:
        """The 17 keypoints of COCO and EXTRA_NAMES, as world points (23, 3) in cm.

        Args:
            position: where the person stands, [right, forward] on the ground.
            facing_rad: the direction of the body in the ground plane, counter-clockwise from [1, 0].
            phase: of the stride, in radians; a stride is two steps.
            speed_cm_s: the pace, which the swing of arms and legs follows.
        """
        local = self._local(phase, float(np.clip(speed_cm_s / 135.0, 0.0, 1.3)))
        forward = np.array([np.cos(facing_rad), np.sin(facing_rad), 0.0])
        left = np.array([-forward[1], forward[0], 0.0])
        axes = np.stack([forward, left, (0.0, 0.0, 1.0)])
        return local @ axes + np.array([*np.asarray(position, float), 0.0])

    def _local(self, phase: float, vigour: float) -> Floats:
        """The joints as [forward, left, up], with the lower foot on the ground."""
        tall = self.stature_cm
        points = np.zeros((23, 3))
        hip = _ANKLE + _SHANK + _THIGH
        for side, (sign, offset) in enumerate(((1, 0.0), (-1, np.pi))):
            swing = phase + offset
            thigh = vigour * 0.42 * np.sin(swing) + 0.04
            knee = 0.06 + vigour * (0.10 + 0.95 * max(0.0, np.cos(swing)) ** 2)
            shank = thigh - knee
            hip_at = np.array([0.0, sign * _HIP_HALF * (1.06 if self.sex == "female" else 1.0), hip])
            knee_at = hip_at + _THIGH * np.array([np.sin(thigh), 0.0, -np.cos(thigh)])
            ankle_at = knee_at + _SHANK * np.array([np.sin(shank), 0.0, -np.cos(shank)])
            toe_pitch = 0.6 * min(0.0, shank)
            toe_at = ankle_at + 0.72 * _FOOT * np.array([np.cos(toe_pitch), sign * 0.12, np.sin(toe_pitch)])
            toe_at[2] -= 0.6 * _ANKLE
            points[11 + side], points[13 + side], points[15 + side] = hip_at, knee_at, ankle_at
            points[17 + side] = toe_at
        points[:, 2] += _ANKLE - points[15:17, 2].min()
        lean = 0.02 + 0.03 * vigour
        middle = (points[11] + points[12]) / 2
        neck = middle + _TRUNK * np.array([np.sin(lean), 0.0, np.cos(lean)])
        half = self.shoulders_cm / tall / 2
        for side, (sign, offset) in enumerate(((1, np.pi), (-1, 0.0))):
            swing = phase + offset
            upper = vigour * 0.38 * np.sin(swing) - 0.02
            lower = upper + 0.18 + vigour * (0.22 + 0.18 * np.sin(swing))
            shoulder = neck + np.array([0.0, sign * half, 0.0])
            elbow = shoulder + _UPPER_ARM * np.array([np.sin(upper), sign * 0.10, -np.cos(upper)])
            wrist = elbow + _FOREARM * np.array([np.sin(lower), -sign * 0.04, -np.cos(lower)])
            points[5 + side], points[7 + side], points[9 + side] = shoulder, elbow, wrist
            points[19 + side] = wrist + 0.055 * (wrist - elbow) / _FOREARM
        base = np.array([neck[0] + 0.012, neck[1], neck[2] - (hip + _TRUNK)])
        points[21] = base + (0.0, 0.0, _HEAD_MIDDLE)
        points[22] = neck + (0.0, 0.0, 0.012)
        points[0] = base + (0.055, 0.0, _NOSE)
        for side, sign in enumerate((1, -1)):
            points[1 + side] = base + (0.046, sign * 0.019, _EYE)
            points[3 + side] = base + (-0.004, sign * 0.043, _EAR)
        return points * tall


def _choice(rng: np.random.Generator, colours: tuple[tuple[int, int, int], ...]) -> tuple[int, int, int]:
    """One of the colours, a little off."""
    base = np.array(colours[rng.integers(len(colours))]) + rng.normal(0, 9, 3)
    red, green, blue = np.clip(base, 8, 245).astype(int).tolist()
    return red, green, blue


_SKINS = ((234, 192, 166), (214, 164, 130), (180, 126, 94), (128, 86, 62), (92, 62, 46))
_HAIRS = ((40, 30, 24), (24, 20, 20), (94, 66, 40), (172, 132, 82), (120, 118, 116))
_TOPS = ((36, 52, 92), (150, 36, 40), (44, 44, 48), (208, 206, 198), (62, 104, 72), (196, 146, 52), (86, 92, 104))
_LEGS = ((34, 40, 62), (52, 52, 56), (96, 88, 74), (26, 26, 30), (70, 86, 120))
_SHOES = ((28, 26, 26), (82, 58, 42), (196, 196, 192))
