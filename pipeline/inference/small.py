"""Small networks that the thread of a frame runs itself: on one core, in full precision, for any number of rows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import openvino as ov

from pipeline.errors import EngineError
from pipeline.pictures import Pixels


def small_network(weights: Path) -> ov.InferRequest:
    """A request that runs a network.

    Raises:
        EngineError: it cannot be run here.
    """
    settings = {
        "INFERENCE_PRECISION_HINT": ov.Type.f32, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1
    }  # fmt: skip
    try:
        return ov.Core().compile_model(weights, "CPU", settings).create_infer_request()
    except RuntimeError as error:
        raise EngineError(f"OpenVINO cannot run {weights.name} here: {error}") from error


def look(request: ov.InferRequest, pictures: Sequence[Pixels]) -> npt.NDArray[np.float64]:
    """What a network of pictures (height, width, 3) of one size says of each, a row each."""
    if not pictures:
        return np.empty((0, *(length.get_length() for length in list(request.model_outputs[0].partial_shape)[1:])))
    planes = np.ascontiguousarray(np.stack(pictures).transpose(0, 3, 1, 2), np.float32)
    request.infer([planes], share_inputs=True)
    return np.array(request.get_output_tensor(0).data, float)
