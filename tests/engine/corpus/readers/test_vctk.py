from __future__ import annotations

from pathlib import Path

import pytest

from engine.corpus.readers import vctk
from engine.errors import StudioError
from tests.engine.corpus.readers.trees import broken, corpus_of, loudest_frequency, skipped, text, tone


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Release 0.80."""
    root = tmp_path / "VCTK-Corpus"
    for speaker, pitch in (("p225", 220.0), ("p376", 330.0)):
        for sentence in ("001", "002"):
            tone(root / "wav48" / speaker / f"{speaker}_{sentence}.wav", pitch)
            text(root / "txt" / speaker / f"{speaker}_{sentence}.txt", "Please call  Stella.\n")
    text(root / "speaker-info.txt", "ID  AGE  GENDER  ACCENTS  REGION\n225  23  F    English    Southern\n")
    return root


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Release 0.92: both microphones, speaker s5, and p315, whose texts were lost."""
    root = tmp_path / "VCTK-Corpus-0.92"
    audio = root / "wav48_silence_trimmed"
    for name, pitch in (("p225_001", 220.0), ("p315_001", 330.0), ("s5_010", 440.0)):
        speaker = name.partition("_")[0]
        for microphone in (1, 2):
            tone(audio / speaker / f"{name}_mic{microphone}.flac", pitch * microphone)
        if speaker != "p315":
            text(root / "txt" / speaker / f"{name}.txt", "Ask her to bring these things.\n")
    broken(audio / "p225" / "p225_002_mic1.flac")
    text(audio / "p225.txt", "p225_001 0.1 1.9\n")
    return root


def test_release_0_80_is_read(tmp_path: Path, old: Path) -> None:
    corpus = corpus_of(vctk.read(old), tmp_path / "c")
    assert [p.id for p in corpus.pieces] == ["p225_001", "p225_002", "p376_001", "p376_002"]
    assert corpus.speakers == ("p225", "p376")
    assert {p.details["text"] for p in corpus.pieces} == {"Please call Stella."}
    assert corpus.about["kind"] == "speech"
    assert corpus.about["sources"][0]["version"] == "0.80"
    for piece, pitch in zip(corpus.pieces, (220, 220, 330, 330), strict=True):
        assert piece.length == 16_000
        assert loudest_frequency(corpus.samples(piece), 16_000) == pitch


def test_release_0_92_is_read_from_its_first_microphone(tmp_path: Path, new: Path) -> None:
    corpus = corpus_of(vctk.read(new), tmp_path / "c", rate=24_000)
    assert [(p.id, p.speaker) for p in corpus.pieces] == [
        ("p225_001", "p225"), ("p315_001", "p315"), ("s5_010", "s5"),
    ]  # fmt: skip
    assert [p.details.get("text") for p in corpus.pieces] == [
        "Ask her to bring these things.", None, "Ask her to bring these things.",
    ]  # fmt: skip
    assert [loudest_frequency(corpus.samples(p), 24_000) for p in corpus.pieces] == [220, 330, 440]
    assert {p.length for p in corpus.pieces} == {24_000}
    assert list(skipped(corpus)) == ["p225_002_mic1.flac"]


def test_the_second_microphone_can_be_chosen(tmp_path: Path, new: Path) -> None:
    corpus = corpus_of(vctk.read(new, microphone=2), tmp_path / "c")
    assert [loudest_frequency(corpus.samples(p), 16_000) for p in corpus.pieces] == [440, 660, 880]
    assert skipped(corpus) == {}


def test_the_folder_around_it_will_do(tmp_path: Path, new: Path) -> None:
    assert len(vctk.read(tmp_path).recordings) == 4


def test_what_is_not_vctk_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"is not VCTK: it has no wav48_silence_trimmed/ or wav48/"):
        vctk.read(tmp_path)
    with pytest.raises(StudioError, match="none is not a folder"):
        vctk.read(tmp_path / "none")
    (tmp_path / "wav48").mkdir()
    with pytest.raises(StudioError, match="no sentence of VCTK"):
        vctk.read(tmp_path)
