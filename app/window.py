"""The main window: where everything lies. What it does is the controller's business."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.action_table.view_menu import LANES
from app.actions import Actions
from app.look.colours import DARK, Theme
from app.look.theme import dress
from app.panels.browser import PresetBrowser
from app.panels.messages import MessageBar
from app.panels.output_menu import OutputMenu
from app.panels.recording import RecordingPanel
from app.panels.right_column import RightColumn
from app.panels.sampling import SamplingPanel
from app.panels.seed import SeedPanel
from app.panels.snapshots import SnapshotPanel
from app.panels.speak import SpeakPanel
from app.panels.speaker import SpeakerPanel
from app.panels.statusbar import StatusLine
from app.panels.tags import TagPanel
from app.panels.takes import TakePanel
from app.panels.top import TopBar
from app.panels.transport import Transport
from app.plots.meter import LevelMeter
from app.stage import Stage
from app.train_column import TrainColumn
from app.widgets.card import Card
from app.widgets.columns import LEFT, RIGHT, Columns
from app.widgets.drops import DROPPED, dropped_file
from app.widgets.focus import first_of
from app.widgets.side_tabs import SideTabs
from engine.library.paths import PRESET_SUFFIX, RECORDING_SUFFIXES, SCORE_SUFFIXES, TEXT_SUFFIX

GAP = 8
SIZE = (1280, 800)
SMALLEST = (800, 560)
SIDES = (264, 296)
NARROWEST_SIDES = (256, 248)
ROOM_FOR_ALL = 1060
"""A window less wide shows one side column at a time."""
ROOM_FOR_SNAPSHOTS = 720
"""A window less high than this shows them by their numbers only."""
ROOM_FOR_BOTH_LISTS = 1600
"""A window so wide shows sounds and takes side by side."""


class MainWindow(QMainWindow):
    """Sounds and takes at the left, the stage in the middle, what steers at the right, transport below."""

    painted = Signal()
    """It was painted for the first time, and is seen."""
    closing = Signal()
    midi_dropped = Signal(str)
    """Path of a MIDI file that was dropped on the window."""
    audio_dropped = Signal(str)
    """Path of a recording that was."""
    preset_dropped = Signal(str)
    """Path of a preset that was."""
    text_dropped = Signal(str)
    """Path of a text that was."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setWindowTitle("WaveNet Studio")
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.resize(*SIZE)
        self._theme, self._seen = DARK, False
        self.actions_table = actions
        self.top = TopBar(actions)
        self.browser, self.takes = PresetBrowser(), TakePanel(actions)
        self.lists = SideTabs(
            (
                ("Sounds", "What can be played", self.browser),
                ("Takes", "What was played: every run is kept", self.takes),
            )
        )
        self.stage = Stage(actions)
        self.messages = MessageBar(self.stage)
        self.meter = LevelMeter()
        self.recording, self.speak = RecordingPanel(actions), SpeakPanel()
        self._speaking, self._speakers, self._score, self._recording = False, False, False, False
        self.sampling, self.seed = SamplingPanel(), SeedPanel(actions["dice"], actions["lock"])
        self.speaker, self.tags = SpeakerPanel(), TagPanel()
        self.snapshots = SnapshotPanel()
        self.no_condition = Card("Steering")
        self.right = RightColumn(
            (self.speak, self.sampling, self.seed, self.recording, self.speaker, self.no_condition),
            self.tags,
            self.snapshots,
        )
        self.train = TrainColumn(actions)
        self.right_side = QStackedWidget()
        self.right_side.addWidget(self.right)
        self.right_side.addWidget(self.train)
        self.transport = Transport(actions, self.meter)
        self.status = StatusLine()
        self._lay_out()
        self._connect(actions)
        actions.fill(self.menuBar())
        self.outputs = OutputMenu(self)
        for menu in (self.top.midi_menu, self.outputs):  # before Help
            self.menuBar().insertMenu(self.menuBar().actions()[-1], menu)
        self.addActions(list(actions.all()))

    def set_theme(self, theme: Theme) -> None:
        """Dress every part."""
        self._theme = theme
        dress(self, theme)
        self.actions_table.set_theme(theme)
        steering = self.recording, self.sampling, self.seed, self.speak, self.speaker, self.tags
        lists = self.lists, self.browser, self.takes, self.snapshots
        for part in (self.top, *lists, *steering, self.train):
            part.set_theme(theme)
        for other in (self.messages, self.stage, self.meter, self.transport):
            other.set_theme(theme)

    def show_preset(self, name: str, description: str, model: str, *, modified: bool) -> None:
        """The preset in use."""
        self.top.show_preset(name, description, model, modified=modified)
        self.setWindowTitle(
            f"{name}{' *' if modified else ''} – WaveNet Studio" if name else "WaveNet Studio"
        )

    def layout_state(self) -> dict[str, QByteArray]:
        """Geometry and splitters, to be kept."""
        return {
            "geometry": self.saveGeometry(),
            "columns": self.columns.saveState(),
            "lanes": self.stage.lanes.saveState(),
        }

    def restore_layout(self, state: dict[str, QByteArray]) -> None:
        """Geometry and splitters as they were; what is missing stays as it is."""
        if not state["geometry"].isEmpty():
            self.restoreGeometry(state["geometry"])
        for name, splitter in (("columns", self.columns), ("lanes", self.stage.lanes)):
            if not state[name].isEmpty():
                splitter.restoreState(state[name])
        self.columns.fit()
        self.stage.lanes.fit()

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
        both = self.width() >= ROOM_FOR_BOTH_LISTS
        if self.lists.set_side_by_side(both) and not both:
            for side, width in zip((LEFT, RIGHT), SIDES, strict=True):  # the right gave way first
                self.columns.set_width(side, width)
        self.snapshots.set_compact(self.height() < ROOM_FOR_SNAPSHOTS)
        self.stage.fold(self.height() < ROOM_FOR_SNAPSHOTS)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and dropped_file(event, DROPPED):  # no take of our own
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for suffixes, dropped in (
            (SCORE_SUFFIXES, self.midi_dropped),
            (RECORDING_SUFFIXES, self.audio_dropped),
            ((PRESET_SUFFIX,), self.preset_dropped),
            ((TEXT_SUFFIX,), self.text_dropped),
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
        self.columns = Columns(self.lists, self.stage, self.right_side, ROOM_FOR_ALL)
        self.columns.setHandleWidth(GAP)
        for panel in (self.browser, self.takes):
            panel.setMinimumWidth(NARROWEST_SIDES[0])
        self.right_side.setMinimumWidth(NARROWEST_SIDES[1])
        self.columns.setSizes([SIDES[0], SIZE[0] - sum(SIDES) - 4 * GAP, SIDES[1]])
        note = QLabel("This model takes neither tags nor speakers.")
        note.setObjectName("hint")
        note.setWordWrap(True)
        self.no_condition.body.addWidget(note)
        self.show_conditions(tags=True, speakers=False, score=False, recording=False)
        root = QWidget()
        outer = QVBoxLayout(root)
        outer.setContentsMargins(10, 2, 10, 0)
        outer.setSpacing(6)
        outer.addWidget(self.top)
        outer.addWidget(self.columns, 1)
        outer.addWidget(self.transport)
        self.setCentralWidget(root)
        self.setStatusBar(self.status)

    def _connect(self, actions: Actions) -> None:
        """What only moves things about needs no controller; what is connected must not hold the window."""
        columns, lanes = self.columns, self.stage.lanes
        for name, side in (("left_column", LEFT), ("right_column", RIGHT)):
            actions[name].triggered.connect(lambda on, side=side: columns.show_side(side, on))
        for name in LANES:
            actions[f"lane_{name}"].triggered.connect(lambda on, name=name: lanes.show_lane(name, on))
        actions["find"].triggered.connect(self._show_sounds)  # before the field takes the keyboard
        actions["find_take"].triggered.connect(self._find_take)
        self.takes.front_asked.connect(self._show_takes)
        axis = self.stage.axis
        actions["zoom_in"].triggered.connect(lambda: axis.zoom(0.5))
        actions["zoom_out"].triggered.connect(lambda: axis.zoom(2.0))
        actions["zoom_all"].triggered.connect(axis.show_all)
        actions["next_area"].triggered.connect(self._next_area)
        actions["previous_area"].triggered.connect(self._previous_area)
        self.columns.folded.connect(self._show_what_is_seen)
        self.stage.lanes.changed.connect(self._show_what_is_seen)
        self._show_what_is_seen()

    @Slot()
    def _show_sounds(self) -> None:
        self._show_list(0)

    @Slot()
    def _show_takes(self) -> None:
        self._show_list(1)

    def _show_list(self, number: int) -> None:
        self.lists.turn_to(number)
        self.columns.show_side(LEFT, True)

    @Slot()
    def _next_area(self) -> None:
        self._go(1)

    @Slot()
    def _previous_area(self) -> None:
        self._go(-1)

    @Slot()
    def _find_take(self) -> None:
        self._show_takes()
        self.takes.search.setFocus()
        self.takes.search.selectAll()

    @Slot()
    def _show_what_is_seen(self) -> None:
        for name, side in (("left_column", LEFT), ("right_column", RIGHT)):
            self.actions_table[name].setChecked(self.columns.shows(side))
        for name in LANES:
            self.actions_table[f"lane_{name}"].setChecked(self.stage.lanes.is_wanted(name))

    def _go(self, step: int) -> None:
        """Give the keyboard to the next area that is seen."""
        sides = (self.right, self.train)
        all_areas = (self.top, self.browser, self.takes, self.stage, *sides, self.transport, self.status)
        areas = [area for area in all_areas if area.isVisible()]
        focus = self.focusWidget()
        at = next(
            (n for n, area in enumerate(areas) if focus is not None and area.isAncestorOf(focus)), -step
        )
        first_of(areas[(at + step) % len(areas)]).setFocus(Qt.FocusReason.TabFocusReason)

    def show_conditions(self, *, tags: bool, speakers: bool, score: bool, recording: bool) -> None:
        """Which ways of steering the model at hand has."""
        self.tags.setVisible(tags)
        self.no_condition.setVisible(not tags and not speakers)
        self.right.set_filled(tags)
        self._speakers, self._score, self._recording = speakers, score, recording
        self.show_speaking(self._speaking)

    def show_training(self, on: bool) -> None:
        """Whether the right column shows what trains, in place of what steers."""
        self.right_side.setCurrentWidget(self.train if on else self.right)

    def show_speaking(self, on: bool) -> None:
        """Whether a text is what is played."""
        self._speaking = on
        self.speak.setVisible(on)
        self.speaker.setVisible(self._speakers and not on)
        self.recording.setVisible(self._recording and not on)
        self.stage.show_speaking(on, score=self._score)
