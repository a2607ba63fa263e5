from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import make_parser
from engine.corpus.format.reader import Corpus
from tests.engine.cli.conftest import Studio
from tests.engine.corpus.readers.trees import broken, text, tone

DATASETS = ("vctk", "ljspeech", "magnatagatune", "timit", "folder")
KINDS = ("music", "speech", "pack", "unpack", "kokoro", *DATASETS)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "sounds"
    for index in range(20):
        tone(root / ("low", "high")[index % 2] / f"{index:02d}.wav", 300.0 + 100 * (index % 2), seconds=0.5)
    broken(root / "low" / "broken.wav")
    return root


@pytest.mark.parametrize("kind", KINDS)
def test_every_kinds_help_has_an_example_that_is_understood(studio: Studio, kind: str) -> None:
    result = studio("corpus", kind, "--help")
    assert result.code == 0
    (example,) = (line for line in result.out.splitlines() if line.startswith("example: ./studio "))
    parsed = make_parser().parse_args(example.removeprefix("example: ./studio ").split())
    assert parsed.kind == kind


def test_a_folder_becomes_a_corpus_with_a_report(studio: Studio, tmp_path: Path, source: Path) -> None:
    folder = tmp_path / "c"
    result = studio("corpus", "folder", source, folder, "--rate", "8000")
    assert result.code == 0
    corpus = Corpus(folder)
    counts = [len(corpus.split(name)) for name in ("train", "validation", "test")]
    assert sum(counts) == 20
    assert min(counts) >= 1
    assert result.out.splitlines() == [
        f"{folder}: 20 pieces, 0.00 h",
        "{} train, {} validation, {} test; 2 tags, 0 speakers; 8000 Hz".format(*counts),
        "1 skipped:",
        f"  {source / 'low' / 'broken.wav'}: not audio that can be read: Format not recognised",
    ]
    assert (corpus.tags, corpus.sample_rate) == (("high", "low"), 8000)


def test_every_option_reaches_its_reader(studio: Studio, tmp_path: Path, source: Path) -> None:
    table = text(tmp_path / "labels.csv", "file,tags\nlow/00.wav,soft\n")
    options = ("--labels", "speakers", "--csv", table, "--seed", "7", "--valid", "0.25", "--test", "0")
    assert studio("corpus", "folder", source, tmp_path / "c", *options).code == 0
    corpus = Corpus(tmp_path / "c")
    assert (corpus.speakers, corpus.tags, corpus.about["seed"]) == (("high", "low"), ("soft",), 7)
    assert corpus.split("test") == []
    assert corpus.split("validation") != []


def test_the_data_sets_are_read_by_their_names(studio: Studio, tmp_path: Path) -> None:
    for microphone in (1, 2):
        tone(tmp_path / "vctk/wav48_silence_trimmed/p225" / f"p225_001_mic{microphone}.flac", 440.0)
    text(tmp_path / "lj/metadata.csv", "LJ001-0001|One|One\n")
    tone(tmp_path / "lj/wavs/LJ001-0001.wav", 440.0)
    text(tmp_path / "mtt/annotations_final.csv", "clip_id\tpiano\tsitar\tmp3_path\n2\t1\t1\tc/a.mp3\n")
    tone(tmp_path / "mtt/c/a.mp3", 440.0, rate=44_100, format="MP3")
    for name in ("sa1", "sx1"):
        tone(tmp_path / "timit/train/dr1/fcjf0" / f"{name}.wav", 440.0, rate=16_000)
        text(tmp_path / "timit/train/dr1/fcjf0" / f"{name}.phn", "0 16000 h#\n")
        text(tmp_path / "timit/train/dr1/fcjf0" / f"{name}.txt", "0 16000 Yes.\n")
    (tmp_path / "timit/test").mkdir()
    expected = {
        ("vctk", "vctk", "--microphone", "2"): "p225_001",
        ("ljspeech", "lj"): "LJ001-0001",
        ("magnatagatune", "mtt", "--tags", "1"): "c/a",
        ("timit", "timit", "--without-sa"): "fcjf0-sx1",
    }
    for (kind, source, *options), name in expected.items():
        assert studio("corpus", kind, tmp_path / source, tmp_path / "out" / kind, *options).code == 0
        assert [piece.id for piece in Corpus(tmp_path / "out" / kind).pieces] == [name]
    assert Corpus(tmp_path / "out" / "magnatagatune").tags == ("piano",)


