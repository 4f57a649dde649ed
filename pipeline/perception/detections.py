"""People as a network found them in one frame, before they have names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Detections:
    """N people: boxes (N, 4) and keypoints (N, 17, 3) as x, y, score in pixels of the picture; scores (N,)."""

    boxes: Floats
    scores: Floats
    keypoints: Floats

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def none(cls) -> "Detections":
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 17, 3), np.float32))

    @classmethod
    def joined(cls, parts: "Sequence[Detections]") -> "Detections":
        """All detections of several passes over one picture."""
        return cls(
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.keypoints for part in parts]),
        )

    def select(self, index: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Detections":
        return Detections(self.boxes[index], self.scores[index], self.keypoints[index])
