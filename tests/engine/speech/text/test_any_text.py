"""Whatever is pasted is read: words lie in the text, phones are known, phrases are short."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.speech.script import CONSONANTS, LONG, STOPS, VOWELS, Script
from engine.speech.text.reading import read_text

PIECES = (
    *"$ £ € % ° & @ # / \\ < > { } [ ] ( ) * _ - – — … . , ; : ! ? ' \" ’ “ ” ½ ² ™".split(),
    *"1 2 3 0 9 12 1984 3.5 a I x Q Dr. St. e.g. U.S. FBI iPhone km/h 5'11\" $3.2bn".split(),
    *"3:30pm 1/2 March 2024-01-02 Henry VIII http://a.b/c a@b.co [pause 1s] &amp; <!--".split(),
    *"<break time='1s'/> <prosody rate='2'> </prosody> <sub alias='x'> </sub> {həlˈO} {q}".split(),
    *"the read live déjà naïve 你好 привет שלום 😀 \u0301 \u200b \ufeff \x00 \n\n \n".split(" "),
)


def check(script: Script) -> None:
    """What holds of any script."""
    last_sentence = 0
    for phrase in script.phrases:
        assert 1 <= len(phrase.words) <= 12
        assert phrase.stop == "" or phrase.stop in STOPS
        assert phrase.sentence - last_sentence in (0, 1)
        last_sentence = phrase.sentence
        assert phrase.pause_s is None or phrase.pause_s >= 0.0
        for word in phrase.words:
            assert 0 <= word.start < word.end <= len(script.text)
            assert word.phones
            for phone in word.phones:
                assert phone.symbol.removesuffix(LONG) in VOWELS + CONSONANTS
                assert phone.stress in (0, 1, 2)
    starts = [word.start for phrase in script.phrases for word in phrase.words]
    assert starts == sorted(starts)
    assert all(note and "\n" not in note for note in script.notes)


def test_ten_thousand_arbitrary_texts_are_read() -> None:
    draw = random.Random(18)
    for _ in range(10_000):
        joint = draw.choice(["", " ", " "])
        text = joint.join(draw.choices(PIECES, k=draw.randrange(1, 9)))
        check(read_text(text, accent=draw.choice(["american", "british"])))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_characters_are_read(text: str) -> None:
    check(read_text(text))
