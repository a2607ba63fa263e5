"""What is opened, kept and written."""

from app.action_table.spec import Spec

FILE = (
    Spec(
        "open_score",
        "Open MIDI …",
        "Open a MIDI file as the score; a take that plays starts anew with it",
        "&File",
        ("Ctrl+O",),
        "open",
    ),
    Spec(
        "compose_score",
        "Compose a piece",
        "Write a new piece in this style for the model to play; a take that plays starts anew with it",
        "&File",
        ("Ctrl+N",),
        "note",
    ),
    Spec(
        "clear_score",
        "Play without the score",
        "Let the model improvise again; a take that plays starts anew",
        "&File",
        ("Ctrl+Shift+O",),
        "close",
    ),
    Spec(
        "open_recording",
        "Say this in another voice …",
        "Open a recording of somebody who speaks: the voice that is chosen says it again",
        "&File",
        ("Ctrl+Shift+V",),
        "voice",
        line_before=True,
    ),
    Spec(
        "clear_recording",
        "Say the preset’s own again",
        "Let the preset say its own sentence again",
        "&File",
        (),
        "close",
    ),
    Spec(
        "keep",
        "Keep",
        "Write what sounds to a file at once, from its start to now, as the last one was written",
        "&File",
        ("K",),
        "export",
        line_before=True,
    ),
    Spec(
        "export",
        "Keep as …",
        "Write what sounds to a WAV, FLAC or OGG file: choose depth, rate, loudness, fades and place",
        "&File",
        ("Ctrl+E",),
        "export",
    ),
    Spec(
        "save_preset",
        "Save as preset …",
        "Keep these settings as a preset of your own",
        "&File",
        ("Ctrl+S",),
        "save",
        line_before=True,
    ),
    Spec("quit", "Quit", "Close WaveNet Studio", "&File", ("Ctrl+Q",), "exit", line_before=True),
)
