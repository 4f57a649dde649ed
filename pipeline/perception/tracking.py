"""Detections of one camera become tracks: the same person keeps the same number.

The association is Roboflow's `trackers`. This module gives it one instance a camera, numbers from 1, and keypoints
that travel with the boxes.
"""

from dataclasses import dataclass
from typing import Any, Literal

import supervision as sv
from trackers import BoTSORTTracker, ByteTrackTracker, OCSORTTracker

from pipeline.perception.detections import Detections, Floats

Algorithm = Literal["bytetrack", "ocsort", "botsort"]


@dataclass(frozen=True, slots=True)
class TrackedPerson:
    """A detection that belongs to a confirmed track: box (4,), keypoints (17, 3)."""

    track: int
    box: Floats
    score: float
    keypoints: Floats


class Tracker:
    """The tracks of one camera.

    Args:
        algorithm: how detections are associated.
        fps: the camera's nominal frame rate.
        lost_s: seconds that a track survives without a detection.
    """

    def __init__(self, algorithm: Algorithm, fps: float, lost_s: float) -> None:
        self._tracker = _make(algorithm, fps, lost_s)

    def update(self, detections: Detections, seconds: float, picture: tuple[int, int]) -> list[TrackedPerson]:
        """The people of a frame whose tracks are confirmed, by track; `seconds` is its PTS."""
        found = sv.Detections(
            xyxy=detections.boxes, confidence=detections.scores, data={"keypoints": detections.keypoints}
        )
        tracked: Any = self._tracker.update(found, timestamp=seconds)
        people = [
            # The library counts from 0 and answers -1 until a track is confirmed.
            TrackedPerson(int(track) + 1, box, float(score), keypoints)
            for track, box, score, keypoints in zip(
                tracked.tracker_id, tracked.xyxy, tracked.confidence, tracked.data.get("keypoints", ()), strict=False
            )
            if track >= 0
        ]
        return sorted(people, key=lambda person: person.track)


def _make(algorithm: Algorithm, fps: float, lost_s: float) -> Any:
    buffer = max(1, round(lost_s * 30))
    match algorithm:
        case "bytetrack":
            return ByteTrackTracker(
                lost_track_buffer=buffer,
                frame_rate=fps,
                track_activation_threshold=0.3,
                high_conf_det_threshold=0.3,
                minimum_consecutive_frames=2,
                minimum_iou_threshold=0.1,
            )
        case "ocsort":
            return OCSORTTracker(lost_track_buffer=buffer, frame_rate=fps)
        case "botsort":
            return BoTSORTTracker(lost_track_buffer=buffer, frame_rate=fps, enable_cmc=False)
