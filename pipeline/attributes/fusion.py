"""What is known of the people before one camera, from all frames so far: each source by its variance.

Camera known: places come from feet and heads over the ground plane (`pipeline.attributes.readings`), or, where
neither is seen, from the network's distance given the height known so far; height from head over feet, from the
network given the distance, and from what adults are; width from the network given the distance. Camera unknown: all
from the network, with a level camera and a guessed lens. Facing, in both cases, from the network, from portraits, and
from where somebody walks; the head's from the network and from portraits, and from the face where one is asked.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.attributes.constants import Constant
from pipeline.attributes.faces import Turned
from pipeline.attributes.lifting import Lifted, Lifter
from pipeline.attributes.motion import Motion
from pipeline.attributes.portraits import Portrayed
from pipeline.attributes.readings import Known, Readings, camera_doubt, read
from pipeline.attributes.rows import ROWS
from pipeline.attributes.turns import Turns
from pipeline.geometry.planar import form, inverse
from pipeline.geometry.stature import MEAN_CM
from pipeline.geometry.view import View

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

_STATURE_LOG_STD = 0.08
"""Of the population, children among it, about the mean of adults."""
_FRAME_STD = 0.04
"""Of one frame's stature from head and feet."""
_HEIGHT_SHARE = 0.5
"""How much of the deviation of a height that head and feet told is an error that they do not share."""
_UNKNOWN_CM_S = 100.0
"""Taken for the speed of somebody of whom it is not known."""
_GEOMETRY_ALWAYS, _LIFTED_ALWAYS, _WIDTH_ALWAYS = 0.016, 0.06, 0.07
"""Deviations of what each source always errs by of one person."""
_REMEMBERED_S, _CONFUSED_S = 5.0, 2.0
"""Time constants of forgetting what somebody measures, as trackers mix people up: always, and while they overlap."""
_CONFUSED_WIDER = 2.5
"""By how much places are less sure of people who overlap: joints of the other one are among theirs."""
_DOUBT_EVERY = 5
"""Frames between two looks at what the camera's own deviations do; that changes as slowly as people move."""
_DISTANCE_ALWAYS = 0.008
_GROUND_REPEATED_S, _LIFTED_REPEATED_S = 0.15, 1.0
_MOVING = 9.2
"""Chi-squared of two at 99 %: a velocity that noise alone does not make."""
_STILL_CM_S = 25.0
"""Somebody slower has no heading: bodies sway, and people step from foot to foot."""
_LEAST_HEADING = np.radians(2.0)
_LEVEL_HEADING = np.radians(35.0)
"""What a heading errs by of a camera that is only taken to look level, whose distances are a network's: 32° on
simulated streets."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Of N people, each (N,) unless said, nan where it cannot be known; angles as directions on the ground."""

    ground_cm: Floats
    """(N, 2)."""
    towards: Floats
    """In which direction they are seen, (N, 2)."""
    distance_cm: Floats
    distance_std_cm: Floats
    speed_cm_s: Floats
    speed_std_cm_s: Floats
    heading_rad: Floats
    heading_std_rad: Floats
    height_cm: Floats
    height_std_cm: Floats
    width_cm: Floats
    width_std_cm: Floats
    facing_rad: Floats
    facing_std_rad: Floats
    head_rad: Floats
    head_std_rad: Floats


