"""Training on the user's own sounds."""

from app.action_table.spec import Spec

TRAIN = (
    Spec("train_files", "Add sounds …", "Choose audio files to learn from", "T&rain", (), "open"),
    Spec("train_folder", "Add a folder of sounds …", "Choose a folder to learn from", "T&rain", (), "open"),
    Spec("train_record", "Record sounds", "Record from the computer's input", "T&rain", (), "dot"),
    Spec("train_clear", "Take the sounds away", "Begin with other sounds", "T&rain", (), "close"),
    Spec(
        "train_start",
        "Start training",
        "Begin to learn; playing goes on, and the window may be closed",
        "T&rain",
        (),
        "play",
        line_before=True,
    ),
    Spec("train_pause", "Pause training", "Rest, to go on later from here", "T&rain", (), "pause"),
    Spec("train_stop", "Stop and keep", "End now; the model stays as good as it is", "T&rain", (), "stop"),
    Spec("train_discard", "Throw it away", "End now, and keep nothing of it", "T&rain", (), "bin"),
    Spec("train_play", "Play what was trained", "Choose its preset", "T&rain", (), "note"),
    Spec(
        "train_mode",
        "Train on own sounds",
        "Show what trains on sounds of your own",
        "T&rain",
        ("Ctrl+Alt+T",),
        "waveform",
        checkable=True,
        line_before=True,
    ),
)
