"""What happened, newest first."""

from datetime import datetime

import streamlit as st

from pipeline.server.services import current


@st.fragment(run_every=2.0)
def table() -> None:
    """The newest events, each in its last revision."""
    events = current().events.latest(limit=200)
    if not events:
        st.info("Nothing has happened yet.")
        return
    rows = [
        {
            "began": datetime.fromisoformat(event.started_at),
            "ended": datetime.fromisoformat(event.ended_at) if event.ended_at else None,
            "camera": event.camera,
            "severity": event.severity,
            "what": event.sentence,
        }
        for event in events
    ]
    times = {name: st.column_config.DatetimeColumn(name, format="YYYY-MM-DD HH:mm:ss") for name in ("began", "ended")}
    st.dataframe(rows, hide_index=True, column_config=times, height="content" if len(rows) < 17 else 600)


table()
