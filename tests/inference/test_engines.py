"""Both engines give the same numbers, each answers for its own faults, and none blocks."""

import queue
from pathlib import Path

import numpy as np
import onnx
import onnx.helper as make
import pytest

from pipeline.errors import EngineError, ModelError
from pipeline.inference.engine import EngineOptions, engine_class
from tests.conftest import SHARED

ENGINES = ["openvino", "onnxruntime"]


@pytest.fixture(scope="session")
def network(tmp_path_factory) -> Path:
    """Convolution and activation on an input of any size."""
    weights = np.random.default_rng(5).normal(size=(4, 3, 3, 3)).astype(np.float32)
    kernel = make.make_tensor("kernel", onnx.TensorProto.FLOAT, weights.shape, weights.tobytes(), raw=True)
    graph = make.make_graph(
        [
            make.make_node("Conv", ["input", "kernel"], ["features"], pads=[1, 1, 1, 1]),
            make.make_node("Sigmoid", ["features"], ["output"]),
        ],
        "small",
        [make.make_tensor_value_info("input", onnx.TensorProto.FLOAT, [1, 3, "height", "width"])],
        [make.make_tensor_value_info("output", onnx.TensorProto.FLOAT, None)],
        [kernel],
    )
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=9)
    path = tmp_path_factory.mktemp("network") / "small.onnx"
    onnx.save(model, str(path))
    return path


def run(engine: str, path: Path, tensors: list[np.ndarray], goal: str = "throughput") -> dict[int, np.ndarray]:
    done: queue.SimpleQueue = queue.SimpleQueue()
    options = EngineOptions(goal=goal, precision="f32")
    made = engine_class(engine)(path, [tensor.shape for tensor in tensors], options, done.put)
    for number, tensor in enumerate(tensors):
        made.submit(number, tensor)
    answers = [done.get(timeout=20) for _ in tensors]
    made.close()
    assert all(answer.error is None for answer in answers)
    return {answer.token: answer.outputs[0] for answer in answers}


def test_the_engines_agree_on_every_shape(network):
    rng = np.random.default_rng(1)
    tensors = [rng.random((1, 3, *side), np.float32) for side in ((32, 48), (64, 32), (32, 48))]
    first, second = (run(engine, network, tensors) for engine in ENGINES)
    for number in range(3):
        np.testing.assert_allclose(first[number], second[number], atol=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("goal", ["latency", "throughput"])
def test_many_requests_come_back_each_with_its_own_answer(network, engine, goal):
    tensors = [np.full((1, 3, 32, 32), value / 40, np.float32) for value in range(40)]
    together = run(engine, network, tensors, goal)
    alone = run(engine, network, tensors[7:8], goal)
    np.testing.assert_allclose(together[7], alone[0], atol=1e-5)
    assert len({answer.tobytes() for answer in together.values()}) == 40


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_is_no_network_is_named(engine, tmp_path):
    path = tmp_path / "notes.onnx"
    path.write_text("not a network")
    with pytest.raises(ModelError, match=r"notes\.onnx.*cannot read it") as caught:
        engine_class(engine)(path, [(1, 3, 8, 8)], EngineOptions(), lambda done: None)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_shape_that_the_network_does_not_take_is_refused(engine, network):
    with pytest.raises(ModelError):
        engine_class(engine)(network, [(1, 5, 32, 32)], EngineOptions(), lambda done: None)


def test_a_network_of_a_fixed_size_for_one_picture_takes_two(network, tmp_path):
    fixed = onnx.load(str(network))
    for dimension in fixed.graph.input[0].type.tensor_type.shape.dim[2:]:
        dimension.dim_value = 32
    onnx.save(fixed, str(tmp_path / "fixed.onnx"))
    pair = np.random.default_rng(2).normal(size=(2, 3, 32, 32)).astype(np.float32)
    (both,) = run("openvino", tmp_path / "fixed.onnx", [pair]).values()
    alone = run("openvino", tmp_path / "fixed.onnx", [pair[:1], pair[1:]])
    assert np.allclose(both, np.concatenate([alone[0], alone[1]]), atol=1e-5)
    with pytest.raises(ModelError, match="takes an input of"):
        engine_class("openvino")(tmp_path / "fixed.onnx", [(2, 3, 32, 48)], EngineOptions(), print)


def test_an_unknown_engine_names_the_known_ones():
    with pytest.raises(EngineError, match="known are onnxruntime, openvino"):
        engine_class("abacus")


@pytest.mark.skipif(not (SHARED / "models").is_dir(), reason="shared/models is not on this machine")
def test_the_engines_agree_on_a_real_network():
    tensor = (np.random.default_rng(2).random((1, 3, 416, 416)) * 255).astype(np.float32)
    first, second = (run(engine, SHARED / "models" / "yolox_nano.onnx", [tensor])[0] for engine in ENGINES)
    np.testing.assert_allclose(first, second, atol=2e-2)
