"""`sim://cricket`: pictures, truth and deliveries agree with one another."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.data import Delivery, FrameRecord, from_json, to_json
from pipeline.geometry.flight import acceleration
from pipeline.geometry.laws import PITCH_M, POPPING_M, RETURN_M
from pipeline.media.convert import to_bgr
from pipeline.simulation.cricket.creases import edges
from pipeline.simulation.cricket.scene import Cricket
from pipeline.simulation.cricket.stage import stage
from pipeline.simulation.painting import outline
from pipeline.simulation.scene import scene_of
from pipeline.simulation.skeleton import CONTACT, JOINT, JOINT_NAMES

SMALL = {"width": 640, "height": 360}


def scene(**values) -> Cricket:
    return Cricket.of(**{"seed": 3, "setting": "stadium", **SMALL, **values})


def at(scene: Cricket, seconds: float) -> Cricket:
    while scene.time_s < seconds - 1e-9:
        scene.step()
    return scene


def test_a_seed_gives_the_same_pictures_and_truth_and_another_gives_others():
    def made(seed: int) -> tuple[bytes, bytes]:
        one = at(scene(seed=seed, level="middle"), 2.4)
        return to_bgr(one.picture()).tobytes(), to_json(one.truth("r", "c", 60))

    assert made(5) == made(5)
    assert made(5)[0] != made(6)[0]


def test_what_is_true_does_not_depend_on_whether_pictures_are_made():
    drawn, dark = scene(), scene()
    for _ in range(5):
        drawn.picture()
        drawn.step()
        dark.step()
    assert drawn.truth("r", "c", 5) == dark.truth("r", "c", 5)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_front_foot_lands_where_the_margin_says_to_the_millimetre_and_stays(seed):
    spell = scene(seed=seed).spell
    for number in range(3):
        bowled = spell.delivery(number)
        body = bowled.bowling.body
        radius = CONTACT["left_heel"] * float(np.max(body.stature_cm)) / 100
        for after in (0.0, 0.05, 0.11, 0.2):
            joints = bowled.bowling.joints(bowled.lands_s - bowled.release_s + after)
            x, _, z = joints[JOINT[bowled.bowling.heel]] / 100
            margin_cm = 100 * (x + radius - (PITCH_M - POPPING_M))
            assert margin_cm == pytest.approx(bowled.plan.margin_cm, abs=0.1)
            assert z == pytest.approx(radius, abs=0.001)
            assert joints[:, 2].min() > -2.0, "the other foot is not in the ground"


@pytest.mark.parametrize(("seed", "given"), [(1, None), (3, 10.0), (8, 10.0), (24, 20.0)])
def test_the_back_foot_lands_where_its_margin_says_and_stands_until_the_front_foot_has_landed(seed, given):
    bowled = scene(seed=seed, back_margin_cm=given).spell.delivery(0)
    bowling = bowled.bowling
    lands, stature = bowled.back_lands_s - bowled.release_s, float(np.max(bowling.body.stature_cm))
    landed = bowling.joints(lands)
    points = [JOINT[f"{bowling.back}_{part}"] for part in ("heel", "toe")]
    outermost = max(abs(landed[at, 1]) + CONTACT[JOINT_NAMES[at]] * stature for at in points)
    assert 100 * RETURN_M - outermost == pytest.approx(bowling.back_margin_cm, abs=0.1)
    if given is None:
        assert bowling.back_margin_cm > 40
    else:
        assert bowling.back_margin_cm == pytest.approx(bowled.plan.back_margin_cm, abs=0.1)
        assert abs(bowling.back_margin_cm) <= given
    for after in (0.02, 0.06, 0.1, 0.12):
        joints = bowling.joints(lands + after)
        np.testing.assert_allclose(joints[points[1]], landed[points[1]], atol=0.1)
        for upper, lower in (("hip", "knee"), ("knee", "ankle")):
            ends = [JOINT[f"{bowling.back}_{part}"] for part in (upper, lower)]
            long, before = (np.linalg.norm(each[ends[0]] - each[ends[1]]) for each in (joints, landed))
            assert long == pytest.approx(before, rel=0.01)


@pytest.mark.parametrize("seed", [1, 5])
def test_the_heel_is_drawn_where_the_margin_says(seed):
    one = scene(seed=seed, view="side", width=1280, height=720)
    bowled = one.spell.delivery(0)
    now = stage(one.spell, one.look, one.main_view, bowled.lands_s + 0.03, 0.001, 0.0)
    moment, figure = next(pair for pair in now.people if pair[0].player.role == "bowler")
    mask = np.zeros((720, 1280), np.uint8)
    outline(figure, mask, 1, 1)
    heel = moment.joints_cm[JOINT[bowled.bowling.heel]] / 100
    radius = bowled.bowling.heel_m[2]
    (back, before), _ = one.main_view.project([[heel[0] + radius, heel[1], radius], [heel[0], heel[1], radius]])
    outwards = (back - before) / np.linalg.norm(back - before)
    line = back + np.arange(-8, 8, 0.25)[:, None] * outwards
    inside = mask[line[:, 1].astype(int), line[:, 0].astype(int)] > 0
    edge = np.arange(-8, 8, 0.25)[np.flatnonzero(inside)[-1]]
    pixel_cm = 100 * radius / np.linalg.norm(back - before)
    assert edge == pytest.approx(0.0, abs=1.0)
    drawn_cm = 100 * (heel[0] + radius - PITCH_M + POPPING_M) + edge * pixel_cm
    assert drawn_cm == pytest.approx(bowled.plan.margin_cm, abs=1.0 * pixel_cm + 0.1)


def deliveries(one: Cricket, seconds: float) -> list[Delivery]:
    found = []
    while one.time_s < seconds:
        found += one.happened()
        one.step()
    return found


def test_each_delivery_is_told_once_when_it_has_ended_and_goes_over_the_wire():
    found = deliveries(scene(fps=50, gap_s=8), 14)
    assert [told.id for told in found] == ["sim-3-0", "sim-3-1"]
    for told in found:
        assert from_json(Delivery, to_json(told)) == told
        frames, times = told.frames, told.moments_ms
        assert frames.release == round(times["release"] * 50 / 1000)
        assert frames.release < frames.bounce <= frames.end
        assert told.front_foot.verdict == ("legal" if told.front_foot.margin_cm > 0 else "no-ball")
        assert abs(told.front_foot.margin_cm) <= 25
        assert 0.08 < (times["release"] - times["front_foot"]) / 1000 < 0.14
        assert 0.1 < (times["front_foot"] - times["back_foot"]) / 1000 < 0.2
        assert told.back_foot.verdict == "legal"


def test_the_release_speed_is_the_paths_and_the_path_obeys_its_equations():
    one = scene(fps=50, seed=8)
    told = deliveries(one, 5.5)[0]
    metres = np.array([point.metres for point in told.path])
    steps = np.linalg.norm(np.diff(metres, axis=0), axis=1) * 50
    times = np.array([point.frame for point in told.path]) * 20 - told.moments_ms["release"]
    middle = (times[1:] + times[:-1]) / 2
    back = np.polyval(np.polyfit(middle[:9], steps[:9], 2), 0.0)
    assert 3.6 * back == pytest.approx(told.release_speed_kmh, rel=0.004)
    bowled = one.spell.delivery(0)
    flight = times[1:-1] < told.moments_ms["bounce"] - told.moments_ms["release"] - 45
    bend = np.diff(metres, 2, axis=0)[flight] * 2500
    fast = (metres[2:] - metres[:-2])[flight] * 25
    to_off = np.array([1.0, -1.0 if told.hand == "right" else 1.0, 1.0])
    spin = tuple(bowled.plan.spin_rad_s)
    wanted = [acceleration(tuple(v * to_off), spin, bowled.plan.seam_deg, one.spell.air) * to_off for v in fast]
    np.testing.assert_allclose(bend, wanted, atol=0.12)
    speed_at_bounce = told.bounce_m[0]
    nearest = metres[np.abs(times - (told.moments_ms["bounce"] - told.moments_ms["release"])).argmin()]
    assert nearest[0] == pytest.approx(speed_at_bounce, abs=0.5)


@pytest.mark.parametrize("view", ["bowler-high", "bowler-low", "side", "corner"])
def test_the_balls_centroid_in_the_picture_is_the_truths(view):
    setting = "nets" if view == "bowler-low" else "stadium"
    one = at(scene(view=view, light="day", seed=4, fps=25, setting=setting), 2.0)
    checked = 0
    for frame in range(32):
        ball = one.truth("r", "c", frame).ball
        if ball is not None and ball.state == "flight" and ball.visible > 0.999:
            now = one.stage()
            clear = np.full((360, 640, 3), 128, np.uint8)
            replace(now, people=[], wickets=[], look=replace(now.look, shadow=0.0)).draw(clear)
            light = np.abs(clear.astype(float) - 128).sum(axis=2)
            if light.sum() > 200:
                y, x = np.indices(light.shape) + 0.5
                centroid = ((x * light).sum() / light.sum(), (y * light).sum() / light.sum())
                assert centroid == pytest.approx((ball.x, ball.y), abs=0.5)
                checked += 1
        one.step()
    assert checked >= (2 if view == "side" else 5)


@pytest.mark.parametrize(("view", "seed"), [("bowler-high", 1), ("bowler-low", 2), ("corner", 3), ("side", 4)])
def test_creases_are_bright_where_the_truth_says_that_they_are_seen(view, seed):
    one = at(scene(view=view, seed=seed, light="day", width=960, height=540), 2.2)
    one.look = replace(one.look, soil=(120.0, 104.0, 84.0), grass=(70.0, 110.0, 50.0), shadow=0.0, paint_wear=0.0)
    now = replace(one.stage(), look=one.look)
    rgb = one._backdrop(now.view)
    now.draw(rgb)
    gray = rgb.astype(float).mean(axis=2)
    told = {(crease.crease, crease.end, crease.line): crease for crease in one.truth("r", "c", 55).creases}
    bright, of = 0, 0
    for edge, crease in zip(edges(now.view, now.look), told.values(), strict=True):
        for x0, y0, x1, y1 in crease.seen:
            thick = np.linalg.norm(2 * (edge.paint[120] - edge.edge[120]))
            if thick < 1.2 or np.hypot(x1 - x0, y1 - y0) < 6:
                continue
            shift = edge.paint[120] - edge.edge[120]
            for share in np.linspace(0.1, 0.9, 9):
                x, y = np.array([x0, y0]) + share * np.array([x1 - x0, y1 - y0]) + shift
                off = 2 * shift / np.linalg.norm(shift) * max(thick, 2)
                here = gray[int(np.clip(y, 0, 539)), int(np.clip(x, 0, 959))]
                sides = [
                    gray[int(np.clip(y + s * off[1], 0, 539)), int(np.clip(x + s * off[0], 0, 959))] for s in (-1, 1)
                ]
                bright += here > min(sides) + 15
                of += 1
    assert of > 15
    assert bright / of > 0.93


def test_one_umpire_stands_behind_the_bowlers_stumps_and_one_at_square_leg_looking_across():
    spell = scene(seed=2).spell
    moments = spell.moments(spell.delivery(0).release_s)
    umpires = [moment for moment in moments if moment.player.role == "umpire"]
    behind, square = sorted(umpires, key=lambda umpire: -umpire.place_m[0])
    assert behind.place_m[0] > PITCH_M
    assert np.cos(behind.facing_rad) == pytest.approx(-1)
    along, leg = square.place_m
    assert abs(along - POPPING_M) < 2
    assert 11 <= abs(leg) <= 20
    assert np.sin(square.facing_rad) == pytest.approx(-np.sign(leg))


def test_the_truth_knows_people_stumps_and_what_hides_what():
    one = at(scene(view="bowler-low", seed=2), 2.3)
    record = one.truth("r", "c", 57)
    assert from_json(FrameRecord, to_json(record)) == record
    assert {stumps.end for stumps in record.stumps} == {"striker", "bowler"}
    assert all(0 <= stumps.visible <= 1 for stumps in record.stumps)
    for person in record.people:
        assert person.box[0] < person.box[2]
        shown = [k for k in person.keypoints if k[2] and 0 <= k[0] < 640]
        assert all(person.box[0] - 1 <= x <= person.box[2] + 1 for x, _, _ in shown)
    hidden = [crease for crease in record.creases if len(crease.seen) > 1]
    assert hidden, "somebody stands before a crease"


def test_an_observation_says_nothing_that_only_truth_can():
    record = at(scene(), 2.4).truth("r", "c", 60)
    text = to_json(replace(record, truth=False)).decode()
    for word in ("streak", "metres", "visible", "seen", "shot", "state", "whole_box"):
        assert f'"{word}"' not in text


def test_replays_and_close_ups_are_true_and_are_not_other_deliveries():
    one = scene(cuts=True, seed=7, fps=25, gap_s=10)
    names, told, held = [], [], 0
    while one.time_s < 40:
        shown = one.shown
        names.append(shown.name)
        told += one.happened()
        if shown.name == "replay":
            record = one.truth("r", "c", 0)
            assert record.shot.rate < 1
            held += record.ball is not None and record.ball.state == "flight"
        one.step()
    assert {"play", "replay"} <= set(names)
    assert held > 5
    releases = [delivery.moments_ms["release"] for delivery in told]
    assert len(told) >= 3
    assert releases == sorted(set(releases))


def test_the_camera_in_the_truth_is_the_one_that_the_picture_is_from():
    one = scene(cuts=True, seed=7)
    for seconds in (1.0, 5.0, 8.0, 12.0):
        at(one, seconds)
        shot, camera = one.truth("r", "c", 0).shot, one.camera
        assert shot.focal_px == pytest.approx((camera.fx, camera.fy))
        assert (shot.height_cm, shot.tilt_deg) == pytest.approx((camera.height_cm, camera.tilt_deg))


def test_the_scene_is_known_by_its_name_with_its_parameters():
    assert scene_of("cricket", {"view": "side", "margin_cm": "12", "width": "320", "height": "240"}).size == (320, 240)


def test_a_lens_that_zooms_shows_the_creases_where_they_are():
    one = scene(cuts=True, seed=7, light="day", view="bowler-high")
    while one.shown.zoom == 1.0 or one.time_s < one.shown.end_s - 0.1:
        one.step()
        assert one.time_s < 60
    one.look = replace(one.look, soil=(120.0, 104.0, 84.0), paint_wear=0.0)
    now = one.stage()
    assert now.view.camera.fx > 1.1 * one.main_view.camera.fx
    gray = one._behind(now.view).astype(float).mean(axis=2)
    popping = next(e for e in edges(now.view, now.look) if e.crease == "popping" and e.end == "bowler")
    x, y = popping.paint[100]
    column = gray[int(y) - 6 : int(y) + 7, int(x)]
    weight = np.clip(column - np.median(column) - 10, 0, None)
    middle = ((np.arange(13) + 0.5 + int(y) - 6) * weight).sum() / weight.sum()
    assert middle == pytest.approx(y, abs=0.5)


def test_a_ball_that_hits_the_stumps_takes_the_bails_off():
    for seed in range(40):
        one = scene(seed=seed, view="keeper", gap_s=8)
        bowled = one.spell.delivery(0)
        if bowled.course.fate != "bowled":
            continue
        assert bowled.course.hits
        before, after = (
            next(stumps for stumps in at(one, bowled.end_s + late).truth("r", "c", 0).stumps if stumps.end == "striker")
            for late in (-0.1, 0.2)
        )
        assert after.box[1] > before.box[1]
        return
    pytest.fail("nobody was bowled")
