"""The network of portraits: from a head and chest to where trunk and head are turned, and how surely."""

from torch import Tensor, nn

from pipeline.attributes.crops import PORTRAIT_PX
from pipeline.attributes.directions import BINS
from training.layers import Block, Residual

_CELLS = PORTRAIT_PX // 16
_HIDDEN = 128


class PortraitNetwork(nn.Module):
    """Portraits (N, 3, PORTRAIT_PX, PORTRAIT_PX) in RGB, 0 to 255, become densities (N, 2, BINS) of trunk and head.

    What is seen is told with where it is seen (no mean over the cells): a face on one side of a head is a turned head.
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Block(3, 24, stride=2),
            Block(24, 32, stride=2),
            Residual(32),
            Block(32, 64, stride=2),
            Residual(64),
            Residual(64),
            Block(64, 96, stride=2),
            Residual(96),
        )
        self.told = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(96 * _CELLS**2, _HIDDEN),
            nn.ReLU(inplace=True),
            nn.Linear(_HIDDEN, 2 * BINS),
        )

    def forward(self, portraits: Tensor) -> Tensor:
        found = self.told(self.layers((portraits - 127.5) / 64)).float()
        return found.unflatten(1, (2, BINS)).softmax(dim=2)
