"""How well rules find what happens on simulated streets and in simulated halls.

    python -m benchmarks.rules truth --first 700 --minutes 30     # the rules' own logic, on the truth's attributes
    python -m benchmarks.rules view --first 700 --seeds 8         # camera covered, moved, frozen, out of focus
    python -m benchmarks.rules clips --minutes 30 --folder F      # through the whole pipeline

Stories take turns, a new seed and place each time, levels plain, mild and middle in turn. `truth` reads the
simulator's true records as if attributes had found them and draws no pictures. `clips`
writes clips as `sightline sim` does and analyses them as `sightline analyze` does; what is in the folder already is
used again, and with `--again` attributes and rules are worked out anew from the people in its records (what is said of
the view stays).
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from benchmarks.people import described, portrayed
from pipeline.analyze import Analysis, analyze
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.portraits import PortraitReader
from pipeline.attributes.relations import Relations
from pipeline.config import Deployment
from pipeline.config.rules import AnyRule
from pipeline.data import Event, FrameRecord, MarkedZone, SceneRecord
from pipeline.evaluation.observed import Observed, read_observed
from pipeline.evaluation.records import read_records
from pipeline.evaluation.rules import Evaluation, score
from pipeline.geometry.camera import Camera
from pipeline.pictures import Picture, PixelFormat
from pipeline.rules.moment import CountingLine
from pipeline.rules.view import EVERY_S
from pipeline.rules.watch import RuleSet, RuleWatch
from pipeline.rules.watches import Watches
from pipeline.simulation.clip import write_clip
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
Run = tuple[Observed, Observed]
"""The truth of a clip, and what was said of it."""


@dataclass(frozen=True, slots=True)
class Again:
    """What tells attributes anew."""

    lifter: Lifter
    reader: PortraitReader


def rules_for(scene: SceneRecord) -> dict[str, dict[str, Any]]:
    """Every rule that a scene has something for, as it is without settings."""
    kinds: dict[str, dict[str, Any]] = {kind: {} for kind in (HALL if scene.scene == "hall" else STREET)}
    if scene.scene != "hall":
        kinds |= {kind: {} for kind in VIEWS[:-1]}
    for zone in scene.zones:
        kinds |= {"zone_entered": {"zone": zone.name}, "zone_heading": {"zone": zone.name}}
    for line in scene.lines:
        kinds["line_crossed"] = {"line": line.name}
    return {kind: {"kind": kind, **more} for kind, more in kinds.items()}


def rule_set(scene: SceneRecord) -> RuleSet:
    """The same as a camera is watched by."""
    adapter: TypeAdapter[Any] = TypeAdapter(dict[str, AnyRule])
    return RuleSet(adapter.validate_python(rules_for(scene)))


def as_attributes(record: FrameRecord) -> FrameRecord:
    """A true record as a perfect pipeline would write it: people of whom nothing is seen are not found."""
    return replace(record, people=tuple(p for p in record.people if p.visible is None or p.visible > 0.15))


def watched(scene: Scene[Any], seconds: float, pictures: bool = False) -> Run:
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
            watch = RuleWatch(scene.name, scene.run, rule_set(about))
        records.append(record)
        found += watch.step(as_attributes(record), scene.picture() if pictures else None, lines)
        scene.step()
    assert watch is not None
    true += [told for told in scene.happened() if isinstance(told, Event)]
    true += scene.going_on()
    assert about is not None
    kinds = {kind for kind in rules_for(about) if kind.startswith("camera_") == pictures}
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


def deployment_of(scene: SceneRecord, clip: Path, look_for: int) -> Deployment:
    """What an operator would write for a clip of a scene, who has so many looked for one by one."""
    marks = [(mark, {"name": mark.name, "ground_cm": mark.ground_cm}) for mark in (*scene.zones, *scene.lines)]
    camera = {
        "source": str(clip),
        "zones": [told | {"no_pass": mark.no_pass} for mark, told in marks if isinstance(mark, MarkedZone)],
        "lines": [told for mark, told in marks if not isinstance(mark, MarkedZone)],
        "rules": rules_for(scene),
    }
    model = {"tiles": (3, 2)} if scene.scene == "hall" else {}  # as configs/hall.yaml has it
    return Deployment.model_validate(
        {"cameras": {scene.camera: camera}, "model": model, "tracking": {"look_for": look_for}}
    )


def analysed(
    folder: Path, story: str, scene: Scene[Any], seconds: float, again: Again | None, look_for: int = 0
) -> Run:
    """The truth of a scene and what `sightline analyze` says of its clip; with networks attributes and rules anew."""
    name = folder / f"{story}-{scene.parameters.level}-{scene.parameters.seed}"
    video, truth, camera = (name.with_name(name.name + end) for end in (".mp4", ".jsonl", ".yaml"))
    if not truth.exists():
        write_clip(scene, seconds, video, truth, camera, lambda _done, _total: None)
    true = read_observed(truth)
    assert true.scene is not None
    deployment = deployment_of(true.scene, video, look_for)
    if not (name / "summary.json").exists():
        job = Analysis(str(video), name, scene.name, "bench", deployment, overlay=False, camera_file=camera)
        analyze(job, lambda _step: None)
    found = read_observed(name)
    if again is None:
        return true, found
    records = list(read_records(name).values())
    events = [event for event in found.events if event.kind.startswith("camera_")]
    seen = portrayed(video, records, again.reader)
    events += replayed(described(records, seen, Camera.load(camera), again.lifter), Camera.load(camera), deployment)
    return true, Observed(records, events, None, found.kinds)


def replayed(records: Iterable[FrameRecord], view: Camera, deployment: Deployment) -> Iterator[Event]:
    """What the rules of a deployment's only camera say of people who were found before, with their zones worked out
    anew."""
    width, height = view.size
    blank = Picture.packed(PixelFormat.GRAY8, width, height, np.zeros((height, width), np.uint8))
    relations, watches = Relations(next(iter(deployment.cameras.values()))), Watches("again", deployment)
    told: list[Event] = []
    for record in records:
        relations.place(record.size, view)
        people = relations(record.people, record.pts_ms / 1e3, blank)
        told += watches.step(replace(record, people=people), blank, relations.marks.borders)
    told += watches.close()
    return (event for event in told if not event.kind.startswith("camera_"))


def on_clips(
    folder: Path, first: int, minutes: float, level: str | None, say: bool, again: bool, halls: bool, look_for: int
) -> Evaluation:
    """The rules at the end of the whole pipeline."""
    folder.mkdir(parents=True, exist_ok=True)
    networks = Again(Lifter(), PortraitReader()) if again else None
    runs: list[Run] = []
    for story, chosen, scene in scenes(first, level):
        if len(runs) * SECONDS >= 60 * minutes:
            break
        if story == "hall" and not halls:
            continue
        runs.append(analysed(folder, story, scene, SECONDS, networks, look_for))
        if say:
            _print(f"{story} seed {scene.parameters.seed} {chosen}", score(runs[-1:]))
    return score(runs)


def _print(title: str, found: Evaluation) -> None:
    print(f"\n{title}: {found.seconds:.0f} s")
    for kind, scores in sorted(found.kinds.items()):
        if not scores.happened and not scores.events:
            continue
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
    parser.add_argument("what", choices=("truth", "view", "clips"))
    parser.add_argument("--first", type=int, default=700, help="the first seed")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, default=15)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/sightline-rules"), help="of `clips`")
    parser.add_argument("--again", action="store_true", help="of `clips`: attributes and rules anew")
    parser.add_argument("--streets", action="store_true", help="of `clips`: no halls")
    parser.add_argument("--look-for", type=int, default=0, help="of `clips`: `tracking.look_for`")
    parser.add_argument("--level", help="one level for all; default: plain, mild and middle in turn")
    parser.add_argument("--each", action="store_true", help="print every scene")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    begun = time.process_time()
    if args.what == "truth":
        found = on_truth(args.first, args.minutes, args.level, args.each)
    elif args.what == "clips":
        found = on_clips(
            args.folder, args.first, args.minutes, args.level, args.each, args.again, not args.streets, args.look_for
        )
    else:
        found = on_views(args.first, args.seeds, args.level, args.each)
    _print("all", found)
    print(f"{time.process_time() - begun:.0f} s of CPU")
    if args.json is not None:
        args.json.write_text(json.dumps(asdict(found), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
