"""Which engine runs which file."""

import json
from pathlib import Path

import pytest

from pipeline.errors import EngineError, ModelError
from pipeline.inference import choice
from pipeline.inference.choice import choose
from pipeline.inference.engine import engine_class
from pipeline.inference.engine_file import read_engine_file


@pytest.mark.parametrize(
    ("file", "gpu", "provider", "engine"),
    [
        ("a.tflite", False, "", "openvino"),
        ("a.xml", True, "CUDAExecutionProvider", "openvino"),
        ("a.onnx", False, "CUDAExecutionProvider", "openvino"),
        ("a.onnx", True, "", "openvino"),
        ("a.onnx", True, "CUDAExecutionProvider", "onnxruntime"),
        ("a.pt", False, "", "torch"),
        ("a.engine", True, "", "tensorrt"),
    ],
)
def test_auto_takes_the_fastest_that_reads_the_file(file, gpu, provider, engine, monkeypatch):
    monkeypatch.setattr(choice, "nvidia_gpu", lambda: gpu)
    monkeypatch.setattr(choice, "gpu_provider", lambda: provider)
    assert choose("auto", Path(file)).engine == engine


def test_an_engine_that_does_not_read_the_file_is_refused():
    with pytest.raises(ModelError, match=r"a\.pt: engine openvino reads \.xml and \.onnx and \.tflite files"):
        choose("openvino", Path("a.pt"))


def test_an_engine_that_is_not_installed_says_what_to_install():
    try:
        import tensorrt  # noqa: F401  # pyright: ignore[reportMissingImports]
    except ImportError:
        with pytest.raises(EngineError, match=r"engine tensorrt: is not installed here .* pip install"):
            engine_class("tensorrt")
    else:
        pytest.skip("tensorrt is installed")


def written(path: Path, words: dict, engine: bytes = b"engine") -> Path:
    text = json.dumps(words).encode()
    path.write_bytes(len(text).to_bytes(4, "little") + text + engine)
    return path


def test_an_engine_file_is_its_description_and_the_engine(tmp_path):
    path = written(tmp_path / "a.engine", {"task": "pose", "kpt_shape": [17, 3], "batch": 8})
    assert read_engine_file(path).engine == b"engine"
    assert read_engine_file(path).keypoints
    assert not read_engine_file(written(tmp_path / "b.engine", {"task": "detect"})).keypoints


@pytest.mark.parametrize("content", [b"", b"ftrt" + bytes(40), b"\x05\x00\x00\x00[1,2]engine"])
def test_an_engine_of_somebody_elses_is_refused(content, tmp_path):
    path = tmp_path / "a.engine"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="no TensorRT engine with Ultralytics' description"):
        read_engine_file(path)


@pytest.mark.parametrize("words", [{"task": "segment"}, {"task": "pose", "kpt_shape": [21, 3]}])
def test_an_engine_that_finds_no_people_is_refused(words, tmp_path):
    with pytest.raises(ModelError, match="find people"):
        read_engine_file(written(tmp_path / "a.engine", words))
