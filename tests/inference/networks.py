"""What tests of torch's engines need: the reason why they cannot run, and networks with random weights."""

from importlib.util import find_spec
from pathlib import Path

import pytest

MISSING = [name for name in ("torch", "ultralytics") if find_spec(name) is None]
needs_ultralytics = pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)}: not installed (the extra gpu)")


@pytest.fixture(scope="session")
def yolo26(tmp_path_factory) -> Path:
    """YOLO26n-pose, which ends in an end-to-end head."""
    return _made("yolo26n-pose", tmp_path_factory)


@pytest.fixture(scope="session")
def yolo11(tmp_path_factory) -> Path:
    """YOLO11n-pose, whose boxes have to be suppressed."""
    return _made("yolo11n-pose", tmp_path_factory)


def _made(name: str, tmp_path_factory) -> Path:
    from benchmarks.networks import random_network

    return random_network(name, tmp_path_factory.mktemp("networks") / f"{name}.pt")
