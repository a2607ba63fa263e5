from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.corpus.readers.collect import collect, pieces_of
from engine.corpus.readers.listing import Listing, Mark, Recording, Skipped
from engine.corpus.readers.splits import Shares
from engine.errors import StudioError
from engine.files.audio import AudioSource
from tests.engine.corpus.readers.trees import broken, corpus_of, skipped, tone


def listing(*paths: Path, kind: str = "music") -> Listing:
    recordings = [Recording(path.name, path, tags=("tone",), details={"of": path.stem}) for path in paths]
    return Listing(kind, recordings, [{"name": "tones", "version": "1", "licence": "MIT"}])  # type: ignore[arg-type]


def noise(path: Path, seconds: float, rate: int = 8000) -> Path:
    samples = np.random.default_rng(1).normal(0.0, 0.1, round(seconds * rate))
    soundfile.write(path, samples, rate, "PCM_16")
    return path


def test_a_short_file_is_one_piece_with_its_labels(tmp_path: Path) -> None:
    corpus = corpus_of(listing(tone(tmp_path / "a.wav", 440.0, seconds=2.0)), tmp_path / "c")
    (piece,) = corpus.pieces
    assert (piece.id, piece.start, piece.length) == ("a.wav", 0, 32_000)
    assert (piece.tags, piece.speaker, piece.details) == (("tone",), None, {"of": "a"})
    assert corpus.about["kind"] == "music"
    assert corpus.about["sources"] == [{"name": "tones", "version": "1", "licence": "MIT"}]


def test_a_long_file_is_cut_and_nothing_is_lost(tmp_path: Path) -> None:
    corpus = corpus_of(listing(noise(tmp_path / "long.wav", 90.5)), tmp_path / "c")
    assert [piece.id for piece in corpus.pieces] == ["long.wav:000", "long.wav:001", "long.wav:002"]
    assert [piece.length for piece in corpus.pieces] == [480_000, 480_000, 488_000]
    assert [piece.details["offset"] for piece in corpus.pieces] == [0, 480_000, 960_000]


def test_cuts_fade_over_10_ms_and_the_files_own_ends_do_not(tmp_path: Path) -> None:
    rate = 16_000
    path = tone(tmp_path / "long.wav", 1000.0, rate=rate, seconds=45.0)
    with AudioSource(path) as source:
        first, second = (part.samples for part in pieces_of(Recording("long", path), source, rate))
    wave = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(45 * rate) / rate)
    ramp = np.linspace(0.0, 1.0, 160)
    assert first[:1000] == pytest.approx(wave[:1000], abs=1e-4)
    assert first[-160:] == pytest.approx(wave[480_000 - 160 : 480_000] * ramp[::-1], abs=1e-4)
    assert second[:160] == pytest.approx(wave[480_000 : 480_000 + 160] * ramp, abs=1e-4)
    assert second[-1000:] == pytest.approx(wave[-1000:], abs=1e-4)


def test_memory_does_not_grow_with_the_length_of_a_file(tmp_path: Path) -> None:
    peaks = []
    for seconds in (120, 480):
        path = noise(tmp_path / f"{seconds}.wav", seconds)
        tracemalloc.start()
        with AudioSource(path) as source:
            parts = sum(1 for _ in pieces_of(Recording("noise", path), source, 16_000))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert parts == seconds // 30
    assert peaks[1] < 1.05 * peaks[0]


def test_broken_short_and_silent_files_are_named_and_the_rest_is_there(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(16_000), 16_000)
    paths = [
        broken(tmp_path / "broken.wav"),
        tone(tmp_path / "short.wav", 440.0, seconds=0.05),
        tmp_path / "silent.wav",
        tmp_path / "missing.wav",
        tone(tmp_path / "good.wav", 440.0),
    ]
    corpus = corpus_of(listing(*paths), tmp_path / "c")
    assert [piece.id for piece in corpus.pieces] == ["good.wav"]
    assert skipped(corpus) == {
        "broken.wav": "not audio that can be read: Format not recognised",
        "short.wav": "too short: 0.050 s",
        "silent.wav": "silent",
        "missing.wav": "the file is missing",
    }


def test_what_the_reader_skipped_is_recorded_as_well(tmp_path: Path) -> None:
    found = listing(tone(tmp_path / "a.wav", 440.0))
    found.skipped.append(Skipped("metadata.csv line 3", "nonsense"))
    assert skipped(corpus_of(found, tmp_path / "c")) == {"metadata.csv line 3": "nonsense"}


def test_of_a_long_file_that_breaks_off_the_whole_pieces_stay(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    soundfile.write(path, np.random.default_rng(1).normal(0.0, 0.1, 80 * 16_000), 16_000)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 3 // 4])
    corpus = corpus_of(listing(path), tmp_path / "c")
    assert [piece.id for piece in corpus.pieces] == ["long.flac:000"]
    assert "cannot be decoded after 5" in skipped(corpus)["long.flac"]


def test_a_silent_stretch_is_left_out_and_named(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).normal(0.0, 0.1, 90 * 8000)
    samples[29 * 8000 : 61 * 8000] = 0.0
    soundfile.write(tmp_path / "gap.wav", samples, 8000)
    corpus = corpus_of(listing(tmp_path / "gap.wav"), tmp_path / "c")
    assert [piece.id for piece in corpus.pieces] == ["gap.wav:000", "gap.wav:002"]
    assert skipped(corpus) == {"gap.wav": "silent from 30.0 to 60.0 s"}


def test_pieces_of_few_recordings_are_split_by_their_place(tmp_path: Path) -> None:
    corpus = corpus_of(listing(noise(tmp_path / "long.wav", 300.0)), tmp_path / "c")
    train, valid, test = ([p.id[-3:] for p in corpus.split(name)] for name in ("train", "validation", "test"))
    assert (len(train), valid, test) == (8, ["009"], ["004"])


def test_phones_are_moved_to_the_corpus_rate_and_cut_with_their_piece(tmp_path: Path) -> None:
    path = noise(tmp_path / "long.wav", 40.0)
    marks = (Mark("a", 0, 4000), Mark("b", 239_000, 241_000), Mark("c", 319_000, 330_000))
    found = Listing("speech", [Recording("long", path, phones=marks)], [])
    first, second = corpus_of(found, tmp_path / "c").pieces
    assert first.details["phone_samples"] == [["a", 0, 8000], ["b", 478_000, 480_000]]
    assert second.details["phone_samples"] == [["b", 0, 2000], ["c", 158_000, 160_000]]


def test_nothing_to_read_is_an_error_that_names_one_reason(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"no audio could be read: .*a\.wav: not audio.*no corpus is made"):
        corpus_of(listing(broken(tmp_path / "a.wav")), tmp_path / "c")
    assert list((tmp_path / "c").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("a file")
    with pytest.raises(StudioError, match="cannot write the corpus"):
        corpus_of(listing(tone(tmp_path / "a.wav", 440.0)), tmp_path / "c")


def test_progress_rises_to_1_within_a_long_file_too(tmp_path: Path) -> None:
    heard: list[float] = []
    collect(
        tmp_path / "c",
        listing(noise(tmp_path / "long.wav", 120.0)),
        sample_rate=16_000,
        seed=1,
        shares=Shares(),
        request={},
        progress=heard.append,
    )
    assert heard == sorted(heard)
    assert len(heard) == 5
    assert heard[-1] == 1.0
