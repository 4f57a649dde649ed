"""How well rules find what happened, against the simulator's truth.

An event matches a happening of its kind when they overlap in time, or begin within 1 s, and name the right person; a
second event for one happening is a false one, and an event stands for one happening only. What happens to the same
people again within 2 s is one happening. People are matched by their boxes, frame by frame. What happened out of sight
cannot be found and is left out: it is neither missed, nor is an event that matches it false.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.data import Event
from pipeline.errors import InputError
from pipeline.evaluation.headings import HeadingScores, score_headings
from pipeline.evaluation.observed import Observed, Span, pair_people, read_observed
from pipeline.evaluation.records import in_pairs

BEGINS_S, AGAIN_S = 1.0, 2.0
_SEEN, _SEEN_SHARE = 0.3, 0.5
"""Somebody is in sight of whom so much is seen; what happened is, when it was in sight for so much of the time."""
_NAMED_SHARE = 0.25
"""A track stands for a person when it was matched with them in so many of the frames around an event."""
_MANY = 3
"""Of so many people or more, half must be named."""


@dataclass(frozen=True, slots=True)
class RuleScores:
    """Of one kind of event. Shares are None where there was nothing to find, or nothing was found."""

    happened: int
    found: int
    events: int
    false: int
    out_of_sight: int
    recall: float | None
    precision: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by kind; `headings` for events of kind zone_heading, which are predictions."""

    kinds: dict[str, RuleScores]
    headings: HeadingScores | None
    seconds: float


def run(truths: Sequence[Path], preds: Sequence[Path]) -> Evaluation:
    """Score the events in the folders `preds`, which `analyze` wrote, in the order of the truths of the simulator.

    Raises:
        InputError: a file cannot be read, holds no frames or no scene, or there is not one folder for each truth.
    """
    runs = [(read_observed(truth), read_observed(pred)) for truth, pred in in_pairs(truths, preds)]
    for path, (true, _) in zip(truths, runs, strict=True):
        if true.scene is None:
            raise InputError(f"{path}: tells no scene; give the file that `sightline sim --truth` wrote")
    return score(runs)


def score(runs: Sequence[tuple[Observed, Observed]]) -> Evaluation:
    """Score pairs of truth and what was found, all taken together."""
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for true, found in runs:
        names = pair_people(true, found)
        for kind in sorted(true.kinds & found.kinds):
            totals[kind].update(_counted(kind, true, found, names))
    kinds = {kind: _scores(count) for kind, count in totals.items()}
    return Evaluation(kinds, score_headings(runs), sum(true.seconds for true, _ in runs))


def _counted(kind: str, true: Observed, found: Observed, names: Mapping[int, Mapping[int, int]]) -> Counter[str]:
    happenings = _happenings(kind, true)
    events = [(event, found.span(event)) for event in found.events if event.kind == kind]
    events.sort(key=lambda each: each[1].begin_s)
    taken: set[str] = set()
    count: Counter[str] = Counter(happened=0, found=0, events=0, false=0, out_of_sight=0)
    seen = {event.id: _in_sight(event, span, true) for event, span in happenings}
    for event, span in events:
        right = [
            happening
            for happening, theirs in happenings
            if event.zone in (None, happening.rule)
            and _in_time(span, theirs)
            and _right_people(event, span, happening, found, names)
        ]
        fresh = [happening for happening in right if happening.id not in taken]
        known = [happening for happening in fresh if seen[happening.id]]
        if known:
            taken.add(known[0].id)
            count["events"] += 1
        elif fresh:
            taken.add(fresh[0].id)
        elif not right or all(seen[happening.id] for happening in right):
            count.update(events=1, false=1)
    for happening, _ in happenings:
        if seen[happening.id]:
            count.update(happened=1, found=happening.id in taken)
        else:
            count["out_of_sight"] += 1
    return count


def _happenings(kind: str, true: Observed) -> list[tuple[Event, Span]]:
    """What happened, in its order; what happened to the same people again within a moment is one."""
    found: dict[tuple[object, ...], list[tuple[Event, Span]]] = defaultdict(list)
    for event in true.events:
        if event.kind == kind:
            who = () if len(event.tracks) >= _MANY else event.tracks
            found[(event.rule, *who)].append((event, true.span(event)))
    merged: list[tuple[Event, Span]] = []
    for same in found.values():
        last: tuple[Event, Span] | None = None
        for event, span in sorted(same, key=lambda each: each[1].begin_s):
            if kind != "line_crossed" and last is not None and span.begin_s - last[1].end_s <= AGAIN_S:
                last = (last[0], replace(last[1], end_s=max(span.end_s, last[1].end_s)))
            else:
                merged += [last] if last is not None else []
                last = (event, span)
        merged += [last] if last is not None else []
    return sorted(merged, key=lambda each: each[1].begin_s)


def _in_time(span: Span, theirs: Span) -> bool:
    overlap = span.begin_s <= theirs.end_s and theirs.begin_s <= span.end_s
    return overlap or abs(span.begin_s - theirs.begin_s) <= BEGINS_S


def _right_people(
    event: Event, span: Span, happening: Event, found: Observed, names: Mapping[int, Mapping[int, int]]
) -> bool:
    wanted = set(happening.tracks)
    if not wanted:
        return True
    frames = [names[frame] for frame in found.frames_within(span.begin_s - 0.3, span.end_s + 0.3) if frame in names]
    named: set[int] = set()
    for track in event.tracks:
        matched = Counter(frame[track] for frame in frames if track in frame)
        seen = sum(matched.values())
        named.update(person for person, times in matched.items() if times >= _NAMED_SHARE * seen)
    share = len(named & wanted) / len(wanted)
    return share >= 0.5 if len(wanted) >= _MANY else share == 1.0


def _in_sight(happening: Event, span: Span, true: Observed) -> bool:
    """Whether those whom it is about were in sight for most of it."""
    frames = true.frames_within(span.begin_s, span.end_s)
    if not happening.tracks or not frames:
        return bool(frames)
    need = len(happening.tracks) if len(happening.tracks) < _MANY else 0.5 * len(happening.tracks)
    seen = [sum(true.visible[frame].get(track, 0.0) >= _SEEN for track in happening.tracks) >= need for frame in frames]
    return float(np.mean(seen)) >= _SEEN_SHARE


def _scores(count: Counter[str]) -> RuleScores:
    happened, events = count["happened"], count["events"]
    return RuleScores(
        happened=happened,
        found=count["found"],
        events=events,
        false=count["false"],
        out_of_sight=count["out_of_sight"],
        recall=count["found"] / happened if happened else None,
        precision=1 - count["false"] / events if events else None,
    )
