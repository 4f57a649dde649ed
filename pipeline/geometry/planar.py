"""Inverses and quadratic forms of matrices (..., 2, 2), as covariances on the ground are: written out, as a general
solver's way to many small matrices takes longer than its sums."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def inverse(matrices: Floats) -> Floats:
    """Inverses (..., 2, 2); infinite or nan of singular ones."""
    found = np.empty_like(matrices)
    found[..., 0, 0], found[..., 1, 1] = matrices[..., 1, 1], matrices[..., 0, 0]
    found[..., 0, 1], found[..., 1, 0] = -matrices[..., 0, 1], -matrices[..., 1, 0]
    product = matrices[..., 0, :] * found[..., :, 0]
    return found / (product[..., 0] + product[..., 1])[..., None, None]


def form(vectors: Floats, matrices: Floats) -> Floats:
    """v'Mv (...) of vectors (..., 2)."""
    product = (matrices @ vectors[..., None])[..., 0] * vectors
    return product[..., 0] + product[..., 1]
