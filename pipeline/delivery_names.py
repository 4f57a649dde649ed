"""What the files of a clip's deliveries are called, for who writes them and who hands them out.

Apart from those who write them, as a server needs no video library to know a name.
"""

import re

from pipeline.data import Foot

MAP, FLIGHT, CLIP = "pitch_map.png", "flight.png", "clip.mp4"
FEET: dict[Foot, str] = {"front foot": "front_foot.png", "back foot": "back_foot.png"}
_ONE = "|".join(map(re.escape, (MAP, FLIGHT, CLIP, *FEET.values())))
_NAMED = re.compile(rf"deliveries/({re.escape(MAP)}|\d{{3,}}/({_ONE}))")


def named(file: str) -> bool:
    """Whether a path within a folder of results is one of them, beside `deliveries.json`."""
    return _NAMED.fullmatch(file) is not None
