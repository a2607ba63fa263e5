"""A training that runs, or has run: how far it is, its curve, its clips, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.flow import FlowLayout
from app.widgets.loss_curve import LossCurve, Point

STEPS = 1000
MOST_CLIPS = 8
"""The latest ones."""
NOTHING = "Nothing is being trained."


class TrainingPanel(Card):
    """``listened`` carries the path of the clip that the user wants to hear."""

    listened = Signal(object)

    def __init__(self, actions: Actions) -> None:
        super().__init__("Training")
        self.text = QLabel(NOTHING)
        self.text.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.curve = LossCurve()
        self.clips_text = QLabel("How it sounded")
        self.clips_text.setObjectName("hint")
        self._clips: list[tuple[Path, str]] = []
        self._clip_buttons: list[Button] = []
        self._theme: Theme | None = None
        self.buttons = {
            name: Button() for name in ("train_pause", "train_stop", "train_discard", "train_play")
        }
        for widget in (self.text, self.bar, self.curve, self.clips_text):
            self.body.addWidget(widget)
        self._flow = FlowLayout()
        self.body.addLayout(self._flow)
        line = FlowLayout(spacing=4)
        for name, button in self.buttons.items():
            button.follow(actions[name], text=name in ("train_stop", "train_play"))
            line.addWidget(button)
        self.body.addLayout(line)
        self.body.addStretch(1)
        self.show_job(None, None)

    def show_job(self, text: str | None, share: float | None, offered: Sequence[str] = ()) -> None:
        """What is told of the job, and how much of it is done (None: nobody knows); no ``text``: no job.

        ``offered``: the actions that have a button now. A job that can be stopped has a bar.
        """
        there = text is not None
        self.text.setText(text or NOTHING)
        self.curve.setVisible(there)
        self.bar.setVisible(there and "train_stop" in offered)
        self.bar.setRange(0, 0 if share is None else STEPS)
        self.bar.setValue(round(STEPS * (share or 0.0)))
        self.bar.setAccessibleName(text or NOTHING)
        for name, button in self.buttons.items():
            button.setVisible(name in offered)

    def show_curve(self, learnt: Sequence[Point], held_out: Sequence[Point]) -> None:
        """The loss so far."""
        self.curve.show_curve(learnt, held_out)

    def show_clips(self, clips: Sequence[tuple[Path, str]]) -> None:
        """A button for each clip, by what it is called; the latest last."""
        clips = list(clips)[-MOST_CLIPS:]
        self.clips_text.setVisible(bool(clips))
        if clips == self._clips:
            return
        self._clips = clips
        for button in self._clip_buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self._clip_buttons = []
        for path, name in clips:
            button = Button(name, icon_name="listen", style="", tip=f"Play how it sounded {name}")
            button.clicked.connect(lambda _=False, path=path: self.listened.emit(path))
            if self._theme is not None:
                button.set_theme(self._theme)
            self._flow.addWidget(button)
            self._clip_buttons.append(button)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.curve.set_theme(theme)
        for button in (*self.buttons.values(), *self._clip_buttons):
            button.set_theme(theme)
