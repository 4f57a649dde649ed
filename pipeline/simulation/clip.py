"""`sightline sim`: a simulated clip as a file, with its truth and its camera beside it."""

import contextlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from pipeline.data import Picture, to_json
from pipeline.errors import InputError
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.street import Street

KINDS = ("street",)


def write_clip(
    kind: str,
    seed: int,
    seconds: float,
    out: Path,
    truth: Path | None,
    camera_out: Path | None,
    size: tuple[int, int],
    fps: float,
    people: int,
    progress: Callable[[int, int], None],
) -> None:
    """Write an H.264 clip, and its truth (a FrameRecord a line) and camera file if asked for, whole or not at all.

    Raises:
        InputError: there is no such scene, or a file cannot be written.
    """
    if kind not in KINDS:
        raise InputError(f"sim {kind}: no such scene; known are {', '.join(KINDS)}")
    if any(side % 2 or side < 64 for side in size):
        raise InputError(f"--size {size[0]}x{size[1]}: width and height must be even numbers of at least 64")
    street = Street(seed, size, fps, people)
    renderer = Renderer(street)
    total = max(1, round(seconds * fps))
    with _whole(out) as clip, _whole(truth) as records:
        try:
            lines = records.open("wb") if records else None
            with av.open(str(clip), "w", format="mp4") as container:
                stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
                stream.width, stream.height = size
                stream.pix_fmt = "yuv420p"
                stream.options = {"crf": "18", "preset": "veryfast"}
                for index in range(total):
                    container.mux(stream.encode(_frame(renderer.picture())))
                    if lines is not None:
                        lines.write(to_json(renderer.truth(f"sim-{seed}", kind, index)) + b"\n")
                    street.step()
                    progress(index + 1, total)
                container.mux(stream.encode(None))
            if lines is not None:
                lines.close()
        except OSError as error:
            raise InputError(f"{out}: cannot be written ({error.strerror})") from error
    if camera_out is not None:
        street.camera.save(camera_out)


def _frame(picture: Picture) -> av.VideoFrame:
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
