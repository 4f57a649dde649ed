"""Addresses without their secrets: the one place where credentials are taken out of a URL."""

import re
from urllib.parse import urlsplit, urlunsplit

_SECRET_KEYS = ("password", "passwd", "pwd", "pass", "token", "secret", "auth", "key", "user", "username")
_SECRET_QUERY = re.compile(rf"(?i)(?P<key>[?&;](?:{'|'.join(_SECRET_KEYS)})=)[^&;#]*")


def redact(url: str) -> str:
    """The URL without user, password and query values that look like secrets; a path is given back as it is."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    # From the last @: a password may hold one that nobody has percent-encoded.
    host = parts.netloc.rpartition("@")[2]
    query = _SECRET_QUERY.sub(r"\g<key>***", f"?{parts.query}")[1:] if parts.query else ""
    return urlunsplit((parts.scheme, host, parts.path, query, parts.fragment))
