"""Who is taken for a calibration, and who is not."""

import numpy as np
import pytest

from pipeline.geometry.camera import Camera
from pipeline.geometry.sightings import EVERY_S, MOST_TRACKS, PER_TRACK, Poses, sightings_of
from pipeline.simulation.skeleton import Pose, Segments, joints_of

SIZE = (1280, 720)
CAMERA = Camera(SIZE, 1050, 1050, 640, 360, height_cm=420, tilt_deg=20)
STANDING, SITTING = Pose(), Pose(hip_flexion_deg=90, knee_flexion_deg=90)


def track(ground, pose: Pose = STANDING, score: float = 0.6, fps: float = 10.0, number: int = 1) -> Poses:
    """One person who is at these places (N, 2), a frame after the other."""
    joints = joints_of(Segments.typical(), pose, np.zeros(2), np.zeros(1))[0, :17]
    joints[:, 2] -= joints[:, 2].min() - 7
    places = joints + np.column_stack([ground, np.zeros(len(ground))])[:, None]
    pixels, _ = CAMERA.project(places)
    keypoints = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), score)], axis=2)
    return Poses(np.full(len(ground), number), np.arange(len(ground)) / fps, keypoints)


def walk(frames: int = 30, start=(-200.0, 1200.0), end=(250.0, 1400.0)) -> np.ndarray:
    return np.linspace(start, end, frames)


def test_a_walk_is_taken_about_once_a_step():
    seen = sightings_of(track(walk()), SIZE)
    assert len(seen) == pytest.approx(3.0 / EVERY_S, abs=1)
    assert seen.people == 1
    upright = seen.heads - seen.feet
    assert (np.abs(upright[:, 0]) < 0.2 * -upright[:, 1]).all()


def test_a_long_track_is_bounded():
    assert len(sightings_of(track(walk(2000), fps=10), SIZE)) == PER_TRACK


@pytest.mark.parametrize(
    "poses",
    [
        pytest.param(track(walk(), SITTING), id="sits"),
        pytest.param(track(walk(), score=0.1), id="hardly seen"),
        pytest.param(track(np.repeat([[0.0, 1300.0]], 30, axis=0)), id="stands"),
        pytest.param(track(walk(start=(-200, 520), end=(200, 520))), id="cut off at the feet"),
        pytest.param(track(walk(start=(-700, 6000), end=(900, 6000))), id="too small"),
        pytest.param(track(walk(2)), id="seen twice"),
    ],
)
def test_who_says_nothing_of_the_camera_is_left_out(poses):
    assert len(sightings_of(poses, SIZE)) == 0


def test_tracks_of_any_numbers_are_counted_from_nought():
    first, second = track(walk(), number=7), track(walk(), number=300)
    both = Poses(
        np.append(first.tracks, second.tracks),
        np.append(first.seconds, second.seconds),
        np.concatenate([first.keypoints, second.keypoints]),
    )
    assert set(sightings_of(both, SIZE).tracks) == {0, 1}


def test_of_a_crowd_those_seen_most_are_used():
    walks = [track(walk(60 if number < 10 else 30), number=number) for number in range(MOST_TRACKS + 20)]
    crowd = Poses(
        np.concatenate([each.tracks for each in walks]),
        np.concatenate([each.seconds for each in walks]),
        np.concatenate([each.keypoints for each in walks]),
    )
    seen = sightings_of(crowd, SIZE)
    assert seen.people == MOST_TRACKS
    assert np.sort(np.bincount(seen.tracks))[-10:].min() > np.bincount(seen.tracks).min()


def test_nobody_is_no_sighting():
    nobody = Poses(np.empty(0, np.int64), np.empty(0), np.empty((0, 17, 3)))
    assert sightings_of(nobody, SIZE).people == 0
