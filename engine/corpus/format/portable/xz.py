"""xz on all cores and in bounded memory: blocks compressed side by side, read back as one stream."""

from __future__ import annotations

import lzma
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO

BLOCK = 1 << 22
"""Bytes of a block; part of the format only in that other blocks make other files."""
_MEMORY = 64 << 20  # what a decoder may take: a damaged header can ask for gigabytes
_FILTERS = [
    {"id": lzma.FILTER_DELTA, "dist": 1},
    {"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1 << 20, "lc": 4, "lp": 0, "pb": 0},
]
"""For audio in bytes: differences of neighbours, whose contexts are the byte before."""


def compressed(blocks: Iterable[bytes], workers: int, *, audio: bool) -> Iterator[bytes]:
    """An xz stream for each block, in order, ``workers`` (> 0) at once; end to end they are an xz file.

    ``audio`` tells that a byte is a sample. The bytes do not depend on ``workers``.
    """
    filters = _FILTERS if audio else None

    def compress(block: bytes) -> bytes:
        return lzma.compress(block, format=lzma.FORMAT_XZ, filters=filters)

    with ThreadPoolExecutor(workers) as pool:  # lzma lets go of Python's lock
        running: deque[Future[bytes]] = deque()
        for block in blocks:
            running.append(pool.submit(compress, block))
            if len(running) > 2 * workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def expanded(file: IO[bytes], size: int) -> Iterator[bytes]:
    """What an xz file of one or more streams holds, in blocks of at most ``BLOCK`` bytes.

    Raises ValueError where it is damaged or does not hold exactly ``size`` bytes; it never reads on
    beyond them.
    """
    left = size
    raw = file.read(1 << 16)
    while raw:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
        while not decoder.eof:
            try:
                block = decoder.decompress(raw, max_length=min(BLOCK, left + 1))
            except lzma.LZMAError as error:
                raise ValueError(str(error)) from None
            raw = b""
            if len(block) > left:
                raise ValueError(f"it holds more than the {size} bytes announced")
            left -= len(block)
            if block:
                yield block
            if decoder.needs_input and not decoder.eof:
                raw = file.read(1 << 16)
                if not raw:
                    raise ValueError("it ends too early")
        raw = decoder.unused_data or file.read(1 << 16)
    if left:
        raise ValueError(f"it holds {size - left} bytes, {size} announced")
