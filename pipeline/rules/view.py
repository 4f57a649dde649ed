"""Whether a camera still shows what it showed: cheap statistics of a small gray picture against the view's own past.

The reference is a slow average of a healthy view. A lens that is covered loses contrast and edges; one out of focus
loses edges but keeps the large shapes; a camera that was moved keeps its edges but elsewhere; a picture that is frozen
has no noise. All limits are shares of what this view usually has, so that night and fog need no other settings.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.pictures import Picture, PixelFormat, Pixels

Floats = npt.NDArray[np.float32]

EVERY_S = 0.25
_WIDTH, _HEIGHT = 320, 180
_COARSE = (20, 12)
_SAMPLED = 8
_LEARNS_S, _LEARNT_S = 20.0, 1.5
_ADOPTS_S = 120.0
"""A view that has been another one for so long is the new one."""
_FLAT, _BLURRED, _ALIKE, _ELSEWHERE = 0.45, 0.40, 0.80, 0.45
_STILL = 0.08


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is wrong with a view at this moment."""

    covered: bool = False
    moved: bool = False
    frozen: bool = False
    defocused: bool = False

    @property
    def good(self) -> bool:
        return not (self.covered or self.moved or self.frozen or self.defocused)


@dataclass(slots=True)
class _Measures:
    """Of one picture."""

    contrast: float
    sharpness: float
    edges: Floats
    coarse: Floats
    sample: Pixels


@dataclass(slots=True)
class _Reference:
    contrast: float
    sharpness: float
    edges: Floats
    coarse: Floats
    likeness: float = 1.0
    """Of the edges of healthy pictures to the average's."""
    change: float = 0.0
    """Of a pixel from one look to the next, in gray levels."""
    seen_s: float = 0.0


class ViewMeter:
    """Looks at one camera's pictures a few times a second."""

    def __init__(self) -> None:
        self._reference: _Reference | None = None
        self._last: tuple[float, Pixels] | None = None
        self._state = ViewState()
        self._wrong_since: float | None = None
        self._size = (0, 0)

    def look(self, now_s: float, picture: Picture) -> ViewState:
        """The view's state; the last one where it was looked at a moment ago."""
        if self._last is not None and 0 <= now_s - self._last[0] < EVERY_S - 1e-6:
            return self._state
        if picture.size != self._size:
            self._reference, self._last, self._size = None, None, picture.size
        now = _measured(picture)
        change = None if self._last is None else float(np.abs(now.sample.astype(np.int16) - self._last[1]).mean())
        passed = EVERY_S if self._last is None else now_s - self._last[0]
        self._last = (now_s, now.sample)
        reference = self._reference
        if reference is None or passed < 0:
            self._reference = _Reference(now.contrast, now.sharpness, now.edges, now.coarse)
            return self._state
        settled = reference.seen_s >= _LEARNT_S
        self._state = _judged(now, change, reference) if settled else ViewState()
        if self._state.good:
            self._wrong_since = None
            _learn(reference, now, change, min(passed, 1.0))
        else:
            self._wrong_since = now_s if self._wrong_since is None else self._wrong_since
            if self._state.moved and now_s - self._wrong_since > _ADOPTS_S:
                self._reference = None
        return self._state


def _measured(picture: Picture) -> _Measures:
    luma = picture.planes[0] if picture.format is not PixelFormat.RGB24 else picture.planes[0][..., 1]
    small = cv2.resize(luma, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    fine = cv2.Laplacian(small, cv2.CV_32F)
    half = cv2.resize(small, (_WIDTH // 2, _HEIGHT // 2), interpolation=cv2.INTER_AREA)
    edges = np.stack([cv2.Sobel(half, cv2.CV_32F, 1, 0), cv2.Sobel(half, cv2.CV_32F, 0, 1)]).astype(np.float32)
    coarse = cv2.resize(half, _COARSE, interpolation=cv2.INTER_AREA).astype(np.float32)
    return _Measures(
        contrast=float(half.std()),
        sharpness=float(fine.std()),
        edges=edges,
        coarse=coarse - coarse.mean(),
        sample=np.ascontiguousarray(luma[::_SAMPLED, ::_SAMPLED]),
    )


def _judged(now: _Measures, change: float | None, reference: _Reference) -> ViewState:
    sharp = now.sharpness / max(reference.sharpness, 1e-6)
    contrast = now.contrast / max(reference.contrast, 1e-6)
    alike = _likeness(now.coarse, reference.coarse)
    edges = _likeness(now.edges, reference.edges)
    covered = contrast < _FLAT and sharp < 0.8
    defocused = not covered and sharp < _BLURRED and alike > _ALIKE
    moved = not covered and not defocused and edges < _ELSEWHERE * reference.likeness
    frozen = change is not None and reference.change > 0.05 and change < _STILL * reference.change
    return ViewState(covered, moved, frozen and not covered, defocused)


def _learn(reference: _Reference, now: _Measures, change: float | None, passed_s: float) -> None:
    reference.seen_s += passed_s
    share = passed_s / min(max(reference.seen_s, passed_s), _LEARNS_S)
    likeness = _likeness(now.edges, reference.edges)
    reference.likeness += share * (likeness - reference.likeness)
    reference.contrast += share * (now.contrast - reference.contrast)
    reference.sharpness += share * (now.sharpness - reference.sharpness)
    reference.edges = (reference.edges + np.float32(share) * (now.edges - reference.edges)).astype(np.float32)
    reference.coarse = (reference.coarse + np.float32(share) * (now.coarse - reference.coarse)).astype(np.float32)
    if change is not None:
        reference.change += share * (change - reference.change)


def _likeness(first: Floats, second: Floats) -> float:
    """The cosine between two pictures of differences."""
    length = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.vdot(first, second)) / length if length > 1e-6 else 0.0
