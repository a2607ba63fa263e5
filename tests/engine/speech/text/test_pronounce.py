"""Words that are spelled alike are told apart, small words lean on the next: cases from English."""

from __future__ import annotations

import pytest

from engine.speech.script import Word
from engine.speech.text.dictionary import Accent
from engine.speech.text.lexicon import Lexicon
from engine.speech.text.reading import read_text

MARKS = {0: "", 1: "ˈ", 2: "ˌ"}


def spoken(text: str, accent: Accent = "american", lexicon: Lexicon | None = None) -> dict[str, str]:
    """The phones of each word by how the text writes it; those of the last where one comes twice."""
    words: list[Word] = []
    for phrase in read_text(text, accent=accent, lexicon=lexicon).phrases:
        words += phrase.words
    return {
        text[word.start : word.end]: "".join(MARKS[phone.stress] + phone.symbol for phone in word.phones)
        for word in words
    }


HOMOGRAPHS = [
    ("I will read it.", "read", "ɹˈid"),
    ("She has read it.", "read", "ɹˈɛd"),
    ("He read it yesterday.", "read", "ɹˈɛd"),
    ("They were read aloud.", "read", "ɹˈɛd"),
    ("I want to read.", "read", "ɹˈid"),
    ("The lead pipes leaked.", "lead", "lˈɛd"),
    ("She will lead us.", "lead", "lˈid"),
    ("The lead singer left.", "lead", "lˈid"),
    ("They live here.", "live", "lˈɪv"),
    ("We heard live music.", "live", "lˈIv"),
    ("The show is live.", "live", "lˈIv"),
    ("He lives in Rome.", "lives", "lˈɪvz"),
    ("It saved our lives.", "lives", "lˈIvz"),
    ("The wind blew.", "wind", "wˈɪnd"),
    ("Please wind the clock.", "wind", "wˈInd"),
    ("The wound healed.", "wound", "wˈund"),
    ("He wound up in jail.", "wound", "wˈWnd"),
    ("A tear ran down her cheek.", "tear", "tˈɪɹ"),
    ("Do not tear the page.", "tear", "tˈɛɹ"),
    ("She was in tears.", "tears", "tˈɪɹz"),
    ("He tears it up.", "tears", "tˈɛɹz"),
    ("Please close the door.", "close", "klˈOz"),
    ("We are close to home.", "close", "klˈOs"),
    ("At the close of day.", "close", "klˈOz"),
    ("A close friend came.", "close", "klˈOs"),
    ("They record music.", "record", "ɹəkˈɔɹd"),
    ("A world record fell.", "record", "ɹˈɛkəɹd"),
    ("I present the prize.", "present", "pɹizˈɛnt"),
    ("The present is now.", "present", "pɹˈɛzᵊnt"),
    ("I use a pen.", "use", "jˈuz"),
    ("It is of no use.", "use", "jˈus"),
    ("The use of force.", "use", "jˈus"),
    ("I used to sing.", "used", "jˈust"),
    ("It is used to cut bread.", "used", "jˈuzd"),
    ("He used a knife.", "used", "jˈuzd"),
    ("He plays the bass guitar.", "bass", "bˈAs"),
    ("We caught a bass in the lake.", "bass", "bˈæs"),
    ("A bow and arrow.", "bow", "bˈO"),
    ("They bow down.", "bow", "bˈW"),
    ("In minute detail, with minute details.", "minute", "mInˈut"),
    ("Wait a minute.", "minute", "mˈɪnət"),
    ("The desert is dry.", "desert", "dˈɛzəɹt"),
    ("Do not desert me.", "desert", "dəzˈɜɹt"),
    ("I object to this.", "object", "əbʤˈɛkt"),
    ("An odd object lay there.", "object", "ˈɑbʤəkt"),
    ("He was content.", "content", "kəntˈɛnt"),
    ("The content is good.", "content", "kˈɑntɛnt"),
    ("I refuse to go.", "refuse", "ɹəfjˈuz"),
    ("A separate room.", "separate", "sˈɛpəɹət"),
    ("We must separate them.", "separate", "sˈɛpəɹˌAt"),
    ("The dove flew.", "dove", "dˈʌv"),
    ("He dove into the sea.", "dove", "dˈOv"),
    ("My résumé is long.", "résumé", "ɹˈɛzəmˌA"),
    ("We resume at noon.", "resume", "ɹəzˈum"),
    ("An increase in pay.", "increase", "ˈɪnkɹˌis"),
    ("They increase the pay.", "increase", "ɪnkɹˈis"),
    ("A row broke out, a furious row.", "row", "ɹˈW"),
    ("The front row is full.", "row", "ɹˈO"),
]
SMALL_WORDS = [
    ("see the cat", "the", "ðə"),
    ("see the apple", "the", "ði"),
    ("see a cat", "a", "ɐ"),
    ("see an apple", "an", "ɐn"),
    ("go to bed", "to", "tə"),
    ("go to Italy", "to", "tʊ"),
    ("where to?", "to", "tu"),
    ("so I left", "I", "ˌI"),
    ("the FBI came", "FBI", "ˌɛfbˌiˈI"),
    ("three CDs", "CDs", "sˌidˈiz"),
    ("vitamin A.", "A", "ˈA"),
    ("an unkindly cat", "unkindly", "ˌʌnkˈIndli"),
    ("the dogs' toys", "dogs'", "dˈɔɡz"),
]
BRITISH = [
    ("at the bath", "bath", "bˈɑːθ"),
    ("a new car", "car", "kˈɑː"),
    ("go home", "home", "hˈQm"),
    ("better water", "water", "wˈɔːtə"),
    ("to zed Z.", "Z", "zˈɛd"),
    ("to read", "read", "ɹˈiːd"),
    ("he has read", "read", "ɹˈɛd"),
    ("see the cat", "the", "ðə"),
]


@pytest.mark.parametrize(("text", "word", "phones"), [*HOMOGRAPHS, *SMALL_WORDS])
def test_american_phones(text: str, word: str, phones: str) -> None:
    assert spoken(text)[word] == phones


@pytest.mark.parametrize(("text", "word", "phones"), BRITISH)
def test_british_phones(text: str, word: str, phones: str) -> None:
    assert spoken(text, "british")[word] == phones


def test_the_users_words_go_before_all_others() -> None:
    own = Lexicon({"read": "ɹˈAd", "NASA": "nˈɑsɑ"})
    assert spoken("Read NASA", lexicon=own) == {"Read": "ɹˈAd", "NASA": "nˈɑsɑ"}
