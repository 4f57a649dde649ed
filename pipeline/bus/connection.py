"""Connections to the broker, with a limit on every wait: a broker that hangs must not hang Sightline."""

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.retry import Retry

from pipeline.errors import ConfigError
from pipeline.urls import redact

TIMEOUT_S = 1.0
SCHEMES = ("redis://", "rediss://", "unix://")


def check_url(url: str) -> None:
    """Raise ConfigError where `url` is not a broker's."""
    if not url.startswith(SCHEMES):
        raise ConfigError(f"bus.url: {redact(url)}: write redis://, rediss:// or unix:// and where the broker is")


def connect(url: str) -> redis.Redis:
    """A client that connects when it is used, and does not try again by itself: its callers know what to do."""
    check_url(url)
    return redis.Redis.from_url(
        url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 0)
    )


def connect_async(url: str, timeout: float | None = TIMEOUT_S) -> redis.asyncio.Redis:
    """The same for asyncio. A subscriber, which waits for messages that may never come, has no `timeout`."""
    check_url(url)
    return redis.asyncio.Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=TIMEOUT_S)
