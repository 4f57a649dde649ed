"""`sightline sim`: a simulated clip as a file, with its truth and its camera beside it."""

import contextlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from pipeline.data import to_json
from pipeline.errors import InputError
from pipeline.pictures import Picture
from pipeline.simulation.scene import Scene


def write_clip(
    scene: Scene[Any],
    seconds: float,
    out: Path,
    truth: Path | None,
    camera_out: Path | None,
    progress: Callable[[int, int], None],
) -> None:
    """Write an H.264 clip, and its truth and camera file if asked for, whole or not at all.

    The truth is JSON lines of several schemas: a record for each frame, what happened when it has ended, and at the end
    what is still going on. The camera file holds the camera of the first frame.

    Raises:
        InputError: a file cannot be written.
    """
    total = max(1, round(seconds * scene.fps))
    with _whole(out) as clip, _whole(truth) as records, _whole(camera_out) as camera_file:
        try:
            if camera_file is not None:
                scene.camera.save(camera_file)
            lines = records.open("wb") if records else None
            with av.open(str(clip), "w", format="mp4") as container:
                stream = video_stream(container, scene.size, scene.fps, crf="18", preset="veryfast")
                for index in range(total):
                    container.mux(stream.encode(to_video_frame(scene.picture())))
                    if lines is not None:
                        lines.write(truth_lines(scene, scene.run, index))
                    scene.step()
                    progress(index + 1, total)
                if lines is not None:
                    for item in scene.going_on():
                        lines.write(to_json(item) + b"\n")
                container.mux(stream.encode(None))
            if lines is not None:
                lines.close()
        except OSError as error:
            raise InputError(f"{out}: cannot be written ({error.strerror})") from error


def video_stream(container: Any, size: tuple[int, int], fps: float, **options: str) -> Any:
    """A stream of H.264 in a container that is being written."""
    stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.options = options
    return stream


def truth_lines(scene: Scene[Any], run: str, frame: int) -> bytes:
    """What is true of a frame and what has happened since the last one, as JSON lines."""
    return b"".join(to_json(item) + b"\n" for item in (scene.truth(run, scene.name, frame), *scene.happened()))


def to_video_frame(picture: Picture) -> av.VideoFrame:
    """An I420 picture as an encoder takes it."""
    packed = np.concatenate([plane.reshape(-1) for plane in picture.planes])
    return av.VideoFrame.from_ndarray(packed.reshape(picture.height * 3 // 2, picture.width), format="yuv420p")


@contextlib.contextmanager
def _whole(path: Path | None) -> Iterator[Path | None]:
    """A name to write under, which becomes `path` at the end and vanishes on an error."""
    if path is None:
        yield None
        return
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
