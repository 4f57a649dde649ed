"""Bodies: one person's measures and looks."""

from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.simulation.anthropometry import AgeGroup, Sex, age_group, ages, girth_of, measures
from pipeline.simulation.outfits import Outfit
from pipeline.simulation.skeleton import Segments


@dataclass(frozen=True, slots=True)
class Body:
    """One person."""

    sex: Sex
    age_years: float
    bmi: float
    segments: Segments
    """In numbers, not arrays."""
    outfit: Outfit = field(default_factory=Outfit)
    stoop_deg: float = 0.0
    """How far the back is bent forward at rest; the elderly's."""

    @classmethod
    def drawn(cls, rng: np.random.Generator, age_years: float | None = None, sex: Sex | None = None) -> "Body":
        """Somebody; of that age and sex if they are given."""
        age = float(ages(rng, 1)[0]) if age_years is None else age_years
        male = bool(rng.random() < 0.5) if sex is None else sex == "male"
        found = measures(rng, [age], [male])
        stoop = float(np.clip(rng.normal(9, 6), 0, 24)) if age > 68 else float(np.clip(rng.normal(1.5, 2), 0, 6))
        return cls(
            sex="male" if male else "female",
            age_years=age,
            bmi=float(found.bmi[0]),
            segments=Segments.of(found.segments, 0),
            outfit=Outfit.drawn(rng, male, age),
            stoop_deg=stoop,
        )

    @property
    def stature_cm(self) -> float:
        """Standing height."""
        return float(self.segments.stature_cm)

    @property
    def shoulders_cm(self) -> float:
        """Biacromial breadth."""
        return float(self.segments.shoulders_cm)

    @property
    def girth(self) -> float:
        """How thick the body is for its height; 1 is average."""
        return float(girth_of(self.bmi, self.stature_cm))

    @property
    def age_group(self) -> AgeGroup:
        """The word for the age."""
        return age_group(self.age_years)

    def wearing(self, **outfit: object) -> "Body":
        """The same person with something else on."""
        return replace(self, outfit=replace(self.outfit, **outfit))
