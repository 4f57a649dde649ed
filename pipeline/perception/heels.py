"""Where the heel of a standing foot is in a picture of it: a network's density over the picture's pixels.

A pose network points at ankles, from behind a bowler at neither; the heel of a front foot is judged to the centimetre.
The network learned from simulated bowlers alone (pipeline/weights/heels.md).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.inference.small import look, small_network
from pipeline.pictures import Pixels

Floats = npt.NDArray[np.float64]
WEIGHTS = Path(__file__).parents[1] / "weights" / "heels.onnx"
CUT_PX = 128, 96
"""Width and height of a picture that the network sees."""
WIDE_M = 1.2
"""How wide it is where the foot stands."""
MIDDLE = 0.5, 0.6
"""Where in it the foot is expected, as shares of width and height: legs are over feet."""


class HeelNetwork:
    """The network of heels; not for several threads.

    Raises:
        EngineError: the network cannot be run here.
    """

    def __init__(self) -> None:
        self._request = small_network(WEIGHTS)

    def __call__(self, cuts: Sequence[Pixels]) -> Floats:
        """Densities (N, height, width) of pictures (height, width, 3) in RGB: how likely the heel is at each pixel.
        What their sum lacks of 1 is for that no foot stands there."""
        return look(self._request, cuts)
