"""The server process: API, live pictures and dashboard on one port, whose socket the supervisor holds."""

import asyncio
import contextlib
import json
import logging
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn

from pipeline.config import Deployment
from pipeline.processes import die_with_parent
from pipeline.server.services import Services, use

DASHBOARD = Path(__file__).parents[2] / "dashboard"

_STREAMLIT = {
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "server.fileWatcherType": "none",
    "server.headless": True,
    "theme.base": "dark",
    "theme.primaryColor": "#56b4e9",
    "theme.backgroundColor": "#0f1318",
    "theme.secondaryBackgroundColor": "#171c23",
    "theme.textColor": "#dfe5ec",
    "theme.font": "sans-serif",
}
"""Set here and not in a file, so that it holds wherever Sightline is started."""


def application(services: Services) -> Any:
    """The ASGI application: Streamlit's, with the API and the component's files beside it."""
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles
    from streamlit import config
    from streamlit.starlette import App

    from pipeline.bus.reader import BusReader
    from pipeline.server.api import api
    from pipeline.server.hub import Hub

    for option, value in _STREAMLIT.items():
        config.set_option(option, value)
    config.set_option("server.maxUploadSize", services.deployment.server.upload_mb)

    @contextlib.asynccontextmanager
    async def lifespan(_app: App) -> AsyncIterator[dict[str, Any]]:
        bus = BusReader(services.bus_url)
        hub = Hub(bus)
        api.state.bus, api.state.hub = bus, hub
        yield {}
        await hub.close()
        await bus.close()

    use(services)
    routes = [Mount("/api", api), Mount("/ui", StaticFiles(directory=DASHBOARD / "components"))]
    return App(DASHBOARD / "app.py", lifespan=lifespan, routes=routes)


def main() -> None:
    """Read the configuration from stdin and serve until the parent ends this process."""
    config: dict[str, Any] = json.loads(sys.stdin.read())
    die_with_parent(config["parent"])
    logging.basicConfig(level=logging.WARNING)
    deployment = Deployment.model_validate(config["deployment"])
    app = application(Services.of(deployment, config["bus_url"]))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws_max_size=1 << 20))
    listening = socket.socket(fileno=config["socket"])
    asyncio.run(server.serve(sockets=[listening]))


if __name__ == "__main__":
    main()
