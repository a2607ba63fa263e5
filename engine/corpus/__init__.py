"""Training corpora: recipes that synthesise them, and the folder format that they are stored in.

corpus.json    kind, sample rate, seed, vocabularies, sources with versions and licences
pieces.jsonl   a piece a line: ``reader.Piece``
audio.npy      int16 mono, all pieces end to end (read with a memory map)
notes.npy      float32 [n, 6], the notes of all pieces end to end, where the recipe knows them

While one is written: audio.part and notes.part (what will be the arrays) and, where it can be resumed,
corpus.part (a journal).
"""
