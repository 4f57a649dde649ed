"""How things are said on the pages."""

import re
from datetime import datetime
from html import escape

from pipeline.status import SystemStatus


def running_on(system: SystemStatus | None) -> str:
    """What the networks run on, as HTML."""
    if system is None:
        return '<p class="engine"><b>Running on: –</b>the worker is starting</p>'
    width, height = system.input_size
    with_what = f"{system.engine} · {system.model} · {width}×{height}"
    notes = "".join(f"<br>{escape(note)}" for note in system.notes)
    return f'<p class="engine"><b>Running on: {escape(system.device)}</b>{escape(with_what)}{notes}</p>'


def duration(seconds: float) -> str:
    """1:05 or 2:03:04."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    text = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{text}" if hours else text.removeprefix("0")


def milliseconds(value: float) -> str:
    """0.4, 27 or 1,204."""
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def when(stamp: str) -> str:
    """An ISO stamp, to the minute."""
    return f"{stamp.replace('T', ' ')[:16]} UTC"


def moment(seconds: float) -> str:
    """A place in a clip, to the tenth: 1:05.2."""
    whole, tenths = divmod(round(10 * seconds), 10)
    return f"{duration(whole)}.{tenths}"


def duration_between(begin: str, end: str) -> str:
    """Between two ISO stamps: 0:09."""
    return duration((datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds())


def plain(text: str) -> str:
    """Text that Markdown takes as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:])", r"\\\1", " ".join(text.split()))
