"""The stage: lanes one above the other on one time axis, pictures of the take that sounds or is selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.panels.score import ScorePanel
from app.plots.axis import TimeAxis
from app.plots.changes import ChangesPlot
from app.plots.distribution import DistributionPlot
from app.plots.entropy import EntropyPlot
from app.plots.heatmap import HeatMap
from app.plots.overview import Overview
from app.plots.pianoroll import PianoRoll
from app.plots.ruler import Ruler
from app.plots.spectrum import SpectrumPlot
from app.plots.time_plot import TimePlot
from app.plots.wave import WavePlot
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.elided import ElidedLabel
from app.widgets.lane import SIDES, Lane, LaneStack

GAP = 6
SCORE_HEIGHT = 132
"""Points that a score gets at least when it comes, if the others can spare them."""
STRIP = 112
ODDS, SPECTRUM = 0, 1
NO_ODDS = "Odds show while a take is made"


class Stage(QWidget):
    """What is in it is told to its pictures by the controllers."""

    clicked = Signal(float)
    """Seconds at which the user clicked, in any lane."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.axis = TimeAxis()
        self.ruler, self.overview = Ruler(self.axis), Overview(self.axis)
        self.wave, self.spectrum = WavePlot(self.axis), SpectrumPlot(self.axis)
        self.heatmap, self.bits = HeatMap(self.axis), EntropyPlot(self.axis)
        self.changes = ChangesPlot(self.axis)
        self.piano_roll = PianoRoll(self.axis)
        self.distribution = DistributionPlot()
        self.entropy = QLabel()
        self.subject = ElidedLabel()
        """What is shown: a take's name, or what is being made."""
        self.difference = ElidedLabel()
        """What differs between the two takes that are compared."""
        self.score = ScorePanel(actions, self.piano_roll)
        self.wave_lane, self.odds_lane, self.changes_lane = Lane("Wave"), Lane("Odds"), Lane("Changes")
        self.lanes = LaneStack()
        self.lanes.setHandleWidth(GAP)
        self._views = QStackedWidget()
        self._view_buttons = QButtonGroup(self)
        self._fill_lanes()
        self.score.filled.connect(self._show_notes)
        self._strip_ground = Card("")
        self._strip_ground.heading.hide()
        self._strip_ground.set_margins(SIDES, 3, SIDES, 3)
        self._strip_ground.body.setSpacing(1)
        self._strip_ground.body.addWidget(self.overview)
        self._strip_ground.body.addWidget(self.ruler)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self._strip_ground)
        column.addWidget(self.lanes, 1)
        for plot in self.time_plots:
            plot.clicked.connect(self.clicked)
        self.piano_roll.clicked.connect(self.clicked)

    @property
    def time_plots(self) -> tuple[TimePlot, ...]:
        """All pictures on the axis but the piano roll."""
        return self.ruler, self.wave, self.heatmap, self.bits, self.spectrum, self.changes

    @property
    def view(self) -> int:
        """ODDS or SPECTRUM."""
        return self._views.currentIndex()

    @Slot(int)
    def show_view(self, view: int) -> None:
        """Turn the third lane to the odds or to the spectrum."""
        self._views.setCurrentIndex(view)
        self._view_buttons.button(view).setChecked(True)
        self.entropy.setVisible(view == ODDS)

    def set_spread(self, on: bool) -> None:
        """Space amplitudes as mu-law does, or evenly."""
        self.distribution.set_spread(on)
        self.heatmap.set_spread(on)

    def set_playhead(self, seconds: float | None) -> None:
        """Move the line through all lanes."""
        for plot in self.time_plots:
            plot.set_playhead(seconds)

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Show the part that is repeated."""
        for plot in self.time_plots:
            plot.set_loop(loop)

    def set_theme(self, theme: Theme) -> None:
        """Dress every lane."""
        for plot in (*self.time_plots, self.overview, self.distribution):
            plot.set_theme(theme)
        self.piano_roll.set_theme(theme)
        for lane in (self.score, self.wave_lane, self.odds_lane, self.changes_lane):
            lane.set_theme(theme)

    @Slot()
    def _show_notes(self) -> None:
        self.lanes.give_room("score", SCORE_HEIGHT)

    def _fill_lanes(self) -> None:
        self.subject.setObjectName("value")
        self.difference.setObjectName("hint")
        self.wave_lane.header.setStretch(1, 0)
        self.wave_lane.header.addWidget(self.subject, 1)
        self.wave_lane.header.addWidget(self.difference, 2)
        self.wave_lane.body.addWidget(self.wave, 1)
        self.entropy.setObjectName("value")
        self.entropy.setFixedSize(120, 20)
        self.entropy.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.entropy.setAccessibleName("Entropy")
        self.entropy.setToolTip("How open the next sample is: 0 bits certain, 8 anything at all")
        self.odds_lane.add_tool(self.entropy)
        self.odds_lane.add_tool(self._segments())
        odds = QWidget()
        line = QHBoxLayout(odds)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        over_time = QVBoxLayout()
        over_time.setSpacing(2)
        over_time.addWidget(self.heatmap, 1)
        over_time.addWidget(self.bits)
        line.addLayout(over_time, 1)
        self._views.addWidget(odds)
        self._views.addWidget(self.spectrum)
        # The strip lies over the right end of the map: every lane has the same seconds over each other.
        self.distribution.setParent(self.heatmap)
        self.heatmap.installEventFilter(self)
        self.odds_lane.body.addWidget(self._views, 1)
        self.changes_lane.body.addWidget(self.changes, 1)
        for name, lane, stretch in (
            ("score", self.score, 3),
            ("wave", self.wave_lane, 4),
            ("odds", self.odds_lane, 6),
            ("changes", self.changes_lane, 1),
        ):
            if lane is not self.score:
                lane.finish_header()
            self.lanes.add(name, lane, stretch)

    def _segments(self) -> QFrame:
        """What the third lane shows."""
        frame = QFrame()
        frame.setObjectName("segments")
        line = QHBoxLayout(frame)
        line.setContentsMargins(2, 0, 2, 0)
        line.setSpacing(0)
        for view, name, tip in (
            (ODDS, "Odds", "How likely every amplitude was, over time"),
            (SPECTRUM, "Spectrum", "What sounds at which height, over time"),
        ):
            button = Button(name, style="segment", tip=tip, checkable=True)
            self._view_buttons.addButton(button, view)
            line.addWidget(button)
        self._view_buttons.button(ODDS).setChecked(True)
        self._view_buttons.idClicked.connect(self.show_view)
        return frame

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            wide, high = self.heatmap.width(), self.heatmap.height()
            strip = min(STRIP, wide // 4)
            self.distribution.setGeometry(wide - strip, 0, strip, high)
        return super().eventFilter(watched, event)
