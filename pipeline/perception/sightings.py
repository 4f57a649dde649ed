"""What perception tells of a ball."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BallSighting:
    """A place in one frame that looks like the ball: the middle of its streak and its radius in pixels (pixel i spans
    i to i + 1), when, in seconds of the clip, how sure, 0 to 1, and how many frames before it were repeats."""

    frame: int
    time_s: float
    x: float
    y: float
    radius_px: float
    score: float
    repeats: int = 0

    @property
    def step(self) -> int:
        """The frame's number among those that are no repeats: a ball moves as far in each of them."""
        return self.frame - self.repeats
