"""Who is in a camera's frames: detections in, people with tracks, attributes and relations out.

One a camera. In a frame that the network did not look at, people are where the tracker expects those of the last.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from pipeline.attributes.crop_networks import CropNetworks
from pipeline.attributes.faces import Faces
from pipeline.attributes.gender import Genders
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.marks import Marks
from pipeline.attributes.people_networks import HEAD
from pipeline.attributes.portraits import PortraitReader, Portraits
from pipeline.attributes.relations import Placed, Relations
from pipeline.attributes.stage import Attributes
from pipeline.config import CameraConfig, Deployment
from pipeline.data import Person
from pipeline.inference.letterbox import Region
from pipeline.perception.clothing import Appearance
from pipeline.perception.detections import Detections, Floats
from pipeline.perception.followed import FollowedNetwork, looked_for
from pipeline.perception.second_looks import second_looks
from pipeline.perception.tracking import Tracker
from pipeline.pictures import Frame


@dataclass(frozen=True, slots=True)
class Attended:
    """The people of a frame; where its camera's marks lie, if that has changed; and what the stages took, in ms."""

    people: tuple[Person, ...]
    placed: Placed | None
    stages: dict[str, float]


class PeopleStage:
    """Follows the people before one camera.

    Args:
        name: the camera's, in the deployment.
        deployment: how people are followed, and what is asked of them.
        fps: the camera's nominal frame rate.
        lifter: the lifting network, which cameras share.
        reader: the network of portraits, which they share, too.
        followed: looks for those who are followed one by one, which they share as well; None for nobody.
        appearance: what tells people apart who cross, which cameras share.
        networks: what looks at people's crops, None for nothing.
    """

    def __init__(
        self,
        name: str,
        deployment: Deployment,
        fps: float,
        lifter: Lifter,
        reader: PortraitReader,
        followed: FollowedNetwork | None,
        appearance: Appearance,
        networks: CropNetworks | None,
    ) -> None:
        tracking, asked = deployment.tracking, deployment.attributes
        genders = Genders(asked, networks) if networks is not None and asked.gender != "off" else None
        self._faces = Faces(networks) if networks is not None and HEAD in networks else None
        self._tracker = Tracker(tracking.algorithm, fps, tracking.lost_s, appearance)
        self._attributes = Attributes(tracking.lost_s, lifter)
        self._portraits = Portraits(reader)
        self._followed, self._look_for = followed, tracking.look_for
        self._relations = Relations(deployment.cameras.get(name), genders)
        self._last: tuple[Person, ...] = ()
        """Of the last frame that the network looked at."""

    @property
    def marks(self) -> Marks:
        """The camera's zones and lines as they lie now."""
        return self._relations.marks

    def change(self, config: CameraConfig | None) -> None:
        """Go on by another configuration of the camera."""
        self._relations.change(config)

    def missed(self, frame: Frame, found: Detections, shape: tuple[int, int], most: int) -> tuple[Region, ...]:
        """The regions of a frame, all before which have been attended to, that deserve a nearer look.

        Args:
            frame: the frame.
            found: what was found in it.
            shape: the width and height of the network's input for a nearer look.
            most: the most regions.
        """
        return second_looks(self._expected(frame), found, frame.picture.size, shape, most)

    def completed(self, frame: Frame, found: Detections) -> Detections:
        """What was found in a frame, all before which have been attended to, and those who are followed, not found,
        and are seen where they are expected, one by one."""
        if self._followed is None:
            return found
        return looked_for(self._followed, frame.picture, self._expected(frame), found, self._look_for)

    def _expected(self, frame: Frame) -> Floats:
        """Boxes (N, 4) where those who are followed are expected, those who were seen last first."""
        return np.array(list(self._tracker.expected(frame.pts_ms / 1e3).values()), np.float32).reshape(-1, 4)

    def attend(self, frame: Frame, detections: Detections, since: float) -> Attended:
        """The people of the next frame that the network has looked at.

        Args:
            frame: the frame.
            detections: what was found in it, without what lies in masks.
            since: when its tracking is taken to have begun, of the monotonic clock, in seconds.
        """
        seconds = frame.pts_ms / 1e3
        tracked = self._tracker.update(detections, seconds, frame.picture)
        followed = time.monotonic()
        faces = self._faces.heard([person.track for person in tracked], seconds) if self._faces else None
        portraits = self._portraits(tracked, seconds, frame.picture)
        people = self._attributes(tracked, seconds, frame.picture.size, frame.view, portraits=portraits, faces=faces)
        if self._faces is not None:
            self._faces.look(people, seconds, frame.picture)
        placed = self._relations.place(frame.picture.size, frame.view)
        self._last = self._relations(people, seconds, frame.picture)
        described = time.monotonic()
        stages = {"track": (followed - since) * 1e3, "attributes": (described - followed) * 1e3}
        return Attended(self._last, placed, stages)

    def carry(self, frame: Frame) -> tuple[Person, ...]:
        """The people of the last frame that the network looked at where they are expected in this one, at which it did
        not look: their boxes moved on, and without keypoints and with a score of 0, like those who are hidden."""
        expected, size = self._tracker.expected(frame.pts_ms / 1e3), frame.picture.size
        carried = []
        for person in self._last:
            if person.track in expected:
                left, top, right, bottom = np.round(np.clip(expected[person.track], 0, [*size, *size]), 1).tolist()
                carried.append(replace(person, box=(left, top, right, bottom), score=0.0, keypoints=()))
        return tuple(carried)
