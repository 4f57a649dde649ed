"""What `analyze` writes of deliveries: `deliveries.json`, and a folder for each with its pictures and its clip.

Clips and the feet's pictures are cut from the overlay, so that they show the ball's trail and the creases; where
no overlay was asked for there are none.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np

from pipeline.cricket.events import sentence_of
from pipeline.data import Delivery, to_json
from pipeline.delivery_names import CLIP, FEET, FLIGHT, MAP
from pipeline.media.delivery_pictures import flight_picture, pitch_map
from pipeline.media.video import VideoWriter
from pipeline.pictures import Pixels

_BEFORE_S, _AFTER_S = 1.0, 0.6
"""What a clip shows before the release and after the end."""
_FLIES_S = 1.0
"""After its release a ball that nobody followed has ended."""


def write_deliveries(out: Path, deliveries: Sequence[Delivery], overlay: Path | None) -> None:
    """Write them into the folder of results, in place of those of an earlier analysis.

    Args:
        out: the folder of results.
        deliveries: in their order.
        overlay: the clip with everything drawn, frame by frame.
    """
    folder = out / "deliveries"
    shutil.rmtree(folder, ignore_errors=True)
    for number, delivery in enumerate(deliveries, 1):
        here = folder / f"{number:03d}"
        here.mkdir(parents=True)
        if delivery.bounce_m is not None:
            _write(here / MAP, pitch_map([delivery]))
        if delivery.path:
            _write(here / FLIGHT, flight_picture(delivery, sentence_of(delivery)))
    if deliveries:
        _write(folder / MAP, pitch_map(deliveries))
    if overlay is not None and deliveries:
        _cut(overlay, deliveries, folder)
    partial = out / ".deliveries.json.partial"
    partial.write_text(json.dumps([json.loads(to_json(each)) for each in deliveries], indent=1) + "\n", "utf-8")
    partial.replace(out / "deliveries.json")


def _cut(overlay: Path, deliveries: Sequence[Delivery], folder: Path) -> None:
    writers: dict[int, VideoWriter] = {}
    with av.open(str(overlay)) as container:
        stream = container.streams.video[0]
        fps = float(stream.average_rate or 25)
        spans = [_span(delivery, fps) for delivery in deliveries]
        feet = [
            (landing.frame, folder / f"{number:03d}" / name)
            for number, delivery in enumerate(deliveries, 1)
            for name, landing in zip(FEET, (delivery.front_foot, delivery.back_foot), strict=True)
            if landing is not None
        ]
        for index, frame in enumerate(container.decode(stream)):
            wanted = [number for number, (first, last) in enumerate(spans, 1) if first <= index <= last]
            pictures = [path for landed, path in feet if landed == index]
            if not wanted and not pictures:
                continue
            bgr = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            for path in pictures:
                _write(path, bgr)
            for number in wanted:
                if number not in writers:
                    size = bgr.shape[1], bgr.shape[0]
                    writers[number] = VideoWriter(folder / f"{number:03d}" / CLIP, size, fps)
                writers[number].write(bgr, 1e3 * (index - spans[number - 1][0]) / fps)
    for writer in writers.values():
        writer.finish()


def _span(delivery: Delivery, fps: float) -> tuple[int, int]:
    """The first and the last frame of a delivery's clip."""
    release, end = delivery.frames.release or 0, delivery.frames.end
    last = release + _FLIES_S * fps if end is None else end
    return max(round(release - _BEFORE_S * fps), 0), round(last + _AFTER_S * fps)


def _write(path: Path, bgr: Pixels) -> None:
    path.write_bytes(cv2.imencode(".png", bgr)[1].tobytes())
