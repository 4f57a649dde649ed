"""How large people are: measures by sex and age, drawn as populations have them.

Stature: adults after ANSUR II (Gordon et al. 2014, Natick/TR-15/007), children after the CDC's growth charts
(Kuczmarski et al. 2002, Vital Health Stat 11(246), the 50th percentiles), people over 65 after NHANES 2015-2018
(Fryar et al. 2021, Vital Health Stat 3(46)). Body mass index after the same, with a mean between that survey's and
the world's. Biacromial breadth: ANSUR II; of children after Snyder et al. 1977 (UM-HSRI-77-17). Segments of adults:
shares of stature after Drillis and Contini 1966 (Winter, 4th ed., fig. 4.1), those of women and of hands and forearms
moved towards de Leva 1996 (J. Biomech. 29, 1223-1230); head after ANSUR II. Children's legs are shorter and their
heads larger: sitting height and head height by age after Fredriks et al. 2005 (Arch. Dis. Child. 90, 807-812) and
Snyder et al. Each segment varies by itself too, by about what ANSUR II leaves of its variance when stature is known.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.simulation.skeleton import CROWN, Segments

Floats = npt.NDArray[np.float64]
Sex = Literal["male", "female"]
AgeGroup = Literal["child", "teenager", "adult", "elderly"]

_AGES = np.array([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 62, 72, 85], float)
_STATURE_CM = {
    "male": np.array([109.0, 115.5, 121.9, 128.0, 133.5, 138.8, 143.7, 149.3, 156.4, 164.1, 170.1, 173.6, 175.2, 175.6,
                      175.6, 172.9, 170.0]),
    "female": np.array([108.0, 115.0, 121.8, 127.8, 133.0, 138.3, 144.8, 151.5, 157.1, 160.4, 161.9, 162.5, 162.8,
                        162.9, 162.9, 159.0, 155.5]),
}  # fmt: skip
_STATURE_SD = {"male": 0.0393, "female": 0.0393}
"""Of stature, as a share of it; 6.9 cm of men and 6.4 cm of women."""
_BREADTH = {"male": 0.2369, "female": 0.2241}
_BREADTH_CHILD = 0.2225
_BREADTH_SD = {"male": 0.0396, "female": 0.0427}
_CORRELATION = 0.5
"""Of stature and biacromial breadth, about what ANSUR II has for either sex."""
_HIPS = {"male": 0.100, "female": 0.108}
_BMI = (np.array([5, 9, 13, 17, 30, 55, 80], float), np.array([15.4, 16.4, 18.8, 21.4, 25.0, 27.0, 25.8]))
_BMI_SD = (np.array([5, 17, 30, 80], float), np.array([0.09, 0.13, 0.16, 0.15]))
_HIP_SHARE = (np.array([5, 8, 11, 14, 17], float), np.array([0.490, 0.508, 0.522, 0.530, 0.530]))
_HEAD_SHARE = (np.array([5, 8, 11, 14, 17], float), np.array([0.172, 0.156, 0.146, 0.138, 0.133]))
_AVERAGE_BMI, _AVERAGE_CM = 24.5, 170.0
"""Of somebody whose girth counts as 1."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What people measure, as arrays (N,)."""

    bmi: Floats
    segments: Segments


def age_group(age_years: float) -> AgeGroup:
    """The word for an age."""
    if age_years < 13:
        return "child"
    if age_years < 18:
        return "teenager"
    return "adult" if age_years < 65 else "elderly"


def girth_of(bmi: npt.ArrayLike, stature_cm: npt.ArrayLike) -> Floats:
    """How thick limbs and trunk are as a share of stature, 1 for average: mass over the cube of stature is an area."""
    ratio = np.asarray(bmi, float) / _AVERAGE_BMI * _AVERAGE_CM / np.asarray(stature_cm, float)
    return np.clip(np.sqrt(ratio), 0.75, 1.45)


def ages(rng: np.random.Generator, people: int) -> Floats:
    """Ages as streets have them: mostly adults, some children and elderly."""
    kind = rng.random(people)
    young, old = rng.uniform(5, 18, people), rng.uniform(65, 85, people)
    return np.where(kind < 0.12, young, np.where(kind < 0.88, rng.uniform(18, 65, people), old))


def measures(rng: np.random.Generator, age_years: npt.ArrayLike, male: npt.ArrayLike) -> Measures:
    """People of those ages (N,) and sexes (N,)."""
    age, is_male = np.asarray(age_years, float), np.asarray(male, bool)
    people = len(age)

    def normal(deviation: npt.ArrayLike) -> Floats:
        return np.asarray(deviation, float) * np.clip(rng.standard_normal(people), -3, 3)

    def by_sex(table: dict[str, float]) -> Floats:
        return np.where(is_male, table["male"], table["female"])

    common = normal(1.0)
    mean = np.where(is_male, np.interp(age, _AGES, _STATURE_CM["male"]), np.interp(age, _AGES, _STATURE_CM["female"]))
    spread = by_sex(_STATURE_SD) + 0.012 * np.exp(-(((age - 13) / 2.5) ** 2))
    stature = mean * (1 + spread * common)
    grown = np.clip((age - 8) / 9, 0, 1)
    breadth = (1 - grown) * _BREADTH_CHILD + grown * by_sex(_BREADTH)
    own = _CORRELATION * common + np.sqrt(1 - _CORRELATION**2) * normal(1.0)
    shoulders = mean * breadth * (1 + by_sex(_BREADTH_SD) * own) * np.where(age > 65, 0.985, 1.0)
    hips = stature * by_sex(_HIPS) * (1 + normal(0.05))
    ankle = 0.039 * stature * (1 + normal(0.05))
    leg = stature * (np.interp(age, *_HIP_SHARE) - np.where(is_male, 0.0, 0.004) + normal(0.0115)) - ankle
    thigh = leg * (np.where(is_male, 0.4985, 0.4915) + normal(0.012))
    head = stature * np.interp(age, *_HEAD_SHARE) * (1 + normal(0.03))
    rest = stature - leg - ankle
    neck = (rest - CROWN * head) * np.clip(0.232 + normal(0.016), 0.19, 0.28)
    arm = stature * (1 + normal(0.022)) * (1 - 0.02 * (1 - grown))
    segments = Segments(
        ankle_cm=ankle,
        foot_cm=stature * np.where(is_male, 0.152, 0.149) * (1 + normal(0.03)),
        shank_cm=leg - thigh,
        thigh_cm=thigh,
        hips_cm=hips,
        trunk_cm=rest - CROWN * head - neck,
        shoulders_cm=shoulders,
        neck_cm=neck,
        head_cm=head,
        upper_arm_cm=0.185 * arm * (1 + normal(0.015)),
        forearm_cm=np.where(is_male, 0.149, 0.146) * arm * (1 + normal(0.015)),
        hand_cm=np.where(is_male, 0.0525, 0.051) * arm,
        waist=np.where(is_male, 0.28, 0.22) + np.zeros(people),
    )
    bmi = np.interp(age, *_BMI) * np.exp(np.interp(age, *_BMI_SD) * np.clip(rng.standard_normal(people), -2.2, 2.8))
    return Measures(bmi, segments)
