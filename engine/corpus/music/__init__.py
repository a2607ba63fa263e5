"""The corpus of composed music."""
