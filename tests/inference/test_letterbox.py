"""The letterbox: proportions kept, undone exactly, and the same picture from every pixel format."""

import cv2
import numpy as np
import pytest

from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.pictures import Picture, PixelFormat
from tests.clips import pattern


def picture(format: PixelFormat, width: int = 320, height: int = 240, full_range: bool = False) -> Picture:
    rgb = pattern(3, width, height)
    match format:
        case PixelFormat.RGB24:
            data = rgb
        case PixelFormat.GRAY8:
            data = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        case _:
            data = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420)
            if full_range:
                luma, chroma = data[:height].astype(float), data[height:].astype(float)
                luma, chroma = (luma - 16) * 255 / 219, (chroma - 128) * 255 / 224 + 128
                data = np.clip(np.round(np.concatenate([luma, chroma])), 0, 255).astype(np.uint8)
            if format is PixelFormat.NV12:
                u, v = data[height:].reshape(2, -1)
                data = np.concatenate([data[:height].reshape(-1), np.stack([u, v], axis=1).reshape(-1)])
    return Picture.packed(format, width, height, data, full_range)


@pytest.mark.parametrize("format", [PixelFormat.I420, PixelFormat.NV12])
@pytest.mark.parametrize("full_range", [False, True])
def test_every_format_gives_the_same_input(format, full_range):
    place = Placement.fit(Region(0, 0, 320, 240), (256, 256))
    expected = letterbox(picture(PixelFormat.RGB24), place, fill=114).astype(float)
    found = letterbox(picture(format, full_range=full_range), place, fill=114)
    assert np.abs(found - expected).mean() < 3
    assert np.abs(found[:30] - 114.0).max() <= 2


def test_gray_becomes_three_equal_channels():
    found = letterbox(picture(PixelFormat.GRAY8), Placement.fit(Region(0, 0, 320, 240), (160, 128)))
    assert found.shape == (128, 160, 3)
    assert (found[..., 0] == found[..., 1]).all()
    assert (found[..., 0] == found[..., 2]).all()


@pytest.mark.parametrize(
    ("region", "size"),
    [
        (Region(0, 0, 768, 576), (640, 480)),
        (Region(0, 0, 1920, 1080), (512, 384)),
        (Region(326, 0, 442, 576), (384, 480)),
        (Region(0, 0, 98, 1000), (640, 640)),
    ],
)
def test_a_mark_is_found_again_where_it_was(region, size):
    width, height = region.left + region.width, region.top + region.height
    at = (region.left + 0.7 * region.width, region.top + 0.3 * region.height)
    y, x = np.mgrid[:height, :width] + 0.5
    spread = max(4.0, 3 * max(region.width / size[0], region.height / size[1]))
    blob = 250 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * spread**2))
    place = Placement.fit(region, size)
    source = Picture.packed(PixelFormat.GRAY8, width, height, blob.astype(np.uint8))
    seen = letterbox(source, place)[..., 0].astype(float)
    rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
    middle = np.array([(seen * columns).sum(), (seen * rows).sum()], np.float32) / seen.sum()
    assert place.to_picture(middle) == pytest.approx(at, abs=0.35 * max(1, region.width / size[0]))


def test_proportions_are_kept_and_numbers_are_even():
    place = Placement.fit(Region(0, 0, 1280, 720), (512, 384))
    assert place.scaled == (512, 288)
    assert place.offset == (0, 48)
