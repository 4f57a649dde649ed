"""Small networks that the thread of a frame runs itself: on one core, in full precision, for any number of rows."""

from pathlib import Path

import openvino as ov

from pipeline.errors import EngineError


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
