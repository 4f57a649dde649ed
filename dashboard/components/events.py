"""Events as they come, filtered, and the one that was chosen: sentence, snapshot, clip and marks.

Pictures and clips come straight from the API, piece by piece; Streamlit's own elements would hold whole files in
memory.
"""

from html import escape

import streamlit as st

from dashboard.components.words import duration_between, plain, when
from pipeline.data import Event
from pipeline.server.record import WHO
from pipeline.server.services import current
from pipeline.store.events import EventFilter
from pipeline.store.reviews import Review

_AT_ONCE = 50
_MARKS = {"Not looked at": "none", "Reviewed": "reviewed", "False": "false"}
_COLOURS = {"info": "gray", "alert": "orange", "critical": "red"}
_SIGNS = {"reviewed": ":green[✓]", "false": ":gray[✗]"}


@st.fragment(run_every=2.0)
def event_list() -> None:
    """Draw the list and the event that was chosen; new events appear by themselves."""
    services = current()
    known = services.events.known()
    if not known["cameras"]:
        st.info("Nothing has happened yet.")
        return
    which = _filters(known)
    events = services.events.latest(limit=_AT_ONCE, which=which)
    reviews = services.reviews.of(event.id for event in events)
    rows, one = st.columns([5, 6], gap="medium")
    with rows, st.container(height=720, border=False, key="event-list", gap=None):
        if not events:
            st.caption("No event is as you ask.")
        for event in events:
            _row(event, reviews.get(event.id))
        if len(events) == _AT_ONCE:
            st.caption(f"The newest {_AT_ONCE}; filters show older ones.")
    chosen = st.session_state.get("event") or (events[0].id if events else None)
    with one:
        if chosen is not None:
            _shown(chosen)


def _filters(known: dict[str, list[str]]) -> EventFilter:
    cameras, kinds, severities, marks = st.columns(4)
    chosen_cameras = cameras.multiselect("Camera", known["cameras"], placeholder="All cameras", key="event-cameras")
    chosen_kinds = kinds.multiselect(
        "Kind", known["kinds"], placeholder="All kinds", format_func=_words, key="event-kinds"
    )
    chosen_severities = severities.multiselect(
        "Severity", list(_COLOURS), placeholder="All severities", key="event-severities"
    )
    mark = marks.selectbox("Mark", list(_MARKS), index=None, placeholder="Any", key="event-mark")
    return EventFilter(chosen_cameras, chosen_kinds, (), chosen_severities, _MARKS[mark] if mark else None)


def _row(event: Event, review: Review | None) -> None:
    sign = _SIGNS[review.mark] if review is not None else f":{_COLOURS[event.severity]}[●]"
    clock = event.started_at[11:19]
    label = f"{sign} `{clock}` **{plain(event.camera)}** {plain(event.sentence)}"
    if st.button(label, key=f"event-{event.id}", type="tertiary", width="stretch"):
        st.session_state["event"] = event.id
        st.rerun(scope="fragment")


def _shown(event_id: str) -> None:
    services = current()
    revisions = services.events.revisions(event_id)
    if not revisions:
        st.info("This event is no longer kept.")
        return
    event = revisions[-1]
    review = services.reviews.of([event_id]).get(event_id)
    kinds = {piece.kind: piece for piece in services.evidence.of(event_id)}
    lasted = "still going on" if event.ended_at is None else duration_between(event.started_at, event.ended_at)
    facts = " · ".join(
        [_words(event.kind), event.severity, f"rule {event.rule}", f"{when(event.started_at)}, {lasted}"]
    )
    st.html(f'<div class="event-head"><b>{escape(event.sentence)}</b><small>{escape(facts)}</small></div>')
    address = f"/api/events/{event_id}"
    picture = f'src="{address}/snapshot" alt="snapshot"' if "snapshot" in kinds else ""
    if "clip" in kinds:
        poster = f' poster="{address}/snapshot"' if picture else ""
        st.html(f'<video class="overlay evidence" src="{address}/clip"{poster} controls preload="metadata"></video>')
        if kinds["clip"].made_from == "pictures":
            st.caption("The clip was encoded from pictures: this camera's own stream is not kept.")
    elif picture:
        st.html(f'<img class="overlay evidence" {picture}>')
    _marks(event_id, review)
    st.html(f'<div class="downloads"><a href="{address}/export" download>Export the case</a></div>')


def _marks(event_id: str, review: Review | None) -> None:
    reviewed, false, none = st.columns([2, 2, 3], vertical_alignment="center")
    mark = None if review is None else review.mark
    for column, label, value in ((reviewed, "Reviewed", "reviewed"), (false, "False", "false")):
        kind = "primary" if mark == value else "secondary"
        if column.button(label, key=f"mark-{value}", type=kind, width="stretch"):
            current().reviews.mark(event_id, None if mark == value else value, WHO)  # pyright: ignore
            st.rerun(scope="fragment")
    if review is not None:
        none.caption(f"marked by the {review.who}, {when(review.at)}")


def _words(kind: str) -> str:
    return kind.replace("_", " ")
