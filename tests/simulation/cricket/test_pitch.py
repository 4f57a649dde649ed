"""What is drawn of a pitch is where the Laws and the camera put it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipeline.geometry.laws import PITCH_M, POPPING_M, markings
from pipeline.simulation.cricket.backdrop import backdrop
from pipeline.simulation.cricket.balls import draw_ball, streak_of
from pipeline.simulation.cricket.cameras import POSITIONS, view_drawn
from pipeline.simulation.cricket.creases import edges
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.textures import Noise
from pipeline.simulation.cricket.wickets import cover_of, wicket
from pipeline.simulation.scene import stream

SIZE = (640, 360)


def clean(seed: int) -> Look:
    look = Look.drawn(stream(seed, "look"), 0.0, "club", "day")
    return replace(look, soil=(110.0, 96.0, 80.0), wear=0.0, strip_grass=0.0, tint=(1.0, 1.0, 1.0), haze=0.0)


def profile(gray: np.ndarray, middle: np.ndarray, across: np.ndarray, reach: float) -> float:
    """How far along `across` from a place the middle of a bright line lies, in pixels."""
    at = np.arange(-reach, reach + 0.01, 0.1)
    places = (middle + at[:, None] * across - 0.5).astype(np.float32)
    values = cv2.remap(gray, places[:, 0], places[:, 1], cv2.INTER_LINEAR).ravel()
    weight = np.clip(values - np.percentile(values, 30) - 25, 0, None)
    return float((weight * at).sum() / max(weight.sum(), 1e-6)) if weight.sum() > 30 else np.nan


def test_the_laws_dimensions():
    popping = [mark for mark in markings() if mark.crease == "popping"]
    assert {mark.start_m[0] for mark in popping} == {1.22, PITCH_M - 1.22}
    returns = [mark for mark in markings() if mark.crease == "return"]
    assert {abs(mark.start_m[1]) for mark in returns} == {1.32}
    assert all(abs(mark.start_m[0] - mark.end_m[0]) == pytest.approx(2.44) for mark in returns)


@pytest.mark.parametrize("position", POSITIONS)
def test_painted_creases_are_where_the_truth_says_to_half_a_pixel(position):
    off = []
    for seed in range(2):
        look, view = clean(seed), view_drawn(stream(seed, "camera"), position, SIZE, 0.3)
        gray = backdrop(view, look, seed).astype(np.float32).mean(axis=2)
        for edge in edges(view, look):
            for index in range(30, 211, 20):
                if not edge.inside[index - 4 : index + 5].all():
                    continue
                way = edge.paint[index + 1] - edge.paint[index - 1]
                if np.hypot(*way) < 1e-6:
                    continue
                across = np.array([-way[1], way[0]]) / np.hypot(*way)
                thick = 2 * abs((edge.paint[index] - edge.edge[index]) @ across)
                place = edge.paint[index]
                if not 0.7 < thick < 12 or (place < 8).any() or (place > np.array(SIZE) - 8).any():
                    continue
                off.append(profile(gray, place, across, thick / 2 + 2.0))
    off = np.array(off)[np.isfinite(off)]
    assert len(off) > 10
    assert np.median(np.abs(off)) < 0.2
    assert np.percentile(np.abs(off), 95) < 0.5


@pytest.mark.parametrize("position", ["bowler high", "keeper"])
def test_a_long_popping_crease_is_painted_as_far_as_the_truth_says(position):
    look, view = replace(clean(1), popping_half_m=4.6), view_drawn(stream(3, "camera"), position, SIZE, 0.0)
    gray = backdrop(view, look, 1).astype(np.float32).mean(axis=2)
    here, there = (np.array([[POPPING_M + 0.02, leg, 0.0] for leg in np.arange(-4.4, 4.5, 0.2)]) for _ in range(2))
    there[:, 0] += 0.25
    (on, _), (off, _) = view.project(here), view.project(there)
    inside = ((on > 2) & (on < np.array(SIZE) - 2) & (off > 2) & (off < np.array(SIZE) - 2)).all(axis=1)
    paint, grass = (
        cv2.remap(gray, *(each[inside] - 0.5).astype(np.float32).T, cv2.INTER_LINEAR).ravel() for each in (on, off)
    )
    outer = np.abs(here[inside, 1]) > 3.3
    assert np.count_nonzero(outer) > 4
    assert (paint - grass)[outer].mean() > 20


@pytest.mark.parametrize("position", ["bowler high", "bowler low", "side"])
def test_stumps_are_drawn_in_their_box(position):
    look = replace(clean(1), stumps=(255.0, 255.0, 255.0))
    view = view_drawn(stream(5, "camera"), position, SIZE, 0.0)
    found = wicket(view, "bowler")
    black = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    cover_of(view, "bowler", look).draw(black)
    rows = black.max(axis=2).max(axis=1).astype(float)
    columns = black.max(axis=2).max(axis=0).astype(float)
    drawn = (*ends(columns), *ends(rows))
    assert (drawn[0], drawn[2], drawn[1], drawn[3]) == pytest.approx(found.box, abs=0.5)


def test_a_sponsors_bands_are_around_the_stumps_as_high_as_they_are_printed():
    blue, wood = (0.0, 0.0, 250.0), (250.0, 250.0, 0.0)
    look = replace(clean(1), stumps=wood, bands=((0.25, 0.5, blue),))
    view = view_drawn(stream(5, "camera"), "bowler low", SIZE, 0.0)
    black = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    cover_of(view, "bowler", look, bails=False).draw(black)
    _, top, _, bottom = wicket(view, "bowler", bails=False).box
    colour = black.astype(float).sum(axis=1)
    banded = colour[:, 2] > colour[:, 0]
    height = (bottom - (np.arange(SIZE[1]) + 0.5)) / (bottom - top)
    assert banded[(height > 0.28) & (height < 0.47)].all()
    assert not banded[(height < 0.22) | (height > 0.53)].any()


def ends(values: np.ndarray) -> tuple[float, float]:
    """Where a profile begins and ends, its outermost pixels counted by how bright they are."""
    at = np.flatnonzero(values > 8)
    full = np.percentile(values[at], 70)
    return at[0] + 1 - min(values[at[0]] / full, 1), at[-1] + min(values[at[-1]] / full, 1)


@pytest.mark.parametrize(("kmh", "exposure_s"), [(0, 0.001), (90, 0.002), (140, 0.01)])
def test_a_ball_is_drawn_where_it_is_and_takes_the_light_that_it_should(kmh, exposure_s):
    look = replace(clean(1), ball="white")
    view = view_drawn(stream(2, "camera"), "bowler low", SIZE, 0.0)
    half = kmh / 3.6 * exposure_s / 2
    places = np.array([[12 + half, 0.3, 1.2], [12, 0.3, 1.2], [12 - half, 0.3 + half / 3, 1.2 - half / 4]])
    places[1] = (places[0] + places[2]) / 2
    streak = streak_of(view, places)
    black = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    draw_ball(black, streak, look, np.zeros(2))
    light = black.astype(float).mean(axis=2)
    y, x = np.indices(light.shape) + 0.5
    centroid = np.array([(x * light).sum(), (y * light).sum()]) / light.sum()
    assert centroid == pytest.approx(streak.middle, abs=0.3)
    assert light.sum() / (240 * 0.86) == pytest.approx(np.pi * streak.radius**2, rel=0.06)


def test_pitch_coordinates_go_to_the_camera_and_back():
    rng = np.random.default_rng(1)
    points = rng.uniform((-5, -5, 0), (25, 5, 3), (50, 3))
    for position in POSITIONS:
        view = view_drawn(rng, position, SIZE, 0.5)
        np.testing.assert_allclose(view.to_pitch(view.to_world(points)), points, atol=1e-9)
        ground = view.camera.ground_from_image(view.project([[18.9, 0.4, 0.0]])[0])
        assert view.to_pitch([*ground[0], 0.0]) == pytest.approx([18.9, 0.4, 0.0], abs=1e-4)
        lens = view.camera.fx / view.zoomed(1.3).camera.fx
        assert lens == pytest.approx(1 / 1.3)


@pytest.mark.parametrize("count", [1, 16385, 32766, 32767, 32768, 70001])
def test_noise_is_a_matter_of_the_place_however_many_are_asked_for(count: int) -> None:
    noise = Noise(np.random.default_rng(5))
    along = np.linspace(0, 9, count, dtype=np.float32)
    fine = np.zeros(count, np.float32)
    some = np.unique(np.linspace(0, count - 1, 50).astype(int))
    together = noise.at(along, fine, (0.7, 0.3), fine)
    assert np.allclose(together[some], noise.at(along[some], fine[some], (0.7, 0.3), fine[some]), atol=1e-5)
