"""The clips that were uploaded, and what came of each."""

import streamlit as st

from dashboard.components.results import results
from dashboard.components.sources import job_notice
from dashboard.components.words import when
from pipeline.server.services import current
from pipeline.store.jobs import Job

_STATES = {"queued": "waiting", "running": "running", "done": "done", "failed": "failed", "cancelled": "cancelled"}


def _title(job: Job) -> str:
    return f"{job.name} · {when(job.created_at)} · {_STATES[job.state]}"


jobs = {job.id: job for job in current().jobs.list(200)}
if not jobs:
    st.info("No clip has been uploaded yet. Choose “Upload a video file” on the Live page.")
    st.stop()
chosen = jobs[
    st.selectbox("Clip", list(jobs), format_func=lambda job_id: _title(jobs[job_id]), label_visibility="collapsed")
]
if chosen.state in ("queued", "running"):
    job_notice(chosen.id)
else:
    results(chosen)
