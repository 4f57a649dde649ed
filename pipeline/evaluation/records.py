"""Frame records of a truth file or of what `analyze` wrote."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from pipeline.data import FrameRecord, from_json, schema_name
from pipeline.errors import InputError

_SCHEMA = FrameRecord.__dataclass_fields__["schema"].default


def read_records(path: Path) -> dict[int, FrameRecord]:
    """Records by frame, of a file of JSON lines or of a folder with `frames.jsonl`; other lines are passed over.

    Raises:
        InputError: it cannot be read, with the number of the faulty line, or holds no record.
    """
    file = path / "frames.jsonl" if path.is_dir() else path
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error}); give records (JSON lines) or analyze's folder") from error
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            if schema_name(line) == _SCHEMA:
                record = from_json(FrameRecord, line)
                found[record.frame] = record
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            raise InputError(f"{file}:{number}: not a frame record: {fault['loc']}: {fault['msg']}") from error
    if not found:
        raise InputError(f"{file}: holds no frame records; give what `sim --truth` or `analyze` wrote")
    return found


def pairs(truth: Path, pred: Path) -> list[tuple[FrameRecord, FrameRecord | None]]:
    """Every frame of the truth, and what was found in it.

    Raises:
        InputError: a file cannot be read, or no frame is in both.
    """
    return paired(read_records(truth), read_records(pred))


def paired(
    true: Mapping[int, FrameRecord], found: Mapping[int, FrameRecord]
) -> list[tuple[FrameRecord, FrameRecord | None]]:
    """Every frame of the truth, and what was found in it.

    Raises:
        InputError: no frame is in both.
    """
    if not true.keys() & found.keys():
        raise InputError("no frame is in both the truth and the predictions; are they of the same clip?")
    return [(true[frame], found.get(frame)) for frame in sorted(true)]


def in_pairs(truths: Sequence[Path], preds: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Each clip's truth with the folder that `analyze` wrote of it.

    Raises:
        InputError: there are more of one than of the other.
    """
    if len(truths) != len(preds):
        raise InputError(f"{len(truths)} --truth and {len(preds)} --pred: give one of each for every clip")
    return list(zip(truths, preds, strict=True))
