"""Cameras found from where they see a pitch's marks and lines."""

import numpy as np
import pytest

from pipeline.cricket.lines import lines
from pipeline.geometry.pitch_fit import fit_pitch
from pipeline.geometry.pitch_marks import MARKS_M, MIRRORED, PER_END, turned
from pipeline.geometry.pitch_points import PitchPoints
from pipeline.geometry.pitch_starts import starts_from_marks
from pipeline.geometry.pitch_unknowns import FOCAL, UNKNOWNS, seen_by, view_of
from pipeline.simulation.cricket.cameras import POSITIONS, PitchView, Position, view_drawn

SIZE = (1280, 720)


def seen(view: PitchView) -> np.ndarray:
    """Which marks are in the picture."""
    pixels, _ = view.project(MARKS_M)
    return view.faces(MARKS_M) & ((pixels > 0) & (pixels < SIZE)).all(axis=1)


@pytest.mark.parametrize("position", POSITIONS)
def test_a_camera_is_found_from_noisy_marks_one_of_which_is_wrong(position: Position) -> None:
    rng = np.random.default_rng(3)
    errors = []
    for _ in range(6):
        view = view_drawn(rng, position, SIZE, 0.5)
        chosen = seen(view)
        true = view.project(MARKS_M)[0][chosen]
        pixels = true + rng.normal(0, 1.5, true.shape)
        pixels[1] += (40, 15)
        points = PitchPoints.marks(MARKS_M[chosen], pixels, np.full(len(pixels), 1.5))
        start = starts_from_marks(points, SIZE)[0]
        found = view_of(fit_pitch(points, start, SIZE).unknowns, SIZE)
        errors.append(float(np.linalg.norm(found.project(MARKS_M[chosen])[0] - true, axis=1).mean()))
    # A side camera sees one end in a long lens, and half of its eight marks tell nothing that the others do not.
    assert np.median(errors) < (3.0 if position == "side" else 1.7)


def test_lines_make_a_camera_many_times_as_exact_as_marks() -> None:
    rng = np.random.default_rng(5)
    gains = []
    for _ in range(5):
        view = view_drawn(rng, "bowler high", SIZE, 0.3)
        chosen = seen(view)
        true = view.project(MARKS_M)[0][chosen]
        marks = PitchPoints.marks(
            MARKS_M[chosen], true + rng.normal(0, 2.5, true.shape), np.full(np.count_nonzero(chosen), 2.5)
        )
        start = starts_from_marks(marks, SIZE)[0]
        rough = fit_pitch(marks, start, SIZE)
        points = marks
        for line in lines():
            places = line.places(np.linspace(0, 1, 40))
            pixels = view.project(places)[0]
            along = pixels[-1] - pixels[0]
            normal = np.array([-along[1], along[0]]) / np.linalg.norm(along)
            moved = pixels + rng.normal(0, 0.4, (40, 1)) * normal
            # Where along its line a sample lies nobody knows: the fit must not read it from the pixels.
            slid = moved + rng.uniform(-3, 3, (40, 1)) * along / np.linalg.norm(along)
            points = points + PitchPoints(places, slid, np.full(40, 0.5), np.tile(normal, (40, 1)))
        fine = fit_pitch(points, rough.unknowns, SIZE)
        before, after = (
            np.linalg.norm(view_of(fit.unknowns, SIZE).project(MARKS_M[chosen])[0] - true, axis=1).mean()
            for fit in (rough, fine)
        )
        gains.append(before / after)
    assert np.median(gains) > 3


def test_the_stated_deviation_of_the_focal_length_holds() -> None:
    rng = np.random.default_rng(7)
    scores = []
    for _ in range(25):
        view = view_drawn(rng, "bowler low", SIZE, 0.0)
        chosen = seen(view)
        pixels = view.project(MARKS_M)[0][chosen] + rng.normal(0, 1.5, (np.count_nonzero(chosen), 2))
        points = PitchPoints.marks(MARKS_M[chosen], pixels, np.full(len(pixels), 1.5))
        start = starts_from_marks(points, SIZE)[0]
        fit = fit_pitch(points, start, SIZE)
        off = fit.unknowns[FOCAL] - np.log(view.camera.fx / SIZE[0])
        scores.append(off / np.sqrt(fit.covariance[FOCAL, FOCAL]))
    assert 0.5 < np.std(scores) < 1.6


def test_a_pitch_seen_from_its_other_end_is_the_same_pitch() -> None:
    far_as_near = turned(MARKS_M[PER_END:])
    assert np.allclose(sorted(map(tuple, far_as_near)), sorted(map(tuple, MARKS_M[:PER_END])))
    assert np.allclose(turned(turned(MARKS_M)), MARKS_M)
    assert np.allclose(MARKS_M[MIRRORED] * (1, -1, 1), MARKS_M)


def test_too_few_marks_start_no_camera() -> None:
    points = PitchPoints.marks(MARKS_M[:3], np.array([[10.0, 10], [20, 10], [15, 30]]), np.ones(3))
    assert starts_from_marks(points, SIZE) == []


def test_many_cameras_at_once_see_what_each_alone_sees() -> None:
    rng = np.random.default_rng(11)
    middle = np.array([np.log(2.0), 10.0, 1.0, np.log(500.0), 0.01, 175.0, 45.0, 0.4])
    unknowns = middle + rng.normal(0, 1, (6, UNKNOWNS)) * (0.3, 4, 2, 0.3, 0.01, 20, 5, 1)
    pixels, depths = seen_by(unknowns, MARKS_M, SIZE)
    for number, each in enumerate(unknowns):
        alone = view_of(each, SIZE).project(MARKS_M)
        assert np.allclose(pixels[number], alone[0])
        assert np.allclose(depths[number], alone[1])
