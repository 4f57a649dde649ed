"""The alerts process: reads events from the store, not from the broker, so that a broker that is away delays nobody
who does not use it."""

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from pipeline.alerts.dispatcher import Dispatcher
from pipeline.alerts.sink import Surroundings
from pipeline.config.alerts import AlertsConfig
from pipeline.processes import beat, die_with_parent, without_secrets
from pipeline.store.database import Database

_LOOK_EVERY_S = 0.1
_RELOAD_EVERY_S = 1.0
_STEP_S = 30.0
"""The longest that one step may take before the supervisor takes the process for hanging."""


def main() -> None:
    """Read the job from stdin and deliver until the parent ends this process."""
    job: dict[str, Any] = json.loads(sys.stdin.read())
    die_with_parent(job["parent"])
    without_secrets()
    alerts = AlertsConfig.model_validate(job["alerts"])
    store = Path(job["store"])
    around = Surroundings(store.expanduser(), job["bus_url"], alerts.allow, alerts.mqtt, alerts.email)
    dispatcher = Dispatcher(Database(store), alerts, around)
    reloaded = 0.0
    while True:
        beat(job.get("heartbeat"), _STEP_S)
        try:
            if time.monotonic() - reloaded > _RELOAD_EVERY_S:
                dispatcher.reload()
                reloaded = time.monotonic()
            busy = dispatcher.step() > 0
        except OperationalError as error:
            logging.warning("alerts wait for the store: %s", error.orig)
            busy = False
        if not busy:
            time.sleep(_LOOK_EVERY_S)


if __name__ == "__main__":
    main()
