"""How tall people are, and where on a body of known height a pose network's points lie: the scale of a scene whose only
known measure is its people.

Stature: adults after ANSUR II (Gordon et al. 2014, Natick/TR-15/007): men 175.6 ± 6.9 cm, women 162.9 ± 6.4 cm. As many
of either make 169.3 ± 9.2 cm, which is one distribution wide enough for both.

Joints: somebody who walks at 1.3 m/s carries the head lower than somebody who stands (Murray et al. 1964, J. Bone Joint
Surg. 46-A, 335-360) and has one ankle in the air; the means over a stride are those of the simulator's gait
(`pipeline.simulation.gait` and its sources), with ankles of 0.039 and ears of 0.921 of stature when standing. MoveNet,
run on simulated people whose joints are known, puts ears and ankles closer together than they are.
"""

from typing import Any

import numpy as np

MEAN_CM = 169.3
"""Of adults of both sexes."""
DEVIATION = 9.2 / MEAN_CM
"""Of one person's stature, as a share of the mean."""
NO_ADULTS = 0.12
"""Share of people who are none: children, and people whose pose was mistaken."""
OTHERS = 7.0
"""In deviations, the range over which their heights are spread: 105 to 170 cm."""
POPULATION_DEVIATION = 0.02
"""Of the mean stature of the people in a place, as a share: other nations, other shares of the sexes, shoes. The means
of nations are spread by about this (NCD-RisC 2016, eLife 5, e13410)."""

EARS = 0.896 - 0.006
"""Height of the middle between the ears of somebody who walks, as a share of stature, less what the network errs by."""
ANKLES = 0.069 + 0.007
"""Height of the middle between the ankles of somebody who walks, and what the network adds."""

_WALKS_CM_S = 130.0
_HIGHER_EARS, _LOWER_ANKLES = 0.017, 0.020
"""By how much somebody who stands carries them, as shares of stature; measured on simulated streets, levels plain and
middle, seeds 1 to 4, where statures of those who stand came out 4.5 % too large, and fell by 0.035 % a cm/s."""


def shares_at(speeds_cm_s: Any) -> tuple[Any, Any]:
    """Heights of ears and ankles as shares of stature, of people who move at those speeds."""
    stands = np.clip(1 - np.asarray(speeds_cm_s, float) / _WALKS_CM_S, -1.5, 1.0)
    return EARS + _HIGHER_EARS * stands, ANKLES - _LOWER_ANKLES * stands
