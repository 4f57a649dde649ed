"""How well deliveries are found and read when the ball, the people and the pitch are seen with known errors.

    python -m benchmarks.deliveries --count 20 --views bowler-high,bowler-low,keeper
    python -m benchmarks.deliveries --count 8 --pictures --level middle     # ball, pitch and people by the networks

Without `--pictures` none is drawn: sightings are the simulator's truth with noise, misses and false ones, cameras are
fitted to marks with noise, joints err as a pose network's do. `sightline eval deliveries` measures the same of clips.
"""

import argparse
import json
import select
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, replace

import numpy as np

from pipeline.config import ModelConfig, TrackingConfig
from pipeline.cricket.crease_cut import crease_cut
from pipeline.cricket.finder import DeliveryFinder
from pipeline.cricket.glance import ANKLES, Glance
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.stage import Networks
from pipeline.cricket.telling import tell
from pipeline.data import Delivery, FootLanding, FrameRecord, Person
from pipeline.evaluation.deliveries import DeliveryTruth, score
from pipeline.geometry.pitch_fit import fit_pitch
from pipeline.geometry.pitch_marks import MARKS_M
from pipeline.geometry.pitch_points import PitchPoints
from pipeline.geometry.pitch_starts import starts_from_marks
from pipeline.geometry.pitch_unknowns import view_of
from pipeline.perception.detector import Detector
from pipeline.perception.heels import HeelNetwork
from pipeline.perception.sightings import BallSighting
from pipeline.perception.tracking import Tracker
from pipeline.pictures import Picture
from pipeline.simulation.cricket.scene import Cricket
from pipeline.simulation.cricket.scorer import delivery_truth

_BEFORE_S, _AFTER_S = 1.4, 1.3
_RAISED = 0.012, 0.014
"""How far over the joint a pose network sees ankles, mean and deviation, as a share of the person's height: measured on
seven simulated clips."""


class Errors:
    """What perception errs by: `ball_px` of the ball's centre, shares of it missed and false ones a frame, `mark_px` of
    the pitch's marks, `ankle` as a share of a person's height; ankles besides are seen too high, everybody's by as much
    in all frames."""

    def __init__(self, seed: int, ball_px: float, missed: float, false: float, mark_px: float, ankle: float) -> None:
        self._rng = np.random.default_rng(seed)
        self._ball_px, self._missed, self._false = ball_px, missed, false
        self._mark_px, self._ankle = mark_px, ankle
        self._raised: dict[int, float] = {}

    def pitch(self, scene: Cricket) -> FoundPitch | None:
        """The camera as it comes from marks with noise."""
        pixels = scene.main_view.project(MARKS_M)[0]
        inside = ((pixels > 0) & (pixels < scene.size)).all(axis=1)
        noisy = pixels + self._rng.normal(0, self._mark_px, pixels.shape)
        std = np.full(np.count_nonzero(inside), self._mark_px)
        if np.count_nonzero(inside) < 5:
            return None
        points = PitchPoints.marks(MARKS_M[inside], noisy[inside], std)
        starts = starts_from_marks(points, scene.size, 1)
        if not starts:
            return None
        fit = fit_pitch(points, starts[0], scene.size)
        view = view_of(fit.unknowns, scene.size)
        return FoundPitch(view, fit.covariance, fit.error_px, stands=True, ends_known=True)

    def balls(self, record: FrameRecord) -> tuple[BallSighting, ...]:
        """What may be the ball in a frame."""
        rng, seconds = self._rng, record.pts_ms / 1e3
        found = []
        ball = record.ball
        if ball is not None and (ball.visible or 0) > 0.35 and rng.random() > self._missed:
            x, y = rng.normal((ball.x, ball.y), self._ball_px).tolist()
            radius = ball.radius * float(rng.normal(1, 0.1))
            found.append(BallSighting(record.frame, seconds, x, y, radius, float(rng.uniform(0.5, 0.95))))
        size = 3.0 if ball is None else ball.radius
        for _ in range(rng.poisson(self._false)):
            x, y = rng.uniform((0, 0), record.size).tolist()
            radius = size * float(rng.uniform(0.7, 1.4))
            found.append(BallSighting(record.frame, seconds, x, y, radius, float(rng.uniform(0.2, 0.6))))
        return tuple(found)

    def people(self, record: FrameRecord) -> tuple[Person, ...]:
        """People with keypoints as a network points at them."""
        return tuple(replace(person, keypoints=self._keypoints(person)) for person in record.people)

    def _keypoints(self, person: Person) -> tuple[tuple[float, float, float], ...]:
        height = person.box[3] - person.box[1]
        raised = self._raised.setdefault(person.track, float(self._rng.normal(*_RAISED)))
        sigma = self._ankle * height
        return tuple(
            (
                x + sigma * float(self._rng.normal()),
                y + sigma * float(self._rng.normal()) - raised * height * (joint in ANKLES),
                0.4 + 0.5 * seen,
            )
            for joint, (x, y, seen) in enumerate(person.keypoints)
        )


