"""MQTT, mail and consumer groups, each against a real server."""

import json
import time
from pathlib import Path

import pytest
import redis

from pipeline.bus import keys
from tests.alerts.conftest import Office, end, start
from tests.alerts.receivers import MOSQUITTO, MailServer, MqttListener, MqttServer
from tests.cameras.camera import free_port
from tests.conftest import wait_for

needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


def sending(folder: Path, port: int) -> Office:
    return Office(folder, email={"host": "127.0.0.1", "port": port, "tls": "none", "sender": "sightline@example.org"})


def test_mail_comes_with_the_snapshot(tmp_path):
    office = sending(tmp_path, free_port())
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "a.jpg").write_bytes(b"a picture")
    office.subscribe("guard", {"kind": "email", "to": ["guard@example.org"]})
    office.accept(start("a", snapshot="events/a.jpg", sentence="Somebody\nis there."), start("b", snapshot="gone.jpg"))
    assert office.config.email is not None
    wait_for(lambda: office.alerts.progress()["guard"].error == "connection refused")
    server = MailServer(office.config.email.port)
    office.settled("guard", 2)
    (mail,) = server.mails
    assert mail["Subject"] == "[alert] gate: Somebody is there. (and 1 more)"
    assert (mail["From"], mail["To"]) == ("sightline@example.org", "guard@example.org")
    assert "event b" in mail.get_body(("plain",)).get_content()
    assert [part.get_content() for part in mail.iter_attachments()] == [b"a picture"]
    office.dispatcher.close()
    server.close()


def test_a_mailbox_that_does_not_exist_gives_dead_letters(tmp_path):
    server = MailServer(free_port(), refuses=("nobody@example.org",))
    office = sending(tmp_path, server._controller.port)
    office.subscribe("guard", {"kind": "email", "to": ["nobody@example.org"]})
    office.accept(start("a"), start("b"))
    wait_for(lambda: len(office.alerts.dead()) == 2)
    assert office.alerts.dead()[0].error == "550 no such mailbox"
    office.dispatcher.close()
    server.close()


@needs_mosquitto
def test_mqtt_has_alerts_states_discovery_and_a_last_will(tmp_path):
    server = MqttServer(tmp_path)
    office = Office(tmp_path, mqtt={"host": "127.0.0.1", "port": server.port})
    office.subscribe("house", {"kind": "mqtt"})
    listener = MqttListener(server.port)
    first = start("a")
    office.accept(first)
    office.settled("house", 1)
    wait_for(lambda: listener.last().get("sightline/house/state/gate/yard") == "ON")
    assert listener.last()["sightline/house/availability"] == "online"
    assert json.loads(listener.last()["sightline/house/events/gate"])["event"]["id"] == "a"
    config = json.loads(listener.last()["homeassistant/binary_sensor/sightline_house_gate_yard/config"])
    assert config["state_topic"] == "sightline/house/state/gate/yard"
    late = MqttListener(server.port)
    wait_for(lambda: late.last().get("sightline/house/state/gate/yard") == "ON")
    # One is over while another of the same rule goes on.
    office.accept(start("b"), end(first))
    office.settled("house", 3)
    assert listener.last()["sightline/house/state/gate/yard"] == "ON"
    office.accept(end(start("b")))
    wait_for(lambda: listener.last()["sightline/house/state/gate/yard"] == "OFF")
    office.dispatcher.close()
    wait_for(lambda: listener.last()["sightline/house/availability"] == "offline")
    for each in (listener, late):
        each.close()
    server.kill()


@needs_mosquitto
def test_a_broker_that_comes_back_without_memory_is_told_all_states(tmp_path):
    server = MqttServer(tmp_path)
    office = Office(tmp_path, mqtt={"host": "127.0.0.1", "port": server.port})
    office.subscribe("house", {"kind": "mqtt"})
    office.accept(start("a"))
    office.settled("house", 1)
    server.kill()
    office.accept(start("b", camera="yard"))
    server.start()
    office.settled("house", 2, timeout=60)
    listener = MqttListener(server.port)
    expected = {"sightline/house/state/gate/yard": "ON", "sightline/house/state/yard/yard": "ON"}
    wait_for(lambda: expected.items() <= listener.last().items())
    office.dispatcher.close()
    listener.close()
    server.kill()


def read(client: redis.Redis, count: int) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """What a program of the group reads."""
    answer = client.xreadgroup("sightline", "one", {keys.alerts("program"): ">"}, count=count, block=5000)
    return answer[0][1] if answer else []  # pyright: ignore


def test_a_program_gets_alerts_until_it_has_acknowledged_them(tmp_path, broker):
    office = Office(tmp_path, bus_url=broker)
    office.subscribe("program", {"kind": "redis"})
    client = redis.Redis.from_url(broker)
    wait_for(lambda: client.exists(keys.alerts("program")) or office.accept(start("a"), start("b"), start("c")))
    first = read(client, 1)[0]
    assert json.loads(first[1][b"alert"])["event"]["id"] == "a"
    time.sleep(0.7)
    assert office.alerts.progress()["program"].delivered == 0
    client.xack(keys.alerts("program"), "sightline", first[0])
    wait_for(lambda: office.alerts.progress()["program"].delivered == 1)
    # The broker forgets everything that it had: what was not acknowledged is there again.
    client.flushall()
    wait_for(lambda: client.xlen(keys.alerts("program")) == 2)
    again = read(client, 10)
    assert [json.loads(fields[b"alert"])["event"]["id"] for _, fields in again] == ["b", "c"]
    client.xack(keys.alerts("program"), "sightline", *(entry for entry, _ in again))
    office.settled("program", 3)
    wait_for(lambda: client.xlen(keys.alerts("program")) == 0)
    office.dispatcher.close()
