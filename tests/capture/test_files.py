"""Files as people have them: every container, pixel format and rotation, and the ways in which they are broken."""

import subprocess
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from pipeline.capture.source import Captured, SourceOptions, kind_of
from pipeline.errors import SourceError
from pipeline.media.convert import to_bgr
from pipeline.pictures import PixelFormat
from tests.clips import pattern, write_clip, write_sound


def read(path: Path | str, fps: float | None = None) -> list[tuple[Captured, np.ndarray]]:
    with kind_of(str(path))(str(path), SourceOptions(fps=fps)) as source:
        return [(captured, to_bgr(captured.picture)) for captured in source.pictures()]


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "held_as"),
    [
        ("a.mp4", "libx264", "yuv420p", PixelFormat.I420),
        ("a.mov", "libx264", "yuv444p", PixelFormat.I420),
        ("a.avi", "mpeg4", "yuv420p", PixelFormat.I420),
        ("a.mkv", "libx265", "yuv420p10le", PixelFormat.I420),
        ("a.webm", "libvpx-vp9", "yuv420p", PixelFormat.I420),
        ("a.mpeg", "mpeg2video", "yuv420p", PixelFormat.I420),
        ("b.avi", "mjpeg", "yuvj422p", PixelFormat.I420),
        ("c.mkv", "ffv1", "gray16le", PixelFormat.GRAY8),
        ("d.mkv", "ffv1", "gray", PixelFormat.GRAY8),
        ("e.mkv", "ffv1", "bgra", PixelFormat.RGB24),
        ("f.mkv", "rawvideo", "nv12", PixelFormat.NV12),
    ],
)
def test_every_container_and_pixel_format_gives_the_same_pictures(tmp_path, name, codec, pixel_format, held_as):
    if codec == "libx265" and codec not in av.codecs_available:
        pytest.skip("this build of FFmpeg has no libx265")
    rate = 25 if codec == "mpeg2video" else 10
    frames = read(write_clip(tmp_path / name, 12, codec=codec, pixel_format=pixel_format, fps=rate))
    assert len(frames) == 12
    assert frames[0][0].picture.format is held_as
    assert np.diff([captured.pts_ms for captured, _ in frames]) == pytest.approx([1000 / rate] * 11, abs=1)
    truth = pattern(5, 160, 120)
    expected = truth[:, :, ::-1].astype(float)
    if held_as is PixelFormat.GRAY8:
        expected = np.repeat(cv2.cvtColor(truth, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2).astype(float)
    assert np.abs(frames[5][1] - expected).mean() < 8


def test_a_gif_is_read_by_its_own_times(tmp_path):
    frames = read(write_clip(tmp_path / "a.gif", 6, codec="gif", pixel_format="rgb8"))
    assert [round(captured.pts_ms) for captured, _ in frames] == [0, 100, 200, 300, 400, 500]


@pytest.mark.parametrize(("degrees", "turned"), [(90, np.rot90), (180, lambda p: np.rot90(p, 2))])
def test_rotation_metadata_is_carried_out(tmp_path, degrees, turned):
    plain = write_clip(tmp_path / "plain.mp4")
    rotated = tmp_path / "rotated.mp4"
    with av.open(str(plain)) as source, av.open(str(rotated), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        stream.set_display_rotation(degrees)
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    upright = read(plain)[3][1]
    (captured, picture) = read(rotated)[3]
    assert captured.picture.size == (picture.shape[1], picture.shape[0])
    assert np.abs(picture.astype(float) - turned(upright)).mean() < 3


def test_an_odd_size_is_kept(tmp_path):
    (captured, picture) = read(write_clip(tmp_path / "a.mkv", size=(161, 121), codec="ffv1", pixel_format="yuv444p"))[0]
    assert captured.picture.size == (161, 121)
    assert np.abs(picture - pattern(0, 161, 121)[:, :, ::-1].astype(float)).mean() < 8


def test_a_folder_of_images_is_read_in_natural_order(tmp_path):
    for index in (10, 2, 1):
        cv2.imwrite(str(tmp_path / f"img{index}.png"), np.full((64, 64, 3), index * 20, np.uint8))
    frames = read(tmp_path, fps=5)
    assert [round(picture.mean()) for _, picture in frames] == [20, 40, 200]
    assert [captured.pts_ms for captured, _ in frames] == [0, 200, 400]


def test_a_wrong_frame_rate_is_overruled(tmp_path):
    frames = read(write_clip(tmp_path / "a.mp4"), fps=50)
    assert [captured.pts_ms for captured, _ in frames][:3] == [0, 20, 40]


def test_a_damaged_frame_costs_only_itself(tmp_path):
    path = write_clip(tmp_path / "a.avi", 40, codec="mjpeg", pixel_format="yuvj420p")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    path.write_bytes(content)
    assert len(read(path)) >= 30


def broken(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / f"{kind}.mp4"
    match kind:
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("this is a shopping list\n" * 50)
        case "truncated":
            whole = write_clip(tmp_path / "whole.mp4", 60)
            path.write_bytes(whole.read_bytes()[:6000])
        case "truncated-faststart":
            write_clip(tmp_path / "whole.mp4", 60)
            command = ["ffmpeg", "-v", "error", "-i", str(tmp_path / "whole.mp4"), "-c", "copy"]
            subprocess.run([*command, "-movflags", "+faststart", str(path)], check=True)
            path.write_bytes(path.read_bytes()[:-3000])
        case "sound":
            write_sound(path)
        case "tiny":
            write_clip(path, size=(2, 2), codec="mpeg4")
        case "one":
            av_one(path)
        case "folder":
            path.mkdir()
    return path


def av_one(path: Path) -> None:
    write_clip(path.with_suffix(".mkv"), size=(1, 1), codec="ffv1", pixel_format="yuv444p").rename(path)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "no such file or folder"),
        ("empty", "is empty"),
        ("text", "is not a video"),
        ("truncated", "a part of it is missing"),
        ("truncated-faststart", "is truncated"),
        ("sound", "holds no video, only audio"),
        ("tiny", "is 2x2 pixels; at least"),
        ("one", "is 1x1 pixels; at least"),
        ("folder", "holds no images"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_one_line(tmp_path, kind, says):
    path = broken(tmp_path, kind)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_scheme_names_the_known_ones():
    with pytest.raises(SourceError, match=r"known are .*rtsp://"):
        kind_of("gopher://camera")
