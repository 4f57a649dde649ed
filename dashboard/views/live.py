"""The live page: choose a video input source, watch it, and see what each frame costs."""

import contextlib

import redis
import streamlit as st

from dashboard.components.live.component import live_view
from dashboard.components.results import results
from dashboard.components.sources import action, job_notice, source_picker
from dashboard.components.words import running_on
from pipeline.data import CameraStatus
from pipeline.server.services import current

services = current()


@st.fragment(run_every=1.5)
def follow(shown: list[tuple[str, str]], running: bool) -> None:
    """Draw the page again when cameras came, went, started or stopped; all that moves, the component draws itself."""
    with contextlib.suppress(redis.RedisError):
        if known(services.cameras()) != shown or (services.system() is not None) != running:
            st.rerun()


def known(statuses: list[CameraStatus]) -> list[tuple[str, str]]:
    """What of the cameras the page depends on."""
    return [(status.camera, action(status)) for status in statuses]


try:
    statuses = services.cameras()
    system = services.system()
except redis.RedisError:
    st.warning("The broker is away. Pictures and states come back by themselves when it does.")
    follow([], False)
    st.stop()

with st.sidebar:
    st.header("Configuration")
    st.markdown(running_on(system))
    source_picker(services, statuses)
    follow(known(statuses), system is not None)

jobs = {job.camera: job for job in services.jobs.list(50) if job.state in ("queued", "running")}
titles = {camera: job.name for camera, job in jobs.items()}
names = [status.camera for status in statuses] + list(jobs)
state = st.session_state
if (finished := state.pop("finished", None)) is not None:
    state["result"], state["shown"] = finished, []
elif state.get("next") in names:
    # A camera that was just added is known as soon as the worker has heard of it.
    state["shown"] = [state.pop("next")]
# Streamlit forgets a widget's value while another page is shown, so what was chosen is kept beside it.
chosen = state.get("shown", [status.camera for status in statuses][:4])
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
if shown:
    st.session_state.pop("result", None)
if st.session_state.get("result"):
    results(services.jobs.get(st.session_state["result"]))
else:
    live_view(shown, titles)
