from __future__ import annotations

import io
import lzma

import numpy as np
import pytest

from engine.corpus.format.portable.xz import BLOCK, compressed, expanded


def _noise(size: int) -> bytes:
    return np.random.default_rng(1).integers(100, 160, size, np.uint8).tobytes()


@pytest.mark.parametrize("audio", [True, False])
def test_streams_end_to_end_are_an_xz_file_of_all_blocks(audio: bool) -> None:
    blocks = [_noise(1000), _noise(70_000), b"", b"end"]
    file = b"".join(compressed(blocks, 2, audio=audio))
    assert lzma.decompress(file) == b"".join(blocks)
    assert b"".join(expanded(io.BytesIO(file), 71_003)) == b"".join(blocks)


def test_the_file_is_the_same_whatever_the_number_of_workers() -> None:
    blocks = [_noise(5000 + number) for number in range(9)]
    assert list(compressed(blocks, 1, audio=True)) == list(compressed(blocks, 4, audio=True))


def test_a_file_of_no_blocks_holds_nothing() -> None:
    assert list(expanded(io.BytesIO(b""), 0)) == []


def test_what_expands_to_more_than_announced_is_refused_before_it_is_expanded() -> None:
    bomb = lzma.compress(bytes(100 << 20))
    blocks = expanded(io.BytesIO(bomb), BLOCK)
    with pytest.raises(ValueError, match="more than the 4194304 bytes"):
        assert sum(map(len, blocks)) <= BLOCK


def test_a_header_that_asks_for_gigabytes_of_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 29, "preset": 0}]
    greedy = lzma.compress(b"little", filters=filters)
    with pytest.raises(ValueError, match=r"[Mm]emory"):
        list(expanded(io.BytesIO(greedy), 6))


@pytest.mark.parametrize("size", [0, 40])
def test_another_size_than_announced_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="announced"):
        list(expanded(io.BytesIO(lzma.compress(b"thirty bytes, or something of t")), size))


@pytest.mark.parametrize("keep", [3, 30, -1, -20])
def test_a_file_cut_short_is_refused(keep: int) -> None:
    file = lzma.compress(_noise(3000))[:keep]
    with pytest.raises(ValueError, match="ends too early"):
        list(expanded(io.BytesIO(file), 3000))


def test_a_flipped_bit_is_refused() -> None:
    file = bytearray(lzma.compress(_noise(3000)))
    file[len(file) // 2] ^= 4
    with pytest.raises(ValueError, match=r"[Cc]orrupt"):
        list(expanded(io.BytesIO(bytes(file)), 3000))
