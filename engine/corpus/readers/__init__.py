"""Readers of corpora that people have: each lists recordings; ``collect`` makes a corpus of them."""
