"""A bowler's foot against its crease: the part of the picture around it, large, with the edge and the point that are
judged."""

from collections.abc import Mapping

import cv2
import numpy as np

from pipeline.cricket.crease_cut import CreaseCut
from pipeline.data import Delivery, Foot, FootLanding
from pipeline.media.convert import from_bgr, to_bgr
from pipeline.pictures import Picture, Pixels

_SIZE = 720, 480
_SHARE = 0.45
"""Of the picture's width, what the crease's edge that is told takes."""
_LEAST_PX = 120
"""How wide what is shown is in what was kept, at least: a return crease is seen nearly end on."""
_AT = 0.5, 0.62
"""Where in it the foot is, as shares of width and height: legs are over feet."""
_INK, _EDGE, _POINT, _FOOTER = (40, 40, 40), (60, 200, 255), (60, 60, 230), 245
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def foot_picture(kept: CreaseCut, landing: FootLanding, foot: Foot) -> Pixels | None:
    """A close-up, (height, width, 3) in BGR; None where the foot is not in what was kept.

    Args:
        kept: of the frame in which the foot landed.
        landing: the verdict, with where in the picture that is.
        foot: which one it is.
    """
    if landing.image is None or landing.crease is None:
        return None
    point, start, end = kept.scale * (np.reshape([*landing.image, *landing.crease], (3, 2)) - kept.corner)
    if (point < 0).any() or (point > kept.picture.size).any():
        return None
    zoom = _SIZE[0] / max(float(np.linalg.norm(end - start)) / _SHARE, _LEAST_PX)
    corner = zoom * point - np.array(_AT) * _SIZE
    # A pixel's middle is at a whole number for OpenCV.
    matrix = np.column_stack([np.eye(2) * zoom, 0.5 * zoom - 0.5 - corner])
    bgr = to_bgr(kept.picture)
    picture = cv2.warpAffine(bgr, matrix, _SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    judged, first, last = np.round(16 * (zoom * np.array([point, start, end]) - corner - 0.5)).astype(int).tolist()
    cv2.line(picture, first, last, _EDGE, 2, cv2.LINE_AA, shift=4)
    cv2.circle(picture, judged, 8 * 16, _POINT, 2, cv2.LINE_AA, shift=4)
    footer = np.full((34, _SIZE[0], 3), _FOOTER, np.uint8)
    told = f"{foot}: {landing.verdict}, {landing.margin_cm:+.1f} +- {landing.std_cm:.1f} cm from the crease"
    cv2.putText(footer, told, (8, 23), _FONT, 0.55, _INK, 1, cv2.LINE_AA)
    return np.asarray(np.vstack([picture, footer]), np.uint8)


def fault_picture(delivery: Delivery, cuts: Mapping[Foot, CreaseCut]) -> Picture | None:
    """The foot that makes a delivery a no-ball; None where it is not shown, or there is none."""
    foot = delivery.fault
    bgr = None if foot is None or foot not in cuts else foot_picture(cuts[foot], delivery.feet[foot], foot)
    return None if bgr is None else from_bgr(bgr)
