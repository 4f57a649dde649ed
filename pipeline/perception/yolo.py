"""YOLO networks (8, 11, 26) as Ultralytics exports them, with and without built-in suppression.

Input float32 RGB / 255 (N, 3, H, W). Raw output (N, 4 + classes + 51, anchors): box as centre x, y, width, height, a
score for each class, of which the first is the person, 17 times (x, y, score). With
suppression built in, and for end-to-end heads, (N, people, 57): box as two corners, score, class, 17 times (x, y,
score). All in pixels of the input. Detection networks have no keypoints: (N, 84, anchors) with COCO's 80 classes, or
(N, objects, 6). Source: docs.ultralytics.com/tasks/pose, tasks/detect and modes/export.
"""

from typing import ClassVar

import cv2
import numpy as np

from pipeline.errors import ModelError
from pipeline.inference.engine import NMS_IOU, Shape, Tensor
from pipeline.inference.letterbox import Placement
from pipeline.perception.detections import Detections
from pipeline.perception.network import PoseNetwork, clipped
from pipeline.pictures import Pixels

_KEYPOINTS = 17 * 3
_ROWS = 4 + 1 + _KEYPOINTS
_COCO_ROWS = 4 + 80
_STANDING = np.array(
    [(0, 5)] + [(0, 4)] * 2 + [(0, 5)] * 2 + [(-14, 18), (14, 18), (-20, 35), (20, 35), (-22, 50), (22, 50)]
    + [(-9, 52), (9, 52), (-9, 74), (9, 74), (-9, 95), (9, 95)], np.float32,
) / 100  # fmt: skip
"""Where somebody upright has their joints, in heights of their box from the middle of its upper edge."""


class YoloPose(PoseNetwork):
    """Ultralytics' networks. Of one that finds no keypoints, each has a score of 0 and lies where an upright body has
    it: enough to look at what somebody wears, and for no measurement."""

    family: ClassVar[str] = "yolo-pose"
    fill: ClassVar[int] = 114
    multiple: ClassVar[int] = 32
    size: ClassVar[tuple[int, int]] = (640, 640)

    def shape(self, size: tuple[int, int]) -> Shape:
        return (1, 3, size[1], size[0])

    def tensor(self, rgb: Pixels) -> Tensor:
        return cv2.dnn.blobFromImage(rgb, 1 / 255)  # pyright: ignore[reportReturnType]

    def decode(self, outputs: tuple[Tensor, ...], placement: Placement, min_score: float) -> Detections:
        raw = outputs[0]
        if raw.ndim == 3 and raw.shape[2] in (6, 6 + _KEYPOINTS):
            people = raw[0][(raw[0, :, 4] >= min_score) & (raw[0, :, 5] == 0)].astype(np.float32)
            boxes, scores, keypoints = people[:, :4], people[:, 4], people[:, 6:]
        elif raw.ndim == 3 and raw.shape[1] >= _ROWS:
            people = raw[0].T
            people = people[people[:, 4] >= min_score].astype(np.float32)
            half = people[:, 2:4] / 2
            boxes = np.concatenate([people[:, :2] - half, people[:, :2] + half], axis=1)
            scores, keypoints = people[:, 4], people[:, -_KEYPOINTS:] if raw.shape[1] != _COCO_ROWS else people[:, :0]
            kept = suppressed(boxes, scores)
            boxes, scores, keypoints = boxes[kept], scores[kept], keypoints[kept]
        else:
            raise ModelError(
                f"the network's output {raw.shape} is not a YOLO network's: (1, 56, anchors) or (1, people, 57), "
                "without keypoints (1, 84, anchors) or (1, objects, 6)"
            )
        points = keypoints.reshape(-1, 17, 3) if keypoints.shape[1] else _standing(boxes)
        found = Detections(
            boxes=clipped(placement.to_picture(boxes.reshape(-1, 2, 2)).reshape(-1, 4), placement),
            scores=scores,
            keypoints=np.concatenate([placement.to_picture(points[:, :, :2]), points[:, :, 2:]], axis=2),
        )
        # Of a box beside the picture, or one turned inside out, nothing is left; a tracker cannot follow it.
        wide, tall = (found.boxes[:, 2:] - found.boxes[:, :2]).T
        return found.select((wide >= 1) & (tall >= 1))


def _standing(boxes: Tensor) -> Tensor:
    """Unseen keypoints (N, 17, 3) of upright people in boxes (N, 4)."""
    top = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 1]], axis=1)
    places = top[:, None] + _STANDING * (boxes[:, 3] - boxes[:, 1])[:, None, None]
    return np.concatenate([places, np.zeros((*places.shape[:2], 1), np.float32)], axis=2)


def suppressed(boxes: Tensor, scores: Tensor) -> Tensor:
    """Non-maximum suppression: the indices (M,) of the boxes that stay, best first."""
    corners = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    return np.asarray(cv2.dnn.NMSBoxes(corners.tolist(), scores.tolist(), 0.0, NMS_IOU), np.intp).reshape(-1)
