"""The stage: lanes one above the other on one time axis, pictures of the take that sounds or is selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.panels.keys import KeysPanel
from app.panels.score import ScorePanel
from app.panels.text import TextPanel
from app.plots.axis import TimeAxis
from app.plots.base import StillPlot
from app.plots.change_lanes import ChangeLanes
from app.plots.distribution import DistributionPlot
from app.plots.entropy import EntropyPlot
from app.plots.heatmap import HeatMap
from app.plots.layer_bands import LayerBandsPlot
from app.plots.layers import LayersPlot
from app.plots.melody import MelodyPlot
from app.plots.overview import Overview
from app.plots.pianoroll import PianoRoll
from app.plots.ruler import Ruler
from app.plots.spectrum import SpectrumPlot
from app.plots.time_plot import TimePlot
from app.plots.turns import Turns
from app.plots.wave import WavePlot
from app.widgets.card import Card
from app.widgets.elided import ElidedLabel
from app.widgets.lane import SIDES, Lane, LaneStack
from app.widgets.segments import Segments

GAP = 6
SCORE_HEIGHT = 132
"""Points that a score gets at least when it comes, if the others can spare them."""
STRIP = 112
ODDS, SPECTRUM, LAYERS = 0, 1, 2
VIEWS = (
    (ODDS, "Odds", "How likely every amplitude was, over time"),
    (SPECTRUM, "Spectrum", "What sounds at which height, over time"),
    (LAYERS, "Layers", "What each layer contributes and lets through; a click switches one off"),
)
"""What the third lane shows."""
NO_ODDS = "Odds show while a take is made"


class Stage(QWidget):
    """What is in it is told to its pictures by the controllers."""

    clicked = Signal(float)
    """Seconds at which the user clicked, in any lane."""

    looped = Signal(float, float)
    """(first, last) seconds of the part that was dragged over, in any lane with Shift, or in the ruler."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.axis = TimeAxis()
        self.ruler, self.overview = Ruler(self.axis), Overview(self.axis)
        self.wave, self.spectrum = WavePlot(self.axis), SpectrumPlot(self.axis)
        self.heatmap, self.bits = HeatMap(self.axis), EntropyPlot(self.axis)
        self.heatmap.set_hint(NO_ODDS)
        self.layers, self.layer_bands = LayersPlot(self.axis), LayerBandsPlot()
        self.changes, self.melody = ChangeLanes(self.axis), MelodyPlot(self.axis)
        self.piano_roll = PianoRoll(self.axis)
        self.distribution = DistributionPlot()
        self.entropy = QLabel()
        self.subject = ElidedLabel()
        """What is shown: a take's name, or what is being made."""
        self.difference = ElidedLabel()
        """What differs between the two takes that are compared."""
        self.score, self.text = ScorePanel(actions, self.piano_roll), TextPanel(actions)
        self.wave_lane, self.view_lane, self.changes_lane = Lane("Wave"), Lane("Odds"), Lane("Changes")
        self.melody_lane = Lane("Melody")
        self.lanes = LaneStack()
        self._speaking = self._small = False
        self.keys = KeysPanel(actions)
        self.keys.hide()
        self.lanes.setHandleWidth(GAP)
        self._views = QStackedWidget()
        self._view_choice = Segments(VIEWS, margin=0)
        self._view_choice.choose(ODDS)
        self._view_choice.pressed.connect(self.show_view)
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
        column.addWidget(self.keys)
        for plot in self.time_plots:
            plot.clicked.connect(self.clicked)
            plot.looped.connect(self.looped)
        turns = Turns(self)
        plots: tuple[StillPlot | PianoRoll, ...] = (
            *self.time_plots,
            self.overview,
            self.distribution,
            self.layer_bands,
        )
        for picture in (*plots, self.piano_roll):
            picture.turns = turns
        self.piano_roll.clicked.connect(self.clicked)

    @property
    def time_plots(self) -> tuple[TimePlot, ...]:
        """All pictures on the axis but the piano roll."""
        over_time = self.heatmap, self.bits, self.spectrum, self.layers
        return self.ruler, self.wave, self.melody, *over_time, self.changes

    @property
    def _strips(self) -> tuple[tuple[StillPlot, TimePlot], ...]:
        """What lies over the right end of which picture."""
        return (self.distribution, self.heatmap), (self.layer_bands, self.layers)

    @property
    def view(self) -> int:
        """ODDS, SPECTRUM or LAYERS."""
        return self._views.currentIndex()

    @Slot(object)
    def show_view(self, view: int) -> None:
        """Turn the third lane to the odds, the spectrum or the layers."""
        self._views.setCurrentIndex(view)
        self._view_choice.choose(view)
        self.view_lane.set_heading(VIEWS[view][1])
        self.entropy.setVisible(view == ODDS)

    def show_speaking(self, on: bool, *, score: bool) -> None:
        """Whether a text is what is played, and whether a score can be where none is."""
        self._speaking = on
        for lane, there in (("score", score and not on), ("text", on), ("melody", on)):
            self.lanes.set_available(lane, there)
        self.fold(self._small)

    def fold(self, small: bool) -> None:
        """Whether there is little room: a text goes without the odds, and keys without what was moved."""
        self._small = small
        self.keys.set_low(small)
        self.lanes.set_available("odds", not (small and self._speaking))
        self.lanes.set_available("changes", not (small and (self._speaking or not self.keys.isHidden())))

    def show_keys(self, on: bool) -> None:
        """Show the drawn keyboard, or not."""
        self.keys.setVisible(on)
        self.fold(self._small)

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
        for plot in (*self.time_plots, self.overview, self.distribution, self.layer_bands):
            plot.set_theme(theme)
        self.piano_roll.set_theme(theme)
        self.keys.set_theme(theme)
        for lane in self.lanes.lanes:
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
        self.view_lane.add_tool(self.entropy)
        self.view_lane.add_tool(self._view_choice)
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
        self._views.addWidget(self.layers)
        # Strips lie over the right end of a picture: every lane has the same seconds over each other.
        for strip, over in self._strips:
            strip.setParent(over)
            over.installEventFilter(self)
        self.layer_bands.hide()
        self.view_lane.body.addWidget(self._views, 1)
        self.changes_lane.body.addWidget(self.changes, 1)
        self.melody_lane.body.addWidget(self.melody, 1)
        for name, lane, stretch in (
            ("score", self.score, 3),
            ("text", self.text, 4),
            ("wave", self.wave_lane, 4),
            ("melody", self.melody_lane, 3),
            ("odds", self.view_lane, 6),
            ("changes", self.changes_lane, 1),
        ):
            if lane not in (self.score, self.text):
                lane.finish_header()
            self.lanes.add(name, lane, stretch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            for strip, over in self._strips:
                width = min(STRIP, over.width() // 4)
                strip.setGeometry(over.width() - width, 0, width, over.height())
        return super().eventFilter(watched, event)
