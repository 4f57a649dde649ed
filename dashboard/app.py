"""The operators' dashboard: the pages, and what they share."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent

_SIDEBAR_PX = 264

st.set_page_config(
    page_title="Sightline",
    page_icon=str(_HERE / "components" / "icon.svg"),
    layout="wide",
    initial_sidebar_state=_SIDEBAR_PX,
)
st.html("<style>" + (_HERE / "components" / "page.css").read_text() + "</style>")

page = st.navigation(
    [
        st.Page(_HERE / "views" / "live.py", title="Live", icon=":material/videocam:", default=True),
        st.Page(_HERE / "views" / "clips.py", title="Clips", icon=":material/movie:"),
        st.Page(_HERE / "views" / "events.py", title="Events", icon=":material/notifications:"),
    ],
    position="top",
)
page.run()
