"""How things are shown."""

from app.action_table.spec import Spec

VIEW = (
    Spec("zoom_in", "Fewer seconds", "Look closer at the waveform", "&View", ("Ctrl+Right",), "search"),
    Spec("zoom_out", "More seconds", "See more of the waveform", "&View", ("Ctrl+Left",), "search"),
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
