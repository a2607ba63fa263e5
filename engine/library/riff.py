"""What the WAV writer leaves to be done: a comment of any length, and no time of day inside the file.

libsndfile reads back comments of at most 2 kB, and dates the PEAK chunk of floating-point files.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from typing import BinaryIO

HEADER = 12  # "RIFF", size, "WAVE"
MOST_CHUNKS = 10_000
"""Of a file; empty ones would go on for hours."""
MOST_BYTES = 1 << 26
"""Of a LIST chunk that is looked at: ours are far smaller."""


def chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and length of each chunk of a WAV file; nothing where it is none."""
    head = file.read(HEADER)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return
    start = HEADER
    for _ in range(MOST_CHUNKS):
        if len(head := file.read(8)) < 8:
            return
        name, length = struct.unpack("<4sI", head)
        yield name, start + 8, length
        start += 8 + length + length % 2
        file.seek(start)


def undate(wav: bytearray, file: BinaryIO) -> None:
    """Set the time in the PEAK chunk of ``wav``, which ``file`` reads, to zero."""
    for name, start, _ in chunks(file):
        if name == b"PEAK":
            wav[start + 4 : start + 8] = bytes(4)


def append_info(wav: bytearray, entries: Mapping[bytes, str]) -> None:
    """Add INFO entries by name, such as ``ICMT``, in a LIST chunk of their own at the end of ``wav``."""
    block = b"INFO"
    for name, value in entries.items():
        text = value.encode() + b"\0"
        text += bytes(len(text) % 2)
        block += struct.pack("<4sI", name, len(text)) + text
    wav += struct.pack("<4sI", b"LIST", len(block)) + block
    wav[4:8] = struct.pack("<I", len(wav) - 8)


def read_comment(file: BinaryIO) -> str | None:
    """The first ICMT entry of a WAV file; None where it has none.

    Memory is taken for what is there, whatever a chunk says to have.
    """
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    for name, start, length in chunks(file):
        if name != b"LIST":
            continue
        file.seek(start)
        block = file.read(min(length, end - start, MOST_BYTES))
        at = 4
        while block[:4] == b"INFO" and at + 8 <= len(block):
            entry, size = struct.unpack_from("<4sI", block, at)
            if entry == b"ICMT":
                return block[at + 8 : at + 8 + size].rstrip(b"\0").decode(errors="replace")
            at += 8 + size + size % 2
        file.seek(start + length + length % 2)
    return None
