"""How well a thrown ball's path and its bounces are found where there is no pitch, by labels made by hand.

    python -m benchmarks.bounces ../shared/data/cricket/clips --labels tests/cricket/data/bounces --widest 640 320

Only frames around labels are looked at. A ball is right within 8 px: these balls are up to 40 px large, and labels are
good to about 3 px.
"""

import argparse
import json
from pathlib import Path

import av
import cv2
import numpy as np

from pipeline.capture.pixels import picture_of
from pipeline.cricket.ball_track import ball_tracks
from pipeline.cricket.watching import balls_of
from pipeline.evaluation.ball_labels import BallLabel, read_csv
from pipeline.evaluation.bounces import score_bounces
from pipeline.perception.ball import BallNetwork
from pipeline.perception.sightings import BallSighting

_AROUND = 8
"""Frames before the first label and after the last that are looked at too."""


def sightings_in(clip: Path, frames: range, widest: int) -> list[list[BallSighting]]:
    """What may be the ball in some frames of a clip."""
    network, found = None, []
    with av.open(str(clip)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in frames:
                picture = picture_of(frame)
                network = network or BallNetwork(picture.size, widest=widest)
                found.append(network.look(picture, number, float(frame.time or 0)))
    if network is not None:
        network.close()
    return found


def measured(clip: Path, labels: dict[int, BallLabel | None], widest: int, within: float) -> dict[str, int]:
    """The figures of one clip."""
    balls = {frame: label for frame, label in labels.items() if label is not None}
    seen = sightings_in(clip, range(min(balls) - _AROUND, max(balls) + _AROUND + 1), widest)
    tracks = ball_tracks(seen)
    path = balls_of(tracks)
    near = {
        each.frame
        for sightings in seen
        for each in sightings
        if each.frame in balls and np.hypot(each.x - balls[each.frame].x, each.y - balls[each.frame].y) <= within
    }
    right = sum(
        frame in path and np.hypot(path[frame].x - ball.x, path[frame].y - ball.y) <= within
        for frame, ball in balls.items()
    )
    true = [frame for frame, ball in balls.items() if ball.bounces]
    bounces = score_bounces(true, [kink.frame for track in tracks for kink in track.bounces])
    return {
        "labelled": len(balls), "sighted": len(near), "in_a_path": int(right), "bounces": bounces.bounces,
        "bounces_found": bounces.bounces_found, "bounces_false": bounces.bounces_false,
    }  # fmt: skip


def main() -> None:
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clips", type=Path)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--widest", type=int, nargs="+", default=[1280])
    parser.add_argument("--within", type=float, default=8.0)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    for widest in given.widest:
        of_clips = {}
        for path in sorted(given.labels.glob("*.csv")):
            clip = next(given.clips.glob(f"{path.stem}.*"))
            of_clips[path.stem] = measured(clip, read_csv(path), widest, given.within)
        whole = {name: sum(each[name] for each in of_clips.values()) for name in next(iter(of_clips.values()))}
        print(json.dumps({"widest": widest, "all": whole, **of_clips}, indent=1), flush=True)


if __name__ == "__main__":
    main()
