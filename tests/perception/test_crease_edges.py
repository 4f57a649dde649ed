"""Paint across a line, in pictures made by area, whose edges are known exactly."""

import numpy as np
import pytest

from pipeline.perception.crease_edges import Bands, bands
from pipeline.pictures import Pixels


def painted(left: float, right: float, blur: float = 0.0, noise: float = 0.0) -> Pixels:
    """Ground of gray 110 with upright paint of gray 220 from x = left to x = right."""
    edges = np.arange(81, dtype=float)
    covered = np.clip(np.minimum(edges[1:], right) - np.maximum(edges[:-1], left), 0, 1)
    row = 110 + 110 * covered
    if blur:
        steps = np.arange(-9, 10)
        kernel = np.exp(-0.5 * (steps / blur) ** 2)
        row = np.convolve(np.pad(row, 9, mode="edge"), kernel / kernel.sum(), mode="valid")
    rows = np.tile(row, (40, 1)) + noise * np.random.default_rng(1).standard_normal((40, 80))
    return np.clip(np.round(rows), 0, 255).astype(np.uint8)


def across(luma: Pixels, expected_x: float, width: float, reach: float = 5.0) -> Bands:
    points = np.column_stack([np.full(20, expected_x), np.linspace(5, 35, 20)])
    return bands(luma, points, np.tile([1.0, 0.0], (20, 1)), np.full(20, width), np.full(20, reach))


@pytest.mark.parametrize(("left", "right", "blur"), [(40.3, 45.1, 0.0), (39.6, 42.0, 0.8), (40.0, 50.5, 1.5)])
def test_the_middle_and_the_width_of_paint_are_found_to_a_fraction_of_a_pixel(
    left: float, right: float, blur: float
) -> None:
    found = across(painted(left, right, blur, noise=2.0), (left + right) / 2 + 2.2, right - left)
    assert found.found.all()
    assert np.abs(found.middle + 2.2).max() < 0.35
    assert np.median(found.width) == pytest.approx(right - left, abs=0.5)


def test_an_edge_between_two_grounds_is_no_paint() -> None:
    luma = painted(40.0, 200.0)
    assert not across(luma, 41.0, 4.0).found.any()


def test_plain_noise_is_no_paint() -> None:
    luma = painted(200.0, 201.0, noise=4.0)
    assert np.mean(across(luma, 40.0, 4.0).found) < 0.2


def test_no_points_are_no_bands() -> None:
    none = np.empty((0, 2))
    assert len(bands(painted(40, 44), none, none, np.empty(0), np.empty(0)).found) == 0
