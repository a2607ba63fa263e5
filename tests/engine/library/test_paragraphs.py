from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.library.export import ExportOptions
from engine.library.paragraphs import export_paragraph, paragraphs, split
from engine.library.spoken_texts import SaidWord, SpokenText

TEXT = "Ab cd.\n\nEf.\n \n ***\n\nNot said."
SPEECH = SpokenText(
    text=TEXT,
    speakers=(("ann", 1.0),),
    words=(
        SaidWord(0, 2, 0, ("a",), (40,)),
        SaidWord(3, 5, 40, ("c", "d"), (60, 80)),
        SaidWord(8, 10, 120, ("e",), (160,)),
    ),
)


def test_a_text_is_split_at_empty_lines_and_lines_of_signs_are_left_out() -> None:
    assert [TEXT[start:end] for start, end in split(TEXT)] == ["Ab cd.", "Ef.", "Not said."]
    assert list(split("One\ntwo")) == [(0, 7)]
    assert list(split("\n\n")) == []


def test_a_paragraph_begins_in_the_middle_of_the_pause_before_it() -> None:
    first, second = paragraphs(SPEECH, 1.0)
    assert (first.text, first.start_s, first.end_s) == ("Ab cd.", 0.0, 0.5)  # of 80 and 120 frames
    assert (second.text, second.start_s, second.end_s) == ("Ef.", 0.5, 1.0)
    assert [(word.start, word.end, word.start_s, word.ends_s) for word in first.words] == [
        (0, 2, 0.0, (0.2,)),
        (3, 5, 0.2, (0.3, 0.4)),
    ]
    (word,) = second.words
    assert (word.start, word.end) == (0, 2)
    assert (word.start_s, *word.ends_s) == pytest.approx((0.1, 0.3))


def test_what_had_not_sounded_when_the_take_ended_is_no_paragraph() -> None:
    assert [one.text for one in paragraphs(SPEECH, 0.5)] == ["Ab cd."]


def test_a_paragraph_is_written_with_its_words_beside_it(tmp_path: Path) -> None:
    _, second = paragraphs(SPEECH, 1.0)
    samples = np.linspace(-0.5, 0.5, 16_000, dtype=np.float32)
    written = export_paragraph(tmp_path / "two.wav", second, samples, 16_000, ExportOptions())
    assert written.seconds == 0.5
    sound, rate = soundfile.read(tmp_path / "two.wav")
    assert rate == 16_000
    np.testing.assert_allclose(sound, samples[8_000:], atol=1 / 32_768)
    assert json.loads((tmp_path / "two.json").read_text("utf-8"))["words"][0]["text"] == "Ef"
    assert (tmp_path / "two.srt").read_text("utf-8") == "1\n00:00:00,100 --> 00:00:00,300\nEf.\n"
