"""The truth of a delivery, told when it has ended on the clip."""

from typing import TYPE_CHECKING

import numpy as np

from pipeline.data import Delivery, DeliveryFrames, FootLanding, PathPoint
from pipeline.geometry.laws import Hand, off_side
from pipeline.simulation.cricket.spell import Bowled, Shown

if TYPE_CHECKING:
    from pipeline.simulation.cricket.scene import Cricket


def delivery_truth(scene: "Cricket", number: int) -> Delivery | None:
    """The delivery of that number, if it has ended by now."""
    bowled = scene.spell.delivery(number)
    shown = scene.shown
    live = shown if shown.name == "play" else None
    now = live.match_at(scene.time_s) if live is not None else np.inf
    if now < bowled.end_s or (live is None and not _over(scene, bowled)):
        return None
    clip = _clip_offset(scene, bowled)
    return _told(scene, bowled, clip) if clip is not None else None


def _over(scene: "Cricket", bowled: Bowled) -> bool:
    """Whether a delivery was played before what is shown now."""
    offset = _clip_offset(scene, bowled)
    return offset is not None and bowled.end_s + offset <= scene.time_s


def _clip_offset(scene: "Cricket", bowled: Bowled) -> float | None:
    """What to add to match time for clip time, in the shot in which a delivery is played."""
    time = scene.time_s
    while time >= 0:
        shown: Shown = scene.shown_at(time)
        if shown.name == "play" and shown.match_s <= bowled.release_s <= shown.match_at(shown.end_s):
            return shown.start_s - shown.match_s
        time = shown.start_s - 1e-6
    return None


def _told(scene: "Cricket", bowled: Bowled, offset: float) -> Delivery:
    course, plan = bowled.course, bowled.plan
    release = bowled.release_s + offset
    moments = {
        "back_foot": bowled.back_lands_s + offset,
        "front_foot": bowled.lands_s + offset,
        "release": release,
        "bounce": None if course.bounce_s is None else release + course.bounce_s,
        "contact": None if course.contact_s is None else release + course.contact_s,
        "end": release + course.end_s,
    }
    frames = {name: None if at is None else round(at * scene.fps) for name, at in moments.items()}
    to_off = 1.0 if plan.batter == "right" else -1.0
    bounce = None
    if course.bounce_m is not None:
        along, off = off_side(np.array(course.bounce_m), plan.batter).tolist()
        bounce = (round(along, 4), round(off, 4))
    return Delivery(
        id=f"{scene.run}-{bowled.number}",
        camera=scene.name,
        frames=DeliveryFrames(frames["release"], frames["bounce"], frames["contact"], frames["end"]),
        release_speed_kmh=round(3.6 * course.release_speed_m_s, 3),
        release_speed_std_kmh=0.0,
        bounce_m=bounce,
        bounce_std_m=None if bounce is None else (0.0, 0.0),
        length=course.length,
        line=course.line(plan.batter),
        hand=plan.batter,
        swing_deg=round(to_off * course.swing_deg, 3),
        seam_deg=None if bounce is None else round(to_off * course.seam_deg, 3),
        height_at_stumps_cm=round(100 * course.at_stumps_m[1], 2),
        hitting_stumps=float(course.hits),
        front_foot=_landing(plan.margin_cm, moments["front_foot"], scene.fps),
        back_foot=_landing(bowled.bowling.back_margin_cm, moments["back_foot"], scene.fps),
        path=_path(scene, bowled, offset, plan.batter),
        unknown={} if bounce is not None else {"bounce_m": "full toss", "seam_deg": "full toss"},
        bowling_arm=plan.bowls,
        moments_ms={name: round(1000 * at, 3) for name, at in moments.items() if at is not None},
    )  # fmt: skip


def _landing(margin_cm: float, at_s: float, fps: float) -> FootLanding:
    verdict = "legal" if margin_cm > 0 else "no-ball"
    return FootLanding(verdict, round(margin_cm, 3), 0.0, int(np.ceil(at_s * fps)))


def _path(scene: "Cricket", bowled: Bowled, offset: float, batter: Hand) -> tuple[PathPoint, ...]:
    """The ball in every frame from release to end."""
    points = []
    view = scene.main_view
    width, height = scene.size
    first = int(np.ceil((bowled.release_s + offset) * scene.fps))
    last = int(np.floor((bowled.end_s + offset) * scene.fps))
    for frame in range(first, last + 1):
        place = bowled.course.at(frame / scene.fps - offset - bowled.release_s)
        pixels, depth = view.project(place)
        inside = depth > 0 and 0 <= pixels[0] < width and 0 <= pixels[1] < height
        x, y = pixels.tolist()
        along, off, up = off_side(place, batter).tolist()
        image = (round(x, 3), round(y, 3)) if inside else None
        points.append(PathPoint(frame, image, (round(along, 6), round(off, 6), round(up, 6))))
    return tuple(points)
