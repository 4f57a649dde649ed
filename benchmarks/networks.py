"""Networks of Ultralytics with random weights: as fast as trained ones, and with answers that depend on the picture."""

# torch and ultralytics are an extra, "gpu".
# pyright: reportMissingImports=false

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.perception.yolo import YoloPose
from pipeline.simulation.street import Street


def random_network(name: str, path: Path, seed: int = 0) -> Path:
    """A `.pt` file of Ultralytics' network `name` ("yolo26n-pose") for one class, the same from the same seed.

    Its normalisation is that of simulated streets, so that signals neither die nor explode in it, and its scores there
    are spread out.
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
    pictures = torch.from_numpy(np.concatenate([_street(seed) for seed in range(4)]))
    head = network.model[-1]
    with torch.no_grad():
        network(pictures)
        for branch in (head.cv3, getattr(head, "one2one_cv3", None)):
            for layers in branch or ():
                layers[-1].register_forward_hook(_spread)
        network(pictures)
    for module in head.modules():
        module._forward_hooks.clear()
    network.eval()
    made = YOLO(f"{name}.yaml", verbose=False)
    made.model = network
    made.save(path)
    return path


def _street(seed: int) -> npt.NDArray[np.float32]:
    picture = Street.of(seed=seed, width=384, height=288, people=4).picture()
    place = Placement.fit(Region.whole(picture), (256, 256))
    return YoloPose().tensor(letterbox(picture, place, YoloPose.fill))


def _spread(layer: Any, _: Any, scores: Any) -> None:
    """Make scores of a mean of 0.05 that go up to 0.9."""
    layer.weight.data /= scores.std()
    layer.bias.data = (layer.bias.data - scores.mean()) / scores.std() - 3
