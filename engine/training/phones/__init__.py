"""Training of the net that hears phones: a WaveNet's layers, pooled to frames (section 3.4 of the paper)."""
