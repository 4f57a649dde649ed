"""Everything that happens to a camera, again and again: does it come back, how soon, and is its state always true?

    python -m benchmarks.faults [--tries N] [--only WORD] [--seed N] [--json FILE]

Real RTSP cameras (GStreamer) stand behind proxies that cut, freeze, delay, damage and slow what passes; a whole
deployment reads them, all at once. Each try brings a fault, keeps it for a random time, takes it away, and measures how
long it takes until a frame is analysed that was captured afterwards. All the while the camera's state is read from the
bus, and must be true: live only while frames come, during a fault what that fault is, and live again soon after it.
"""

import argparse
import json
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from tests.cameras.camera import RtspCamera
from tests.cameras.proxy import Proxy, at_keyframe, damaging, losing, stamped, without_keyframes
from tests.deployment import Running

_LANES = 4
_SETTINGS: dict[str, Any] = {"codec": "h264", "size": (320, 240), "fps": 15, "gop": 15, "kbps": 400, "drop": 0.0}
_LIVE_TRUTH_S = 4.5
"""A camera that shows nothing is said to be stalled after 3 s; states are told every second."""
_SETTLE_S = 2.5
"""How long after the first fresh frame the state may still be the old one: it is told once a second."""
_GIVE_UP_S = 45.0


@dataclass
class Lane:
    """One camera, with what stands before it."""

    name: str
    camera: RtspCamera
    proxy: Proxy
    running: Running
    rng: random.Random

    def capture(self) -> psutil.Process:
        """The process that reads this camera."""
        for process in self.running.children("pipeline.capture.process"):
            if any(c.raddr and c.raddr.port == self.proxy.port for c in process.net_connections()):
                return process
        raise LookupError(self.name)


Act = Callable[[Lane], None]


@dataclass(frozen=True)
class Fault:
    """What is done to a camera, and what must be told of it meanwhile: one of `states`, and one of `failures`."""

    name: str
    begin: Act
    states: tuple[str, ...] = ("live",)
    failures: tuple[str, ...] = ()
    end: Act = lambda lane: lane.proxy.mend()
    lasts_s: tuple[float, float] = (4.0, 9.0)
    within_s: float = 2.5
    """How soon what is told must be true: at once, and a second to be told."""
    limit_s: float = 5.0
    """How soon it must be back."""
    after: Act = lambda _: None
    """Makes the camera what it was."""


def _answering(answer: str) -> Act:
    def begin(lane: Lane) -> None:
        lane.proxy.answer = answer
        lane.proxy.drop()

    return begin


def _passing(**change: Any) -> Act:
    def begin(lane: Lane) -> None:
        for name, value in change.items():
            setattr(lane.proxy, name, value)

    return begin


def _die(lane: Lane) -> None:
    lane.camera.kill()


def _starting(**settings: Any) -> Act:
    return lambda lane: lane.camera.start(**settings)


def _as_before(lane: Lane) -> None:
    lane.camera.kill()
    lane.camera.start(**_SETTINGS)


def _without_keyframes(lane: Lane) -> None:
    lane.proxy.packet = without_keyframes()
    lane.proxy.drop()


def _silent_at_keyframe(lane: Lane) -> None:
    lane.proxy.packet = at_keyframe(lambda: setattr(lane.proxy, "frozen", True))


def _stamps(change: Callable[[int, int], int]) -> Act:
    """RTP timestamps changed by themselves and the first one that was."""

    def begin(lane: Lane) -> None:
        first: list[int] = []

        def of(stamp: int) -> int:
            first.append(stamp) if not first else None
            return change(stamp, first[0])

        lane.proxy.packet = stamped(of)

    return begin


def _hang(lane: Lane) -> None:
    lane.capture().suspend()


def _until_it_was_killed(lane: Lane) -> None:
    """A read that hangs is over when the watchdog has ended its process."""
    limit = time.monotonic() + 30
    while "did not return" not in lane.running.status(lane.name).get("detail", ""):
        if time.monotonic() > limit:
            return
        time.sleep(0.02)


_SILENCE_S = 6.5
"""A timeout of 4 s, another of a try that gets no answer, and a second to be told."""
_AWAY = ("reconnecting",)

