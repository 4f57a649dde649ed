"""The frame ring: what is read is never written, and nothing of it can stay behind."""

import os
from pathlib import Path

import numpy as np
import pytest

from pipeline.capture.ring import Layout, RingReader, RingWriter
from pipeline.pictures import Picture, PixelFormat


def picture(value: int, format: PixelFormat = PixelFormat.I420) -> Picture:
    size = 64 * 48 * 3 // 2 if format is not PixelFormat.RGB24 else 64 * 48 * 3
    return Picture.packed(format, 64, 48, np.full(size, value, np.uint8))


@pytest.fixture
def ring():
    writer = RingWriter(Layout.of(picture(0), slots=3))
    reader = RingReader(writer.layout, os.dup(writer.descriptor))
    yield writer, reader
    writer.close()


def test_the_reader_sees_the_writers_pixels_without_a_copy(ring):
    writer, reader = ring
    writer.give(1)
    slot = writer.write(picture(77))
    seen = reader.picture(slot)
    assert slot == 1
    assert all((plane == 77).all() for plane in seen.planes)
    assert not seen.planes[0].flags.writeable


def test_only_slots_that_the_reader_gave_are_filled(ring):
    writer, reader = ring
    writer.give(0)
    kept = reader.picture(writer.write(picture(1)))
    with pytest.raises(IndexError):
        writer.write(picture(2))
    assert (kept.planes[0] == 1).all()


def test_rows_with_padding_are_packed(ring):
    writer, reader = ring
    padded = tuple(np.full((plane.shape[0], plane.shape[1] + 13), 9, np.uint8) for plane in picture(0).planes)
    cut = tuple(plane[:, :-13] for plane in padded)
    writer.give(2)
    slot = writer.write(Picture(PixelFormat.I420, 64, 48, cut))
    assert all((plane == 9).all() for plane in reader.picture(slot).planes)


def test_the_memory_has_no_name_and_outlives_the_writer(ring):
    before = set(Path("/dev/shm").iterdir())
    writer = RingWriter(Layout.of(picture(0, PixelFormat.RGB24), slots=2))
    reader = RingReader(writer.layout, os.dup(writer.descriptor))
    writer.give(0)
    slot = writer.write(picture(5, PixelFormat.RGB24))
    writer.close()
    assert (reader.picture(slot).planes[0] == 5).all()
    assert set(Path("/dev/shm").iterdir()) == before
