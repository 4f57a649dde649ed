"""What came of an upload: its overlay, its numbers, and what each of its frames cost.

The picture and the downloads come straight from the API, which reads them from the disk piece by piece; Streamlit's
own elements would hold whole files in memory.
"""

import json
from html import escape
from pathlib import Path
from statistics import fmean
from typing import Any

import altair as alt
import streamlit as st

from dashboard.components.deliveries import deliveries
from dashboard.components.files import address
from dashboard.components.words import duration, milliseconds, when
from pipeline.data import Event, from_json
from pipeline.server.services import RESULTS
from pipeline.store.jobs import Job

_STAGES = {
    "decode": "#5f9ed1",
    "inference": "#f0b432",
    "track": "#2fd6a3",
    "attributes": "#f28cc8",
    "cricket": "#ff7a3c",
    "rules": "#d5d9e0",
    "publish": "#9aa7ff",
}
"""What a frame of a clip costs. `wait` is left out: clips are read ahead, so their frames wait for the network."""
_POINTS = 400
"""Points that the chart of a clip has at most; longer clips show the mean of neighbouring frames."""
_ENDS = {"failed": "could not be analysed", "cancelled": "was cancelled"}


def results(job: Job) -> None:
    """Draw what came of a job that has ended."""
    st.html(f'<div class="results-name">{escape(job.name)}<small>uploaded {when(job.created_at)}</small></div>')
    if job.state in _ENDS:
        words = f"This clip {_ENDS[job.state]}{f': {job.error}' if job.error else '.'}"
        (st.error if job.state == "failed" else st.info)(words)
        return
    summary = json.loads((job.out / "summary.json").read_text(encoding="utf-8"))
    picture, figures = st.columns([3, 2], gap="medium")
    picture.html(f'<video class="overlay" src="{address(job, "overlay.mp4")}" controls preload="metadata"></video>')
    with figures:
        _figures(summary)
        _chart(job)
        _downloads(job)
    if (job.out / "deliveries.json").is_file():
        deliveries(job, summary["frames"] / summary["clip_seconds"])
    _events(job)


def _figures(summary: dict[str, Any]) -> None:
    facts = {
        "People": f"{summary['tracks']:,}",
        "Frames": f"{summary['frames']:,}",
        "Length": duration(summary["clip_seconds"]),
        "Frames/s": f"{summary['fps']:.1f}",
        "Took": duration(summary["seconds"]),
    }
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    rows = "".join(
        f"<tr><th>{escape(stage)}</th>"
        + "".join(f"<td>{milliseconds(times[share])}</td>" for share in ("p50", "p95", "p99"))
        + "</tr>"
        for stage, times in summary["latency_ms"].items()
        if stage in _STAGES
    )
    st.html(
        f'<dl class="figures-row">{cells}</dl><table class="stage-times"><thead><tr><th>stage, ms</th><th>p50</th>'
        f"<th>p95</th><th>p99</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _chart(job: Job) -> None:
    st.caption("Processing time per frame, ms")
    points = _stage_times(str(job.out / "frames.jsonl"))
    stages = [stage for stage in _STAGES if any(point["stage"] == stage for point in points)]
    colours = [_STAGES[stage] for stage in stages]
    chart = (
        alt.Chart(alt.Data(values=points))
        .mark_area()
        .encode(
            x=alt.X("frame:Q", title=None, scale=alt.Scale(nice=False), axis=alt.Axis(grid=False, tickMinStep=1)),
            y=alt.Y("ms:Q", stack=True, title=None, axis=alt.Axis(tickCount=4)),
            color=alt.Color(
                "stage:N",
                scale=alt.Scale(domain=stages, range=colours),
                title=None,
                legend=alt.Legend(orient="bottom", columns=4),
            ),
            order="order:O",
            tooltip=[alt.Tooltip("frame:Q"), alt.Tooltip("stage:N"), alt.Tooltip("ms:Q", format=".1f")],
        )
        .properties(height=210)
    )
    st.altair_chart(chart)


@st.cache_data(max_entries=32)
def _stage_times(path: str) -> list[dict[str, Any]]:
    """Frame, stage and milliseconds, for each stage of every so many frames."""
    with Path(path).open(encoding="utf-8") as lines:
        stages = [json.loads(line)["stages_ms"] for line in lines]
    together = max(1, -(-len(stages) // _POINTS))
    return [
        {"frame": begin, "stage": stage, "ms": round(fmean(times), 3), "order": order}
        for begin in range(0, len(stages), together)
        for order, stage in enumerate(_STAGES)
        if (times := [frame[stage] for frame in stages[begin : begin + together] if stage in frame])
    ]


def _downloads(job: Job) -> None:
    stem = escape(Path(job.name).stem, quote=True)
    there = [name for name in RESULTS if (job.out / name).is_file()]
    links = [f'<a href="{address(job, name)}" download="{stem}-{name}">{name}</a>' for name in there]
    st.html(f'<div class="downloads">{"".join(links)}</div>')


def _events(job: Job) -> None:
    """What its rules told, in the order in which it began."""
    with (job.out / "events.jsonl").open(encoding="utf-8") as lines:
        told = [from_json(Event, line) for line in lines]
    # Deliveries stand above, with all that was measured of them.
    newest = {event.id: event for event in told if event.kind != "delivery"}
    if not newest:
        return
    began = {event.id: event.frame for event in reversed(told) if event.frame is not None}
    st.subheader(f"Events: {len(newest)}", anchor=False)
    rows = "".join(
        f"<tr><td>frame {began.get(event.id, 0):,}</td><td>{escape(event.kind.replace('_', ' '))}</td>"
        f"<td>{escape(event.severity)}</td><td>{escape(event.sentence)}</td></tr>"
        for event in newest.values()
    )
    st.html(f'<table class="deliveries"><tbody>{rows}</tbody></table>')
