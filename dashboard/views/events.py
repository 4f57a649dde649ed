"""What happened, newest first; who is told of it; and what could not be told."""

import streamlit as st

from dashboard.components.events import event_list
from dashboard.components.subscriptions import dead_letters, subscriptions

PARTS = {"Events": event_list, "Subscriptions": subscriptions, "Dead letters": dead_letters}

chosen = st.segmented_control(
    "Part", list(PARTS), default="Events", required=True, key="events-part", label_visibility="collapsed"
)
PARTS[chosen]()
