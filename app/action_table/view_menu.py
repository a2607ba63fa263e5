"""How things are shown: lanes, columns, areas, zoom, colours."""

from app.action_table.spec import Spec

LANES = ("score", "text", "wave", "melody", "odds", "changes")
"""Lanes of the stage, from top to bottom; each has an action ``lane_…``."""

VIEW = (
    Spec("lane_score", "Score", "Show the score", "&View", ("Alt+1",), "eye", checkable=True),
    Spec("lane_wave", "Wave", "Show the wave", "&View", ("Alt+2",), "eye", checkable=True),
    Spec(
        "lane_odds",
        "Odds, spectrum, layers",
        "Show odds, spectrum or layers",
        "&View",
        ("Alt+3",),
        "eye",
        checkable=True,
    ),
    Spec("lane_text", "Text", "Show the text that is said", "&View", ("Alt+5",), "eye", checkable=True),
    Spec("lane_melody", "Melody", "Show phones and melody", "&View", ("Alt+6",), "eye", checkable=True),
    Spec("lane_changes", "Changes", "Show what was moved", "&View", ("Alt+4",), "eye", checkable=True),
    Spec(
        "found_phones",
        "Phones heard",
        "Listen to the take that is shown, and write the phones that are heard under its wave",
        "&View",
        ("Alt+7",),
        "voice",
        checkable=True,
    ),
    Spec(
        "left_column",
        "Sounds and takes",
        "Show or hide the left column",
        "&View",
        ("F7",),
        "left",
        checkable=True,
        line_before=True,
    ),
    Spec(
        "right_column", "Controls", "Show or hide the right column", "&View", ("F8",), "right", checkable=True
    ),
    Spec("next_area", "Next area", "Go to the next area of the window", "&View", ("F6",), "chevron-down"),
    Spec(
        "previous_area",
        "Previous area",
        "Go to the area before this one",
        "&View",
        ("Shift+F6",),
        "chevron-up",
    ),
    Spec("zoom_in", "Zoom in", "See fewer seconds, closer", "&View", ("Ctrl+Right",), "search"),
    Spec("zoom_out", "Zoom out", "See more seconds", "&View", ("Ctrl+Left",), "search"),
    Spec("zoom_all", "Whole take", "See the whole take", "&View", ("Ctrl+Shift+Left",), "search"),
    Spec(
        "follow",
        "Follow the playhead",
        "Turn the page when the playhead leaves what is seen",
        "&View",
        ("Ctrl+Shift+P",),
        "play",
        checkable=True,
    ),
    Spec(
        "linear",
        "Linear amplitudes",
        "Space the distribution's axis evenly in amplitude. Off: evenly in values, finer around silence",
        "&View",
        ("Ctrl+Shift+L",),
        "sliders",
        checkable=True,
    ),
    Spec(
        "light",
        "Light theme",
        "Dark on light, for bright rooms",
        "&View",
        (),
        "theme",
        checkable=True,
        line_before=True,
    ),
)
