"""How well rules find what happens on simulated streets and in simulated halls.

    python -m benchmarks.rules truth --first 700 --minutes 30        # the rules' own logic, on the truth's attributes
    python -m benchmarks.rules view --first 700 --seeds 8            # camera covered, moved, frozen, out of focus
    python -m benchmarks.rules clips --first 700 --seeds 12 --out F  # through the real pipeline

`truth` reads the simulator's true records as if attributes had found them (the head's facing for facing) and draws no
pictures; stories take turns, a new seed and place each time, levels plain, mild and middle in turn.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipeline.config.rules import AnyRule
from pipeline.data import Event, FrameRecord, SceneRecord
from pipeline.evaluation.observed import Observed
from pipeline.evaluation.rules import Evaluation, score
from pipeline.rules.moment import CountingLine
from pipeline.rules.view import EVERY_S
from pipeline.rules.watch import RuleSet, RuleWatch
from pipeline.simulation.scene import Scene, scene_of

STORIES = (
    "no_pass", "line_crossing", "loitering", "running", "watching", "fall", "converging", "crowding", "chase",
    "watching_again", "none",
)  # fmt: skip
VIEWS = ("camera_covered", "camera_moved", "camera_frozen", "camera_defocused", "none")
LEVELS = ("plain", "mild", "middle")
STREET = ("loitering", "running", "watching", "crowding", "fall", "converging")
HALL = ("turned_to_neighbour", "standing_up", "hands_below_desk", "walked_in")
SECONDS = 60.0


def rules_for(scene: SceneRecord) -> RuleSet:
    """Every rule that a scene has something for, as it is without settings."""
    kinds: dict[str, dict[str, Any]] = {kind: {} for kind in (HALL if scene.scene == "hall" else STREET)}
    if scene.scene != "hall":
        kinds |= {kind: {} for kind in VIEWS[:-1]}
    for zone in scene.zones:
        kinds |= {"zone_entered": {"zone": zone.name}, "zone_heading": {"zone": zone.name}}
    for line in scene.lines:
        kinds["line_crossed"] = {"line": line.name}
    adapter: TypeAdapter[Any] = TypeAdapter(dict[str, AnyRule])
    rules = adapter.validate_python({kind: {"kind": kind, **more} for kind, more in kinds.items()})
    return RuleSet(rules)


def as_attributes(record: FrameRecord) -> FrameRecord:
    """A true record as a perfect pipeline would write it: people of whom nothing is seen are not found."""
    people = tuple(
        replace(p, facing_deg=p.facing_deg if p.head_facing_deg is None else p.head_facing_deg)
        for p in record.people
        if p.visible is None or p.visible > 0.15
    )
    return replace(record, people=people)


def watched(scene: Scene[Any], seconds: float, pictures: bool = False) -> tuple[Observed, Observed]:
    """The truth of a scene, and what its rules say; with `pictures` only of the camera's view."""
    records: list[FrameRecord] = []
    true: list[Event] = []
    found: list[Event] = []
    about: SceneRecord | None = None
    watch: RuleWatch | None = None
    lines: dict[str, CountingLine] = {}
    for frame in range(round(seconds * scene.fps)):
        record = scene.truth(scene.run, scene.name, frame)
        for told in scene.happened():
            if isinstance(told, SceneRecord):
                about = told
            elif isinstance(told, Event):
                true.append(told)
        if watch is None:
            assert about is not None
            lines = {line.name: CountingLine(line.ground_cm, True) for line in about.lines}
            watch = RuleWatch(scene.name, scene.run, rules_for(about))
        records.append(record)
        found += watch.step(as_attributes(record), scene.picture() if pictures else None, lines)
        scene.step()
    assert watch is not None
    true += [told for told in scene.happened() if isinstance(told, Event)]
    true += scene.going_on()
    assert about is not None
    kinds = set(rules_for(about).rules)
    kinds = {kind for kind in kinds if kind.startswith("camera_") == pictures}
    return Observed(records, true, about), Observed(records, found + watch.close(), None, kinds)


def scenes(first: int, level: str | None) -> Iterator[tuple[str, str, Scene[Any]]]:
    """Streets with one story after another and a hall between, without end."""
    for number in count():
        seed = first + number
        turn = number % (len(STORIES) + 2)
        chosen = level or LEVELS[number % len(LEVELS)]
        if turn >= len(STORIES):
            yield "hall", chosen, scene_of("hall", {"seed": seed, "level": chosen, "fps": 10, "people": 12})
        else:
            story = STORIES[turn]
            yield story, chosen, scene_of("street", {"seed": seed, "level": chosen, "story": story, "fps": 10})


def on_truth(first: int, minutes: float, level: str | None, say: bool) -> Evaluation:
    """The rules on true attributes."""
    runs = []
    for story, chosen, scene in scenes(first, level):
        if len(runs) * SECONDS >= 60 * minutes:
            break
        runs.append(watched(scene, SECONDS))
        if say:
            _print(f"{story} seed {scene.parameters.seed} {chosen}", score(runs[-1:]))
    return score(runs)


def on_views(first: int, seeds: int, level: str | None, say: bool) -> Evaluation:
    """What is said of the camera's view, from pictures."""
    runs = []
    for number in range(seeds):
        story, chosen = VIEWS[number % len(VIEWS)], level or LEVELS[number % len(LEVELS)]
        given = {
            "seed": first + number,
            "level": chosen,
            "story": story,
            "fps": 1 / EVERY_S,
            "width": 640,
            "height": 360,
        }
        runs.append(watched(scene_of("street", given), 58.0, pictures=True))
        if say:
            _print(f"{story} seed {first + number} {chosen}", score(runs[-1:]))
    return score(runs)


def _print(title: str, found: Evaluation) -> None:
    print(f"\n{title}: {found.seconds:.0f} s")
    for kind, scores in sorted(found.kinds.items()):
        recall = "-" if scores.recall is None else f"{scores.recall:.3f}"
        precision = "-" if scores.precision is None else f"{scores.precision:.3f}"
        print(
            f"  {kind:20} recall {recall:>5} ({scores.found}/{scores.happened}), precision {precision:>5} "
            f"({scores.events - scores.false}/{scores.events}), out of sight {scores.out_of_sight}"
        )
    if found.headings is not None:
        print(f"  headings {asdict(found.headings)}")


def main() -> None:
    """Measure, print, and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("truth", "view"))
    parser.add_argument("--first", type=int, default=700, help="the first seed")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, default=15)
    parser.add_argument("--level", help="one level for all; default: plain, mild and middle in turn")
    parser.add_argument("--each", action="store_true", help="print every scene")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    begun = time.process_time()
    if args.what == "truth":
        found = on_truth(args.first, args.minutes, args.level, args.each)
    else:
        found = on_views(args.first, args.seeds, args.level, args.each)
    _print("all", found)
    print(f"{time.process_time() - begun:.0f} s of CPU")
    if args.json is not None:
        args.json.write_text(json.dumps(asdict(found), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
