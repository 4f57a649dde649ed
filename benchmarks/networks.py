"""Networks of Ultralytics with random weights: as fast as trained ones, and with answers that depend on the picture."""

# torch and ultralytics are an extra, "gpu".
# pyright: reportMissingImports=false

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.perception.yolo import YoloPose
from pipeline.pictures import Picture
from pipeline.simulation.street import Street


def random_network(name: str, path: Path, pictures: Sequence[Picture] = (), seed: int = 0) -> Path:
    """A `.pt` file of Ultralytics' network `name` ("yolo26n-pose") for one class, the same from the same seed.

    Its normalisation is that of the pictures (simulated streets, if there are none), so that signals neither die nor
    explode in it; there its scores are spread out, and its boxes are some strides wide.
    """
    import torch
    from ultralytics import YOLO
    from ultralytics.nn.tasks import DetectionModel, PoseModel

    torch.manual_seed(seed)
    kind = PoseModel if name.endswith("-pose") else DetectionModel
    network = kind(f"{name}.yaml", nc=1, verbose=False)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # the plain mean of what comes
            module.reset_running_stats()
    network.train()
    inputs = torch.from_numpy(np.concatenate([_input(each) for each in pictures or _streets()]))
    head = network.model[-1]
    with torch.no_grad():
        network(inputs)
        for branch in (head.cv3, getattr(head, "one2one_cv3", None)):
            for layers in branch or ():
                layers[-1].register_forward_hook(partial(_spread, mean=-3.0, std=1.0))
        if head.reg_max == 1:  # a side's distance itself; more of them are weighed, which makes it positive
            for layers in (*head.cv2, *getattr(head, "one2one_cv2", ())):
                layers[-1].register_forward_hook(partial(_spread, mean=3.0, std=0.7))
        network(inputs)
    for module in head.modules():
        module._forward_hooks.clear()
    network.eval()
    made = YOLO(f"{name}.yaml", verbose=False)
    made.model = network
    made.save(path)
    return path


def _streets() -> list[Picture]:
    return [Street.of(seed=seed, width=384, height=288, people=4).picture() for seed in range(4)]


def _input(picture: Picture) -> npt.NDArray[np.float32]:
    place = Placement.fit(Region.whole(picture), (256, 256))
    return YoloPose().tensor(letterbox(picture, place, YoloPose.fill))


def _spread(layer: Any, _: Any, answers: Any, mean: float, std: float) -> None:
    """Make what a layer answers have that mean and deviation from the next time on."""
    share = std / answers.std()
    layer.weight.data *= share
    layer.bias.data = (layer.bias.data - answers.mean()) * share + mean
