"""Rare phones: found in a lexicon, and dealt to every speaker's every split."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from engine.corpus.format.reader import SPLITS, split_of
from engine.corpus.speech.text_coverage import arranged, parse_lexicon, words_by_rare_phone
from engine.errors import StudioError

LEXICON = """\
MNCL
("boy" nil (((b oy) 1)))
("measure" nil (((m eh) 1) ((zh er) 0)))
("massage" n (((m ax) 0) ((s aa zh) 1)))
("massage" v (((m ax) 0) ((s aa jh) 1)))
("can't" nil (((k ae n t) 1)))
"""
RARE = {"zh": frozenset({"measure"}), "oy": frozenset({"boy"})}
SPEAKERS = 7


def _texts(plain: int, boys: int, measures: int) -> list[str]:
    """The rare ones last, where an order of chance would not put them."""
    return [
        *(f"Plain words number {number}." for number in range(plain)),
        *(f"The boy's number is {number}." for number in range(boys)),
        *(f"Measure the number {number}." for number in range(measures)),
    ]


def _has(word: str, text: str) -> bool:
    return word in text.lower()


def test_a_words_phones_are_those_of_all_its_pronunciations() -> None:
    assert parse_lexicon(LEXICON.splitlines()) == {
        "boy": frozenset({"b", "oy"}),
        "measure": frozenset({"m", "eh", "zh", "er"}),
        "massage": frozenset({"m", "ax", "s", "aa"}),
        "can't": frozenset({"k", "ae", "n", "t"}),
    }


def test_words_are_found_for_each_rare_phone(tmp_path: Path) -> None:
    (tmp_path / "lexicon").write_text(LEXICON, "latin-1")
    assert words_by_rare_phone(tmp_path / "lexicon") == RARE


@pytest.mark.parametrize("content", [None, "MNCL\n"])
def test_a_missing_or_empty_lexicon_names_its_package(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "lexicon").write_text(content)
    with pytest.raises(StudioError, match="reinstall festlex-cmu"):
        words_by_rare_phone(tmp_path / "lexicon")


def test_arranging_keeps_every_sentence_and_the_order_of_each_sort() -> None:
    texts = _texts(1200, 60, 50)
    order = arranged(texts, RARE, SPEAKERS)
    assert sorted(order) == sorted(texts)
    for sort in ("plain", "boy", "measure"):
        assert [t for t in order if _has(sort, t)] == [t for t in texts if _has(sort, t)]
    assert arranged(texts, RARE, SPEAKERS) == order


def test_one_sentence_in_ten_of_every_speakers_every_split_holds_each_rare_phone() -> None:
    order = arranged(_texts(5000, 300, 300), RARE, SPEAKERS)[: 200 * SPEAKERS]
    for speaker in range(SPEAKERS):
        own = order[speaker::SPEAKERS]
        for split in SPLITS:
            said = [text for index, text in enumerate(own) if split_of(index) == split]
            for word in ("boy", "measure"):
                assert sum(_has(word, text) for text in said) == len(said) // 10


def test_twenty_minutes_give_the_rare_phones_to_training_and_test_alike() -> None:
    order = arranged(_texts(5000, 300, 300), RARE, SPEAKERS)[: 66 * SPEAKERS]
    counts: Counter[tuple[str, str]] = Counter()
    for place, text in enumerate(order):
        for word in ("boy", "measure"):
            counts[split_of(place // SPEAKERS), word] += _has(word, text)
    assert min(counts["test", word] for word in ("boy", "measure")) >= 4
    assert min(counts["train", word] for word in ("boy", "measure")) >= 35


def test_where_the_rare_sentences_are_used_up_others_stand_in_their_places() -> None:
    order = arranged(_texts(1000, 3, 0), RARE, SPEAKERS)
    assert len(order) == 1003
    assert max(place for place, text in enumerate(order) if _has("boy", text)) < 10 * SPEAKERS
