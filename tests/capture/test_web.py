"""Cameras by HTTP, and cameras that ONVIF is asked about."""

import shutil
import time
from itertools import islice, pairwise

import pytest

from pipeline.capture.faults import CameraError
from pipeline.capture.source import SourceOptions, kind_of
from pipeline.media.convert import to_bgr
from pipeline.status import Failure
from tests.cameras.camera import available, camera
from tests.cameras.onvif import onvif_camera
from tests.cameras.web import hls, web_camera
from tests.conftest import wait_for

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
needs_rtsp = pytest.mark.skipif(not available(), reason="GStreamer's RTSP server is not installed")


def source(url: str, **options):
    return kind_of(url)(url, SourceOptions(**options))


def test_motion_jpeg_is_read_as_it_comes(tmp_path):
    with web_camera(tmp_path) as cam, source(f"http://{cam.host}/video.mjpeg") as opened:
        begin = time.monotonic()
        frames = list(islice(opened.pictures(), 12))
        took = time.monotonic() - begin
    assert opened.info.codec == "mjpeg"
    assert all(frame.pts_ms != frame.pts_ms for frame in frames), "it has no PTS, and none is invented"
    assert 0.3 < took < 3


def test_a_password_goes_with_the_address(tmp_path):
    with web_camera(tmp_path, "admin:p@ss w:rd") as cam:
        with source(f"http://admin:p@ss w:rd@{cam.host}/video.mjpeg") as opened:
            assert to_bgr(next(iter(opened.pictures())).picture).max() > 100
        with pytest.raises(CameraError, match="user or password refused") as caught:
            source(f"http://admin:hunter2@{cam.host}/video.mjpeg")
    assert caught.value.failure is Failure.UNAUTHORISED
    assert "hunter2" not in str(caught.value)


def test_a_page_is_no_video(tmp_path):
    (tmp_path / "index.html").write_text("<p>Welcome</p>" * 100)
    with web_camera(tmp_path) as cam:
        with pytest.raises(CameraError, match="what it sends is not video") as caught:
            source(f"http://{cam.host}/index.html")
        assert caught.value.failure is Failure.NOT_VIDEO
        with pytest.raises(CameraError, match="no such stream there") as caught:
            source(f"http://{cam.host}/nothing.mjpeg")
        assert caught.value.failure is Failure.NOT_FOUND


@needs_ffmpeg
def test_mpeg4_in_a_transport_stream(tmp_path):
    with web_camera(tmp_path) as cam, source(f"http://{cam.host}/live.ts") as opened:
        frames = list(islice(opened.pictures(), 15))
    assert opened.info.codec == "mpeg4"
    assert [round(b.pts_ms - a.pts_ms) for a, b in pairwise(frames)] == [100] * 14


@needs_ffmpeg
def test_hls_is_shown_at_its_own_pace(tmp_path):
    with hls(tmp_path), web_camera(tmp_path) as cam:
        playlist = tmp_path / "live.m3u8"
        wait_for(lambda: playlist.exists() and playlist.read_text().count(".ts") >= 3, timeout=20)
        with source(f"http://{cam.host}/live.m3u8") as opened:
            shown = []
            for _ in islice(opened.pictures(), 40):
                shown.append(time.monotonic())
    gaps = [b - a for a, b in pairwise(shown)]
    assert shown[-1] - shown[0] == pytest.approx(3.9, abs=1.0)
    assert max(gaps) < 1.5


@needs_rtsp
@pytest.mark.parametrize(("stream", "size"), [("main", (640, 480)), ("sub", (320, 240))])
def test_an_onvif_camera_is_asked_where_its_streams_are(stream, size):
    secret = {"user": "admin", "password": "p@ss:w0rd"}
    with camera(size=(640, 480), **secret) as main, camera(size=(320, 240), **secret) as sub:
        second = [("small", 320, 240, sub.url), ("large", 640, 480, main.url)]
        with onvif_camera([[("other", 64, 64, "rtsp://127.0.0.1:9/")], second], secret["password"]) as cam:
            url = f"onvif://admin:p@ss:w0rd@{cam.host}/?channel=2&stream={stream}"
            with source(url) as opened:
                assert next(iter(opened.pictures())).picture.size == size
            with pytest.raises(CameraError, match="has no channel 3") as caught:
                source(url.replace("channel=2", "channel=3"))
            assert caught.value.failure is Failure.NOT_FOUND
            assert "GetStreamUri" in cam.asked


def test_an_onvif_camera_that_refuses_the_password_or_is_not_there():
    with onvif_camera([[("a", 64, 64, "rtsp://127.0.0.1:9/")]]) as cam, pytest.raises(CameraError) as caught:
        source(f"onvif://admin:wrongpass@{cam.host}/")
    assert caught.value.failure is Failure.UNAUTHORISED
    assert "wrongpass" not in str(caught.value)
    with pytest.raises(CameraError, match="connection refused") as caught:
        source("onvif://admin:x@127.0.0.1:9/")
    assert caught.value.failure is Failure.REFUSED


def test_a_webcam_that_is_not_plugged_in():
    with pytest.raises(CameraError, match=r"no such device; is it plugged in\?") as caught:
        source("/dev/video77")
    assert caught.value.failure is Failure.NOT_FOUND
