"""The one table of actions, a menu a module: what each is called, what it does, its keys and its icon."""

from app.action_table.edit_menu import EDIT
from app.action_table.file_menu import FILE
from app.action_table.help_menu import HELP
from app.action_table.play_menu import PLAY
from app.action_table.preset_menu import PRESET
from app.action_table.snapshot_menu import SNAPSHOTS
from app.action_table.speak_menu import SPEAK
from app.action_table.spec import Spec
from app.action_table.take_menu import TAKE
from app.action_table.train_menu import TRAIN
from app.action_table.view_menu import VIEW

SPECS: tuple[Spec, ...] = (*FILE, *EDIT, *PLAY, *SPEAK, *TRAIN, *PRESET, *TAKE, *SNAPSHOTS, *VIEW, *HELP)

__all__ = ["SPECS", "Spec"]
