"""A corpus as one small file, for machines that have torch, Lightning and numpy and nothing else.

A zip file (nothing in it is compressed by zip itself) of
manifest.json       what corpus.json says; size and SHA-256 of each of the others before xz
pieces.jsonl.xz     a piece a line, without phones and F0
labels.npz.xz       phones and F0 as arrays
notes.npy.xz        the notes of all pieces, where there are some
audio.ulaw.xz       mu-law codes, one byte a sample
"""

FORMAT = "wavenet-studio-corpus"
VERSION = 1
MANIFEST = "manifest.json"
PIECES, LABELS, NOTES, AUDIO = "pieces.jsonl.xz", "labels.npz.xz", "notes.npy.xz", "audio.ulaw.xz"
