"""The errors that pose networks make, as `training.lifting.fitting` found them, laid on true joints.

A network puts its joints elsewhere than an anatomist: nearer to the body's middle, those of the far side towards the
near one. That offset follows from the view; around it there is jitter with the correlations that were measured, larger
for small people and hidden joints; what is out of the picture is pulled to its edge; left and right are now and then
swapped. Since keypoints come from networks that were not measured, too, each person's errors are a mixture of the
measured networks', more or less of them, with scores that mean more or less.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.attributes.features import MIRRORED, TRUNK
from training.lifting.views import Views

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
FITTED = Path(__file__).with_name("keypoint_errors.npz")
PARENTS = (5, 0, 0, 1, 2, 11, 12, 5, 6, 7, 8, 5, 6, 11, 12, 13, 14)
"""The joint that each hangs on, or is seen beside."""
TERMS = 13
"""Of an offset: ten of the view, one towards the parent, one towards the trunk's middle, and one more that way for
small people."""
_SMALL_PX, _SMALLEST = 100.0, 3.0
_TAIL = 5.0
"""Degrees of freedom of the jitter's t distribution."""
_SWAPS = 1.0
"""The most that swaps of other networks are of those measured, as a share."""
_FACE_TOGETHER, _BODY_TOGETHER = (0.0, 1.0), (0.6, 1.0)
"""How far apart the sides of a face and of a body are put that are swapped, as a share: a network that takes a front
for a back is in two minds. MoveNet put the ears of such fronts 0.4 as far apart as those of true backs, and of such
backs 0.6; their shoulders 0.9 and 0.7 (750 of rendered people)."""
_FACE = np.arange(5)
_OCCLUDED = 0.35
"""The share of people of whom something hides a part."""


