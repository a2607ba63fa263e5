"""The main window: where everything lies. What it does is the controller's business."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from app.actions import Actions
from app.look.colours import DARK, Theme
from app.panels.browser import PresetBrowser
from app.panels.messages import MessageBar
from app.panels.output_menu import OutputMenu
from app.panels.recording import RecordingPanel
from app.panels.sampling import SamplingPanel
from app.panels.score import ScorePanel
from app.panels.seed import SeedPanel
from app.panels.snapshots import SnapshotPanel
from app.panels.speaker import SpeakerPanel
from app.panels.statusbar import StatusLine
from app.panels.tags import TagPanel
from app.panels.takes import TakePanel
from app.panels.transport import Transport
from app.plots.distribution import DistributionPlot
from app.plots.meter import LevelMeter
from app.plots.pianoroll import PianoRoll
from app.plots.waveform import WaveformPlot
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.drops import DROPPED, dropped_file
from app.widgets.elided import ElidedLabel
from engine.library.paths import PRESET_SUFFIX, RECORDING_SUFFIXES, SCORE_SUFFIXES

GAP = 8
SIZE = (1280, 800)
SMALLEST = (1000, 640)
SIDES = (264, 304)
NARROWEST_SIDES = (244, 256)
TITLE_LINE = 28
SCORE_HEIGHT = 152
ROOM_FOR_NOTES = 720
"""A window less high than this shows a score by its name only, and a recording's bend by its numbers."""


