"""The corpus of speech by free synthesisers."""
