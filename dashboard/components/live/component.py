"""The live picture as a Streamlit component. It keeps itself up to date; see live.js."""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

_HERE = Path(__file__).parent

# A component's script is one module without a place of its own, so it fetches the real ones from the server.
_LOADER = """
const loading = import(new URL("/ui/live/live.js", window.location.origin));
const pages = new WeakMap();
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".sightline-live");
  let going = true;
  loading.then(({ LivePage }) => {
    if (!going) return;
    if (!pages.has(root)) pages.set(root, new LivePage(root));
    pages.get(root).update(data);
  });
  return () => {
    going = false;
    setTimeout(() => {
      if (root.isConnected) return;
      pages.get(root)?.close();
      pages.delete(root);
    }, 0);
  };
}
"""


def live_view(cameras: list[str], titles: dict[str, str] | None = None, key: str = "live") -> None:
    """Show cameras with their overlays, and what their frames cost.

    Args:
        cameras: their names on the bus.
        titles: what to call them, where that differs.
        key: Streamlit's key.
    """
    _component()(data={"cameras": cameras, "titles": titles or {}}, key=key)


@st.cache_resource
def _component() -> Any:
    return component(
        "sightline_live", html='<div class="sightline-live"></div>', css=(_HERE / "live.css").read_text(), js=_LOADER
    )
