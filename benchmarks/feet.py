"""How well the bowler's feet are judged when the ankles and the pitch are seen with known errors.

    python -m benchmarks.feet --views bowler-high bowler-low keeper side --count 12 --first 8101

Poses are the simulator's truth with noise, cameras are fitted to marks with noise, the release is known; margins of
both feet are even within 25 cm. `benchmarks.deliveries` measures the same with the release that the ball tells.
"""

import argparse
import json

import numpy as np

from benchmarks.deliveries import Errors, glances
from pipeline.cricket.foot_faults import judge
from pipeline.data import FootLanding
from pipeline.simulation.cricket.scene import Cricket

_BEFORE_S, _AFTER_S = 0.46, 0.27
_MARGIN_CM = 25.0


def figures(told: list[tuple[FootLanding, float]], unknown: int) -> dict[str, float]:
    """Of verdicts with the true margins in cm."""
    misses = np.array([abs(foot.margin_cm - true) for foot, true in told])
    called = [(foot, true) for foot, true in told if foot.verdict != "too close to call"]
    return {
        "told": len(told),
        "null": unknown,
        "error_cm": round(float(misses.mean()), 1),
        "std_cm": round(float(np.median([foot.std_cm for foot, _ in told])), 1),
        "within_one_std": round(
            float(np.mean([miss <= foot.std_cm for miss, (foot, _) in zip(misses, told, strict=True)])), 2
        ),
        "called": len(called),
        "right": sum((foot.verdict == "legal") == (true > 0) for foot, true in called),
    }


def main() -> None:
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--views", nargs="+", default=["bowler-high", "bowler-low", "keeper", "side"])
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--first", type=int, default=8101)
    given = parser.parse_args()
    for view in given.views:
        told: dict[str, list[tuple[FootLanding, float]]] = {"front": [], "back": []}
        unknown = dict.fromkeys(told, 0)
        for seed in range(given.first, given.first + given.count):
            scene = Cricket.of(seed=seed, view=view, back_margin_cm=_MARGIN_CM)
            bowled = scene.spell.delivery(seed % 3)
            errors = Errors(seed, ball_px=1.5, missed=0.1, false=0.0, mark_px=1.0, ankle=0.012)
            release = bowled.release_s
            frames = tuple(glances(scene, errors, release - _BEFORE_S, release + _AFTER_S))
            if (pitch := frames[0].pitch) is None:
                continue
            feet = judge(frames, release, pitch)
            true = {"front": bowled.plan.margin_cm, "back": bowled.bowling.back_margin_cm}
            for name, foot in (("front", feet.front), ("back", feet.back)):
                if isinstance(foot, str):
                    unknown[name] += 1
                else:
                    told[name].append((foot, true[name]))
        print(json.dumps({view: {name: figures(told[name], unknown[name]) for name in told if told[name]}}), flush=True)


if __name__ == "__main__":
    main()
