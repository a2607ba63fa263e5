from __future__ import annotations

import base64
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from engine.errors import StudioError
from engine.generation.conditions import StreamConditions
from engine.library.paths import ROOT, user_folder
from engine.library.scores import (
    PlayedScore,
    check_plays,
    conditions_of,
    find_score,
    length_of,
    load_score,
    pack_notes,
    score_folders,
    unpack_notes,
)
from engine.music.condition import After
from engine.music.roll import CHANNELS, GIVEN, roll
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.config import LocalConfig, ModelConfig
from engine.wavenet.model_file import Header

NOTES = np.array([[0.1, 0.25, 60, 99.5, 3, 0], [1 / 3, 1.5, 38, 127, 0, 1]], dtype=np.float32)
LEARNT = ModelConfig(local=LocalConfig(channels=CHANNELS, hop=160, features="roll"))
MUSIC = ModelConfig(tags=("piano",))
SPEECH = ModelConfig(speakers=("ann",))


def header(name: str, config: ModelConfig) -> Header:
    return Header(format=1, name=name, config=config, weights=0, hash="")


def test_notes_come_back_from_text_bit_for_bit() -> None:
    text = pack_notes(NOTES)
    assert text.isascii()
    np.testing.assert_array_equal(unpack_notes(text), NOTES)


def test_the_notes_of_a_score_are_unpacked_once_and_only_read(monkeypatch: pytest.MonkeyPatch) -> None:
    score, same = (PlayedScore("tune", pack_notes(NOTES)) for _ in range(2))
    notes = score.array()
    np.testing.assert_array_equal(notes, NOTES)
    monkeypatch.setattr(zlib, "decompressobj", None)
    assert score.array() is notes
    with pytest.raises(ValueError, match="read-only"):
        notes[0, 0] = 1.0
    assert score == same  # one of them unpacked, the other not
    assert hash(score) == hash(same)
    assert TypeAdapter(PlayedScore).dump_python(score) == {
        "name": "tune",
        "notes": pack_notes(NOTES),
        "after": "improvise",
    }


def packed(values: object) -> str:
    return base64.b64encode(zlib.compress(np.asarray(values, "<f4").tobytes())).decode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("%", "not packed notes"),
        (base64.b64encode(b"plain").decode(), "not packed notes"),
        (packed(np.ones(7)), "not packed notes"),
        (pack_notes(NOTES)[:-8], "cut off|not packed notes"),
        (packed(np.zeros((6, 100_001))), "more than 100000 notes"),
        (packed(np.zeros((6, 0))), "no notes"),
        (packed([0, 1, 128, 1, 1, 0]), "out of all bounds"),
        (packed([-1, 1, 60, 1, 1, 0]), "out of all bounds"),
        (packed([np.nan, 1, 60, 1, 1, 0]), "out of all bounds"),
        (packed([9999, 1, 60, 1, 1, 0]), "out of all bounds"),
    ],
)
def test_what_is_no_packed_score_is_refused(text: str, reason: str) -> None:
    with pytest.raises(StudioError, match=f"settings of a take: score: .*({reason})"):
        unpack_notes(text)


def test_a_score_is_found_by_name_or_as_a_file(tmp_path: Path) -> None:
    own = user_folder() / "scores" / "mine.MIDI"
    own.parent.mkdir(parents=True)
    own.write_bytes(find_score("minuet").read_bytes())
    assert score_folders()[0] == ROOT / "assets" / "scores"
    assert find_score("mine") == own
    assert find_score(str(tmp_path / "other.mid")) == tmp_path / "other.mid"
    with pytest.raises(StudioError, match="score 'minuett' is unknown; did you mean minuet"):
        find_score("minuett")


def test_the_scores_that_we_ship_are_music(tmp_path: Path) -> None:
    # Bars times beats a bar times seconds a beat, less the last note's gap.
    for name, seconds in (
        ("minuet", 32 * 3 * 60 / 132),
        ("greensleeves", 97 * 60 / 176),
        ("groove", 34 * 60 / 126),
    ):
        score = load_score(name, "silence")
        assert (score.name, score.after) == (name, "silence")
        assert length_of(score) == pytest.approx(seconds, abs=0.2)
        voices = {tuple(row) for row in score.array()[:, 4:].tolist()}
        assert len(voices) == {"minuet": 1, "greensleeves": 2, "groove": 3}[name]
    minuet = load_score("minuet").array()
    treble = minuet[minuet[:, 3] > minuet[:, 3].mean()]
    np.testing.assert_array_equal(treble[:8, 2], [74, 67, 69, 71, 72, 74, 67, 67])  # D, G A B C, D G G


@pytest.mark.parametrize("after", ["improvise", "silence"])
def test_a_model_that_has_learnt_scores_is_conditioned_on_them_or_on_zeros(after: After) -> None:
    empty = conditions_of(LEARNT, None)
    assert empty.local is not None
    assert not empty.local.rows(0, 500).rows.any()
    played = conditions_of(LEARNT, PlayedScore("x", pack_notes(NOTES), after))
    assert played.local is not None
    expected = roll(NOTES, 184)  # the last note ends at 1.833 s
    assert np.array_equal(played.local.rows(0, 184 * 160).rows, expected)
    assert played.local.rows(184 * 160, 160).rows[0, GIVEN] == (after == "silence")
    assert empty.feedback is played.feedback is None


@pytest.mark.parametrize("after", ["improvise", "silence"])
def test_a_model_of_music_that_has_not_learnt_scores_gets_a_guide(after: After) -> None:
    score = PlayedScore("x", pack_notes(NOTES), after)
    assert conditions_of(MUSIC, None) == StreamConditions(local=None, feedback=None)
    conditions = conditions_of(MUSIC, score)
    assert conditions.local is None
    guide = conditions.feedback
    assert guide is not None
    assert (guide.rests_from is None) == (after == "improvise")
    feedback = guide.samples(0, 4000)
    assert feedback is not None
    assert not feedback.offset[:1600].any()  # the first note comes at 0.1 s
    assert feedback.offset[1600:].any()


def test_a_model_that_was_trained_to_hear_a_guide_hears_less_of_itself_than_in_training() -> None:
    score = PlayedScore("x", pack_notes(NOTES))
    shares = []
    for config in (MUSIC, replace(MUSIC, guided=True)):
        guide = conditions_of(config, score).feedback
        assert guide is not None
        feedback = guide.samples(0, 4000)
        assert feedback is not None
        shares.append(feedback.gain.max() / FULL_SCALE)
    assert shares[1] < shares[0] < 1.0


def test_a_model_that_plays_no_scores_gets_neither() -> None:
    vocoder = ModelConfig(tags=("piano",), local=LocalConfig(channels=CHANNELS, hop=160))
    for config in (SPEECH, vocoder, ModelConfig()):
        assert conditions_of(config, None) == StreamConditions(local=None, feedback=None)
        with pytest.raises(StudioError, match="this model plays no scores; leave the score out"):
            conditions_of(config, PlayedScore("x", pack_notes(NOTES)))


def test_who_cannot_play_scores_is_told_who_can() -> None:
    learnt, music, speech = header("learnt", LEARNT), header("music", MUSIC), header("speech", SPEECH)
    check_plays(learnt, [])
    check_plays(music, [])
    with pytest.raises(StudioError, match="model 'speech' plays no scores; these can: learnt, music"):
        check_plays(speech, [learnt, speech, music])
    with pytest.raises(StudioError, match="model 'speech' plays no scores; nor does any other that is"):
        check_plays(speech, [speech])
