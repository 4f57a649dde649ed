"""Paths of the ball through sightings made of simulated flights, with what a network gets wrong added."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.cricket.ball_track import BallPaths, ball_tracks
from pipeline.cricket.shadows import shadows_of
from pipeline.cricket.watching import balls_of
from pipeline.evaluation.ball_labels import read_csv
from pipeline.geometry.laws import BALL_RADIUS_M
from pipeline.perception.sightings import BallSighting
from pipeline.simulation.cricket.scene import Cricket

FPS = 25.0


def flight(seed: int, view: str, sun: tuple[float, float] | None = None) -> tuple[list[BallSighting], float]:
    """A simulated ball in the picture from its release to its contact, or its shadow under a sun that moves shadows so
    far along and to leg for each metre of height; and the frame of its bounce."""
    scene = Cricket.of(seed=seed, level="plain", view=view)
    bowled = scene.spell.delivery(0)
    camera = scene.main_view
    ends = bowled.course.contact_s or bowled.course.end_s
    times = np.arange(0.0, ends, 1 / FPS)
    seen = []
    for number, time in enumerate(times.tolist()):
        place = np.array(bowled.course.at(time), float)
        if sun is not None:
            place = np.array([*(place[:2] + place[2] * np.array(sun)), 0.0])
        pixels, depth = camera.project(place)
        radius = 100 * BALL_RADIUS_M * camera.camera.fx / float(depth)
        seen.append(BallSighting(number, time, float(pixels[0]), float(pixels[1]), radius, 0.9))
    return seen, (bowled.course.bounce_s or 0.0) * FPS


@pytest.mark.parametrize("view", ["bowler-high", "keeper", "corner"])
def test_a_path_is_found_among_sightings_that_are_none(view: str) -> None:
    found, all_seen = 0, 0
    for seed in range(1, 9):
        ball, _ = flight(seed, view)
        rng = np.random.default_rng(seed)
        frames = []
        for each in ball:
            noisy = BallSighting(
                each.frame, each.time_s, each.x + rng.normal(0, 0.6), each.y + rng.normal(0, 0.6), each.radius_px, 0.3
            )
            others = [
                BallSighting(each.frame, each.time_s, rng.uniform(0, 1280), rng.uniform(0, 720), 4.0, 0.03)
                for _ in range(2)
            ]
            frames.append(([noisy] if rng.random() < 0.85 else []) + others)
        track = max(ball_tracks(frames), key=lambda track: track.score)
        where = {each.frame: each for each in track.sightings}
        found += sum(
            each.frame in where and np.hypot(where[each.frame].x - each.x, where[each.frame].y - each.y) < 5
            for each in ball
        )
        all_seen += len(ball)
    assert found / all_seen > 0.93


@pytest.mark.parametrize("view", ["bowler-high", "keeper", "corner"])
@pytest.mark.parametrize("sun", [(0.8, 0.5), (-0.6, -1.4)])
def test_a_shadow_that_is_seen_better_than_its_ball_is_no_ball(view: str, sun: tuple[float, float]) -> None:
    right = told = apart = 0
    for seed in range(1, 13):
        (ball, _), (shadow, _) = flight(seed, view), flight(seed, view, sun)
        rng = np.random.default_rng(seed)
        frames, far = [], set()
        for each, dark in zip(ball, shadow, strict=True):
            away = np.hypot(each.x - dark.x, each.y - dark.y)
            seen = [replace(each, score=0.1)] if rng.random() < 0.95 else []
            frames.append(seen + ([replace(dark, score=0.13)] if away > 8 and rng.random() < 0.9 else []))
            if away > 12:
                far.add(each.frame)
        found = {frame: one for frame, one in balls_of(ball_tracks(frames)).items() if frame in far}
        right += sum(np.hypot(one.x - ball[frame].x, one.y - ball[frame].y) < 5 for frame, one in found.items())
        told, apart = told + len(found), apart + len(far)
    assert right / apart > 0.8
    assert right / told > 0.85


def test_what_comes_near_a_ball_from_elsewhere_is_no_shadow() -> None:
    ball = [BallSighting(n, n / FPS, 400 + 6 * n, 200 + 0.4 * n * n, 4.0, 0.2) for n in range(16)]
    bat = [
        BallSighting(n, n / FPS, 496 + 90 * np.cos(2.5 - 0.35 * n), 330 - 60 * np.sin(0.25 * n), 4.0, 0.2)
        for n in range(16)
    ]
    assert shadows_of([ball, bat]) == []


def test_a_bounce_is_the_kink_that_turns_the_ball_upwards() -> None:
    errors = []
    for seed in range(1, 13):
        ball, bounce = flight(seed, "corner")
        if not 4 < bounce < len(ball) - 4:
            continue
        track = ball_tracks([[each] for each in ball])[0]
        errors.append(abs(track.bounces[0].frame - bounce) if track.bounces else np.inf)
    assert len(errors) >= 5
    assert np.median(errors) < 0.5


@pytest.mark.parametrize("clip", ["bounce_inside1", "bounce_inside2", "bounce_outside1"])
def test_a_thrown_balls_bounce_is_found_where_there_is_no_pitch(clip: str) -> None:
    labels = read_csv(Path(__file__).parent / "data" / "bounces" / f"{clip}.csv")
    sightings = [[BallSighting(n, n / 30, ball.x, ball.y, 7.0, 0.6)] for n, ball in labels.items() if ball is not None]
    (track,) = ball_tracks(sightings)
    true = [frame for frame, ball in labels.items() if ball is not None and ball.bounces]
    assert [bounce.frame for bounce in track.bounces] == pytest.approx(true, abs=0.7)


def test_what_stands_still_or_jumps_about_is_no_ball() -> None:
    rng = np.random.default_rng(1)
    still = [BallSighting(n, n / FPS, 300 + rng.normal(0, 0.5), 200 + rng.normal(0, 0.5), 4.0, 0.9) for n in range(40)]
    jumping = [BallSighting(n, n / FPS, rng.uniform(0, 1280), rng.uniform(0, 720), 4.0, 0.4) for n in range(40)]
    assert ball_tracks([[one, other] for one, other in zip(still, jumping, strict=True)]) == []


def test_a_gap_is_bridged_with_sightings_of_no_score() -> None:
    ball, _ = flight(3, "keeper")
    track = ball_tracks([[each] for each in ball if each.frame not in (4, 5)])[0]
    bridged = {each.frame: each for each in track.sightings if each.score == 0}
    assert sorted(bridged) == [4, 5]
    assert all(np.hypot(bridged[n].x - ball[n].x, bridged[n].y - ball[n].y) < 5 for n in (4, 5))


def test_no_sightings_make_no_path() -> None:
    assert ball_tracks([]) == []
    assert ball_tracks([[], []]) == []


def test_something_still_before_a_jump_is_no_ball():
    still = [BallSighting(n, n / FPS, 400.0 + 0.1 * n, 180.0, 8.0, 0.2) for n in range(14)]
    jumps = [BallSighting(14 + n, (14 + n) / FPS, 440.0 + 40 * n, 300.0 + 100 * n, 8.0, 0.2) for n in range(3)]
    assert ball_tracks([[each] for each in [*still, *jumps]]) == []


def test_what_stands_still_where_a_ball_was_met_does_not_take_its_path_away():
    ball = [BallSighting(n, n / FPS, 400 + 15.0 * n, 600 - 20.0 * n + 0.5 * n * n, 4.0, 0.12) for n in range(12)]
    last = ball[-1]
    still = [BallSighting(n, n / FPS, last.x + 20, last.y, 4.0, 0.1) for n in range(13, 40)]
    tracks = ball_tracks([[each] for each in [*ball, *still]])
    assert [each.frame for each in tracks[0].sightings] == list(range(12))


def test_a_gap_between_two_kinks_is_bridged_in_a_straight_line():
    down = [BallSighting(n, n / FPS, 300 + 10.0 * n, 100 + 20.0 * n, 4.0, 0.3) for n in range(8)]
    away = [BallSighting(n, n / FPS, 550 + 30.0 * (n - 11), 150.0, 4.0, 0.3) for n in range(11, 19)]
    (track,) = ball_tracks([[each] for each in [*down, *away]])
    where = {each.frame: (each.x, each.y) for each in track.sightings}
    bridged = np.array([where[frame] for frame in (8, 9, 10)])
    between = np.linspace((down[-1].x, down[-1].y), (away[0].x, away[0].y), 5)[1:-1]
    assert np.abs(bridged - between).max() < 12


def test_a_weak_piece_counts_where_a_path_goes_on_from_it():
    ball, _ = flight(2, "keeper")
    bounce = next(n for n in range(3, len(ball)) if ball[n].y - ball[n - 1].y < 0.5 * (ball[n - 1].y - ball[n - 2].y))
    scores = (0.23, 0.05, 0.19, 0.15, 0.06, 0.05, 0.05, 0.07, *[0.25] * 8)
    seen = [replace(each, score=score) for each, score in zip(ball[bounce - 3 :], scores, strict=False)]
    paths = BallPaths()
    for each in seen[:3]:
        paths.add([each])
    assert paths.tracks(pieces=True) == []
    for each in seen[3:]:
        paths.add([each])
    (track,) = paths.tracks(pieces=True)
    assert track.sightings[0].frame == seen[0].frame
    assert paths.tracks()[0].sightings[0].frame > seen[0].frame


def test_a_weak_piece_goes_on_from_a_path_that_counts_alone():
    ball, _ = flight(2, "keeper")
    bounce = next(n for n in range(3, len(ball)) if ball[n].y - ball[n - 1].y < 0.5 * (ball[n - 1].y - ball[n - 2].y))
    seen = [replace(each, score=0.25 if n < bounce else 0.09) for n, each in enumerate(ball[: bounce + 4])]
    (track,) = ball_tracks([[each] for n, each in enumerate(seen) if n not in (bounce - 1, bounce)])
    assert track.sightings[-1].frame == seen[-1].frame


def test_paths_led_on_frame_by_frame_forget_what_is_old():
    ball, _ = flight(3, "bowler-high")
    paths = BallPaths()
    for each in ball:
        paths.add([each])
    (whole,) = paths.tracks()
    paths.forget(ball[5].frame)
    (rest,) = paths.tracks()
    assert (whole.sightings[0].frame, rest.sightings[0].frame) == (ball[0].frame, ball[5].frame)
    assert rest.sightings[-1] == whole.sightings[-1]
