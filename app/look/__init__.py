"""Colours, theme, stylesheet, icons."""
