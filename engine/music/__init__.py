"""Scores: notes from MIDI files and corpora, and the ways in which a model plays them."""
