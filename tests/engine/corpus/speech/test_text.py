"""Reading the text packages, without downloading them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from engine.corpus.speech import text
from engine.errors import StudioError


def _strings(lines: list[str], *, version: int = 2) -> bytes:
    """R's XDR serialisation of a character vector, written from R Internals, section 1.8."""
    out = b"X\n" + struct.pack(">iii", version, 0x30603, 0x20300)
    if version == 3:
        out += struct.pack(">i", 5) + b"UTF-8"
    out += struct.pack(">ii", 16, len(lines))
    for line in lines:
        raw = line.encode()
        out += struct.pack(">ii", 0x40009, len(raw)) + raw
    return out


def _database(*records: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(record)) + zlib.compress(record) for record in records)


def _fill(cache: Path, *, novel: list[str], wordnet: str) -> None:
    data = cache / "speech-text" / "r-cran-janeaustenr" / text._NOVELS
    data.parent.mkdir(parents=True)
    data.write_bytes(_database(_strings(novel)))
    folder = cache / "speech-text" / "wordnet-base" / text._WORDNET
    folder.mkdir(parents=True)
    for part in ("noun", "verb", "adj", "adv"):
        (folder / f"data.{part}").write_text(wordnet if part == "noun" else "", "latin-1")
    for package in ("r-cran-janeaustenr", "wordnet-base"):
        (cache / "speech-text" / package / "VERSION").write_text("1.0-1", "ascii")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / name))
    return tmp_path / "wavenet-studio"


@pytest.mark.parametrize("version", [2, 3])
def test_books_are_the_character_vectors_of_a_database(version: int) -> None:
    number = b"X\n" + struct.pack(">iii", 2, 0, 0) + struct.pack(">iid", 14, 1, 1.0)
    database = _database(
        _strings(["Emma", "", "by Jane"], version=version), number, _strings(["Naïve"], version=version)
    )
    assert list(text.books_of(database)) == [["Emma", "", "by Jane"], ["Naïve"]]


@pytest.mark.parametrize("damage", [b"\0\0\0\x05nonsense", _database(_strings(["Emma"]))[:-3]])
def test_a_damaged_database_is_refused(damage: bytes) -> None:
    with pytest.raises((ValueError, zlib.error)):
        list(text.books_of(damage))


def test_each_sentence_comes_once_in_an_order_given_by_the_seed(cache: Path) -> None:
    novel = [f"It was the {word} of them all." for word in ("first", "second", "third", "fourth", "last")]
    _fill(cache, novel=novel + novel[:2], wordnet='1 | x; "it was the first of them all"')
    once = text.sentences(1)
    assert sorted(once) == sorted(novel)
    assert text.sentences(1) == once
    assert any(text.sentences(seed) != once for seed in range(2, 6))


def test_of_sentences_that_differ_in_punctuation_and_capitals_only_one_is_kept(cache: Path) -> None:
    novel = ["He was Gone from there!", "He was gone, from there.", "He was gone from here."]
    _fill(cache, novel=novel, wordnet="")
    for seed in range(4):
        there, here = sorted(text.sentences(seed), key=lambda sentence: "here" in sentence.split()[-1][:4])
        assert there in novel[:2]
        assert here == novel[2]


def test_the_sources_tell_version_and_licence_of_each_text(cache: Path) -> None:
    _fill(cache, novel=[], wordnet="")
    assert [(s["name"], s["version"]) for s in text.text_sources()] == [
        ("r-cran-janeaustenr", "1.0-1"),
        ("wordnet-base", "1.0-1"),
    ]
    assert all("public domain" in s["licence"] or "WordNet" in s["licence"] for s in text.text_sources())


def test_a_damaged_text_in_the_cache_is_reported_with_its_folder(cache: Path) -> None:
    _fill(cache, novel=[], wordnet="")
    (cache / "speech-text" / "r-cran-janeaustenr" / text._NOVELS).write_bytes(b"\0\0\0\x05nonsense")
    with pytest.raises(StudioError, match="speech-text and try again"):
        text.sentences(1)


def test_without_apt_the_missing_text_is_a_readable_error(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(StudioError, match="wordnet-base comes from Debian"):
        text.unpacked("wordnet-base")


def test_a_failing_download_says_why_and_leaves_nothing_behind(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "bin" / "apt-get"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'E: Unable to locate package' >&2\nexit 100\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    with pytest.raises(StudioError, match="Unable to locate package; run sudo apt-get update"):
        text.unpacked("wordnet-base")
    assert list((cache / "speech-text").iterdir()) == []
