"""Details of heads and chests: seen from where they are, and nowhere on streets."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.simulation.bodies import Body
from pipeline.simulation.details import PLAIN, Details
from pipeline.simulation.figures import figures_of
from pipeline.simulation.outfits import TOPS
from pipeline.simulation.painting import Tint, paintings
from pipeline.simulation.shapes import shape_of
from pipeline.simulation.skeleton import Pose, joints_of
from tests.attributes.walks import CAMERA

_LIT = Tint((0.0, -1.0), (1.0, 1.0, 1.0), 1.0, (0, 0, 0))


_CLOSE = replace(CAMERA, height_cm=170.0, tilt_deg=6.0)
"""Level with a head, to see a face and a nape alike."""


def drawn(details: Details, away: bool) -> np.ndarray:
    """Somebody 6 m away, towards the camera or away from it."""
    body = Body.drawn(np.random.default_rng(5), 30.0, "male").wearing(hat="none", bag="none", coat=False)
    body = body.wearing(details=details, hair=(200, 20, 20), top=(20, 20, 200))
    facing = np.pi / 2 if away else -np.pi / 2
    joints = joints_of(body.segments, Pose(), (0.0, 600.0), facing)
    rgb = np.zeros((720, 1280, 3), np.uint8)
    for painting in paintings(figures_of([shape_of(body)], joints, _CLOSE), [_LIT]):
        painting.paint(rgb)
    return rgb.astype(int)


def changed(details: Details, away: bool) -> int:
    """In how many pixels somebody looks otherwise than without details."""
    return int((np.abs(drawn(details, away) - drawn(PLAIN, away)).max(axis=2) > 20).sum())


@pytest.mark.parametrize(
    "details",
    [
        Details(beard="beard"),
        Details(beard="moustache"),
        Details(glasses="dark"),
        Details(crown="fringe"),
        Details(front="open"),
        Details(front="tie"),
        Details(shaded_eyes=True),
    ],
)
def test_what_is_in_front_is_seen_from_there_alone(details):
    assert changed(details, away=False) > 8
    assert changed(details, away=True) < 0.2 * changed(details, away=False)


@pytest.mark.parametrize("details", [Details(neck="hood"), Details(crown="bald")])
def test_what_is_behind_is_seen_from_there(details):
    assert changed(details, away=True) > 8
    assert changed(details, away=False) < changed(details, away=True)


def test_streets_have_none_of_it():
    rng = np.random.default_rng(0)
    assert all(Body.drawn(rng).outfit.details == PLAIN for _ in range(50))


def test_details_are_drawn_in_their_variety():
    rng = np.random.default_rng(1)
    found = [Details.drawn(rng, male=True, colours=TOPS) for _ in range(300)]
    assert {each.beard for each in found} == {"none", "stubble", "moustache", "beard"}
    assert {each.front for each in found} == {"plain", "open", "zip", "tie"}
    assert all(Details.drawn(rng, male=False, colours=TOPS).beard == "none" for _ in range(100))
    assert replace(found[0], worn=PLAIN.worn) != PLAIN or found[0] == replace(PLAIN, worn=found[0].worn)
