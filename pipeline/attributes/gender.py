"""The gender that somebody appears to have, from evidence gathered while they are seen.

Every look at a face or a body gives a probability. Its log-odds are capped at what is known of the network: one that
is right in 95 of 100 cases has no business being sure. Looks at one person err alike, so many of them count as few:
their mean counts as `n / (1 + (n - 1) r)` independent ones, r being how alike their errors are (the effective sample
size of equally correlated data). Below the configured confidence the answer is "unknown".

It is an estimate of appearance, not of who somebody is; see docs/privacy.md.
"""

import math
import queue
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.attributes.crop_networks import Answer, CropNetworks, Mailbox
from pipeline.attributes.crops import body_crop, body_quality, face_crop, face_quality
from pipeline.config import AttributesConfig
from pipeline.data import Gender, Person
from pipeline.pictures import Picture

Source = Literal["face", "body"]
_SOURCES: tuple[Source, ...] = ("face", "body")
_MALE: dict[str, int] = {"face": 1, "body": 0}
"""Which of a network's values is the probability of male."""
_RIGHT: dict[str, float] = {"face": 0.946, "body": 0.82}
"""How often each network is taken to be right: errors twice as frequent as on its makers' own data (97.3 % right on
LFW says dlib-models, an F1 of 0.91 Open Model Zoo), since other cameras and people are not what it was tested on."""
_SUREST = 0.99
"""No more is ever told."""
_ALIKE = 0.75
"""Correlation of the errors of two looks at one person."""
_EVERY_S, _SURE_EVERY_S = 0.4, 3.0
"""Between two looks at one person, and once there is next to no doubt left."""
_NO_DOUBT = 0.97
_FORGET_S = 10.0


@dataclass(slots=True)
class _Evidence:
    """Of a track: sums of capped log-odds for male, and counts of looks, by what was looked at."""

    sums: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    looked_at: float = -math.inf
    seen_at: float = 0.0

    def add(self, answer: Answer) -> None:
        male, cap = float(answer.values[_MALE[answer.source]]), _log_odds(_RIGHT[answer.source])
        capped = min(max(_log_odds(min(max(male, 1e-6), 1 - 1e-6)), -cap), cap)
        self.sums[answer.source] = self.sums.get(answer.source, 0.0) + capped
        self.counts[answer.source] = self.counts.get(answer.source, 0) + 1

    @property
    def male(self) -> float:
        """The probability, from all that was seen; 0.5 before anything was."""
        odds = sum(self.sums[source] / (1 + (count - 1) * _ALIKE) for source, count in self.counts.items())
        return 1 / (1 + math.exp(-odds))


class Genders:
    """The genders of the people before one camera.

    Args:
        config: how sure an answer must be, and how many people are looked at a frame.
        networks: what looks at them; shared by all cameras.
    """

    def __init__(self, config: AttributesConfig, networks: CropNetworks) -> None:
        self._config = config
        self._networks = networks
        self._answers: Mailbox = queue.SimpleQueue()
        self._tracks: dict[int, _Evidence] = {}

    def update(self, people: Sequence[Person], seconds: float, picture: Picture) -> list[Gender | None]:
        """What is known of each of the people of a frame by now; begins to look at those most in doubt.

        Raises:
            EngineError: a network failed.
        """
        for person in people:
            self._tracks.setdefault(person.track, _Evidence()).seen_at = seconds
        for track in [track for track, known in self._tracks.items() if seconds - known.seen_at > _FORGET_S]:
            del self._tracks[track]
        while not self._answers.empty():
            answer = self._answers.get()
            if answer.track in self._tracks:
                self._tracks[answer.track].add(answer)
        self._look(people, seconds, picture)
        return [self._gender(self._tracks[person.track]) for person in people]

    def _look(self, people: Sequence[Person], seconds: float, picture: Picture) -> None:
        wanted = sorted(self._wanted(people, seconds, picture.size), key=lambda found: -found[0])
        for _, person, sources in wanted[: self._config.gender_crops]:
            if not all(self._networks.has_room(source) for source in sources):
                return
            self._tracks[person.track].looked_at = seconds
            for source in sources:
                crop = face_crop(picture, person) if source == "face" else body_crop(picture, person)
                self._networks.submit(source, crop, person.track, seconds, self._answers)

    def _wanted(
        self, people: Sequence[Person], seconds: float, size: tuple[int, int]
    ) -> Iterator[tuple[float, Person, list[Source]]]:
        """Who is due, how much a look at them would tell, and at what to look."""
        for person in people:
            known = self._tracks[person.track]
            doubt = 1 - abs(2 * known.male - 1)
            every = _SURE_EVERY_S if doubt < 1 - _NO_DOUBT else _EVERY_S
            if person.score <= 0 or seconds - known.looked_at < every:
                continue
            qualities: dict[Source, float] = {
                "face": face_quality(person),
                "body": body_quality(person, size, _covered(person, people)),
            }
            seen: list[Source] = [source for source in _SOURCES if source in self._networks and qualities[source] > 0]
            if seen:
                yield (0.05 + doubt) * max(qualities[source] for source in seen), person, seen

    def _gender(self, known: _Evidence) -> Gender | None:
        male = known.male
        confidence = min(max(male, 1 - male), _SUREST)
        if confidence < self._config.gender_confidence:
            return None
        return Gender("male" if male > 0.5 else "female", round(confidence, 2))


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _covered(person: Person, people: Sequence[Person]) -> float:
    """The largest share of a box that another's box takes."""
    left, top, right, bottom = person.box
    area = max((right - left) * (bottom - top), 1.0)
    shares = [0.0]
    for other in people:
        if other.track != person.track:
            wide = min(right, other.box[2]) - max(left, other.box[0])
            high = min(bottom, other.box[3]) - max(top, other.box[1])
            shares.append(max(wide, 0.0) * max(high, 0.0) / area)
    return max(shares)
