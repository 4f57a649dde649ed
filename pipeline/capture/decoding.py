"""Which decoder a live stream gets: the CPU's, or one in hardware where that was asked for and is there.

Where it is not, the CPU decodes, and the reason is said wherever the camera's decoder is.
"""

from collections.abc import Iterator
from typing import Any

import av
import av.error
from av.codec.hwaccel import HWAccel

from pipeline.capture.source import DecoderName


class PacketDecoder:
    """Decodes the packets of one stream. Frames come in system memory, whatever decoded them."""

    def __init__(self, context: Any, words: str) -> None:
        self._context = context
        self.words = words
        """What decodes, and why it is not what was asked for."""

    def decode(self, packet: av.Packet) -> Iterator[av.VideoFrame]:
        """The frames that a packet completes.

        Raises:
            av.error.InvalidDataError: it is damaged.
        """
        yield from self._context.decode(packet)


def open_with(url: str, wanted: DecoderName, **how: Any) -> tuple[Any, PacketDecoder | None]:
    """Open a container; its decoder, or None where it holds no video.

    Raises:
        av.error.FFmpegError, OSError: it cannot be opened.
    """
    refused = ""
    container: Any = None
    if wanted in ("cuda", "vaapi"):
        try:
            container = av.open(url, hwaccel=HWAccel(wanted, allow_software_fallback=False), **how)
        except (RuntimeError, av.error.PermissionError):
            # No device of that kind can be opened (EPERM), or it decodes none of the streams.
            refused = f"{wanted} is not available here"
    if container is None:
        container = av.open(url, **how)
    if not container.streams.video:
        return container, None
    stream = container.streams.video[0]
    # Frame threads hold back a frame each; a live camera wants its newest picture.
    stream.thread_type = "SLICE"
    context = stream.codec_context
    if wanted == "v4l2m2m":
        try:
            context = av.CodecContext.create(f"{stream.codec.name}_v4l2m2m", "r")
            context.extradata = stream.codec_context.extradata
            context.open()
        except (av.error.FFmpegError, ValueError):
            context, refused = stream.codec_context, f"{wanted} is not available here"
    if refused:
        return container, PacketDecoder(context, f"cpu: {refused}")
    return container, PacketDecoder(context, wanted)
