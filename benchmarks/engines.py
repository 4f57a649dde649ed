"""The same networks through every engine that runs here: times, and whether they find the same people.

    python -m benchmarks.engines [--clip CLIP] [--frames N] [--network FILE.pt] [--size 640x640]

A network of Ultralytics (YOLO26n-pose with random weights, if none is named) is exported, and run from its own file, as
ONNX and as OpenVINO's IR; so is yolov8n-pose-int8 of the catalogue, if it is here, which only OpenVINO reads. What is
compared is the whole way from the decoder's planes to people in pixels of the picture, and the network and its
decoding alone, all engines being given the same tensor. The first means something for trained networks only: what
random ones find jumps when the input changes by a third of a level, and engines with a device make their input there.
The first engine is the one that the others are held against; BOX_PX and KEYPOINT_PX say how near they have to be.
"""

import argparse
import json
import queue
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from trackers.eval import box_iou

from benchmarks.networks import random_network
from pipeline.capture.source import kind_of
from pipeline.config import ModelConfig
from pipeline.errors import SightlineError
from pipeline.inference.catalogue import find
from pipeline.inference.engine import Done, EngineOptions, Precision, engine_class
from pipeline.inference.export import export
from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.perception.detections import Detections
from pipeline.perception.detector import Detector
from pipeline.perception.network import network_of
from pipeline.pictures import Picture
from pipeline.terminal import size_of

SURE_SCORE = 0.3
"""People from this score on are compared, and their keypoints over 0.5."""
BOX_PX, KEYPOINT_PX = 2.0, 3.0
"""The tolerance: what the 95th percentile of differences between two engines may be."""
Run = tuple[str, Precision, Path]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far one engine's people are from another's."""

    people: int
    """Of the first, with a score of at least 0.3."""
    same: float
    """The share of them that the second has too, at an IoU of at least 0.5."""
    box_px: float
    keypoint_px: float
    """95th percentiles over coordinates; of keypoints with a score over 0.5."""

    @property
    def good(self) -> bool:
        return self.same >= 0.95 and self.box_px <= BOX_PX and self.keypoint_px <= KEYPOINT_PX


def agreement(first: list[Detections], second: list[Detections]) -> Agreement:
    """How well two engines agree on the same pictures."""
    people, boxes, points = 0, [], []
    for one, other in zip(first, second, strict=True):
        sides = one.boxes[:, 2:] - one.boxes[:, :2]
        sure = one.select((one.scores >= SURE_SCORE) & (sides > 4).all(axis=1))
        people += len(sure)
        if not len(sure) or not len(other):
            continue
        iou = np.array(box_iou(sure.boxes.astype(float), other.boxes.astype(float)))
        # Of two that lie alike, the one whose score is alike.
        likeness = iou - np.abs(sure.scores[:, None] - other.scores[None])
        for index, match in enumerate(likeness.argmax(axis=1)):
            if iou[index, match] >= 0.5:
                boxes.append(np.abs(sure.boxes[index] - other.boxes[match]))
                seen = sure.keypoints[index, :, 2] > 0.5
                points.append(np.abs(sure.keypoints[index, seen, :2] - other.keypoints[match, seen, :2]).reshape(-1))
    box = float(np.percentile(np.concatenate(boxes), 95)) if boxes else 0.0
    flat = np.concatenate(points) if points else np.empty(0)
    return Agreement(people, len(boxes) / max(people, 1), box, float(np.percentile(flat, 95)) if len(flat) else 0.0)


def detections(run: Run, pictures: list[Picture], size: tuple[int, int]) -> tuple[list[Detections], float, str]:
    """The people of each picture, milliseconds a picture one after another (the median), and the device."""
    engine, precision, path = run
    detector = Detector(ModelConfig(name=str(path), engine=engine, precision=precision, input=size), "latency")
    try:
        found, times = [], []
        for number, picture in enumerate([pictures[0], *pictures]):  # the first is for warming up
            begin = time.perf_counter()
            detector.submit(number, picture)
            while not (done := list(detector.collect())):
                time.sleep(0.0005)
            times.append(time.perf_counter() - begin)
            found.append(done[0].detections)
        return found[1:], statistics.median(times[1:]) * 1e3, detector.device
    finally:
        detector.close()


def of_same_input(run: Run, pictures: list[Picture], size: tuple[int, int]) -> list[Detections]:
    """The people of each picture, whose tensor is made once and for all on the CPU."""
    engine_name, precision, path = run
    network, answers = network_of("yolo-pose"), queue.SimpleQueue[Done]()
    engine = engine_class(engine_name)(path, [network.shape(size)], EngineOptions("latency", precision), answers.put)
    found = []
    try:
        for picture in pictures:
            place = Placement.fit(Region(0, 0, *picture.size), size)
            engine.submit(None, network.tensor(letterbox(picture, place, network.fill)))
            done = answers.get()
            if done.error is not None:
                raise done.error
            found.append(network.decode(done.outputs, place, ModelConfig().min_score))
    finally:
        engine.close()
    return found


def pictures_of(clip: str, count: int, every: int = 20) -> list[Picture]:
    """Every so many of a clip's pictures, as copies."""
    with kind_of(clip)(clip) as source:
        captured = zip(range(count * every), source.pictures(), strict=False)
        return [each.picture for index, each in captured if not index % every]


def exported(network: Path, size: tuple[int, int], folder: Path) -> list[Run]:
    """A `.pt` file, and its exports, with the engines that read them."""
    onnx = export(network, "onnx", size, 1, False, folder)
    xml = export(network, "openvino", size, 1, False, folder)
    return [
        ("torch", "f32", network),
        ("onnxruntime", "f32", onnx),
        ("openvino", "f32", xml),
        ("openvino", "auto", xml),
        ("torch", "auto", network),
    ]


def main() -> None:
    """Measure, print as it goes, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", default="../shared/data/cctv/vtest.avi")
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--network", type=Path, help="a .pt file of Ultralytics'")
    parser.add_argument("--size", default="640x640")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    size = size_of(options.size)
    pictures = pictures_of(options.clip, options.frames)
    say = Console(width=140, highlight=False).print
    rows = []
    with tempfile.TemporaryDirectory() as work:
        network = options.network or random_network("yolo26n-pose", Path(work) / "yolo26n-pose.pt", pictures[:4])
        groups = [exported(network, size, Path(work))]
        int8 = find("yolov8n-pose-int8")
        if int8 is not None:
            groups.append([("openvino", "f32", int8), ("openvino", "auto", int8)])
        for group in groups:
            first: list[Detections] | None = None
            same: list[Detections] | None = None
            for run in group:
                try:
                    found, ms, device = detections(run, pictures, size)
                    alike = of_same_input(run, pictures, size)
                except SightlineError as error:
                    say(f"{run[2].name} {run[0]}: not run: {error}")
                    continue
                first, same = first or found, same or alike
                compared = {"whole way": agreement(first, found), "same tensor": agreement(same, alike)}
                say(f"{run[2].name} {run[0]} {run[1]} {device}: {ms:.1f} ms")
                for name, agrees in compared.items():
                    apart = f"boxes {agrees.box_px:.2f} px, keypoints {agrees.keypoint_px:.2f} px"
                    verdict = "" if agrees.good else ": differs"
                    say(f"  {name}: of {agrees.people} people the same {agrees.same:.3f}, {apart}{verdict}")
                verdicts = {name: asdict(agrees) | {"good": agrees.good} for name, agrees in compared.items()}
                rows.append({"file": run[2].name, "engine": run[0], "precision": run[1], "device": device, "ms": ms}
                            | verdicts)  # fmt: skip
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
