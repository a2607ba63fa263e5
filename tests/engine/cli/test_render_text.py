from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.generation.backends import select_kernel
from engine.library.audio_files import read_audio, read_settings
from engine.library.paths import lexicon_file, model_folders, preset_folders, speech_nets_files
from engine.library.replay import replay
from engine.library.takes import Settings
from engine.speech.features import CHANNELS
from engine.speech.nets_file import write_nets
from engine.wavenet.config import LocalConfig
from engine.wavenet.emphasis import samples_of
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio
from tests.models import save_tiny_model
from tests.speech_nets import header, random_weights

pytestmark = pytest.mark.usefixtures("tiny")
SPEECH = LocalConfig(channels=CHANNELS, hop=80, features="speech", encoder=(8, 6))
TEXT = "A cat"
REFERENCE = ("--engine", "reference")
QUICK = ("--speed", 2, "--pauses", 0, "--seed", 5, *REFERENCE)
"""A phone is some 18 ms then."""
SHORT = ("--seconds", 0.01, "--seed", 5, *REFERENCE)


@pytest.fixture
def voices() -> ModelFile:
    """A model of the two voices that the nets of the tests know; nets in the user's folder."""
    nets = speech_nets_files()[0]
    nets.parent.mkdir(parents=True)
    write_nets(nets, header(), random_weights())
    path = model_folders()[1] / "two-voices.safetensors"
    return save_tiny_model(
        path, "two-voices", local=SPEECH, pre_emphasis=0.85, tags=(), speakers=("anna", "bert")
    )


def settings_of(path: Path) -> Settings:
    """Those that are written inside a file."""
    fields = read_settings(path)
    assert fields is not None
    return Settings.from_json(fields)


def test_a_text_is_said_and_its_file_makes_the_same_samples_again(
    studio: Studio, out: Path, voices: ModelFile
) -> None:
    options = ("--text", TEXT, "--speaker", "bert", *QUICK)
    assert studio("render", "two-voices", *options, "-o", out / "a.wav").code == 0
    settings = settings_of(out / "a.wav")
    codes = replay(settings, select_kernel(voices, "reference"), local=settings.said(voices))
    samples = samples_of(voices.config, codes)
    assert abs(read_audio(out / "a.wav", 16_000) - samples).max() < 1e-4
    assert settings.speech is not None
    assert settings.speech.text == TEXT
    assert settings.speech.speakers == (("bert", 1.0),)
    assert settings.speech.speed == 2.0
    assert settings.recording is not None
    assert settings.samples == len(settings.recording.array()) * 80


@pytest.fixture
def reading(voices: ModelFile) -> str:
    """A preset that says a text, faster than the voice would."""
    (preset_folders()[1] / "reading.toml").write_text(
        f'name = "Reading"\ncategory = "speaker"\nmodel = "{voices.header.name}"\nspeaker = "bert"\n'
        f'text = "{TEXT}"\nspeed = 2.0\npauses = 0.0\n'
    )
    return "reading"


def test_a_preset_says_its_text_in_its_manner_but_for_what_is_asked(
    studio: Studio, out: Path, reading: str
) -> None:
    assert studio("render", reading, "--pitch=+2st", *SHORT, "-o", out / "a.wav").code == 0
    speech = settings_of(out / "a.wav").speech
    assert speech is not None
    assert (speech.text, speech.speakers) == (TEXT, (("bert", 1.0),))
    assert (speech.speed, speech.semitones, speech.pauses) == (2.0, 2.0, 0.0)


def test_a_presets_text_gives_way_to_words_that_are_given(studio: Studio, out: Path, reading: str) -> None:
    assert studio("render", reading, "--text", "No", *SHORT, "-o", out / "a.wav").code == 0
    speech = settings_of(out / "a.wav").speech
    assert speech is not None
    assert (speech.text, speech.speed) == ("No", 2.0)


def test_labels_and_subtitles_tell_when_what_is_said(studio: Studio, out: Path, voices: ModelFile) -> None:
    times = ("--labels", out / "a.json", "--subtitles", out / "a.srt")
    assert studio("render", "two-voices", "--text", TEXT, *QUICK, *times, "-o", out / "a.wav").code == 0
    seconds = len(read_audio(out / "a.wav", 16_000)) / 16_000
    words = json.loads((out / "a.json").read_text("utf-8"))["words"]
    assert [word["text"] for word in words] == ["A", "cat"]
    assert [[phone["phone"] for phone in word["phones"]] for word in words] == [["ɐ"], ["k", "ˈæ", "t"]]
    assert words[0]["start_s"] == 0.0
    assert words[0]["end_s"] == words[1]["start_s"] > 0.0
    assert words[1]["end_s"] == pytest.approx(seconds, abs=1e-3)
    end = round(1000 * seconds)
    assert (out / "a.srt").read_text("utf-8") == f"1\n00:00:00,000 --> 00:00:00,{end:03}\nA cat\n"


