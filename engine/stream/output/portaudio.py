"""The sound card, by PortAudio: which outputs there are, and one of them open and playing.

The only module that imports sounddevice and rtmixer; both need libportaudio, so neither is imported early.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.stream.output.alsa_log import silence_alsa
from engine.stream.output.port import frames, make_port
from engine.stream.output.ring import Ring

PORTAUDIO = threading.Lock()
"""PortAudio is one per process, and not safe to enter from two threads."""


@dataclass(frozen=True)
class Device:
    """An audio output."""

    name: str
    host_api: str
    channels: int
    default_rate: float
    """Hz."""
    is_default: bool

    @property
    def id(self) -> str:
        """What settings store: PortAudio's own numbers change with every device that comes or goes."""
        return f"{self.name}, {self.host_api}"


class NoPortAudioError(StudioError):
    """PortAudio itself is not installed: trying again is of no use."""


def list_devices() -> list[Device]:
    """All audio outputs. Raises StudioError where PortAudio is missing."""
    with PORTAUDIO:
        return [device for _, device in _outputs(sounddevice_module())]


def rescan() -> None:
    """Look for devices that came or went; no output may be open. Raises StudioError as above."""
    with PORTAUDIO:
        sounddevice = sounddevice_module()
        try:
            sounddevice._terminate()
            sounddevice._initialize()
        except sounddevice.PortAudioError as error:
            raise StudioError(f"looking for audio outputs: {error}") from None


def open_device(device: str | None, rate: int, latency_s: float) -> DeviceOutput:
    """Open an output by its ``Device.id``, or the default one, at ``rate`` Hz or else at its own.

    ``latency_s``: how much the device may hold, unless the least it can do is more.

    Raises StudioError where PortAudio is missing, there is no such device, or it refuses to open.
    """
    with PORTAUDIO:
        sounddevice = sounddevice_module()
        found = [
            (index, entry)
            for index, entry in _outputs(sounddevice)
            if (entry.is_default if device is None else entry.id == device)
        ]
        if not found:
            raise StudioError(
                f"audio output {device!r} is not there" if device else "there is no audio output"
            )
        index, entry = found[0]
        try:
            return DeviceOutput(index, entry, rate, latency_s)
        except sounddevice.PortAudioError as error:
            raise StudioError(f"audio output {entry.name!r} does not open: {error}") from None


class DeviceOutput:
    """One open device, see ``null_output.Output``; mono goes to both sides where it has two."""

    in_real_time = True

    def __init__(self, index: int, device: Device, rate: int, latency_s: float) -> None:
        """Open it. Raises sounddevice.PortAudioError."""
        import rtmixer

        sounddevice = sounddevice_module()
        channels = min(2, device.channels)
        self.rate = rate
        self.text = f"{device.name} ({device.host_api})"
        try:
            sounddevice.check_output_settings(index, channels, "float32", samplerate=rate)
        except sounddevice.PortAudioError:
            self.rate = round(device.default_rate)
            self.text += f", resampled to {self.rate} Hz"
        lowest = sounddevice.query_devices(index)["default_low_output_latency"]
        self._mixer = rtmixer.Mixer(
            device=index, channels=channels, samplerate=self.rate, latency=max(latency_s, lowest)
        )
        self._closed = False
        try:
            self._mixer.start()
        except sounddevice.PortAudioError:
            self._mixer.close()
            raise
        self.latency = float(self._mixer.latency)
        data = np.zeros(frames(self.rate) * channels, np.float32)
        buffer = rtmixer.RingBuffer(4 * channels, buffer=data)
        port = make_port(_indices(buffer), data, self.rate, timed=False)
        self._ring = Ring(self._mixer, buffer, port, time.monotonic)
        self.writer = self._ring.writer

    @property
    def fill(self) -> int:
        """See ``Output.fill``."""
        return self.writer.fill

    @property
    def running(self) -> bool:
        """See ``Output.running``."""
        return self._ring.running

    @property
    def dropouts(self) -> int:
        """See ``Output.dropouts``."""
        return self._ring.dropouts

    def write(self, samples: NDArray[np.float32]) -> None:
        """See ``Output.write``."""
        self.writer.write(samples)

    def start(self) -> None:
        """See ``Output.start``."""
        self._ring.start()

    def stalled(self) -> bool:
        """See ``Output.stalled``: a device that opened but never calls, or that was unplugged."""
        return self._ring.stalled()

    def close(self) -> None:
        """See ``Output.close``."""
        if not self._closed:
            self._closed = True
            with PORTAUDIO:
                self._mixer.close()


def sounddevice_module() -> Any:
    """The package, with ALSA's own messages silenced. Raises NoPortAudioError where PortAudio is missing."""
    try:
        import sounddevice
    except OSError:
        raise NoPortAudioError(
            "PortAudio is missing; install it: sudo apt-get install -y libportaudio2"
        ) from None
    silence_alsa()
    return sounddevice


def _indices(buffer: Any) -> NDArray[Any]:
    """[6] the numbers at the head of a ``PaUtilRingBuffer``, in its own memory."""
    ffi = buffer._ffi
    whole = ffi.buffer(buffer._ptr)
    return np.frombuffer(whole, f"i{ffi.sizeof('ring_buffer_size_t')}", 6)


def _outputs(sounddevice: Any) -> list[tuple[int, Device]]:
    """PortAudio's number and description of every output."""
    hosts = sounddevice.query_hostapis()
    default = sounddevice.default.device[1]
    if default < 0 and hosts:
        default = hosts[0]["default_output_device"]
    return [
        (
            index,
            Device(
                name=str(entry["name"]),
                host_api=str(hosts[entry["hostapi"]]["name"]),
                channels=int(entry["max_output_channels"]),
                default_rate=float(entry["default_samplerate"]),
                is_default=index == default,
            ),
        )
        for index, entry in enumerate(sounddevice.query_devices())
        if entry["max_output_channels"] > 0
    ]
