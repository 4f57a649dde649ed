"""Draws and encodes an overlay beside the analysis, on a thread of its own."""

import queue
import threading
from pathlib import Path

from pipeline.attributes.marks import Marks
from pipeline.capture.intake import Arrival
from pipeline.data import FrameRecord
from pipeline.media.convert import to_bgr
from pipeline.media.cricket_overlay import CricketOverlay
from pipeline.media.marks import draw_marks
from pipeline.media.overlay import Overlay
from pipeline.media.video import VideoWriter


class OverlayWriter:
    """Writes `overlay.mp4`. A frame's slot is released when it has been converted, so a slow encoder holds up the
    decoder and loses nothing.

    Args:
        path: the file to write.
        fps: the clip's nominal frame rate.
    """

    def __init__(self, path: Path, fps: float) -> None:
        self.marks = Marks()
        """Zones and lines of the frames that are added from here on."""
        self._path = path
        self._fps = fps
        self._overlay = Overlay()
        self._cricket = CricketOverlay()
        self._video: VideoWriter | None = None
        self._error: Exception | None = None
        self._queue: queue.SimpleQueue[tuple[FrameRecord, Arrival, Marks] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="overlay", daemon=True)
        self._thread.start()

    def add(self, record: FrameRecord, arrival: Arrival) -> None:
        """Write a frame, and release it.

        Raises:
            OSError: an earlier frame could not be written.
        """
        if self._error is not None:
            arrival.release()
            raise self._error
        self._queue.put((record, arrival, self.marks))

    def finish(self) -> None:
        """Wait for all frames and complete the file.

        Raises:
            OSError: the file could not be written.
        """
        self._queue.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error
        if self._video is not None:
            self._video.finish()
            self._video = None

    def discard(self) -> None:
        """Leave no file."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        if self._video is not None:
            self._video.discard()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            record, arrival, marks = item
            try:
                if self._error is None:
                    self._write(record, arrival, marks)
                else:
                    arrival.release()
            except (OSError, ValueError) as error:  # PyAV's errors are OSErrors or ValueErrors
                self._error = error

    def _write(self, record: FrameRecord, arrival: Arrival, marks: Marks) -> None:
        picture = arrival.frame.picture
        try:
            bgr = to_bgr(picture)
        finally:
            arrival.release()
        if self._video is None:
            self._video = VideoWriter(self._path, record.size, self._fps)
        total_ms = sum(record.stages_ms.values()) - record.stages_ms["wait"]
        caption = f"frame {record.frame}  {record.pts_ms / 1e3:.2f} s  {total_ms:.0f} ms"
        draw_marks(bgr, marks)
        self._overlay.draw(bgr, record.people, record.pts_ms / 1e3, caption)
        self._cricket.draw(bgr, record)
        self._video.write(bgr, record.pts_ms)
