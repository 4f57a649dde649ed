"""What is true of a moment before a cricket camera: people, ball, creases, stumps and the camera itself."""

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Ball, Box, Crease, Person, Shot, Stumps
from pipeline.geometry.laws import Hand, off_side
from pipeline.simulation.background import MASK_SCALE
from pipeline.simulation.cricket.balls import shares
from pipeline.simulation.cricket.creases import edges, runs
from pipeline.simulation.cricket.players import Moment
from pipeline.simulation.cricket.spell import Shown
from pipeline.simulation.cricket.stage import BallSeen, Stage
from pipeline.simulation.cricket.wickets import Wicket
from pipeline.simulation.figures import Figure
from pipeline.simulation.layers import overlap
from pipeline.simulation.occlusion import Seen, left_of, shows, whole_of
from pipeline.simulation.painting import outline
from pipeline.simulation.persons import true_person
from pipeline.simulation.skeleton import JOINT

Floats = npt.NDArray[np.float64]
_STRIKERS, _BOWLERS, _PANEL = 251, 252, 253


class Truth:
    """The truth of one stage, from a mask into which everything is drawn from far to near."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        width, height = stage.view.camera.size
        self._who = np.zeros((height * MASK_SCALE, width * MASK_SCALE), np.uint8)
        self._nearer = np.zeros_like(self._who)
        self._whole: dict[int, int] = {}
        behind = False
        for item in stage.items:
            match item:
                case Wicket():
                    self._draw_wicket(item)
                case BallSeen():
                    behind = True
                case (moment, figure):
                    outline(figure, self._who, moment.player.track, MASK_SCALE)
                    if behind:
                        outline(figure, self._nearer, 1, MASK_SCALE)

        for panel in stage.panels:
            left, top, right, bottom = (MASK_SCALE * int(side) for side in panel.box)
            self._who[top:bottom, left:right] = _PANEL
            self._nearer[top:bottom, left:right] = 1

    def people(self) -> tuple[Person, ...]:
        """Everybody of whom something is seen, by track."""
        found = []
        for moment, figure in self._stage.people:
            seen = left_of(self._who, figure.box, moment.player.track, whole_of(figure))
            if seen is not None:
                found.append(self._person(moment, figure, seen))
        return tuple(sorted(found, key=lambda person: person.track))

    def ball(self, batter: Hand) -> Ball | None:
        """The ball, if it is in the picture at all."""
        ball = self._stage.ball
        if ball is None:
            return None
        streak = ball.streak
        if not overlap(streak.box, (0, 0, *self._stage.view.camera.size)):
            return None
        along, off, up = off_side(ball.places_m[1], batter).tolist()
        return Ball(
            x=round(float(streak.middle[0]), 3),
            y=round(float(streak.middle[1]), 3),
            radius=round(streak.radius, 3),
            score=1.0,
            streak=_rounded((*streak.start.tolist(), *streak.end.tolist())),
            visible=round(self._ball_seen(ball), 3),
            metres=(round(along, 4), round(off, 4), round(up, 4)),
            state=ball.state,
        )

    def creases(self) -> tuple[Crease, ...]:
        """The creases in the picture, with the parts that nobody hides."""
        stage = self._stage
        found = []
        for edge in edges(stage.view, stage.look):
            shown = edge.inside.copy()
            at = (edge.paint[shown] * MASK_SCALE).astype(int)
            rows = np.clip(at[:, 1], 0, self._who.shape[0] - 1)
            columns = np.clip(at[:, 0], 0, self._who.shape[1] - 1)
            shown[np.flatnonzero(shown)] = self._who[rows, columns] == 0
            first, last = np.flatnonzero(edge.inside)[[0, -1]]
            seen = tuple(_rounded((*edge.edge[a].tolist(), *edge.edge[b].tolist())) for a, b in runs(shown))
            found.append(
                Crease(
                    crease=edge.crease,
                    end=edge.end,
                    line=_rounded((*edge.edge[first].tolist(), *edge.edge[last].tolist())),
                    score=1.0,
                    seen=seen,
                    width_cm=round(100 * stage.look.paint_width_m, 2),
                )
            )
        return tuple(found)

    def stumps(self) -> tuple[Stumps, ...]:
        """The stumps in the picture."""
        found = []
        for item in self._stage.wickets:
            if not overlap(item.box, (0, 0, *self._stage.view.camera.size)):
                continue
            value = _STRIKERS if item.end == "striker" else _BOWLERS
            seen = left_of(self._who, item.box, value, self._whole[value])
            found.append(Stumps(item.end, _rounded(item.box), 1.0, round(seen.share if seen else 0.0, 3)))
        return tuple(found)

    def _ball_seen(self, ball: BallSeen) -> float:
        found = shares(ball.streak, 2)
        if found is None:
            return 0.0
        left, top, share = found
        height, width = self._who.shape[0] // MASK_SCALE, self._who.shape[1] // MASK_SCALE
        rows, columns = share.shape
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + columns, width), min(top + rows, height)
        if x0 >= x1 or y0 >= y1:
            return 0.0
        hides = self._nearer[y0 * MASK_SCALE : y1 * MASK_SCALE, x0 * MASK_SCALE : x1 * MASK_SCALE]
        hidden = hides.reshape(y1 - y0, MASK_SCALE, x1 - x0, MASK_SCALE).mean(axis=(1, 3))
        seen = (share[y0 - top : y1 - top, x0 - left : x1 - left] * (1 - hidden)).sum()
        return float(seen / max(float(share.sum()), 1e-9))

    def _draw_wicket(self, item: Wicket) -> None:
        value = _STRIKERS if item.end == "striker" else _BOWLERS
        left, top, right, bottom = (int(side) for side in item.box)
        alone = np.zeros(((bottom - top + 3) * MASK_SCALE, (right - left + 3) * MASK_SCALE), np.uint8)
        for band in item.stumps + item.bails:
            cv2.fillConvexPoly(
                self._who, np.round((band * MASK_SCALE - 0.5) * 16).astype(np.int32), value, cv2.LINE_8, 4
            )
            moved = (band - (left - 1, top - 1)) * MASK_SCALE - 0.5
            cv2.fillConvexPoly(alone, np.round(moved * 16).astype(np.int32), 1, cv2.LINE_8, 4)
        self._whole[value] = int(np.count_nonzero(alone))

    def _person(self, moment: Moment, figure: Figure, seen: Seen) -> Person:
        view, body = self._stage.view, moment.player.body
        ground = view.to_world([*moment.place_m, 0.0])[:2]
        ahead = view.direction([np.cos(moment.facing_rad), np.sin(moment.facing_rad), 0.0])[:2]
        goes = view.direction([np.cos(moment.moves_rad), np.sin(moment.moves_rad), 0.0])[:2]
        track = moment.player.track
        return true_person(
            body,
            track=track,
            seen=seen,
            whole_box=_rounded(figure.box),
            keypoints=[((x, y), float(shows(self._who, x, y, track))) for x, y in figure.keypoints.tolist()],
            middle=np.array([*ground, body.stature_cm / 2 - view.camera.height_cm]),
            goes=goes if moment.speed_m_s else None,
            speed_cm_s=100 * moment.speed_m_s,
            faces=ahead,
            looks=view.direction(_looks(moment))[:2],
            state=_state(moment),
        )


def _looks(moment: Moment) -> Floats:
    """Where the head points, (3,) in pitch coordinates."""
    joints = moment.joints_cm
    return joints[JOINT["nose"]] - (joints[JOINT["left_ear"]] + joints[JOINT["right_ear"]]) / 2


def _state(moment: Moment) -> Literal["walking", "running", "standing", "crouching"]:
    if moment.speed_m_s:
        return "running" if moment.speed_m_s > 2.2 else "walking"
    hips = float(moment.joints_cm[[JOINT["left_hip"], JOINT["right_hip"]], 2].mean())
    return "crouching" if hips < 0.38 * moment.player.body.stature_cm else "standing"


def shot_of(stage: Stage, shown: Shown, batter: Hand) -> Shot:
    """The camera and what it shows."""
    view, camera = stage.view, stage.view.camera
    return Shot(
        name=shown.name,
        position=view.position,
        rate=shown.rate,
        place_m=(round(view.place_m[0], 5), round(view.place_m[1], 5)),
        bearing_deg=round(view.bearing_deg, 6),
        focal_px=(round(camera.fx, 4), round(camera.fy, 4)),
        centre_px=(round(camera.cx, 4), round(camera.cy, 4)),
        distortion=tuple(round(value, 8) for value in camera.distortion),
        height_cm=round(camera.height_cm, 4),
        tilt_deg=round(camera.tilt_deg, 6),
        roll_deg=round(camera.roll_deg, 6),
        batter=batter,
    )


def _rounded(values: tuple[float, ...]) -> Box:
    left, top, right, bottom = (round(value, 3) for value in values)
    return left, top, right, bottom
