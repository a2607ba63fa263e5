from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.corpus.readers import folder
from engine.errors import StudioError
from tests.engine.corpus.readers.trees import broken, corpus_of, loudest_frequency, skipped, text, tone


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "sounds"
    tone(root / "bells" / "low" / "one.wav", 220.0, channels=2)
    tone(root / "bells" / "one.flac", 330.0, rate=44_100)
    tone(root / "rain" / "Two.AIFF", 440.0, rate=22_050, format="AIFF")
    tone(root / "loose.ogg", 550.0, rate=48_000)
    broken(root / "rain" / "three.wav")
    broken(root / "rain" / "four.m4a")
    broken(root / "rain" / "._five.wav")
    broken(root / ".trash" / "six.wav")
    text(root / "rain" / "notes.txt", "rain")
    return root


def test_the_first_sub_folder_is_the_tag(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(folder.read(source, labels="tags"), tmp_path / "c")
    assert {p.id: p.tags for p in corpus.pieces} == {
        "bells/low/one.wav": ("bells",),
        "bells/one.flac": ("bells",),
        "rain/Two.AIFF": ("rain",),
        "loose.ogg": (),
    }
    pitches = {p.id: loudest_frequency(corpus.samples(p), 16_000) for p in corpus.pieces}
    assert pitches == pytest.approx(
        {"bells/low/one.wav": 220, "bells/one.flac": 330, "rain/Two.AIFF": 440, "loose.ogg": 550}
    )
    assert corpus.speakers == ()
    assert corpus.about["kind"] == "music"


def test_or_it_is_the_speaker(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(folder.read(source, labels="speakers"), tmp_path / "c")
    assert {p.id: p.speaker for p in corpus.pieces}["rain/Two.AIFF"] == "rain"
    assert corpus.speakers == ("bells", "rain")
    assert corpus.tags == ()
    assert corpus.about["kind"] == "speech"


def test_broken_and_foreign_files_are_named_and_others_are_none_of_our_business(
    tmp_path: Path, source: Path
) -> None:
    assert skipped(corpus_of(folder.read(source, labels="tags"), tmp_path / "c")) == {
        "three.wav": "not audio that can be read: Format not recognised",
        "four.m4a": ".m4a is not read; convert it to FLAC or WAV",
    }


def test_a_csv_adds_tags_and_names_speakers(tmp_path: Path, source: Path) -> None:
    table = text(
        tmp_path / "labels.csv",
        "\ufefffile, tags, speaker\r\n"
        "bells/one.flac, bright; church ;,ann\r\n"
        "loose.ogg,wind,\r\n"
        "no.wav,x,y\r\n",
    )
    corpus = corpus_of(folder.read(source, labels="tags", table=table), tmp_path / "c")
    labels = {p.id: (p.tags, p.speaker) for p in corpus.pieces}
    assert labels["bells/one.flac"] == (("bells", "bright", "church"), "ann")
    assert labels["loose.ogg"] == (("wind",), None)
    assert labels["bells/low/one.wav"] == (("bells",), None)
    assert skipped(corpus)["no.wav"].endswith("labels.csv, and not there")


def test_a_speaker_of_the_csv_stands_instead_of_the_folders(tmp_path: Path, source: Path) -> None:
    table = text(tmp_path / "labels.csv", 'speaker,file\nann,"bells/one.flac"\n')
    recordings = folder.read(source, labels="speakers", table=table).recordings
    assert {r.name: r.speaker for r in recordings}["bells/one.flac"] == "ann"
    assert {r.name: r.speaker for r in recordings}["bells/low/one.wav"] == "bells"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "its first line must be"),
        ("name,tags\na.wav,x\n", "its first line must be"),
        ("file\na.wav\n", "its first line must be"),
        ("file,tags\na.wav,x,y\n", "line 2: more cells than columns"),
        ("file,tags\n,x\n", "line 2: more cells than columns, or no file"),
        ("file,tags\na.wav,x\n./a.wav,y\n", "line 3: a.wav is named twice"),
    ],
)
def test_a_csv_that_makes_no_sense_is_named_with_its_line(
    tmp_path: Path, source: Path, content: str, reason: str
) -> None:
    table = text(tmp_path / "labels.csv", content)
    with pytest.raises(StudioError, match=reason):
        folder.read(source, labels="tags", table=table)


def test_a_name_that_is_no_utf_8_can_be_stored(tmp_path: Path) -> None:
    path = tone(tmp_path / "sounds" / "a.wav", 440.0)
    path.rename(os.fsdecode(os.fsencode(path.parent) + b"/caf\xe9.wav"))
    corpus = corpus_of(folder.read(tmp_path / "sounds", labels="tags"), tmp_path / "c")
    assert [p.id for p in corpus.pieces] == ["caf?.wav"]


def test_no_audio_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="holds no audio that can be read, which is one of aif, "):
        folder.read(tmp_path, labels="tags")
    with pytest.raises(StudioError, match="is not a folder"):
        folder.read(tmp_path / "none", labels="tags")
