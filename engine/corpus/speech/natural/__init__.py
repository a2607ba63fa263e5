"""Natural voices for the speech corpus: those of Kokoro-82M, and blends of them."""
