"""Writes H.264 video, whole or not at all."""

from fractions import Fraction
from pathlib import Path

import av

from pipeline.pictures import Pixels

TIME_BASE = Fraction(1, 90_000)
"""MPEG's clock: fine enough for the PTS of any source."""


class VideoWriter:
    """An MP4 that appears under its name when it is complete; until then it has a name of its own beside it.

    Args:
        path: the file.
        size: width and height in pixels; cut to even numbers, which 4:2:0 asks for.
        fps: nominal frames a second, for the encoder's rate control; frames are shown by their PTS.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        self._container = av.open(str(self._partial), "w", format="mp4", options={"movflags": "+faststart"})
        options = {"preset": "veryfast", "crf": "23"}
        rate = Fraction(fps).limit_denominator(1001)
        self._stream = self._container.add_stream("libx264", rate=rate, options=options)
        self._stream.width, self._stream.height = size[0] // 2 * 2, size[1] // 2 * 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = TIME_BASE
        self._last_pts = -1

    def write(self, bgr: Pixels, pts_ms: float) -> None:
        """Add a frame (height, width, 3); its PTS must be greater than that of the one before."""
        frame = av.VideoFrame.from_ndarray(bgr[: self._stream.height, : self._stream.width], format="bgr24")
        frame.pts = max(round(pts_ms * 90), self._last_pts + 1)
        frame.time_base = TIME_BASE
        self._last_pts = frame.pts
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Complete the file and give it its name."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._partial.replace(self._path)

    def discard(self) -> None:
        """Leave no file."""
        self._container.close()
        self._partial.unlink(missing_ok=True)
