from __future__ import annotations

from pathlib import Path

import pytest

from engine.corpus.readers import ljspeech
from engine.errors import StudioError
from tests.engine.corpus.readers.trees import broken, corpus_of, loudest_frequency, skipped, text, tone

METADATA = """\
LJ001-0001|Printing, in the only sense "with which"|Printing, in the only sense "with which"
LJ001-0002|in 1457,|in fourteen fifty-seven,
LJ001-0003|broken|broken
LJ001-0004|missing|missing
no separator
LJ001-0001|again|again
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "LJSpeech-1.1"
    text(root / "metadata.csv", METADATA)
    text(root / "README", "The LJ Speech Dataset")
    tone(root / "wavs" / "LJ001-0001.wav", 220.0, rate=22_050, seconds=1.5)
    tone(root / "wavs" / "LJ001-0002.wav", 330.0, rate=22_050, seconds=2.0)
    broken(root / "wavs" / "LJ001-0003.wav")
    return root


def test_the_sentences_of_the_one_speaker_are_read(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(ljspeech.read(source), tmp_path / "c")
    first, second = corpus.pieces
    assert (first.id, first.length, second.id, second.length) == ("LJ001-0001", 24_000, "LJ001-0002", 32_000)
    assert corpus.speakers == ("lj",)
    assert first.details["text"] == 'Printing, in the only sense "with which"'
    assert second.details == {"text": "in 1457,", "spoken": "in fourteen fifty-seven,"}
    assert [loudest_frequency(corpus.samples(p), 16_000) for p in corpus.pieces] == [220, 330]


def test_its_own_rate_is_kept_sample_by_sample(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(ljspeech.read(source), tmp_path / "c", rate=22_050)
    assert [p.length for p in corpus.pieces] == [33_075, 44_100]


def test_broken_missing_and_malformed_entries_are_named(tmp_path: Path, source: Path) -> None:
    assert skipped(corpus_of(ljspeech.read(source), tmp_path / "c")) == {
        "LJ001-0003.wav": "not audio that can be read: Format not recognised",
        "LJ001-0004.wav": "the file is missing",
        "metadata.csv line 5": "not ID|text|spoken text",
        "metadata.csv line 6": "named twice",
    }


def test_what_is_not_ljspeech_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"is not LJSpeech: it has no metadata\.csv and wavs/"):
        ljspeech.read(tmp_path)
    (tmp_path / "wavs").mkdir()
    (tmp_path / "metadata.csv").write_bytes(b"LJ|caf\xe9|x\n")
    with pytest.raises(StudioError, match=r"metadata\.csv: not a UTF-8 text"):
        ljspeech.read(tmp_path)
    (tmp_path / "metadata.csv").write_bytes(b"\n")
    with pytest.raises(StudioError, match=r"no line of it is"):
        ljspeech.read(tmp_path)
