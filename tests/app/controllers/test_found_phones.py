"""Phones heard in takes without a window: when they are listened for, and what is shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.found_phones import FoundPhones, listen, sound_of
from app.plots.axis import TimeAxis
from app.plots.pyramid import Pyramid
from app.plots.wave import PrimePicture, WavePlot
from engine.library.packed_codes import pack_codes
from engine.library.takes import Take
from tests.app.controllers.fakes import HeldBackground
from tests.recogniser import SECONDS_OF_TONE, tone_recogniser
from tests.takes import make_take


class Case:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.actions, self.background = Actions(), HeldBackground()
        self.file = tone_recogniser(folder / "phones.safetensors")
        self.wave = WavePlot(TimeAxis())
        qtbot.addWidget(self.wave)
        self.reported: list[str] = []
        self.controller = self.make(self.file)

    def make(self, file: Path) -> FoundPhones:
        controller = FoundPhones(self.wave, self.actions, self.background, lambda: file)  # type: ignore[arg-type]
        controller.reported.connect(lambda text, _: self.reported.append(text))
        return controller

    def ask(self, on: bool = True) -> None:
        self.actions["found_phones"].setChecked(on)


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> Case:
    return Case(qtbot, tmp_path)


def toned(number: int = 1, prime: str = "") -> Take:
    """Half a second of silence, and as long a tone."""
    codes = np.concatenate([np.full(8000, 128, np.uint8), tone_codes(8000)])
    return dataclasses.replace(make_take(number), codes=codes, sample_rate=16_000, prime=prime)


def tone_codes(count: int) -> np.ndarray:  # type: ignore[type-arg]
    from engine.wavenet.mulaw import encode

    return encode(0.3 * np.sin(np.arange(count) * 0.4))


def test_nothing_is_listened_for_until_it_is_asked_for(case: Case) -> None:
    case.controller.show_take(toned())
    assert not case.background.waiting
    case.ask()
    assert len(case.background.waiting) == 1


def test_what_is_heard_is_drawn_once_and_kept(case: Case) -> None:
    case.ask()
    take = toned()
    case.controller.show_take(take)
    case.background.finish()
    names = [phone.name for phone in case.wave.phones]
    assert names == ["sil", "aa"]
    case.controller.show_take(None)
    assert case.wave.phones == ()
    case.controller.show_take(take)
    assert [phone.name for phone in case.wave.phones] == names
    assert not case.background.waiting
    case.ask(on=False)
    assert case.wave.phones == ()


def test_a_take_that_is_left_meanwhile_is_not_drawn(case: Case) -> None:
    case.ask()
    case.controller.show_take(toned())
    case.controller.show_take(None)
    case.background.finish()
    assert case.wave.phones == ()
    assert not case.reported


def test_what_a_take_continues_is_heard_before_its_beginning(case: Case) -> None:
    take = toned(prime=pack_codes(tone_codes(4000)))
    phones = listen(lambda: sound_of(take), case.file, lambda share: None)
    assert [phone.name for phone in phones] == ["aa", "sil", "aa"]
    assert phones[0].start_s == -0.25
    assert phones[0].end_s == pytest.approx(0.0, abs=SECONDS_OF_TONE)
    assert phones[-1].end_s == 1.0


def test_what_is_continued_is_heard_while_the_rest_is_being_made(case: Case) -> None:
    sound = (0.3 * np.sin(np.arange(8_000) * 0.4)).astype(np.float32)
    picture = PrimePicture(Pyramid.of(sound), 0.5, np.zeros(0, np.float32), sound=sound)
    case.ask()
    case.controller.show_take(None)
    assert not case.background.waiting
    case.wave.show_prime(picture)
    case.background.finish()
    assert [(phone.name, phone.start_s, phone.end_s) for phone in case.wave.phones] == [("aa", -0.5, 0.0)]
    case.wave.show_prime(dataclasses.replace(picture, bits=np.ones(4, np.float32)))  # known by now
    assert not case.background.waiting
    assert case.wave.phones
    case.wave.show_prime(None)
    assert case.wave.phones == ()


def test_without_a_recogniser_the_action_says_why(case: Case, tmp_path: Path) -> None:
    case.make(tmp_path / "none.safetensors")
    assert not case.actions["found_phones"].isEnabled()
    assert "not installed" in case.actions["found_phones"].toolTip()


def test_a_recogniser_that_is_damaged_is_told(case: Case) -> None:
    case.file.write_bytes(b"no")
    case.ask()
    case.controller.show_take(toned())
    case.background.finish()
    assert len(case.reported) == 1
    assert "phones.safetensors" in case.reported[0]
