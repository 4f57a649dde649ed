"""What was found on this machine, for the person who installs Sightline and for whoever helps them."""

import importlib.metadata
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av

from pipeline.bus.embedded import EmbeddedBroker, server_binary
from pipeline.config import StoreConfig
from pipeline.errors import SightlineError
from pipeline.inference.catalogue import cache_folder, find, load_catalogue
from pipeline.inference.choice import OWN_FILES, READS, choose, gpu_provider
from pipeline.inference.engine import engine_class, nvidia_gpu

_LOW_DISK_GB = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: whether it is as it should be, what was found, and whether Sightline can do without it."""

    part: str
    good: bool
    found: str
    needed: bool = True


def examine() -> list[Finding]:
    """Look at everything; takes about a second."""
    return [*_machine(), *_engines(), *_decoder(), *_broker(), *_models(), *_disk()]


def _machine() -> Iterator[Finding]:
    cores = len(os.sched_getaffinity(0))
    import openvino

    devices = openvino.Core()
    names = [str(devices.get_property(device, "FULL_DEVICE_NAME")) for device in devices.available_devices]
    yield Finding("processor", True, f"{names[0] if names else 'unknown'}, {cores} cores")
    capabilities = devices.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    yield Finding("arithmetic", True, ", ".join(map(str, capabilities)))
    found = "NVIDIA GPU present" if nvidia_gpu() else "none; networks run on the CPU"
    yield Finding("accelerator", nvidia_gpu(), found, needed=False)


def _engines() -> Iterator[Finding]:
    for name in READS:
        try:
            engine_class(name)
            yield Finding(f"engine {name}", True, f"{_version(name)}, on {_devices(name)}", needed=name == "openvino")
        except SightlineError as error:
            yield Finding(f"engine {name}", False, str(error), needed=name == "openvino")
    for suffix in (".tflite", *OWN_FILES):
        choice = choose("auto", Path(f"a{suffix}"))
        yield Finding(f"auto for {suffix}", True, f"{choice.engine}: {choice.why}")


def _version(engine: str) -> str:
    names = {
        "onnxruntime": ("onnxruntime-gpu", "onnxruntime"),
        "tensorrt": ("tensorrt", "tensorrt-cu13", "tensorrt-cu12"),
    }
    for name in names.get(engine, (engine,)):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return "of an unknown version"


def _devices(engine: str) -> str:
    """What an engine that is installed would run on."""
    if engine == "onnxruntime":
        return "GPU" if nvidia_gpu() and gpu_provider() else "CPU"
    if engine == "openvino":
        return "CPU"
    import torch  # pyright: ignore[reportMissingImports]

    return f"GPU ({torch.cuda.get_device_name()})" if torch.cuda.is_available() else "CPU"


def _decoder() -> Iterator[Finding]:
    wanted = ("h264", "hevc", "mjpeg", "mpeg4", "vp9", "av1")
    there = [name for name in wanted if name in av.codecs_available]
    libavcodec = ".".join(map(str, av.library_versions["libavcodec"]))
    yield Finding("decoder", len(there) == len(wanted), f"libavcodec {libavcodec}: {', '.join(there)}")


def _broker() -> Iterator[Finding]:
    broker = None
    try:
        path = server_binary()
        broker = EmbeddedBroker()
        broker.start()
        yield Finding("broker", True, f"embedded, {path}")
    except SightlineError as error:
        yield Finding("broker", False, str(error), needed=False)
    finally:
        if broker is not None:
            broker.stop()


def _models() -> Iterator[Finding]:
    for name, model in load_catalogue().items():
        own = model.places[0].folder is None
        try:
            path = find(name)
            found = f"verified, {path}" if path else f"not here; sightline models pull {name}"
            yield Finding(f"model {name}", path is not None, found, needed=False)
        except SightlineError as error:
            yield Finding(f"model {name}", False, str(error), needed=own)


def _disk() -> Iterator[Finding]:
    for part, folder in (("disk of the store", StoreConfig().path.expanduser()), ("disk of models", cache_folder())):
        there = next(parent for parent in (folder, *folder.parents) if parent.exists())
        free = shutil.disk_usage(there).free / 1e9
        yield Finding(part, free > _LOW_DISK_GB, f"{free:.1f} GB free at {folder}")
