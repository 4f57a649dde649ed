"""Identifiers that sort by time: ULIDs (https://github.com/ulid/spec), growing within a process."""

import os
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A new ULID: 26 characters, greater than every one that this process made before."""
    global _last
    value = (int(time.time() * 1e3) << _RANDOM_BITS) | int.from_bytes(os.urandom(_RANDOM_BITS // 8), "big")
    with _lock:
        _last = value = max(value, _last + 1)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