FAULTS = (
    Fault("a read that hangs", _hang, ("stalled", "live", *_AWAY), (), _until_it_was_killed, (0, 0)),
    Fault("server dies", _die, _AWAY, ("refused", "ended"), _starting()),
    Fault("server freezes", lambda lane: lane.camera.freeze(), ("stalled", *_AWAY), ("timed_out",),
          lambda lane: lane.camera.thaw(), (8, 12), _SILENCE_S),
    Fault("restarts with another codec", _die, _AWAY, ("refused", "ended"), _starting(codec="hevc"), after=_as_before),
    Fault("restarts with another resolution", _die, _AWAY, ("refused", "ended"), _starting(size=(480, 270)),
          after=_as_before),
    Fault("connection cut and refused", lambda lane: lane.proxy.cut(), _AWAY, ("refused", "ended")),
    Fault("answers 401", _answering("401 Unauthorized"), _AWAY, ("unauthorised",), limit_s=22.0),
    Fault("answers 404", _answering("404 Not Found"), _AWAY, ("not_found",)),
    Fault("answers 503", _answering("503 Service Unavailable"), _AWAY, ("refused",)),
    Fault("5 % of packets lost", _passing(packet=losing(0.05)), ("live", "stalled")),
    Fault("bits of packets flipped", _passing(packet=damaging(0.001)), ("live", "stalled")),
    Fault("no keyframe", _without_keyframes, _AWAY, ("ended", "decoder"), lasts_s=(8, 14)),
    Fault("PTS jump", _stamps(lambda stamp, _: stamp + 90_000 * 3600)),
    Fault("PTS wrap", _stamps(lambda stamp, first: stamp - first - 90_000 * 2)),
    Fault("PTS stand still", _stamps(lambda _, first: first)),
    Fault("PTS run backwards", _stamps(lambda stamp, first: 2 * first - stamp)),
    Fault("variable frame rate", _die, _AWAY, ("refused", "ended"), _starting(drop=0.6), after=_as_before),
    Fault("silence at a keyframe, 0.1 to 4 s", _silent_at_keyframe, ("live", "stalled"), lasts_s=(1.1, 4)),
    Fault("silence at a keyframe, 7 to 11 s", _silent_at_keyframe, ("stalled", *_AWAY), ("timed_out",),
          lasts_s=(8, 11), within_s=_SILENCE_S + 1),
    Fault("network slowed to half the bit rate", _passing(bytes_s=25_000), ("live", "stalled", *_AWAY)),
    Fault("network delays by 0.4 s", _passing(delay_s=0.4), ("live", "stalled")),
)  # fmt: skip


@dataclass
class Watch:
    """Reads a camera's state and frames all the time, and notes what is not true."""

    lane: Lane
    samples: list[tuple[float, str, str | None, int]] = field(default_factory=list)
    """When, state, failure, tries."""
    frames: list[tuple[float, float, float]] = field(default_factory=list)
    """When it came, when it was captured, PTS; all in seconds, the first two by the wall clock."""

    def __post_init__(self) -> None:
        self._going = True
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._states, self._records)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._going = False
        for thread in self._threads:
            thread.join()

    def _states(self) -> None:
        while self._going:
            told = self.lane.running.status(self.lane.name)
            self.samples.append((time.time(), told.get("state", ""), told.get("failure"), told.get("tries", 0)))
            time.sleep(0.1)

    def _records(self) -> None:
        for record in self.lane.running.records(self.lane.name, 1e9):
            if not self._going:
                return
            if record is not None:
                captured = datetime.fromisoformat(record["captured_at"]).timestamp()
                self.frames.append((time.time(), captured, record["pts_ms"] / 1e3))

    def fresh_after(self, begin: float) -> float | None:
        """Seconds until a frame was analysed that was captured after `begin`; None where there is none yet."""
        return next(
            (came - begin for came, captured, _ in reversed_until(self.frames, begin) if captured > begin), None
        )

    def lies(self, fault: Fault, begin: float, end: float, back: float) -> list[str]:
        """What was told between these times, and was not so."""
        found = []
        not_live = begin
        for at, state, failure, tries in self.samples:
            not_live = not_live if state == "live" else at
            last = max((came for came, _, _ in self.frames if came <= at), default=0.0)
            if at - max(last, not_live) > _LIVE_TRUTH_S:
                found.append(f"live without a frame for {at - last:.1f} s")
            if begin + fault.within_s < at < end and state not in fault.states:
                found.append(f"{state} {at - begin:.1f} s after it began")
            if (
                begin + fault.within_s < at < end
                and state in _AWAY
                and fault.failures
                and failure not in fault.failures
            ):
                found.append(f"failure {failure}")
            if begin < at < end and state in _AWAY and tries < 1:
                found.append("reconnecting without a try")
            if at > back + _SETTLE_S and state != "live":
                found.append(f"{state} {at - back:.1f} s after it was back")
        found += [
            f"PTS {b[2]:.3f} after {a[2]:.3f}"
            for a, b in zip(self.frames, self.frames[1:], strict=False)
            if b[2] <= a[2]
        ]
        return found


