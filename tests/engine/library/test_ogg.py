from __future__ import annotations

import io
import struct

import numpy as np
import soundfile

from engine.library.ogg import checksum, number


def page_checksum(page: bytes) -> int:
    """RFC 3533's checksum, bit by bit: polynomial 0x04C11DB7 from zero, highest bit first."""
    register = 0
    for byte in page:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1) ^ (0x04C11DB7 if register & 0x80000000 else 0)
            register &= 0xFFFFFFFF
    return register


def ogg() -> bytearray:
    stream = io.BytesIO()
    with soundfile.SoundFile(stream, "w", 16_000, 1, "VORBIS", format="OGG") as file:
        file.write(0.5 * np.sin(np.arange(8_000, dtype=np.float32) / 9))
    return bytearray(stream.getvalue())


def test_the_checksum_is_the_formats() -> None:
    page = np.random.default_rng(0).integers(0, 256, 300, dtype=np.uint8).tobytes()
    assert checksum(page) == page_checksum(page)


def test_every_page_has_the_serial_number_and_nothing_else_changes() -> None:
    data = ogg()
    numbered = bytearray(data)
    number(numbered, 77)
    pages = [at for at in range(len(data)) if data[at : at + 4] == b"OggS"]
    assert len(pages) > 2
    assert [struct.unpack_from("<I", numbered, at + 14)[0] for at in pages] == [77] * len(pages)
    changed = {at for at in range(len(data)) if data[at] != numbered[at]}
    allowed = {at + offset for at in pages for offset in (14, 15, 16, 17, 22, 23, 24, 25)}
    assert changed <= allowed


def test_a_decoder_that_checks_the_checksums_still_reads_it() -> None:
    data = ogg()
    before = soundfile.read(io.BytesIO(data))[0]
    number(data)
    after = soundfile.read(io.BytesIO(data))[0]
    assert len(after) == 8_000
    np.testing.assert_array_equal(after, before)
