"""Write american.bin and british.bin from misaki's word lists, leaving out what rules give.

    .venv/bin/python assets/lexicon/write_lexicon.py FOLDER

FOLDER holds lexicon_us_gold.json.gz, lexicon_us_silver.json.gz and the two of gb, as the package hibari-tts
(0.2.1) has them in hibari/assets.
"""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from pathlib import Path

from engine.speech.text.dictionary import Dictionary, Forms, packed
from engine.speech.text.endings import derived

PARTS = {
    "NOUN": "NOUN",
    "VERB": "VERB",
    "ADJ": "ADJ",
    "ADV": "ADV",
    "VBD": "PAST",
    "None": "END",
    "DT": "END",
}
"""Parts of speech that a form is kept for, and what they are called here: END is before a pause."""
LETTERS = str.maketrans({"ɾ": "T", "ʔ": "t"})


def main(folder: Path) -> None:
    """Write both files beside this one."""
    for accent, short in (("american", "us"), ("british", "gb")):
        words = read(folder / f"lexicon_{short}_silver.json.gz") | read(
            folder / f"lexicon_{short}_gold.json.gz"
        )
        add(words, accent == "british")
        kept = needed(words, accent == "british")
        content = packed(kept)
        found = Dictionary(content, accent == "british")
        wrong = [word for word, forms in words.items() if (found.forms(word) or {}).get("") != forms[""]]
        file = Path(__file__).with_name(f"{accent}.bin")
        file.write_bytes(zlib.compress(content, 9))
        sys.stdout.write(
            f"{file}: {len(words)} words, {len(kept)} of them listed, {file.stat().st_size} bytes, "
            f"{len(wrong)} said otherwise {wrong[:9]}\n"
        )


def read(file: Path) -> dict[str, Forms]:
    """A word list: phones, or phones by part of speech, of each word."""
    words: dict[str, Forms] = {}
    for word, entry in json.loads(gzip.decompress(file.read_bytes())).items():
        entries = {"DEFAULT": entry} if isinstance(entry, str) else entry
        if None in entries.values():
            continue  # an acronym, US or IT, which is told letter by letter
        forms = {"": entries["DEFAULT"].translate(LETTERS)}
        for tag, part in PARTS.items():
            phones = (entries.get(tag) or "").translate(LETTERS)
            if phones and phones != forms[""]:
                forms[part] = phones
        words[word] = forms
    return words


def add(words: dict[str, Forms], british: bool) -> None:
    """What added.txt says."""
    for line in Path(__file__).with_name("added.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, american, other = line.split(" ")
            word, _, part = name.partition("@")
            words[word] = {**(words.get(word, {}) if part else {}), part: other if british else american}


def needed(words: dict[str, Forms], british: bool) -> dict[str, Forms]:
    """Those that no shorter word gives by a rule; one of two that differ only in a capital letter."""
    kept: dict[str, Forms] = {}

    def find(word: str, depth: int = 1) -> str | None:
        forms = kept.get(word)
        if forms is not None:
            return forms[""]
        return None if depth == 2 else derived(word, lambda stem: find(stem, depth + 1), british)

    for word, forms in sorted(words.items(), key=lambda item: (len(item[0]), item[0])):
        same = words.get(word.lower()) if word != word.lower() else None
        ruled = word == word.lower() and len(forms) == 1 and derived(word, find, british) == forms[""]
        if same == forms or ruled:
            continue
        kept[word] = forms
    return kept


if __name__ == "__main__":
    main(Path(sys.argv[1]))
