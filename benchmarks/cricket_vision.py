"""How well a cricket camera's ball and creases are found on simulated clips, and what that costs.

    python -m benchmarks.cricket_vision ball --first 7001 --seeds 6 --views bowler-high keeper corner
    python -m benchmarks.cricket_vision creases --first 7001 --seeds 20 --views any

Pictures go straight from the simulator to the networks; figures are those of `sightline eval ball|creases`. Corners of
the pitch, where creases meet, are compared where the camera puts them and where they are. CPU of one core.
"""

import argparse
import json
import time
from dataclasses import asdict, replace

import cv2
import numpy as np

from pipeline.cricket.ball_track import ball_tracks
from pipeline.cricket.pitch import PitchFinder, PitchSeen
from pipeline.cricket.watching import balls_of
from pipeline.data import FrameRecord, Shot
from pipeline.evaluation.ball import score_ball
from pipeline.evaluation.creases import score_creases
from pipeline.geometry.camera import Camera
from pipeline.geometry.pitch_marks import MARKS_M, STUMP_MARKS, turned
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.ball import BallNetwork
from pipeline.perception.pitch import PitchNetwork
from pipeline.perception.pitch_ends import EndsNetwork
from pipeline.simulation.cricket.scene import Cricket

_CORNERS = np.delete(MARKS_M, np.r_[STUMP_MARKS], axis=0)


def ball(given: argparse.Namespace) -> dict[str, object]:
    """Clips of one delivery each, by view and in all."""
    pairs: dict[str, list[tuple[FrameRecord, FrameRecord | None]]] = {}
    spent = looked = 0.0
    for number in range(given.seeds):
        view = given.views[number % len(given.views)]
        scene = Cricket.of(seed=given.first + number, level=given.level, view=view, width=1280, height=720)
        bowled = scene.spell.delivery(0)
        network, largest_px = BallNetwork((1280, 720)), scene.main_view.largest_ball_px
        sightings, true = [], []
        scene.seek(bowled.release_s - 0.4)
        for frame in range(round((0.8 + bowled.course.end_s) * scene.fps)):
            picture = scene.picture()
            true.append(scene.truth("", "", frame))
            begin = time.process_time()
            sightings.append(network.look(picture, frame, frame / scene.fps, largest_px))
            spent += time.process_time() - begin
            looked += 1
            scene.step()
        network.close()
        told = balls_of(ball_tracks(sightings))
        pairs.setdefault(view, []).extend((record, replace(record, ball=told.get(record.frame))) for record in true)
    everything = [pair for part in pairs.values() for pair in part]
    return {
        "all": asdict(score_ball(everything)),
        **{view: asdict(score_ball(part)) for view, part in pairs.items()},
        "ms_a_frame": round(1e3 * spent / max(looked, 1), 1),
    }


def creases(given: argparse.Namespace) -> dict[str, object]:
    """One picture of each scene."""
    finder = PitchFinder(PitchNetwork(), EndsNetwork())
    pairs, off, spent, cameras = [], [], 0.0, 0
    for number in range(given.seeds):
        view = given.views[number % len(given.views)]
        scene = Cricket.of(seed=given.first + number, level=given.level, view=view, width=1280, height=720)
        scene.seek(2.0 + 0.37 * number)
        picture, true = scene.picture(), scene.truth("", "", number)
        begin = time.process_time()
        found = finder.find(picture)
        spent += time.process_time() - begin
        pairs.append((true, replace(true, creases=found.creases, stumps=found.stumps)))
        cameras += found.pitch is not None
        assert true.shot is not None
        error = corners_off_px(found, true.shot)
        off.append(np.inf if error is None else error)
        told = "-" if error is None else f"{error:.2f} px"
        print(number, given.first + number, view, true.shot.position, told, flush=True)
    return {
        **asdict(score_creases(pairs)),
        "cameras": cameras,
        "corners_px_median": float(np.median(off)),
        "corners_within_4_px": float(np.mean(np.array(off) <= 4)),
        "corners_within_4_px_of_cameras": float(np.mean(np.array(off)[np.isfinite(off)] <= 4)),
        "ms_a_picture": round(1e3 * spent / max(given.seeds, 1), 1),
    }


def corners_off_px(found: PitchSeen, shot: Shot) -> float | None:
    """How far the corners of the pitch that are in the picture are from where the found camera puts them, on average,
    whichever end it takes for the striker's; None where none was found."""
    if found.pitch is None:
        return None
    size = found.pitch.view.camera.size
    pose = shot.height_cm, shot.tilt_deg, shot.roll_deg
    camera = Camera(size, *shot.focal_px, *shot.centre_px, *pose, shot.distortion, "simulated")
    view = PitchView(camera, shot.place_m, shot.bearing_deg)
    true = view.project(_CORNERS)[0]
    inside = view.faces(_CORNERS) & ((true >= 0) & (true <= size)).all(axis=1)
    if not inside.any():
        return None
    same, other = (
        float(np.linalg.norm(found.pitch.view.project(places)[0] - true, axis=1)[inside].mean())
        for places in (_CORNERS, turned(_CORNERS))
    )
    return min(same, other)


def main() -> None:
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("ball", "creases"))
    parser.add_argument("--first", type=int, default=7001, help="the first seed")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--level", default="middle")
    parser.add_argument("--views", nargs="+", default=["bowler-high", "keeper", "corner"])
    given = parser.parse_args()
    cv2.setNumThreads(1)
    print(json.dumps({"ball": ball, "creases": creases}[given.what](given), indent=2))


if __name__ == "__main__":
    main()
