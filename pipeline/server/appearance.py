"""What Streamlit is told: nothing to anyone outside, no developer's tools, and the look of the dashboard."""

from streamlit import config

_OPTIONS = {
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "runner.magicEnabled": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "theme.base": "dark",
    "theme.primaryColor": "#56b4e9",
    "theme.backgroundColor": "#0f1318",
    "theme.secondaryBackgroundColor": "#171c23",
    "theme.textColor": "#dfe5ec",
    "theme.font": "sans-serif",
    "theme.baseFontSize": 15,
}
_NOWHERE = "<default>"
"""Streamlit's own word for an option that nobody has set."""


def configure(upload_mb: int) -> None:
    """Set Streamlit's options for this process.

    They stand here and not in a file, so that they hold wherever Sightline is started. A `.streamlit` folder of the
    working directory or of the user's home, and STREAMLIT_* of the environment, belong to other apps: what they set
    is taken back, as a `baseUrlPath` of theirs would make the dashboard a blank page.
    """
    for name, option in config.get_config_options().items():
        if config.is_manually_set(name):
            config.set_option(name, option.default_val, _NOWHERE)
    for name, value in {**_OPTIONS, "server.maxUploadSize": upload_mb}.items():
        config.set_option(name, value)
