"""The frame ring: slots of pixels in anonymous shared memory.

The capture process makes the memory (`memfd_create`) and passes its descriptor to the worker, so the kernel frees it
whatever dies and nothing ever stands in /dev/shm. The writer may only fill slots that the reader has handed out, so
a picture that is being read is never written.
"""

import mmap
import os
from collections import deque
from dataclasses import dataclass

import numpy as np

from pipeline.pictures import Picture, PixelFormat, plane_bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """What one slot holds, and how many slots there are."""

    format: PixelFormat
    width: int
    height: int
    full_range: bool
    slots: int

    @classmethod
    def of(cls, picture: Picture, slots: int) -> "Layout":
        return cls(picture.format, picture.width, picture.height, picture.full_range, slots)

    @property
    def picture_bytes(self) -> int:
        return plane_bytes(self.format, self.width, self.height)

    @property
    def slot_bytes(self) -> int:
        """Bytes from one slot to the next: whole pages, so that no two slots share one."""
        return -(-self.picture_bytes // mmap.PAGESIZE) * mmap.PAGESIZE

    @property
    def total_bytes(self) -> int:
        return self.slot_bytes * self.slots


class _Ring:
    def __init__(self, layout: Layout, descriptor: int, access: int) -> None:
        self.layout = layout
        self._memory = np.frombuffer(mmap.mmap(descriptor, layout.total_bytes, access=access), np.uint8)

    def picture(self, slot: int) -> Picture:
        """The picture in a slot: a view of the shared memory."""
        layout = self.layout
        start = slot * layout.slot_bytes
        data = self._memory[start : start + layout.picture_bytes]
        return Picture.packed(layout.format, layout.width, layout.height, data, layout.full_range)


class RingWriter(_Ring):
    """The capture process's side. Starts without a free slot: the reader hands them out.

    Raises:
        MemoryError: there is no room for it. An OSError would be taken for one of the link to the worker.
    """

    def __init__(self, layout: Layout) -> None:
        self.descriptor = os.memfd_create("sightline-ring", os.MFD_CLOEXEC)
        try:
            os.ftruncate(self.descriptor, layout.total_bytes)
            super().__init__(layout, self.descriptor, mmap.ACCESS_WRITE)
        except OSError as error:
            os.close(self.descriptor)
            raise MemoryError("no room for a ring of pictures") from error
        self._free: deque[int] = deque()

    @property
    def free(self) -> int:
        """How many slots may be filled."""
        return len(self._free)

    def give(self, slot: int) -> None:
        """The reader hands out a slot."""
        self._free.append(slot)

    def write(self, picture: Picture) -> int:
        """Copy a picture into a free slot, the only copy of its pixels on their way, and return the slot.

        Raises:
            IndexError: no slot is free.
        """
        slot = self._free.popleft()
        for target, plane in zip(self.picture(slot).planes, picture.planes, strict=True):
            np.copyto(target, plane)
        return slot

    def close(self) -> None:
        os.close(self.descriptor)


class RingReader(_Ring):
    """The worker's side, read-only. Takes the descriptor over: the mapping stays until its last picture is gone."""

    def __init__(self, layout: Layout, descriptor: int) -> None:
        try:
            super().__init__(layout, descriptor, mmap.ACCESS_READ)
        finally:
            os.close(descriptor)
