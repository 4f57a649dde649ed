"""Each effect of a sensor does what it says, and nothing else happens where it is off."""

import dataclasses

import cv2
import numpy as np
import pytest

from pipeline.pictures import Picture
from pipeline.simulation.scene import LEVELS, SceneParameters
from pipeline.simulation.sensor import Sensor, settings_of
from pipeline.simulation.sensor_settings import SensorSettings

SIZE = (320, 240)
NEUTRAL = SensorSettings()


def scene(level: str = "plain", seed: int = 1) -> SceneParameters:
    return SceneParameters.model_validate({"seed": seed, "level": level, "width": SIZE[0], "height": SIZE[1]})


def gray(value: int = 128) -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), value, np.uint8)


def edge() -> np.ndarray:
    rgb = gray(60)
    rgb[:, SIZE[0] // 2 :] = 180
    return rgb


def luma(rgb: np.ndarray, frames: int = 1, **settings: object) -> np.ndarray:
    """The last luma of some frames of a still picture."""
    sensor = Sensor(scene(), dataclasses.replace(NEUTRAL, **settings))
    for _ in range(frames):
        picture = sensor.picture(lambda _: rgb.copy())
    return picture.planes[0].astype(float)


def chroma(rgb: np.ndarray, **settings: object) -> np.ndarray:
    picture = Sensor(scene(), dataclasses.replace(NEUTRAL, **settings)).picture(lambda _: rgb.copy())
    return np.stack(picture.planes[1:]).astype(float)


def steepness(plane: np.ndarray) -> float:
    return float(np.abs(np.diff(plane[100])).max())


def test_a_neutral_sensor_changes_nothing():
    rgb = np.random.default_rng(1).integers(0, 255, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    sent = Sensor(scene(), NEUTRAL).picture(lambda _: rgb.copy())
    plain = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420)
    np.testing.assert_array_equal(np.concatenate([plane.ravel() for plane in sent.planes]), plain.ravel())


def test_gain_brightens_and_contrast_spreads():
    assert luma(gray(), gain=1.3).mean() > luma(gray()).mean() + 15
    flat, steep = luma(edge(), contrast=0.7), luma(edge(), contrast=1.3)
    assert np.ptp(steep) > 1.5 * np.ptp(flat)
    assert luma(gray(0), black=0.2).mean() == pytest.approx(16 + 0.2 * 219, abs=2)


def test_automatic_exposure_brings_dark_and_bright_pictures_together():
    dark, bright = luma(gray(20), automatic=True).mean(), luma(gray(230), automatic=True).mean()
    assert bright - dark < 0.85 * (luma(gray(230)).mean() - luma(gray(20)).mean())


def test_colour_is_cast_and_taken_away():
    assert chroma(gray(), cast=(9.0, -6.0)).mean(axis=(1, 2)) == pytest.approx([137, 122], abs=1)
    red = gray()
    red[..., 0] = 220
    assert np.ptp(chroma(red, monochrome=True)) == 0
    assert abs(chroma(red, saturation=0.5)[1].mean() - 128) < 0.6 * abs(chroma(red)[1].mean() - 128)


def test_corners_are_darker():
    plane = luma(gray(), vignetting=0.4)
    assert plane[0, 0] / plane[120, 160] == pytest.approx(0.6, abs=0.03)


@pytest.mark.parametrize("settings", [{"defocus_px": 1.5}, {"resolution": 0.4}])
def test_edges_get_soft(settings):
    assert steepness(luma(edge(), **settings)) < 0.6 * steepness(luma(edge()))


def test_sharpening_overshoots():
    soft = {"defocus_px": 1.0}
    assert luma(edge(), sharpening=1.4, **soft).max() > luma(edge(), **soft).max() + 1


def test_noise_is_as_strong_as_told_and_new_in_every_frame():
    settings = {"shot_noise": 4.0, "read_noise": 0.0}
    one, two = luma(gray(127), 1, **settings), luma(gray(127), 2, **settings)
    assert one.std() == pytest.approx(4.0, rel=0.15)
    assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 0.05
    assert chroma(gray(), chroma_noise=3.0).std() == pytest.approx(3.0, rel=0.2)


def test_shot_noise_in_levels_is_about_even_and_read_noise_is_in_the_dark():
    assert luma(gray(40), read_noise=4.0).std() > 1.5 * luma(gray(220), read_noise=4.0).std()


def moving(offset_s: float) -> np.ndarray:
    """A white bar of 8 pixels that moves with 1000 pixels a second and is at 160 now."""
    rgb = gray(0)
    left = round(160 + 1000 * offset_s)
    rgb[:, left - 4 : left + 4] = 255
    return rgb


def sent(**settings: object) -> Picture:
    return Sensor(scene(), dataclasses.replace(NEUTRAL, **settings)).picture(moving)


def lit(row: np.ndarray) -> np.ndarray:
    return np.flatnonzero(row > 40)


def test_long_exposures_smear_evenly_around_the_moment():
    sharp, smeared = sent().planes[0], sent(exposure_s=0.03, samples=8).planes[0]
    assert len(lit(smeared[9])) - len(lit(sharp[9])) == pytest.approx(0.03 * 1000 * 7 / 8, abs=3)
    assert lit(smeared[9]).mean() == pytest.approx(lit(sharp[9]).mean(), abs=1)


def test_fields_are_half_a_frame_apart():
    plane = sent(interlaced=True).planes[0]
    assert lit(plane[1]).mean() - lit(plane[0]).mean() == pytest.approx(1000 * 0.5 / 25, abs=1)


def test_a_drop_bends_what_lies_behind_it():
    rng = np.random.default_rng(2)
    rgb = cv2.resize(rng.integers(0, 255, (24, 32, 3)).astype(np.uint8), SIZE, interpolation=cv2.INTER_NEAREST)
    changed = np.abs(luma(rgb, drops=5) - luma(rgb)) > 3
    assert 0.0005 < changed.mean() < 0.2


@pytest.mark.parametrize("codec", ["jpeg", "h264", "hevc"])
def test_compression_costs_detail_and_keeps_the_picture(codec):
    rng = np.random.default_rng(3)
    rgb = cv2.GaussianBlur(rng.integers(0, 255, (SIZE[1], SIZE[0], 3)).astype(np.uint8), (0, 0), 2)
    plain = luma(rgb)
    good, bad = (luma(rgb, 3, codec=codec, bits_per_pixel=bits) for bits in (0.6, 0.03))
    assert np.abs(bad - plain).mean() > np.abs(good - plain).mean()
    assert np.abs(bad - plain).mean() < 25


def test_the_time_is_burnt_in_and_runs():
    settings = {"clock": "%H:%M:%S", "clock_top": True, "clock_left": True}
    now, later = luma(gray(), 1, **settings), luma(gray(), 26, **settings)
    assert (now[:40] > 220).any()
    assert (now[60:] == now[60, 0]).all()
    assert (now[:40] != later[:40]).any()


def test_plain_is_nearly_nothing_and_levels_get_harder():
    plain = settings_of(scene("plain"))
    assert (plain.codec, plain.clock, plain.samples, plain.interlaced) == ("none", "", 1, False)
    many = {level: [settings_of(scene(level, seed)) for seed in range(60)] for level in LEVELS[1:]}
    for field in ("defocus_px", "vignetting", "read_noise", "exposure_s", "readout_s"):
        means = [np.mean([getattr(settings, field) for settings in many[level]]) for level in LEVELS[1:]]
        assert means == sorted(means), field
    bits = [np.mean([settings.bits_per_pixel for settings in many[level]]) for level in LEVELS[1:]]
    assert bits == sorted(bits, reverse=True)


def test_night_is_noisier_and_exposed_longer():
    day, night = settings_of(scene("middle"), 0.0), settings_of(scene("middle"), 1.0)
    assert night.read_noise > day.read_noise + 2
    assert night.exposure_s > day.exposure_s
