"""Rules in a running deployment: events in the store, and rules that are changed while it runs."""

import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

import psutil
import pytest

from pipeline.store.database import Database
from pipeline.store.events import EventStore
from tests.cameras.camera import free_port
from tests.conftest import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

FILE = """
cameras:
  street:
    source: "sim://street?seed=3&people=6&width=640&height=480&fps=8"
    rules:
      people: {{kind: zone_occupied, zone: all of it, more_than: {more}, severity: info, least_s: 0.5}}
    zones: [{{name: all of it, shares: [[0.01, 0.01], [0.99, 0.01], [0.99, 0.99], [0.01, 0.99]]}}]
model: {{input: [256, 192], tiles: [1, 1]}}
server: {{port: {port}}}
store: {{path: {store}}}
"""


def test_events_reach_the_store_and_rules_are_changed_while_it_runs(movenet: Path, tmp_path: Path):
    config, store, port = tmp_path / "d.yaml", tmp_path / "store", free_port()
    config.write_text(FILE.format(more=0, port=port, store=store))
    command = [sys.executable, "-m", "pipeline.cli", "run", "-c", str(config)]
    process = psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: deque[str] = deque()
    threading.Thread(target=lambda: said.extend(iter(process.stdout.readline, "")), daemon=True).start()

    def of_rules():
        if not (store / "sightline.db").exists():
            return []
        return [event for event in EventStore(Database(store)).latest() if event.rule == "people"]

    try:
        (begun,) = wait_for(of_rules, timeout=120)
        assert (begun.kind, begun.zone, begun.camera) == ("zone_occupied", "all of it", "street")
        assert begun.count is not None
        assert begun.count > 0

        config.write_text(FILE.format(more=-5, port=port, store=store))
        wait_for(lambda: any("refused" in line and "rules.people.more_than" in line for line in said), timeout=30)
        assert of_rules()[0].ended_at is None, "what was before goes on"

        config.write_text(FILE.format(more=500, port=port, store=store))
        wait_for(lambda: any("the changed configuration is taken" in line for line in said), timeout=30)
        wait_for(lambda: of_rules()[0].ended_at, timeout=30)
    finally:
        process.terminate()
        process.wait(30)
