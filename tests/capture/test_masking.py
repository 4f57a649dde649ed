"""Privacy masks: what they cover is gone, what they do not is as it was."""

import numpy as np
import pytest
from pydantic import ValidationError

from pipeline.capture.masking import Masking
from pipeline.capture.source import Captured
from pipeline.config import CameraConfig
from pipeline.config.masks import PrivacyMask
from pipeline.perception.detections import Detections
from pipeline.perception.masks import outside_of
from pipeline.pictures import Picture, PixelFormat, plane_shapes

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def picture(format: PixelFormat, width: int = 96, height: int = 64) -> Picture:
    rng = np.random.default_rng(2)
    planes = tuple(rng.integers(30, 220, shape, np.uint8) for shape in plane_shapes(format, width, height))
    return Picture(format, width, height, planes)


@pytest.mark.parametrize("how", ["black", "coarse"])
@pytest.mark.parametrize("format", list(PixelFormat))
def test_what_is_masked_is_gone_from_every_plane(format: PixelFormat, how: str):
    before = picture(format)
    kept = [plane.copy() for plane in before.planes]
    after = Masking((PrivacyMask(shares=LEFT, how=how),)).masked(Captured(before, 0.0, 0.0)).picture
    for original, plane, masked in zip(kept, before.planes, after.planes, strict=True):
        assert np.array_equal(original, plane), "a decoder's own picture is a reference for the next"
        half = plane.shape[1] // 2
        inside = masked[:, : half - 2].reshape(-1, *masked.shape[2:])
        if how == "black":
            assert len(np.unique(inside, axis=0)) == 1
        else:
            # Squares of one colour: far fewer values than there were, none of them a pixel's own detail.
            changes = (np.diff(masked[:, : half - 2].astype(int), axis=1) != 0).mean()
            assert changes < 0.6
        assert np.array_equal(masked[:, half + 4 :], plane[:, half + 4 :])


def test_without_masks_a_picture_is_not_even_copied():
    captured = Captured(picture(PixelFormat.I420), 0.0, 0.0)
    assert Masking(()).masked(captured) is captured


def test_who_stands_in_a_detection_mask_is_not_found():
    boxes = np.array([[10, 10, 30, 60], [60, 10, 80, 60]], np.float32)
    found = Detections(boxes, np.ones(2, np.float32), np.zeros((2, 17, 3), np.float32))
    assert outside_of((LEFT,), found, (96, 64)).boxes.tolist() == [boxes[1].tolist()]
    assert outside_of((), found, (96, 64)) is found


def test_a_recorded_stream_cannot_have_privacy_masks():
    with pytest.raises(ValidationError, match="without privacy masks"):
        CameraConfig.model_validate(
            {"source": "rtsp://cam", "record": "rtsp://cam/main", "masks": {"privacy": [{"shares": LEFT}]}}
        )
    with pytest.raises(ValidationError, match="encloses next to nothing"):
        CameraConfig.model_validate({"source": "a.mp4", "masks": {"detection": [[(0, 0), (1, 0), (0.5, 0)]]}})
