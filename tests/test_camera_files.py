"""Camera files of a deployment and of a clip: checked beforehand, scaled, refused; and cameras that need none."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.analyze import Analysis, analyze
from pipeline.check import check_deployment
from pipeline.cli import app
from pipeline.config import Deployment, ModelConfig
from pipeline.data import FrameRecord, from_json
from pipeline.errors import ConfigError, InputError, SourceError
from pipeline.geometry.camera import Camera
from tests.clips import write_clip

CAMERA = Camera((320, 240), 300.0, 310.0, 161.0, 118.0, 400.0, 20.0)


def test_a_camera_sees_smaller_pictures_of_the_same_shape_as_it_is():
    half = CAMERA.seen_at((160, 120))
    places = [[100.0, 900.0, 0.0], [-200.0, 1500.0, 170.0]]
    assert half.project(places)[0] == pytest.approx(CAMERA.project(places)[0] / 2)
    assert CAMERA.seen_at(CAMERA.size) is CAMERA
    with pytest.raises(ConfigError, match="320x240, these are 320x180, which is another shape"):
        CAMERA.seen_at((320, 180))


def checked(folder: Path, content: str) -> str:
    config = folder / "c.yaml"
    clip = write_clip(folder / "clip.mp4", frames=3)
    config.write_text(f"cameras:\n  gate:\n    source: {clip}\n    camera: {content}\n")
    check_deployment(config)
    return "good"


def test_faults_of_a_camera_file_are_named_before_a_deployment_runs(tmp_path):
    good, other, faulty = (tmp_path / f"{name}.yaml" for name in ("good", "other", "faulty"))
    CAMERA.save(good)
    replace(CAMERA, size=(320, 180)).save(other)
    faulty.write_text("size: [320, 240]\nintrinsics: {fx: -1, fy: 300, cx: 160, cy: 120}\n")
    assert checked(tmp_path, str(good)) == "good"
    for file, fault in (
        (other, "for pictures of 320x180, these are 160x120"),
        (faulty, "intrinsics.fx"),
        (tmp_path / "none.yaml", "cannot be read as a camera file"),
    ):
        with pytest.raises(ConfigError, match=fault) as caught:
            checked(tmp_path, str(file))
        assert all("cameras.gate.camera" in line for line in str(caught.value).splitlines())


def test_a_clip_of_another_shape_is_refused_and_leaves_nothing(tmp_path):
    file, out = tmp_path / "camera.yaml", tmp_path / "out"
    replace(CAMERA, size=(320, 180)).save(file)
    clip = write_clip(tmp_path / "clip.mp4", frames=3)
    model = ModelConfig(input=(128, 128), tiles=(1, 1), overview=False)
    analysis = Analysis(str(clip), out, "clip", "r", Deployment(model=model), overlay=False, camera_file=file)
    with pytest.raises(SourceError, match="another shape"):
        analyze(analysis, lambda _: None)
    assert not list(out.glob("*"))


def test_analyze_refuses_a_faulty_camera_file(tmp_path):
    clip = write_clip(tmp_path / "clip.mp4", frames=3)
    result = CliRunner().invoke(app, ["analyze", str(clip), "--out", str(tmp_path / "o"), "--camera", "no.yaml"])
    assert isinstance(result.exception, InputError)
    assert "no.yaml" in str(result.exception)


def test_a_simulated_camera_knows_what_it_is(tmp_path, movenet):
    source = "sim://street?seed=3&fps=6&pace=free"
    analysis = Analysis(source, tmp_path, "street", "r", Deployment(), overlay=False, limit=12)
    analyze(analysis, lambda _: None)
    records = [from_json(FrameRecord, line) for line in (tmp_path / "frames.jsonl").read_text().splitlines()]
    assert all("attributes" in record.stages_ms for record in records)
    seen = max(([person for person in record.people if person.score > 0] for record in records), key=len)
    assert len(seen) >= 3
    known = [person for person in seen if person.ground_cm is not None and person.distance_std_cm < 60]
    assert len(known) >= 2
    assert any(person.height_cm is not None and 100 < person.height_cm < 210 for person in known)
