"""What an input gives lands in a file; the sound card is the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.errors import StudioError
from engine.stream import recorder
from engine.stream.recorder import Recorder


class FakeCard:
    """As much of sounddevice as a recorder uses."""

    class PortAudioError(Exception):
        pass

    def __init__(self, *, has_input: bool = True) -> None:
        self.has_input = has_input
        self.callback: Callable[..., None] | None = None
        self.closed = False

    def query_devices(self, kind: str) -> dict[str, Any]:
        if not self.has_input:
            raise self.PortAudioError("Error querying device -1")
        return {"default_samplerate": 48_000.0}

    def InputStream(self, callback: Callable[..., None], **options: Any) -> FakeCard:
        assert options == {"samplerate": 48_000, "channels": 1, "dtype": "float32"}
        self.callback = callback
        return self

    def start(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def deliver(self, samples: np.ndarray[Any, Any]) -> None:
        assert self.callback is not None
        self.callback(samples.astype(np.float32)[:, None], len(samples), None, None)


def test_what_is_heard_is_in_the_file_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = FakeCard()
    monkeypatch.setattr(recorder, "sounddevice_module", lambda: card)
    recording = Recorder(tmp_path / "new" / "a.flac")
    ramp = np.linspace(-0.5, 0.5, 9600)
    for start in range(0, 9600, 480):
        card.deliver(ramp[start : start + 480])
    assert recording.seconds == pytest.approx(0.2)
    assert recording.peak() == pytest.approx(0.5)
    assert recording.peak() == 0.0
    path = recording.stop()
    samples, rate = soundfile.read(path)
    assert (rate, card.closed) == (48_000, True)
    np.testing.assert_allclose(samples, ramp, atol=1 / 32768)


def test_without_an_input_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "sounddevice_module", lambda: FakeCard(has_input=False))
    with pytest.raises(StudioError, match="no audio input"):
        Recorder(tmp_path / "a.flac")
