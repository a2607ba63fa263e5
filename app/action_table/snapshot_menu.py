"""Snapshots of the controls, by digits."""

from app.action_table.spec import Spec

MENU = "S&napshots"
DIGITS = range(1, 10)
SNAPSHOTS = (
    *(
        Spec(
            f"recall_{digit}",
            f"Set the controls as in {digit}",
            f"Set all controls as they were stored under {digit}",
            MENU,
            (str(digit),),
            "sliders",
            listed=False,
        )
        for digit in DIGITS
    ),
    *(
        Spec(
            f"store_{digit}",
            f"Store the controls under {digit}",
            f"Keep all controls as they are; {digit} brings them back",
            MENU,
            (f"Ctrl+{digit}",),
            "save",
            line_before=digit == 1,
            listed=False,
        )
        for digit in DIGITS
    ),
)
