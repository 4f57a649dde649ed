"""RTSP cameras, against a real server."""

import string
from itertools import islice, pairwise

import pytest

from pipeline.capture.faults import CameraError
from pipeline.capture.source import SourceOptions, kind_of
from pipeline.media.convert import to_bgr
from pipeline.status import Failure
from tests.cameras.camera import available, camera

pytestmark = pytest.mark.skipif(not available(), reason="GStreamer's RTSP server is not installed")

EVERY_PRINTABLE = "".join(sorted(set(string.printable) - set(string.whitespace))) + " x"
"""Of ASCII; a colon can't be in a user's name, RFC 7617."""


def source(url: str, **options):
    return kind_of(url)(url, SourceOptions(**options))


@pytest.mark.parametrize("codec", ["h264", "hevc", "mjpeg"])
def test_a_camera_is_read_live(codec):
    with camera(codec=codec) as cam, source(cam.url) as opened:
        frames = [(c.pts_ms, to_bgr(c.picture).max()) for c in islice(opened.pictures(), 20)]
        figures = opened.figures
    assert (opened.info.width, opened.info.height, opened.info.codec) == (320, 240, codec)
    assert all(0 < b[0] - a[0] < 500 for a, b in pairwise(frames))
    assert all(brightest > 200 for _, brightest in frames)
    assert figures.fps == pytest.approx(15, rel=0.4)
    assert figures.kbps > 20
    assert figures.decoder == "cpu"


def test_over_udp_too():
    with camera() as cam, source(cam.url, transport="udp") as opened:
        frames = list(islice(opened.pictures(), 10))
    assert [b.pts_ms > a.pts_ms for a, b in pairwise(frames)] == [True] * 9


def test_the_gop_and_the_clocks_difference_are_measured():
    with camera(gop=10, fps=20) as cam, source(cam.url) as opened:
        for _ in islice(opened.pictures(), 45):
            pass
        assert opened.figures.gop == 10
        if opened.figures.clock_offset_ms is not None:
            assert abs(opened.figures.clock_offset_ms) < 500


@pytest.mark.parametrize("digest", [False, True], ids=["basic", "digest"])
def test_every_printable_character_may_be_in_a_password(digest):
    from pipeline.config import CameraConfig

    with camera(user="admin", password=EVERY_PRINTABLE, digest=digest) as cam:
        config = CameraConfig(source=cam.url, user="admin", password=EVERY_PRINTABLE)
        with source(config.url()) as opened:
            assert next(iter(opened.pictures())).picture.size == (320, 240)


def test_a_wrong_password_is_said_without_saying_it():
    with camera(user="admin", password="hunter2") as cam, pytest.raises(CameraError, match="refused") as caught:
        source(f"rtsp://admin:wrongpass@{cam.host}/main")
    assert caught.value.failure is Failure.UNAUTHORISED
    assert "wrongpass" not in str(caught.value)
    assert cam.host in str(caught.value)


def test_a_camera_without_that_stream_is_said():
    with camera() as cam, pytest.raises(CameraError, match="no such stream there") as caught:
        source(f"rtsp://{cam.host}/nothing")
    assert caught.value.failure is Failure.NOT_FOUND


@pytest.mark.parametrize(
    ("scheme", "query", "path"),
    [
        ("dahua", "channel=3&stream=sub", "/cam/realmonitor?channel=3&subtype=1"),
        ("dahua", "", "/cam/realmonitor?channel=1&subtype=0"),
        ("hikvision", "channel=2", "/Streaming/Channels/201"),
        ("hikvision", "channel=12&stream=sub", "/Streaming/Channels/1202"),
    ],
)
def test_makers_cameras_need_no_url(scheme, query, path):
    with camera(mounts=(path.partition("?")[0],), user="admin", password="p@ss:w0rd") as cam:
        with source(f"{scheme}://admin:p@ss:w0rd@{cam.host}/?{query}") as opened:
            assert next(iter(opened.pictures())).picture.size == (320, 240)
        assert cam.asked() == f"rtsp://{cam.host}{path}"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("dahua://?channel=1", "names no host"),
        ("dahua://cam/?channel=0", r"channel: .*known are channel \(1, 2, …\) and stream"),
        ("hikvision://cam/?stream=third", "stream: input should be 'main' or 'sub'"),
        ("hikvision://cam/?chanel=1", "chanel: extra inputs are not permitted"),
    ],
)
def test_a_faulty_address_is_explained(url, says):
    from pipeline.errors import SourceError

    with pytest.raises(SourceError, match=says):
        source(url)


@pytest.mark.parametrize("decoder", ["cuda", "vaapi", "v4l2m2m"])
def test_a_decoder_that_is_not_there_falls_back_aloud(decoder):
    with camera() as cam, source(cam.url, decoder=decoder) as opened:
        assert to_bgr(next(iter(opened.pictures())).picture).max() > 200
        assert opened.figures.decoder in (decoder, f"cpu: {decoder} is not available here")
