"""The embedded broker leaves nothing behind, whoever is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from pipeline.bus.embedded import EmbeddedBroker
from tests.conftest import answers, wait_for

SUPERVISOR = """
import time
from pipeline.bus.embedded import EmbeddedBroker
broker = EmbeddedBroker()
broker.start()
print(broker.url, broker.pid, flush=True)
while True:
    time.sleep(1)
"""


@pytest.fixture
def supervised():
    """A process with an embedded broker: itself, the launcher, the server, and the folder."""
    process = subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True)
    url, launcher = process.stdout.readline().split()
    launcher = psutil.Process(int(launcher))
    server = wait_for(launcher.children)[0]
    yield process, launcher, server, Path(url.removeprefix("unix://")).parent
    process.kill()
    process.wait()


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_answers_on_a_socket_that_only_its_owner_can_reach():
    broker = EmbeddedBroker()
    broker.start()
    try:
        folder = Path(broker.url.removeprefix("unix://")).parent
        assert answers(broker.url)
        assert folder.stat().st_mode & 0o777 == 0o700
        server = psutil.Process(broker.pid).children()[0]
        assert [
            c for c in server.net_connections() if c.status == psutil.CONN_LISTEN and c.laddr and c.family != 1
        ] == []
        assert [process.name() for process in psutil.Process(broker.pid).children()] == ["valkey-server"]
    finally:
        broker.stop()
    assert not folder.exists()


def test_killing_the_supervisor_ends_all(supervised):
    process, launcher, server, folder = supervised
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_for(lambda: gone(launcher) and gone(server) and not folder.exists())


def test_killing_the_server_ends_the_launcher_and_removes_the_folder(supervised):
    _, launcher, server, folder = supervised
    server.send_signal(signal.SIGKILL)
    wait_for(lambda: gone(launcher) and not folder.exists())


def test_killing_the_launcher_ends_the_server():
    broker = EmbeddedBroker()
    broker.start()
    server = psutil.Process(broker.pid).children()[0]
    os.kill(broker.pid, signal.SIGKILL)
    wait_for(lambda: gone(server))
    assert not broker.alive()
    broker.start()
    assert answers(broker.url)
    broker.stop()
    assert not Path(broker.url.removeprefix("unix://")).parent.exists()
