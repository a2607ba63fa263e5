"""The computer's keys and the drawn ones as a keyboard: armed, they play into what sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from app.controllers.reporter import Reporter
from engine.music.keyboard import KeyChange

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.player import Player
    from app.stage import Stage
    from engine.stream.session import Session

ROW = "AWSEDFTGYHUJKOLP"
"""From C up, a semitone each: the letters' row is the white keys, the row above it the black ones."""
DOWN, UP = "Z", "X"
LOWEST, HIGHEST, FIRST = 36, 72, 60
"""MIDI pitch of the first letter: at least, at most, and at the beginning."""
VELOCITY = 96
REPEAT_MS = 12
"""X tells of a key that is held as of one that goes up and down at one moment: so long is waited for that."""
IDLE = "Press Space, then play: A to P are the keys, Z and X change the octave"
PLAYING = "A to P are the keys, Z and X change the octave"
TYPED = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
"""What keeps its keys."""
BESIDE = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class KeysController(Reporter):
    """Between keys and session."""

    def __init__(
        self, stage: Stage, actions: Actions, player: Player, session: Session, catalogue: Catalogue
    ) -> None:
        super().__init__()
        self._stage, self._actions, self._player = stage, actions, player
        self._session, self._catalogue = session, catalogue
        self._panel = stage.keys
        self._first = FIRST
        self.why_not = ""
        """Why keys lead nothing just now, if that is so."""
        self._down: dict[int, int] = {}
        """Pitch that each letter holds, by ``Qt.Key``."""
        self._going_up: dict[int, int] = {}
        """When each of them was let go that a repeat may still take back, as its event has it."""
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(REPEAT_MS)
        self._wait.timeout.connect(self._let_up)
        self._clicked: set[int] = set()
        actions["keys"].triggered.connect(self.arm)
        actions["octave_down"].triggered.connect(self._lower)
        actions["octave_up"].triggered.connect(self._higher)
        self._panel.piano.pressed.connect(self._press)
        self._panel.piano.released.connect(self._release)
        player.preset_changed.connect(self.show)
        self._panel.show_letters(self._letters())
        self.show()

    @property
    def armed(self) -> bool:
        """Whether the computer's keys play."""
        return self._actions["keys"].isChecked()

    @property
    def held(self) -> frozenset[int]:
        """Pitches of what is down."""
        return frozenset((*self._down.values(), *self._clicked))

    @Slot(bool)
    def arm(self, on: bool) -> None:
        """Let the computer's keys play, and show the drawn ones."""
        self._actions["keys"].setChecked(on)
        app = QApplication.instance()
        assert app is not None
        (app.installEventFilter if on else app.removeEventFilter)(self)
        if not on:
            self.let_go()
        self._stage.show_keys(on)
        self.show()

    def stop(self) -> None:
        """Play no more. Can be called twice."""
        if self.armed:
            self.arm(False)

    @Slot()
    def show(self) -> None:
        """Bring actions and hint up to date."""
        self.why_not = why_not = self._catalogue.why_no_keys(self._player.preset)
        if why_not and self.armed:
            self.arm(False)
            return
        self._actions.allow("keys", why_not)
        for name, most in (("octave_down", LOWEST), ("octave_up", HIGHEST)):
            at_end = "There are no more keys" if self._first == most else ""
            self._actions.allow(name, at_end if self.armed else "The keys are not armed")
        self._panel.hint.setText(PLAYING if self._player.generating else IDLE)

    def let_go(self) -> None:
        """Let all go that is held."""
        self._panel.piano.let_go()
        held = self.held
        self._wait.stop()
        self._down, self._clicked, self._going_up = {}, set(), {}
        if held:
            self._session.play_keys([KeyChange(pitch, 0) for pitch in held])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the letters that play, before a shortcut or a list does."""
        kind = event.type()
        if kind == QEvent.Type.ApplicationDeactivate or (
            kind == QEvent.Type.WindowDeactivate and watched is self._stage.window()
        ):
            self.let_go()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return False
        if not isinstance(event, QKeyEvent):
            return False
        if kind == QEvent.Type.KeyRelease:
            return self._key_up(event)
        if not self._is_ours(event):
            return False
        event.accept()  # no shortcut: it comes again, as a key
        if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._key_down(event.key(), event.timestamp())
        return True

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Whether a key that goes down plays: none that is typed, or goes to a dialog or a menu."""
        focus, app = QApplication.focusWidget(), QApplication
        if isinstance(focus, TYPED) or app.activeModalWidget() is not None:
            return False
        if app.activePopupWidget() is not None or app.activeWindow() not in (None, self._stage.window()):
            return False
        return not event.modifiers() & BESIDE and _letter(event.key()) in (*ROW, DOWN, UP)

    def _key_down(self, key: int, at: int) -> None:
        letter, up_at = _letter(key), self._going_up.get(key)
        if at and up_at == at:
            del self._going_up[key]
        elif up_at is not None:
            self._let_up()
        if letter == DOWN:
            self._lower()
        elif letter == UP:
            self._higher()
        elif key not in self._down:
            self._down[key] = pitch = self._first + ROW.index(letter)
            self._session.play_keys([KeyChange(pitch, VELOCITY)])

    def _key_up(self, event: QKeyEvent) -> bool:
        if event.key() in self._down and not event.isAutoRepeat():
            self._going_up[event.key()] = event.timestamp()
            self._wait.start()
        return event.key() in self._down

    @Slot()
    def _let_up(self) -> None:
        """Let go what went up, and did not come down again at the same moment."""
        going, self._going_up = self._going_up, {}
        pitches = [self._down.pop(key) for key in going if key in self._down]
        up = [KeyChange(pitch, 0) for pitch in pitches if pitch not in self.held]
        if up:
            self._session.play_keys(up)

    @Slot(int, int)
    def _press(self, pitch: int, velocity: int) -> None:
        self._clicked.add(pitch)
        self._session.play_keys([KeyChange(pitch, velocity)])

    @Slot(int)
    def _release(self, pitch: int) -> None:
        self._clicked.discard(pitch)
        if pitch not in self.held:
            self._session.play_keys([KeyChange(pitch, 0)])

    @Slot()
    def _lower(self) -> None:
        self._shift(-12)

    @Slot()
    def _higher(self) -> None:
        self._shift(12)

    def _shift(self, semitones: int) -> None:
        """What is held stays held until its letter goes up."""
        self._first = min(HIGHEST, max(LOWEST, self._first + semitones))
        self._panel.show_letters(self._letters())
        self.show()

    def _letters(self) -> dict[int, str]:
        return {self._first + n: letter for n, letter in enumerate(ROW)}


def _letter(key: int) -> str:
    """``A`` … ``Z``; empty for any other key."""
    return chr(key) if ord("A") <= key <= ord("Z") else ""
