"""A corpus on disk: one flat array of samples, one line a piece, one page about the whole.

corpus.json    kind, sample rate, seed, vocabularies, sources with versions and licences
pieces.jsonl   a Piece a line
audio.npy      int16 mono, all pieces end to end (read with a memory map)
notes.npy      float32 [n, 6], the notes of all pieces end to end, where the recipe knows them

While it is written: audio.part and notes.part (what will be the arrays) and, where it can be resumed,
corpus.part (a journal).
"""

from engine.corpus.reader import SPLITS, Corpus, Piece, split_of, walk
from engine.corpus.writer import CorpusWriter

__all__ = ["SPLITS", "Corpus", "CorpusWriter", "Piece", "split_of", "walk"]
