"""What is cut out around a pitch's ends: the same metres as large whatever the camera, gray beyond the picture."""

import cv2
import numpy as np

from pipeline.geometry.camera import Camera
from pipeline.geometry.pitch_marks import END_PLACES_M
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.pitch_ends import SIDE_M, SIDE_PX, cut_out
from pipeline.pictures import Picture, PixelFormat

CAMERA = Camera((1280, 720), 2200.0, 2200.0, 640.0, 360.0, 520.0, 9.0)
BEHIND = PitchView(CAMERA, (-20.0, 0.0), 0.0)


def picture_of_boxes(view: PitchView) -> Picture:
    """Blue with a white box, 2 m wide and high, about the middle of either end's stumps."""
    rgb = np.full((720, 1280, 3), (0, 0, 255), np.uint8)
    for place in END_PLACES_M:
        corners = view.project(place + np.array([(0, 1, 1), (0, -1, 1), (0, -1, -1), (0, 1, -1)]))[0]
        cv2.fillConvexPoly(rgb, np.rint(corners).astype(np.int32), (255, 255, 255))
    return Picture(PixelFormat.RGB24, 1280, 720, (rgb,))


def test_both_ends_are_seen_at_the_same_size() -> None:
    picture = picture_of_boxes(BEHIND)
    for end in range(len(END_PLACES_M)):
        cut = cut_out(picture, BEHIND, end, SIDE_PX, SIDE_M)
        rows, columns = np.nonzero(cut[..., 0] > 128)
        assert abs(np.ptp(columns) + 1 - 2 / SIDE_M * SIDE_PX) < 2
        assert abs(columns.mean() - SIDE_PX / 2) < 2
        assert SIDE_PX / 2 < rows.mean() < 0.7 * SIDE_PX


def test_what_lies_outside_of_the_picture_is_gray() -> None:
    high = PitchView(CAMERA, (-12.0, 0.0), 0.0)
    cut = cut_out(picture_of_boxes(high), high, 0, SIDE_PX, SIDE_M)
    assert (cut[-4:] == 114).all()
    behind = PitchView(CAMERA, (10.0, 0.0), 0.0)
    assert (cut_out(picture_of_boxes(behind), behind, 0, SIDE_PX, SIDE_M) == 114).all()
