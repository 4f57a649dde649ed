"""What came of an upload: its overlay, its numbers, and what each of its frames cost."""

import json
from pathlib import Path
from statistics import fmean
from typing import Any

import altair as alt
import streamlit as st

from dashboard.components.words import count, duration
from pipeline.store.jobs import Job

_STAGES = ["decode", "inference", "track", "attributes", "publish"]
_COLOURS = ["#5f9ed1", "#f0b432", "#2fd6a3", "#f28cc8", "#9aa7ff"]
_POINTS = 400
"""Points that the chart of a clip has at most; longer clips show the mean of neighbouring frames."""
_STATES = {
    "queued": "waits for its turn",
    "running": "is being analysed",
    "done": "is analysed",
    "failed": "could not be analysed",
    "cancelled": "was cancelled",
}


def results(job: Job) -> None:
    """Draw it."""
    st.subheader(job.name, anchor=False)
    if job.state != "done":
        words = f"This clip {_STATES[job.state]}{f': {job.error}' if job.error else '.'}"
        (st.error if job.state == "failed" else st.info)(words)
        return
    summary = json.loads((job.out / "summary.json").read_text(encoding="utf-8"))
    picture, figures = st.columns([3, 2], gap="medium")
    picture.video(str(job.out / "overlay.mp4"))
    with figures:
        _figures(job, summary)
        _chart(job)
        _downloads(job)


def _figures(job: Job, summary: dict[str, Any]) -> None:
    st.caption(f"Uploaded {job.created_at.replace('T', ' ')[:19]} UTC · {duration(summary['clip_seconds'])} long")
    cells = st.columns(4)
    cells[0].metric("Frames", f"{summary['frames']:,}", help=f"{count(summary['dropped'], 'frame')} dropped")
    cells[1].metric("People", summary["tracks"], help="Tracks: somebody who leaves and comes back counts again")
    cells[2].metric("Frames/s", f"{summary['fps']:.1f}")
    cells[3].metric("Took", duration(summary["seconds"]))
    rows = [{"stage, ms": stage, **values} for stage, values in summary["latency_ms"].items() if stage != "wait"]
    st.dataframe(rows, height="content", hide_index=True)


def _chart(job: Job) -> None:
    st.caption("Processing time per frame, ms")
    chart = (
        alt.Chart(alt.Data(values=_stage_times(str(job.out / "frames.jsonl"))))
        .mark_area()
        .encode(
            x=alt.X("frame:Q", title="frame"),
            y=alt.Y("ms:Q", stack=True, title=None),
            color=alt.Color("stage:N", scale=alt.Scale(domain=_STAGES, range=_COLOURS), title=None),
            order="order:O",
        )
        .properties(height=190)
    )
    st.altair_chart(chart)


@st.cache_data
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
    links = [
        f'<a href="/api/jobs/{job.id}/files/{name}" download="{job.id}-{name}">{name}</a>'
        for name in ("overlay.mp4", "frames.jsonl", "summary.json")
    ]
    st.html("Download: " + " · ".join(links))
