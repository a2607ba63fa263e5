"""Phrases become frames: lengths, pauses, pitch, blends, edits."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.speech.nets import SpeechNets
from engine.speech.script import Phrase
from engine.speech.spoken import Manner
from tests.speech_nets import PAUSES, phrase, random_nets, word

HELLO = phrase("həlO", "wɜld")
ANNA = Manner((("anna", 1.0),))
LOG_F0 = 20


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> SpeechNets:
    return random_nets(tmp_path_factory.mktemp("nets"))


def test_a_phrase_has_an_end_for_each_phone_and_frames_up_to_the_end_of_its_pause(nets: SpeechNets) -> None:
    spoken = nets.say(HELLO, ANNA)
    assert spoken.ends.shape == (8,)
    assert (np.diff(spoken.ends, prepend=0) >= 2).all()
    assert spoken.frames.shape == (spoken.ends[-1] + round(PAUSES["."] * 200), 24)
    assert spoken.frames.dtype == np.float32
    assert np.isfinite(spoken.frames).all()
    assert [after for _, after in spoken.phones()] == spoken.ends.tolist()
    assert [first for first, _ in spoken.phones()] == [0, *spoken.ends[:-1]]


def test_a_voice_has_an_accent_and_one_that_is_unknown_the_american(nets: SpeechNets) -> None:
    assert [nets.accent_of(name) for name in ("anna", "bert", "carl")] == ["american", "british", "american"]


@pytest.mark.parametrize("stop", PAUSES)
def test_each_stop_has_its_own_pause(nets: SpeechNets, stop: str) -> None:
    spoken = nets.say(phrase("həlO", stop=stop), ANNA)
    assert len(spoken.frames) - spoken.ends[-1] == round(PAUSES[stop] * 200)


def test_pauses_follow_the_manner(nets: SpeechNets) -> None:
    spoken = nets.say(HELLO, dataclasses.replace(ANNA, pauses=2.0))
    assert len(spoken.frames) - spoken.ends[-1] == round(2.0 * PAUSES["."] * 200)
    silent = nets.say(HELLO, dataclasses.replace(ANNA, pauses=0.0))
    assert len(silent.frames) == silent.ends[-1]


@pytest.mark.parametrize(("stop", "seconds"), [(".", 3.0), ("", 0.25), (",", 0.0), ("", 0.0)])
def test_a_pause_that_the_text_asks_for_is_as_long_whatever_the_manner(
    nets: SpeechNets, stop: str, seconds: float
) -> None:
    asked = phrase("həlO", stop=stop, pause_s=seconds)
    spoken = nets.say(asked, dataclasses.replace(ANNA, pauses=3.0, speed=2.0))
    assert len(spoken.frames) - spoken.ends[-1] == round(seconds * 200)


def test_a_phrase_that_was_only_cut_has_no_pause(nets: SpeechNets) -> None:
    spoken = nets.say(phrase("həlO", stop=""), ANNA)
    assert len(spoken.frames) == spoken.ends[-1]


def test_a_breath_is_a_fifth_of_a_second_and_follows_the_manner(nets: SpeechNets) -> None:
    breathed = dataclasses.replace(phrase("həlO", stop=""), breath=True)
    for manner, frames in ((ANNA, 40), (dataclasses.replace(ANNA, pauses=2.0, speed=0.5), 160)):
        spoken = nets.say(breathed, manner)
        assert len(spoken.frames) - spoken.ends[-1] == frames


def test_twice_as_fast_takes_half_the_time(nets: SpeechNets) -> None:
    slow = nets.say(HELLO, dataclasses.replace(ANNA, speed=0.5)).ends[-1]
    fast = nets.say(HELLO, dataclasses.replace(ANNA, speed=1.0)).ends[-1]
    assert slow / fast == pytest.approx(2.0, abs=0.05)


def test_a_word_has_a_speed_of_its_own(nets: SpeechNets) -> None:
    slow = Phrase((HELLO.words[0], dataclasses.replace(HELLO.words[1], speed=0.5)), 0, ".")
    lengths, slower = (np.diff(nets.say(phrase, ANNA).ends[[3, 7]], prepend=0) for phrase in (HELLO, slow))
    assert slower[0] == lengths[0]
    assert slower[1] / lengths[1] == pytest.approx(2.0, abs=0.1)


def test_three_semitones_are_half_a_half_octave(nets: SpeechNets) -> None:
    low, high = (nets.say(HELLO, dataclasses.replace(ANNA, semitones=steps)) for steps in (0.0, 3.0))
    np.testing.assert_allclose(high.frames[:, LOG_F0] - low.frames[:, LOG_F0], 0.5, atol=1e-5)
    np.testing.assert_array_equal(high.ends, low.ends)
    assert np.abs(high.frames[:, :20] - low.frames[:, :20]).max() > 1e-3  # the envelope follows the melody


def test_a_word_is_raised_and_the_others_stay(nets: SpeechNets) -> None:
    raised = Phrase((HELLO.words[0], dataclasses.replace(HELLO.words[1], semitones=6.0)), 0, ".")
    plain, moved = nets.say(HELLO, ANNA), nets.say(raised, ANNA)
    border, end = plain.ends[[3, 7]]
    difference = moved.frames[:, LOG_F0] - plain.frames[:, LOG_F0]
    np.testing.assert_allclose(difference[: border - 7], 0.0, atol=1e-6)
    np.testing.assert_allclose(difference[border + 7 : end - 7], 1.0, atol=1e-5)


def test_without_range_the_melody_is_the_voices_mean(nets: SpeechNets) -> None:
    flat = nets.say(HELLO, dataclasses.replace(ANNA, pitch_range=0.0))
    np.testing.assert_allclose(flat.frames[:, LOG_F0], 1.0, atol=1e-6)
    narrow, wide = (nets.say(HELLO, dataclasses.replace(ANNA, pitch_range=r)) for r in (0.5, 1.0))
    np.testing.assert_allclose(
        wide.frames[:, LOG_F0] - 1.0, 2.0 * (narrow.frames[:, LOG_F0] - 1.0), atol=1e-5
    )


def test_a_blend_lies_between_its_voices_and_shares_are_of_any_unit(nets: SpeechNets) -> None:
    flat = dataclasses.replace(ANNA, pitch_range=0.0)
    blend = nets.say(HELLO, dataclasses.replace(flat, speakers=(("anna", 75.0), ("bert", 25.0))))
    np.testing.assert_allclose(blend.frames[:, LOG_F0], 0.5, atol=1e-6)  # of 1 and -1
    same = nets.say(HELLO, dataclasses.replace(flat, speakers=(("anna", 3.0), ("bert", 1.0))))
    np.testing.assert_array_equal(blend.frames, same.frames)
    alone = nets.say(HELLO, ANNA)
    both = nets.say(HELLO, Manner((("anna", 1.0), ("anna", 2.0))))
    np.testing.assert_allclose(both.frames, alone.frames, atol=1e-4)


def test_the_same_is_said_the_same_way(nets: SpeechNets) -> None:
    first, second = nets.say(HELLO, ANNA), nets.say(HELLO, ANNA)
    np.testing.assert_array_equal(first.frames, second.frames)
    np.testing.assert_array_equal(first.ends, second.ends)


def test_only_the_nearest_words_of_the_same_sentence_are_context(nets: SpeechNets) -> None:
    near = phrase("ɹɛd", "bəlun", stop=",")
    far = phrase("bɪɡ", "ɹɛd", "bəlun", stop=",")
    elsewhere = phrase("ɹɛd", "bəlun", stop=",", sentence=1)
    alone = nets.say(HELLO, ANNA)
    assert np.abs(nets.say(HELLO, ANNA, before=near).frames[:20] - alone.frames[:20]).max() > 1e-3
    np.testing.assert_array_equal(nets.say(HELLO, ANNA, elsewhere, elsewhere).frames, alone.frames)
    shown, hidden = (
        nets.say(HELLO, ANNA, after=phrase("ɹɛd", "bəlun", last, stop="!")).ends for last in ("aʊt", "ɪn")
    )
    np.testing.assert_array_equal(shown, hidden)
    assert np.isfinite(nets.say(HELLO, ANNA, before=far).frames).all()


def test_a_dragged_melody_is_kept_and_only_the_envelope_follows(nets: SpeechNets) -> None:
    spoken = nets.say(HELLO, ANNA)
    log_f0 = spoken.frames[:, LOG_F0].copy()
    log_f0[5:15] += 0.7
    edited = nets.melody_edited(spoken, log_f0, ANNA)
    np.testing.assert_array_equal(edited.frames[:, LOG_F0], log_f0)
    np.testing.assert_array_equal(edited.frames[:, 21:], spoken.frames[:, 21:])
    np.testing.assert_array_equal(edited.ends, spoken.ends)
    assert np.abs(edited.frames[5:15, :20] - spoken.frames[5:15, :20]).max() > 1e-3


@pytest.mark.parametrize("pause_s", [None, 0.0, 0.1, 2.0])
def test_an_edit_that_changes_nothing_changes_nothing(nets: SpeechNets, pause_s: float | None) -> None:
    asked, around = phrase("həlO", "wɜld", pause_s=pause_s), (phrase("ɹɛd", stop=","), phrase("aʊt"))
    spoken = nets.say(asked, ANNA, *around)
    same = nets.melody_edited(spoken, spoken.frames[:, LOG_F0], ANNA, *around)
    np.testing.assert_allclose(same.frames, spoken.frames, atol=1e-3)
    again = nets.durations_edited(spoken, spoken.ends, ANNA, *around)
    np.testing.assert_allclose(again.frames, spoken.frames, atol=1e-3)
    np.testing.assert_array_equal(again.ends, spoken.ends)


def test_dragged_ends_are_kept_and_the_pause_stays_as_long(nets: SpeechNets) -> None:
    spoken = nets.say(HELLO, ANNA)
    ends = spoken.ends.copy()
    ends[3:] += 10
    edited = nets.durations_edited(spoken, ends, ANNA)
    np.testing.assert_array_equal(edited.ends, ends)
    assert len(edited.frames) == len(spoken.frames) + 10
    np.testing.assert_allclose(edited.frames[: ends[2], LOG_F0], spoken.frames[: ends[2], LOG_F0], atol=1e-5)
    pause = len(spoken.frames) - spoken.ends[-1] - 1
    np.testing.assert_allclose(edited.frames[-pause:, LOG_F0], spoken.frames[-pause:, LOG_F0], atol=1e-5)


def test_edits_that_do_not_fit_are_refused(nets: SpeechNets) -> None:
    spoken = nets.say(HELLO, ANNA)
    with pytest.raises(ValueError, match="finite"):
        nets.melody_edited(spoken, spoken.frames[1:, LOG_F0], ANNA)
    with pytest.raises(ValueError, match="finite"):
        nets.melody_edited(spoken, np.full(len(spoken.frames), np.nan, np.float32), ANNA)
    with pytest.raises(ValueError, match="rise"):
        nets.durations_edited(spoken, spoken.ends[::-1], ANNA)


@pytest.mark.parametrize(
    ("speakers", "said"),
    [((("zoe", 1.0),), "there are anna, bert"), ((), "share above 0"), ((("anna", 0.0),), "share above 0")],
)
def test_a_voice_that_is_none_is_named(
    nets: SpeechNets, speakers: tuple[tuple[str, float], ...], said: str
) -> None:
    with pytest.raises(StudioError, match=said):
        nets.say(HELLO, Manner(speakers))


def test_what_no_voice_can_say_is_refused(nets: SpeechNets) -> None:
    with pytest.raises(StudioError, match="no voice can say 'X'"):
        nets.say(phrase("X"), ANNA)
    with pytest.raises(StudioError, match="without phones"):
        nets.say(Phrase((), 0, "."), ANNA)


def test_a_long_phrase_and_a_single_phone_are_said(nets: SpeechNets) -> None:
    for words in (["ə"], ["lɔŋ"] * 30):
        assert np.isfinite(nets.say(phrase(*words), ANNA).frames).all()


def test_nets_may_be_read_from_a_path(tmp_path: Path) -> None:
    assert random_nets(tmp_path).speakers == ("anna", "bert")
    assert word("həlO").phones[0].stress == 1
