"""A real server process over a real broker, with no pipeline behind it: the tests publish what it shows."""

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from pipeline.bus.embedded import EmbeddedBroker
from pipeline.bus.live import pack
from pipeline.bus.publisher import Publisher
from pipeline.config import Deployment, LimitsConfig, ServerConfig, StoreConfig
from pipeline.data import FrameRecord, Person, to_json
from pipeline.processes import spawn
from pipeline.status import CameraState, CameraStatus, SystemStatus
from tests.conftest import wait_for

SIZE = (320, 240)
BOX = (100.0, 60.0, 160.0, 220.0)


@dataclass
class Served:
    """The server's address, and the worker's side of its bus."""

    url: str
    bus_url: str
    store: Path
    publisher: Publisher

    def status(self, camera: str = "gate", state: CameraState = CameraState.LIVE, **more: Any) -> None:
        # Said in the far future, so that it is never out of date.
        since, told = "2026-01-05T10:00:00.000Z", more.pop("told_at", "2999-01-01T00:00:00.000Z")
        source = "rtsp://10.0.0.5/main"
        self.publisher.status(CameraStatus(camera, state, source, since, told, size=SIZE, fps=10.0, frames=99, **more))

    def frame(self, index: int, camera: str = "gate", **more: Any) -> bytes:
        """Publish a gray frame with one person in it, and more of a record's fields."""
        good, jpeg = cv2.imencode(".jpg", np.full((SIZE[1], SIZE[0], 3), 60, np.uint8))
        assert good
        keypoints = tuple((130.0, 70.0 + 9 * joint, 0.9) for joint in range(17))
        person = Person(track=7, box=BOX, score=0.9, keypoints=keypoints)
        stages = {"decode": 2.0, "wait": 1.0, "inference": 30.0, "track": 1.0, "publish": 0.5}
        at = "2026-01-05T10:00:49.360Z"
        record = FrameRecord("r", camera, index, index * 100.0, at, SIZE, stages, (person,), **more)
        message = pack(to_json(record), jpeg.tobytes())
        self.publisher.record(camera, to_json(record))
        self.publisher.live(camera, message)
        return message


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    broker = EmbeddedBroker()
    broker.start()
    listening = socket.create_server(("127.0.0.1", 0))
    deployment = Deployment(
        store=StoreConfig(path=tmp_path), server=ServerConfig(upload_mb=1), limits=LimitsConfig(cameras=3)
    )
    job = {
        "deployment": deployment.model_dump(mode="json"),
        "bus_url": broker.url,
        "parent": os.getpid(),
        "socket": listening.fileno(),
    }
    server = spawn("pipeline.server", json.dumps(job).encode(), descriptors=(listening.fileno(),))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    publisher = Publisher(broker.url, 100)
    publisher.system(SystemStatus("r", "openvino", "CPU", "movenet-multipose", (384, 480)))
    wait_for(lambda: httpx.get(f"{url}/api/health", timeout=30).status_code == 200, timeout=30)
    yield Served(url, broker.url, tmp_path, publisher)
    server.kill()
    server.wait()
    listening.close()
    publisher.close()
    broker.stop()
