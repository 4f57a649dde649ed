"""A cricket camera in a running deployment: creases and ball in its records, deliveries in the store and on the bus."""

import httpx
import pytest

from pipeline.data import Delivery, from_json
from tests.cameras.camera import free_port
from tests.conftest import wait_for
from tests.deployment import Running

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_a_live_cameras_deliveries_are_kept_and_can_be_asked_for(movenet):
    port = free_port()
    source = "sim://cricket?seed=3&view=bowler-high&width=960&height=540&fps=25"
    content = {
        "cameras": {"wicket": {"source": source, "cricket": True}},
        "model": {"input": [256, 192], "tiles": [1, 1]},
        "server": {"port": port},
    }
    with Running(content) as running:
        running.wait_for_frames("wicket")
        records = [record for record in running.records("wicket", 8) if record is not None]
        lines = [(crease["crease"], crease["end"]) for record in records for crease in record["creases"]]
        assert {("popping", "striker"), ("popping", "bowler")} <= set(lines)

        def kept() -> list[dict]:
            return httpx.get(f"http://127.0.0.1:{port}/api/deliveries", params={"camera": "wicket"}).json()

        (told, *_) = wait_for(kept, timeout=150, every=0.5)
        assert told["release_speed_kmh"] is None or 80 < told["release_speed_kmh"] < 150
        assert told["camera"] == "wicket"
        entries = running.client.xrange("sightline:deliveries")
        sent = {from_json(Delivery, fields[b"delivery"]).id for _, fields in entries}
        assert told["id"] in sent
