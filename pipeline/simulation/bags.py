"""What people carry, as discs: backpacks, shoulder bags, handbags, shopping."""

from collections.abc import Iterator

from pipeline.simulation.outfits import Outfit
from pipeline.simulation.parts import Disc, Part, toned


def bag_of(look: Outfit) -> Iterator[Part]:
    """Somebody's bag and its straps."""
    strap, hand = toned(look.bag_colour, 0.7, 0.7), "left_hand"
    match look.bag:
        case "backpack":
            yield Part(((Disc("pack_high", 0.066), Disc("pack_low", 0.075)),), look.bag_colour)
            for side in ("left", "right"):
                chest = Disc(f"{side}_yoke", 0.012, f"{side}_chest", 1.1)
                yield Part(((Disc(f"{side}_yoke", 0.036), chest),), strap, nearer=-0.02)
        case "shoulder":
            low = (Disc("left_hip", 0.036, drop=0.02), Disc("left_hip", 0.036, drop=-0.045))
            yield Part((low,), look.bag_colour, nearer=0.05)
            yield Part(((Disc("right_yoke", 0.037), Disc("left_waist", 0.05)),), strap, nearer=-0.03)
        case "handbag":
            yield Part(((Disc(hand, 0.005), Disc(hand, 0.030, drop=0.075)),), strap)
            yield Part(((Disc(hand, 0.036, drop=0.085), Disc(hand, 0.036, drop=0.105)),), look.bag_colour)
        case "shopping":
            full = (Disc(hand, 0.006), Disc(hand, 0.05, drop=0.11), Disc(hand, 0.055, drop=0.15))
            yield Part((full,), look.bag_colour)
        case "none":
            pass
