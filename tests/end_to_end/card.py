"""A virtual sound card: a pulseaudio of our own, its sink going nowhere, and a recorder on the monitor."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.setup.system import apt_command, missing_packages

RATE = 48_000
SOUND_PACKAGES = {"libportaudio2", "pulseaudio", "pulseaudio-utils", "libasound2-plugins"}
ALSA = """
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


def what_is_missing() -> str | None:
    """What to do before there can be a virtual sound card; None where nothing is missing."""
    missing = sorted(SOUND_PACKAGES.intersection(missing_packages("test")))
    return f"the virtual sound card needs: {apt_command(missing)}" if missing else None


class VirtualCard:
    """Runs until ``close``; programs started with ``environment`` play on it by default."""

    def __init__(self, folder: Path) -> None:
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        socket = folder / "pulse.socket"
        alsa = folder / "asound.conf"
        alsa.write_text(ALSA)
        own = {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(runtime),
            "PULSE_RUNTIME_PATH": str(runtime),
            "PULSE_COOKIE": str(folder / "cookie"),
            "ALSA_CONFIG_PATH": str(alsa),
        }
        pulseaudio = shutil.which("pulseaudio")
        assert pulseaudio is not None
        with (folder / "pulseaudio.log").open("w") as log:
            self._server = subprocess.Popen(
                [
                    pulseaudio,
                    *(
                        "-n",
                        "--daemonize=no",
                        "--use-pid-file=no",
                        "--exit-idle-time=-1",
                        "--disable-shm=yes",
                    ),
                    f"--load=module-null-sink sink_name=virtual rate={RATE} channels=2",
                    f"--load=module-native-protocol-unix auth-anonymous=1 socket={socket}",
                ],
                env={**os.environ, **own},
                stdout=log,
                stderr=log,
            )
        self.environment = {**os.environ, **own, "PULSE_SERVER": f"unix:{socket}"}
        self._await()

    def _await(self) -> None:
        deadline = time.monotonic() + 20.0
        while subprocess.run(
            ["pactl", "info"], env=self.environment, capture_output=True, check=False
        ).returncode:
            if time.monotonic() > deadline or self._server.poll() is not None:
                self.close()
                raise RuntimeError("pulseaudio does not answer")
            time.sleep(0.05)

    def close(self) -> None:
        """Stop the server."""
        self._server.terminate()
        self._server.wait(timeout=10.0)


class Recorder:
    """Keeps everything that the virtual card plays, from the start on."""

    def __init__(self, card: VirtualCard, latency_ms: int = 20) -> None:
        self._process = subprocess.Popen(
            [
                *("parec", "--device=virtual.monitor", "--raw", "--format=float32le", "--channels=1"),
                *(f"--rate={RATE}", f"--latency-msec={latency_ms}"),
            ],
            env=card.environment,
            stdout=subprocess.PIPE,
        )
        self._parts: list[bytes] = []
        self._starts_at = float("inf")
        self._size = 0
        self._thread = threading.Thread(target=self._read, name="recorder")
        self._thread.start()
        deadline = time.monotonic() + 20.0
        while not self._parts and time.monotonic() < deadline:
            time.sleep(0.01)

    def samples(self) -> NDArray[np.float32]:
        """All so far, [n] at ``RATE``."""
        data = b"".join(self._parts)
        return np.frombuffer(data[: len(data) // 4 * 4], dtype=np.float32)

    def time_of(self, sample: int) -> float:
        """When a sample was played, on the monotonic clock, or up to the recorder's few ms later."""
        return self._starts_at + sample / RATE

    def close(self) -> None:
        """Stop recording."""
        self._process.terminate()
        self._process.wait(timeout=10.0)
        self._thread.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while data := self._process.stdout.read1(65536):  # type: ignore[attr-defined]
            self._parts.append(data)
            self._size += len(data) // 4
            # Chunks come late, never early: the least late one tells when the recording began.
            self._starts_at = min(self._starts_at, time.monotonic() - self._size / RATE)
