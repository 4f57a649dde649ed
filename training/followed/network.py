"""The network of people who are followed: from a cut-out to the joints of whoever is meant, if they are there."""

import torch
from torch import Tensor, nn

from pipeline.perception.followed import JOINTS, SIZE
from training.layers import Block, Residual, Up

_TOLD = 16
_CELLS = (SIZE[0] // 16) * (SIZE[1] // 16)


class FollowedNet(nn.Module):
    """Cut-outs (N, 4, height, width), RGB and the joints of others, 0 to 255, become rows (N, …): logits of the maps of
    joints (17, height / 4, width / 4), that of somebody's being there, and their box as shares of width and height."""

    def __init__(self) -> None:
        super().__init__()
        self.second = Block(4, 24, 2)
        self.fourth = nn.Sequential(Block(24, 40, 2), Residual(40))
        self.eighth = nn.Sequential(Block(40, 80, 2), Residual(80), Residual(80))
        self.sixteenth = nn.Sequential(Block(80, 128, 2), Residual(128), Residual(128), Residual(128))
        self.ups = nn.ModuleList([Up(128, 80), Up(80, 40)])
        self.joints = nn.Conv2d(40, JOINTS, 1)
        self.told = nn.Sequential(
            nn.Conv2d(128, _TOLD, 1), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(_TOLD * _CELLS, 64),
            nn.ReLU(), nn.Linear(64, 5),
        )  # fmt: skip

    def forward(self, cuts: Tensor) -> Tensor:
        fine = self.fourth(self.second((cuts - 110.0) / 60.0))
        middle = self.eighth(fine)
        coarse = self.sixteenth(middle)
        joints = self.joints(self.ups[1](self.ups[0](coarse, middle), fine))
        return torch.cat([joints.flatten(1), self.told(coarse)], dim=1).float()
