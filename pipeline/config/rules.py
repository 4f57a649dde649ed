"""Rules: what is to be told as an event, when, and how urgent it is. One class a kind of rule.

`least_s` and `gap_s` are every rule's hysteresis: what holds for less time is no event, and an interruption that is no
longer does not end one. Their defaults, and those of the measures, are the definitions by which rules are measured
(docs/rules.md).
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from pipeline.config.section import Section

Severity = Literal["info", "alert", "critical"]
RuleName = Annotated[str, Field(min_length=1, max_length=64)]


class RuleConfig(Section):
    """What every rule takes."""

    severity: Severity = Field(default="alert", description="info, alert or critical.")
    schedule: str | None = Field(default=None, description="A name of `schedules`; none is always.")
    least_s: float = Field(default=0.0, ge=0, le=3600, description="Shorter than this is no event.")
    gap_s: float = Field(default=2.0, ge=0, le=600, description="An interruption that is no longer ends nothing.")


class ZoneEnteredConfig(RuleConfig):
    """Somebody is inside a zone, from entering it to leaving it."""

    kind: Literal["zone_entered"]
    zone: str = Field(description="A name of the camera's `zones`.")


class ZoneLeftConfig(RuleConfig):
    """Somebody who was inside a zone has left it on their feet."""

    kind: Literal["zone_left"]
    zone: str = Field(description="A name of the camera's `zones`.")
    severity: Severity = Field(default="info", description="info, alert or critical.")
    least_s: float = Field(default=0.5, ge=0, le=3600, description="Who is outside for less has not left.")


class ZoneOccupiedConfig(RuleConfig):
    """More people than allowed are inside a zone."""

    kind: Literal["zone_occupied"]
    zone: str = Field(description="A name of the camera's `zones`.")
    more_than: int = Field(ge=0, le=1000, description="As many may be there.")
    least_s: float = Field(default=1.0, ge=0, le=3600, description="Shorter than this is no event.")


class ZoneHeadingConfig(RuleConfig):
    """Somebody outside is on the way into a zone."""

    kind: Literal["zone_heading"]
    zone: str = Field(description="A name of the camera's `zones`.")
    least_s: float = Field(default=0.2, ge=0, le=60, description="Shorter than this is no event.")


class LineCrossedConfig(RuleConfig):
    """Somebody crosses a line; the event counts those who did."""

    kind: Literal["line_crossed"]
    line: str = Field(description="A name of the camera's `lines`.")
    direction: Literal["any", "to_left", "to_right"] = Field(
        default="any", description="To the left or the right side of the line, seen from its first to its last point."
    )
    severity: Severity = Field(default="info", description="info, alert or critical.")


class LoiteringConfig(RuleConfig):
    """Somebody stays about a place."""

    kind: Literal["loitering"]
    radius_cm: float = Field(default=250.0, gt=0, le=10_000, description="How far from the place they may go.")
    after_s: float = Field(default=20.0, gt=0, le=7200, description="How long they must have been there.")
    zone: str | None = Field(default=None, description="Only inside this zone; none is everywhere.")


class RunningConfig(RuleConfig):
    """Somebody runs."""

    kind: Literal["running"]
    speed_cm_s: float | None = Field(
        default=None, gt=0, le=1500, description="From this speed on; none is the one at which that person's legs run."
    )
    least_s: float = Field(default=0.8, ge=0, le=60, description="Shorter than this is no event.")


class WatchingConfig(RuleConfig):
    """Somebody who stands faces the camera for a time."""

    kind: Literal["watching"]
    within_deg: float = Field(default=15.0, gt=0, le=90, description="So near to the line of sight faces it.")
    slower_cm_s: float = Field(default=25.0, gt=0, le=500, description="Who is slower stands.")
    least_s: float = Field(default=3.0, ge=0, le=600, description="Shorter than this is no event.")
    gap_s: float = Field(
        default=0.8, ge=0, le=600, description="Who faces elsewhere for longer no longer watches: people look around."
    )


class WatchingAgainConfig(RuleConfig):
    """Somebody faces the camera again and again."""

    kind: Literal["watching_again"]
    times: int = Field(default=3, ge=2, le=100, description="So often.")
    during_s: float = Field(default=60.0, gt=0, le=3600, description="Within this time.")
    look_s: float = Field(default=1.0, gt=0, le=60, description="A look takes so long at least.")
    away_s: float = Field(default=1.0, gt=0, le=60, description="Between two looks they face elsewhere for so long.")
    within_deg: float = Field(default=15.0, gt=0, le=90, description="So near to the line of sight faces it.")
    gap_s: float = Field(default=5.0, ge=0, le=600, description="An interruption that is no longer ends nothing.")


class CrowdingConfig(RuleConfig):
    """Several people are close together."""

    kind: Literal["crowding"]
    people: int = Field(default=6, ge=2, le=1000, description="So many.")
    radius_cm: float = Field(default=250.0, gt=0, le=10_000, description="Within so far of one of them.")
    least_s: float = Field(default=2.0, ge=0, le=3600, description="Shorter than this is no event.")


class FallConfig(RuleConfig):
    """Somebody falls and lies."""

    kind: Literal["fall"]
    severity: Severity = Field(default="critical", description="info, alert or critical.")
    least_s: float = Field(default=0.8, ge=0, le=60, description="Who is down for less has not fallen.")


class ConvergingConfig(RuleConfig):
    """Two people close in on each other fast."""

    kind: Literal["converging"]
    closing_cm_s: float = Field(default=350.0, gt=0, le=3000, description="Their distance shrinks so fast at least.")
    meet_s: float = Field(default=3.0, gt=0, le=60, description="They would meet within this time.")
    miss_cm: float = Field(default=120.0, gt=0, le=1000, description="And pass each other no farther apart than this.")
    least_s: float = Field(default=0.4, ge=0, le=60, description="Shorter than this is no event.")


class CameraViewConfig(RuleConfig):
    """Something is wrong with the camera's view."""

    kind: Literal["camera_covered", "camera_moved", "camera_frozen", "camera_defocused"]
    least_s: float = Field(default=1.0, ge=0, le=600, description="Shorter than this is no event.")


