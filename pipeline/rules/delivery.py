"""delivery, no_ball: what the cricket stage has found, passed on as events with a severity and a schedule.

A delivery comes beside the record of the frame in which it has ended.
"""

from collections.abc import Iterable

from pipeline.config.rules import DeliveryConfig, NoBallConfig
from pipeline.data import Delivery
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule


class DeliveryBowled(Rule[DeliveryConfig]):
    """Every delivery."""

    kinds = ("delivery",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        if moment.delivery is not None:
            yield Claim(at_once=True, words={"what": _described(moment.delivery)})


class NoBall(Rule[NoBallConfig]):
    """Deliveries whose front foot landed over the popping crease; too close to call is none."""

    kinds = ("no_ball",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        foot = None if moment.delivery is None else moment.delivery.front_foot
        if foot is not None and foot.verdict == "no-ball":
            yield Claim(at_once=True, words={"over_cm": round(-foot.margin_cm, 1), "std_cm": round(foot.std_cm, 1)})


def _described(delivery: Delivery) -> str:
    """Its speed, length and line, as far as they are known."""
    speed = None if delivery.release_speed_kmh is None else f"{delivery.release_speed_kmh:.0f} km/h"
    return ", ".join(part for part in (speed, delivery.length, delivery.line) if part is not None) or "not measured"
