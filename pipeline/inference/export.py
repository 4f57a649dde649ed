"""Ultralytics' `.pt` files as files of the other engines: `sightline models export`."""

from pathlib import Path
from typing import get_args

from pipeline.errors import EngineError, InputError
from pipeline.inference.engine import Format


def export(path: Path, format: str, size: tuple[int, int], batch: int, half: bool, folder: Path) -> Path:
    """Write a network for another engine; answers the file that is to be named in the configuration.

    Args:
        path: the network, a `.pt` file.
        format: "onnx", "openvino", or "engine" for TensorRT on this machine's GPU.
        size: width and height of the input, multiples of 32.
        batch: pictures a pass: fixed, and for TensorRT the most that it will take.
        half: 16 bits instead of 32.
        folder: where to put it.

    Raises:
        InputError: there is no such format or size, or the file is no network of Ultralytics.
        EngineError: what is needed for it is not installed here.
    """
    formats = get_args(Format)
    if format not in formats:
        raise InputError(f"export: no format {format}; known are {', '.join(formats)}")
    if path.suffix != ".pt":
        raise InputError(f"{path}: cannot be exported; only Ultralytics' .pt files can")
    if any(side % 32 or side <= 0 for side in size):
        raise InputError(f"export: an input of {size[0]}x{size[1]} is not possible; both must be multiples of 32")
    try:
        from pipeline.inference import yolo_files
    except ImportError as error:
        raise EngineError(f"export: needs torch and ultralytics ({error}); pip install -e '.[gpu]'") from error
    return yolo_files.export(path, format, size, batch, half, folder)  # pyright: ignore[reportArgumentType]