@dataclass(frozen=True, slots=True)
class Errors:
    """What was fitted, for networks (K, …); lengths in shares of the stature in the picture unless they say pixels."""

    offset: Floats
    """(K, 17, 2, TERMS), along the image's right and down."""
    jitter: Floats
    """Of seen joints, (K, 17)."""
    jitter_px: Floats
    """Of small people, in pixels of the picture, (K, 17)."""
    hidden_jitter: Floats
    """Of joints that something hides, (K, 17)."""
    correlation: Floats
    """Of jitter, (K, 34, 34), x and y of each joint in turn."""
    unevenness: Floats
    """Deviation, (K,), of the logarithm of how much a person's jitter is larger than another's."""
    beyond: Floats
    """How far a joint out of the picture is put beyond the edge, as a share of how far it is, (K,)."""
    beyond_jitter: Floats
    """(K,)."""
    swapped: Floats
    """How often left and right are swapped, (K, 2): of people seen from front or back, and from the side."""
    score: Floats
    """Coefficients of scores' logits, (K, 17, 8): five of the view, log10 of the size in pixels, hidden, jitter."""
    score_covariance: Floats
    """(K, 17, 17)."""

    @classmethod
    def load(cls, path: Path = FITTED) -> "Errors":
        """What `training.lifting.fitting` wrote."""
        with np.load(path) as file:
            return cls(**{name: file[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Broadness:
    """How much more varied errors are than those that were measured: real keypoints come from other networks, from
    photographs and from people in real clothes. Each is a deviation of a logarithm, unless it says otherwise."""

    jitter: float = 0.4
    less_jitter: float = 0.3
    """By how much the mean of that logarithm is less than measured: the measured networks are the smallest of their
    kinds, on rendered people who are seen badly."""
    offset: float = 0.25
    """A deviation of a factor about 1."""
    shrink: float = 0.012
    """Of the whole body towards its middle, beyond what was measured; a deviation of a factor about 1."""
    score: float = 0.45
    """Of the power that scores are taken to."""
    view_score: float = 0.6
    """Of how much scores tell of what a body's own other side hides."""
    finest: float = 0.2
    """The least share of the jitter in pixels: the measured networks saw the pictures scaled down, to a half and to
    two thirds; others take them as they are, or scaled up."""


def view_terms(facing_rad: Floats, down_rad: Floats) -> Floats:
    """What offsets depend on, (N, 10)."""
    around = np.stack([np.ones_like(facing_rad), np.cos(facing_rad), np.sin(facing_rad), np.cos(2 * facing_rad),
                       np.sin(2 * facing_rad)], axis=-1)  # fmt: skip
    return np.concatenate([around, around * np.sin(down_rad)[:, None]], axis=-1)


def offset_terms(true_px: Floats, size_px: Floats, seen_px: Floats, facing_rad: Floats, down_rad: Floats) -> Floats:
    """The terms of offsets (N, 17, 2, TERMS) of true joints (N, 17, 2) of people who are so large in the picture, and
    as large as `seen_px` for the network."""
    view = view_terms(facing_rad, down_rad)
    to_parent = (true_px[:, PARENTS] - true_px) / size_px[:, None, None]
    to_middle = (true_px[:, TRUNK].mean(axis=1, keepdims=True) - true_px) / size_px[:, None, None]
    small = to_middle * np.minimum(_SMALL_PX / seen_px, _SMALLEST)[:, None, None]
    spread = np.broadcast_to(view[:, None, None], (*true_px.shape, view.shape[-1]))
    return np.concatenate([spread, to_parent[..., None], to_middle[..., None], small[..., None]], axis=-1)


def score_terms(facing_rad: Floats, down_rad: Floats, size_px: Floats, hidden: Bools, jitter: Floats) -> Floats:
    """The terms of scores' logits, (N, 17, 8)."""
    view = np.broadcast_to(view_terms(facing_rad, down_rad)[:, None, :5], (*hidden.shape, 5))
    size = np.broadcast_to(np.log10(size_px)[:, None], hidden.shape)
    return np.concatenate([view, np.stack([size, hidden.astype(float), np.log1p(jitter)], axis=-1)], axis=-1)


def keypoints_of(
    rng: np.random.Generator, views: Views, errors: Errors, broadness: Broadness | None = None
) -> tuple[Floats, Bools]:
    """Keypoints (N, 17, 3) that a pose network might find of people, and which of them (N, 17) it was shown."""
    broad = broadness or Broadness()
    count = len(views.size_px)
    facing = np.where(np.isnan(views.facing_rad), rng.uniform(-np.pi, np.pi, count), views.facing_rad)
    networks = len(errors.offset)
    weights = rng.dirichlet(np.full(networks, 0.6), count)
    pick = (weights.cumsum(axis=1) > rng.random((count, 1))).argmax(axis=1)

    outside = _outside(views)
    hidden = _hidden(rng, views.joints_px) | outside
    fineness = np.exp(rng.uniform(np.log(broad.finest), 0, count))
    terms = offset_terms(views.joints_px, views.size_px, views.size_px / fineness, facing, views.down_rad)
    offset = np.einsum("nk,kjat,njat->nja", weights, errors.offset, terms)
    offset *= (1 + broad.offset * rng.standard_normal(count))[:, None, None]
    # Whichever way the trunk's middle is: toward it or off it.
    offset += terms[..., -2] * (broad.shrink * rng.standard_normal(count))[:, None, None]

    pixels = errors.jitter_px[pick] * (fineness / views.size_px)[:, None]
    deviation = np.hypot(errors.jitter[pick], pixels)
    deviation = np.where(hidden, np.hypot(deviation, errors.hidden_jitter[pick]), deviation)
    factor = np.linalg.cholesky(errors.correlation)
    standard = np.einsum("nij,nj->ni", factor[pick], rng.standard_normal((count, 34))).reshape(count, 17, 2)
    uneven = np.hypot(errors.unevenness[pick], broad.jitter) * rng.standard_normal(count)
    standard *= np.exp(uneven - broad.less_jitter)[:, None, None]
    standard *= np.sqrt(_TAIL / rng.chisquare(_TAIL, (count, 17)))[..., None] * np.sqrt((_TAIL - 2) / _TAIL)

    found = views.joints_px + (offset + standard * deviation[..., None]) * views.size_px[:, None, None]
    found = _pulled_in(rng, found, views, errors, pick)
    found, hidden = _swapped(rng, found, hidden, np.abs(np.sin(facing)), errors.swapped[pick])
    length = np.linalg.norm(standard, axis=-1)
    scores = _scores(rng, score_terms(facing, views.down_rad, views.size_px, hidden, length), errors, pick, broad)
    return np.concatenate([found, scores[..., None]], axis=-1), ~hidden


def _outside(views: Views) -> Bools:
    return np.any((views.joints_px < 0) | (views.joints_px > views.picture[:, None]), axis=-1)


def _hidden(rng: np.random.Generator, joints_px: Floats) -> Bools:
    """What is behind something: nothing of most people, a side of some, single joints of others."""
    count = len(joints_px)
    angle = np.where(rng.random(count) < 0.5, np.pi / 2, rng.uniform(0, 2 * np.pi, count))
    along = joints_px[..., 0] * np.cos(angle)[:, None] + joints_px[..., 1] * np.sin(angle)[:, None]
    low, high = along.min(axis=1), along.max(axis=1)
    behind = along > (low + (high - low) * rng.uniform(0.25, 1.0, count))[:, None]
    single = rng.random((count, 17)) < rng.uniform(0, 0.5, (count, 1))
    kind = rng.random(count)[:, None]
    return np.where(kind < 0.7 * _OCCLUDED, behind, np.where(kind < _OCCLUDED, single, False))


def _pulled_in(
    rng: np.random.Generator, found: Floats, views: Views, errors: Errors, pick: npt.NDArray[np.intp]
) -> Floats:
    """What is out of the picture, put nearer to its edge."""
    inside = np.clip(found, 0, views.picture[:, None])
    past = found - inside
    share = errors.beyond[pick] * rng.uniform(0, 1.5, len(found))
    noise = (errors.beyond_jitter[pick] * views.size_px)[:, None, None] * rng.standard_normal(found.shape)
    return np.where(past != 0, inside + share[:, None, None] * past - np.sign(past) * np.abs(noise), found)


def _swapped(
    rng: np.random.Generator, found: Floats, hidden: Bools, side: Floats, often: Floats
) -> tuple[Floats, Bools]:
    """Left and right exchanged, of the whole body or of the legs alone."""
    # Rendered people, who have hardly a face, are swapped in 12 % of cases; of joints in photographs a few percent are
    # ("inversions" in Ronchi and Perona 2017, Benchmarking and Error Diagnosis in Multi-Instance Pose Estimation).
    chance = (often[:, 0] + (often[:, 1] - often[:, 0]) * side) * rng.uniform(0, _SWAPS, len(found))
    whole, legs = rng.random(len(found)) < chance, rng.random(len(found)) < 0.5 * chance
    together = np.stack([rng.uniform(*_BODY_TOGETHER, len(found))] * 17, axis=1)
    together[:, _FACE] = rng.uniform(*_FACE_TOGETHER, len(found))[:, None]
    for these, joints in ((whole, np.arange(17)), (legs, np.arange(11, 17))):
        order = np.arange(17)
        order[joints] = np.array(MIRRORED)[joints]
        found = np.where(these[:, None, None], found[:, order], found)
        hidden = np.where(these[:, None], hidden[:, order], hidden)
    middles = (found + found[:, np.array(MIRRORED)]) / 2
    closer = middles + together[..., None] * (found - middles)
    return np.where(whole[:, None, None], closer, found), hidden


def _scores(
    rng: np.random.Generator, terms: Floats, errors: Errors, pick: npt.NDArray[np.intp], broad: Broadness
) -> Floats:
    count = len(terms)
    factor = np.linalg.cholesky(errors.score_covariance)
    noise = np.einsum("nij,nj->ni", factor[pick], rng.standard_normal((count, 17)))
    coefficients = errors.score[pick]
    coefficients[..., 1:5] *= np.exp(broad.view_score * rng.standard_normal((count, 1, 1)))
    logits = np.einsum("njt,njt->nj", coefficients, terms) + noise
    scores = (1 / (1 + np.exp(-logits))) ** np.exp(broad.score * rng.standard_normal(count))[:, None]
    # Some networks say 0 of what they are not sure of, and some files have no scores but 1.
    kind = rng.random(count)[:, None]
    floor = rng.uniform(0.1, 0.5, (count, 1))
    scores = np.where((kind < 0.25) & (scores < floor), 0.01, scores)
    return np.where(kind > 0.96, 1.0, scores)
