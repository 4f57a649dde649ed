"""Clips of events: cut from the stream as it was sent where that can be, encoded from pictures where not."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import pytest

from pipeline.capture.clips import Clips, ClipSettings, partial
from pipeline.capture.link import ClipEnd, ClipWanted
from pipeline.capture.packets import Encoded, PacketRing
from pipeline.capture.source import kind_of
from tests.clips import write_clip


def encoded(number: int, at: float, length: int = 100) -> Encoded:
    return Encoded(bytes(length), number, number, Fraction(1, 10), number % 10 == 0, at)


def played(clips: Clips, url: str, on_frame, fps: float = 10.0) -> list[float]:
    """Read a source into `clips`, with a clock that goes as its pictures do; the times of its pictures."""
    times: list[float] = []
    clock = [0.0]
    with kind_of(url)(url) as source:
        clips.stream(source, lambda: clock[0])
        for captured in source.pictures():
            clock[0] = captured.pts_ms / 1e3
            times.append(clock[0])
            clips.picture(captured.picture, captured.pts_ms, clock[0])
            on_frame(clock[0])
    return times


def frames(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as file:
        return list(file.decode(video=0))


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as file:
        return [bytes(packet) for packet in file.demux(video=0) if packet.size]


def test_the_ring_holds_whole_groups_and_no_more_than_it_may():
    ring = PacketRing(seconds=3.0, most_bytes=1_000_000)
    for number in range(5, 100):
        ring.add(encoded(number, at=number / 10))
    kept = list(ring.since(0.0))
    assert kept[0].is_keyframe
    assert (kept[0].pts, kept[-1].pts) == (60, 99)
    assert next(iter(ring.since(8.5))).pts == 80
    small = PacketRing(seconds=100.0, most_bytes=2500)
    for number in range(100):
        small.add(encoded(number, at=number / 10))
    assert small.bytes <= 2500
    assert [kept.pts for kept in small.since(0.0)] == list(range(80, 100))


def test_a_files_clip_is_its_own_packets(tmp_path):
    source = write_clip(tmp_path / "yard.mp4", 80, codec="libx264", g="10", bf="2")
    clips = Clips("gate", ClipSettings(reserve_bytes=0))
    path = tmp_path / "events" / "a.mp4"

    def at(now: float) -> None:
        if round(now * 10) == 40:
            clips.wanted(ClipWanted("a", str(path), since=2.5, most_s=60.0))
        if round(now * 10) == 55:
            clips.ended(ClipEnd("a", until=6.0))

    played(clips, str(source), at)
    made = clips.made[0]
    assert (made.event, made.made_from, made.fault) == ("a", "packets", "")
    found, whole = packets(path), packets(source)
    assert all(packet in whole for packet in found)
    # From the keyframe before 2.5 s to 6 s; the decoder's threads read some frames ahead.
    assert 30 <= len(found) <= 45
    assert len(frames(path)) >= 30
    assert not partial(path).exists()


@pytest.mark.parametrize("masked", [False, True])
def test_a_simulated_or_masked_cameras_clip_is_made_of_pictures(tmp_path, masked):
    url = "sim://street?seed=3&people=1&width=160&height=120&fps=10&seconds=4&pace=free"
    if masked:
        url = str(write_clip(tmp_path / "yard.mp4", 40))
    clips = Clips("gate", ClipSettings(masked=masked, reserve_bytes=0))
    path = tmp_path / "a.mp4"

    def at(now: float) -> None:
        if round(now * 10) == 20:
            clips.wanted(ClipWanted("a", str(path), since=1.5, most_s=60.0))
            clips.ended(ClipEnd("a", until=3.0))

    played(clips, url, at)
    assert clips.made[0].made_from == "pictures"
    assert 15 <= len(frames(path)) <= 21
    assert frames(path)[0].width == 160


def test_a_clip_ends_with_its_stream_and_at_its_longest(tmp_path):
    source = write_clip(tmp_path / "yard.mp4", 60, g="10")
    clips = Clips("gate", ClipSettings(reserve_bytes=0))

    def at(now: float) -> None:
        if round(now * 10) == 20:
            clips.wanted(ClipWanted("long", str(tmp_path / "long.mp4"), 1.0, most_s=2.0))
            clips.wanted(ClipWanted("open", str(tmp_path / "open.mp4"), 1.0, most_s=60.0))

    played(clips, str(source), at)
    clips.stream_ended()
    assert [made.event for made in clips.made] == ["long", "open"]
    assert len(frames(tmp_path / "long.mp4")) < 25
    assert len(frames(tmp_path / "open.mp4")) >= 50


def test_what_cannot_be_is_said(tmp_path):
    clips = Clips("gate", ClipSettings(reserve_bytes=0))
    clips.wanted(ClipWanted("early", str(tmp_path / "a.mp4"), 0.0, 9.0))
    full = Clips("gate", ClipSettings(reserve_bytes=1 << 62))
    source = str(write_clip(tmp_path / "yard.mp4", 20))
    played(full, source, lambda now: full.wanted(ClipWanted("full", str(tmp_path / "b.mp4"), 0.0, 9.0)))
    assert [made.fault for made in clips.made] == ["no pictures came"]
    assert {made.fault for made in full.made} == {"the disk is nearly full"}
    assert list(tmp_path.glob("*.partial")) == []


WRITER = """
import sys, time
from pathlib import Path
from pipeline.capture.clips import Clips, ClipSettings
from pipeline.capture.link import ClipWanted
from tests.capture.test_clips import played
clips = Clips("gate", ClipSettings(reserve_bytes=0))
def at(now):
    if now == 1.0:
        clips.wanted(ClipWanted("a", sys.argv[2], 0.0, 60.0))
    if now >= 5.0:
        print("there", flush=True)
        time.sleep(60)
played(clips, sys.argv[1], at)
"""


def test_a_clip_that_was_cut_off_by_a_kill_plays_up_to_there(tmp_path):
    source = write_clip(tmp_path / "yard.mp4", 80, g="10")
    path = tmp_path / "a.mp4"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(source), str(path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"there\n"
    process.kill()
    process.wait()
    assert len(frames(partial(path))) >= 30
