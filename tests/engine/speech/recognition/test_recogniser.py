from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.speech.recognition.file import read_recogniser, write_recogniser
from engine.speech.recognition.recogniser import Recogniser
from tests.recogniser import tone_header, tone_recogniser, tone_weights

RATE = 16_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tone_recogniser(tmp_path / "phones.safetensors")


def test_phones_have_times_that_reach_from_the_first_sample_to_the_last(path: Path) -> None:
    sound = np.zeros(16_050, np.float32)  # not whole frames
    sound[4_800:9_600] = 0.3 * np.sin(np.arange(4_800) * 0.4)
    found = Recogniser.read(path).recognise(sound)
    assert [phone.name for phone in found] == ["sil", "aa", "sil"]
    times = [(phone.start_s, phone.end_s) for phone in found]
    wanted = [(0.0, 0.3), (0.3, 0.6), (0.6, 16_050 / RATE)]
    assert np.allclose(times, wanted, atol=0.015)
    assert times[-1][1] == 16_050 / RATE


def test_nothing_and_silence_are_no_fault(path: Path) -> None:
    recogniser = Recogniser.read(path)
    assert recogniser.recognise(np.zeros(0, np.float32)) == []
    assert [phone.name for phone in recogniser.recognise(np.zeros(10, np.float32))] == ["sil"]
    assert [phone.name for phone in recogniser.recognise(np.zeros(5_000, np.float32))] == ["sil"]


def test_who_waits_hears_how_much_is_done_and_can_stop(path: Path) -> None:
    recogniser, shares = Recogniser.read(path), list[float]()
    recogniser.recognise(np.zeros(RATE * 2, np.float32), shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert shares[-1] == 1.0

    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        recogniser.recognise(np.zeros(RATE, np.float32), stop)


def test_a_file_keeps_its_weights_and_a_changed_one_is_refused(path: Path) -> None:
    kept = read_recogniser(path)
    assert kept.header.shape == tone_header().shape
    assert all(np.allclose(kept.weights[name], value) for name, value in tone_weights().items())
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(StudioError, match="does not match its hash"):
        read_recogniser(path)


def test_foreign_and_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"none.safetensors: no such file of weights of a phone recogniser"):
        read_recogniser(tmp_path / "none.safetensors")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing")
    with pytest.raises(StudioError, match="not a readable"):
        read_recogniser(broken)
    other = Path(__file__).parents[4] / "assets" / "speech" / "nets.safetensors"
    with pytest.raises(StudioError, match="holds no weights of a phone recogniser"):
        read_recogniser(other)


def test_weights_that_do_not_fit_are_named(tmp_path: Path) -> None:
    weights = tone_weights()
    del weights["bank"]
    with pytest.raises(StudioError, match="weight bank is missing"):
        write_recogniser(tmp_path / "a.safetensors", tone_header(), weights)
    weights = tone_weights() | {"bias": np.full((1, 2), np.nan)}
    with pytest.raises(StudioError, match="weight bias holds NaN or infinity"):
        write_recogniser(tmp_path / "a.safetensors", tone_header(), weights)
