"""The samples of a data set that `sightline dataset` wrote, in their order."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from pipeline.errors import InputError
from pipeline.pictures import Pixels


def samples(folders: list[Path]) -> Iterator[tuple[Pixels, dict[str, Any]]]:
    """Every picture (height, width, 3), as BGR, with its label, of a clip that of its first frame.

    Raises:
        InputError: there is none.
    """
    shards = [shard for folder in folders for shard in sorted(folder.glob("*.tar"))]
    if not shards:
        raise InputError(f"{', '.join(map(str, folders))}: no shards; write them with sightline dataset")
    for shard in shards:
        with tarfile.open(shard) as tar:
            picture: Pixels | None = None
            for member in tar:
                content = tar.extractfile(member)
                assert content is not None
                if member.name.endswith(".jpg"):
                    picture = np.asarray(cv2.imdecode(np.frombuffer(content.read(), np.uint8), cv2.IMREAD_COLOR))
                elif member.name.endswith((".json", ".jsonl")) and picture is not None:
                    yield picture, json.loads(content.readline())
