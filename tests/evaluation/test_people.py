"""`eval people`: figures that can be counted by hand, real labelled pedestrians, and what is said of bad files."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.evaluation.grounded import grounded
from pipeline.evaluation.keypoints import read_keypoints
from pipeline.evaluation.people import Attributes, lifted, run, scores, turned_deg
from pipeline.evaluation.people_plot import plot
from tests.attributes.people import CAMERA, walkers
from tests.conftest import SHARED
from tests.test_cli import refused, sightline

KITTI = SHARED / "data" / "kitti" / "pedestrians.json"


def labelled(seed: int, count: int) -> dict:
    """The content of a file of simulated people."""
    seen = walkers(seed, count)
    camera = {
        "fx": CAMERA.fx,
        "fy": CAMERA.fy,
        "cx": CAMERA.cx,
        "cy": CAMERA.cy,
        "width": 1280,
        "height": 720,
        "tilt_deg": 12,
    }
    people = [
        {"keypoints": keypoints.tolist(), "distance_m": distance / 100, "height_m": height / 100, "facing_deg": facing}
        for keypoints, distance, height, facing in zip(
            seen.keypoints, seen.distance_cm, seen.height_cm, seen.facing_deg, strict=True
        )
    ]
    return {"camera": camera, "people": people}


def written(folder: Path, content: object) -> Path:
    path = folder / "truth.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def two(**changed: list[float]) -> Attributes:
    """Two people, of whom the second's height and facing are not known."""
    nan = float("nan")
    columns = {
        "distance_m": [10, 20], "distance_found_m": [11, 20.5], "distance_std_log": [0.05, 0.05],
        "height_cm": [170, nan], "height_found_cm": [174, 180], "width_cm": [nan, nan], "width_found_cm": [36, 38],
        "facing_deg": [350, nan], "facing_found_deg": [10, 90], "facing_std_deg": [25, 15],
    }  # fmt: skip
    return Attributes(**{name: np.array(values, float) for name, values in (columns | changed).items()})


def test_figures_that_can_be_counted():
    found = scores(two())
    assert found["n"] == 2
    assert found["distance_m"] == pytest.approx({"mean": 0.75, "median": 0.75})
    assert found["distance_coverage_68"] == 0.5
    assert found["facing_deg"] == pytest.approx({"mean": 20, "median": 20, "within_30": 1})
    assert found["height_cm"] == pytest.approx({"mean": 4, "median": 4})
    assert "width_cm" not in found
    assert [ring["n"] for ring in found["by_distance_m"]] == [0, 1, 1, 0]


@pytest.mark.parametrize(("one", "other", "apart"), [(350, 10, 20), (0, 180, 180), (90, 90, 0), (-10, 370, 20)])
def test_angles_go_the_shorter_way(one, other, apart):
    assert turned_deg(one, other) == pytest.approx(apart)


def test_simulated_people_are_lifted_from_a_file(tmp_path):
    found = scores(run(written(tmp_path, labelled(21, 120))))
    assert found["n"] == 120
    assert found["distance_percent"]["mean"] < 8


@pytest.mark.parametrize(
    ("camera", "known", "tilt"), [({}, True, 0), ({"tilt_deg": 12}, True, 12), ({"tilt_deg": None}, False, 0)]
)
def test_a_camera_looks_level_unless_the_header_says_otherwise(tmp_path, camera, known, tilt):
    content = labelled(22, 3)
    del content["camera"]["tilt_deg"]
    content["camera"] |= camera
    people = read_keypoints(written(tmp_path, content))
    assert (people.tilt_known, people.camera.tilt_deg) == (known, tilt)


def test_the_ground_tells_how_far_feet_are_where_the_camera_s_height_is_known(tmp_path):
    labelled_people = read_keypoints(written(tmp_path, labelled(25, 150)))
    alone = lifted(labelled_people)
    fused = grounded(labelled_people, alone, CAMERA.height_cm)
    assert scores(fused)["distance_m"]["mean"] < 0.6 * scores(alone)["distance_m"]["mean"]
    assert np.all(fused.distance_std_log < alone.distance_std_log)
    higher = grounded(labelled_people, alone, 2 * CAMERA.height_cm)
    assert np.median(higher.distance_found_m / fused.distance_found_m) > 1.3


def test_people_of_a_taller_place_are_farther_off_and_taller(tmp_path):
    truth = written(tmp_path, labelled(24, 30))
    usual, taller = run(truth), run(truth, 176)
    grown = taller.height_found_cm / usual.height_found_cm
    assert np.all((grown > 1.01) & (grown < 1.04))
    assert np.median(taller.distance_found_m / usual.distance_found_m) == pytest.approx(np.median(grown), abs=0.01)


@pytest.mark.skipif(not KITTI.exists(), reason="shared/data is not on this machine")
def test_real_pedestrians_whom_the_network_has_never_seen():
    found = scores(run(KITTI))
    assert found["n"] == 331
    assert found["distance_m"]["mean"] < 1.3
    assert found["facing_deg"]["mean"] < 20
    assert 0.55 < found["distance_coverage_68"] < 0.85


def test_the_command_prints_a_table_writes_figures_and_draws(tmp_path):
    truth = written(tmp_path, labelled(23, 20))
    plotted, figures = tmp_path / "errors.png", tmp_path / "figures.json"
    done = sightline("eval", "people", "--truth", truth, "--json", figures, "--plot", plotted)
    assert done.returncode == 0, done.stderr
    assert "distance_coverage_68" in done.stdout
    assert json.loads(figures.read_text())["n"] == 20
    assert plotted.read_bytes().startswith(b"\x89PNG")


def without(content: dict, *path: str | int) -> dict:
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([], "the file: "),
        ({"people": []}, "camera: field required"),
        (labelled(1, 1) | {"people": []}, "people: "),
        (without(labelled(1, 1), "people", 0, "distance_m"), "people.0.distance_m: field required"),
        (without(labelled(1, 1), "people", 0, "keypoints", 16), "people.0.keypoints: "),
        (without(labelled(1, 1), "people", 0, "keypoints", 3, 2), "people.0.keypoints.3.2: "),
    ],
)
def test_a_bad_file_is_named_with_its_fault(tmp_path, content, says):
    with pytest.raises(InputError) as error:
        read_keypoints(written(tmp_path, content))
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_the_command_says_in_one_line_what_is_wrong(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("nothing")
    refused(sightline("eval", "people", "--truth", bad), "cannot be read as JSON of labelled keypoints")
    refused(sightline("eval", "people", "--truth", tmp_path / "missing.json"), "cannot be read")


def test_a_plot_that_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        plot(two(), tmp_path / "nowhere" / "errors.png")
