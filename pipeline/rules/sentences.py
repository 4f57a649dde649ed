"""Events in plain English. All templates stand here, by kind, so that other languages can follow."""

from collections.abc import Sequence

from pipeline.data import EventState
from pipeline.rules.rule import Claim

_TEMPLATES: dict[str, tuple[str, str]] = {
    "zone_entered": ('{who} {is} inside "{place}".', '{who} {was} inside "{place}".'),
    "zone_left": ("", '{who} left "{place}".'),
    "zone_occupied": (
        '{count} people are inside "{place}", where {allowed} may be.',
        'More than {allowed} people were inside "{place}".',
    ),
    "zone_heading": ('{who} {is} heading for "{place}".', '{who} {was} heading for "{place}".'),
    "line_crossed": ("", '{who} crossed "{place}" {side}; {count} {have} done so.'),
    "loitering": ("{who} {has} stayed about one place for {seconds} s.", "{who} stayed about one place."),
    "running": ("{who} {is} running.", "{who} ran."),
    "watching": ("{who} {is} watching the camera.", "{who} watched the camera."),
    "watching_again": (
        "{who} {has} looked at the camera {times} times.",
        "{who} looked at the camera again and again.",
    ),
    "crowding": ("{count} people have come close together.", "People were crowded together."),
    "fall": ("{who} {has} fallen.", "{who} had fallen."),
    "converging": ("{who} are closing in on each other fast.", "{who} closed in on each other fast."),
    "camera_covered": ("The lens is covered.", "The lens was covered."),
    "camera_moved": ("The camera was moved.", "The camera showed another view."),
    "camera_frozen": ("The picture is frozen.", "The picture was frozen."),
    "camera_defocused": ("The lens is out of focus.", "The lens was out of focus."),
    "turned_to_neighbour": ("{who} {has} turned to a side.", "{who} had turned to a side."),
    "standing_up": ("{who} {has} stood up.", "{who} had stood up."),
    "hands_below_desk": ("{who} {has} both hands below the desk.", "{who} had both hands below the desk."),
    "walked_in": ("{who} {is} walking in.", "{who} walked in."),
    "delivery": ("", "A delivery was bowled: {what}."),
    "no_ball": ("", "No-ball: the {foot} was {over_cm} cm over the {crease} crease, give or take {std_cm} cm."),
    "sequence": ("", "{who}: {rules}."),
}
"""While it goes on, and when it is over."""
_SIDES = {"to_left": "to its left side", "to_right": "to its right side", None: ""}


def sentence(kind: str, state: EventState, tracks: Sequence[int], place: str | None, claim: Claim) -> str:
    """What a revision of an event says."""
    template = _TEMPLATES[kind][state is EventState.END]
    one = len(tracks) < 2
    words = dict(claim.words)
    if "rules" in words:
        names = words["rules"]
        assert isinstance(names, tuple)
        words["rules"] = ", then ".join(names)
    return template.format(
        who=_who(tracks),
        place=place,
        side=_SIDES[claim.direction],
        count=claim.count,
        have="has" if claim.count == 1 else "have",
        **{"is": "is" if one else "are", "was": "was" if one else "were", "has": "has" if one else "have"},
        **words,
    )


def _who(tracks: Sequence[int]) -> str:
    if not tracks:
        return "Somebody"
    if len(tracks) == 1:
        return f"Pedestrian {tracks[0]}"
    return f"Pedestrians {', '.join(map(str, tracks[:-1]))} and {tracks[-1]}"
