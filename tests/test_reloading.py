"""A deployment's file that is changed while it runs."""

import os
from pathlib import Path

import pytest

from pipeline.capture.intake import Intake, Reconfigured
from pipeline.capture.link import new_address
from pipeline.config import load_deployment
from pipeline.errors import ConfigError
from pipeline.reloading import ConfigFile
from pipeline.workerline import WorkerLine
from tests.clips import write_clip

FILE = """
cameras:
  yard:
    source: {clip}
    rules:
      loitering: {{kind: loitering, after_s: {after}}}
live: {{max_age_ms: {age}}}
"""


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "yard.mp4", 3)


def written(path: Path, text: str, step: int) -> Path:
    path.write_text(text)
    os.utime(path, ns=(step * 10**9, step * 10**9))
    return path


def test_rules_are_taken_and_other_changes_wait(tmp_path: Path, clip: Path):
    path = written(tmp_path / "d.yaml", FILE.format(clip=clip, after=20, age=250), 1)
    file = ConfigFile(path, load_deployment(path))
    assert file.poll(0.0) is None
    written(path, FILE.format(clip=clip, after=60, age=500), 2)
    assert file.poll(0.5) is None, "it is looked at once a second"
    reloaded = file.poll(1.5)
    assert reloaded is not None
    assert reloaded.deployment.cameras["yard"].rules["loitering"].after_s == 60
    assert reloaded.deployment.live.max_age_ms == 250
    assert reloaded.waiting == ("live",)
    assert file.poll(3.0) is None


def test_a_faulty_file_is_refused_once_and_a_good_one_after_it_is_taken(tmp_path: Path, clip: Path):
    path = written(tmp_path / "d.yaml", FILE.format(clip=clip, after=20, age=250), 1)
    file = ConfigFile(path, load_deployment(path))
    written(path, FILE.format(clip=clip, after=-3, age=250), 2)
    with pytest.raises(ConfigError, match=r"cameras\.yard\.rules\.loitering\.after_s: .* greater than 0"):
        file.poll(1.0)
    assert file.poll(2.0) is None
    written(path, FILE.format(clip=clip, after=30, age=250), 3)
    reloaded = file.poll(3.0)
    assert reloaded is not None
    assert reloaded.deployment.cameras["yard"].rules["loitering"].after_s == 30


def test_the_worker_is_told_of_a_configuration_of_any_size(tmp_path: Path, clip: Path):
    path = written(tmp_path / "d.yaml", FILE.format(clip=clip, after=20, age=250), 1)
    deployment = load_deployment(path)
    rules = {f"rule {number}": deployment.cameras["yard"].rules["loitering"] for number in range(2000)}
    camera = deployment.cameras["yard"].model_copy(update={"rules": rules})
    large = deployment.model_copy(update={"cameras": {"yard": camera}})
    address = new_address()
    intake, line = Intake(address), WorkerLine(address)
    line.configure(large.model_dump_json().encode())
    told = [happening for _ in range(3) for happening in intake.poll(0.5)]
    line.close()
    intake.close()
    assert [type(happening) for happening in told] == [Reconfigured]
    assert told[0].deployment == large


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("{kind: loitering, radius: 3}", "cameras.yard.rules.r.radius: unknown key; known here: after_s, gap_s"),
        ("{kind: zone_entered, zone: nowhere}", "rules.r.zone: 'nowhere' is not one of the camera's zones: there are"),
        ("{kind: line_crossed, line: nowhere}", "rules.r.line: 'nowhere' is not one of the camera's lines"),
        ("{kind: flying}", "cameras.yard.rules.r.kind: no such kind of rule; known are zone_entered"),
        ("{zone: nowhere}", "cameras.yard.rules.r.kind: a rule needs one"),
        ("{kind: running, schedule: night}", "cameras.yard.rules.r.schedule: 'night' is not one of `schedules`"),
        ("{kind: sequence, of: [r, s]}", "rules.r.of: 'r' is not one of the camera's rules"),
    ],
)
def test_faults_of_rules_name_the_key_and_the_mend(tmp_path: Path, rule: str, fault: str):
    path = tmp_path / "d.yaml"
    path.write_text(f"cameras: {{yard: {{source: x.mp4, rules: {{r: {rule}}}}}}}\n")
    with pytest.raises(ConfigError) as error:
        load_deployment(path)
    assert fault in str(error.value)
