from __future__ import annotations

from pathlib import Path

import pytest

from engine.corpus.readers import timit
from engine.errors import StudioError
from tests.engine.corpus.readers.trees import broken, corpus_of, loudest_frequency, skipped, text, tone

PHN = "0 3050 h#\n3050 4559 sh\n4559 5723 ix\n5723 16000 h#\n"


def sentence(folder: Path, name: str, format: str = "NIST", upper: bool = False) -> None:
    def case(suffix: str) -> Path:
        return folder / (f"{name}.{suffix}".upper() if upper else f"{name}.{suffix}")

    tone(case("wav"), 500.0, rate=16_000, subtype="PCM_16", format=format)
    text(case("phn"), PHN)
    text(case("wrd"), "3050 5723 she\n")
    text(case("txt"), "0 16000 She had your dark suit.\n")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three speakers in train, one in test, as on the disc but smaller."""
    root = tmp_path / "timit"
    for speaker in ("dr1/fcjf0", "dr1/mcpm0", "dr2/faem0"):
        for name in ("sa1", "sx37"):
            sentence(root / "train" / speaker, name)
    sentence(root / "test" / "dr1" / "faks0", "si943", format="WAV")
    return root


def test_sentences_bear_speaker_split_and_what_the_disc_tells(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(timit.read(source, seed=1), tmp_path / "c")
    assert [p.id for p in corpus.pieces] == [
        "fcjf0-sa1", "fcjf0-sx37", "mcpm0-sa1", "mcpm0-sx37", "faem0-sa1", "faem0-sx37", "faks0-si943",
    ]  # fmt: skip
    assert corpus.speakers == ("fcjf0", "mcpm0", "faem0", "faks0")
    assert corpus.pieces[2].details == {
        "sentence": "sa1",
        "everybody": True,
        "dialect": "dr1",
        "sex": "m",
        "text": "She had your dark suit.",
        "phone_samples": [["h#", 0, 3050], ["sh", 3050, 4559], ["ix", 4559, 5723], ["h#", 5723, 16_000]],
    }
    assert [p.details["everybody"] for p in corpus.pieces] == [True, False] * 3 + [False]
    assert {loudest_frequency(corpus.samples(p), 16_000) for p in corpus.pieces} == {500.0}


def test_the_discs_test_part_tests_and_one_whole_speaker_validates(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(timit.read(source, seed=1), tmp_path / "c")
    speakers = {name: {p.speaker for p in corpus.split(name)} for name in ("train", "validation", "test")}
    assert speakers["test"] == {"faks0"}
    assert len(speakers["validation"]) == 1
    assert len(speakers["train"]) == 2
    assert speakers["train"].isdisjoint(speakers["validation"])


def test_phone_times_are_in_samples_of_the_corpus(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(timit.read(source, seed=1), tmp_path / "c", rate=8000)
    assert corpus.pieces[0].details["phone_samples"] == [
        ["h#", 0, 1525], ["sh", 1525, 2280], ["ix", 2280, 2862], ["h#", 2862, 8000],
    ]  # fmt: skip


def test_the_sentences_that_everybody_says_can_be_left_out(source: Path) -> None:
    names = [r.name for r in timit.read(source, seed=1, with_sa=False).recordings]
    assert names == ["fcjf0-sx37", "mcpm0-sx37", "faem0-sx37", "faks0-si943"]


def test_capitals_and_doubled_suffixes_are_the_same_corpus(tmp_path: Path) -> None:
    root = tmp_path / "kaggle" / "data"
    sentence(root / "TRAIN" / "DR4" / "MMDM0", "sx51", upper=True)
    sentence(root / "TEST" / "DR4" / "FCRH0", "sx9", upper=True)
    tone(root / "TRAIN" / "DR4" / "MMDM0" / "SX51.WAV.wav", 500.0, rate=16_000)
    listing = timit.read(tmp_path, seed=1)
    assert [(r.name, r.split) for r in listing.recordings] == [("mmdm0-sx51", "train"), ("fcrh0-sx9", "test")]
    assert listing.recordings[0].details["text"] == "She had your dark suit."
    assert len(corpus_of(listing, tmp_path / "c").pieces) == 2


def test_broken_audio_and_broken_phones_are_named(tmp_path: Path, source: Path) -> None:
    folder = source / "train" / "dr1" / "fcjf0"
    broken(folder / "sa1.wav")
    text(folder / "sx37.phn", "0 3050 h#\n3050 sh\n")
    (source / "train" / "dr2" / "faem0" / "sa1.phn").unlink()
    corpus = corpus_of(timit.read(source, seed=1), tmp_path / "c")
    assert len(corpus.pieces) == 4
    reasons = {Path(e["file"]).parts[-2:]: e["reason"] for e in corpus.about["skipped"]}
    assert reasons == {
        ("fcjf0", "sa1.wav"): "not audio that can be read: Format not recognised",
        ("fcjf0", "sx37.wav"): "sx37.phn: '3050 sh' is not: start end phone",
        ("faem0", "sa1.wav"): "sa1.phn: cannot read: No such file or directory",
    }
    assert len(skipped(corpus)) == 2  # two of them have the same name


def test_what_is_not_timit_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="is not TIMIT: it has no train/ and test/"):
        timit.read(tmp_path, seed=1)
    for part in ("train", "test"):
        (tmp_path / part).mkdir()
    with pytest.raises(StudioError, match="no sentence of TIMIT is in it"):
        timit.read(tmp_path, seed=1)
