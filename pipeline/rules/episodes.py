"""Hysteresis: what holds from moment to moment becomes one event with a beginning and an end.

An episode begins with the first moment at which a claim holds, is told when it has held for `least_s`, outlives
interruptions of `gap_s`, and for as long as the people it is about are out of sight, `HIDDEN_S`.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace

from pipeline.data import Event, EventState
from pipeline.rules.moment import Stamp
from pipeline.rules.rule import Claim

HIDDEN_S = 2.5
"""Somebody behind somebody else is seen again within this time, under the same track or another."""
_UPDATES_S = 1.0
"""An event of many, whose number grows, is told anew at most so often."""


@dataclass(slots=True)
class Episode:
    """Something that goes on."""

    claim: Claim
    first: Stamp
    last: Stamp
    tracks: set[int] = field(default_factory=set)
    event: Event | None = None
    told: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A revision that is due, of an episode: its first (`event` is None), another one, or its last."""

    state: EventState
    episode: Episode


class Episodes:
    """The episodes of one rule.

    Args:
        least_s: what is shorter is no event.
        gap_s: an interruption that is no longer ends nothing.
    """

    def __init__(self, least_s: float, gap_s: float) -> None:
        self._least_s = least_s
        self._gap_s = gap_s
        self._open: dict[tuple[object, ...], Episode] = {}

    def step(self, now: Stamp, claims: Iterable[Claim], tracks: Mapping[int, int], seen: Set[int]) -> list[Step]:
        """The revisions that are due now.

        Args:
            now: the moment.
            claims: what holds.
            tracks: the track under which each person is known now.
            seen: who is in the picture and not hidden.
        """
        due: list[Step] = []
        for claim in claims:
            due += self._hold(now, claim, tracks)
        for key, episode in list(self._open.items()):
            away = bool(episode.claim.who) and seen.isdisjoint(episode.claim.who)
            allowed = max(self._gap_s, HIDDEN_S) if away else self._gap_s
            if now.seconds - episode.last.seconds > allowed:
                del self._open[key]
                if episode.event is not None:
                    due.append(Step(EventState.END, episode))
        return due

    def close(self) -> list[Step]:
        """The last revisions of all that goes on: nobody looks any more."""
        going_on, self._open = self._open, {}
        return [Step(EventState.END, episode) for episode in going_on.values() if episode.event is not None]

    def _hold(self, now: Stamp, claim: Claim, tracks: Mapping[int, int]) -> Iterable[Step]:
        numbers = {tracks[who] for who in claim.who if who in tracks}
        if claim.at_once:
            episode = Episode(claim, claim.since or now, now, numbers)
            return [Step(EventState.END, episode)]
        key = claim.who if claim.key is None else claim.key
        episode = self._open.get(key)
        if episode is None:
            if claim.weak:
                return []
            episode = self._open[key] = Episode(claim, claim.since or now, now)
        elif claim.who != episode.claim.who:
            episode.claim = replace(claim, since=episode.claim.since)
        episode.last = now
        grown = not numbers <= episode.tracks
        episode.tracks |= numbers
        if episode.event is None:
            due = not claim.weak and now.seconds - episode.first.seconds >= self._least_s
            return [Step(EventState.START, episode)] if due else []
        if grown and episode.told is not None and now.seconds - episode.told.seconds >= _UPDATES_S:
            return [Step(EventState.UPDATE, episode)]
        return []
