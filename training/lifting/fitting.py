"""From measured keypoints of rendered people to the errors of pose networks, in one small file.

python -m training.lifting.fitting measured.npz [--out training/lifting/keypoint_errors.npz]
"""

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.attributes.features import MIRRORED
from training.lifting.errors import FITTED, TERMS, Errors, offset_terms, score_terms

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_RIDGE = 1e-3
_OUTLIER = 0.2
"""Errors beyond this share of the stature are slips, not offsets."""
_LARGE_PX = 180.0


def fitted(rows: dict[str, npt.NDArray[np.generic]], size: tuple[int, int]) -> Errors:
    """The errors of each network in what `measuring` wrote of pictures of a size."""
    networks = np.asarray(rows["network"])
    parts = [_network({name: values[networks == n] for name, values in rows.items()}, size)
             for n in range(int(networks.max()) + 1)]  # fmt: skip
    return Errors(*(np.stack([part[name] for part in parts]) for name in Errors.__slots__))


def _network(rows: dict[str, npt.NDArray[np.generic]], size: tuple[int, int]) -> dict[str, Floats]:
    true, found = (np.asarray(rows[name], float) for name in ("true", "found"))
    size_px, down = np.asarray(rows["size_px"], float), np.asarray(rows["down_rad"], float)
    facing = np.radians(np.asarray(rows["facing_deg"], float))
    seen = true[..., 2] > 0
    outside = ((true[..., :2] < 0) | (true[..., :2] > size)).any(axis=-1)
    error = (found[..., :2] - true[..., :2]) / size_px[:, None, None]
    swapped = _swaps(true, found, seen)
    kept = ~swapped
    terms = offset_terms(true[..., :2], size_px, size_px, facing, down)
    good = kept[:, None] & seen & (np.linalg.norm(error, axis=-1) < _OUTLIER)
    offset = np.stack([[_least(terms[good[:, j], j, a], error[good[:, j], j, a]) for a in (0, 1)] for j in range(17)])
    rest = error - np.einsum("jat,njat->nja", offset, terms)
    jitter, jitter_px = _jitters(rest, size_px, seen & kept[:, None])
    behind = ~seen & ~outside & kept[:, None]
    hidden = np.array([np.sqrt(np.mean(np.clip(rest[behind[:, j], j], -0.3, 0.3) ** 2)) for j in range(17)])
    deviation = np.sqrt(jitter**2 + (jitter_px / size_px[:, None]) ** 2)
    deviation = np.where(seen, deviation, np.hypot(deviation, hidden))
    standard = np.clip(rest / deviation[..., None], -3.5, 3.5)
    whole = kept & seen.all(axis=1)
    correlation = np.corrcoef(standard[whole].reshape(-1, 34).T)
    correlation = 0.98 * correlation + 0.02 * np.eye(34)
    badness = np.log(np.sqrt(np.mean(standard[whole] ** 2, axis=(1, 2))))
    past = np.concatenate([np.maximum(-true[..., :2], 0), np.maximum(true[..., :2] - size, 0)], axis=-1)
    put = np.concatenate([-found[..., :2], found[..., :2] - size], axis=-1)
    far = (past > 0.05 * size_px[:, None, None]) & kept[:, None, None]
    share = float(np.median(np.clip(put[far] / past[far], -1, 2)))
    apart = ((put - share * past) / size_px[:, None, None])[far]
    terms = score_terms(facing, down, size_px, ~seen, np.linalg.norm(standard, axis=-1))
    chance = np.clip(found[..., 2], 0.003, 0.997)
    logits = np.log(chance / (1 - chance))
    score = np.stack([_least(terms[kept, j], logits[kept, j]) for j in range(17)])
    noise = logits[kept] - np.einsum("jt,njt->nj", score, terms[kept])
    side = np.abs(np.sin(facing)) > np.sin(np.pi / 4)
    return {
        "offset": offset, "jitter": jitter, "jitter_px": jitter_px, "hidden_jitter": hidden,
        "correlation": correlation, "unevenness": np.array(badness.std()), "beyond": np.array(max(share, 0.0)),
        "beyond_jitter": np.array(np.clip(1.4826 * np.median(np.abs(apart)), 0.005, 0.1)),
        "swapped": np.array([swapped[~side].mean(), swapped[side].mean()]), "score": score,
        "score_covariance": np.cov(noise.T) + 1e-4 * np.eye(17),
    }  # fmt: skip


def _least(terms: Floats, values: Floats) -> Floats:
    """Least squares with a little ridge."""
    square = terms.T @ terms
    return np.asarray(np.linalg.solve(square + _RIDGE * len(values) * np.eye(square.shape[0]), terms.T @ values), float)


def _swaps(true: Floats, found: Floats, seen: Bools) -> Bools:
    """Of whom left and right are exchanged: the other way round trunk and legs would fit much better."""
    joints = [5, 6, 11, 12, 13, 14, 15, 16]
    other = [MIRRORED[joint] for joint in joints]
    straight = np.linalg.norm(found[:, joints, :2] - true[:, joints, :2], axis=-1)
    crossed = np.linalg.norm(found[:, other, :2] - true[:, joints, :2], axis=-1)
    weight = seen[:, joints]
    return (crossed * weight).sum(axis=1) < 0.6 * (straight * weight).sum(axis=1)


def _jitters(rest: Floats, size_px: Floats, good: Bools) -> tuple[Floats, Floats]:
    """Deviations of large people's joints, and what is added in pixels for small ones."""
    constant, pixels = np.empty(17), np.empty(17)
    for j in range(17):
        mine = good[:, j]
        spread = np.sqrt(np.mean(np.clip(rest[mine, j], -0.15, 0.15) ** 2, axis=-1))
        design = np.stack([np.ones(mine.sum()), size_px[mine] ** -2.0], axis=-1)
        weight = 1 / (0.01**2 + (1.5 / size_px[mine]) ** 2)
        a, b = np.linalg.lstsq(design * weight[:, None], spread**2 * weight, rcond=None)[0]
        constant[j], pixels[j] = np.sqrt(max(a, 0.004**2)), np.sqrt(max(b, 0.3**2))
    return constant, pixels


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", type=Path)
    parser.add_argument("--out", type=Path, default=FITTED)
    given = parser.parse_args()
    with np.load(given.measured) as file:
        errors = fitted({name: file[name] for name in file.files}, (1280, 720))
    content = {name: values.astype(np.float32) for name, values in asdict(errors).items()}
    np.savez_compressed(given.out, allow_pickle=False, **content)
    print(f"{given.out}: {given.out.stat().st_size / 1000:.0f} kB, {TERMS} terms an offset")


if __name__ == "__main__":
    main()
