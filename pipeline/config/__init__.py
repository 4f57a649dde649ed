"""What a deployment's YAML may say.

Unknown keys are refused and every field is described here, so that `sightline check` can name each fault with its
key and docs/configuration.md can be generated from the same place.
"""

from pipeline.config.alerts import AlertsConfig, SubscriptionConfig
from pipeline.config.attributes import AttributesConfig
from pipeline.config.camera import CAMERA_NAME, CameraConfig, CameraName, camera_json
from pipeline.config.clip import MarksFile, clip_camera, load_marks, profile_file, watched_for
from pipeline.config.deployment import Deployment, describe_faults, load_deployment
from pipeline.config.evidence import EvidenceConfig, RetentionConfig
from pipeline.config.perception import ModelConfig, TrackingConfig
from pipeline.config.section import Section
from pipeline.config.services import (
    BusConfig,
    JobsConfig,
    LimitsConfig,
    LiveConfig,
    RecordingsConfig,
    ServerConfig,
    StoreConfig,
)
from pipeline.config.zones import Drawing, LineConfig, LooksConfig, ZoneConfig

__all__ = [
    "CAMERA_NAME",
    "AlertsConfig",
    "AttributesConfig",
    "BusConfig",
    "CameraConfig",
    "CameraName",
    "Deployment",
    "Drawing",
    "EvidenceConfig",
    "JobsConfig",
    "LimitsConfig",
    "LineConfig",
    "LiveConfig",
    "LooksConfig",
    "MarksFile",
    "ModelConfig",
    "RecordingsConfig",
    "RetentionConfig",
    "Section",
    "ServerConfig",
    "StoreConfig",
    "SubscriptionConfig",
    "TrackingConfig",
    "ZoneConfig",
    "camera_json",
    "clip_camera",
    "describe_faults",
    "load_deployment",
    "load_marks",
    "profile_file",
    "watched_for",
]
