"""A network that can be scripted: a TCP proxy that cuts, freezes, delays, damages and slows what passes.

What passes is RTSP with interleaved RTP (RFC 2326, 10.12), so that faults can be put into pictures alone: packets are
lost, damaged, or given other timestamps, while the conversation around them goes on.
"""

import contextlib
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Packet = Callable[[bytes], bytes | None]
"""Changes an RTP packet; None loses it."""


@dataclass
class Proxy:
    """Stands before a server on 127.0.0.1. Change its attributes at any time.

    Attributes:
        answer: a status line such as "503 Service Unavailable" that every request gets, instead of the server's.
        frozen: nothing passes, and connections stay open.
        delay_s: how long each piece is held.
        bytes_s: how many bytes a second pass at most, 0 for no limit.
        packet: what happens to each RTP packet of the video.
    """

    server_port: int
    answer: str = ""
    frozen: bool = False
    delay_s: float = 0.0
    bytes_s: float = 0.0
    packet: Packet | None = None
    _sockets: set[socket.socket] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._listen()

    @property
    def host(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.port}"

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        """Every connection breaks, and new ones are refused."""
        with contextlib.suppress(OSError):
            # Else the thread that accepts would still take one.
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.drop()

    def mend(self) -> None:
        """Everything passes again."""
        self.answer, self.frozen, self.delay_s, self.bytes_s, self.packet = "", False, 0.0, 0.0, None
        if self._listening.fileno() < 0:
            self._listening = socket.create_server(("127.0.0.1", self.port))
            self._listen()

    def drop(self) -> None:
        """Every connection breaks; new ones are welcome."""
        for connection in list(self._sockets):
            # Shut down and not closed: another thread is reading it.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """It is over."""
        self.cut()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._sockets.add(client)
        try:
            if self.answer:
                self._refuse(client)
                return
            server = socket.create_connection(("127.0.0.1", self.server_port), timeout=5)
            server.settimeout(None)
        except OSError:
            self._forget(client)
            return
        self._sockets.add(server)
        back = threading.Thread(target=self._pass, args=(client, server, False), daemon=True)
        back.start()
        self._pass(server, client, True)
        back.join()
        self._forget(client)
        self._forget(server)

    def _refuse(self, client: socket.socket) -> None:
        while request := client.recv(4096):
            sequence = next((line for line in request.split(b"\r\n") if line.lower().startswith(b"cseq")), b"CSeq: 1")
            protocol = b"RTSP/1.0" if b"RTSP/" in request else b"HTTP/1.1"
            client.sendall(
                protocol + b" " + self.answer.encode() + b"\r\n" + sequence + b"\r\nContent-Length: 0\r\n\r\n"
            )
        self._forget(client)

    def _forget(self, connection: socket.socket) -> None:
        self._sockets.discard(connection)
        connection.close()

    def _pass(self, source: socket.socket, sink: socket.socket, from_server: bool) -> None:
        rest = b""
        try:
            while data := source.recv(65536):
                while self.frozen:
                    time.sleep(0.01)
                if self.delay_s:
                    time.sleep(self.delay_s)
                if self.bytes_s:
                    time.sleep(len(data) / self.bytes_s)
                if from_server:
                    data, rest = self._changed(rest + data)
                sink.sendall(data)
        except OSError:
            pass
        for connection in (source, sink):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _changed(self, data: bytes) -> tuple[bytes, bytes]:
        """What may pass of what the server sent, and what is not whole yet."""
        out = b""
        while data:
            if data[:1] != b"$":
                end = data.find(b"$")
                text, data = (data, b"") if end < 0 else (data[:end], data[end:])
                out += text
                continue
            if len(data) < 4 or len(data) < 4 + struct.unpack(">H", data[2:4])[0]:
                return out, data
            size = 4 + struct.unpack(">H", data[2:4])[0]
            frame, data = data[:size], data[size:]
            if self.packet is not None and frame[1] == 0:
                changed = self.packet(frame[4:])
                if changed is None:
                    continue
                frame = frame[:2] + struct.pack(">H", len(changed)) + changed
            out += frame
        return out, b""


def losing(share: float, seed: int = 1) -> Packet:
    """Packets are lost."""
    rng = random.Random(seed)
    return lambda packet: None if rng.random() < share else packet


def damaging(share: float, seed: int = 1) -> Packet:
    """Bytes of the picture are changed."""
    rng = random.Random(seed)

    def change(packet: bytes) -> bytes:
        body = bytearray(packet)
        for place in range(12, len(body)):
            if rng.random() < share:
                body[place] ^= 1 << rng.randrange(8)
        return bytes(body)

    return change


def without_keyframes() -> Packet:
    """H.264's IDR pictures, SPS and PPS never arrive."""

    return lambda packet: None if _kind(packet) in (5, 7, 8, 24) else packet


def at_keyframe(act: Callable[[], None]) -> Packet:
    """Something happens, once, when the next H.264 keyframe begins."""
    done = threading.Event()

    def change(packet: bytes) -> bytes:
        if _kind(packet) in (5, 7, 24) and not done.is_set():
            done.set()
            act()
        return packet

    return change


def _kind(packet: bytes) -> int:
    """The kind of H.264 NAL unit that an RTP packet holds, or holds a fragment (FU-A) of; RFC 6184."""
    kind = packet[12] & 0x1F
    return packet[13] & 0x1F if kind == 28 else kind


def stamped(change: Callable[[int], int]) -> Packet:
    """RTP timestamps (90 kHz) are changed."""

    def packet(data: bytes) -> bytes:
        stamp = struct.unpack(">I", data[4:8])[0]
        return data[:4] + struct.pack(">I", change(stamp) % (1 << 32)) + data[8:]

    return packet