def test_skipped_files_beyond_twenty_are_counted_and_all_in_corpus_json(
    studio: Studio, tmp_path: Path, source: Path
) -> None:
    for index in range(29):
        broken(source / "low" / f"bad-{index:02d}.wav")
    result = studio("corpus", "folder", source, tmp_path / "c")
    assert result.out.splitlines()[-1] == f"  and 10 more, all named in {tmp_path / 'c' / 'corpus.json'}"
    assert len(json.loads((tmp_path / "c" / "corpus.json").read_text())["skipped"]) == 30


def test_a_corpus_without_validation_is_made_with_a_warning(studio: Studio, tmp_path: Path) -> None:
    tone(tmp_path / "sounds" / "one.wav", 440.0)
    result = studio("corpus", "folder", tmp_path / "sounds", tmp_path / "c")
    assert result.code == 0
    assert "warning: no piece is there to validate, which ./studio train needs" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["vctk", "source"],
        ["folder", "source", "dir", "--labels", "moods"],
        ["folder", "source", "dir", "--rate", "100"],
        ["folder", "source", "dir", "--valid", "0.9"],
        ["magnatagatune", "source", "dir", "--tags", "0"],
        ["timit", "source", "dir", "--test", "0.1"],
        ["vctk", "source", "dir", "--microphone", "3"],
    ],
)
def test_arguments_that_make_no_sense_exit_with_2(studio: Studio, arguments: list[str]) -> None:
    result = studio("corpus", *arguments)
    assert result.code == 2
    assert len(result.err.splitlines()) == 1
    assert "--help says more" in result.err


def test_a_source_that_is_not_there_exits_with_1(studio: Studio, tmp_path: Path) -> None:
    for kind in DATASETS:
        result = studio("corpus", kind, tmp_path / "none", tmp_path / "c")
        assert result.code == 1
        assert result.err.splitlines()[-1].startswith(f"error: {tmp_path / 'none'} is not a folder")
    assert not (tmp_path / "c").exists()


def test_an_interrupted_call_goes_on_and_other_arguments_are_refused(
    studio: Studio, tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.corpus.readers import collect

    read_whole, opened = collect.AudioSource, []

    def interrupted_at_the_tenth(path: Path) -> collect.AudioSource:
        opened.append(path)
        if len(opened) == 10:
            raise KeyboardInterrupt
        return read_whole(path)

    monkeypatch.setattr(collect, "AudioSource", interrupted_at_the_tenth)
    arguments = ("corpus", "folder", source, tmp_path / "c")
    assert studio(*arguments).code == 130
    refused = studio(*arguments, "--rate", "8000")
    assert refused.code == 1
    assert "interrupted corpus of other arguments or files" in refused.err.splitlines()[-1]
    assert studio(*arguments).code == 0
    assert len(opened) == 22  # 21 files, the tenth twice
    assert len(Corpus(tmp_path / "c").pieces) == 20


def test_a_corpus_is_packed_and_unpacked_with_reports(studio: Studio, tmp_path: Path, source: Path) -> None:
    folder, file, back = tmp_path / "c", tmp_path / "c.corpus", tmp_path / "back"
    assert studio("corpus", "folder", source, folder, "--rate", "8000").code == 0
    packed = studio("corpus", "pack", folder, "-o", file)
    assert packed.code == 0
    mebibytes = file.stat().st_size / 2**20
    assert packed.out == f"{file}: {mebibytes:.1f} MiB, {mebibytes * 360:.1f} MiB an hour\n"  # of 10 s
    unpacked = studio("corpus", "unpack", file, back)
    assert unpacked.code == 0
    assert unpacked.out == f"{back}: 20 pieces, 0.00 h\n"
    assert Corpus(back).pieces == Corpus(folder).pieces


def test_a_file_that_is_no_packed_corpus_is_one_line(studio: Studio, tmp_path: Path) -> None:
    file = text(tmp_path / "c.corpus", "nothing of the kind")
    result = studio("corpus", "unpack", file, tmp_path / "back")
    assert result.code == 1
    assert result.err.startswith(f"error: {file} is no packed corpus")
    assert len(result.err.splitlines()) == 1
