"""Learn what letters stand for from the dictionary's words: american-letters.bin and british-letters.bin.

    PYTHONPATH=. .venv/bin/python assets/lexicon/write_letters.py american british

First letters and phones are aligned (each letter none, one or two phones; Viterbi, five times); then a rule
is kept for each surrounding of a letter that is said otherwise than by the rule for less of it. A word whose
CRC-32, in small letters, is a multiple of HELD_OUT is never learnt from: the error on the first 500 is told.
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.speech.script import LONG, VOWELS
from engine.speech.text.dictionary import FOLDER, Accent, Dictionary, packed
from engine.speech.text.letters import ALPHABET, EDGE, ORDER, SILENT, LetterRules

HELD_OUT = 199
GAIN = 2
"""Letters of the words that a rule must set right."""
MOST = 20
"""Letters or phones of a word that is learnt from."""
ROUNDS = 5
LETTERS = ALPHABET + EDGE
Ints = NDArray[np.int64]
Pairs = list[tuple[str, list[str]]]


def split(phones: str) -> list[str]:
    """Phones, each vowel with its marks."""
    result: list[str] = []
    mark = ""
    for letter in phones:
        if letter in "ˈˌ":
            mark = letter
        elif letter == LONG:
            result[-1] += letter
        else:
            result.append(mark + letter if letter in VOWELS else letter)
            mark = "" if letter in VOWELS else mark
    return result


def pairs_of(accent: Accent) -> Pairs:
    """The dictionary's words of letters and apostrophes, in small letters, and their phones."""
    content = zlib.decompress((FOLDER / f"{accent}.bin").read_bytes())
    known = Dictionary(content, accent == "british")
    found = []
    for line in content.split(b"\n")[1:-1]:
        word, entry = line.split(b"\t")
        letters = word.decode().lower()
        if 1 < len(letters) <= MOST and set(letters) <= set(ALPHABET) and not word[1:].isupper():
            phones = split(known.read(entry)[""])
            if len(phones) <= min(MOST, 2 * len(letters)):
                found.append((letters, phones))
    return found


def aligned(pairs: Pairs) -> list[list[str]]:
    """What each letter of each word stands for: phones joined, or nothing."""
    bare = [[phone.strip("ˈˌ") for phone in phones] for _, phones in pairs]
    symbols = sorted({phone for phones in bare for phone in phones})
    codes = {phone: index for index, phone in enumerate(symbols)}
    letters = np.full((len(pairs), MOST), len(ALPHABET))
    sounds = np.full((len(pairs), MOST), len(symbols))
    for row, ((word, _), phones) in enumerate(zip(pairs, bare, strict=True)):
        letters[row, : len(word)] = [ALPHABET.index(letter) for letter in word]
        sounds[row, : len(phones)] = [codes[phone] for phone in phones]
    counts = np.array([[len(word), len(phones)] for (word, _), phones in zip(pairs, bare, strict=True)])
    one = near(letters, sounds, counts, len(symbols) + 1)
    none = np.full(len(LETTERS), np.log(0.1))
    two = one[:, :, None] + one[:, None, :] - 2.0
    for _ in range(ROUNDS):
        taken = best(letters, sounds, counts, (none, one, two))
        none, one, two = scores(letters, sounds, counts, taken, one.shape)
    result = []
    for (_, phones), row in zip(pairs, taken.tolist(), strict=True):
        ends = np.cumsum(row).tolist()
        result.append(["".join(phones[end - count : end]) for end, count in zip(ends, row, strict=True)])
    return result


def near(letters: Ints, sounds: Ints, counts: Ints, symbols: int) -> NDArray[np.float64]:
    """[letters, phones]: log odds by how often they stand at about the same place of their words."""
    table = np.full((len(LETTERS), symbols), 0.1)
    for at in range(MOST):
        place = np.rint((at + 0.5) * counts[:, 1] / counts[:, 0] - 0.5).astype(np.int64)
        within = at < counts[:, 0]
        for off, weight in ((-1, 0.5), (0, 1.0), (1, 0.5)):
            sound = sounds[np.arange(len(sounds)), np.clip(place + off, 0, MOST - 1)]
            np.add.at(table, (letters[within, at], sound[within]), weight)
    return np.log(table / table.sum(axis=1, keepdims=True))


def best(letters: Ints, sounds: Ints, counts: Ints, odds: tuple[NDArray[np.float64], ...]) -> Ints:
    """[words, MOST]: how many phones each letter takes on the likeliest way through its word (Viterbi)."""
    none, one, two = odds
    words = len(letters)
    score = np.full((words, MOST + 1), -np.inf)
    score[:, 0] = 0.0
    came = np.zeros((MOST, words, MOST + 1), np.int8)
    for at in range(MOST):
        letter = letters[:, at]
        ways = np.full((3, words, MOST + 1), -np.inf)
        ways[0] = score + none[letter][:, None]
        ways[1, :, 1:] = score[:, :-1] + one[letter[:, None], sounds]
        ways[2, :, 2:] = score[:, :-2] + two[letter[:, None], sounds[:, :-1], sounds[:, 1:]]
        came[at] = ways.argmax(axis=0)
        within = (at < counts[:, 0])[:, None]
        score = np.where(within, ways.max(axis=0), score)
    taken = np.zeros((words, MOST), np.int64)
    place = counts[:, 1].copy()
    rows = np.arange(words)
    for at in range(MOST - 1, -1, -1):
        step = np.where(at < counts[:, 0], came[at][rows, place], 0)
        taken[:, at] = step
        place -= step
    return taken


