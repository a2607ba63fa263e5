"""Sound from the computer's input, written to a file as it comes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.files.writing import make_folder
from engine.library.audio_files import write_flac
from engine.stream.output.portaudio import PORTAUDIO, sounddevice_module

LONGEST_S = 3600.0
"""What comes later is not recorded."""
NO_INPUT = "there is no audio input: plug in a microphone or an interface"


class Recorder:
    """Records the default input, mono, until ``stop``. PortAudio's thread only hands blocks on."""

    def __init__(self, path: Path) -> None:
        """Begin to record into ``path``, a FLAC file of 16 bits; its folder is made.

        Raises StudioError where there is no input, or it does not open.
        """
        make_folder(path.parent)
        self.path = path
        self._blocks: queue.SimpleQueue[NDArray[np.float32] | None] = queue.SimpleQueue()
        self._samples = 0
        self._peak = 0.0
        self._fault: StudioError | None = None
        with PORTAUDIO:
            sounddevice = sounddevice_module()
            try:
                entry = sounddevice.query_devices(kind="input")
                self.rate = int(entry["default_samplerate"])
                self._stream: Any = sounddevice.InputStream(
                    samplerate=self.rate, channels=1, dtype="float32", callback=self._take
                )
                self._stream.start()
            except (sounddevice.PortAudioError, ValueError) as error:
                raise StudioError(f"{NO_INPUT} ({' '.join(str(error).split())[:80]})") from None
        self._writer = threading.Thread(target=self._write, name="recorder")
        self._writer.start()

    @property
    def seconds(self) -> float:
        """Recorded so far."""
        return self._samples / self.rate

    def peak(self) -> float:
        """The largest amplitude, 0…1, since this was asked last."""
        peak, self._peak = self._peak, 0.0
        return peak

    def stop(self) -> Path:
        """End, and return the whole file. Raises StudioError where it could not be written."""
        with PORTAUDIO:
            self._stream.close()
        self._blocks.put(None)
        self._writer.join()
        if self._fault is not None:
            raise self._fault
        return self.path

    def _take(self, block: NDArray[np.float32], frames: int, time: Any, status: Any) -> None:
        """On PortAudio's thread."""
        if self._samples < LONGEST_S * self.rate:
            mono = block[:, 0].copy()
            self._samples += len(mono)
            self._peak = max(self._peak, float(np.abs(mono).max(initial=0.0)))
            self._blocks.put(mono)

    def _write(self) -> None:
        try:
            write_flac(self.path, self._coming(), self.rate, {})
        except StudioError as error:
            self._fault = error

    def _coming(self) -> Iterator[NDArray[np.float32]]:
        while (block := self._blocks.get()) is not None:
            yield np.clip(block, -1.0, 1.0)
