"""The composer: seeded scores in ten genres, written as MIDI or played by a small chip."""
