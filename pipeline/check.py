"""Everything that can be known to be wrong with a deployment before it runs."""

from pathlib import Path

from pipeline.capture.source import Source, kind_of
from pipeline.config import CameraConfig, Deployment, load_deployment
from pipeline.errors import ConfigError, SightlineError
from pipeline.geometry.camera import Camera
from pipeline.inference.catalogue import entry
from pipeline.inference.engine import engine_class
from pipeline.perception.network import network_of


def check_deployment(path: Path) -> Deployment:
    """The deployment of a YAML file, if it could run here.

    Raises:
        ConfigError: a line for each fault, with its key and what would be right.
    """
    deployment = load_deployment(path)
    faults = []
    for name, camera in deployment.cameras.items():
        try:
            kind = kind_of(camera.source)
            camera.url()
            camera.recorded_url()
            if not kind.live and not Path(camera.source.removeprefix("file://")).exists():
                faults.append(f"cameras.{name}.source: {camera.source}: no such file or folder")
            elif camera.camera is not None:
                faults += [f"cameras.{name}.camera: {fault}" for fault in _camera_faults(camera, kind)]
        except SightlineError as error:
            faults.append(f"cameras.{name}.source: {error}")
    model = deployment.model
    try:
        if not model.name.endswith((".onnx", ".xml")):
            known = entry(model.name)
            network = network_of(known.family)
            network.check_size(known.input or model.input or network.size)
        elif not Path(model.name).is_file():
            faults.append(f"model.name: {model.name}: no such file")
    except SightlineError as error:
        faults.append(f"model: {error}")
    try:
        engine_class(model.engine)
    except SightlineError as error:
        faults.append(f"model.engine: {error}")
    if faults:
        raise ConfigError("\n".join(f"{path}: {fault}" for fault in faults))
    return deployment


def _camera_faults(config: CameraConfig, kind: type[Source]) -> list[str]:
    """What is wrong with a camera file; whether a network camera's pictures have its shape shows when they come."""
    try:
        camera = Camera.load(Path(str(config.camera)))
    except ConfigError as error:
        return str(error).splitlines()
    if kind.drifts:
        return []
    with kind(config.source) as source:
        size = source.info.width, source.info.height
    try:
        camera.seen_at(size)
    except ConfigError as error:
        return [f"{config.camera}: {error}"]
    return []
