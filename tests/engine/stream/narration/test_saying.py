"""A stream that says a text: phrase by phrase, to its end, bent on the way, and made again from its take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_info, threadpool_limits

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.library.presets import Preset
from engine.library.replay import replay
from engine.library.spoken_texts import SpokenText
from engine.library.takes import Settings, Take
from engine.speech.features import LOG_F0, PAUSE
from engine.speech.script import Phone, Script, Word
from engine.speech.spoken import Manner, Spoken
from engine.stream.controls import Controls
from engine.stream.messages import Request
from engine.stream.narration.edits import Edit
from engine.stream.narration.narration import Narration
from engine.stream.run import Run
from engine.wavenet.config import GenerationParams, LocalConfig
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model
from tests.speech import PHONE_FRAMES, PlainNets, read_plainly

HOP = 80
PLAIN = Manner((("ann", 1.0),))
PRESET = Preset(id="test", name="Test", category="user", model="spoken")


def read_by(text: str, speaker: str) -> Script:
    """``read_plainly``; all of bob's phones are the same, and what he calls "x" are two."""
    script = read_plainly(text)
    if speaker != "bob":
        return script

    def said(word: Word) -> Word:
        return replace(word, phones=tuple(Phone("b") for _ in word.phones))

    phrases = tuple(replace(phrase, words=tuple(map(said, phrase.words))) for phrase in script.phrases)
    if "x" in text:
        phrases = (*phrases, *phrases)
    return Script(text, phrases)


class Stage:
    """A run on the calling thread, with a narrator that works when it is let."""

    def __init__(self, model: ModelFile, text: str, start: int = 0, *, lazy: bool = False) -> None:
        self.nets = PlainNets()
        self.jobs: list[Callable[[], object]] = []
        self.lazy = lazy
        self.narration = Narration(SpokenText.of(text, PLAIN, start), read_by, lambda: self.nets, self.post)
        params = GenerationParams(speaker="ann")
        request = Request(model, PRESET, params, 4, "cpu", narration=self.narration)
        self.kernel, self.model = select_kernel(model, "cpu"), model
        self.controls = Controls(params)
        self.run = Run(request, model, self.kernel, self.controls)

    def post(self, job: Callable[[], object]) -> None:
        self.jobs.append(job)
        first = not self.nets.said
        if len(self.jobs) == 1 and (first or not self.lazy):
            self.work(once=first and self.lazy)

    def work(self, *, once: bool = False) -> None:
        """Let the narrator do all that there is, or one thing."""
        while self.jobs:
            self.jobs[0]()
            self.jobs.pop(0)
            if once:
                break

    def read(self, frames: int) -> NDArray[np.float32]:
        return self.run.read(frames * HOP)

    def take(self) -> Take:
        take = self.run.take()
        assert take is not None
        return take

    def said_frames(self) -> NDArray[np.float32]:
        recording = self.take().recording
        assert recording is not None
        return recording.array()

    def is_made_again(self) -> bool:
        settings = Settings.from_json(self.take().settings())
        again = replay(settings, self.kernel, local=settings.said(self.model))
        return bool(np.array_equal(again, self.take().codes))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    local = LocalConfig(channels=24, hop=HOP, features="speech", encoder=(8, 8))
    path = tmp_path_factory.mktemp("model") / "spoken.safetensors"
    return save_tiny_model(path, "spoken", local=local, tags=(), speakers=("ann", "bob"))


def test_a_text_is_said_to_its_end_and_its_take_can_be_made_again(model: ModelFile) -> None:
    stage = Stage(model, "Ab cd. Ef gh.")
    parts = [stage.read(100), stage.read(100)]
    assert [len(part) for part in parts] == [100 * HOP, 4 * HOP]  # 2 · (4 · 8 + 20) = 104 frames
    assert stage.run.complete
    assert stage.is_made_again()
    speech = stage.take().speech
    assert speech is not None
    assert [(word.start, word.end, word.first, word.phones, word.ends) for word in speech.words] == [
        (0, 2, 0, ("a", "b"), (8, 16)),
        (3, 5, 16, ("c", "d"), (24, 32)),
        (7, 9, 52, ("e", "f"), (60, 68)),
        (10, 12, 68, ("g", "h"), (76, 84)),
    ]


