"""The server process: API, live pictures and dashboard on one port.

The supervisor holds the listening socket and passes it on, so that browsers find somebody while the server restarts.
Started by itself, the server listens where its deployment says.
"""

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

from pipeline.config import Deployment, ServerConfig
from pipeline.errors import InputError
from pipeline.processes import die_with_parent
from pipeline.server.services import Services, use

DASHBOARD = Path(__file__).parents[2] / "dashboard"


def application(services: Services) -> Any:
    """The ASGI application: Streamlit's, with the API and the component's files beside it."""
    from starlette.middleware import Middleware
    from starlette.routing import Mount
    from streamlit.starlette import App

    from pipeline.bus.reader import BusReader
    from pipeline.server.api import api
    from pipeline.server.appearance import configure
    from pipeline.server.assets import Assets
    from pipeline.server.hub import Hub
    from pipeline.server.origin import RefuseForeign

    configure(services.deployment.server.upload_mb)

    @contextlib.asynccontextmanager
    async def lifespan(_app: App) -> AsyncIterator[dict[str, Any]]:
        bus = BusReader(services.bus_url)
        hub = Hub(bus)
        api.state.bus, api.state.hub = bus, hub
        yield {}
        await hub.close()
        await bus.close()

    use(services)
    routes = [Mount("/api", api), Mount("/ui/live", Assets(DASHBOARD / "components" / "live"))]
    return App(DASHBOARD / "app.py", lifespan=lifespan, routes=routes, middleware=[Middleware(RefuseForeign)])


def listen(server: ServerConfig) -> socket.socket:
    """A socket of our own.

    Raises:
        InputError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    try:
        return socket.create_server((server.host, server.port), family=family)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"server.port: {server.host}:{server.port} cannot be used ({reason})") from error


def main() -> None:
    """Read the configuration from stdin and serve until the parent ends this process."""
    config: dict[str, Any] = json.loads(sys.stdin.read())
    die_with_parent(config["parent"])
    logging.basicConfig(level=logging.WARNING)
    deployment = Deployment.model_validate(config["deployment"])
    try:
        listening = socket.socket(fileno=config["socket"]) if "socket" in config else listen(deployment.server)
    except InputError as error:
        print(f"sightline server: {error}", file=sys.stderr)
        sys.exit(2)
    app = application(Services.of(deployment, config["bus_url"]))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws_max_size=1 << 20))
    asyncio.run(server.serve(sockets=[listening]))


if __name__ == "__main__":
    main()
