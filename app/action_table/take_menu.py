"""What is done with the selected take."""

from app.action_table.spec import Spec

TAKE = (
    Spec("take_play", "Play take", "Play the selected take, or stop it", "&Take", ("Shift+Space",), "play"),
    Spec(
        "take_apply",
        "Use its settings",
        "Set all controls and the seed as the take had them",
        "&Take",
        ("Ctrl+Return",),
        "apply",
    ),
    Spec(
        "take_star", "Star", "Mark the take as one to keep", "&Take", ("Ctrl+D",), "star", "star-filled", True
    ),
    Spec("take_rename", "Rename", "Give the take another name", "&Take", ("F2",), "rename"),
    Spec(
        "take_export",
        "Export …",
        "Write the selected takes, the starred ones or all to WAV, FLAC or OGG files",
        "&Take",
        ("Ctrl+Shift+E",),
        "export",
    ),
    Spec(
        "compare",
        "Compare",
        "Hear the other of the two marked takes, at the same place and as loud",
        "&Take",
        ("X",),
        "compare",
        line_before=True,
    ),
    Spec("mark_a", "Mark as A", "Compare the selected take with B", "&Take", ("Ctrl+Shift+A",), "tag"),
    Spec("mark_b", "Mark as B", "Compare the selected take with A", "&Take", ("Ctrl+Shift+B",), "tag"),
    Spec(
        "go_on",
        "Go on from here",
        "Go on with the selected take, from the playhead or its end, with the settings of now",
        "&Take",
        ("F",),
        "branch",
        line_before=True,
    ),
    Spec(
        "rewind",
        "Rewind 3 seconds",
        "Go back three seconds in what plays, and on from there another way",
        "&Take",
        ("Backspace",),
        "rewind",
    ),
    Spec(
        "make_again",
        "Make again",
        "Make the selected take again from its settings, and see whether the samples are the same",
        "&Take",
        ("Ctrl+Shift+R",),
        "reset",
    ),
    Spec(
        "take_delete",
        "Delete",
        "Delete the take; Ctrl+Z brings it back",
        "&Take",
        ("Ctrl+Backspace",),
        "bin",
        line_before=True,
    ),
)
