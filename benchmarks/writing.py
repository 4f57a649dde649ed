"""The store's process of `benchmarks.outages`: commits events with the worker's own writer, as fast as it goes."""

import json
import logging
import sys
import time
from pathlib import Path

from benchmarks.receiving import lines
from pipeline.data import Event, EventState
from pipeline.errors import InputError
from pipeline.event_writer import EventWriter
from pipeline.ids import new_id
from pipeline.processes import die_with_parent
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.outbox import OutboxRelay

_CAMERAS = 8
_AHEAD = 200
"""Events that wait for the store at most; those that a kill takes from here were never accepted."""
_PACE_S = 0.004


def main() -> None:
    """Accept events until as many have been as are asked for; says which, once the store has them."""
    job = json.loads(sys.stdin.read())
    die_with_parent(job["parent"])
    logging.disable()
    try:
        database = Database(Path(job["store"]))
    except InputError:
        sys.exit(1)  # the disk is full; it is started again
    store = EventStore(database)
    relay = OutboxRelay(store, job["bus_url"], 10_000)
    writer = EventWriter(new_id(), database, relay)
    told = set(lines(Path(job["log"])))
    last = 0
    with Path(job["log"]).open("a", encoding="utf-8") as log:
        while len(told) < job["count"]:
            for _ in range(25):
                if writer.waiting < _AHEAD:
                    writer.accept(_event())
            time.sleep(25 * _PACE_S)
            for entry in store.after(last, 1000):
                last = entry.sequence
                name = f"{entry.event.id}.{entry.event.revision}"
                if name not in told and len(told) < job["count"]:
                    told.add(name)
                    log.write(name + "\n")
            log.flush()
    while True:
        time.sleep(1)


def _event() -> Event:
    name = new_id()
    camera = f"camera-{int(time.monotonic() * 1e3) % _CAMERAS}"
    began = "2026-01-05T10:00:00.000Z"
    return Event(
        name,
        0,
        EventState.END,
        camera,
        "yard",
        "line_crossed",
        "alert",
        began,
        "r",
        "Somebody went by.",
        ended_at=began,
    )


if __name__ == "__main__":
    main()
