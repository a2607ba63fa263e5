"""What the table of actions says of each of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spec:
    """One action. ``keys`` holds its shortcuts, the one that is shown first."""

    id: str
    text: str
    tip: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    on_icon: str = ""
    checkable: bool = False
    line_before: bool = False
