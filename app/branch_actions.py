"""The actions that go back in a take, and another way from there."""

from __future__ import annotations

from app.action_spec import Spec

BRANCH_SPECS = (
    Spec(
        "go_on",
        "Go on from here",
        "Go on with the selected take, from the playhead or its end, with the settings of now",
        "&Take",
        ("F",),
        "next",
        line_before=True,
    ),
    Spec(
        "rewind",
        "Rewind 3 seconds",
        "Go back three seconds in what plays, and on from there another way",
        "&Take",
        ("Backspace",),
        "previous",
    ),
    Spec(
        "make_again",
        "Make again",
        "Make the selected take again from its settings, and see whether the samples are the same",
        "&Take",
        ("Ctrl+Shift+R",),
        "reset",
    ),
)
