"""Data sets: the same by seed, whole after a kill, and one folder for one data set."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from pipeline.data import FrameRecord, from_json, schema_name
from pipeline.errors import InputError
from pipeline.simulation.dataset import ArrayKind, Arrays, SampleParameters, kind_of, write_dataset


class Numbers(ArrayKind[SampleParameters]):
    """Random numbers, a few at a time."""

    per_shard: ClassVar[int] = 10

    def samples(self, rng: np.random.Generator) -> Iterator[Arrays]:
        while True:
            yield {"value": rng.random(4), "twice": rng.integers(0, 9, (4, 2))}


def quiet(_done: int, _total: int) -> None: ...


def bodies(folder: Path, seed: int = 3, count: int = 120, jobs: int = 1) -> None:
    values = {"seed": seed, "width": 320, "height": 240, "looks": 4, "level": "plain"}
    write_dataset(kind_of("bodies", values), folder, count, jobs, quiet)


def test_a_shard_holds_the_rows_asked_for(tmp_path):
    Numbers(SampleParameters()).write(tmp_path / "0.npz", np.random.default_rng(1), 10)
    shard = np.load(tmp_path / "0.npz")
    assert (shard["value"].shape, shard["twice"].shape) == ((10,), (10, 2))


def test_what_was_lost_is_made_again_and_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.simulation.sampling.Bodies.per_shard", 40)
    told: list[tuple[int, int]] = []
    kind = kind_of("bodies", {"seed": 3, "width": 320, "height": 240, "looks": 4, "level": "plain"})
    write_dataset(kind, tmp_path, 100, 1, quiet)
    shards = sorted(tmp_path.glob("*.npz"))
    before = [np.load(shard)["keypoints"] for shard in shards]
    assert [len(rows) for rows in before] == [40, 40, 20]
    shards[1].unlink()
    (tmp_path / ".00001.npz.partial").write_bytes(b"half")
    write_dataset(kind, tmp_path, 100, 2, lambda *step: told.append(step))
    assert told == [(60, 100), (100, 100)]
    assert not list(tmp_path.glob(".*"))
    for rows, shard in zip(before, shards, strict=True):
        np.testing.assert_array_equal(rows, np.load(shard)["keypoints"])
    everything = np.concatenate(before)
    assert len(np.unique(everything.reshape(len(everything), -1), axis=0)) == len(everything)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    bodies(tmp_path / "a", count=5)
    with pytest.raises(InputError, match="holds another data set"):
        bodies(tmp_path / "a", seed=4, count=5)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        bodies(tmp_path / "b", count=5)


@pytest.mark.parametrize(("form", "extension"), [("jpeg", "jpg"), ("h264", "mp4")])
def test_frames_come_with_their_truth_and_camera(tmp_path, form, extension):
    values = {"width": 320, "height": 240, "form": form, "frames": 3, "skip": 1, "pictures": 2}
    write_dataset(kind_of("frames", values), tmp_path, 2, 1, quiet)
    with tarfile.open(tmp_path / "00000.tar") as tar:
        names = tar.getnames()
        assert names == [f"{n:06}.{kind}" for n in range(2) for kind in (extension, "jsonl", "yaml")]
        truth = tar.extractfile("000000.jsonl").read().splitlines()
    truth = [line for line in truth if schema_name(line) == "sightline.frame/1"]
    assert [from_json(FrameRecord, line).frame for line in truth] == list(range(1 if form == "jpeg" else 3))


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("moons", {}, "no such kind of sample; known are .*bodies"),
        ("bodies", {"scene": 3}, "scene"),
        ("bodies", {"level": "wild"}, "level"),
        ("bodies", {"evry": "3"}, "evry.*known are seed, level"),
    ],
)
def test_a_faulty_parameter_is_explained_in_one_line(name, values, says):
    with pytest.raises(InputError, match=says) as caught:
        kind_of(name, values)
    assert "\n" not in str(caught.value)
