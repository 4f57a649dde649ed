"""Polygons against what a ruler says."""

import numpy as np
import pytest

from pipeline.geometry.polygons import ahead, area, contains, crossing_edges, edge_distance

SQUARE = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
L_SHAPE = np.array([[0.0, 0], [10, 0], [10, 4], [4, 4], [4, 10], [0, 10]])


def test_inside_of_a_polygon_with_a_corner_that_turns_inwards():
    points = [(2, 2), (8, 2), (2, 8), (8, 8), (-1, 5), (5, 11), (11, 2)]
    assert contains(L_SHAPE, points).tolist() == [True, True, True, False, False, False, False]


def test_the_distance_to_the_edge_is_positive_inside():
    points = [(5, 5), (5, 1), (-3, 5), (13, 14)]
    assert edge_distance(SQUARE, points) == pytest.approx([5, 1, -3, -5])


def test_ahead_is_the_way_to_the_nearest_edge():
    places = np.array([[-5.0, 5], [-5, 5], [-5, 15], [5, 5], [20, 5]])
    to = np.array([[1.0, 0], [-1, 0], [1, 0], [0, 1], [-1, 0]])
    assert ahead(SQUARE, places, to).tolist() == [5, np.inf, np.inf, 0, 10]


def test_a_polygon_that_crosses_itself_is_told_with_its_edges():
    assert crossing_edges(SQUARE) is None
    assert crossing_edges(L_SHAPE) is None
    assert crossing_edges(SQUARE[[0, 2, 1, 3]]) == (0, 2)
    spike = np.array([[0.0, 0], [10, 0], [10, 10], [5, 0], [0, 10]])
    assert crossing_edges(spike) is not None


def test_what_a_polygon_encloses():
    assert area(SQUARE) == 100
    assert area(L_SHAPE[::-1]) == 64
