"""What `analyze` writes of deliveries: `deliveries.json`, and a folder for each with its pictures and its clip.

Pictures are drawn as deliveries end. Clips are cut from the overlay, so that they show the ball's trail and the
creases; where no overlay was asked for there are none.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import av
import cv2
import numpy as np

from pipeline.cricket.crease_cut import CreaseCut
from pipeline.cricket.events import sentence_of
from pipeline.data import Delivery, Foot, to_json
from pipeline.delivery_names import CLIP, FEET, FLIGHT, MAP
from pipeline.media.delivery_pictures import flight_picture, pitch_map
from pipeline.media.foot_picture import foot_picture
from pipeline.media.video import VideoWriter
from pipeline.pictures import Pixels

_BEFORE_S, _AFTER_S = 1.0, 0.6
"""What a clip shows before the release and after the end."""
_FLIES_S = 1.0
"""After its release a ball that nobody followed has ended."""


class DeliveryFiles:
    """Writes them into a folder of results, under other names until they are complete.

    Args:
        out: the folder of results.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._folder = out / ".deliveries.partial"
        self._deliveries: list[Delivery] = []

    def __len__(self) -> int:
        return len(self._deliveries)

    def add(self, delivery: Delivery, cuts: Mapping[Foot, CreaseCut]) -> None:
        """Draw the next one.

        Args:
            delivery: the delivery.
            cuts: what shows where its feet landed.
        """
        if not self._deliveries:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._deliveries.append(delivery)
        here = self._here(len(self._deliveries))
        here.mkdir(parents=True)
        if delivery.bounce_m is not None:
            _write(here / MAP, pitch_map([delivery]))
        if delivery.path:
            _write(here / FLIGHT, flight_picture(delivery, sentence_of(delivery)))
        for foot, landing in delivery.feet.items():
            picture = foot_picture(cuts[foot], landing, foot) if foot in cuts else None
            if picture is not None:
                _write(here / FEET[foot], picture)

    def finish(self, overlay: Path | None) -> None:
        """Complete them, in place of those of an earlier analysis.

        Args:
            overlay: the clip with everything drawn, frame by frame.
        """
        if self._deliveries:
            _write(self._folder / MAP, pitch_map(self._deliveries))
            if overlay is not None:
                self._cut(overlay)
        partial = self._out / ".deliveries.json.partial"
        partial.write_text(
            json.dumps([json.loads(to_json(each)) for each in self._deliveries], indent=1) + "\n", "utf-8"
        )
        shutil.rmtree(self._out / "deliveries", ignore_errors=True)
        if self._deliveries:
            self._folder.replace(self._out / "deliveries")
        partial.replace(self._out / "deliveries.json")

    def discard(self) -> None:
        """Leave nothing half-written."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _here(self, number: int) -> Path:
        return self._folder / f"{number:03d}"

    def _cut(self, overlay: Path) -> None:
        writers: dict[int, VideoWriter] = {}
        with av.open(str(overlay)) as container:
            stream = container.streams.video[0]
            fps = float(stream.average_rate or 25)
            spans = [_span(delivery, fps) for delivery in self._deliveries]
            for index, frame in enumerate(container.decode(stream)):
                wanted = [number for number, (first, last) in enumerate(spans, 1) if first <= index <= last]
                if not wanted:
                    continue
                bgr = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                for number in wanted:
                    if number not in writers:
                        size = bgr.shape[1], bgr.shape[0]
                        writers[number] = VideoWriter(self._here(number) / CLIP, size, fps)
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
