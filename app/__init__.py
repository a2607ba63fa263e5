"""The window of WaveNet Studio: all of Qt lives here."""
