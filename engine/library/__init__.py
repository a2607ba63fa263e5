"""What the user has: models, presets, takes, audio files."""
