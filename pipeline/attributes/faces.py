"""Where faces are turned, for people whose faces are seen large enough: asked of a network beside the frames.

FSA-Net's yaw is about the upright axis of a head, also for a camera that looks down, and relative to the line of sight,
as the face is in the middle of its crop. It was trained on crops 2.2 times the box of a face's landmarks
(`attributes.crops.head_crop`), and knows faces only from about the front.
"""

import math
import queue
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.attributes.crop_networks import Answer, CropNetworks, Mailbox
from pipeline.attributes.crops import eyes_apart_px, face_quality, head_crop
from pipeline.attributes.people_networks import HEAD
from pipeline.data import Person
from pipeline.pictures import Picture

Floats = npt.NDArray[np.float64]

_EVERY_S = 0.2
"""Between two looks at one face."""
_MOST_A_FRAME = 2
"""Faces; those come first that were looked at longest ago."""
_LATEST_S = 0.3
"""An answer that comes later after its picture is of a head that may have turned since."""
_FRONTAL_DEG = 60.0
"""Farther turned, the network is not believed."""
_ALWAYS_DEG, _OF_ANGLE, _PX_DEG = 15.0, 0.3, 80.0
"""Parts of a deviation: always, as a share of the angle, and of a face whose eyes are a pixel apart. The last from
photographs shrunk, made noisy and compressed: answers changed by 10° at 8 px, 6 at 12, 3 at 25 (docs/accuracy.md)."""
_FORGET_S = 10.0


@dataclass(frozen=True, slots=True)
class Turned:
    """What has been heard of the faces of N people, each (N,); nan of those of whom nothing new has."""

    angles_rad: Floats
    """Relative to the line of sight: 0 towards the camera, 90° to the image's right."""
    deviations_rad: Floats
    since_s: Floats
    """Seconds since the picture of the answer before, infinite for a first one."""


@dataclass(slots=True)
class _Face:
    """When a track's face was looked at, its size then, and of when the answer is that was taken last."""

    looked_at: float = -math.inf
    apart_px: float = 0.0
    heard_of: float = -math.inf


class Faces:
    """The faces before one camera.

    Args:
        networks: what looks at them; shared by all cameras.
    """

    def __init__(self, networks: CropNetworks) -> None:
        self._networks = networks
        self._answers: Mailbox = queue.SimpleQueue()
        self._faces: dict[int, _Face] = {}

    def heard(self, tracks: Sequence[int], seconds: float) -> Turned:
        """What has come by now of people, for a frame of that PTS; what comes too late is passed over."""
        turned = Turned(*np.full((3, len(tracks)), np.nan))
        while not self._answers.empty():
            answer = self._answers.get()
            face = self._faces.get(answer.track)
            if face is None or answer.track not in tracks or not 0 <= seconds - answer.seconds <= _LATEST_S:
                continue
            angle, deviation = _read(answer, face.apart_px)
            if abs(angle) > _FRONTAL_DEG:
                continue
            row = tracks.index(answer.track)
            turned.angles_rad[row], turned.deviations_rad[row] = math.radians(angle), math.radians(deviation)
            turned.since_s[row] = answer.seconds - face.heard_of
            face.heard_of = answer.seconds
        return turned

    def look(self, people: Sequence[Person], seconds: float, picture: Picture) -> None:
        """Begin to look at faces of a frame.

        Raises:
            EngineError: the network failed.
        """
        for track in [track for track, face in self._faces.items() if seconds - face.looked_at > _FORGET_S]:
            del self._faces[track]
        due = [
            person for person in people if person.score > 0 and face_quality(person) > 0 and self._due(person, seconds)
        ]
        due.sort(key=self._looked_at)
        for person in due[:_MOST_A_FRAME]:
            if not self._networks.has_room(HEAD):
                return
            face = self._faces.setdefault(person.track, _Face())
            face.looked_at, face.apart_px = seconds, eyes_apart_px(person)
            self._networks.submit(HEAD, head_crop(picture, person), person.track, seconds, self._answers)

    def _looked_at(self, person: Person) -> float:
        face = self._faces.get(person.track)
        return -math.inf if face is None else face.looked_at

    def _due(self, person: Person, seconds: float) -> bool:
        return not 0 <= seconds - self._looked_at(person) < _EVERY_S


def _read(answer: Answer, apart_px: float) -> tuple[float, float]:
    """An angle and its deviation in degrees, from yaws of a face and of its mirror image; the network's are positive to
    the image's left. By how much the two disagree is a part of the deviation."""
    (yaw, *_), (mirrored, *_) = answer.values.reshape(2, 3).tolist()
    angle, disagreement = (mirrored - yaw) / 2, (mirrored + yaw) / 2
    return angle, math.hypot(_ALWAYS_DEG, _OF_ANGLE * angle, _PX_DEG / apart_px, disagreement)
