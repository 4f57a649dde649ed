"""Ultralytics' networks through torch: the same people as through the CPU's engines, batched or alone."""

import queue
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import ModelConfig
from pipeline.errors import EngineError, InputError, ModelError
from pipeline.inference.engine import Done, EngineOptions, engine_class
from pipeline.inference.letterbox import Placement, letterbox
from pipeline.perception.detections import Detections
from pipeline.perception.detector import Detector
from pipeline.perception.network import network_of
from pipeline.perception.passes import placements
from pipeline.pictures import Picture
from pipeline.simulation.street import Street
from tests.conftest import wait_for
from tests.inference.networks import needs_ultralytics, yolo11, yolo26

__all__ = ["yolo11", "yolo26"]

pytestmark = needs_ultralytics
SIZE = (256, 256)
SHAPE = (1, 3, 256, 256)
ONE_CORE = {"threads": 1}


def street(seed: int) -> Picture:
    return Street.of(seed=seed, width=384, height=288, people=3).picture()


def place_of(picture: Picture) -> Placement:
    return placements(picture.size, (1, 1), SIZE, None)[0]


class Running:
    """An engine, and what came back from it."""

    def __init__(self, model: Path, **options) -> None:
        self._done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        options = EngineOptions(**{**ONE_CORE, **options})
        self.engine = engine_class("torch")(model, [SHAPE], options, self._done.put)

    def answers(self, count: int) -> dict:
        done = [self._done.get(timeout=60) for _ in range(count)]
        assert all(each.error is None for each in done)
        return {each.token: each.outputs for each in done}


def best(found: Detections, count: int = 20) -> Detections:
    return found.select(np.argsort(-found.scores, kind="stable")[:count])


@pytest.mark.parametrize("network", ["yolo26", "yolo11"])
def test_the_people_are_those_of_the_raw_output_decoded_on_the_cpu(network, request):
    import torch

    from pipeline.inference.yolo_files import load

    path = request.getfixturevalue(network)
    picture = street(3)
    tensor = network_of("yolo-pose").tensor(letterbox(picture, place_of(picture), 114))
    with torch.inference_mode():
        raw = load(path).module(torch.from_numpy(tensor)).numpy()
    running = Running(path)
    running.engine.submit("it", tensor)
    outputs = running.answers(1)["it"]
    running.engine.close()
    expected, found = (network_of("yolo-pose").decode(each, place_of(picture), 0.1) for each in ((raw,), outputs))
    assert len(found) > 3
    np.testing.assert_allclose(best(found).scores, best(expected).scores, atol=1e-3)
    np.testing.assert_allclose(best(found).boxes, best(expected).boxes, atol=0.2)
    np.testing.assert_allclose(best(found).keypoints, best(expected).keypoints, atol=0.2)


def test_what_waits_goes_together_and_each_gets_its_own_people(yolo26):
    pictures = {seed: street(seed) for seed in range(6)}
    together, alone = Running(yolo26, batch=4), Running(yolo26)
    for running in (together, alone):
        for seed, picture in pictures.items():
            running.engine.submit_picture(seed, picture, place_of(picture), 114)
    batched, single = together.answers(6), alone.answers(6)
    assert together.engine.depth == 4 * alone.engine.depth
    for running in (together, alone):
        running.engine.close()
    for seed in pictures:
        np.testing.assert_allclose(batched[seed][0][0, :5, :5], single[seed][0][0, :5, :5], rtol=1e-3, atol=0.1)
    assert len({batched[seed][0].tobytes() for seed in pictures}) == 6


def test_pictures_of_several_cameras_and_a_ready_tensor_share_a_batch(yolo26):
    small, large = street(1), Street.of(seed=2, width=640, height=360, people=3).picture()
    running = Running(yolo26, batch=4)
    network = network_of("yolo-pose")
    for token, picture in (("small", small), ("large", large), ("again", small)):
        running.engine.submit_picture(token, picture, place_of(picture), 114)
    running.engine.submit("tensor", network.tensor(letterbox(small, place_of(small), 114)))
    answers = running.answers(4)
    running.engine.close()
    np.testing.assert_allclose(answers["small"][0][0, :20, :5], answers["again"][0][0, :20, :5], atol=1e-3)
    # The letterbox of the CPU rounds its levels, so scores move a little.
    np.testing.assert_allclose(answers["tensor"][0][0, 0, 4], answers["small"][0][0, 0, 4], atol=0.05)
    assert not np.allclose(answers["large"][0][0, :20, :5], answers["small"][0][0, :20, :5], atol=1)


