"""The live page: choose a video input source, watch it, and see what each frame costs."""

import redis
import streamlit as st

from dashboard.components.live.component import live_view
from dashboard.components.results import results
from dashboard.components.sources import job_notice, source_picker
from dashboard.components.words import running_on
from pipeline.server.services import current

services = current()
try:
    statuses = services.cameras()
    system = services.system()
except redis.RedisError:
    st.warning("The broker is away. Pictures and states come back by themselves when it does.")
    st.stop()

with st.sidebar:
    st.header("Configuration")
    st.markdown(running_on(system))
    source_picker(services, statuses)

jobs = {job.camera: job for job in services.jobs.list(50) if job.state in ("queued", "running")}
titles = {camera: job.name for camera, job in jobs.items()}
names = [status.camera for status in statuses] + list(jobs)
if "pills" not in st.session_state:
    st.session_state["pills"] = [status.camera for status in statuses][:4]
if st.session_state.get("next") in names:
    # A camera that was just added is known as soon as the worker has heard of it.
    st.session_state["pills"] = [st.session_state.pop("next")]
st.session_state["pills"] = [name for name in st.session_state["pills"] if name in names]
finished = st.session_state.pop("finished", None)
if finished is not None:
    st.session_state["result"] = finished
    st.session_state["pills"] = []

shown = st.pills(
    "Cameras",
    names,
    key="pills",
    selection_mode="multi",
    format_func=lambda name: titles.get(name) or name,
    label_visibility="collapsed",
)
for camera in shown:
    if camera in jobs:
        job_notice(jobs[camera].id)
if shown:
    st.session_state.pop("result", None)
if st.session_state.get("result"):
    results(services.jobs.get(st.session_state["result"]))
else:
    live_view(shown, titles)
