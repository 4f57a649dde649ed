"""The live page: choose a video input source, watch it, and see what each frame costs."""

import contextlib

import redis
import streamlit as st

from dashboard.components.live.component import live_view
from dashboard.components.results import results
from dashboard.components.sources import action, job_notice, source_picker
from dashboard.components.words import running_on
from pipeline.server.services import current
from pipeline.status import CameraStatus, SystemStatus
from pipeline.store.jobs import Job

services = current()
# Cameras that are shown before anybody has chosen.
_AT_FIRST = 4


def known(statuses: list[CameraStatus], system: SystemStatus | None, jobs: list[Job]) -> list[object]:
    """What the page depends on; all else that moves, its components draw by themselves."""
    return [system, *((status.camera, action(status)) for status in statuses), *(job.id for job in jobs)]


def unfinished(jobs: list[Job]) -> list[Job]:
    """The clips that wait or are being analysed."""
    return [job for job in jobs if job.state in ("queued", "running")]


@st.fragment(run_every=1.5)
def follow(shown: list[object] | None) -> None:
    """Draw the page again when what it depends on has changed."""
    with contextlib.suppress(redis.RedisError):
        if known(services.cameras(), services.system(), unfinished(services.jobs.list(50))) != shown:
            st.rerun()


try:
    statuses = services.cameras()
    system = services.system()
except redis.RedisError:
    st.warning("The broker is away. Pictures and states come back by themselves when it does.")
    follow(None)
    st.stop()

recent = {job.camera: job for job in services.jobs.list(50)}
jobs = {job.camera: job for job in unfinished(list(recent.values()))}
with st.sidebar:
    st.header("Configuration", anchor=False)
    st.html(running_on(system))
    source_picker(services, statuses)
    follow(known(statuses, system, list(jobs.values())))

titles = {camera: job.name for camera, job in jobs.items()}
names = [status.camera for status in statuses] + list(jobs)
state = st.session_state
if state.get("next") in {*names, *recent}:
    # A camera that was just added is known as soon as the worker has heard of it.
    state["shown"] = [state.pop("next")]
# Streamlit forgets a widget's value while another page is shown, so what was chosen is kept beside it.
chosen = state.get("shown", [status.camera for status in statuses][:_AT_FIRST])
state["pills"] = [name for name in chosen if name in names]
shown = st.pills(
    "Cameras",
    names,
    key="pills",
    selection_mode="multi",
    on_change=lambda: state.update(shown=state["pills"]),
    format_func=lambda name: titles.get(name) or name,
    label_visibility="collapsed",
)
for camera in shown:
    if camera in jobs:
        job_notice(jobs[camera].id)
# A clip that was watched until it was done gives way to what came of it.
finished = [recent[camera] for camera in chosen if camera in recent and camera not in jobs]
if finished and not shown:
    results(finished[0])
else:
    live_view(shown, titles)
