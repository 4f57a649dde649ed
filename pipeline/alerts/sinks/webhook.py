"""Alerts by HTTP POST, signed after Standard Webhooks (https://www.standardwebhooks.com), so that whoever gets one can
tell that it is ours, and not an old one sent again: HMAC-SHA256 over id, time and body.
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from pipeline import __version__
from pipeline.alerts.addresses import ForbiddenAddressError, resolve
from pipeline.alerts.sink import NotTakenError, Sink, SinkAwayError, Surroundings, message
from pipeline.config.sinks import WebhookConfig
from pipeline.store.alerts import Alert

_TIMEOUT = urllib3.Timeout(connect=5.0, read=10.0)
_LATER = (408, 409, 425, 429)
"""Answers that ask to be tried again; other 4xx never will be taken."""


class Webhook(Sink):
    """An HTTP server of somebody's own."""

    settings_kind = "webhook"
    batch = 20

    def __init__(self, name: str, settings: WebhookConfig, around: Surroundings) -> None:
        parts = urlsplit(settings.url)
        assert parts.hostname is not None
        self._host = parts.hostname
        self._tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._authority = parts.netloc
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._key = key_of(settings.secret.get_secret_value())
        self._allow = around.allow
        self._pool: urllib3.HTTPConnectionPool | None = None

    def deliver(self, alerts: Sequence[Alert]) -> Sequence[int]:
        arrived: list[int] = []
        for alert in alerts:
            self._post(alert, arrived)
            arrived.append(alert.sequence)
        return arrived

    def _post(self, alert: Alert, arrived: Sequence[int]) -> None:
        """Send one; `arrived` are those that have been taken before it.

        Raises:
            SinkAwayError, NotTakenError: it was not taken.
        """
        body = message(alert)
        identity = f"{alert.event.id}.{alert.event.revision}"
        now = str(int(time.time()))
        headers = {
            "Host": self._authority,
            "Content-Type": "application/json",
            "User-Agent": f"sightline/{__version__}",
            "webhook-id": identity,
            "webhook-timestamp": now,
            "webhook-signature": signature(self._key, identity, now, body),
        }
        try:
            answer = self._connected().urlopen(
                "POST", self._target, body=body, headers=headers, redirect=False, retries=False,
                preload_content=False, timeout=_TIMEOUT, assert_same_host=False,
            )  # fmt: skip
            answer.read(65_536)
            answer.release_conn()
        except (HTTPError, OSError) as error:
            self.close()
            raise SinkAwayError(_reason(error), arrived) from error
        except ForbiddenAddressError as error:
            # Not for good: a name may be looked up otherwise later, and the administrator may list it.
            raise SinkAwayError(str(error), arrived) from error
        status = answer.status
        if 200 <= status < 300:
            return
        words = f"answered {status}" + (", a redirect, which is not followed" if 300 <= status < 400 else "")
        for_good = 400 <= status < 500 and status not in _LATER
        raise NotTakenError(alert.sequence, words, for_good, arrived)

    def _connected(self) -> urllib3.HTTPConnectionPool:
        """A pool that knows one address; its connection is kept from alert to alert."""
        if self._pool is None:
            address = resolve(self._host, self._port, self._allow)[0]
            if self._tls:
                self._pool = urllib3.HTTPSConnectionPool(
                    address, self._port, server_hostname=self._host, assert_hostname=self._host, maxsize=1
                )
            else:
                self._pool = urllib3.HTTPConnectionPool(address, self._port, maxsize=1)
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
        self._pool = None


def key_of(secret: str) -> bytes:
    """The key that a secret stands for: after `whsec_` it is base64, as the standard writes it."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass  # then it is a secret that only looks like one
    return secret.encode()


def signature(key: bytes, identity: str, timestamp: str, body: bytes) -> str:
    """The `webhook-signature` header of a message."""
    digest = hmac.new(key, f"{identity}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _reason(error: Exception) -> str:
    """Without the address: services have their key in the path."""
    cause = error.__cause__ or error
    return (getattr(cause, "strerror", None) or type(error).__name__.removesuffix("Error")).lower()
