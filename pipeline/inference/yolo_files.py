"""What Sightline asks of Ultralytics: its networks loaded from `.pt` files, and exported. AGPL-3.0, see docs/gpu.md.

It is told (in this package's __init__) to stay offline, to install nothing by itself, and to build only classes that
it knows from a checkpoint, which is a pickle and could else run code.
"""

# ultralytics and torch are an extra, "gpu".
# pyright: reportMissingImports=false

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from ultralytics import YOLO
from ultralytics.nn.tasks import load_checkpoint

from pipeline.errors import EngineError, ModelError
from pipeline.inference.engine import Format


@dataclass(frozen=True, slots=True)
class Network:
    """A pose or detection network: `module` takes images (N, 3, H, W) and answers its raw output."""

    module: Any
    keypoints: bool


def load(path: Path) -> Network:
    """The network of a `.pt` file in float32 on the CPU, its layers fused; the end-to-end head where it has one.

    Raises:
        ModelError: the file is no network of Ultralytics that finds people.
    """
    try:
        module: Any = load_checkpoint(path)[0]
    except Exception as error:  # torch, pickle, zipfile and ultralytics each have their own
        raise ModelError(f"{path}: Ultralytics cannot read it ({str(error).strip().splitlines()[0]})") from error
    head = module.model[-1]
    if type(head).__name__ not in ("Detect", "Pose", "Pose26", "v10Detect"):
        raise ModelError(
            f"{path}: its task is {getattr(module, 'task', 'unknown')}; only pose and detection find people"
        )
    keypoints = getattr(head, "kpt_shape", None)
    if keypoints is not None and tuple(keypoints) != (17, 3):
        raise ModelError(f"{path}: has keypoints of shape {tuple(keypoints)}, not COCO's (17, 3)")
    if getattr(head, "one2one_cv2", None) is not None:
        module.end2end = True
    module = module.fuse(verbose=False).eval()
    module.model[-1].export = True  # the answer alone, without the features
    return Network(module, keypoints is not None)


def export(path: Path, format: Format, size: tuple[int, int], batch: int, half: bool, folder: Path) -> Path:
    """A `.pt` file as another engine's file; answers that file.

    Args:
        path: the network.
        format: ONNX, OpenVINO's IR, or a TensorRT engine for this machine's GPU.
        size: width and height of the input, which is fixed.
        batch: pictures a pass: fixed, and for TensorRT the most that it will take.
        half: 16 bits instead of 32.
        folder: where to put it.

    Raises:
        ModelError: the file is no network of Ultralytics.
        EngineError: what the format needs is not here.
    """
    if format == "engine" and not torch.cuda.is_available():
        raise EngineError("export to engine: TensorRT builds an engine for the GPU of this machine, and there is none")
    load(path)
    with tempfile.TemporaryDirectory(prefix="sightline-export-") as work:
        copy = Path(work) / path.name
        shutil.copyfile(path, copy)
        how: dict[str, Any] = {"imgsz": [size[1], size[0]], "batch": batch, "half": half, "nms": False}
        if format == "engine":
            how |= {"dynamic": batch > 1, "device": 0}
        try:
            made = Path(YOLO(copy).export(format=format, verbose=False, **how))
        except Exception as error:  # whatever the format's own tools raise
            raise EngineError(f"export to {format}: {str(error).strip().splitlines()[0]}") from error
        files = sorted(made.glob("*.xml")) + sorted(made.glob("*.bin")) if made.is_dir() else [made]
        folder.mkdir(parents=True, exist_ok=True)
        copies = [Path(shutil.copy(file, folder)) for file in files]
        return copies[0]
