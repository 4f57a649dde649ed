"""Files of TensorRT as Ultralytics writes them: what a network is, then the engine itself.

Such a file begins with the length of its description (4 bytes, little-endian) and the description as JSON; the engine
follows. Source: docs.ultralytics.com/integrations/tensorrt.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ModelError

_MOST_WORDS = 1 << 20
"""Bytes of a description; what claims more is not one."""


@dataclass(frozen=True, slots=True)
class EngineFile:
    """A serialised engine, and whether its network finds keypoints."""

    engine: bytes
    keypoints: bool


def read_engine_file(path: Path) -> EngineFile:
    """The engine of a file.

    Raises:
        ModelError: it was not written by Ultralytics, or its network does not find people.
    """
    content = path.read_bytes()
    end = 4 + int.from_bytes(content[:4], "little")
    try:
        if not 4 < end <= min(len(content), _MOST_WORDS):
            raise ValueError
        words = json.loads(content[4:end])
        task, keypoints = words["task"], words.get("kpt_shape")
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: is no TensorRT engine with Ultralytics' description; write one with `sightline models export`"
        ) from error
    if task not in ("pose", "detect") or (task == "pose" and keypoints != [17, 3]):
        raise ModelError(f"{path}: its task is {task}; only detection, and pose with COCO's 17 keypoints, find people")
    return EngineFile(content[end:], task == "pose")
