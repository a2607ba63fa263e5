"""The recipe as a whole, with a made-up synthesiser and text in the place of the real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.corpus.format.reader import SPLITS, Corpus, split_of
from engine.corpus.format.writer import CorpusWriter
from engine.corpus.speech import recipe as speech
from engine.corpus.speech.labels import Labels, Phone
from engine.corpus.speech.natural.voices import NaturalVoice
from engine.corpus.speech.synthesisers import Utterance
from engine.corpus.speech.voices import VOICES, Voice
from engine.errors import StudioError
from engine.library.paths import ROOT

SPEAKERS = [voice.speaker for voice in VOICES]
TEXTS = [f"This is sentence number {number}." for number in range(1400)]


def _number(text: str) -> int:
    return int(text.split()[-1][:-1])


def _seconds(text: str) -> float:
    return 0.5 + 0.1 * (_number(text) % 5)


def _clips(text: str) -> bool:
    return _number(text) % 11 == 0


def _speak(voice: Voice, texts: list[str], helper: Path) -> list[Utterance | None]:
    """A tone whose length comes from the text; noise depends on the place in the batch, as flite's."""
    time.sleep(0.001 * (SPEAKERS.index(voice.speaker) % 3))  # so that batches finish out of order
    rng = np.random.default_rng(len(voice.speaker))
    spoken: list[Utterance | None] = []
    for text in texts:
        count = round(_seconds(text) * 16_000)
        samples = 0.3 * np.sin(np.arange(count) * 0.1) + 0.01 * rng.standard_normal(count)
        labels = Labels((Phone("aa", 0.0, count / 16_000, 1),), np.full(count // 80, 120.0))
        spoken.append(None if _clips(text) else Utterance(samples, labels))
    return spoken


class _Kokoro:
    """Says each sentence as the others do, and has energy and symbols to tell."""

    def __init__(self, say: Callable[[str], object]) -> None:
        say("downloading")

    def speak(self, voice: NaturalVoice, texts: list[str]) -> list[Utterance | None]:
        spoken = _speak(VOICES[0], texts, Path())
        return [u and replace(u, more={"symbols": "ˈa", "energy": [-9.3]}) for u in spoken]


@pytest.fixture(autouse=True)
def _without_synthesisers(monkeypatch: pytest.MonkeyPatch) -> None:
    _replace_synthesisers(monkeypatch)


def _replace_synthesisers(monkeypatch: pytest.MonkeyPatch) -> None:
    tool = {"name": "made-up", "version": "1", "licence": "none"}
    monkeypatch.setattr(speech, "installed_tools", lambda: [tool])
    monkeypatch.setattr(speech, "text_sources", lambda: [{**tool, "name": "text"}])
    monkeypatch.setattr(speech, "sentences", lambda seed: TEXTS)
    monkeypatch.setattr(speech, "words_by_rare_phone", lambda: {"zh": frozenset(), "oy": frozenset()})
    monkeypatch.setattr(speech, "build_flite_helper", lambda folder: folder / "helper")
    monkeypatch.setattr(speech, "synthesise", _speak)
    monkeypatch.setattr(speech, "Kokoro", _Kokoro)


def _make(folder: Path, *, workers: int = 2, hours: float = 0.05) -> Corpus:
    return speech.make(folder, hours=hours, seed=3, progress=lambda share: None, workers=workers)


def test_the_speakers_share_the_hours_equally(tmp_path: Path) -> None:
    corpus = _make(tmp_path / "c")
    assert list(corpus.speakers) == SPEAKERS
    for speaker in SPEAKERS:
        seconds = sum(p.length for p in corpus.pieces if p.speaker == speaker) / 16_000
        assert 0 <= seconds - 180 / 7 < 1.0


def test_the_corpus_says_what_it_is_made_of(tmp_path: Path) -> None:
    about = _make(tmp_path / "c").about
    assert (about["kind"], about["sample_rate"], about["seed"]) == ("speech", 16_000, 3)
    assert [source["name"] for source in about["sources"]] == ["made-up", "text"]


NATURAL = ["bella", "heart", "fenrir", "michael", "emma", "george", "june", "miles"]


def _make_voices(folder: Path, voices: speech.Voices, said: list[str], hours: float = 0.05) -> Corpus:
    return speech.make(
        folder, hours=hours, seed=3, progress=lambda _: None, workers=2, voices=voices, say=said.append
    )


def test_natural_voices_share_the_hours_and_tell_symbols_and_energy_beside_phones(tmp_path: Path) -> None:
    said: list[str] = []
    corpus = _make_voices(tmp_path / "c", "natural", said)
    assert said == ["downloading"]
    assert list(corpus.speakers) == NATURAL
    assert all(p.details["symbols"] == "ˈa" and p.details["energy"] == [-9.3] for p in corpus.pieces)
    names = [source["name"] for source in corpus.about["sources"]]
    assert "kokoro-js" in names
    assert "made-up" not in names
    for speaker in NATURAL:
        seconds = sum(p.length for p in corpus.pieces if p.speaker == speaker) / 16_000
        assert 0 <= seconds - 180 / 8 < 1.0


def test_all_voices_are_the_synthetic_and_the_natural_ones_and_no_two_say_the_same(tmp_path: Path) -> None:
    corpus = _make_voices(tmp_path / "c", "all", [])
    assert list(corpus.speakers) == [*SPEAKERS, *NATURAL]
    assert max(Counter(p.details["text"] for p in corpus.pieces).values()) == 1


def test_synthetic_voices_need_nothing_of_the_natural_ones(tmp_path: Path) -> None:
    said: list[str] = []
    assert list(_make_voices(tmp_path / "c", "synthetic", said).speakers) == SPEAKERS
    assert not said


def test_no_sentence_is_said_twice_and_so_none_is_in_two_splits(tmp_path: Path) -> None:
    corpus = _make(tmp_path / "c")
    assert max(Counter(p.details["text"] for p in corpus.pieces).values()) == 1
    said = {name: {p.details["text"] for p in corpus.split(name)} for name in SPLITS}
    assert all(said.values())
    assert not said["train"] & said["test"]
    assert not said["train"] & said["validation"]
    assert not said["validation"] & said["test"]


def test_each_piece_is_a_sentence_with_its_phones_and_f0(tmp_path: Path) -> None:
    for piece in _make(tmp_path / "c").pieces:
        seconds = _seconds(piece.details["text"])
        assert piece.length == round(seconds * 16_000)
        assert piece.details["phones"] == [["aa", 0.0, pytest.approx(seconds), 1]]
        assert piece.details["f0"] == [120] * (piece.length // 80)
        assert piece.details["f0_hop"] == 0.005


def test_each_speakers_sentences_are_split_by_their_number(tmp_path: Path) -> None:
    corpus = _make(tmp_path / "c")
    for piece in corpus.pieces:
        assert piece.split == split_of(int(piece.id.rsplit("-", 1)[1]))
    for speaker in SPEAKERS:
        assert {p.split for p in corpus.pieces if p.speaker == speaker} == {"train", "validation", "test"}


def test_clipped_sentences_are_left_out(tmp_path: Path) -> None:
    corpus = _make(tmp_path / "c")
    assert not [p for p in corpus.pieces if _clips(p.details["text"])]


def test_the_corpus_is_the_same_whatever_the_number_of_workers(tmp_path: Path) -> None:
    one, four = _make(tmp_path / "one", workers=1), _make(tmp_path / "four", workers=4)
    assert one.about == four.about
    assert one.pieces == four.pieces


def test_progress_rises_to_one(tmp_path: Path) -> None:
    shares: list[float] = []
    speech.make(tmp_path / "c", hours=0.05, seed=3, progress=shares.append, workers=2)
    assert shares == sorted(shares)
    assert 0 < shares[0] < 1
    assert shares[-1] == 1.0


def test_more_hours_than_the_texts_suffice_for_is_an_error_and_leaves_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"texts suffice for 0\.\d hours"):
        _make(tmp_path / "c", hours=50)
    with pytest.raises(StudioError, match="not a corpus"):
        Corpus(tmp_path / "c")


@pytest.mark.parametrize("hours", [0.0, -1.0])
def test_no_hours_at_all_is_an_error(tmp_path: Path, hours: float) -> None:
    with pytest.raises(StudioError, match="more than 0"):
        _make(tmp_path / "c", hours=hours)


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("speaker", ["slt", "kal"])
def test_after_a_synthesiser_has_failed_the_same_call_makes_the_very_same_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speaker: str
) -> None:
    def fail(voice: Voice, texts: list[str], helper: Path) -> list[Utterance | None]:
        if voice.speaker == speaker:
            raise StudioError("festival failed (1)")
        return _speak(voice, texts, helper)

    whole = _make(tmp_path / "whole")
    monkeypatch.setattr(speech, "synthesise", fail)
    with pytest.raises(StudioError, match="festival failed"):
        _make(tmp_path / "c")
    with pytest.raises(StudioError, match="not a corpus"):
        Corpus(tmp_path / "c")
    monkeypatch.setattr(speech, "synthesise", _speak)
    monkeypatch.setattr(speech, "Kokoro", _Kokoro)
    assert _make(tmp_path / "c", workers=4).about == whole.about
    assert _content(tmp_path / "c") == _content(tmp_path / "whole")


def _make_until_killed(folder: Path, pieces: int) -> None:
    """Make a corpus, and die without a word when it has so many pieces. For a process of its own."""
    added = CorpusWriter.add

    def add(writer: CorpusWriter, *arguments: Any, **named: Any) -> None:
        if len(writer.pieces) == pieces:
            os.kill(os.getpid(), signal.SIGKILL)
        added(writer, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        _replace_synthesisers(patch)
        patch.setattr(CorpusWriter, "add", add)
        _make(folder, workers=1)


@pytest.mark.parametrize("pieces", [1, 23, 60])
def test_killed_after_any_sentence_the_same_call_makes_the_very_same_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    script = (
        "import pathlib, sys; from tests.engine.corpus.speech.test_recipe import _make_until_killed; "
        "_make_until_killed(pathlib.Path(sys.argv[1]), int(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "c"), str(pieces)]
    killed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    spoken: list[str] = []

    def speak(voice: Voice, texts: list[str], helper: Path) -> list[Utterance | None]:
        spoken.extend(texts)
        return _speak(voice, texts, helper)

    monkeypatch.setattr(speech, "synthesise", speak)
    _make(tmp_path / "c")
    monkeypatch.setattr(speech, "synthesise", _speak)
    monkeypatch.setattr(speech, "Kokoro", _Kokoro)
    _make(tmp_path / "whole")
    assert _content(tmp_path / "c") == _content(tmp_path / "whole")
    first_batch_was_done = pieces > 21  # of its 24 sentences, 3 clip
    assert (TEXTS[0] in spoken) != first_batch_was_done


def test_an_interrupted_corpus_of_other_hours_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        speech.make(tmp_path / "c", hours=0.05, seed=3, progress=stop, workers=2)
    with pytest.raises(StudioError, match="interrupted corpus of other arguments"):
        _make(tmp_path / "c", hours=0.06)


def test_sentences_are_dealt_in_turn_and_in_batches_of_fixed_size() -> None:
    batches = list(speech.deal(TEXTS[:400], VOICES))
    assert [batch.voice.speaker for batch in batches[:8]] == [*SPEAKERS, SPEAKERS[0]]
    assert [(b.first, len(b.texts)) for b in batches if b.voice.speaker == "kay"] == [
        (0, 24), (24, 24), (48, 9),
    ]  # fmt: skip
    assert [t for b in batches if b.voice.speaker == "rms" for t in b.texts] == TEXTS[2:400:7][:57]
