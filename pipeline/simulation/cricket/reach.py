"""Hands and feet brought to a place in space, after the rest of the body has its pose: a bat is held with two hands."""

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
    elbow, end = hinged(shoulder, hand_cm, upper, lower, pole)
    joints[JOINT[f"{side}_elbow"]] = elbow
    joints[JOINT[f"{side}_hand"]] = end
    joints[JOINT[f"{side}_wrist"]] = end + hand / lower * (elbow - end)


def hinged(root: Floats, wanted: Floats, upper: float, lower: float, pole: Floats) -> tuple[Floats, Floats]:
    """The hinge and the end (3,) of a limb of two lengths from `root` to `wanted`, or as far as it goes, its hinge bent
    into the direction `pole`."""
    way = wanted - root
    far = max(float(np.linalg.norm(way)), 1e-6)
    line = way / far
    far = float(np.clip(far, 1.05 * abs(upper - lower) + 1, 0.998 * (upper + lower)))
    along = (upper**2 - lower**2 + far**2) / (2 * far)
    off = np.sqrt(max(upper**2 - along**2, 0.0))
    across = pole - line * (pole @ line)
    across /= max(float(np.linalg.norm(across)), 1e-6)
    return root + along * line + off * across, root + far * line