def test_what_is_said_is_made_on_one_thread_the_stream_keeps_the_others(
    model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    say = PlainNets.say

    def counted(nets: PlainNets, *asked: Any) -> Spoken:
        threads.extend(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
        return say(nets, *asked)

    monkeypatch.setattr(PlainNets, "say", counted)
    with threadpool_limits(2, user_api="blas"):
        Stage(model, "Ab cd.").read(100)
        assert all(each["num_threads"] == 2 for each in threadpool_info() if each["user_api"] == "blas")
    assert set(threads) == {1}


def test_it_begins_with_the_sentence_of_a_character_and_only_reads_a_few_seconds_ahead(
    model: ModelFile,
) -> None:
    stage = Stage(model, "First one here. " * 400, start=20)
    assert stage.nets.said[0][0].words[0].start == 16
    assert len(stage.nets.said) == 2  # 12 · 8 + 20 = 116 frames each: a second is 200, until it sounds
    stage.read(250)
    assert len(stage.nets.said) == 11  # five seconds more


def test_each_phrase_is_made_between_its_neighbours_in_the_sentence(model: ModelFile) -> None:
    stage = Stage(model, "Ab, cd, ef. Gh.")
    starts = [
        tuple(phrase.words[0].start if phrase else None for phrase in beside) for beside in stage.nets.beside
    ]
    assert starts == [(None, 4), (0, 8), (4, None), (None, None)]


def test_what_comes_late_lets_a_pause_last(model: ModelFile) -> None:
    stage = Stage(model, "Ab. Cd.", lazy=True)
    stage.read(50)  # the first phrase has 36
    stage.work()
    stage.read(1000)
    frames = stage.said_frames()
    assert frames[36:50, PAUSE].all()
    (first, second) = stage.take().speech.words  # type: ignore[union-attr]
    assert (first.first, first.after) == (0, 16)
    assert 50 < second.first < 80
    assert len(frames) == second.first + 36
    assert stage.is_made_again()


def test_another_manner_holds_from_where_nothing_was_generated_and_the_past_stays(model: ModelFile) -> None:
    stage = Stage(model, "Abcdefgh ijklmnop. Abcdefgh.")
    first = stage.read(36)
    made = stage.run.material.recording
    assert made is not None
    before = made.array()[:36].copy()
    stage.narration.change(replace(PLAIN, speed=2.0, semitones=6.0, speakers=(("bob", 1.0),)))
    rest = stage.read(1000)
    frames = stage.said_frames()
    np.testing.assert_array_equal(frames[:36], before)
    # 40 frames were looked at: five phones. The 11 others of the phrase take 4 each.
    assert len(first) + len(rest) == (40 + 11 * 4 + 20 + 8 * 4 + 20) * HOP
    np.testing.assert_allclose(frames[50:, 0], 0.75, atol=0.002)
    assert frames[50, LOG_F0] == pytest.approx(1.0 + 0.7, abs=0.1)
    assert stage.is_made_again()
    speech = stage.take().speech
    assert speech is not None
    assert [(word.first, word.after) for word in speech.words] == [(0, 52), (52, 84), (104, 136)]


def test_what_changes_again_and_again_still_replays(model: ModelFile) -> None:
    stage = Stage(model, "One two three. Four five six. Seven eight nine ten eleven.")
    for number in range(24):
        stage.read(9)
        speed = 0.6 + 0.2 * (number % 7)
        stage.narration.change(Manner((("ann", 1.0), ("bob", number % 3 + 1.0)), speed, number % 5 - 2.0))
    stage.read(2000)
    assert stage.run.complete
    assert stage.is_made_again()
    firsts = [word.first for word in stage.take().speech.words]  # type: ignore[union-attr]
    assert firsts == sorted(firsts)
    assert len(firsts) == 11


def test_a_melody_bent_by_hand_is_said_and_stays_when_the_manner_changes(model: ModelFile) -> None:
    stage = Stage(model, "Abcd efgh. Ijkl.")
    stage.read(4)
    stage.narration.bend(0, stage.narration.edit(0).higher(5, 12.0).longer(6, 2.0))
    stage.narration.change(replace(PLAIN, semitones=-6.0))
    stage.read(1000)
    frames = stage.said_frames()
    middle = 5 * PHONE_FRAMES + PHONE_FRAMES // 2
    assert frames[middle, LOG_F0] == pytest.approx(0.5 - 1.0 + 2.0, abs=0.15)
    assert frames[2 * PHONE_FRAMES, LOG_F0] == pytest.approx(0.2 - 1.0, abs=0.01)
    assert len(frames) == 9 * 8 + 20 + 4 * 8 + 20
    assert stage.is_made_again()


def test_a_phrase_that_was_said_is_not_bent_any_more(model: ModelFile) -> None:
    stage = Stage(model, "Abcd efgh. Ijkl mnop.")
    stage.read(95)
    before = stage.said_frames()[:95].copy()
    stage.narration.bend(0, Edit().higher(1, 12.0))
    stage.read(1000)
    np.testing.assert_array_equal(stage.said_frames()[:95], before)


def test_a_temperature_moved_while_a_text_is_said_replays(model: ModelFile) -> None:
    stage = Stage(model, "Ab cd. Ef gh.")
    stage.read(10)
    stage.controls.move(replace(stage.controls.params, temperature=0.5, speaker="ann:50,bob:50"))
    stage.narration.change(replace(PLAIN, speakers=(("ann", 50.0), ("bob", 50.0))))
    stage.read(1000)
    assert {event.parameter for event in stage.take().events} == {"temperature", "speaker"}
    assert stage.is_made_again()


def test_a_text_with_nothing_to_say_is_refused_and_so_is_one_that_cannot_be_made(model: ModelFile) -> None:
    with pytest.raises(StudioError, match="nobody can say it"):
        Stage(model, "# ?")
    with pytest.raises(StudioError, match="there is nothing in the text"):
        Stage(model, " ... ")


def test_where_the_nets_fail_on_the_way_the_stream_ends_with_what_there_is(model: ModelFile) -> None:
    stage = Stage(model, "First one here. " * 20)
    stage.nets.fails = StudioError("the nets are gone")
    stage.read(10_000)
    assert stage.run.complete
    assert stage.narration.failure == "the nets are gone"
    assert stage.take().seconds == pytest.approx(2 * 116 / 200)


def test_another_voices_phones_are_said_from_the_next_sentence_on(model: ModelFile) -> None:
    stage = Stage(model, "Ab cd. Ef gh, ij. Kl.")
    stage.read(10)
    stage.narration.change(replace(PLAIN, speakers=(("bob", 1.0),)))
    stage.read(1000)
    speech = stage.take().speech
    assert speech is not None
    assert [word.phones for word in speech.words] == [("a", "b"), ("c", "d"), *[("b", "b")] * 4]
    assert stage.is_made_again()


def test_a_sentence_that_another_voice_says_in_more_phrases_stays_as_it_was_read(model: ModelFile) -> None:
    stage = Stage(model, "Ab cd. Ef xx. Kl.")
    stage.read(10)
    stage.narration.change(replace(PLAIN, speakers=(("bob", 1.0),)))
    stage.read(1000)
    speech = stage.take().speech
    assert speech is not None
    assert [word.phones for word in speech.words][2:] == [("e", "f"), ("x", "x"), ("b", "b")]
    assert stage.is_made_again()
