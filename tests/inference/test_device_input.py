"""The input made on a device is the one that the CPU makes."""

import numpy as np
import pytest

from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.pictures import Picture, PixelFormat

torch = pytest.importorskip("torch", reason="torch is not installed (the extra gpu)", exc_type=ImportError)

TOLERANCE = 4 / 255
"""Integers on the CPU are rounded after scaling, changing the range and converting; here nothing is."""


def scene(format: PixelFormat, width: int, height: int, full_range: bool, seed: int) -> Picture:
    """Blocks of colour with hard edges, and noise on them."""
    rng = np.random.default_rng(seed)
    rows = {PixelFormat.RGB24: height * 3, PixelFormat.GRAY8: height}.get(format, height * 3 // 2)
    small = rng.integers(0, 256, (rows // 6 + 1, width // 6 + 1))
    data = np.kron(small, np.ones((6, 6)))[:rows, :width] + rng.normal(0, 2, (rows, width))
    return Picture.packed(format, width, height, data.clip(0, 255).astype(np.uint8), full_range)


@pytest.mark.parametrize("format", list(PixelFormat))
@pytest.mark.parametrize(
    ("size", "region"),
    [
        ((384, 288), Region(0, 0, 384, 288)),  # shrinks a little
        ((960, 540), Region(0, 0, 960, 540)),  # by a whole number, 3
        ((772, 750), Region(0, 0, 772, 750)),  # by 2.41
        ((160, 120), Region(0, 0, 160, 120)),  # grows
        ((384, 288), Region(122, 64, 224, 224)),  # a tile
    ],
)
@pytest.mark.parametrize("full_range", [False, True])
def test_it_is_the_letterbox_of_the_cpu(format, size, region, full_range):
    from pipeline.inference.device_input import Layout, make_inputs, pack

    placement = Placement.fit(region, (320, 320))
    pictures = [scene(format, *size, full_range, seed) for seed in (1, 2)]
    layout = Layout.of(pictures[0], placement)
    pixels = np.zeros((2, layout.bytes), np.uint8)
    for picture, target in zip(pictures, pixels, strict=True):
        pack(picture, placement, target)
    made = torch.zeros((2, 3, 320, 320))
    make_inputs(torch.from_numpy(pixels), layout, 114, made)
    for picture, tensor in zip(pictures, made.numpy(), strict=True):
        expected = letterbox(picture, placement, 114).transpose(2, 0, 1) / 255
        assert np.abs(tensor - expected).max() <= TOLERANCE
        assert np.abs(tensor - expected).mean() <= TOLERANCE / 4
