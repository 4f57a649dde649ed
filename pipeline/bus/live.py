"""A live picture with its record in one message, so that picture and boxes cannot disagree.

Layout: 4 bytes big-endian length of the JSON, the FrameRecord as JSON, the JPEG.
"""

import struct

_LENGTH = struct.Struct(">I")


def pack(record: bytes, jpeg: bytes) -> bytes:
    """The message for a record's JSON and its picture."""
    return _LENGTH.pack(len(record)) + record + jpeg


def unpack(message: bytes) -> tuple[bytes, bytes]:
    """The record's JSON and the JPEG of a message.

    Raises:
        ValueError: the message is shorter than it says.
    """
    if len(message) < _LENGTH.size:
        raise ValueError("a live message without its length")
    (length,) = _LENGTH.unpack_from(message)
    if len(message) < _LENGTH.size + length:
        raise ValueError("a live message without its record")
    return message[_LENGTH.size : _LENGTH.size + length], message[_LENGTH.size + length :]