class TurnedConfig(RuleConfig):
    """Somebody at a desk turns the head to a side, against how they usually hold it."""

    kind: Literal["turned_to_neighbour"]
    turn_deg: float = Field(default=40.0, gt=0, le=120, description="So far.")
    severity: Severity = Field(default="info", description="info, alert or critical.")
    least_s: float = Field(default=1.0, ge=0, le=60, description="Shorter than this is no event.")


class StandingUpConfig(RuleConfig):
    """Somebody who sat stands, until they sit again."""

    kind: Literal["standing_up"]
    severity: Severity = Field(default="info", description="info, alert or critical.")
    least_s: float = Field(default=0.6, ge=0, le=60, description="Shorter than this is no event.")


class HandsBelowConfig(RuleConfig):
    """Somebody at a desk has both hands lower than they usually do."""

    kind: Literal["hands_below_desk"]
    severity: Severity = Field(default="info", description="info, alert or critical.")
    least_s: float = Field(default=1.0, ge=0, le=60, description="Shorter than this is no event.")


class WalkedInConfig(RuleConfig):
    """Somebody who was not there before comes in on their feet, until they stand still."""

    kind: Literal["walked_in"]
    zone: str | None = Field(default=None, description="Only who is first seen inside this zone: a door's.")
    settle_s: float = Field(
        default=3.0, ge=0, le=600, description="Who is seen so soon after the beginning was there before."
    )
    least_s: float = Field(default=0.8, ge=0, le=60, description="Shorter than this is no event.")


class SequenceConfig(RuleConfig):
    """The same person was the subject of several other rules within a time."""

    kind: Literal["sequence"]
    of: tuple[RuleName, ...] = Field(min_length=2, max_length=8, description="Names of rules of the same camera.")
    within_s: float = Field(default=30.0, gt=0, le=3600, description="From the first one's event to the last one's.")
    in_order: bool = Field(default=True, description="One after another as they are listed.")


class DeliveryConfig(RuleConfig):
    """A delivery was bowled, on a camera that watches cricket."""

    kind: Literal["delivery"]
    severity: Severity = Field(default="info", description="info, alert or critical.")


class NoBallConfig(RuleConfig):
    """A foot of the bowler landed over the popping or the return crease, on a camera that watches cricket."""

    kind: Literal["no_ball"]


AnyRule = Annotated[
    ZoneEnteredConfig
    | ZoneLeftConfig
    | ZoneOccupiedConfig
    | ZoneHeadingConfig
    | LineCrossedConfig
    | LoiteringConfig
    | RunningConfig
    | WatchingConfig
    | WatchingAgainConfig
    | CrowdingConfig
    | FallConfig
    | ConvergingConfig
    | CameraViewConfig
    | TurnedConfig
    | StandingUpConfig
    | HandsBelowConfig
    | WalkedInConfig
    | SequenceConfig
    | DeliveryConfig
    | NoBallConfig,
    Field(discriminator="kind"),
]


def configs() -> Iterator[tuple[str, type[RuleConfig]]]:
    """Every kind of rule with what it takes."""
    union = get_args(AnyRule)[0]
    for config in get_args(union):
        for kind in get_args(config.model_fields["kind"].annotation):
            yield kind, config


def config_of_kind(kind: str) -> type[RuleConfig]:
    """What a kind of rule takes."""
    return dict(configs())[kind]


def faults_of(rules: Mapping[str, Any], zones: AbstractSet[str], lines: AbstractSet[str]) -> list[str]:
    """What rules of a camera name that it does not have."""
    found = []
    for name, rule in rules.items():
        zone, line = getattr(rule, "zone", None), getattr(rule, "line", None)
        if zone is not None and zone not in zones:
            found.append(f"rules.{name}.zone: {zone!r} is not one of the camera's zones: {_listed(zones)}")
        if line is not None and line not in lines:
            found.append(f"rules.{name}.line: {line!r} is not one of the camera's lines: {_listed(lines)}")
        for other in rule.of if isinstance(rule, SequenceConfig) else ():
            if other not in rules or isinstance(rules[other], SequenceConfig):
                simple = {name for name, rule in rules.items() if not isinstance(rule, SequenceConfig)}
                found.append(f"rules.{name}.of: {other!r} is not one of the camera's rules: {_listed(simple)}")
    return found


def _listed(names: AbstractSet[str]) -> str:
    return ", ".join(sorted(names)) or "there are none"