def reversed_until(frames: list[tuple[float, float, float]], begin: float) -> list[tuple[float, float, float]]:
    """The frames that came after `begin`, in their order."""
    index = len(frames)
    while index and frames[index - 1][0] > begin:
        index -= 1
    return frames[index:]


@dataclass(frozen=True)
class Try:
    """How one went: seconds until it was back, None for never; and what was told that was not so."""

    fault: str
    back_s: float | None
    lies: tuple[str, ...]


def attempt(lane: Lane, fault: Fault) -> Try:
    """Do it once."""
    watch = Watch(lane)
    try:
        started = time.time()
        while watch.fresh_after(started) is None and time.time() - started < _GIVE_UP_S:
            time.sleep(0.05)
        time.sleep(1.5)
        watch.samples.clear()
        begin = time.time()
        fault.begin(lane)
        time.sleep(lane.rng.uniform(*fault.lasts_s))
        fault.end(lane)
        end = time.time()
        while (back := watch.fresh_after(end)) is None and time.time() - end < _GIVE_UP_S:
            time.sleep(0.02)
        time.sleep(_SETTLE_S + 1.5)
    finally:
        watch.close()
        lane.proxy.mend()
        fault.after(lane)
    lies = watch.lies(fault, begin, end, end + (back or _GIVE_UP_S))
    return Try(fault.name, back, tuple(dict.fromkeys(lies)))


def measure(faults: list[Fault], tries: int, seed: int, done: Callable[[Try], None]) -> list[Try]:
    """Every fault so often, shared among cameras that are read at the same time."""
    cameras = [RtspCamera(**_SETTINGS) for _ in range(_LANES)]
    proxies = [Proxy(camera.settings.port) for camera in cameras]
    content = {
        "cameras": {f"lane{n}": {"source": f"rtsp://{proxy.host}/main"} for n, proxy in enumerate(proxies)},
        "model": {"input": [256, 192], "tiles": [1, 1]},
        "server": {"enabled": False},
    }
    results: list[Try] = []
    try:
        with Running(content) as running:
            lanes = [
                Lane(f"lane{n}", camera, proxy, running, random.Random(seed + n))
                for n, (camera, proxy) in enumerate(zip(cameras, proxies, strict=True))
            ]
            work = [(fault, number) for fault in faults for number in range(tries)]

            def serve(lane: Lane, mine: list[tuple[Fault, int]]) -> None:
                for fault, _ in mine:
                    result = attempt(lane, fault)
                    results.append(result)
                    done(result)

            threads = [threading.Thread(target=serve, args=(lane, work[n::_LANES])) for n, lane in enumerate(lanes)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        for proxy in proxies:
            proxy.close()
        for camera in cameras:
            camera.kill()
    return results


def main() -> int:
    """Run, print the table; 1 where a camera did not come back in time or its state was not true."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=10)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    faults = [fault for fault in FAULTS if options.only.lower() in fault.name.lower()]
    total = len(faults) * options.tries
    finished = []

    def done(result: Try) -> None:
        finished.append(result)
        print(f"\r{len(finished)} of {total}", end="", file=sys.stderr, flush=True)

    results = measure(faults, options.tries, options.seed, done)
    print(file=sys.stderr)
    print("| fault | tries | recovered | worst, s | state right |")
    print("|---|---|---|---|---|")
    rows, good = [], True
    for fault in faults:
        mine = [result for result in results if result.fault == fault.name]
        times = [result.back_s for result in mine if result.back_s is not None]
        right = sum(not result.lies for result in mine)
        worst = max(times, default=float("nan"))
        good &= len(times) == len(mine) == right and worst <= fault.limit_s
        print(f"| {fault.name} | {len(mine)} | {len(times)} | {worst:.1f} | {right} |", flush=True)
        lies = sorted({lie for result in mine for lie in result.lies})
        rows.append({"fault": fault.name, "tries": len(mine), "recovered": len(times), "worst_s": worst, "lies": lies})
        for lie in lies[:5]:
            print(f"    {fault.name}: {lie}", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
