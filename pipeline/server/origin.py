"""What another site's page asks for in a visitor's browser is refused: changes, and every WebSocket.

This stands before the whole application, Streamlit's own socket included. Streamlit alone would accept pages of any
port of this machine, and, to judge all others, ask a server on the Internet for this machine's address.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY_VIOLATION = 1008


class RefuseForeign:
    """ASGI middleware: 403 for a foreign request that would change something, and no WebSocket for a foreign page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or refuse one connection."""
        if not _matters(scope) or not is_foreign(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Closed before it is accepted, which a browser sees as a refused handshake (403).
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            await JSONResponse({"detail": "the request comes from another site's page"}, 403)(scope, receive, send)


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that the request comes from a page of another host or port."""
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def _matters(scope: Scope) -> bool:
    return scope["type"] == "websocket" or (scope["type"] == "http" and scope["method"] not in _SAFE_METHODS)
