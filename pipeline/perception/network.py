"""What Sightline knows of a pose network: how its input is made, and how its raw output is read.

A new family of networks is one new file in pipeline/perception/ with one class; it is registered when the class is
made.
"""

import importlib
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from pipeline.errors import ModelError
from pipeline.inference.engine import Shape, Tensor
from pipeline.inference.letterbox import Placement
from pipeline.perception.detections import Detections
from pipeline.pictures import Pixels

_MODULES = {"movenet": "pipeline.perception.movenet", "yolo-pose": "pipeline.perception.yolo"}


class PoseNetwork(ABC):
    """One family of networks that find people and their 17 keypoints."""

    family: ClassVar[str]
    fill: ClassVar[int]
    """The gray value around a letterboxed picture that the network was trained with."""
    multiple: ClassVar[int]
    """Width and height of its input must be multiples of this."""
    size: ClassVar[tuple[int, int]]
    """The width and height of one pass where nothing else is asked for."""
    overview: ClassVar[tuple[int, int] | None] = None
    """The width and height of the small pass that goes with tiles; None where it needs none."""
    _kinds: ClassVar[dict[str, type["PoseNetwork"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        PoseNetwork._kinds[cls.family] = cls

    def check_size(self, size: tuple[int, int]) -> None:
        """Raise ModelError where an input of this width and height is not possible."""
        if any(side % self.multiple or side <= 0 for side in size):
            raise ModelError(
                f"model.input {size[0]}x{size[1]}: width and height must be multiples of {self.multiple} "
                f"for a {self.family} network"
            )

    def tiles(self, picture: tuple[int, int]) -> tuple[int, int]:
        """Columns and rows of tiles that a picture of (width, height) needs where nothing else is asked for."""
        return 1, 1

    @abstractmethod
    def shape(self, size: tuple[int, int]) -> Shape:
        """The shape of the input tensor for a pass of this width and height."""

    @abstractmethod
    def tensor(self, rgb: Pixels) -> Tensor:
        """The input tensor of a letterboxed picture (height, width, 3)."""

    @abstractmethod
    def decode(self, outputs: tuple[Tensor, ...], placement: Placement, min_score: float) -> Detections:
        """The people of one pass, in pixels of the picture.

        Raises:
            ModelError: the outputs are not those of this family.
        """


def network_of(family: str) -> PoseNetwork:
    """The network family of that name."""
    importlib.import_module(_MODULES[family])
    return PoseNetwork._kinds[family]()


def clipped(boxes: Tensor, placement: Placement) -> Tensor:
    """Boxes (N, 4) cut off at the border of the region that was looked at."""
    region = placement.region
    low = np.array([region.left, region.top] * 2, np.float32)
    high = low + np.array([region.width, region.height] * 2, np.float32)
    return np.clip(boxes, low, high)
