"""A YOLO network's raw output as rows of people, on the device: what goes back is small and of a fixed shape.

Nothing here waits for the device or depends on what was found, so that it can be captured in a CUDA graph.
"""

# torch is an extra, "gpu".
# pyright: reportMissingImports=false

import torch

from pipeline.errors import ModelError

MOST_ROWS = 300
"""People a picture, as many as Ultralytics' end-to-end heads answer."""
_CANDIDATES = 512
"""The best boxes of a picture that are compared; each of 30 people has some 10 that are worth a comparison."""
_ROUNDS = 16
"""A box that is suppressed suppresses nobody: as many rounds as such chains may be long."""
_KEYPOINTS = 17 * 3


def rows_of(raw: torch.Tensor, keypoints: bool, iou: float) -> torch.Tensor:
    """People (N, up to 300, 6 or 57): box as two corners, score, class 0, and 17 times (x, y, score); best first.

    Args:
        raw: (N, 4 + classes [+ 51], anchors) with boxes as centre and size, of which class 0 is the person; or
            (N, rows, 6 [+ 51]) of an end-to-end head, which stays as it is.
        keypoints: whether the network finds them.
        iou: the overlap from which on the weaker of two boxes goes; its score becomes 0.

    Raises:
        ModelError: it is neither.
    """
    extra = _KEYPOINTS if keypoints else 0
    if raw.ndim == 3 and raw.shape[2] == 6 + extra:
        return raw
    if raw.ndim != 3 or raw.shape[1] <= 4 + extra:
        raise ModelError(f"the network's output {tuple(raw.shape)} is not one of YOLO's: (N, 4 + classes, anchors)")
    scores, best = raw[:, 4].topk(min(_CANDIDATES, raw.shape[2]))
    chosen = raw.gather(2, best[:, None].expand(-1, raw.shape[1], -1)).transpose(1, 2).float()
    middle, half = chosen[..., :2], chosen[..., 2:4] / 2
    boxes = torch.cat([middle - half, middle + half], dim=2)
    scores = torch.where(stays(boxes, iou), scores.float(), 0)
    scores, order = scores.topk(min(MOST_ROWS, scores.shape[1]))
    rest = torch.cat([boxes, chosen[..., chosen.shape[2] - extra :]], dim=2)
    rest = rest.gather(1, order[..., None].expand(-1, -1, rest.shape[2]))
    return torch.cat([rest[..., :4], scores[..., None], torch.zeros_like(scores)[..., None], rest[..., 4:]], dim=2)


def stays(boxes: torch.Tensor, iou: float) -> torch.Tensor:
    """Greedy non-maximum suppression of boxes (N, K, 4), best first: which of them stay (N, K).

    A box goes where a better one that stays overlaps it. All are taken to stay at first; each round makes one more
    link of every chain right, which is what going through them one by one does, in few steps on all pictures at once.
    """
    low = torch.maximum(boxes[:, :, None, :2], boxes[:, None, :, :2])
    high = torch.minimum(boxes[:, :, None, 2:], boxes[:, None, :, 2:])
    common = (high - low).clamp(0).prod(dim=3)
    area = (boxes[..., 2:] - boxes[..., :2]).prod(dim=2)
    overlap = common > iou * (area[:, :, None] + area[:, None, :] - common)
    # Row i, column j: i is better than j and would suppress it.
    suppresses = overlap.float().triu(1)
    kept = torch.ones(boxes.shape[:2], device=boxes.device)
    for _ in range(_ROUNDS):
        kept = (torch.bmm(kept[:, None], suppresses)[:, 0] == 0).float()
    return kept > 0
