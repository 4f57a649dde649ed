"""The sidebar's choice of a video input source, and start and stop."""

from typing import Literal

import redis
import streamlit as st
from pydantic import SecretStr

from dashboard.components.words import duration
from pipeline.config import CameraConfig
from pipeline.errors import InputError
from pipeline.server.services import Services, current
from pipeline.server.uploads import receive
from pipeline.status import CameraState, CameraStatus

_PIECE = 1 << 20
_UPLOAD, _RTSP, _DEVICE, _DEMO = "Upload a video file", "RTSP URL", "Camera by its maker", "Demo camera"
_CRICKET = "Cricket: crease and ball detection"
_LOOKS_FOR = {
    "People": None,
    _CRICKET: "cricket",
    "Street crime": "street",
    "Exam hall": "hall",
}
"""What a clip can be watched for, and the profile that does."""
_MAKERS = {"Dahua": "dahua", "Hikvision": "hikvision", "ONVIF": "onvif"}
_RUNNING = (CameraState.CONNECTING, CameraState.LIVE, CameraState.STALLED, CameraState.RECONNECTING)


def source_picker(services: Services, statuses: list[CameraStatus]) -> None:
    """Draw it, and do what is asked for."""
    source = st.radio("Video input source", [_UPLOAD, _RTSP, _DEVICE, _DEMO], key="source")
    try:
        if source == _UPLOAD:
            _upload(services)
        elif source == _RTSP:
            _rtsp(services)
        elif source == _DEVICE:
            _device(services)
        else:
            _demo(services, statuses)
        _running(services, statuses)
    except InputError as error:
        st.error(str(error))
    except redis.RedisError:
        st.error("The broker is away; try again in a moment.")


def _upload(services: Services) -> None:
    taken = st.session_state.setdefault("taken", 0)
    file = st.file_uploader(
        f"MP4, AVI, MOV or MPEG4, at most {services.deployment.server.upload_mb} MB",
        type=["mp4", "avi", "mov", "mpeg4"],
        key=f"file-{taken}",
    )
    looks_for = st.selectbox("Look for", list(_LOOKS_FOR), key="looks-for")
    if st.button("Start", type="primary", width="stretch", disabled=file is None, key="start-upload") and file:
        try:
            job = receive(services, file.name, iter(lambda: file.read(_PIECE), b""), _LOOKS_FOR[looks_for])
        except OSError as error:
            raise InputError(f"{file.name}: cannot be stored ({error.strerror})") from error
        # Streamlit holds the file in memory for as long as its widget does, so the next run draws a new one.
        st.session_state["taken"] = taken + 1
        _show(job.camera)


def _rtsp(services: Services) -> None:
    url = st.text_input("RTSP URL", placeholder="rtsp://user:password@192.0.2.10:554/stream", key="rtsp")
    cricket = _cricket()
    if st.button("Start", type="primary", width="stretch", disabled=not url, key="start-rtsp"):
        if not url.startswith(("rtsp://", "rtsps://")):
            raise InputError("An RTSP URL begins with rtsp:// or rtsps://")
        _show(services.add_camera(None, CameraConfig(source=url, cricket=cricket)))


def _device(services: Services) -> None:
    """A camera of which nobody knows the URL."""
    maker = st.selectbox("Maker", list(_MAKERS), key="maker")
    host = st.text_input("Address", placeholder="192.0.2.10", key="host")
    user = st.text_input("User", key="user")
    password = st.text_input("Password", type="password", key="password")
    channel, stream = st.columns(2)
    number = channel.number_input("Channel", min_value=1, max_value=256, value=1, key="channel")
    streams: dict[str, Literal["main", "sub"]] = {"Sub": "sub", "Main": "main"}
    which = stream.selectbox("Stream", list(streams), key="stream")
    cricket = _cricket()
    if st.button("Start", type="primary", width="stretch", disabled=not host, key="start-device"):
        source = f"{_MAKERS[maker]}://{host.strip()}"
        secret = SecretStr(password) if user else None
        camera = CameraConfig(
            source=source, user=user or None, password=secret, channel=number, stream=streams[which], cricket=cricket
        )
        _show(services.add_camera(None, camera))


def _demo(services: Services, statuses: list[CameraStatus]) -> None:
    seed = st.number_input("Seed", min_value=1, max_value=9999, value=len(statuses) + 1, key="seed")
    cricket = _cricket()
    scene = f"cricket?view=bowler-high&seed={seed}&fps=25" if cricket else f"street?seed={seed}&fps=12"
    if st.button("Start", type="primary", width="stretch", key="start-demo"):
        camera = CameraConfig(source=f"sim://{scene}&width=960&height=540", cricket=cricket)
        _show(services.add_camera(f"demo-{seed}", camera))


def _cricket() -> bool:
    return st.checkbox(_CRICKET, key="cricket")


def _running(services: Services, statuses: list[CameraStatus]) -> None:
    """Start or stop each camera that is known."""
    for status in statuses:
        name, button = st.columns([3, 2], vertical_alignment="center")
        name.markdown(f"**{status.camera}**", help=status.source)
        do = action(status)
        if button.button(do.capitalize(), key=f"{do}-{status.camera}", width="stretch"):
            services.command(do, status.camera)
            st.rerun()


def action(status: CameraStatus) -> str:
    """What can be done with a camera: start or stop it."""
    return "stop" if status.state in _RUNNING else "start"


def _show(camera: str) -> None:
    """Go on with this camera in the picture."""
    st.session_state["next"] = camera
    st.rerun()


@st.fragment(run_every=1.0)
def job_notice(job_id: str) -> None:
    """How far an upload is; the page is drawn again when it has ended."""
    job = current().jobs.get(job_id)
    if job.state not in ("queued", "running"):
        st.rerun()
    share = job.done / job.total if job.total else 0.0
    eta = f", {duration(job.eta_s)} left" if job.eta_s is not None else ""
    frames = f"frame {job.done:,} of {job.total:,}" if job.total else f"frame {job.done:,}"
    words = "waits for its turn" if job.state == "queued" else f"{share:.0%} · {frames} · {job.fps:.1f} frames/s{eta}"
    bar, stop = st.columns([7, 1], vertical_alignment="center")
    bar.progress(min(share, 1.0), text=f"{job.name}: {words}")
    if stop.button("Cancel", key=f"cancel-{job.id}", width="stretch"):
        current().jobs.cancel(job.id)
