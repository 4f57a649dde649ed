"""The commands as a person at a terminal meets them: one clear line for what was wrong, and exit status 2."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipeline.capture.sources.file import FileSource
from pipeline.geometry.camera import Camera
from tests.capture.test_files import broken
from tests.clips import write_clip


def sightline(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


def refused(done: subprocess.CompletedProcess[str], says: str, lines: int = 1) -> None:
    """The command said what was wrong, and nothing else."""
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == lines, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "no such file or folder"),
        ("empty", "is empty"),
        ("text", "is not a video"),
        ("truncated", "a part of it is missing"),
        ("sound", "holds no video, only audio"),
        ("one", "is 1x1 pixels"),
    ],
)
def test_a_clip_that_cannot_be_analysed(tmp_path, movenet, kind, says):
    done = sightline("analyze", broken(tmp_path, kind), "--out", tmp_path / "out")
    refused(done, says)
    assert not (tmp_path / "out").exists()


def test_a_clip_is_analysed_whole_into_a_folder(tmp_path, movenet):
    clip = write_clip(tmp_path / "My Clip.mp4", 20)
    done = sightline("analyze", clip, "--out", tmp_path / "out", "--export", "mot")
    assert done.returncode == 0, done.stderr
    assert "20 frames" in done.stdout
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert {"frames": 20, "dropped": 0, "engine": "openvino", "device": "CPU"}.items() <= summary.items()
    assert set(summary) >= {"seconds", "fps", "model", "latency_ms", "tracks", "events"}
    records = [json.loads(line) for line in (tmp_path / "out" / "frames.jsonl").read_text().splitlines()]
    assert [record["frame"] for record in records] == list(range(20))
    assert records[0]["camera"] == "my-clip"
    with FileSource(str(tmp_path / "out" / "overlay.mp4")) as overlay:
        assert len(list(overlay.pictures())) == 20
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"frames.jsonl", "events.jsonl", "summary.json", "overlay.mp4", "tracks.txt"}


def test_sixteen_bit_gray_works_and_a_limit_is_kept(tmp_path, movenet):
    clip = write_clip(tmp_path / "thermal.mkv", 12, codec="ffv1", pixel_format="gray16le")
    done = sightline("analyze", clip, "--out", tmp_path / "out", "--no-overlay", "--limit", 7)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out" / "frames.jsonl").read_text().splitlines()) == 7
    assert not (tmp_path / "out" / "overlay.mp4").exists()


def test_a_cricket_clip_of_4k_fits_into_its_ring_also_in_rgb(tmp_path, movenet):
    clip = write_clip(tmp_path / "ground.mkv", 3, (3840, 2160), codec="ffv1", pixel_format="bgr0")
    done = sightline("analyze", clip, "--profile", "cricket", "--out", tmp_path / "out", "--no-overlay", "--limit", 2)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out" / "frames.jsonl").read_text().splitlines()) == 2


def test_a_folder_of_clips_is_analysed_one_by_one(tmp_path, movenet):
    (tmp_path / "clips").mkdir()
    for name in ("a", "b"):
        write_clip(tmp_path / "clips" / f"{name}.mp4", 4)
    done = sightline("analyze", tmp_path / "clips", "--out", tmp_path / "out", "--no-overlay")
    assert done.returncode == 0, done.stderr
    assert {path.parent.name for path in (tmp_path / "out").glob("*/summary.json")} == {"a", "b"}


def test_weights_with_another_sha256(tmp_path, movenet):
    (tmp_path / movenet.name).write_bytes(b"not the weights")
    clip = write_clip(tmp_path / "a.mp4")
    done = sightline("analyze", clip, "--out", tmp_path / "out", SIGHTLINE_MODELS=str(tmp_path))
    refused(done, "its sha256 is")


@pytest.mark.parametrize(
    ("text", "says", "lines"),
    [
        ("camera: {}\n", "camera: unknown key; known here: alerts, attributes, bus, cameras", 1),
        (
            "cameras: {gate: {source: 'sim://street', slots: many}}\n",
            "cameras.gate.slots: input should be a valid integer",
            1,
        ),
        (
            "cameras: {gate: {source: 'sim://moon'}}\nmodel: {name: resnet}\n",
            "model: model resnet: not in the catalogue",
            1,
        ),
        (
            "cameras: {gate: {source: /nowhere.mp4}}\nmodel: {engine: abacus}\n",
            "cameras.gate.source: /nowhere.mp4: no such",
            2,
        ),
        ("model: {input: [500, 300]}\n", "multiples of 32", 1),
        ("cameras: [\n", "is not YAML", 1),
        ("- a\n", "must hold keys", 1),
    ],
)
def test_a_faulty_configuration_is_explained_fault_by_fault(tmp_path, text, says, lines):
    path = tmp_path / "deployment.yaml"
    path.write_text(text)
    refused(sightline("check", path), says, lines)


def test_good_configurations_are_good(tmp_path):
    for path in (Path(__file__).parents[1] / "configs").glob("*.yaml"):
        if path.name != "models.yaml":
            done = sightline("check", path)
            assert done.returncode == 0, done.stderr
    refused(sightline("check", tmp_path / "none.yaml"), "cannot be read")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sim", "moon", "--out", "m.mp4"), "no such scene; known are"),
        (("sim", "street", "--out", "m.mp4", "--size", "big"), "write width x height"),
        (("models", "pull", "resnet"), "not in the catalogue"),
        (("eval", "tracking", "--truth", "none.txt", "--pred", "none"), "cannot be read"),
        (("analyze", "gopher://x", "--out", "o"), "no such kind of source"),
        (("calibrate", "sim://street", "--out", "c.yaml"), "say for how long"),
        (("calibrate", "none.mp4", "--out", "c.yaml", "--fov", 60, "--focal", 900), "say the same"),
        (("calibrate", "none.mp4", "--out", "c.yaml", "--picture", "grid.gif"), "end its name in .png or .jpg"),
        (("calibrate", "none.mp4", "--out", "c.yaml", "--points", "none.yaml"), "none.yaml: cannot be read"),
        (("calibrate", "none.mp4", "--out", "c.yaml", "--rectangle", "1,2 3,4"), "write four corners"),
        (("calibrate", "none.mp4", "--out", "c.yaml", "--rectangle", "1,2 3,4 5,6 7,8"), "needs --sides"),
        (
            ("calibrate", "none.mp4", "--out", "c.yaml", "--rectangle", "1,2 3,4 5,6 7,8", "--sides", "3x4"),
            "none.mp4: no such file",
        ),
    ],
)
def test_wrong_arguments(tmp_path, arguments, says):
    refused(sightline(*arguments), says)


def test_a_simulated_clip_is_measured_against_its_truth(tmp_path, movenet):
    clip, truth = tmp_path / "s.mp4", tmp_path / "s.jsonl"
    street = ("sim", "street", "--seed", 8, "--seconds", 1.5, "--fps", 10, "--people", 4)
    made = sightline(*street, "--out", clip, "--truth", truth, "--camera-out", tmp_path / "s.yaml")
    assert made.returncode == 0, made.stderr
    assert sightline("analyze", clip, "--out", tmp_path / "out", "--no-overlay").returncode == 0
    scored = sightline("eval", "tracking", "--truth", truth, "--pred", tmp_path / "out", "--json", tmp_path / "f.json")
    assert scored.returncode == 0, scored.stderr
    figures = json.loads((tmp_path / "f.json").read_text())
    assert figures["frames"] == 15
    assert figures["precision"] > 0.9
    assert figures["keypoint_error"] < 0.06


def test_a_camera_is_found_from_people_who_walk_by(tmp_path, movenet):
    street = ("sim", "street", "--seed", 2, "--seconds", 10, "--fps", 4, "--people", 9)
    assert sightline(*street, "--out", tmp_path / "s.mp4", "--camera-out", tmp_path / "true.yaml").returncode == 0
    found = ("--out", tmp_path / "c.yaml", "--picture", tmp_path / "grid.png", "--json", tmp_path / "c.json")
    done = sightline("calibrate", tmp_path / "s.mp4", *found)
    assert done.returncode == 0, done.stderr
    true, camera = Camera.load(tmp_path / "true.yaml"), Camera.load(tmp_path / "c.yaml")
    assert camera.origin == "people"
    assert camera.std is not None
    assert abs(camera.fx / true.fx - 1) < 0.25
    assert abs(camera.height_cm / true.height_cm - 1) < 0.25
    assert abs(camera.tilt_deg - true.tilt_deg) < 5
    said = json.loads((tmp_path / "c.json").read_text())
    assert said["quality"] in done.stdout
    assert said["camera"]["std"]["height_cm"] == camera.std.height_cm
    assert (tmp_path / "grid.png").stat().st_size > 10_000
    assert {path.name for path in tmp_path.iterdir()} == {"s.mp4", "true.yaml", "c.yaml", "grid.png", "c.json"}


def test_a_camera_is_found_from_known_points(tmp_path):
    true = Camera((640, 360), 500, 500, 320, 180, height_cm=400, tilt_deg=25)
    clip = write_clip(tmp_path / "a.mp4", 2, size=(640, 360))
    pixels = [[100, 100], [520, 110], [600, 330], [60, 300], [320, 200]]
    ground = true.ground_from_image(pixels).tolist()
    content = {"points": [{"image": a, "ground_cm": b} for a, b in zip(pixels, ground, strict=True)]}
    (tmp_path / "points.yaml").write_text(yaml.safe_dump(content))
    done = sightline("calibrate", clip, "--out", tmp_path / "c.yaml", "--points", tmp_path / "points.yaml")
    assert done.returncode == 0, done.stderr
    assert "good" in done.stdout
    assert abs(Camera.load(tmp_path / "c.yaml").height_cm - 400) < 12


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("points: [{image: [1, 2]}]", "points.0.ground_cm: field required"),
        ("points: []", "at least 1 item"),
        ("- [1, 2]", "write points:"),
        ("points: [{image: [1, 2], ground_cm: [0, 0]}]", "1 are given; at least 4"),
        ("points: [{image: [999, 2], ground_cm: [0, 0]}]", "point 1 is outside of the picture"),
    ],
)
def test_points_that_will_not_do(tmp_path, text, says):
    clip = write_clip(tmp_path / "a.mp4", 2)
    (tmp_path / "points.yaml").write_text(text)
    out = tmp_path / "c.yaml"
    refused(sightline("calibrate", clip, "--out", out, "--points", tmp_path / "points.yaml"), says)
    assert not out.exists()


def test_a_clip_without_people_gives_no_camera(tmp_path, movenet):
    refused_camera = sightline("calibrate", write_clip(tmp_path / "a.mp4", 6), "--out", tmp_path / "c.yaml")
    assert refused_camera.returncode == 2
    assert "nobody walks through the picture" in refused_camera.stderr
    assert not (tmp_path / "c.yaml").exists()


def test_the_doctor_looks_at_everything(movenet):
    done = sightline("doctor")
    assert done.returncode == 0, done.stdout
    for part in ("processor", "engine openvino", "decoder", "broker", "model movenet", "disk"):
        assert part in done.stdout
