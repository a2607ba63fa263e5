"""What is taken back, found and reset."""

from app.action_table.spec import Spec

EDIT = (
    Spec("undo_delete", "Undo deleting", "Bring back the take deleted last", "&Edit", ("Ctrl+Z",), "reset"),
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
