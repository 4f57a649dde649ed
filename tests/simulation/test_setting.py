"""Places, light and layers: what is drawn is where the camera says, and what stands before somebody hides them."""

import dataclasses

import cv2
import numpy as np
import pytest

from pipeline.geometry.camera import Camera
from pipeline.simulation.background import background, standing
from pipeline.simulation.environment import Environment, Lamp, drawn_environment
from pipeline.simulation.furniture import Item, bollard
from pipeline.simulation.layers import before
from pipeline.simulation.places import PLACES, Place
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.scene import LEVELS
from pipeline.simulation.setting import SettingParameters, setting_of
from pipeline.simulation.solids import Prism, box
from pipeline.simulation.street import Street
from pipeline.simulation.textures import flat

BENT = Camera((640, 480), 420.0, 420.0, 322.0, 239.0, 420.0, 24.0, 2.5, (-0.22, 0.0, 0.0, 0.0, 0.0))
CLEAR = Environment(direct=0.0, ambient=(1.0, 1.0, 1.0), visual_range_cm=1e9)


def empty(*items: Item) -> Place:
    return Place("street", False, lambda surface, _: flat(surface, (90.0, 90.0, 90.0)), (), items)


@pytest.mark.parametrize("place", [(-250.0, 700.0), (0.0, 900.0), (320.0, 1000.0), (-60.0, 640.0)])
def test_marks_on_the_ground_are_drawn_where_the_camera_projects_them(place):
    """A chequered square of 1 m: its middle corner, found in the picture, against the projection."""
    corner = np.array(place)

    def ground(surface, _):
        x, y = surface.first - corner[0], surface.second - corner[1]
        dark = (np.abs(x) < 50) & (np.abs(y) < 50) & ((x > 0) == (y > 0))
        return np.where(dark[..., None], 10.0, 220.0) * np.ones(3)

    drawn = background(BENT, Place("street", False, ground, (), ()), CLEAR, 1).lit
    expected = BENT.project([*place, 0.0])[0]
    gray = cv2.cvtColor(drawn, cv2.COLOR_RGB2GRAY)
    start = (expected - 0.5).astype(np.float32).reshape(1, 1, 2).copy()
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 60, 1e-3)
    found = cv2.cornerSubPix(gray, start + np.float32([1.2, -1.0]), (5, 5), (-1, -1), criteria).reshape(2) + 0.5
    assert np.linalg.norm(found - expected) < 0.5


def test_furniture_stands_where_the_camera_projects_it():
    """The outline of a block against the projection of its corners, under strong distortion."""
    block = Item("block", (Prism(box((180.0, 800.0), (90.0, 60.0), 0.4), 0, 150, (200, 40, 40)),), np.zeros((4, 2)))
    solid = block.solids[0]
    corners = [[*foot, up] for foot in solid.footprint for up in (0.0, 150.0)]
    pixels, _ = BENT.project(corners)
    (thing,) = standing(BENT, (block,))
    rows, columns = np.nonzero(thing.mask)
    low = (np.array([columns.min(), rows.min()]) + thing.origin) / 2
    high = (np.array([columns.max() + 1, rows.max() + 1]) + thing.origin) / 2
    assert low == pytest.approx(pixels.min(axis=0), abs=0.8)
    assert high == pytest.approx(pixels.max(axis=0), abs=0.8)
    drawn = background(BENT, empty(block), CLEAR, 1).lit
    red = (drawn[..., 0].astype(int) - drawn[..., 1]) > 40
    inside = cv2.resize(thing.mask, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) > 127
    shown = red[thing.box[1] : thing.box[3], thing.box[0] : thing.box[2]]
    assert (shown == inside).mean() > 0.97
    assert red.sum() == shown.sum()


@pytest.mark.parametrize(
    ("person", "hidden"), [((0.0, 900.0), True), ((0.0, 400.0), False), ((20.0, 560.0), True), ((300.0, 300.0), False)]
)
def test_a_thing_hides_who_is_behind_it(person, hidden):
    assert before(box((0.0, 500.0), (120.0, 40.0), 0.0), np.array([person]))[0] == hidden


