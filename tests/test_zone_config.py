"""Zones and lines in a configuration: every fault on a line, with its key and the mend."""

from pathlib import Path

import pytest
import yaml

from pipeline.check import check_deployment
from pipeline.config import load_deployment, load_marks
from pipeline.errors import ConfigError

STREET = "sim://street?seed=1&width=640&height=360&people=1"
SQUARE = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4]]


def written(folder: Path, **camera) -> Path:
    path = folder / "x.yaml"
    path.write_text(yaml.safe_dump({"cameras": {"gate": {"source": STREET, **camera}}}))
    return path


@pytest.mark.parametrize(
    ("zones", "key", "said"),
    [
        ([{"name": "bay", "shares": [[0, 0], [1, 1], [1, 0], [0, 1]]}], "zones.0", "crosses itself, between corners 1"),
        ([{"name": "bay", "shares": [[0, 0], [1, 1]]}], "zones.0", "has 2 corners; a zone needs three"),
        ([{"name": "bay", "shares": [[0, 0], [1, 1], [2, 0]]}], "zones.0", "outside of the picture; shares go from 0"),
        ([{"name": "bay", "pixels": [[0, 0], [9, 90], [-9, 0]]}], "zones.0", "outside of the picture; pixels count"),
        ([{"name": "bay", "pixels": [[0, 0], [1, 1], [2, 2]]}], "zones.0", "encloses next to nothing"),
        ([{"name": "bay", "shares": SQUARE, "pixels": SQUARE}], "zones.0", "one of pixels, shares and ground_cm"),
        ([{"name": "bay"}], "zones.0", "give one of pixels, shares and ground_cm, not none"),
        ([{"name": "a", "shares": SQUARE}, {"name": "A", "shares": SQUARE}], "zones", "numbers 1 and 2 have this name"),
        ([{"name": 'the "bay"', "shares": SQUARE}], "zones.0.name", "leave out quotes"),
        ([{"name": "bay", "shares": SQUARE, "color": "red"}], "zones.0.color", "unknown key; known here: ground_cm"),
        ([{"name": "bay", "shares": SQUARE, "within_s": 90}], "zones.0.within_s", "less than or equal to 15"),
    ],
)
def test_a_faulty_zone_is_told_with_its_key_and_the_mend(tmp_path, zones, key, said):
    with pytest.raises(ConfigError) as fault:
        load_deployment(written(tmp_path, zones=zones))
    (line,) = str(fault.value).splitlines()
    assert f"cameras.gate.{key}:" in line
    assert said in line


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([{"name": "door", "shares": [[0, 0]]}], "a line needs two points"),
        ([{"name": "door", "shares": [[0, 0], [0, 0]]}], "follow each other are the same"),
    ],
)
def test_a_faulty_line_is_told(tmp_path, lines, said):
    with pytest.raises(ConfigError, match=said):
        load_deployment(written(tmp_path, lines=lines))


def test_what_only_the_source_can_tell_is_told_by_check(tmp_path):
    zones = [{"name": "bay", "pixels": [[0, 0], [700, 0], [700, 300]]}]
    with pytest.raises(
        ConfigError, match=r'cameras\.gate: zone "bay": reaches outside of the picture, which is 640x360'
    ):
        check_deployment(written(tmp_path, zones=zones))
    behind = [{"name": "bay", "ground_cm": [[0, -300], [100, -300], [50, -500]]}]
    with pytest.raises(ConfigError, match="outside of what the camera sees"):
        check_deployment(written(tmp_path, zones=behind))
    network = {
        "source": "rtsp://192.0.2.1/",
        "zones": [{"name": "bay", "ground_cm": [[0, 300], [100, 300], [50, 500]]}],
    }
    with pytest.raises(ConfigError, match="name its camera file"):
        check_deployment(written(tmp_path, **network))


def test_good_ones_pass(tmp_path):
    zones = [{"name": "bay", "no_pass": True, "shares": SQUARE}]
    lines = [{"name": "door", "pixels": [[0, 10], [300, 200], [600, 200]]}]
    deployment = check_deployment(written(tmp_path, zones=zones, lines=lines, looks={"angle_deg": 15}))
    camera = deployment.cameras["gate"]
    assert camera.zones[0].no_pass
    assert camera.zones[0].within_s == 3.0
    assert camera.lines[0].corners[1] == (300, 200)
    assert camera.looks.angle_deg == 15


def test_off_is_a_word_in_yaml_too(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("attributes: {gender: off}\n")
    assert load_deployment(path).attributes.gender == "off"


def test_a_file_of_marks_is_read_as_a_camera_has_them(tmp_path):
    path = tmp_path / "zones.yaml"
    path.write_text("zones:\n  - {name: bay, shares: [[0, 0], [1, 0], [1, 1]]}\n")
    assert load_marks(path).zones[0].name == "bay"
    path.write_text("zone: []\n")
    with pytest.raises(ConfigError, match=r"zone: unknown key; known here: lines, looks, .*zones"):
        load_marks(path)
