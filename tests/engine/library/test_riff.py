from __future__ import annotations

import io
import struct
import tracemalloc

import numpy as np
import pytest
import soundfile

from engine.library.riff import append_info, chunks, read_comment, undate

SAMPLES = np.arange(-50, 51, dtype=np.int16) * 300


def wav(subtype: str, comment: str | None = None) -> bytearray:
    stream = io.BytesIO()
    with soundfile.SoundFile(stream, "w", 16_000, 1, subtype, format="WAV") as file:
        if comment is not None:
            file.comment = comment
        file.write(SAMPLES)
    return bytearray(stream.getvalue())


def test_the_chunks_of_a_file_are_found_where_the_format_puts_them() -> None:
    data = wav("PCM_16")
    found = list(chunks(io.BytesIO(data)))
    assert [(name, length) for name, _, length in found] == [(b"fmt ", 16), (b"data", 202)]
    assert data[found[1][1] :] == SAMPLES.astype("<i2").tobytes()


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0AVI ", b"fLaC" + bytes(40)])
def test_other_files_have_no_chunks(data: bytes) -> None:
    assert list(chunks(io.BytesIO(data))) == []


def test_another_library_reads_a_short_comment() -> None:
    data = wav("PCM_16")
    append_info(data, {b"ICMT": "hello"})
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert file.comment == "hello"
        assert file.frames == 101


def test_another_librarys_comment_is_read() -> None:
    assert read_comment(io.BytesIO(wav("PCM_16", "from elsewhere"))) == "from elsewhere"


@pytest.mark.parametrize("length", [0, 1, 2, 5_000, 1_000_001])
def test_comments_of_any_length_come_back(length: int) -> None:
    data = wav("PCM_24")
    append_info(data, {b"ICMT": "x" * length})
    assert read_comment(io.BytesIO(data)) == "x" * length


def test_the_length_in_the_files_head_fits_after_a_comment() -> None:
    data = wav("PCM_16")
    append_info(data, {b"ICMT": "odd"})
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    assert len(data) % 2 == 0


def test_a_file_without_comment_has_none() -> None:
    assert read_comment(io.BytesIO(wav("FLOAT"))) is None


def test_the_time_of_writing_is_taken_out_and_nothing_else() -> None:
    data = wav("FLOAT")
    at = data.index(b"PEAK") + 12
    undated = bytearray(data)
    undate(undated, io.BytesIO(undated))
    assert undated[at : at + 4] == bytes(4)
    assert undated[:at] == data[:at]
    assert undated[at + 4 :] == data[at + 4 :]


def list_chunk(claimed: int, content: bytes) -> bytes:
    return b"RIFF\0\0\0\0WAVE" + b"LIST" + struct.pack("<I", claimed) + content


def test_memory_is_taken_for_what_is_there_whatever_a_chunk_says() -> None:
    entry = b"INFOICMT" + struct.pack("<I", 0xFFFF_FFF0) + b"hello\0"
    tracemalloc.start()
    try:
        assert read_comment(io.BytesIO(list_chunk(0xFFFF_FFF0, entry))) == "hello"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


class Counted(io.BytesIO):
    """A file that remembers the largest read asked for."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.most = max(self.most, size or 0)
        return super().read(size)


def test_no_more_is_asked_for_than_the_file_has() -> None:
    file = Counted(list_chunk(0x7FFF_FFF0, b"INFO"))
    assert read_comment(file) is None
    assert file.most == 12


def test_chunks_without_end_are_not_followed() -> None:
    endless = b"RIFF\0\0\0\0WAVE" + (b"junk" + bytes(4)) * 20_000
    assert len(list(chunks(io.BytesIO(endless)))) == 10_000


def test_entries_of_odd_lengths_are_read_by_another_library() -> None:
    data = wav("PCM_16")
    append_info(data, {b"INAM": "one", b"IART": "four", b"ICMT": "comment"})
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert (file.title, file.artist, file.comment) == ("one", "four", "comment")
    assert read_comment(io.BytesIO(data)) == "comment"
