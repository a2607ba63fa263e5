"""What the OGG writer leaves to be done: a serial number that is not drawn at random (RFC 3533, section 6).

Without it the same samples would give another file each time.
"""

from __future__ import annotations

import struct
import zlib

HEADER = 27
"""Bytes of a page before its segment table: serial number at 14, checksum at 22, segments at 26."""


def number(ogg: bytearray, serial: int = 1) -> None:
    """Give every page of ``ogg``, one logical stream, this serial number."""
    start = 0
    while start < len(ogg):
        segments = ogg[start + 26]
        body = start + HEADER + segments
        end = body + sum(ogg[start + HEADER : body])
        struct.pack_into("<I", ogg, start + 14, serial)
        struct.pack_into("<I", ogg, start + 22, 0)  # the checksum is taken with zeros in its place
        struct.pack_into("<I", ogg, start + 22, checksum(ogg[start:end]))
        start = end


def checksum(page: bytes | bytearray) -> int:
    """OGG's CRC: zlib's polynomial with bits in the other order, from zero and not inverted."""
    return _mirror(zlib.crc32(page.translate(MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF, 32)


def _mirror(value: int, bits: int) -> int:
    return int(f"{value:0{bits}b}"[::-1], 2)


MIRRORED = bytes(_mirror(byte, 8) for byte in range(256))
