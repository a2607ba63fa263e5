"""What is taken back, found and reset."""

from app.action_table.spec import Spec

EDIT = (
    Spec("undo", "Undo", "Take back what was done last", "&Edit", ("Ctrl+Z",), "reset"),
    Spec("redo", "Redo", "Do again what was taken back", "&Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    Spec(
        "palette",
        "Find a command …",
        "Every command, preset and take: type a few letters of its name",
        "&Edit",
        ("Ctrl+K",),
        "search",
        line_before=True,
    ),
    Spec(
        "find_take",
        "Search takes",
        "Type to find a take",
        "&Edit",
        ("Ctrl+Shift+F",),
        "search",
        line_before=True,
    ),
    Spec(
        "find",
        "Search presets",
        "Type to find a preset",
        "&Edit",
        ("Ctrl+F",),
        "search",
    ),
    Spec(
        "reset",
        "Back to the preset",
        "Set all controls as the preset has them",
        "&Edit",
        ("Ctrl+0",),
        "reset",
    ),
)
