"""The camera that sends a file sends its pictures as they are: what is measured on it is measured on them."""

from pathlib import Path

import av
import numpy as np
import pytest

from tests.cameras.camera import available, camera
from tests.clips import write_clip

pytestmark = pytest.mark.skipif(not available(), reason="needs Debian's GStreamer RTSP server")


def test_pictures_of_several_slices_come_whole(tmp_path: Path) -> None:
    # Over three key frames, as an encoder of several threads cuts them.
    clip = write_clip(tmp_path / "c.mp4", 60, (640, 360), fps=25, slices="4", g="20")
    with av.open(str(clip)) as file:
        written = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    with camera(file=str(clip)) as sender, av.open(sender.url, options={"rtsp_transport": "tcp"}) as stream:
        sent = [frame.to_ndarray(format="gray") for _, frame in zip(range(50), stream.decode(video=0), strict=False)]
    begin = next(n for n, picture in enumerate(written) if np.array_equal(picture, sent[0]))
    assert begin < 10
    assert all(np.array_equal(*pair) for pair in zip(written[begin:], sent, strict=False))
