"""The music corpus, made of the one genre that needs no FluidSynth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from numpy.typing import NDArray

from engine.composing.composer import TAGS
from engine.corpus.format.reader import Corpus
from engine.corpus.music.recipe import FADED_DB, Rendered, level, make, render, trim
from engine.errors import StudioError

THREE_PIECES = 90 / 3600
FRAME = 800  # samples: 50 ms


@pytest.fixture(scope="module")
def three() -> list[Rendered]:
    return [render(2, "chiptune", index) for index in range(3)]


def _make(folder: Path, seed: int, workers: int = 1) -> Corpus:
    return make(
        folder,
        hours=THREE_PIECES,
        seed=seed,
        progress=lambda share: None,
        workers=workers,
        genres=("chiptune",),
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of three pieces that one process made in one go."""
    folder = tmp_path_factory.mktemp("music") / "whole"
    _make(folder, 1)
    return folder


def test_a_corpus_is_the_same_again_however_many_processes_make_it(whole: Path, tmp_path: Path) -> None:
    one, two = Corpus(whole), _make(tmp_path / "two", 1, workers=2)
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
    # All but what has died away: a closing chord lasts nine tenths of its bar, here of 2.0 s.
    assert seconds - 0.3 < len(piece.samples) / 16_000 <= seconds


def test_an_interrupted_corpus_goes_on_and_becomes_the_same_to_the_byte(whole: Path, tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    def go_on(progress: Callable[[float], None]) -> None:
        make(tmp_path / "cut", hours=THREE_PIECES, seed=1, progress=progress, workers=1, genres=("chiptune",))

    with pytest.raises(KeyboardInterrupt):
        go_on(stop)
    shares: list[float] = []
    go_on(shares.append)
    assert shares == pytest.approx([1 / 3, 2 / 3, 1.0])  # the first one tells what was there already
    names = sorted(path.name for path in whole.iterdir())
    assert names == ["audio.npy", "corpus.json", "notes.npy", "pieces.jsonl"]
    assert sorted(path.name for path in (tmp_path / "cut").iterdir()) == names
    for name in names:
        assert (tmp_path / "cut" / name).read_bytes() == (whole / name).read_bytes()


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
def test_pieces_are_levelled_to_minus_20_lufs_and_never_clip(three: list[Rendered], index: int) -> None:
    samples = three[index].samples
    loudness = pyloudnorm.Meter(16_000).integrated_loudness(samples.astype(np.float64))
    assert loudness == pytest.approx(-20.0, abs=0.2)
    assert np.abs(samples).max() <= 0.95
    assert abs(samples.mean()) < 1e-3


def test_pieces_are_never_silent_for_long_and_end_while_they_are_heard(three: list[Rendered]) -> None:
    for piece in three:
        levels = levels_db(piece.samples)
        sounding = np.flatnonzero(levels > -40.0)
        assert np.diff(sounding, prepend=-1).max() <= 25  # frames of 50 ms: 1.25 s
        assert levels[-1] > FADED_DB - 3.0  # of the last frame, 20 ms are faded out


def levels_db(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """The level of each frame of 50 ms beside the level of the whole."""
    wide = samples.astype(np.float64)
    frames = wide[: len(wide) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(10.0 * np.log10(frames.var(axis=1) / wide.var() + 1e-12))


def hum(frames: int, gain_db: float = 0.0) -> NDArray[np.float32]:
    """A tone of 400 Hz: 20 whole periods in each frame of 50 ms."""
    wave = np.sin(2 * np.pi * 400 * np.arange(frames * FRAME) / 16_000)
    return (0.3 * 10.0 ** (gain_db / 20.0) * wave).astype(np.float32)


def test_what_has_died_away_is_cut_from_the_end() -> None:
    quiet = FADED_DB - 1.0
    piece = np.concatenate([hum(200), hum(7, quiet), np.zeros(1234, np.float32)])
    assert np.array_equal(trim(piece), piece[: 200 * FRAME])


def test_an_end_that_is_still_heard_is_kept() -> None:
    # Silence beside it lowers the level of the whole by 10 log10(206 / 209) = 0.06 dB only.
    piece = np.concatenate([hum(200), hum(6, FADED_DB + 1.0), np.zeros(3 * FRAME, np.float32)])
    assert np.array_equal(trim(piece), piece[: 206 * FRAME])
    assert np.array_equal(trim(piece[: 206 * FRAME]), piece[: 206 * FRAME])


def test_a_note_that_fades_evenly_is_cut_within_a_frame_of_where_it_is_so_faint() -> None:
    slope = 10.0  # dB a second, over 8 s: amplitude exp(-t / tau), tau = 20 / ln 10 / 10 s
    t = np.arange(8 * 16_000) / 16_000
    piece = (10.0 ** (-slope * t / 20.0) * np.sin(2 * np.pi * 400 * t)).astype(np.float32)
    # The mean of its square over 8 s, where exp(-2 t / tau) leaves nothing: tau / 2 / 8 of the beginning's.
    whole_db = 10.0 * np.log10(20.0 / np.log(10.0) / slope / 2.0 / 8.0)
    assert len(trim(piece)) / 16_000 == pytest.approx((-FADED_DB - whole_db) / slope, abs=0.05)


def test_silence_within_a_piece_is_kept_and_nothing_but_silence_as_well() -> None:
    piece = np.concatenate([hum(20), np.zeros(40 * FRAME, np.float32), hum(20)])
    assert np.array_equal(trim(piece), piece)
    assert len(trim(np.zeros(5000, np.float32))) == 5000


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
