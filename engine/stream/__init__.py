"""Live playing: the worker thread that generates, the ring it fills, the sound card that drains it."""
