"""Which networks look at people beside the pose network, by what a deployment wants to know.

Gender from a face: dlib's `dnn_gender_classifier_v1` (after Antipov, Berrani, Dugelay, "Minimalistic CNN-based ensemble
model for gender prediction from face images", 2016). From a body: Open Model Zoo's
person-attributes-recognition-crossroad-0230, whose first output is `is_male`. Where a face is turned: FSA-Net (Yang,
Chen, Lin and Chuang, "FSA-Net: Learning Fine-Grained Structure Aggregation for Head Pose Estimation from a Single
Image", CVPR 2019) as omasaht/headpose-fsanet-pytorch trained it. What they are worth: docs/privacy.md and
docs/accuracy.md.
"""

import numpy as np

from pipeline.attributes.crop_networks import CropNetwork, CropNetworks
from pipeline.config import AttributesConfig
from pipeline.inference.engine import Tensor
from pipeline.pictures import Pixels

HEAD = "head"
_FACE_MEANS = np.array([122.782, 117.001, 104.298], np.float32)


def _gender_face(crop: Pixels) -> Tensor:
    return _planes((crop.astype(np.float32) - _FACE_MEANS) / 256)[None]


def _gender_body(crop: Pixels) -> Tensor:
    """BGR, scaled inside of the network."""
    return _planes(crop[..., ::-1].astype(np.float32))[None]


def _head(crop: Pixels) -> Tensor:
    """A face in BGR and its mirror image: by itself the network sees many faces turned more to one side."""
    planes = _planes((crop[..., ::-1].astype(np.float32) - 127.5) / 128)
    return np.stack([planes, planes[..., ::-1]])


def _planes(values: Tensor) -> Tensor:
    return np.ascontiguousarray(values.transpose(2, 0, 1))


_NO_GENDER, _NO_HEAD = "gender is not estimated from the {}", "faces do not tell where heads are turned"
_NETWORKS = {
    "face": CropNetwork("gender-face", (1, 3, 32, 32), _gender_face, _NO_GENDER.format("face")),
    "body": CropNetwork("person-attributes-0230", (1, 3, 160, 80), _gender_body, _NO_GENDER.format("body")),
    HEAD: CropNetwork("fsanet-1x1", (2, 3, 64, 64), _head, _NO_HEAD),
}


def wanted_of(config: AttributesConfig) -> dict[str, CropNetwork]:
    """The networks that a configuration asks for, by the names under which they are asked."""
    genders = {"off": (), "face": ("face",), "body": ("body",), "both": ("face", "body")}[config.gender]
    heads = (HEAD,) if config.heads == "face" else ()
    return {name: _NETWORKS[name] for name in (*genders, *heads)}


def models_for(config: AttributesConfig) -> tuple[str, ...]:
    """The models of the catalogue that a configuration asks for."""
    return tuple(network.model for network in wanted_of(config).values())


def networks_for(config: AttributesConfig) -> CropNetworks:
    """The networks of a deployment; none where nothing is asked of them."""
    return CropNetworks(wanted_of(config))
