"""Matrices of the plane, against the general solver."""

import numpy as np

from pipeline.geometry.planar import form, inverse

RNG = np.random.default_rng(3)
MATRICES = RNG.normal(0, 1, (2, 30, 2, 2)) + 3 * np.eye(2)
VECTORS = RNG.normal(0, 1, (2, 30, 2))


def test_an_inverse_undoes_its_matrix():
    np.testing.assert_allclose(inverse(MATRICES), np.linalg.inv(MATRICES), rtol=1e-9)


def test_a_quadratic_form_is_the_sum_of_its_products():
    expected = np.einsum("...i,...ij,...j->...", VECTORS, MATRICES, VECTORS)
    np.testing.assert_allclose(form(VECTORS, MATRICES), expected, rtol=1e-9)
