"""What tells about the program."""

from app.action_table.spec import Spec

HELP = (
    Spec("shortcuts", "Shortcuts", "All keys on one page", "&Help", ("F1",), "keyboard"),
    Spec("about", "About WaveNet Studio", "Version, licence, credits", "&Help", (), "info"),
)