class Onlooker:
    """The people of pictures, found and followed as they are without settings, but for second looks."""

    def __init__(self, fps: float) -> None:
        tracking = TrackingConfig()
        self._detector = Detector(ModelConfig(), "throughput")
        self._tracker = Tracker(tracking.algorithm, fps, tracking.lost_s)

    def people(self, picture: Picture, seconds: float) -> tuple[Person, ...]:
        """Those of the next picture."""
        self._detector.submit(None, picture)
        while not (done := list(self._detector.collect())):
            select.select([self._detector.ready_fd], [], [])
        tracked = self._tracker.update(done[0].detections, seconds, picture)
        return tuple(
            Person(each.track, tuple(each.box.tolist()), each.score, tuple(map(tuple, each.keypoints.tolist())))
            for each in tracked
        )

    def close(self) -> None:
        """Let go of the network."""
        self._detector.close()


def glances(scene: Cricket, errors: Errors, first_s: float, last_s: float, pictures: bool = False) -> Iterator[Glance]:
    """The frames of a piece of a clip as perception would tell of them, or as it does of their pictures."""
    if pictures:
        yield from _looked_at(scene, first_s, last_s)
        return
    pitch = errors.pitch(scene)
    for record in _records(scene, first_s, last_s):
        seconds = record.pts_ms / 1e3
        yield Glance(record.frame, seconds, pitch, errors.balls(record), errors.people(record), record.creases)


def _records(scene: Cricket, first_s: float, last_s: float) -> Iterator[FrameRecord]:
    """The truth of the frames, the scene being at each meanwhile."""
    scene.seek(first_s)
    while scene.time_s <= last_s:
        yield scene.truth(scene.run, scene.name, round(scene.time_s * scene.fps))
        scene.step()


def _looked_at(scene: Cricket, first_s: float, last_s: float) -> Iterator[Glance]:
    """The frames as networks see their pictures."""
    eyes, onlooker = Networks(), Onlooker(scene.fps)
    # What may be the ball in a frame is told some frames later.
    waiting: deque[Glance] = deque()
    for record in _records(scene, first_s, last_s):
        seconds, picture = record.pts_ms / 1e3, scene.picture()
        seen = eyes.pitch(picture)
        balls = tuple(eyes.balls(picture, record.frame, seconds))
        people = onlooker.people(picture, seconds)
        cut = None if seen.pitch is None else crease_cut(picture, seen.pitch.view)
        waiting.append(Glance(record.frame, seconds, seen.pitch, (), people, seen.creases, cut))
        while balls and waiting[0].frame <= balls[0].frame:
            glance = waiting.popleft()
            yield replace(glance, balls=balls) if glance.frame == balls[0].frame else glance
    yield from waiting
    onlooker.close()
    eyes.close()


def measure(given: argparse.Namespace) -> dict[str, object]:
    """Scores by view."""
    errors = Errors(1, given.ball_px, given.missed, given.false, given.mark_px, given.ankle)
    scores: dict[str, object] = {}
    look_at_heels = HeelNetwork() if given.pictures else None
    for view in given.views.split(","):
        true, found, frames, fps = [], [], 0, 25.0
        for seed in range(given.first, given.first + given.count):
            scene = Cricket.of(seed=seed, view=view, level=given.level, back_margin_cm=given.back_margin_cm)
            bowled = scene.spell.delivery(seed % 3)
            finder = DeliveryFinder(look_at_heels)
            here = []
            first_s, last_s = bowled.release_s - _BEFORE_S, bowled.end_s + _AFTER_S
            for glance in glances(scene, errors, first_s, last_s, given.pictures):
                here += finder.see(glance)
                frames += 1
            here += finder.finish()
            real = delivery_truth(scene, bowled.number)
            assert real is not None
            deliveries = [tell(each, f"{len(found)}", "bench") for each in here]
            # One clock for all scenes: each begins where the last ended.
            offset = seed * 10_000
            true.append(_later(real, offset))
            found += [_later(each, offset) for each in deliveries]
            if given.verbose:
                print(view, seed, _line(real), "|", *map(_line, deliveries), flush=True)
        scores[view] = asdict(score(DeliveryTruth(true, frames, fps), found))
    return scores


def _later(delivery: Delivery, frames: int) -> Delivery:
    release = delivery.frames.release
    assert release is not None
    return replace(delivery, frames=replace(delivery.frames, release=release + frames))


def _foot(landing: FootLanding | None) -> str:
    if landing is None:
        return "-"
    return f"{landing.verdict} {landing.margin_cm:.1f}+-{landing.std_cm:.1f} at {landing.frame}"


def _line(delivery: Delivery) -> str:
    return (
        f"{delivery.frames.release} {delivery.release_speed_kmh} +-{delivery.release_speed_std_kmh} "
        f"{delivery.bounce_m} {delivery.bounce_std_m} "
        f"{delivery.length} {delivery.line} {delivery.hand} swing {delivery.swing_deg} seam {delivery.seam_deg} "
        f"up {delivery.height_at_stumps_cm} hit {delivery.hitting_stumps} c {delivery.frames.contact} "
        f"front foot {_foot(delivery.front_foot)} back foot {_foot(delivery.back_foot)}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--first", type=int, default=5001)
    parser.add_argument("--views", default="bowler-high,bowler-low,keeper")
    parser.add_argument("--ball-px", type=float, default=1.5)
    parser.add_argument("--missed", type=float, default=0.1)
    parser.add_argument("--false", type=float, default=1.5)
    parser.add_argument("--mark-px", type=float, default=1.0)
    parser.add_argument("--ankle", type=float, default=0.012)
    parser.add_argument("--back-margin-cm", type=float)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--level", default="plain")
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    print(json.dumps(measure(given), indent=2))


if __name__ == "__main__":
    main()