class Fusion:
    """Of the people in rows (see `Rows`)."""

    def __init__(self, lifter: Lifter) -> None:
        self._lifter = lifter
        self._motion = Motion(ROWS)
        self._turns = Turns()
        self._stature = Constant(ROWS, _GEOMETRY_ALWAYS)
        self._lifted_height = Constant(ROWS, _LIFTED_ALWAYS)
        self._lifted_width = Constant(ROWS, _WIDTH_ALWAYS)
        self._constants = (self._stature, self._lifted_height, self._lifted_width)
        self._camera_log = np.zeros((ROWS, 2))
        self._frames = 0
        self._level = np.ones(ROWS)
        self._wider = np.ones(ROWS)

    def forget(self, rows: Ints) -> None:
        """These are somebody else from now on."""
        self._motion.forget(rows)
        self._forget_who(rows)

    def forget_places(self, rows: Ints) -> None:
        """These stand on another ground from now on: the camera is another."""
        self._motion.forget(rows)
        self._turns.forget(rows)

    def _forget_who(self, rows: Ints) -> None:
        self._turns.forget(rows)
        for constant in self._constants:
            constant.forget(rows)

    def step(self, rows: Ints, seconds: Floats, confused: Bools) -> None:
        """Let time (N,) pass; those who are hidden or overlap each other (N,) may have changed their numbers."""
        self._motion.predict(rows, seconds)
        self._turns.predict(rows, seconds)
        self._wider[rows] = np.where(confused, _CONFUSED_WIDER, 1.0)
        kept = np.exp(-seconds / np.where(confused, _CONFUSED_S, _REMEMBERED_S))
        for constant in self._constants:
            constant.fade(rows, kept)

    def see(self, rows: Ints, keypoints: Floats, boxes: Floats, seconds: Floats, view: View) -> None:
        """Take a frame of people whose keypoints (N, 17, 3) are seen."""
        lifted = self._lifter(keypoints, view.camera, view.posed)
        heights, spread = self._heights(rows, view)
        share = np.where(self._stature.known(rows), _HEIGHT_SHARE, 1.0)
        known = Known(np.exp(heights), np.sqrt(spread) * share, self._speeds(rows))
        readings = read(keypoints, boxes, known, view)
        self._level[rows] = readings.level
        if self._frames % _DOUBT_EVERY == 0 or not self._motion.known[rows].all():
            self._camera_log[rows] = camera_doubt(keypoints, known, view)
        self._frames += 1
        self._place(rows, readings, lifted, (heights, spread), seconds, view)
        self._measure(rows, readings, lifted, heights, seconds, view)
        self._turns.see(rows, readings.towards, lifted, seconds)
        self._turns.walk(rows, *self._headings(rows), seconds)

    def portray(self, rows: Ints, found: Portrayed) -> None:
        """Take what portraits say of some of the people in rows."""
        self._turns.portray(rows, self._towards(rows)[1], found)

    def hear(self, rows: Ints, faces: Turned) -> None:
        """Take what has been heard of people's faces."""
        self._turns.face(rows, self._towards(rows)[1], faces)

    def _towards(self, rows: Ints) -> tuple[Floats, Floats]:
        """Where people are (N, 2), and in which directions they are seen, nan where nobody knows."""
        places = np.where(self._motion.known[rows, None], self._motion.places(rows), np.nan)
        return places, places / np.maximum(np.linalg.norm(places, axis=1), 1e-9)[:, None]

    def _place(
        self, rows: Ints, seen: Readings, found: Lifted, known: tuple[Floats, Floats], seconds: Floats, view: View
    ) -> None:
        """Feet on the ground where they are seen; elsewhere the network's distance, given the height known so far, as
        a logarithm with its variance."""
        logs, spreads, (heights, unsure) = found.log_cm, found.covariance, known
        share = spreads[:, 0, 1] / (spreads[:, 1, 1] + unsure) if view.posed else np.zeros(len(rows))
        distances = np.exp(logs[:, 0] + share * (heights - logs[:, 1]))
        spread = np.sqrt(np.maximum(spreads[:, 0, 0] - share * spreads[:, 0, 1], 1e-4))
        along = np.sqrt(np.maximum(distances**2 - self._drop(view, heights) ** 2, 1.0)) if view.posed else (
            distances * seen.level
        )  # fmt: skip
        across = np.stack([-seen.towards[:, 1], seen.towards[:, 0]], axis=-1)
        lifted = along[:, None] * seen.towards
        covariance = (
            (spread * distances)[:, None, None] ** 2 * seen.towards[:, :, None] * seen.towards[:, None, :]
            + (0.01 * along)[:, None, None] ** 2 * across[:, :, None] * across[:, None, :]
        )  # fmt: skip
        use = seen.grounded
        moved = self._motion.measure(
            rows,
            np.where(use[:, None], seen.ground_cm, lifted),
            np.where(use[:, None, None], seen.ground_cov, covariance) * self._wider[rows, None, None] ** 2,
            1 + 2 * np.where(use, _GROUND_REPEATED_S, _LIFTED_REPEATED_S) / np.maximum(seconds, 1e-3),
            seconds,
        )
        # Nobody jumps: the track has gone over to somebody else.
        self._forget_who(moved)

    def _drop(self, view: View, heights: Floats) -> Floats:
        """How far below the camera the middles of bodies are, in cm."""
        return view.camera.height_cm - np.exp(heights) / 2

    def _measure(self, rows: Ints, seen: Readings, found: Lifted, known: Floats, seconds: Floats, view: View) -> None:
        """Sizes: constants of a person; `known` are the logarithms (N,) of heights so far."""
        stand = seen.upright
        frame = np.full(len(rows), _FRAME_STD)
        self._stature.add(rows[stand], seen.stature_log[stand], frame[stand], seconds[stand])
        logs, spreads = found.log_cm, found.covariance
        heights, widths = logs[:, 1], logs[:, 2]
        height_var, width_var = spreads[:, 1, 1], spreads[:, 2, 2]
        if view.posed:
            distance, spread = self._distances(rows, known, view)
            gain = spreads[:, 0] / (spreads[:, 0, 0] + spread**2)[:, None]
            off = np.log(distance) - logs[:, 0]
            heights, widths = heights + gain[:, 1] * off, widths + gain[:, 2] * off
            height_var = height_var - gain[:, 1] * spreads[:, 0, 1]
            width_var = width_var - gain[:, 2] * spreads[:, 0, 2]
        self._lifted_height.add(rows, heights, np.sqrt(np.maximum(height_var, 1e-4)), seconds)
        self._lifted_width.add(rows, widths, np.sqrt(np.maximum(width_var, 1e-4)), seconds)

    def _speeds(self, rows: Ints) -> Floats:
        """Speeds (N,) in cm/s; where they are not known well, more and more a walker's."""
        velocities = np.where(self._motion.known[rows, None], self._motion.velocities(rows), 0.0)
        spread = np.sqrt(np.trace(self._motion.velocity_covariances(rows), axis1=1, axis2=2))
        doubt = np.where(self._motion.known[rows], np.clip(spread / _UNKNOWN_CM_S, 0, 1), 1.0)
        return np.hypot(velocities[:, 0], velocities[:, 1]) * (1 - doubt) + _UNKNOWN_CM_S * doubt

    def _heights(self, rows: Ints, view: View) -> tuple[Floats, Floats]:
        """Logarithms of heights (N,) and their variances, what is not known of the camera left out."""
        geometry = 1 / self._stature.variances(rows) * self._stature.known(rows)
        lifted = 1 / self._lifted_height.variances(rows) * self._lifted_height.known(rows)
        # The network knows how tall people are by itself; head over feet does not.
        people = np.where(self._lifted_height.known(rows), 0.25, 1.0) / _STATURE_LOG_STD**2
        if not view.posed:
            geometry, people = geometry * 0, people * ~self._lifted_height.known(rows)
        total = geometry + lifted + people
        means = geometry * self._stature.means(rows) + lifted * self._lifted_height.means(rows)
        return (means + people * np.log(MEAN_CM)) / total, 1 / total

    def _distances(self, rows: Ints, heights: Floats, view: View) -> tuple[Floats, Floats]:
        """Distances (N,) in cm and deviations of their logarithms, given the logarithms (N,) of heights; what is not
        known of the camera is left out."""
        places = self._motion.places(rows)
        along = np.maximum(np.hypot(places[:, 0], places[:, 1]), 1.0)
        radial = np.sqrt(form(places / along[:, None], self._motion.place_covariances(rows)))
        if view.posed:
            distance = np.hypot(along, self._drop(view, heights))
            return distance, radial * along / distance**2
        return along / self._level[rows], radial / along

    def _headings(self, rows: Ints) -> tuple[Floats, Floats, Floats]:
        """Directions of motion with deviations, nan of those who stand still, and speeds; each (N,)."""
        velocities, covariances = self._motion.velocities(rows), self._motion.velocity_covariances(rows)
        speeds = np.hypot(velocities[:, 0], velocities[:, 1])
        usable = self._motion.known[rows]
        covariances = np.where(usable[:, None, None], covariances, np.eye(2))
        clear = form(velocities, inverse(covariances)) > _MOVING
        moving = usable & clear & (speeds > _STILL_CM_S)
        across = np.stack([-velocities[:, 1], velocities[:, 0]], axis=-1) / np.maximum(speeds, 1e-9)[:, None]
        sideways = np.sqrt(form(across, covariances)) / np.maximum(speeds, 1e-9)
        heading = np.arctan2(velocities[:, 1], velocities[:, 0])
        return np.where(moving, heading, np.nan), np.hypot(sideways, _LEAST_HEADING), speeds

    def estimates(self, rows: Ints, view: View) -> Estimates:
        """What is known now."""
        known = self._motion.known[rows]
        places, towards = self._towards(rows)
        (facing, facing_std), (head, head_std) = self._turns.told(rows)
        height, height_var = self._heights(rows, view)
        distance, distance_std = self._distances(rows, height, view)
        camera = self._camera_log[rows]
        heading, heading_std, speed = self._headings(rows)
        width = self._lifted_width
        return Estimates(
            ground_cm=places if view.posed else np.full_like(places, np.nan),
            towards=towards,
            distance_cm=np.where(known, distance, np.nan),
            distance_std_cm=distance * np.sqrt(distance_std**2 + _DISTANCE_ALWAYS**2 + camera[:, 0] ** 2),
            speed_cm_s=np.where(known, speed, np.nan),
            speed_std_cm_s=np.sqrt(np.trace(self._motion.velocity_covariances(rows), axis1=1, axis2=2) / 2),
            heading_rad=heading,
            heading_std_rad=heading_std if view.posed else np.hypot(heading_std, _LEVEL_HEADING),
            height_cm=np.exp(height),
            height_std_cm=np.exp(height) * np.sqrt(height_var + camera[:, 1] ** 2),
            width_cm=np.where(width.known(rows), np.exp(width.means(rows)), np.nan),
            width_std_cm=np.exp(width.means(rows)) * np.sqrt(width.variances(rows)),
            facing_rad=facing,
            facing_std_rad=facing_std,
            head_rad=head,
            head_std_rad=head_std,
        )
