"""Requests that another site's page makes in a visitor's browser are refused."""

from collections.abc import Mapping
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that the request comes from a page of another host or port."""
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")
