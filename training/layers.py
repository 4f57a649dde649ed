"""The parts that networks of pictures are made of, and how a trained one is written."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from pipeline.errors import InputError


class Block(nn.Sequential):
    """A convolution of 3x3, normalised and cut off at 0."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Two convolutions whose result is added to what they were given (He et al., CVPR 2016): at first nothing, so that
    a network that is made deeper goes on as it was."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = Block(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))
        nn.init.zeros_(self.second[1].weight)  # pyright: ignore[reportArgumentType]

    def forward(self, inputs: Tensor) -> Tensor:
        return nn.functional.relu(inputs + self.second(self.first(inputs)))


class Up(nn.Module):
    """A coarse map laid over a finer one of half its stride."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(coarse, fine, 1)
        self.blend = Block(fine, fine)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        return self.blend(fine + nn.functional.interpolate(self.narrow(coarse), scale_factor=2.0, mode="nearest"))


def save(network: nn.Module, path: Path) -> None:
    """Write a network's weights (npz), to go on training from."""
    np.savez_compressed(
        path, allow_pickle=False, **{name: value.numpy() for name, value in network.state_dict().items()}
    )


def load(network: nn.Module, path: Path) -> None:
    """Read a network's weights, or those of one with fewer layers, for the layers that both have.

    Raises:
        InputError: the file cannot be read, or holds those of another network.
    """
    try:
        with np.load(path) as stored:
            weights = {name: torch.from_numpy(stored[name]) for name in stored.files}
        if network.load_state_dict(weights, strict=False).unexpected_keys or not weights:
            raise ValueError("other layers")
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{path}: holds no weights of this network ({str(error).splitlines()[0]})") from error


ANY_SIZE = {2: "height", 3: "width"}
"""The axes of an input that may be of any length: those of pictures."""


def export(
    network: nn.Module, example: Tensor, path: Path, names: tuple[str, ...], axes: dict[int, str] = ANY_SIZE
) -> None:
    """Write a network as ONNX, its normalisation folded into its convolutions; its input's `axes` are of any length."""
    network.eval()
    torch.onnx.export(
        network,
        (example,),
        str(path),
        opset_version=17,
        dynamo=False,
        input_names=["input"],
        output_names=list(names),
        dynamic_axes={"input": axes},
    )


def heat_loss(logits: Tensor, heat: Tensor, peak_weight: float, taught: Tensor | None = None) -> Tensor:
    """Binary cross-entropy of heatmaps (N, C, H, W) with soft peaks, which weigh more than the empty rest; a number.

    A soft target keeps the shape of a peak, from which its place is told to a fraction of a cell.
    """
    weight = (1 + peak_weight * heat) if taught is None else (1 + peak_weight * heat) * taught
    return (nn.functional.binary_cross_entropy_with_logits(logits.float(), heat, reduction="none") * weight).mean()
