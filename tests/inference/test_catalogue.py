"""Weights are the ones that were promised, or nothing."""

import shutil

import pytest

from pipeline.errors import ModelError
from pipeline.inference import catalogue


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of models, and an empty cache."""
    monkeypatch.setenv(catalogue.FOLDER_VARIABLE, str(tmp_path / "models"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def test_every_model_says_its_licence_task_and_places():
    models = catalogue.load_catalogue()
    assert models["movenet-multipose"].licence == "Apache-2.0"
    assert all(model.places and model.files for model in models.values())


def test_the_folder_of_the_user_comes_first(movenet, folder):
    shutil.copy(movenet, folder)
    assert catalogue.find("movenet-multipose") == folder / movenet.name


def test_a_file_with_another_sha256_is_refused(movenet, folder):
    content = bytearray(movenet.read_bytes())
    content[1000] ^= 1
    (folder / movenet.name).write_bytes(content)
    with pytest.raises(ModelError, match=r"its sha256 is .* and not the promised d4489f89e6bd") as caught:
        catalogue.pull("movenet-multipose")
    assert "\n" not in str(caught.value)


def test_a_model_that_is_only_in_a_folder_says_so(folder):
    with pytest.raises(ModelError, match=r"yolov8n-pose_int8\.xml and yolov8n-pose_int8\.bin into a folder"):
        catalogue.pull("yolov8n-pose-int8")


def test_an_unknown_name_lists_the_known_ones(folder):
    with pytest.raises(ModelError, match="known are movenet-multipose, yolov8n-pose-int8"):
        catalogue.pull("resnet")


def test_what_comes_from_a_place_is_verified_and_leaves_nothing_behind(folder, tmp_path, monkeypatch):
    model = catalogue.entry("movenet-multipose")
    fake = tmp_path / "weights"
    fake.write_bytes(b"something else")
    place = catalogue.Place(urls=(fake.as_uri(),))
    monkeypatch.setattr(catalogue, "entry", lambda name: model.model_copy(update={"places": (place,)}))
    with pytest.raises(ModelError, match="not the promised"):
        catalogue.pull("movenet-multipose")
    assert list((tmp_path / "cache" / "sightline" / "models").iterdir()) == []