def test_two_networks_share_a_device(yolo26, yolo11):
    first, second = Running(yolo26), Running(yolo11)
    picture = street(5)
    for running in (first, second):
        for number in range(3):
            running.engine.submit_picture(number, picture, place_of(picture), 114)
    answers = [running.answers(3) for running in (first, second)]
    for running in (first, second):
        running.engine.close()
    for each in answers:
        np.testing.assert_allclose(each[0][0], each[2][0], atol=1e-3)
    assert not np.allclose(answers[0][0][0], answers[1][0][0], atol=1)


def test_a_batch_that_would_make_live_frames_old_is_not_made(yolo26):
    running = Running(yolo26, batch=8, max_age_ms=1.0)
    assert running.engine.depth == 2  # two of one
    running.engine.close()


def test_the_detector_chooses_it_by_the_file(yolo26):
    detector = Detector(ModelConfig(name=str(yolo26), input=SIZE, min_score=0.05), "latency")
    assert (detector.engine, detector.config.engine) == ("torch", "auto")
    detector.submit("frame", street(3))
    found = wait_for(lambda: list(detector.collect()), timeout=60)[0].detections
    detector.close()
    assert len(found) > 0
    assert found.keypoints.shape[1:] == (17, 3)


def test_a_file_that_is_no_network_is_named(tmp_path):
    path = tmp_path / "notes.pt"
    path.write_text("not a network")
    with pytest.raises(ModelError, match=r"notes\.pt.*cannot read it") as caught:
        engine_class("torch")(path, [SHAPE], EngineOptions(), lambda done: None)
    assert "\n" not in str(caught.value)


def test_a_pickle_that_would_run_code_does_not(tmp_path):
    import torch

    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    torch.save({"model": Trap()}, tmp_path / "trap.pt")
    with pytest.raises(ModelError):
        engine_class("torch")(tmp_path / "trap.pt", [SHAPE], EngineOptions(), lambda done: None)
    assert not (tmp_path / "ran").exists()


def test_half_precision_is_refused_where_there_is_no_gpu(yolo26):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(EngineError, match="no f16 on the CPU"):
        Running(yolo26, precision="f16")


@pytest.mark.gpu
def test_a_gpu_finds_the_people_that_the_cpu_finds(yolo26):
    import torch

    if not torch.cuda.is_available():
        pytest.skip("torch finds no NVIDIA GPU: CUDA graphs, pinned uploads and streams were not run")
    from pipeline.inference.yolo_files import load

    pictures = [street(seed) for seed in range(9)]
    running = Running(yolo26, precision="f32")
    assert running.engine.device.startswith("GPU")
    for number, picture in enumerate(pictures):
        running.engine.submit_picture(number, picture, place_of(picture), 114)
    answers = running.answers(9)
    running.engine.close()
    module = load(yolo26).module
    for number, picture in enumerate(pictures):
        tensor = network_of("yolo-pose").tensor(letterbox(picture, place_of(picture), 114))
        with torch.inference_mode():
            expected = module(torch.from_numpy(tensor)).numpy()
        np.testing.assert_allclose(answers[number][0][0, 0, 4], expected[0, 0, 4], atol=0.05)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_exported_network_answers_the_same_through_every_engine(yolo26, tmp_path):
    from pipeline.inference.export import export

    onnx, xml = (export(yolo26, format, SIZE, 1, False, tmp_path) for format in ("onnx", "openvino"))
    picture = street(3)
    tensor = network_of("yolo-pose").tensor(letterbox(picture, place_of(picture), 114))
    rows = []
    for engine, path in (("torch", yolo26), ("onnxruntime", onnx), ("openvino", xml)):
        done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        made = engine_class(engine)(path, [SHAPE], EngineOptions(precision="f32", threads=1), done.put)
        made.submit("it", tensor)
        rows.append(done.get(timeout=120).outputs[0][0])
        made.close()
    for other in rows[1:]:
        np.testing.assert_allclose(other[:5, 4], rows[0][:5, 4], atol=1e-3)
        nearest = np.abs(rows[0][:20, None, :4] - other[None, :, :4]).max(axis=2).min(axis=1)
        assert np.percentile(nearest, 95) < 2


@pytest.mark.parametrize(
    ("file", "format", "size", "fault"),
    [("a.onnx", "onnx", SIZE, "cannot be exported"), ("a.pt", "gguf", SIZE, "known are onnx, openvino, engine")]
    + [("a.pt", "onnx", (250, 256), "multiples of 32")],
)
def test_what_cannot_be_exported_is_said(file, format, size, fault, tmp_path):
    from pipeline.inference.export import export

    with pytest.raises(InputError, match=fault):
        export(Path(file), format, size, 1, False, tmp_path)
