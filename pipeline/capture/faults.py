"""What can go wrong with a camera, told apart: the class of a failure decides how soon to try again, and what to say.

FFmpeg says "invalid data" or "input/output error" for a host that does not exist as for a camera that sends no
video. Where its answer is vague, a plain TCP connection to the same place finds out.
"""

import errno
import socket
from urllib.parse import urlsplit

import av.error

from pipeline.errors import SourceError
from pipeline.status import Failure

_PROBE_S = 1.0
_DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
_UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EADDRNOTAVAIL)
_GONE = (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED, errno.EIO)


class CameraError(SourceError):
    """A live source that fails in a way that may pass. `reason` is the message without the camera's address."""

    def __init__(self, name: str, failure: Failure, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.failure = failure
        self.reason = reason


def find(name: str, url: str) -> None:
    """Ask for the address of a camera's host, before anything else is tried.

    Raises:
        CameraError: there is none.
    """
    parts = urlsplit(url)
    if parts.hostname:
        try:
            socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise CameraError(name, Failure.UNREACHABLE, "no such host") from error


def opening(name: str, url: str, error: Exception, timed_out: bool) -> CameraError:
    """Why a camera could not be opened.

    Args:
        name: the camera's address without credentials.
        url: its address, to ask there again.
        error: what FFmpeg said.
        timed_out: whether it had to be interrupted.
    """
    match error:
        case av.error.HTTPUnauthorizedError() | av.error.HTTPForbiddenError():
            return CameraError(name, Failure.UNAUTHORISED, "user or password refused (401)")
        case av.error.HTTPNotFoundError():
            return CameraError(name, Failure.NOT_FOUND, "no such stream there (404)")
        case av.error.HTTPServerError():
            return CameraError(name, Failure.REFUSED, "the camera is out of order or has too many viewers (5xx)")
        case av.error.HTTPClientError():
            return CameraError(name, Failure.REFUSED, "the camera refuses the request (4xx)")
        case av.error.ConnectionRefusedError():
            return CameraError(name, Failure.REFUSED, "connection refused")
        case PermissionError():
            return CameraError(name, Failure.REFUSED, "this user may not read it (permission denied)")
        case OSError(errno=errno.EBUSY):
            return CameraError(name, Failure.REFUSED, "another program is using it")
        case _:
            pass
    unreachable = _probed(url)
    if unreachable is not None:
        return CameraError(name, *unreachable)
    if timed_out:
        return CameraError(name, Failure.TIMED_OUT, "connected, but no answer in time")
    if _is_gone(error):
        return CameraError(name, Failure.ENDED, "the camera closed the connection")
    return CameraError(name, Failure.NOT_VIDEO, "what it sends is not video")


def reading(name: str, error: Exception | None, timed_out: bool, timeout_s: float) -> CameraError:
    """Why reading stopped; `error` is None where the stream just ended."""
    if timed_out:
        return CameraError(name, Failure.TIMED_OUT, f"nothing arrived for {timeout_s:g} s")
    if error is None or _is_gone(error):
        return CameraError(name, Failure.ENDED, "the camera ended the stream")
    return CameraError(name, Failure.ENDED, f"reading failed ({_words(error)})")


def _probed(url: str) -> tuple[Failure, str] | None:
    """What stands between us and the camera; None where it can be connected."""
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    if not parts.hostname or not port:
        return None
    try:
        with socket.create_connection((parts.hostname, port), timeout=_PROBE_S) as connection:
            if parts.scheme == "rtsp" and _hangs_up(connection):
                return Failure.ENDED, "the camera closed the connection"
    except TimeoutError:
        return Failure.UNREACHABLE, "no answer from the host"
    except ConnectionRefusedError:
        return Failure.REFUSED, "connection refused"
    except OSError as error:
        failure = Failure.UNREACHABLE if error.errno in _UNREACHABLE else Failure.REFUSED
        return failure, _words(error)
    return None


def _hangs_up(connection: socket.socket) -> bool:
    """Whether the other end closes instead of answering, as a camera that is starting or has too many viewers does."""
    try:
        connection.sendall(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
        return not connection.recv(1)
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def _is_gone(error: Exception) -> bool:
    return isinstance(error, av.error.EOFError) or (isinstance(error, OSError) and error.errno in _GONE)


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or type(error).__name__).lower()
