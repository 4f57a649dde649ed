"""Alerts by MQTT 5: each on its camera's topic, and beside it a retained state of every rule, so that whoever comes
later knows what is going on now; Home Assistant finds the states by itself.

| topic (after the subscription's own) | retained | holds |
|---|---|---|
| `/availability` | yes | online; the broker says offline when the connection dies (last will) |
| `/events/CAMERA` | no | the alert as JSON |
| `/state/CAMERA/RULE` | yes | ON while an event of that rule goes on, OFF otherwise |
"""

import json
import re
import threading
import time
from collections.abc import Sequence
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from pipeline import __version__
from pipeline.alerts.sink import Sink, SinkAwayError, Surroundings, message
from pipeline.config.sinks import MqttConfig
from pipeline.store.alerts import Alert
from pipeline.store.database import Database
from pipeline.store.events import EventStore

_TIMEOUT_S = 5.0
_KEEPALIVE_S = 20
_AGAIN_S = 5.0


class Mqtt(Sink):
    """An MQTT broker."""

    settings_kind = "mqtt"
    batch = 50

    def __init__(self, name: str, settings: MqttConfig, around: Surroundings) -> None:
        assert around.mqtt is not None
        self._broker = around.mqtt
        self._topic = settings.topic or f"sightline/{name}"
        self._discovery = settings.discovery
        self._name = name
        self._events = EventStore(Database(around.store))
        self._client: mqtt.Client | None = None
        self._connected = threading.Event()
        self._announce = threading.Event()
        self._known: set[tuple[str, str]] = set()
        self._refused = ""
        self._tried = 0.0

    def deliver(self, alerts: Sequence[Alert]) -> Sequence[int]:
        client = self._connection()
        if self._announce.is_set():
            self._say_everything(client)
        sent: list[tuple[int, list[mqtt.MQTTMessageInfo]]] = []
        cameras = {alert.event.camera for alert in alerts}
        open_now = {(event.camera, event.rule) for camera in cameras for event in self._events.open(camera)}
        try:
            for alert in alerts:
                sent.append((alert.sequence, self._publish(client, alert, open_now)))
        except ValueError as error:  # paho's word for a queue that is full
            raise SinkAwayError(str(error)) from error
        arrived: list[int] = []
        limit = time.monotonic() + _TIMEOUT_S
        try:
            for sequence, infos in sent:
                for info in infos:
                    info.wait_for_publish(max(0.0, limit - time.monotonic()))
                    if not info.is_published():
                        raise RuntimeError("the broker does not confirm")
                arrived.append(sequence)
        except (RuntimeError, ValueError) as error:
            self.close()
            raise SinkAwayError(str(error), arrived) from error
        return arrived

    def idle(self) -> None:
        if self._client is None and time.monotonic() - self._tried < _AGAIN_S:
            return
        try:
            client = self._connection()
        except SinkAwayError:
            return  # nothing is due; it is tried again
        if self._announce.is_set():
            self._say_everything(client)

    def close(self) -> None:
        if self._client is not None:
            if self._connected.is_set():
                self._client.publish(f"{self._topic}/availability", "offline", qos=1, retain=True)
            self._client.disconnect()
            self._client.loop_stop()
        self._client = None
        self._connected.clear()

    def _connection(self) -> mqtt.Client:
        """The client, connected.

        Raises:
            SinkAwayError: the broker cannot be reached.
        """
        if self._client is not None and self._connected.wait(_TIMEOUT_S):
            return self._client
        self.close()
        self._tried = time.monotonic()
        client = mqtt.Client(CallbackAPIVersion.VERSION2, f"sightline-{self._name}", protocol=mqtt.MQTTv5)
        client.will_set(f"{self._topic}/availability", "offline", qos=1, retain=True)
        if self._broker.user is not None:
            password = self._broker.password
            client.username_pw_set(self._broker.user, password.get_secret_value() if password else None)
        if self._broker.tls:
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_disconnect = lambda *_: self._connected.clear()
        client.connect_timeout = _TIMEOUT_S
        try:
            client.connect(self._broker.host, self._broker.port, _KEEPALIVE_S)
        except OSError as error:
            raise SinkAwayError((error.strerror or type(error).__name__).lower()) from error
        client.loop_start()
        self._client = client
        if not self._connected.wait(_TIMEOUT_S):
            self.close()
            raise SinkAwayError(self._refused or "the broker does not answer")
        return client

    def _on_connect(self, client: mqtt.Client, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        self._refused = f"the broker refuses: {code}".lower() if code.is_failure else ""
        if not code.is_failure:
            client.publish(f"{self._topic}/availability", "online", qos=1, retain=True)
            self._announce.set()
            self._connected.set()

    def _say_everything(self, client: mqtt.Client) -> None:
        """A broker that was started again may remember nothing: say all states once more."""
        self._announce.clear()
        open_now = {(event.camera, event.rule) for event in self._events.open()}
        for pair in self._known | open_now:
            self._known.discard(pair)
            self._say_state(client, *pair, pair in open_now)

    def _publish(self, client: mqtt.Client, alert: Alert, open_now: set[tuple[str, str]]) -> list[mqtt.MQTTMessageInfo]:
        event = alert.event
        properties = Properties(PacketTypes.PUBLISH)
        properties.ContentType = "application/json"
        properties.UserProperty = [("id", event.id), ("revision", str(event.revision))]
        topic = f"{self._topic}/events/{event.camera}"
        infos = [client.publish(topic, message(alert), qos=1, properties=properties)]
        if event.revision == 0 and event.ended_at is not None:
            # What is over at once shows as a moment.
            infos += self._say_state(client, event.camera, event.rule, True)
        # Another event of that rule may go on when this one is over.
        goes_on = event.ended_at is None or (event.camera, event.rule) in open_now
        return infos + self._say_state(client, event.camera, event.rule, goes_on)

    def _say_state(self, client: mqtt.Client, camera: str, rule: str, on: bool) -> list[mqtt.MQTTMessageInfo]:
        infos = []
        if (camera, rule) not in self._known and self._discovery is not None:
            infos.append(self._introduce(client, camera, rule))
        self._known.add((camera, rule))
        infos.append(client.publish(self._state(camera, rule), "ON" if on else "OFF", qos=1, retain=True))
        return infos

    def _introduce(self, client: mqtt.Client, camera: str, rule: str) -> mqtt.MQTTMessageInfo:
        """Home Assistant's discovery (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery)."""
        identity = _word(f"sightline_{self._name}_{camera}_{rule}")
        entity = {
            "name": rule,
            "unique_id": identity,
            "state_topic": self._state(camera, rule),
            "availability_topic": f"{self._topic}/availability",
            "device_class": "motion",
            "device": {"identifiers": [_word(f"sightline_{camera}")], "name": f"Sightline {camera}"},
            "origin": {"name": "Sightline", "sw_version": __version__},
        }  # fmt: skip
        topic = f"{self._discovery}/binary_sensor/{identity}/config"
        return client.publish(topic, json.dumps(entity), qos=1, retain=True)

    def _state(self, camera: str, rule: str) -> str:
        return f"{self._topic}/state/{camera}/{re.sub(r'[+#/]', '_', rule)}"


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)
