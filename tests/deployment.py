"""A deployment for tests and benchmarks: `sightline run` with a broker of their own, so that its bus can be read."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import redis
import yaml

from pipeline.bus import keys
from pipeline.bus.embedded import EmbeddedBroker


class Running:
    """Starts it; a context manager that ends it.

    Args:
        content: the deployment, as its YAML would say it; `bus` and `store` are set here.
        environment: what its environment has beside this one's.
    """

    def __init__(self, content: dict[str, Any], environment: dict[str, str] | None = None) -> None:
        self._broker = EmbeddedBroker()
        self._broker.start()
        self.bus_url = self._broker.url
        self.client = redis.Redis.from_url(self.bus_url)
        self._folder = tempfile.TemporaryDirectory()
        self.store = Path(self._folder.name) / "store"
        content = {**content, "bus": {"url": self._broker.url}, "store": {"path": str(self.store)}}
        config = Path(self._folder.name) / "deployment.yaml"
        config.write_text(yaml.safe_dump(content), encoding="utf-8")
        command = [sys.executable, "-m", "pipeline.cli", "run", "-c", str(config)]
        self.log = Path(self._folder.name) / "log.txt"
        with self.log.open("wb") as log:
            whole = {**os.environ, **(environment or {})}
            self.process = psutil.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=whole)

    def __enter__(self) -> "Running":
        return self

    def end(self) -> None:
        """End it as a person would; does nothing the second time."""
        if self.process.is_running():
            self.process.terminate()
            self.process.wait()

    def __exit__(self, *_: object) -> None:
        self.end()
        self._broker.stop()
        self._folder.cleanup()

    def status(self, camera: str) -> dict[str, Any]:
        """What is told of a camera; empty before anything is."""
        return json.loads(self.client.hget(keys.CAMERAS, camera) or "{}")  # pyright: ignore[reportArgumentType]

    def wait_for_frames(self, camera: str, count: int = 20, timeout_s: float = 120.0) -> None:
        """Until a camera has been analysed for a while.

        Raises:
            TimeoutError: it is not.
        """
        limit = time.monotonic() + timeout_s
        while self.status(camera).get("frames", 0) < count:
            if time.monotonic() > limit:
                raise TimeoutError(f"{camera}: {self.status(camera)}")
            time.sleep(0.1)

    def records(self, camera: str, seconds: float) -> Iterator[dict[str, Any] | None]:
        """A camera's records as they come, for some seconds; None now and then where none comes."""
        last: bytes | str = "$"
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            answer: Any = self.client.xread({keys.frames(camera): last}, block=200)
            if not answer:
                yield None
            for entry, fields in answer[0][1] if answer else ():
                last = entry
                yield json.loads(fields[b"record"])

    def children(self, module: str) -> list[psutil.Process]:
        """The deployment's processes that run a module."""
        found = []
        for process in self.process.children(recursive=True):
            try:
                if module in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found
