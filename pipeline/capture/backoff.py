"""How long to wait before a camera is tried again.

Network faults: soon, and then every two seconds. Refused passwords: ever more seldom, up to five minutes, as cameras
lock accounts that are tried too often.
"""

import time
from collections.abc import Iterator

from pipeline.status import Failure

NAP_S = 0.2
_FIRST_S, _MOST_S = 0.25, 2.0
_REFUSED_FIRST_S, _REFUSED_MOST_S = 5.0, 300.0


class Backoff:
    """Doubles the pause with every try, from one success to the next."""

    def __init__(self) -> None:
        self.tries = 0
        self._refused = 0

    def succeeded(self) -> None:
        """A picture has come."""
        self.tries = self._refused = 0

    def failed(self, failure: Failure | None, took_s: float) -> float:
        """Seconds to wait after a try that took so long; the pause counts from the beginning of the try."""
        self.tries += 1
        self._refused += failure is Failure.UNAUTHORISED
        if self._refused:
            # Also where it now fails otherwise: a camera that has locked the account just hangs up.
            return min(_REFUSED_FIRST_S * 2 ** (self._refused - 1), _REFUSED_MOST_S)
        return max(0.05, min(_FIRST_S * 2 ** (self.tries - 1), _MOST_S) - took_s)


def naps(seconds: float) -> Iterator[float]:
    """A pause in short pieces, each to be slept through, so that something can be done in between."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        yield min(left, NAP_S)
