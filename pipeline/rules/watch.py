"""The rules of one camera at work: frame records in, event revisions out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.config.rules import AnyRule, RuleConfig
from pipeline.config.schedules import Schedule
from pipeline.data import Delivery, Event, EventState, FrameRecord
from pipeline.ids import new_id
from pipeline.pictures import Picture
from pipeline.rules.episodes import Episodes, Step
from pipeline.rules.identity import Identities
from pipeline.rules.moment import CountingLine, Moment, Stamp
from pipeline.rules.rule import Rule, rule_of
from pipeline.rules.schedule import Clock, is_on
from pipeline.rules.sentences import sentence
from pipeline.rules.view import ViewMeter


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What a camera is to be watched for: rules by name, the schedules that they name, and the time zone."""

    rules: Mapping[str, AnyRule] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    timezone: str | None = None


@dataclass(slots=True)
class _Running:
    rule: Rule[Any]
    episodes: Episodes
    config: RuleConfig
    schedule: Schedule | None


class RuleWatch:
    """Watches one camera.

    Args:
        camera: its name.
        run: the run's id.
        rules: what to watch for.
    """

    def __init__(self, camera: str, run: str, rules: RuleSet) -> None:
        self._camera = camera
        self._run = run
        self._identities = Identities()
        self._meter = ViewMeter()
        self._running: dict[str, _Running] = {}
        self._clock = Clock(None)
        self._last = Stamp(0.0, 0, "1970-01-01T00:00:00.000Z")
        self.change(rules)

    def change(self, rules: RuleSet) -> list[Event]:
        """Watch for these from now on. A rule that stays as it is goes on; what others had begun ends."""
        self._clock = Clock(rules.timezone)
        before, self._running, ended = self._running, {}, []
        # Those that read what others have raised come last.
        for name, config in sorted(rules.rules.items(), key=lambda each: each[1].kind == "sequence"):
            schedule = None if config.schedule is None else rules.schedules[config.schedule]
            known = before.get(name)
            if known is not None and known.config == config:
                known.schedule = schedule
                self._running[name] = before.pop(name)
            else:
                rule = rule_of(name, config)
                hysteresis = rule.config
                episodes = Episodes(hysteresis.least_s, hysteresis.gap_s)
                self._running[name] = _Running(rule, episodes, config, schedule)
        for running in before.values():
            ended += [self._event(step, running, self._last)[0] for step in running.episodes.close()]
        return ended

    @property
    def needs_view(self) -> bool:
        """Whether a rule looks at the picture itself."""
        return any(running.rule.needs_view for running in self._running.values())

    def step(
        self,
        record: FrameRecord,
        picture: Picture | None = None,
        lines: Mapping[str, CountingLine] | None = None,
        delivery: Delivery | None = None,
    ) -> list[Event]:
        """The event revisions that a frame gives rise to.

        Args:
            record: the frame's, with attributes; frames come in their order.
            picture: of the frame, for rules that look at the view; they rest without it.
            lines: of the camera, by name, as they lie for this frame.
            delivery: that ended with this frame, from the cricket stage.
        """
        if not self._running:
            return []
        now = self._last = Stamp(record.pts_ms / 1e3, record.frame, record.captured_at)
        people = self._identities.step(now, record.people, record.size)
        view = self._meter.look(now.seconds, picture) if picture is not None and self.needs_view else None
        moment = Moment(now, record.size, people, lines or {}, view, delivery)
        local = self._clock.local(record.captured_at)
        tracks = {somebody.who: somebody.track for somebody in people}
        seen = {somebody.who for somebody in people if somebody.person.score > 0}
        raised: list[tuple[Event, tuple[int, ...]]] = []
        gone = self._identities.forgotten(now)
        for running in self._running.values():
            claims = list(running.rule.look(replace(moment, raised=tuple(raised))))
            if running.schedule is not None and not is_on(running.schedule, local):
                claims = []
            for step in running.episodes.step(now, claims, tracks, seen):
                raised.append(self._event(step, running, now))
            if gone:
                running.rule.forget(gone)
        return [event for event, _ in raised]

    def close(self) -> list[Event]:
        """The last revisions of all that goes on; nothing comes after them."""
        return self.change(RuleSet())

    def _event(self, step: Step, running: _Running, now: Stamp) -> tuple[Event, tuple[int, ...]]:
        """The revision that is due, and whom it is about."""
        episode, rule = step.episode, running.rule
        claim, before = episode.claim, episode.event
        tracks = tuple(sorted(episode.tracks))
        event = Event(
            id=new_id() if before is None else before.id,
            revision=0 if before is None else before.revision + 1,
            state=step.state,
            camera=self._camera,
            rule=rule.name,
            kind=rule.kind,
            severity=rule.config.severity,
            started_at=episode.first.at,
            ended_at=episode.last.at if step.state is EventState.END else None,
            run=self._run,
            sentence=sentence(rule.kind, step.state, tracks, rule.place, claim),
            tracks=tracks,
            frame=now.frame,
            zone=rule.place,
            direction=claim.direction,
            count=claim.count,
        )
        episode.event, episode.told = event, now
        return event, claim.who
