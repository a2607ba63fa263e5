"""Training corpora: recipes that synthesise them, and the folder format they are stored in."""
