"""Which engine runs a network's file here, and why: what `engine: auto` means, and what `sightline doctor` says."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.inference.engine import nvidia_gpu

READS = {
    "openvino": (".xml", ".onnx", ".tflite"),
    "onnxruntime": (".onnx",),
    "torch": (".pt",),
    "tensorrt": (".engine",),
}
"""The files of each engine."""
OWN_FILES = (".onnx", ".xml", ".pt", ".engine")
"""What a user may name instead of a model of the catalogue."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine by its name, and in a few words why it is this one."""

    engine: str
    why: str


def choose(wanted: str, model: Path) -> Choice:
    """The engine for a network's file; `wanted` is "auto" or an engine's name.

    Raises:
        ModelError: the engine that is wanted does not read such files, or none does.
    """
    suffix = model.suffix
    readers = [engine for engine, suffixes in READS.items() if suffix in suffixes]
    if wanted != "auto":
        if wanted in READS and wanted not in readers:
            files = " and ".join(READS[wanted])
            raise ModelError(f"{model}: engine {wanted} reads {files} files; choose engine auto")
        return Choice(wanted, "the configuration names it")
    if not readers:
        raise ModelError(f"{model}: no engine reads {suffix or 'such'} files; known are {', '.join(OWN_FILES)}")
    if len(readers) == 1:
        return Choice(readers[0], f"it alone reads {suffix} files")
    if nvidia_gpu():
        provider = gpu_provider()
        if provider:
            return Choice("onnxruntime", f"there is an NVIDIA GPU, and {provider}")
        return Choice("openvino", "there is an NVIDIA GPU, but the ONNX Runtime that is installed has no CUDA")
    return Choice("openvino", "there is no NVIDIA GPU, and it is the fastest on a CPU")


def gpu_provider() -> str:
    """ONNX Runtime's best way to an NVIDIA GPU that is built into what is installed; empty where there is none."""
    import onnxruntime

    there = onnxruntime.get_available_providers()
    return next((name for name in ("TensorrtExecutionProvider", "CUDAExecutionProvider") if name in there), "")
