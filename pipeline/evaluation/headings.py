"""How well entering a zone is predicted: how long before, and how often rightly.

A prediction is right when the person enters within 5 s of it, or turns away only within the last metre before the zone.
The lead is from the moment at which the prediction is told, not from the one it dates from, to the entry.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.data import Event
from pipeline.evaluation.observed import Observed, pair_people

ENTERS_S, LAST_CM = 5.0, 100.0


@dataclass(frozen=True, slots=True)
class HeadingScores:
    """`entries` are those of people who were in sight for a second before; `foreseen` those that were predicted."""

    predictions: int
    right: int
    precision: float | None
    entries: int
    foreseen: int
    median_lead_s: float | None


def score_headings(runs: Sequence[tuple[Observed, Observed]]) -> HeadingScores | None:
    """Score the events of kind zone_heading; None where no rule looked for them."""
    predictions = right = entries = foreseen = 0
    leads: list[float] = []
    for true, found in runs:
        if "zone_heading" not in found.kinds or true.scene is None:
            continue
        names = pair_people(true, found)
        told = [
            (person, event.zone or event.rule, found.span(event).told_s)
            for event in found.events
            if event.kind == "zone_heading"
            for person in _named(event, found, names)
        ]
        inside = [
            (event.tracks[0], event.rule, true.span(event).begin_s)
            for event in true.events
            if event.kind == "zone_entered"
        ]
        predictions += len(told)
        for person, zone, told_s in told:
            enters = any(w == person and z == zone and 0 <= s - told_s <= ENTERS_S for w, z, s in inside)
            right += enters or _came_near(true, person, zone, told_s)
        for person, zone, entry_s in inside:
            if not _seen_before(true, person, entry_s):
                continue
            entries += 1
            before = [entry_s - s for w, z, s in told if w == person and z == zone and 0 <= entry_s - s <= ENTERS_S]
            foreseen += bool(before)
            leads += [max(before)] if before else []
    if not predictions and not entries:
        return None
    precision = right / predictions if predictions else None
    return HeadingScores(predictions, right, precision, entries, foreseen, float(np.median(leads)) if leads else None)


def _named(event: Event, found: Observed, names: Mapping[int, Mapping[int, int]]) -> list[int]:
    """Whom a prediction is about; -1, whom nobody is, where its track is nobody's."""
    span = found.span(event)
    frames = found.frames_within(span.begin_s - 0.3, span.end_s + 0.3)
    matched = Counter(names[f][t] for f in frames if f in names for t in event.tracks if t in names[f])
    return [matched.most_common(1)[0][0]] if matched else [-1]


def _came_near(true: Observed, person: int, zone: str, told_s: float) -> bool:
    """Whether somebody was within the last metre before a zone in the time in which they should have entered it."""
    assert true.scene is not None
    corners = next((marked.ground_cm for marked in true.scene.zones if marked.name == zone), None)
    if corners is None:
        return False
    outline = np.array(corners, np.float32)
    for frame in true.frames_within(told_s, told_s + ENTERS_S):
        for somebody in true.people[frame]:
            if somebody.track == person and somebody.ground_cm is not None:
                x, y = somebody.ground_cm
                if cv2.pointPolygonTest(outline, (float(x), float(y)), True) >= -LAST_CM:
                    return True
    return False


def _seen_before(true: Observed, person: int, entry_s: float) -> bool:
    """Whether somebody was in sight in the second before they entered."""
    frames = true.frames_within(entry_s - 1.0, entry_s - 1e-3)
    return len(frames) > 1 and all(true.visible[frame].get(person, 0.0) >= 0.3 for frame in frames)
