"""The clips that were uploaded, and what came of each."""

import streamlit as st

from dashboard.components.results import results
from dashboard.components.sources import job_notice
from pipeline.server.services import current

_MARKS = {"queued": "waiting", "running": "running", "done": "done", "failed": "failed", "cancelled": "cancelled"}

jobs = {job.id: job for job in current().jobs.list(200)}
if not jobs:
    st.info("No clip has been uploaded yet. Choose “Upload a video file” on the Live page.")
    st.stop()
chosen = st.selectbox(
    "Clip",
    list(jobs),
    format_func=lambda job_id: (
        f"{jobs[job_id].name} · {jobs[job_id].created_at.replace('T', ' ')[:16]} · {_MARKS[jobs[job_id].state]}"
    ),
)
if jobs[chosen].state in ("queued", "running"):
    job_notice(chosen)
else:
    results(jobs[chosen])
