"""Speech: what a WaveNet is told of a voice, frame by frame."""
