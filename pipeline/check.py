"""Everything that can be known to be wrong with a deployment before it runs."""

import math
from pathlib import Path

from pipeline.attributes.marks import marks_of
from pipeline.capture.source import Source, kind_of
from pipeline.config import CameraConfig, Deployment, load_deployment
from pipeline.errors import ConfigError, SightlineError
from pipeline.geometry.camera import Camera
from pipeline.inference.catalogue import entry
from pipeline.inference.choice import OWN_FILES, choose
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
            if not any(fault.startswith(f"cameras.{name}.") for fault in faults):
                faults += [f"cameras.{name}: {fault}" for fault in _marks_faults(camera, kind)]
        except SightlineError as error:
            faults.append(f"cameras.{name}.source: {error}")
    model = deployment.model
    file: Path | None = Path(model.name)
    try:
        if file.suffix not in OWN_FILES:
            known = entry(model.name)
            if known.task != "pose":
                raise ConfigError(f"{model.name} finds no people; name a model whose task is pose")
            network = network_of(known.family)
            network.check_size(known.input or model.input or network.size)
            file = Path(known.files[0].name)
        elif not file.is_file():
            faults.append(f"model.name: {model.name}: no such file")
    except SightlineError as error:
        faults.append(f"model: {error}")
        file = None
    try:
        if file is not None:
            engine_class(choose(model.engine, file).engine)
        elif model.engine != "auto":
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


def _marks_faults(config: CameraConfig, kind: type[Source]) -> list[str]:
    """What is wrong with zones and lines; of a network camera without a file the picture's size shows when it comes."""
    if not config.zones and not config.lines:
        return []
    view = Camera.load(Path(config.camera)) if config.camera is not None else None
    size = view.size if view is not None else None
    if not kind.drifts:
        with kind(config.source) as source:
            size = source.info.width, source.info.height
            first = next(source.pictures(), None)
        view = view.seen_at(size) if view is not None else first.camera if first is not None else None
    if size is None:
        # Pixels fit a picture that is large enough; what needs none is looked at all the same.
        corners = [corner for mark in (*config.zones, *config.lines) for corner in mark.pixels or ((1.0, 1.0),)]
        size = math.ceil(max(x for x, _ in corners)), math.ceil(max(y for _, y in corners))
    try:
        marks_of(config.zones, config.lines, size, view)
    except ConfigError as error:
        return str(error).splitlines()
    return []
