"""Who looks like whom, from a network trained to know people again, instead of from the colours of their clothes.

OSNet x0.25 (Zhou et al. 2019, "Omni-Scale Feature Learning for Person Re-Identification", torchreid) trained on MSMT17:
RGB 128 wide, 256 high, normalised as ImageNet is; output 512 numbers, whose directions are compared.
"""

import numpy as np

from pipeline.inference.catalogue import pull
from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.inference.running import Runner
from pipeline.perception.detections import Detections, Floats
from pipeline.pictures import Picture

MODEL = "osnet-x0-25"
_SIZE = (128, 256)
_MEAN, _STD = (np.array(v, np.float32) * 255 for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
_FAR = 0.5
"""One less the cosine from which on two people do not look alike at all."""


class Reid:
    """The network, for all cameras; takes its time a person, on one core.

    Raises:
        ModelError: it cannot be had.
        EngineError: it cannot run here.
    """

    def __init__(self) -> None:
        self._run = Runner(pull(MODEL), (1, 3, _SIZE[1], _SIZE[0]), "auto")

    def looks(self, picture: Picture, found: Detections) -> Floats:
        """The looks (N, 512) of N people."""
        if not len(found):
            return np.empty((0, 512), np.float32)
        return np.concatenate([self._run(_tensor(picture, box))[0] for box in found.boxes])

    def difference(self, looks: Floats, look: Floats) -> Floats:
        """From 0 (alike) to 1 (not at all), for each of N looks."""
        lengths = np.linalg.norm(looks, axis=1) * np.linalg.norm(look)
        return np.clip((1 - looks @ look / np.maximum(lengths, 1e-9)) / _FAR, 0, 1)


def _tensor(picture: Picture, box: Floats) -> Floats:
    """A person's box, stretched to the network's input."""
    limit = np.array(picture.size) // 2 * 2
    low = np.clip(box[:2] // 2 * 2, 0, limit - 4).astype(int)
    high = np.clip(-(-box[2:] // 2) * 2, low + 4, limit).astype(int)
    region = Region(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
    rgb = letterbox(picture, Placement(region, _SIZE, (0, 0), _SIZE))
    return np.ascontiguousarray(((rgb - _MEAN) / _STD).transpose(2, 0, 1)[None], np.float32)
