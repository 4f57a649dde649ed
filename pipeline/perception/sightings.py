"""What perception tells of a ball."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BallSighting:
    """A place in one frame that looks like the ball: the middle of its streak and its radius in pixels (pixel i spans
    i to i + 1), when, in seconds of the clip, and how sure, 0 to 1."""

    frame: int
    time_s: float
    x: float
    y: float
    radius_px: float
    score: float
