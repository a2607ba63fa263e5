"""What can go wrong with the compiled layers."""

from __future__ import annotations


class FusedError(Exception):
    """The compiled layers cannot be had on this machine; its message is one line."""
