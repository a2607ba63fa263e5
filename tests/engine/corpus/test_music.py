"""The music corpus, made of the one genre that needs no FluidSynth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from numpy.typing import NDArray

from engine.corpus.music import level, make, render
from engine.corpus.store import Corpus
from engine.errors import StudioError
from engine.music.composer import TAGS

THREE_PIECES = 90 / 3600


def _make(folder: Path, seed: int, workers: int = 1) -> Corpus:
    return make(
        folder,
        hours=THREE_PIECES,
        seed=seed,
        progress=lambda share: None,
        workers=workers,
        genres=("chiptune",),
    )


def test_a_corpus_is_the_same_again_however_many_processes_make_it(tmp_path: Path) -> None:
    one, two = _make(tmp_path / "one", 1, workers=1), _make(tmp_path / "two", 1, workers=2)
    assert one.pieces == two.pieces
    assert np.array_equal(one.audio, two.audio)
    assert not np.array_equal(one.samples(one.pieces[0]), one.samples(one.pieces[1])[: one.pieces[0].length])


def test_a_corpus_holds_what_was_asked_for_and_tells_its_progress(tmp_path: Path) -> None:
    shares: list[float] = []
    corpus = make(
        tmp_path, hours=THREE_PIECES, seed=3, progress=shares.append, workers=1, genres=("chiptune",)
    )
    assert [piece.id for piece in corpus.pieces] == ["chiptune-0000", "chiptune-0001", "chiptune-0002"]
    assert shares == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert corpus.about["kind"] == "music"
    assert corpus.about["seed"] == 3
    assert corpus.sample_rate == 16_000
    assert all({"name", "version", "licence"} == set(source) for source in corpus.about["sources"])
    assert set(corpus.tags) <= set(TAGS)


def test_a_piece_knows_how_it_was_composed() -> None:
    piece = render(1, "chiptune", 4)
    assert piece.details["seed"] == "1-chiptune-4"
    assert piece.details["mode"] in piece.tags
    assert piece.details["mood"] in piece.tags
    seconds = len(piece.details["chords"]) * piece.details["beats"] * 60 / piece.details["bpm"]
    assert len(piece.samples) == pytest.approx(seconds * 16_000, abs=1)


def test_an_interrupted_corpus_goes_on_and_becomes_the_same_to_the_byte(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    def go_on(progress: Callable[[float], None]) -> None:
        make(tmp_path / "cut", hours=THREE_PIECES, seed=1, progress=progress, workers=1, genres=("chiptune",))

    _make(tmp_path / "whole", 1)
    with pytest.raises(KeyboardInterrupt):
        go_on(stop)
    shares: list[float] = []
    go_on(shares.append)
    assert shares == pytest.approx([1 / 3, 2 / 3, 1.0])  # the first one tells what was there already
    whole = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert whole == ["audio.npy", "corpus.json", "notes.npy", "pieces.jsonl"]
    assert sorted(path.name for path in (tmp_path / "cut").iterdir()) == whole
    for name in whole:
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_what_is_finished_is_not_synthesised_again(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, hours=2 / 120, seed=1, progress=stop, workers=1, genres=("chiptune",))
    part = tmp_path / "audio.part"
    marked = np.fromfile(part, np.int16)
    marked[:100] = 1234  # a second synthesis would write over this
    marked.tofile(part)
    corpus = make(tmp_path, hours=2 / 120, seed=1, progress=lambda s: None, workers=1, genres=("chiptune",))
    assert (corpus.audio[:100] == 1234).all()


def test_an_interrupted_corpus_of_another_length_is_not_gone_on_with(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, hours=2 / 120, seed=1, progress=stop, workers=1, genres=("chiptune",))
    with pytest.raises(StudioError, match="interrupted corpus of other arguments"):
        _make(tmp_path, 1)


def test_the_stored_notes_are_heard_where_they_say() -> None:
    piece = render(1, "chiptune", 4)
    starts = piece.notes[:, 0]
    assert (np.diff(starts) >= 0).all()
    assert (starts + piece.notes[:, 1]).max() <= len(piece.samples) / 16_000 + 1e-4
    power = piece.samples.astype(np.float64) ** 2
    quiet = [start for start in starts if start > 0.1 and _sounding(piece.notes, start - 0.03) == 0]
    assert quiet  # notes after a rest: nothing before them, something at once after them
    for start in quiet:
        at = round(float(start) * 16_000)
        assert power[at + 80 : at + 480].mean() > 100 * power[at - 320 : at - 32].mean()


def _sounding(notes: NDArray[np.float32], seconds: float) -> int:
    return int(((notes[:, 0] <= seconds) & (notes[:, 0] + notes[:, 1] > seconds - 0.03)).sum())


@pytest.mark.parametrize("index", range(3))
def test_pieces_are_levelled_to_minus_20_lufs_and_never_clip(index: int) -> None:
    samples = render(2, "chiptune", index).samples
    loudness = pyloudnorm.Meter(16_000).integrated_loudness(samples.astype(np.float64))
    assert loudness == pytest.approx(-20.0, abs=0.2)
    assert np.abs(samples).max() <= 0.95
    assert abs(samples.mean()) < 1e-3


def test_a_piece_of_high_peaks_is_left_softer_rather_than_clipped() -> None:
    clicks = np.full(32_000, 1e-4, np.float32)
    clicks[::4000] = 1.0
    assert np.abs(level(clicks)).max() == pytest.approx(0.95, abs=1e-6)


def test_silence_cannot_be_levelled() -> None:
    with pytest.raises(ValueError, match="silent"):
        level(np.zeros(32_000, np.float32))


def test_a_missing_synthesiser_stops_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StudioError, match="sudo apt-get install fluidsynth fluid-soundfont-gm"):
        make(tmp_path / "corpus", hours=1.0, seed=1, progress=lambda share: None, workers=1)
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize("hours", [0.0, -1.0, float("nan")])
def test_an_empty_corpus_is_refused(tmp_path: Path, hours: float) -> None:
    with pytest.raises(StudioError, match="more than 0 hours"):
        make(tmp_path, hours=hours, seed=1, progress=lambda share: None, workers=1)
