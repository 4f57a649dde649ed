"""What is said of where heads are turned: by the pose alone, one portrait, both over time (the default), FSA-Net of a
face, and all of them.

    python -m benchmarks.faces CLIP --records DIR/frames.jsonl [--labels FILE] [--every 5]

The people of `analyze`'s records are followed again, with and without portraits and faces, on the clip's own frames;
each answer is waited for, so that figures repeat. Labels are JSON: `{"frame/track": angle}`, by a person who looked at
the faces alone, in steps of 20 degrees: 0 at the camera, positive to the image's right.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from benchmarks.people import tracked_of
from pipeline.attributes.crop_networks import CropNetworks, Mailbox
from pipeline.attributes.directions import told
from pipeline.attributes.faces import Faces
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.people_networks import wanted_of
from pipeline.attributes.portraits import PortraitReader, Portraits
from pipeline.attributes.stage import Attributes
from pipeline.config import AttributesConfig
from pipeline.data import FrameRecord, Person, from_json
from pipeline.pictures import Picture, PixelFormat, Pixels

_LOST_S = 2.0
_STALE_S = 0.4
"""An older answer of a face is none."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Of a head, 0 towards the camera and positive to the image's right; nan where it is not known."""

    angle_deg: float
    std_deg: float


_UNKNOWN = Turn(np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class Seen:
    """One person in one frame: by the pose alone over time, by the latest portrait, by both over time, by the face's
    latest answer, and by all over time."""

    frame: int
    track: int
    pose: Turn
    portrait: Turn
    default: Turn
    face: Turn
    fused: Turn


def pictures(clip: Path) -> Iterator[Picture]:
    """The frames of a clip."""
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            pixels = frame.to_ndarray(format="rgb24")
            yield Picture.packed(PixelFormat.RGB24, frame.width, frame.height, pixels)


class Waiting(CropNetworks):
    """Networks whose answers are there as soon as they are asked."""

    def submit(self, source: str, crop: Pixels, track: int, seconds: float, answers: Mailbox) -> None:
        """As the parent's, and wait."""
        before = answers.qsize()
        super().submit(source, crop, track, seconds, answers)
        while answers.qsize() == before:
            time.sleep(0.001)


def seen(clip: Path, records: Path, networks: CropNetworks) -> Iterator[Seen]:
    """Everybody with keypoints in every frame of the records."""
    lifter = Lifter()
    alone, shown, whole = (Attributes(_LOST_S, lifter) for _ in range(3))
    portraits, faces = Portraits(PortraitReader()), Faces(networks)
    latest: dict[int, tuple[float, Turn]] = {}
    pictured: dict[int, Turn] = {}
    for picture, line in zip(pictures(clip), records.read_bytes().splitlines(), strict=False):
        record = from_json(FrameRecord, line)
        seconds = record.pts_ms / 1e3
        tracked = tracked_of(record)
        heard = faces.heard([person.track for person in tracked], seconds)
        portrayed = portraits(tracked, seconds, picture)
        angles, deviations = np.degrees(told(portrayed.head))
        for place, angle, deviation in zip(portrayed.places, angles, deviations, strict=True):
            pictured[tracked[place].track] = Turn(float(angle), float(deviation))
        pose = alone(tracked, seconds, record.size, None)
        default = shown(tracked, seconds, record.size, None, portraits=portrayed)
        fused = whole(tracked, seconds, record.size, None, portraits=portrayed, faces=heard)
        faces.look(fused, seconds, picture)
        for row, person in enumerate(pose):
            if np.isfinite(heard.angles_rad[row]):
                turn = np.degrees([heard.angles_rad[row], heard.deviations_rad[row]])
                latest[person.track] = (seconds, Turn(float(turn[0]), float(turn[1])))
            if person.keypoints:
                heard_s, face = latest.get(person.track, (-np.inf, _UNKNOWN))
                face = face if seconds - heard_s <= _STALE_S else _UNKNOWN
                portrait = pictured.get(person.track, _UNKNOWN)
                yield Seen(
                    record.frame, person.track, _head(person), portrait, _head(default[row]), face, _head(fused[row])
                )


def _head(person: Person) -> Turn:
    angle, deviation = person.head_facing_deg, person.head_facing_std_deg
    if angle is None or deviation is None:
        return _UNKNOWN
    return Turn((angle + 180) % 360 - 180, deviation)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--every", type=int, default=5, help="frames, where there are no labels")
    given = parser.parse_args()
    labels: dict[str, float] = json.loads(given.labels.read_text("utf-8")) if given.labels else {}
    networks = Waiting(wanted_of(AttributesConfig(heads="face")))
    for note in networks.notes:
        parser.error(note)
    errors = []
    for each in seen(given.clip, given.records, networks):
        label = labels.get(f"{each.frame}/{each.track}")
        if (label is None) if labels else each.frame % given.every:
            continue
        turns = (each.pose, each.portrait, each.default, each.face, each.fused)
        said = "  ".join(f"{turn.angle_deg:6.1f} ±{turn.std_deg:5.1f}" for turn in turns)
        print(f"{each.frame:5d}/{each.track:<3d} eye {label if label is not None else '':>5}  {said}")
        if label is not None:
            errors.append([(turn.angle_deg - label + 180) % 360 - 180 for turn in turns])
    networks.close()
    for name, column in zip(
        ("pose", "portrait", "pose and portraits", "face", "all"), np.transpose(errors) if errors else (), strict=False
    ):
        off = np.abs(column[np.isfinite(column)])
        print(
            f"{name}: n {len(off)}, mean {off.mean():.1f}°, within 20° {np.mean(off <= 20):.2f}, most {off.max():.0f}°"
        )


if __name__ == "__main__":
    main()