class MainWindow(QMainWindow):
    """Presets at the left, sound in the middle, controls at the right, transport below."""

    painted = Signal()
    """It was painted for the first time, and is seen."""
    closing = Signal()
    midi_dropped = Signal(str)
    """Path of a MIDI file that was dropped on the window."""
    audio_dropped = Signal(str)
    """Path of a recording that was."""
    preset_dropped = Signal(str)
    """Path of a preset that was."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setWindowTitle("WaveNet Studio")
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.resize(*SIZE)
        self._theme = DARK
        self._seen = False
        self.actions_table = actions
        self.browser = PresetBrowser()
        self.centre = QWidget()
        self.messages = MessageBar(self.centre)
        self.title, self.subtitle, self.model_chip = ElidedLabel(), ElidedLabel(), QLabel()
        self.title.setObjectName("title")
        self.subtitle.setObjectName("subtitle")
        self.model_chip.setObjectName("chip")
        self.modified_button = Button(style="")
        self.modified_button.follow(actions["reset"], text=True)
        # As high as the title's line: the plots must not jump when the button comes or goes.
        self.modified_button.setFixedHeight(TITLE_LINE)
        self.title.setMinimumHeight(TITLE_LINE)
        self.waveform, self.distribution, self.meter = WaveformPlot(), DistributionPlot(), LevelMeter()
        self.span, self.entropy = QLabel("8 s"), QLabel()
        self.piano_roll = PianoRoll()
        self.score = ScorePanel(actions, self.piano_roll)
        self.recording = RecordingPanel(actions)
        self.takes = TakePanel(actions)
        self.sampling, self.seed = SamplingPanel(), SeedPanel(actions["dice"], actions["lock"])
        self.speaker, self.tags = SpeakerPanel(), TagPanel()
        self.snapshots = SnapshotPanel()
        self.no_condition = Card("Steering")
        self.transport = Transport(actions, self.meter)
        self.status = StatusLine()
        self._lay_out()
        actions.fill(self.menuBar())
        self.outputs = OutputMenu(self)
        self.menuBar().insertMenu(self.menuBar().actions()[-1], self.outputs)
        self.addActions(list(actions.all()))

    def set_theme(self, theme: Theme) -> None:
        """Dress every part."""
        self._theme = theme
        self.actions_table.set_theme(theme)
        for part in (
            self.browser,
            self.messages,
            self.waveform,
            self.distribution,
            self.meter,
            self.piano_roll,
            self.score,
            self.recording,
            self.takes,
            self.sampling,
            self.seed,
            self.speaker,
            self.tags,
            self.snapshots,
            self.transport,
        ):
            part.set_theme(theme)

    def show_preset(self, name: str, description: str, model: str, *, modified: bool) -> None:
        """The preset in use, over the waveform."""
        self.title.setText(name)
        self.subtitle.setText(description)
        self.model_chip.setText(model)
        self.model_chip.setVisible(bool(model))
        self.modified_button.setVisible(modified)
        self.setWindowTitle(
            f"{name}{' *' if modified else ''} – WaveNet Studio" if name else "WaveNet Studio"
        )

    def give_score_room(self) -> None:
        """Let the notes be seen: what they lack comes from all the others."""
        sizes = self.middle.sizes()
        lack = SCORE_HEIGHT - sizes[1]
        if lack > 0:
            share = lack // 3
            self.middle.setSizes([sizes[0] - share, SCORE_HEIGHT, sizes[2] - share, sizes[3] - share])

    def layout_state(self) -> dict[str, QByteArray]:
        """Geometry and splitters, to be kept."""
        return {
            "geometry": self.saveGeometry(),
            "columns": self.columns.saveState(),
            "rows": self.middle.saveState(),
        }

    def restore_layout(self, state: dict[str, QByteArray]) -> None:
        """Geometry and splitters as they were; what is missing stays as it is."""
        if not state["geometry"].isEmpty():
            self.restoreGeometry(state["geometry"])
        for name, splitter in (("columns", self.columns), ("rows", self.middle)):
            if not state[name].isEmpty():
                splitter.restoreState(state[name])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:  # icons were drawn for another screen
            self.set_theme(self._theme)
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self._tell_painted)  # in turn, before the plots open theirs

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for panel in (self.score, self.recording, self.snapshots):
            panel.set_compact(self.height() < ROOM_FOR_NOTES)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and dropped_file(event, DROPPED):  # no take of our own
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for suffixes, dropped in (
            (SCORE_SUFFIXES, self.midi_dropped),
            (RECORDING_SUFFIXES, self.audio_dropped),
            ((PRESET_SUFFIX,), self.preset_dropped),
        ):
            path = dropped_file(event, suffixes)
            if path:
                event.acceptProposedAction()
                dropped.emit(path)

    @Slot()
    def _tell_painted(self) -> None:
        self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()

    def _lay_out(self) -> None:
        self.middle = _splitter(Qt.Orientation.Vertical)
        for widget in (self._wave_card(), self._material(), self._distribution_card(), self.takes):
            self.middle.addWidget(widget)
        self.middle.setSizes([230, 116, 180, 160])
        for place, stretch in enumerate((5, 2, 4, 3)):
            self.middle.setStretchFactor(place, stretch)
        column = QVBoxLayout(self.centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.middle, 1)
        self.columns = _splitter(Qt.Orientation.Horizontal)
        controls = self._controls()
        self.browser.setMinimumWidth(NARROWEST_SIDES[0])
        controls.setMinimumWidth(NARROWEST_SIDES[1])
        for widget in (self.browser, self.centre, controls):
            self.columns.addWidget(widget)
        self.columns.setSizes([SIDES[0], SIZE[0] - sum(SIDES) - 4 * GAP, SIDES[1]])
        for place, stretch in enumerate((0, 1, 0)):
            self.columns.setStretchFactor(place, stretch)
        root = QWidget()
        outer = QVBoxLayout(root)
        outer.setContentsMargins(10, 4, 10, 0)
        outer.setSpacing(GAP)
        outer.addWidget(self.columns, 1)
        outer.addWidget(self.transport)
        self.setCentralWidget(root)
        self.setStatusBar(self.status)

    def _wave_card(self) -> QWidget:
        card = Card("Waveform")
        card.heading.hide()
        words = QVBoxLayout()
        words.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.title, 1)
        line.addWidget(self.modified_button)
        line.addWidget(self.span)
        words.addLayout(line)
        below = QHBoxLayout()
        below.addWidget(self.subtitle, 1)
        below.addWidget(self.model_chip, 0, Qt.AlignmentFlag.AlignVCenter)
        words.addLayout(below)
        self.span.setObjectName("hint")
        card.body.addLayout(words)
        card.body.addWidget(self.waveform, 1)
        return card

    def _material(self) -> QWidget:
        """The score or the recording: a model is given one of them at most."""
        self._given = QWidget()
        column = QVBoxLayout(self._given)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetMinAndMaxSize)
        column.addWidget(self.score)
        column.addWidget(self.recording)
        return self._given

    def _distribution_card(self) -> QWidget:
        card = Card("Next sample")
        self.entropy.setObjectName("value")
        self.entropy.setFixedSize(140, 20)
        self.entropy.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.entropy.setAccessibleName("Entropy")
        self.entropy.setToolTip("How open the next sample is, in bits: 0 certain, 8 anything at all")
        card.add_tool(self.entropy)
        self.distribution.set_hint("The odds of the next sample show here while a model plays")
        card.body.addWidget(self.distribution, 1)
        return card

    def _controls(self) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        note = QLabel("This model takes neither tags nor speakers.")
        note.setObjectName("hint")
        note.setWordWrap(True)
        self.no_condition.body.addWidget(note)
        for widget, stretch in ((self.sampling, 0), (self.seed, 0), (self.speaker, 0), (self.tags, 1)):
            column.addWidget(widget, stretch)
        column.addWidget(self.no_condition)
        self._spare = QWidget()
        column.addWidget(self._spare, 1)
        column.addWidget(self.snapshots)
        self.show_conditions(tags=True, speakers=False, score=False, recording=False)
        return panel

    def show_conditions(self, *, tags: bool, speakers: bool, score: bool, recording: bool) -> None:
        """Which ways of steering the model at hand has."""
        self.tags.setVisible(tags)
        self.speaker.setVisible(speakers)
        self.score.setVisible(score)
        self.recording.setVisible(recording)
        self._given.setVisible(score or recording)
        self.no_condition.setVisible(not tags and not speakers)
        self._spare.setVisible(not tags)


def _splitter(orientation: Qt.Orientation) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(GAP)
    splitter.setChildrenCollapsible(False)
    return splitter
