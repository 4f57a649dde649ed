"""delivery, no_ball: what the cricket stage has found, passed on as events with a severity and a schedule.

A delivery comes beside the record of the frame in which it has ended.
"""

from collections.abc import Iterable

from pipeline.config.rules import DeliveryConfig, NoBallConfig
from pipeline.data import Delivery, Foot
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule

_CREASES: dict[Foot, str] = {"front foot": "popping", "back foot": "return"}


class DeliveryBowled(Rule[DeliveryConfig]):
    """Every delivery."""

    kinds = ("delivery",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        if moment.delivery is not None:
            yield Claim(at_once=True, words={"what": _described(moment.delivery)})


class NoBall(Rule[NoBallConfig]):
    """Deliveries whose front foot landed over the popping crease, or whose back foot over the return crease; too close
    to call is none."""

    kinds = ("no_ball",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        delivery = moment.delivery
        if delivery is None or (fault := delivery.fault) is None:
            return
        landing = delivery.feet[fault]
        over, std = round(-landing.margin_cm, 1), round(landing.std_cm, 1)
        yield Claim(at_once=True, words={"foot": fault, "crease": _CREASES[fault], "over_cm": over, "std_cm": std})


def _described(delivery: Delivery) -> str:
    """Its speed, length and line, as far as they are known."""
    speed = None if delivery.release_speed_kmh is None else f"{delivery.release_speed_kmh:.0f} km/h"
    return ", ".join(part for part in (speed, delivery.length, delivery.line) if part is not None) or "not measured"
