from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.corpus.format.writer import CorpusWriter
from engine.evaluation import classifier, recognition
from engine.library.audio_files import write_audio
from tests.engine.cli.conftest import Studio
from tests.engine.evaluation.signals import buzz, whistle
from tests.engine.evaluation.test_spoken_clips import RATE, write_clip


class Recogniser:
    """Understands "we went"; finds both words where they are marked."""

    def __init__(self, sample_rate: int) -> None:
        assert sample_rate == RATE

    def words(self, samples: np.ndarray) -> list[str]:
        return ["we", "went"]

    def starts(self, samples: np.ndarray, words: list[str]) -> list[float] | None:
        return [10 / 200, 40 / 200]


@pytest.fixture(autouse=True)
def no_pocketsphinx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "CLIPS", 6)
    monkeypatch.setattr(classifier, "TEST_CLIPS", 2)
    monkeypatch.setattr(recognition, "Recogniser", Recogniser)
    monkeypatch.setattr(recognition, "need_recogniser", lambda: None)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    with CorpusWriter(tmp_path / "corpus", kind="speech", sample_rate=RATE, seed=1, sources=[]) as writer:
        for speaker, sound in (("ann", buzz), ("bob", whistle)):
            for number in range(4):
                split = "test" if number == 3 else "train"
                writer.add(f"{speaker}-{number}", split, sound(rng, 4.0), speaker=speaker)
    return tmp_path / "corpus"


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    (tmp_path / "clips").mkdir()
    write_clip(tmp_path / "clips" / "one.wav")
    return tmp_path / "clips"


def test_clips_of_texts_are_judged_as_json(studio: Studio, clips: Path, corpus: Path) -> None:
    result = studio("judge-speech", clips, "--corpus", corpus, "--json")
    assert result.code == 0, result.err
    (clip,) = json.loads(result.out)["clips"]
    assert (clip["clip"], clip["words"], clip["wrong"], clip["beside"]) == ("one", 2, 1, None)
    assert clip["taken_for"] in ("ann", "bob")


def test_the_table_tells_words_voices_melody_and_times(studio: Studio, clips: Path, corpus: Path) -> None:
    (clips.parent / "source").mkdir()
    write_audio(clips.parent / "source" / "one.wav", np.zeros(RATE, np.float32), RATE)
    result = studio("judge-speech", clips, "--corpus", corpus, "--beside", clips.parent / "source")
    assert result.code == 0, result.err
    assert "50.0 %" in result.out
    assert "+0.0 (+0.0 to +0.0)" in result.out
    assert "-3 st, ×1.25" in result.out
    assert "100%" in result.out


def test_a_recording_to_compare_with_that_is_missing_is_named(
    studio: Studio, clips: Path, corpus: Path
) -> None:
    result = studio("judge-speech", clips, "--corpus", corpus, "--beside", clips.parent)
    assert result.code == 1
    assert "no recording 'one'" in result.err
