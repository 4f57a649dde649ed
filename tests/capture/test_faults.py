"""What is said of a camera that fails, how soon it is tried again, and what it sends."""

import subprocess
import sys

import pytest

from pipeline.capture.backoff import Backoff
from pipeline.capture.meter import StreamMeter
from pipeline.processes import Watchdog, beat
from pipeline.status import Failure
from tests.cameras.camera import available, camera
from tests.cameras.proxy import Proxy


def test_network_faults_are_tried_again_within_two_seconds():
    backoff = Backoff()
    pauses = [backoff.failed(Failure.REFUSED, 0.0) for _ in range(6)]
    assert pauses == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0]
    assert backoff.failed(Failure.TIMED_OUT, 4.0) == 0.05
    backoff.succeeded()
    assert (backoff.tries, backoff.failed(Failure.ENDED, 0.0)) == (0, 0.25)


def test_refused_passwords_are_tried_ever_more_seldom():
    backoff = Backoff()
    pauses = [backoff.failed(Failure.UNAUTHORISED, 0.1) for _ in range(8)]
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300]
    assert backoff.failed(Failure.ENDED, 0.0) == 300, "a camera that has locked the account hangs up"
    backoff.succeeded()
    assert backoff.failed(Failure.UNREACHABLE, 0.0) == 0.25


def test_rates_and_the_gop_are_counted():
    meter = StreamMeter()
    for index in range(100):
        meter.add(5000 if index % 50 == 0 else 1000, index % 50 == 0, index / 25)
    assert meter.fps == pytest.approx(25)
    assert meter.kbps == pytest.approx(25 * 8 * (49 * 1000 + 5000) / 50 / 1000, rel=0.05)
    assert meter.gop == 50


def test_the_watchdog_knows_what_was_promised():
    watchdog = Watchdog(start_s=30)
    watchdog.started(100.0)
    assert not watchdog.hangs(129.0)
    beat(watchdog.writer, 2.0)
    assert not watchdog.hangs(130.0)
    assert not watchdog.hangs(131.9)
    assert watchdog.hangs(132.1)
    for _ in range(100_000):
        beat(watchdog.writer, 5.0)  # more than a pipe holds, and nobody reads
    assert not watchdog.hangs(140.0)
    watchdog.close()


_OPEN = """
import sys
from pipeline.capture.faults import CameraError
from pipeline.capture.source import kind_of
try:
    kind_of("rtsp://")("rtsp://admin:hunter2@192.0.2.10/main")
except CameraError as error:
    print(error.failure, error.reason)
"""


@pytest.mark.parametrize(
    ("route", "says"),
    [("unreachable", "unreachable no route to host"), ("", "unreachable network is unreachable")],
)
def test_a_host_without_a_way_to_it(route, says):
    """In a network of its own, so that nothing is sent anywhere."""
    set_up = f"ip link set lo up && {f'ip route add {route} 192.0.2.10' if route else 'true'}"
    shell = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", f'{set_up} && exec "$0" -c "$1"']
    run = subprocess.run([*shell, sys.executable, _OPEN], capture_output=True, text=True, check=False)
    if "unshare" in run.stderr or "ip:" in run.stderr or "not permitted" in run.stderr:
        pytest.skip(f"no network namespaces here: {run.stderr.strip()}")
    assert run.stdout.strip() == says


@pytest.mark.skipif(not available(), reason="GStreamer's RTSP server is not installed")
@pytest.mark.parametrize(
    ("answer", "failure", "says"),
    [
        ("401 Unauthorized", Failure.UNAUTHORISED, "user or password refused"),
        ("403 Forbidden", Failure.UNAUTHORISED, "user or password refused"),
        ("404 Not Found", Failure.NOT_FOUND, "no such stream there"),
        ("453 Not Enough Bandwidth", Failure.REFUSED, "refuses the request"),
        ("503 Service Unavailable", Failure.REFUSED, "out of order or has too many viewers"),
    ],
)
def test_answers_are_told_apart(answer, failure, says):
    from pipeline.capture.faults import CameraError
    from pipeline.capture.source import kind_of

    with camera() as cam:
        proxy = Proxy(cam.settings.port)
        proxy.answer = answer
        url = f"rtsp://admin:hunter2@{proxy.host}/main"
        with pytest.raises(CameraError, match=says) as caught:
            kind_of(url)(url)
        proxy.close()
    assert caught.value.failure is failure
    assert "hunter2" not in str(caught.value)


def test_a_server_that_hangs_up_is_not_said_to_send_something_else():
    from pipeline.capture.faults import CameraError
    from pipeline.capture.source import kind_of
    from tests.cameras.camera import free_port

    proxy = Proxy(free_port())
    with pytest.raises(CameraError, match="closed the connection") as caught:
        kind_of("rtsp://")(f"rtsp://{proxy.host}/main")
    proxy.close()
    assert caught.value.failure is Failure.ENDED
