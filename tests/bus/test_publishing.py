"""What is published arrives; a broker that is away slows nothing and loses no event."""

import json
import os
import signal
import time

import psutil
import pytest

from pipeline.bus import keys
from pipeline.bus.commands import Command, CommandReader, command_fields
from pipeline.bus.connection import connect
from pipeline.bus.embedded import EmbeddedBroker
from pipeline.bus.live import pack, unpack
from pipeline.bus.publisher import Publisher
from pipeline.clock import utc_now
from pipeline.data import Event, EventState, from_json
from pipeline.errors import ConfigError
from pipeline.status import CameraState, CameraStatus
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.outbox import OutboxRelay
from tests.conftest import wait_for


def event(number: int) -> Event:
    return Event(
        f"E{number:05}", 0, EventState.START, "gate", "camera", "camera_live", "info", "2026-01-01T00:00:00Z", "r", "x"
    )


def test_records_states_and_pictures_arrive(broker):
    client = connect(broker)
    publisher = Publisher(broker, frames=100)
    listening = client.pubsub(ignore_subscribe_messages=True)
    listening.subscribe(keys.live("gate"))
    publisher.record("gate", b'{"frame": 1}')
    now = utc_now()
    publisher.status(CameraStatus("gate", CameraState.LIVE, "sim://street", now, now))
    wait_for(lambda: publisher.watched(["gate", "yard"]) == {"gate"})
    publisher.live("gate", pack(b"{}", b"jpeg"))
    message = wait_for(lambda: listening.get_message(timeout=0.1))
    assert unpack(message["data"]) == (b"{}", b"jpeg")
    assert client.xrange(keys.frames("gate"))[0][1] == {b"record": b'{"frame": 1}'}
    assert from_json(CameraStatus, client.hget(keys.CAMERAS, "gate")).state is CameraState.LIVE
    listening.close()
    wait_for(lambda: publisher.watched(["gate", "yard"]) == set())
    publisher.close()


def test_a_stream_is_bounded(broker):
    publisher = Publisher(broker, frames=100)
    for number in range(1500):
        publisher.record("gate", b"x" * 200)
        if number % 500 == 0:
            time.sleep(0.05)
    publisher.close(5)
    assert connect(broker).xlen(keys.frames("gate")) <= 300  # MAXLEN ~ keeps whole nodes of up to 100 entries


def test_commands_come_in_their_order_and_nonsense_is_left_out(broker):
    client = connect(broker)
    reader = CommandReader(client)
    assert reader.read(0.01) == []
    client.xadd(keys.COMMANDS, command_fields(Command("add", "gate")))
    client.xadd(keys.COMMANDS, {"command": json.dumps({"do": "explode", "camera": "gate"})})
    client.xadd(keys.COMMANDS, command_fields(Command("stop", "gate")))
    assert [command.do for command in reader.read(1.0)] == ["add", "stop"]
    assert reader.read(0.01) == []


@pytest.mark.parametrize("url", ["http://localhost", "localhost:6379"])
def test_an_address_that_is_no_brokers_is_explained(url):
    with pytest.raises(ConfigError, match=r"bus\.url.*redis://"):
        connect(url)


def test_a_broker_that_is_killed_or_hangs_slows_nothing_and_loses_no_event(tmp_path):
    broker = EmbeddedBroker()
    broker.start()
    store = EventStore(Database(tmp_path))
    relay = OutboxRelay(store, broker.url, 10_000)
    publisher = Publisher(broker.url, 1000)
    slowest = 0.0

    def publish(number: int) -> None:
        nonlocal slowest
        store.accept(event(number))
        relay.wake()
        begin = time.monotonic()
        publisher.record("gate", b"x" * 1500)
        publisher.watched(["gate"])
        slowest = max(slowest, time.monotonic() - begin)

    for number in range(20):
        publish(number)
    server = psutil.Process(broker.pid).children()[0]
    server.send_signal(signal.SIGSTOP)
    for number in range(20, 40):
        publish(number)
        time.sleep(0.06)
    server.send_signal(signal.SIGCONT)
    os.kill(broker.pid, signal.SIGKILL)
    wait_for(lambda: not broker.alive())
    for number in range(40, 60):
        publish(number)
    broker.start()
    for number in range(60, 80):
        publish(number)
    wait_for(lambda: store.pending() == [])
    client = connect(broker.url)
    arrived = [json.loads(fields[b"event"])["id"] for _, fields in client.xrange(keys.EVENTS)]
    # What had arrived before the broker died went with it, for nothing durable lives only there.
    assert arrived == sorted(arrived)
    assert set(arrived) >= {f"E{number:05}" for number in range(40, 80)}
    assert len(store.latest(limit=200)) == 80
    assert slowest < 0.02
    wait_for(lambda: publisher.connected)
    publisher.close()
    relay.close()
    broker.stop()