def scores(
    letters: Ints, sounds: Ints, counts: Ints, taken: Ints, shape: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Log odds of each letter to stand for nothing, a phone or two, by how often it did."""
    none = np.full(shape[0], 0.5)
    one = np.full(shape, 0.05)
    two = np.full((*shape, shape[1]), 0.001)
    ends = np.cumsum(taken, axis=1)
    rows = np.arange(len(letters))
    for at in range(MOST):
        within = at < counts[:, 0]
        for count, table in ((0, none), (1, one), (2, two)):
            chosen = within & (taken[:, at] == count)
            last = ends[chosen, at]
            places = [sounds[rows[chosen], last - count + step] for step in range(count)]
            np.add.at(table, (letters[chosen, at], *places), 1.0)
    total = none + one.sum(axis=1) + two.sum(axis=(1, 2))
    return np.log(none / total), np.log(one / total[:, None]), np.log(two / total[:, None, None])


def rules_of(pairs: Pairs, sounds: list[list[str]], gain: int = GAIN) -> dict[str, str]:
    """The sound of each surrounding that is said otherwise than a smaller one, and so better."""
    tags = sorted({sound for row in sounds for sound in row})
    codes = {tag: index for index, tag in enumerate(tags)}
    tag = np.array(
        [codes[sound] for (word, _), row in zip(pairs, sounds, strict=True) for sound in row[: len(word)]]
    )
    reach = max(ORDER)
    padded = np.concatenate([[len(ALPHABET)] * reach, *(
        [*(ALPHABET.index(letter) for letter in word), *[len(ALPHABET)] * reach] for word, _ in pairs
    )])  # fmt: skip
    places = np.flatnonzero(padded < len(ALPHABET))
    keys = np.zeros(len(places), np.int64)
    parents = np.zeros(len(places), np.int64)
    resolved = np.array([-1])
    rules: dict[str, str] = {}
    for depth, step in enumerate(ORDER):
        keys = keys * len(LETTERS) + padded[places + step]
        unique, first, member = np.unique(keys, return_index=True, return_inverse=True)
        pair, count = np.unique(member * len(tags) + tag, return_counts=True)
        order = np.lexsort((count, pair // len(tags)))
        owner = pair[order] // len(tags)
        last = np.flatnonzero(np.append(owner[1:] != owner[:-1], True))
        likeliest, often = pair[order][last] % len(tags), count[order][last]
        inherited = resolved[parents[first]]
        table = dict(zip(pair.tolist(), count.tolist(), strict=True))
        before = np.array(
            [table.get(index * len(tags) + old, 0) for index, old in enumerate(inherited.tolist())]
        )
        kept = (likeliest != inherited) & ((often - before >= gain) | (depth == 0))
        resolved = np.where(kept, likeliest, inherited)
        parents = member
        for key, code in zip(unique[kept].tolist(), resolved[kept].tolist(), strict=True):
            name = ""
            for _ in range(depth + 1):
                key, letter = divmod(key, len(LETTERS))
                name = LETTERS[letter] + name
            rules[name] = tags[code] or SILENT
    return rules


def distance(first: list[str], second: list[str]) -> int:
    """Levenshtein's."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


def errors(rules: LetterRules, held: Pairs) -> str:
    """Phone errors, without and with stress, and the share of words without one."""
    wrong = bare = total = right = 0
    for letters, phones in held:
        said = split(rules.say(letters))
        wrong += distance(said, phones)
        bare += distance([one.strip("ˈˌ") for one in said], [one.strip("ˈˌ") for one in phones])
        total += len(phones)
        right += said == phones
    return f"{bare / total:.3f}, with stress {wrong / total:.3f}; {right / len(held):.3f} of words right"


def main(accent: Accent) -> None:
    """Write those of an accent."""
    pairs = pairs_of(accent)
    held = [pair for pair in pairs if zlib.crc32(pair[0].encode()) % HELD_OUT == 0]
    learnt = [pair for pair in pairs if zlib.crc32(pair[0].encode()) % HELD_OUT != 0]
    sounds = aligned(learnt)
    rules = rules_of(learnt, sounds)
    content = packed({name: {"": sound} for name, sound in rules.items()})
    file = Path(__file__).with_name(f"{accent}-letters.bin")
    file.write_bytes(zlib.compress(content, 9))
    told = errors(LetterRules(Dictionary(content, accent == "british")), held[:500])
    sys.stdout.write(f"{file}: {len(rules)} rules, {file.stat().st_size} bytes; held out {told}\n")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        main("british" if name == "british" else "american")