def test_a_long_bench_hides_one_and_is_hidden_by_another():
    slanted = box((0.0, 600.0), (500.0, 40.0), 0.6)
    left, right = np.array([[-150.0, 560.0]]), np.array([[150.0, 640.0]])
    assert before(slanted, left)[0]
    assert not before(slanted, right)[0]


def test_who_stands_behind_a_thing_is_seen_less():
    street = Street.of(seed=4, people=1, width=640, height=480)
    walker, setting = street.walkers[0], street.setting
    place = walker.position * (1 - 70 / np.linalg.norm(walker.position))
    wall = Item("wall", (Prism(box(place, (140.0, 10.0), 0.0), 0, 120, (250, 0, 250)),), box(place, (140.0, 10.0), 0.0))
    shares = []
    for items in ((), (wall,)):
        here = dataclasses.replace(setting, place=dataclasses.replace(setting.place, items=items))
        renderer = Renderer(street.parameters, here)
        figures = renderer.figures(street.walkers)
        mask = renderer.occlusion(figures)
        shares.append(mask.seen(1).share)
        hidden = [not mask.shows(x, y, 1) for x, y in figures[0][1].keypoints[15:].tolist()]
        assert hidden == [bool(items)] * 2
    assert shares[1] < shares[0] - 0.2


def test_fog_takes_contrast_by_koschmieders_law():
    fog = Environment(visual_range_cm=2000.0)
    assert fog.clear(2000.0) == pytest.approx(0.02, abs=0.001)
    assert fog.clear(1000.0) ** 2 == pytest.approx(float(fog.clear(2000.0)), rel=1e-4)


def test_a_lamps_light_falls_off():
    night = Environment("night", direct=0.0, ambient=(0.0, 0.0, 0.0), lamps=(Lamp((0.0, 500.0, 600.0), 0.8),))
    under, aside = night.lit([[0.0, 500.0, 0.0], [600.0, 500.0, 0.0]])[:, 0]
    assert under == pytest.approx(0.8, rel=0.01)
    assert aside / under == pytest.approx(0.5**1.5, rel=0.02)


def test_shadows_fall_away_from_the_sun():
    post = bollard(np.array([0.0, 900.0]), 0.0, np.random.default_rng(3))
    sunny = Environment(sun=(0.6, 0.0, 0.8), direct=0.7, ambient=(0.3, 0.3, 0.3), visual_range_cm=1e9)
    made = background(BENT, empty(post), sunny, 1)
    left, right = (BENT.project([side * 40.0, 900.0, 0.0])[0].astype(int) for side in (-1, 1))
    assert not made.sunlit[left[1], left[0]]
    assert made.sunlit[right[1], right[0]]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("level", ["mild", "hostile"])
def test_every_place_has_room_for_people(place, level):
    for seed in range(3):
        values = {"seed": seed, "level": level, "place": place, "width": 640, "height": 360}
        setting = setting_of(SettingParameters.model_validate(values))
        near, far = setting.reach
        assert 100 <= near < far < 8000
        rng = np.random.default_rng(seed)
        distance = rng.uniform(near, far, 300)
        spots = np.stack([rng.uniform(-0.3, 0.3, 300) * distance, distance], axis=1)
        assert setting.place.free(spots).mean() > 0.25


def test_what_varies_grows_with_the_level():
    kinds = {level: set() for level in LEVELS}
    for level in LEVELS:
        for seed in range(40):
            values = {"seed": seed, "level": level, "width": 320, "height": 180}
            setting = setting_of(SettingParameters.model_validate(values))
            kinds[level].add((setting.place.name, setting.environment.light, setting.environment.rain > 0))
    assert kinds["plain"] == {("street", "day", False)}
    assert len(kinds["mild"]) < len(kinds["hostile"])


def test_light_and_weather_can_be_asked_for():
    rng = np.random.default_rng(1)
    night = drawn_environment(rng, 0.5, False, "night", "rain")
    assert (night.light, night.darkness) == ("night", 1.0)
    assert night.rain > 0
