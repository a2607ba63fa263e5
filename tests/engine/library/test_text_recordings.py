"""A whole text becomes what a take keeps of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.recordings import in_steps, pack_long
from engine.library.spoken_texts import SpokenText
from engine.library.text_recordings import beginning, say_text
from engine.speech.spoken import Manner
from tests.speech import PAUSE_FRAMES, PHONE_FRAMES, PlainNets, read_plainly

MANNER = Manner((("ann", 1.0),))


def test_a_text_is_said_phrase_after_phrase_and_its_words_know_their_frames() -> None:
    content = "ab c, d. e"
    nets, counted = PlainNets(), []
    recording, text = say_text(
        SpokenText.of(content, MANNER), read_plainly(content).phrases, nets, 16_000, counted.append
    )
    ends = [phone * PHONE_FRAMES for phone in (1, 2, 3)]
    second = ends[-1] + PAUSE_FRAMES
    third = second + PHONE_FRAMES + PAUSE_FRAMES
    assert [(content[word.start : word.end], word.first, word.ends) for word in text.words] == [
        ("ab", 0, (ends[0], ends[1])),
        ("c", ends[1], (ends[2],)),
        ("d", second, (second + PHONE_FRAMES,)),
        ("e", third, (third + PHONE_FRAMES,)),
    ]
    assert recording.array().shape[0] == third + PHONE_FRAMES
    assert recording.as_recorded
    np.testing.assert_allclose(recording.array()[:, 0].max(), 0.25, atol=1 / 256)
    assert counted == [1, 1, 1]


def test_a_phrase_knows_its_neighbours_in_its_sentence() -> None:
    phrases = read_plainly("a, b. c").phrases
    nets = PlainNets()
    say_text(SpokenText.of("a, b. c", MANNER), phrases, nets, 16_000)
    assert nets.beside == [(None, phrases[1]), (phrases[0], None), (None, None)]


def test_nothing_to_say_is_told() -> None:
    with pytest.raises(StudioError, match="nothing to say"):
        say_text(SpokenText.of("…", MANNER), (), PlainNets(), 16_000)


@pytest.mark.parametrize(
    ("seconds", "frames", "words"),
    [
        (1.0, 84, 4),  # all of it: 3 · 8 + 20, 8 + 20, 8 + 4 frames
        (0.4, 62, 3),  # 80 frames: between "d", which ends at 52, and "e" at 72
        (0.25, 34, 2),  # 50: between "c" at 24 and "d" at 44
        (0.1, 20, 1),  # no pause in 20 frames
    ],
)
def test_a_text_is_cut_in_the_middle_of_a_pause(seconds: float, frames: int, words: int) -> None:
    content = "ab c, d. e"
    whole = say_text(SpokenText.of(content, MANNER), read_plainly(content).phrases, PlainNets(), 16_000)
    lengthened = dataclasses.replace(
        whole[0], frames=pack_long(in_steps(np.pad(whole[0].array(), ((0, 4), (0, 0)))))
    )
    recording, text = beginning(lengthened, whole[1], seconds)
    assert len(recording.array()) == frames
    np.testing.assert_array_equal(recording.array(), lengthened.array()[:frames])
    assert len(text.words) == words
