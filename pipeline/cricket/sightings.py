"""What cricket sees in a frame: where the ball may be, and how the camera stands to the pitch.

Perception makes these from pictures; tracks, flights and deliveries are made from them without a picture.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.sightings import BallSighting

Floats = npt.NDArray[np.float64]


__all__ = ["PARAMETERS", "BallSighting", "FoundPitch"]


@dataclass(frozen=True, slots=True)
class FoundPitch:
    """The camera of a frame, found from its creases and stumps.

    `covariance` (8, 8) is that of `PARAMETERS`, in their units; `error_px` how far what was found is from where the
    camera puts it, on average of squares. `stands` says that stumps were seen, without which height and focal length
    are known less than the covariance tells; `ends_known` that the striker's end is known from the picture and not
    merely taken to be the far one.
    """

    view: PitchView
    covariance: Floats
    error_px: float
    stands: bool
    ends_known: bool

    def from_other_end(self) -> "FoundPitch":
        """The same camera, the other end being the striker's."""
        # Where it stands is counted the other way.
        signs = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0])
        return replace(self, view=self.view.from_other_end(), covariance=signs[:, None] * self.covariance * signs)


PARAMETERS = ("log_focal", "tilt_deg", "roll_deg", "log_height", "barrel", "bearing_deg", "along_m", "leg_m")
"""What a pitch's camera is found as: focal length and height as logarithms, the share by which the lens draws the
picture's corners in, and where the camera stands and looks over the pitch."""
