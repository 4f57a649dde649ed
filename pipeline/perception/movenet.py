"""MoveNet MultiPose Lightning: up to six people a pass, with 17 keypoints each.

Source: Google, https://www.kaggle.com/models/google/movenet, multipose-lightning: input uint8 RGB (1, H, W, 3), H and
W multiples of 32; output (1, 6, 56): 17 times (y, x, score), then ymin, xmin, ymax, xmax, score, normalised to the
input.
"""

from typing import ClassVar

import numpy as np

from pipeline.errors import ModelError
from pipeline.inference.engine import Shape, Tensor
from pipeline.inference.letterbox import Placement
from pipeline.perception.detections import Detections
from pipeline.perception.network import PoseNetwork, clipped
from pipeline.pictures import Pixels


class MoveNet(PoseNetwork):
    """The model that is always there."""

    family: ClassVar[str] = "movenet"
    fill: ClassVar[int] = 0
    multiple: ClassVar[int] = 32
    size: ClassVar[tuple[int, int]] = (384, 480)
    overview: ClassVar[tuple[int, int] | None] = (256, 192)

    def tiles(self, picture: tuple[int, int]) -> tuple[int, int]:
        """Upright tiles for upright people: six of them a tile, at a scale at which 60 px are still somebody.

        On hand-labelled CCTV (768x576) two tiles of 384x480 found 0.94 of the people in 41 ms, the whole picture at
        640x480 0.83 in 35 ms, and 2x2 tiles of 512x384 0.96 in 91 ms.
        """
        width, height = picture
        return max(1, round(1.5 * width / height)), max(1, round(height / width))

    def shape(self, size: tuple[int, int]) -> Shape:
        return (1, size[1], size[0], 3)

    def tensor(self, rgb: Pixels) -> Tensor:
        return rgb[np.newaxis]

    def decode(self, outputs: tuple[Tensor, ...], placement: Placement, min_score: float) -> Detections:
        raw = outputs[0]
        if raw.ndim != 3 or raw.shape[2] != 56:
            raise ModelError(f"the network's output {raw.shape} is not MoveNet MultiPose's (1, 6, 56)")
        people = raw[0][raw[0, :, 55] >= min_score].astype(np.float32)
        size = np.array(placement.size, np.float32)
        keypoints = people[:, :51].reshape(-1, 17, 3)
        points = placement.to_picture(keypoints[:, :, 1::-1] * size)
        corners = placement.to_picture(people[:, [52, 51, 54, 53]].reshape(-1, 2, 2) * size)
        return Detections(
            boxes=clipped(corners.reshape(-1, 4), placement),
            scores=people[:, 55],
            keypoints=np.concatenate([points, keypoints[:, :, 2:]], axis=2),
        )
