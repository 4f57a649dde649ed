"""Addresses and their secrets: the one place where credentials are put into a URL, read from it and taken out."""

import re
from urllib.parse import quote, unquote, urlsplit

from pipeline.errors import InputError

_SECRET_WORDS = "pas|pwd|psw|token|secret|sig|key|auth|usr|use"
# Also in paths: makers write /user=admin_password=x_channel=1 there.
_SECRET = re.compile(
    rf"(?i)(?P<before>[/?&;_])(?P<key>[a-z0-9_.-]*(?:{_SECRET_WORDS})[a-z0-9_.-]*)=.*?(?=$|[&;#/]|_[a-z]+=)"
)
_BARE = re.compile(r"[^/\s]*:\S*@")
_HOST = re.compile(r"\[[^]]*\](:\d+)?|[^:]*(:\d*)?")
_PLAIN = "!\"$&'()*+,;<=>\\^`{|}~"
"""Characters that may stand as they are in credentials; FFmpeg takes 127 bytes of them, as they are written."""


def redact(url: str) -> str:
    """The URL without user, password and values that look like secrets; the path of a file is given back as it is."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        # The address of a camera whose scheme was forgotten.
        return _BARE.sub("", url)
    # From the last @ of all: a password may hold an @ or a / that nobody has percent-encoded.
    place = rest.rpartition("@")[2]
    host = re.split(r"[/?#]", place, maxsplit=1)[0]
    return f"{scheme}://{host}" + _SECRET.sub(r"\g<before>\g<key>=***", place[len(host) :])


def credentials(url: str) -> tuple[str, str]:
    """User and password of a URL, as they are typed; empty where it has none."""
    user, _, password = _split(url)[1].partition(":")
    return unquote(user), unquote(password)


def with_credentials(url: str, user: str, password: str) -> str:
    """The URL with this user and password in place of its own.

    Raises:
        InputError: where its own credentials end cannot be told.
    """
    scheme, _, place = _split(url)
    return f"{scheme}://{quote(user, safe=_PLAIN)}:{quote(password, safe=_PLAIN)}@{place}"


def with_encoded_credentials(url: str) -> str:
    """The URL with its credentials percent-encoded, as FFmpeg wants them; what is encoded already stays as it is.

    Raises:
        InputError: it is no address, or where its credentials end cannot be told.
    """
    encoded = with_credentials(url, *credentials(url)) if _split(url)[1] else url
    try:
        port = urlsplit(encoded).port
    except ValueError:
        port = 0
    if port == 0:
        raise InputError(f"{redact(url)}: is not an address; write {url.partition('://')[0]}://host:port/path")
    return encoded


def _split(url: str) -> tuple[str, str, str]:
    """Scheme, credentials, and the rest from the host on."""
    scheme, _, rest = url.partition("://")
    netloc = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in netloc:
        end = netloc.rindex("@")
        if "@" in rest[len(netloc) :]:
            raise InputError(
                f"{redact(url)}: where the password ends cannot be told; give user and password as keys of their own, "
                "or write @ as %40 and / as %2F"
            )
    elif "@" in rest and not _HOST.fullmatch(netloc):
        # A password with a / in it: what stands before is no host.
        end = rest.rindex("@")
    else:
        return scheme, "", rest
    return scheme, rest[:end], rest[end + 1 :]
