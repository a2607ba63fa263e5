"""What is done with the preset in use."""

from app.action_table.spec import Spec

MENU = "P&reset"
PRESET = (
    Spec(
        "preset_star",
        "Star preset",
        "Mark the preset in use as a favourite; the star beside the search shows favourites alone",
        MENU,
        ("Ctrl+B",),
        "star",
        "star-filled",
        True,
    ),
    Spec(
        "preset_rename", "Rename preset …", "Give the preset another name and description", MENU, (), "rename"
    ),
    Spec(
        "preset_delete",
        "Delete preset",
        "Delete a preset of your own; Ctrl+Z brings it back",
        MENU,
        (),
        "bin",
    ),
    Spec(
        "preset_export",
        "Write preset to a file …",
        "Write the preset to a file, for another machine or person",
        MENU,
        (),
        "export",
        line_before=True,
    ),
    Spec(
        "preset_import",
        "Add preset from a file …",
        "Take a preset in from a TOML file; it can be dropped on the window as well",
        MENU,
        (),
        "open",
    ),
)
