"""MIDI keyboards: looked for, opened and listened to on a thread of their own, whenever they come or go.

The one module that opens MIDI ports: mido's, by python-rtmidi, neither of which is imported before it begins.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from engine.music.keyboard import KeyChange

LOOK_S = 1.0
"""Seconds between two looks at what is plugged in."""
CLOSE_S = 5.0
"""Longest wait for a port that does not let go."""
SEQUENCER = Path("/dev/snd/seq")
"""ALSA's, without which there is no MIDI on Linux."""
LOOPS = ("Midi Through",)
"""Ports that no hand plays on begin with these words."""
NOT_INSTALLED = "MIDI keyboards need python-rtmidi; ./studio doctor says how to add it"
NO_SEQUENCER = "Linux offers no MIDI here: /dev/snd/seq is missing (the module snd-seq)"
PEDAL, RESET, SILENCE = 64, 121, (120, 123)
"""Controllers: the sustain pedal, all of them back to rest, and two that end every note."""


NUMBERED = re.compile(r" \d+:\d+$")
"""ALSA's numbers of client and port, which are others each time that an input is plugged in."""


def lasting(name: str) -> str:
    """A port's name without what changes from time to time."""
    return NUMBERED.sub("", name)


class Ports(Protocol):
    """What is used of a ``mido.Backend``."""

    def get_input_names(self) -> list[str]:
        """Of those that are there."""
        ...

    def open_input(self, name: str, *, callback: Callable[[Any], object]) -> Any:
        """A port with a method ``close``; ``callback`` gets its messages on a thread of the backend's."""
        ...


def find_ports() -> Ports | str:
    """The system's MIDI ports, or why there are none."""
    if importlib.util.find_spec("rtmidi") is None:
        return NOT_INSTALLED
    if sys.platform == "linux" and not SEQUENCER.exists():
        return NO_SEQUENCER
    import mido

    ports: Ports = mido.Backend("mido.backends.rtmidi", load=True)
    return ports


class _Input:
    """An open port: makes keys of its messages, and remembers what is held on it."""

    def __init__(self, play: Callable[[list[KeyChange]], object]) -> None:
        self._play = play
        self.port: Any = None
        self.held: dict[int, int] = {}
        """Velocity by pitch; only the backend's thread changes it."""
        self._pedal = False

    def receive(self, message: Any) -> None:
        """Called by the backend."""
        if message.type in ("note_on", "note_off"):
            down = message.velocity if message.type == "note_on" else 0
            changes = [KeyChange(message.note, down)]
        elif message.type == "control_change" and message.control == PEDAL:
            changes = [KeyChange(None, message.value if message.value >= 64 else 0)]
        elif message.type == "control_change" and message.control in SILENCE:
            changes = self.releases()
        elif message.type == "control_change" and message.control == RESET:
            changes = [KeyChange(None, 0)] if self._pedal else []
        else:
            return
        self._note(changes)

    def releases(self) -> list[KeyChange]:
        """What lets all go that is held."""
        return [*(KeyChange(pitch, 0) for pitch in self.held), *([KeyChange(None, 0)] if self._pedal else [])]

    def close(self) -> None:
        """Let all go, and the port too."""
        port, self.port = self.port, None
        if port is not None:
            port.close()
        self._note(self.releases())

    def _note(self, changes: list[KeyChange]) -> None:
        held = dict(self.held)
        for pitch, velocity in changes:
            if pitch is None:
                self._pedal = velocity > 0
            elif velocity:
                held[pitch] = velocity
            else:
                held.pop(pitch, None)
        self.held = held
        if changes:
            self._play(changes)


class MidiInputs:
    """Listens to the inputs that are chosen. Its methods return at once and may be called on any thread."""

    def __init__(
        self,
        play: Callable[[list[KeyChange]], object],
        tell: Callable[[str], object],
        find: Callable[[], Ports | str] = find_ports,
        look_s: float = LOOK_S,
    ) -> None:
        """``play`` gets keys as they are played, on any thread; ``tell`` a line where an input is lost."""
        self.names: tuple[str, ...] = ()
        """The inputs that are there, as ``choose`` takes them."""
        self.why_none = ""
        """Why there can be none, if that is so."""
        self.played_at: float | None = None
        """When something was played last, on the monotonic clock; None for never."""
        self._keys, self._tell, self._find, self._look_s = play, tell, find, look_s
        self._choice: str | None = ""
        self._inputs: dict[str, _Input] = {}
        self._refused: set[str] = set()
        self._look, self._ended = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="midi inputs", daemon=True)

    @property
    def open(self) -> tuple[str, ...]:
        """Names of those that are listened to."""
        return tuple(dict.fromkeys(map(lasting, self._inputs)))

    @property
    def held(self) -> frozenset[int]:
        """Pitches of the keys that are down."""
        return frozenset(pitch for source in tuple(self._inputs.values()) for pitch in source.held)

    def start(self) -> None:
        """Begin to look and listen."""
        self._thread.start()

    def choose(self, name: str | None) -> None:
        """Listen to the input of this name alone, to all if it is empty, to none for None."""
        self._choice = name
        self._refused.clear()
        self._look.set()

    def look_again(self) -> None:
        """Look at once for inputs that came or went."""
        self._refused.clear()
        self._look.set()

    def close(self) -> None:
        """Let all go. Can be called twice, and before ``start``."""
        self._ended = True
        self._look.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)

    def _run(self) -> None:
        ports = self._find()
        if isinstance(ports, str):
            self.why_none = ports
            return
        while not self._ended:
            self._look.clear()
            self._follow(ports)
            self._look.wait(self._look_s)
        for source in self._inputs.values():
            source.close()
        self._inputs = {}

    def _follow(self, ports: Ports) -> None:
        """Open what is wanted and there, and close what is not."""
        try:
            found = dict.fromkeys(name for name in ports.get_input_names() if not name.startswith(LOOPS))
        except Exception as error:  # noqa: BLE001 - a driver's own; the next look may go better
            found = {}
            self.why_none = f"the MIDI inputs cannot be listed: {error}"
        else:
            self.why_none = ""
        choice = self._choice
        wanted = [name for name in found if choice == "" or lasting(name) == choice]
        for name in [name for name in self._inputs if name not in wanted]:
            source = self._inputs[name]
            self._inputs = {other: port for other, port in self._inputs.items() if other != name}
            source.close()
            if name not in found:
                self._tell(
                    f"The MIDI input “{lasting(name)}” is gone; it is listened to again when it is back"
                )
        self.names = tuple(dict.fromkeys(map(lasting, found)))
        self._refused &= set(found)
        for name in wanted:
            if name not in self._inputs and name not in self._refused:
                self._open(ports, name)

    def _open(self, ports: Ports, name: str) -> None:
        source = _Input(self._play)
        try:
            source.port = ports.open_input(name, callback=source.receive)
        except Exception as error:  # noqa: BLE001 - a driver's own
            self._refused.add(name)
            self._tell(f"The MIDI input “{lasting(name)}” cannot be opened: {error}. Close what else uses it")
        else:
            self._inputs = {**self._inputs, name: source}

    def _play(self, changes: list[KeyChange]) -> None:
        self.played_at = time.monotonic()
        self._keys(changes)
