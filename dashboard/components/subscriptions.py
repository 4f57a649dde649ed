"""Who is told of what, a form to subscribe, and the alerts that could not be delivered."""

import secrets
from datetime import time
from typing import Any

import streamlit as st
from pydantic import ValidationError

from dashboard.components.words import plain, when
from pipeline.config.alerts import SubscriptionConfig
from pipeline.config.deployment import describe_faults
from pipeline.config.schedules import DAYS
from pipeline.errors import InputError
from pipeline.server.record import WHO
from pipeline.server.services import current
from pipeline.server.subscribers import Subscriber
from pipeline.store.alerts import Alert

_SINKS = {"Webhook": "webhook", "E-mail": "email", "MQTT": "mqtt", "Program (Redis)": "redis"}


@st.fragment(run_every=3.0)
def subscriptions() -> None:
    """Draw the subscriptions and the form."""
    known, form = st.columns([6, 5], gap="medium")
    with known:
        found = current().subscribers.all()
        if not found:
            st.info("Nobody is told of anything yet.")
        for subscriber in found:
            _row(subscriber)
    with form:
        _form()


def _row(subscriber: Subscriber) -> None:
    progress = subscriber.progress
    wants = "; ".join(f"{key} {_said(value)}" for key, value in subscriber.wants.items()) or "alerts of all cameras"
    trouble = f" :orange[{plain(progress.error)}]" if progress.error else ""
    counts = f"{progress.delivered:,} delivered · {progress.waiting:,} waiting · {progress.dead:,} dead letters"
    with st.container(border=True):
        words, button = st.columns([6, 1], vertical_alignment="center")
        words.markdown(
            f"**{plain(subscriber.name)}** → {subscriber.sink}, {plain(subscriber.to)}  \n"
            f"{plain(wants)}  \n:gray[{counts}]{trouble}"
        )
        if subscriber.origin == "file":
            button.caption("from the file")
        elif button.button("Remove", key=f"remove-{subscriber.name}"):
            current().subscribers.remove(subscriber.name, WHO)
            st.rerun(scope="fragment")


def _known() -> dict[str, list[str]]:
    """Names to choose from: those that events have had, and those of the deployment's file."""
    known = {name: set(found) for name, found in current().events.known().items()} | {"zones": set()}
    for name, camera in current().deployment.cameras.items():
        known["cameras"].add(name)
        known["rules"].update(camera.rules)
        known["zones"].update(mark.name for mark in (*camera.zones, *camera.lines))
    return {name: sorted(found) for name, found in known.items()}


def _schedule() -> dict[str, Any]:
    """The hours at which somebody wants to be told; nothing for always."""
    if not st.checkbox("Only at certain hours", key="subscribe-hours"):
        return {}
    days, begin, end = st.columns([4, 2, 2])
    chosen = days.multiselect("On", DAYS, placeholder="Every day", format_func=str.capitalize, key="subscribe-days")
    span = {
        "days": chosen or DAYS,
        "from": f"{begin.time_input('From', time(22), key='subscribe-from'):%H:%M}",
        "to": f"{end.time_input('To', time(6), key='subscribe-until'):%H:%M}",
    }
    return {"schedule": [span]}


def _form() -> None:
    known = _known()
    st.markdown("**Subscribe**")
    name = st.text_input("Name", placeholder="night-guard", key="subscribe-name")
    left, right = st.columns(2)
    cameras = left.multiselect("Cameras", known["cameras"], placeholder="All cameras", key="subscribe-cameras")
    rules = right.multiselect(
        "Rules", known["rules"], placeholder="All rules", accept_new_options=True, key="subscribe-rules"
    )
    left, right = st.columns(2)
    zones = left.multiselect("Zones and lines", known["zones"], placeholder="Anywhere", key="subscribe-zones")
    severities = right.multiselect(
        "Severities", ["info", "alert", "critical"], default=["alert", "critical"], key="subscribe-severities"
    )
    hours = _schedule()
    kind = _SINKS[st.selectbox("To", list(_SINKS), key="subscribe-sink")]
    sink: dict[str, Any] = {"kind": kind}
    if kind == "webhook":
        sink["url"] = st.text_input("Address", placeholder="https://example.org/hook", key="subscribe-url")
        suggested = st.session_state.setdefault("subscribe-suggested", secrets.token_urlsafe(24))
        sink["secret"] = st.text_input(
            "Secret that alerts are signed with", value=suggested, type="password", key="subscribe-secret"
        )
    elif kind == "email":
        to = st.text_input("Mail addresses, with commas between", key="subscribe-to")
        sink["to"] = [address.strip() for address in to.split(",") if address.strip()]
    elif kind == "mqtt":
        sink["topic"] = st.text_input("Topic", placeholder="sightline/NAME", key="subscribe-topic") or None
    if st.button("Subscribe", type="primary", disabled=not name, key="subscribe"):
        said = {"sink": sink, "cameras": cameras, "rules": rules, "zones": zones, "severities": severities} | hours
        try:
            current().subscribers.put(name, SubscriptionConfig.model_validate(said), WHO)
        except ValidationError as error:
            st.error(describe_faults(error)[0])
        except InputError as error:
            st.error(str(error))
        else:
            st.session_state.pop("subscribe-suggested", None)
            st.rerun(scope="fragment")


@st.fragment(run_every=3.0)
def dead_letters() -> None:
    """Draw what was given up, with a button to send it again."""
    letters = current().alerts.dead(100)
    if not letters:
        st.info("Every alert was delivered, or is still being tried.")
        return
    with st.columns([3, 2])[0]:
        _letters(letters)


def _letters(letters: list[Alert]) -> None:
    for name in sorted({letter.subscription for letter in letters}):
        mine = [letter for letter in letters if letter.subscription == name]
        words, button = st.columns([4, 1], vertical_alignment="center")
        words.markdown(f"**{plain(name)}**: {len(mine)} could not be delivered")
        if button.button("Send all again", key=f"again-{name}", width="stretch"):
            current().alerts.again(name, None, WHO)
            st.rerun(scope="fragment")
        for letter in mine:
            words, button = st.columns([4, 1], vertical_alignment="center")
            words.markdown(
                f":gray[{when(letter.since)}] **{plain(letter.event.camera)}** {plain(letter.event.sentence)}  \n"
                f":orange[{plain(letter.error or '')}]"
            )
            if button.button("Send again", key=f"again-{name}-{letter.sequence}", width="stretch"):
                current().alerts.again(name, [letter.sequence], WHO)
                st.rerun(scope="fragment")


def _said(value: Any) -> str:
    """A list as words; a schedule by its hours."""
    if not isinstance(value, list):
        return str(value)
    return ", ".join(_span(each) if isinstance(each, dict) else str(each) for each in value)


def _span(span: dict[str, Any]) -> str:
    begin, end = span.get("begin", 0), span.get("end", 1440)
    return f"{' '.join(span.get('days', ()))} {begin // 60:02}:{begin % 60:02} to {end // 60:02}:{end % 60:02}".strip()