def test_a_text_comes_from_a_file_or_from_standard_input(
    studio: Studio, out: Path, tmp_path: Path, voices: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    common = ("render", "two-voices", *SHORT)
    for name, option in (("a", ("--text", TEXT)), ("b", ("--text-file", tmp_path / "text.txt"))):
        assert studio(*common, *option, "-o", out / f"{name}.wav").code == 0
    assert studio(*common, "--text-file", "-", "-o", out / "c.wav").code == 0
    first = (out / "a.wav").read_bytes()
    assert first == (out / "b.wav").read_bytes() == (out / "c.wav").read_bytes()


def test_voices_are_blended_and_the_first_speaks_where_none_is_named(
    studio: Studio, out: Path, voices: ModelFile
) -> None:
    common = ("render", "two-voices", "--text", "Hi.", *SHORT)
    blend = ("--speaker", "anna:70,bert:30", "--range", 1.2, "--pauses", 0, "--pitch", "+2st")
    assert studio(*common, *blend, "-o", out / "a.wav").code == 0
    speech = settings_of(out / "a.wav").speech
    assert speech is not None
    assert speech.speakers == (("anna", 70.0), ("bert", 30.0))
    assert (speech.pitch_range, speech.pauses, speech.semitones) == (1.2, 0.0, 2.0)
    assert studio(*common, "-o", out / "b.wav").code == 0
    assert settings_of(out / "b.wav").preset.speaker == "anna"


def test_notes_are_told_and_the_users_words_are_said(studio: Studio, out: Path, voices: ModelFile) -> None:
    common = ("render", "two-voices", *SHORT)
    result = studio(*common, "--text", "Hi ♞", "-o", out / "a.wav")
    assert (result.code, "warning: left out ♞: nobody can say it" in result.err) == (0, True)
    lexicon_file().write_text("hi hˈA\n", "utf-8")
    assert studio(*common, "--text", "Hi ♞", "--labels", out / "b.json", "-o", out / "b.wav").code == 0
    words = json.loads((out / "b.json").read_text("utf-8"))["words"]
    assert [phone["phone"] for phone in words[0]["phones"]] == ["h", "ˈA"]
    lexicon_file().write_text("hi h4\n", "utf-8")
    result = studio(*common, "--text", "Hi", "-o", out / "c.wav")
    assert result.code == 1
    assert "lexicon.txt, line 1" in result.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--range", "1.2"), "--range is for what --text says"),
        (("--labels", "a.json"), "--labels is for what --text says"),
        (("--text", "hi", "--like", "hum.wav"), "--text does not go with --like"),
        (("--text-file", "a.txt", "--score", "a.mid"), "--text-file does not go with --score"),
        (("--text", "hi", "--as-recorded"), "--text does not go with --as-recorded"),
        (("--text", " "), "--text: the text is empty"),
        (("--text", "♞"), "there is nothing to say"),
        (("--text-file", "none.txt"), "--text-file none.txt"),
        (("--text", "hi", "--speed", "3"), "--speed 3"),
        (("--text", "hi", "--pitch", "13st"), "--pitch 13st"),
        (("--text", "hi", "--speaker", "carl"), "'carl'"),
        (("--text", "hi", "--speaker", "anna:x"), "anna:x"),
    ],
)
def test_what_makes_no_sense_is_told(
    studio: Studio, out: Path, voices: ModelFile, options: tuple[str, ...], message: str
) -> None:
    result = studio("render", "two-voices", *options, "-o", out / "a.wav")
    assert result.code == 1
    assert message in result.err.split("\n")[-2]
    assert not (out / "a.wav").exists()


def test_a_model_that_is_told_nothing_says_no_text(studio: Studio, out: Path) -> None:
    result = studio("render", "tiny", "--text", "hi", "-o", out / "a.wav")
    assert result.code == 1
    assert "'tiny'" in result.err


def test_a_text_that_is_given_twice_is_a_bad_argument(studio: Studio, out: Path) -> None:
    assert studio("render", "tiny", "--text", "a", "--text-file", "b", "-o", out / "a.wav").code == 2


def test_a_file_a_paragraph_each_as_if_it_were_said_alone(
    studio: Studio, out: Path, voices: ModelFile, tmp_path: Path
) -> None:
    (tmp_path / "two.txt").write_text("A cat\n \n* * *\n\nA dog\n", "utf-8")
    options = ("--speaker", "bert", *QUICK)
    text = ("--text-file", tmp_path / "two.txt", "--paragraphs")
    assert studio("render", "two-voices", *text, *options, "-o", out / "b.wav").code == 0
    assert studio("render", "two-voices", "--text", "A cat", *options, "-o", out / "a.wav").code == 0
    names = [f"b-00{part}{suffix}" for part in (1, 2) for suffix in (".json", ".srt", ".wav")]
    assert sorted(path.name for path in out.iterdir()) == ["a.wav", *names]
    assert (out / "b-001.wav").read_bytes() == (out / "a.wav").read_bytes()
    assert json.loads((out / "b-002.json").read_text("utf-8"))["text"] == "A dog\n"
    assert "A dog" in (out / "b-002.srt").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--text", "A cat", "--takes", 2), "--paragraphs does not go with --takes"),
        (("--text", "A cat", "--labels", "x.json"), "--paragraphs does not go with --labels"),
        (("--text", " * "), "there is nothing to say in the text"),
        ((), "--paragraphs is for what --text-file says"),
    ],
)
def test_what_does_not_go_with_paragraphs_is_told(
    studio: Studio, out: Path, voices: ModelFile, options: tuple[object, ...], why: str
) -> None:
    result = studio("render", "two-voices", *options, "--paragraphs", "-o", out / "a.wav")
    assert result.code == 1
    assert why in result.err
