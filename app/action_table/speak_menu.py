"""Texts that are said."""

from app.action_table.spec import Spec

SPEAK = (
    Spec(
        "speak",
        "Speak",
        "Say the text from its beginning, or stop (Ctrl+Return in the text)",
        "&Speak",
        (),
        "voice",
    ),
    Spec(
        "speak_here",
        "Speak from here",
        "Say the text from the sentence in which the cursor stands",
        "&Speak",
        ("Ctrl+Shift+Return",),
        "play",
    ),
    Spec(
        "sentence_back",
        "A sentence back",
        "Say the sentence again, or the one before where this one has only begun",
        "&Speak",
        ("Alt+Left",),
        "rewind",
    ),
    Spec(
        "sentence_forward",
        "A sentence forward",
        "Go on to the next sentence",
        "&Speak",
        ("Alt+Right",),
        "forward",
    ),
    Spec(
        "open_text",
        "Open a text …",
        "Open a text file, to be said",
        "&Speak",
        ("Ctrl+T",),
        "open",
        line_before=True,
    ),
    Spec(
        "save_subtitles",
        "Save word times …",
        "Write when each word of the selected take is said: subtitles (.srt), or words and phones (.json)",
        "&Speak",
        (),
        "export",
    ),
    Spec(
        "speak_mode",
        "Speak texts",
        "On: Play says the text. Off: Play plays music, and says recordings",
        "&Speak",
        ("Ctrl+M",),
        "voice",
        checkable=True,
        line_before=True,
    ),
)
