"""Hands brought to a place in space, after the rest of the body has its pose: a bat is held with both."""

import numpy as np
import numpy.typing as npt

from pipeline.simulation.skeleton import JOINT, Segments

Floats = npt.NDArray[np.float64]


def reached(joints: Floats, body: Segments, side: str, hand_cm: Floats, pole: Floats) -> None:
    """Put a hand somewhere, as far as the arm goes; changes joints (J, 3) in place.

    Args:
        side: "left" or "right".
        hand_cm: where the knuckles should be (3,).
        pole: the direction (3,) into which the elbow bends.
    """
    upper, hand = float(np.max(body.upper_arm_cm)), float(np.max(body.hand_cm))
    lower = float(np.max(body.forearm_cm)) + hand
    shoulder = joints[JOINT[f"{side}_shoulder"]]
    way = hand_cm - shoulder
    far = max(float(np.linalg.norm(way)), 1e-6)
    line = way / far
    far = float(np.clip(far, 1.05 * abs(upper - lower) + 1, 0.998 * (upper + lower)))
    along = (upper**2 - lower**2 + far**2) / (2 * far)
    off = np.sqrt(max(upper**2 - along**2, 0.0))
    across = pole - line * (pole @ line)
    across /= max(float(np.linalg.norm(across)), 1e-6)
    elbow = shoulder + along * line + off * across
    end = shoulder + far * line
    joints[JOINT[f"{side}_elbow"]] = elbow
    joints[JOINT[f"{side}_hand"]] = end
    joints[JOINT[f"{side}_wrist"]] = end + hand / lower * (elbow - end)
