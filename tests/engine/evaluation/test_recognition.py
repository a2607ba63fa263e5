from __future__ import annotations

import importlib.util
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from engine.errors import StudioError
from engine.evaluation.recognition import Recogniser, difference, plain_words, word_errors

KNOWN = {"we", "left", "the", "car"}


class FakeDecoder:
    """Understands "we left a car" of whatever it is given; aligns each word to a tenth of a second."""

    def __init__(self, **options: object) -> None:
        self.options = options
        self.heard = np.empty(0, np.int16)
        self.text: list[str] = []

    def start_utt(self) -> None: ...

    def end_utt(self) -> None: ...

    def process_raw(self, pcm: bytes, full_utt: bool) -> None:
        assert full_utt
        self.heard = np.frombuffer(pcm, "<i2")

    def hyp(self) -> SimpleNamespace | None:
        return SimpleNamespace(hypstr="we left a car") if np.abs(self.heard).max() > 0 else None

    def lookup_word(self, word: str) -> str | None:
        return "W" if word in KNOWN else None

    def set_align_text(self, text: str) -> None:
        self.text = text.split()

    def seg(self) -> list[SimpleNamespace]:
        words = ["<s>", *self.text, "</s>"]
        return [SimpleNamespace(word=word, start_frame=10 * place) for place, word in enumerate(words)]


@pytest.fixture
def recogniser(monkeypatch: pytest.MonkeyPatch) -> Recogniser:
    module = ModuleType("pocketsphinx")
    module.Decoder = FakeDecoder  # type: ignore[attr-defined]
    module.__spec__ = importlib.util.spec_from_loader("pocketsphinx", None)
    monkeypatch.setitem(sys.modules, "pocketsphinx", module)
    return Recogniser(16_000)


SOUND = np.full(16_000, 0.1, np.float32)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's late, isn’t it?", ["it's", "late", "isn't", "it"]),
        ("'Yes,' he said.", ["yes", "he", "said"]),
        ("Well-known: one—two", ["well", "known", "one", "two"]),
        (" … ", []),
    ],
)
def test_words_are_told_without_punctuation(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


@pytest.mark.parametrize(
    ("said", "understood", "errors"),
    [
        ("a b c d", "a b c d", 0),
        ("a b c d", "a x c d", 1),
        ("a b c d", "a c d", 1),
        ("a b c d", "a b y c d z", 2),
        ("a b c d", "", 4),
        ("", "a b", 2),
        ("the cat sat on the mat", "cat sat in a mat", 3),
    ],
)
def test_word_errors_are_the_edit_distance(said: str, understood: str, errors: int) -> None:
    assert word_errors(said.split(), understood.split()) == errors


def test_the_difference_of_two_sets_of_clips_has_an_interval_around_it() -> None:
    found = difference([10] * 50, [2] * 25 + [1] * 25, [1] * 50)
    assert found.points == pytest.approx(5.0)
    # A clip's difference is 10 or 0 points: its standard error over 50 is 5 / sqrt(50) = 0.71.
    assert found.low == pytest.approx(5.0 - 1.96 * 0.707, abs=0.25)
    assert found.high == pytest.approx(5.0 + 1.96 * 0.707, abs=0.25)
    with pytest.raises(ValueError, match="no clip"):
        difference([], [], [])


def test_a_clip_is_given_with_silence_around_it_at_one_level(recogniser: Recogniser) -> None:
    assert recogniser.words(SOUND) == ["we", "left", "a", "car"]
    given = recogniser._decoder.heard
    assert len(given) == 16_000 + 2 * 1_600
    assert not given[:1_600].any()
    assert given.max() == pytest.approx(0.5 * 32767, abs=1)
    assert recogniser.words(np.zeros(100, np.float32)) == []


def test_words_begin_where_the_aligner_says_less_the_silence_before(recogniser: Recogniser) -> None:
    assert recogniser.starts(SOUND, ["we", "left", "the", "car"]) == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert recogniser.starts(SOUND, ["we", "left", "zyx"]) is None


def test_without_pocketsphinx_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StudioError, match=r"-c requirements\.lock pocketsphinx"):
        Recogniser(16_000)
