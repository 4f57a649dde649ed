"""People who walk before a known camera, frame by frame, as a tracker reports them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from pipeline.geometry.camera import Camera
from pipeline.geometry.stature import shares_at
from pipeline.perception.tracking import TrackedPerson
from pipeline.simulation.anthropometry import measures
from pipeline.simulation.gait import step_cm, stride
from pipeline.simulation.skeleton import Segments, joints_of

CAMERA = Camera((1280, 720), 1000.0, 1000.0, 640.0, 360.0, 450.0, 18.0)
NOBODY = np.empty((0, 3), np.float32)
_SHARE = {"shoulders": 0.80, "hips": 0.50, "knees": 0.29}


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody who goes straight on: from a place on the ground, [right, forward] in cm, at a velocity in cm/s."""

    start: tuple[float, float]
    velocity: tuple[float, float]
    height_cm: float = 172.0
    track: int = 1
    camera: Camera = field(default=CAMERA)

    def place(self, seconds: float) -> np.ndarray:
        """Where they are then."""
        return np.array(self.start) + np.array(self.velocity) * seconds

    @property
    def speed_cm_s(self) -> float:
        return float(np.hypot(*self.velocity))

    def distance_cm(self, seconds: float) -> float:
        """From the camera to the middle of the body."""
        middle = [*self.place(seconds), self.height_cm / 2 - self.camera.height_cm]
        return float(np.linalg.norm(middle))

    def rigid(self, seconds: float) -> TrackedPerson:
        """As a stiff figure whose ears and ankles are exactly where those of walkers are on average."""
        ears, ankles = shares_at(self.speed_cm_s)
        levels = [ears] * 5 + [_SHARE["shoulders"]] * 2 + [0.62] * 4 + [_SHARE["hips"]] * 2 + [_SHARE["knees"]] * 2
        levels += [ankles] * 2
        aside = np.array([0, 3, -3, 7, -7, 18, -18, 22, -22, 24, -24, 9, -9, 8, -8, 8, -8], float)
        points = np.zeros((17, 3))
        points[:, :2] = self.place(seconds) + aside[:, None] * (1, 0)
        points[:, 2] = np.array(levels, float) * self.height_cm
        return tracked(self.camera.project(points)[0], self.track)

    def real(self, frames: int, fps: float, seed: int, noise: float = 0.01) -> Iterator[tuple[float, TrackedPerson]]:
        """With the simulator's gait, and joints that err by a share of the person's height in the picture: anew in
        each frame, and by half as much in the same way for some seconds."""
        rng = np.random.default_rng(seed)
        found = measures(rng, [35.0], [True]).segments
        share = self.height_cm / float(np.asarray(found.stature_cm)[0])
        body = Segments(**{name: np.asarray(getattr(found, name)) * share for name in found.__dataclass_fields__})
        facing = float(np.arctan2(self.velocity[1], self.velocity[0]))
        phase, slow = rng.uniform(0, 2 * np.pi), rng.standard_normal((17, 2))
        for frame in range(frames):
            seconds = frame / fps
            pose = stride(body, np.array([phase]), np.array([self.speed_cm_s]))
            joints = joints_of(body, pose, self.place(seconds)[None], np.array([facing]))[0, :17]
            pixels, _ = self.camera.project(joints)
            # Pose networks put ears and ankles a little nearer together than they are.
            pixels = pixels + 0.015 * (pixels[[5, 6, 11, 12]].mean(axis=0) - pixels)
            size = np.ptp(pixels[:, 1])
            yield seconds, tracked(
                pixels + noise * size * (rng.standard_normal((17, 2)) + 0.5 * slow), self.track
            )  # fmt: skip
            phase += np.pi * self.speed_cm_s / fps / float(np.asarray(step_cm(body, self.speed_cm_s)).reshape(-1)[0])
            kept = np.exp(-1 / fps / 2.5)
            slow = kept * slow + np.sqrt(1 - kept**2) * rng.standard_normal((17, 2))


def tracked(pixels: np.ndarray, track: int, score: float = 0.8) -> TrackedPerson:
    """Somebody whose joints (17, 2) are all seen well."""
    keypoints = np.column_stack([pixels, np.full(17, score)]).astype(np.float32)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    margin = 0.06 * (high[1] - low[1])
    box = np.array([low[0] - margin, low[1] - margin, high[0] + margin, high[1] + margin], np.float32)
    return TrackedPerson(track, box, score, keypoints)


def hidden(person: TrackedPerson) -> TrackedPerson:
    """The same person while nothing of them is seen."""
    return TrackedPerson(person.track, person.box, 0.0, NOBODY)
