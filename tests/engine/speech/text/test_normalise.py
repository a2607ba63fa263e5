"""What is written in digits, signs and abbreviations is said in words: cases written down from English."""

from __future__ import annotations

import pytest

from engine.speech.text.dictionary import Accent, dictionary
from engine.speech.text.normalise import Normaliser
from engine.speech.text.source import source


def words(text: str, accent: Accent = "american") -> str:
    """The words of a text in small letters; letters told one by one are joined by dots: f.b.i."""
    units = Normaliser(dictionary(accent)).units(source(text))
    spelled = [unit.spelled for unit in units if unit.is_word]
    return " ".join(word.replace(" ", ".").removesuffix(".").lower() for word in spelled)


NUMBERS = [
    ("42 is the answer", "forty two is the answer"),
    ("0", "zero"),
    ("13 and 30", "thirteen and thirty"),
    ("105 dogs", "one hundred five dogs"),
    ("1,000", "one thousand"),
    ("12,345", "twelve thousand three hundred forty five"),
    ("1,234,567", "one million two hundred thirty four thousand five hundred sixty seven"),
    ("3.14", "three point one four"),
    ("0.05", "zero point zero five"),
    (".5", "zero point five"),
    ("-7", "minus seven"),
    ("a -3.5 drop", "a minus three point five drop"),
    ("007", "zero zero seven"),
    ("1000000", "one million"),
    ("21st", "twenty first"),
    ("the 3rd man", "the third man"),
    ("the 100th time", "the one hundredth time"),
    ("the 12th", "the twelfth"),
    ("10-20 people", "ten to twenty people"),
    ("10–20 people", "ten to twenty people"),
    ("from 3 – 5", "from three to five"),
    ("pages 10-12", "pages ten to twelve"),
    ("a ratio of 3:1", "a ratio of three to one"),
    ("version 1.2.3", "version one point two point three"),
    ("v2.0", "version two point zero"),
    ("10x faster", "ten times faster"),
    ("3×4", "three times four"),
    ("a 6x9 print", "a six by nine print"),
    ("#7", "number seven"),
    ("No. 5", "number five"),
    ("2 + 2 = 4", "two plus two equals four"),
    ("5 < 6", "five less than six"),
    ("24/7", "twenty four seven"),
    ("1/2 a cup", "one half a cup"),
    ("3/4", "three quarters"),
    ("2/3 of it", "two thirds of it"),
    ("2 1/2 cups", "two and a half cups"),
    ("½", "one half"),
    ("1¼ hours", "one and a quarter hours"),
    ("5/8", "five eighths"),
    ("the 747s", "the seven hundred forty sevens"),
    ("2:1", "two to one"),
]
MONEY = [
    ("$5", "five dollars"),
    ("$1", "one dollar"),
    ("$3.50", "three dollars and fifty cents"),
    ("$0.99", "ninety nine cents"),
    ("$1.01", "one dollar and one cent"),
    ("£3.2bn", "three point two billion pounds"),
    ("£3.2bn.", "three point two billion pounds"),
    ("$2 million", "two million dollars"),
    ("$1.5M", "one point five million dollars"),
    ("€20", "twenty euros"),
    ("20 €", "twenty euros"),
    ("20€ each", "twenty euros each"),
    ("¥1,000 and", "one thousand yen and"),
    ("₹500", "five hundred rupees"),
    ("£2.50", "two pounds and fifty pence"),
    ("50p", "fifty pence"),
    ("99¢", "ninety nine cents"),
    ("1¢", "one cent"),
    ("a $5 bill", "a five dollar bill"),
    ("a $3.2bn deal", "a three point two billion dollar deal"),
    ("$5-10", "five to ten dollars"),
    ("£3–4bn", "three to four billion pounds"),
    ("$5 to $10", "five dollars to ten dollars"),
    ("US$5m", "five million u.s dollars"),
    ("20 USD", "twenty dollars"),
    ("EUR 5m", "five million euros"),
    ("$100,000", "one hundred thousand dollars"),
]
DATES = [
    ("in 1984", "in nineteen eighty four"),
    ("in 1905", "in nineteen oh five"),
    ("in 2009", "in two thousand nine"),
    ("in 2024", "in twenty twenty four"),
    ("in 1800", "in eighteen hundred"),
    ("in 2000", "in two thousand"),
    ("in 1066", "in ten sixty six"),
    ("the 1990s", "the nineteen nineties"),
    ("the '90s", "the nineties"),
    ("'90s music", "nineties music"),
    ("in the 80s", "in the eighties"),
    ("the mid-80s", "the mid eighties"),
    ("in her 20s and 30s", "in her twenties and thirties"),
    ("the 5s and 6s", "the fives and sixes"),
    ("wait 5s", "wait five seconds"),
    ("after 30s", "after thirty seconds"),
    ("1s later", "one second later"),
    ("a 5s delay", "a five second delay"),
    ("0.5s", "zero point five seconds"),
    ("the first 10-15s", "the first ten to fifteen seconds"),
    ("the 80s", "the eighties"),
    ("the 2010s", "the twenty tens"),
    ("March 15", "march fifteenth"),
    ("March 15th, 2024", "march fifteenth twenty twenty four"),
    ("Jan. 3", "january third"),
    ("Sept. 1, 1939", "september first nineteen thirty nine"),
    ("15 March 2024", "the fifteenth of march twenty twenty four"),
    ("the 15th of March", "the fifteenth of march"),
    ("March 2024", "march twenty twenty four"),
    ("2024-03-15", "march fifteenth twenty twenty four"),
    ("3/15/2024", "march fifteenth twenty twenty four"),
    ("15/3/2024", "march fifteenth twenty twenty four"),
    ("44 BC", "forty four b.c"),
    ("AD 79", "a.d seventy nine"),
    ("1914–1918", "nineteen fourteen to nineteen eighteen"),
    ("1990-95", "nineteen ninety to ninety five"),
    ("Mon., Dec. 25", "monday december twenty fifth"),
    ("July 4, 1776, was", "july fourth seventeen seventy six was"),
    ("at 3:30", "at three thirty"),
    ("at 3:05 pm", "at three oh five p.m"),
    ("at 12:00", "at twelve o'clock"),
    ("at 15:45", "at fifteen forty five"),
    ("3 p.m.", "three p.m"),
    ("9am", "nine a.m"),
    ("9-5pm", "nine to five p.m"),
    ("10:15:30", "ten fifteen and thirty seconds"),
]
MEASURES = [
    ("5 km", "five kilometers"),
    ("1 km", "one kilometer"),
    ("5km", "five kilometers"),
    ("a 5 km run", "a five kilometer run"),
    ("a 5-km run", "a five kilometer run"),
    ("5-10 km", "five to ten kilometers"),
    ("60 km/h", "sixty kilometers per hour"),
    ("60 mph", "sixty miles per hour"),
    ("20 m²", "twenty square meters"),
    ("9.8 m/s²", "nine point eight meters per second squared"),
    ("16GB", "sixteen gigabytes"),
    ("50 Hz", "fifty hertz"),
    ("44.1 kHz", "forty four point one kilohertz"),
    ("6 ft 2 in. tall", "six feet two inches tall"),
    ("5'11\"", "five feet eleven inches"),
    ("10 lbs", "ten pounds"),
    ("2 oz", "two ounces"),
    ("250 ml", "two hundred fifty milliliters"),
    ("20°C", "twenty degrees celsius"),
    ("98.6 °F", "ninety eight point six degrees fahrenheit"),
    ("-5°", "minus five degrees"),
    ("1°", "one degree"),
    ("5%", "five percent"),
    ("5-10%", "five to ten percent"),
    ("0.5 %", "zero point five percent"),
    ("-20 dB", "minus twenty decibels"),
    ("100 W.", "one hundred w"),
]
NAMES = [
    ("Dr. Smith", "doctor smith"),
    ("Dr Smith", "doctor smith"),
    ("12 Mill Dr. is", "twelve mill drive is"),
    ("St. John", "saint john"),
    ("James St. is", "james street is"),
    ("Mr. and Mrs. Hill", "mister and missus hill"),
    ("Prof. Lee", "professor lee"),
    ("Acme Inc. said", "acme incorporated said"),
    ("Smith Jr. said", "smith junior said"),
    ("e.g. cats", "for example cats"),
    ("i.e. dogs", "that is dogs"),
    ("cats, dogs, etc. are", "cats dogs etcetera are"),
    ("cats vs. dogs", "cats versus dogs"),
    ("approx. 5", "approximately five"),
    ("pp. 10-12", "pages ten to twelve"),
    ("vol. 3", "volume three"),
    ("fig. 2", "figure two"),
    ("the FBI", "the f.b.i"),
    ("the U.S. Army", "the u.s army"),
    ("the U.K.", "the u.k"),
    ("NASA", "nasa"),
    ("three CDs", "three c.d.'s"),
    ("the BBC's news", "the b.b.c.'s news"),
    ("J. R. R. Tolkien", "j.r.r tolkien"),
    ("an MP3", "an m.p three"),
    ("COVID-19", "covid nineteen"),
    ("an F-16", "an f sixteen"),
    ("H2O", "h two o"),
    ("B2B", "b two b"),
    ("4K video", "four k video"),
    ("vitamin C", "vitamin c"),
    ("plan A.", "plan a"),
    ("World War II", "world war two"),
    ("Henry VIII", "henry the eighth"),
    ("Elizabeth I was", "elizabeth the first was"),
    ("Louis XIV", "louis the fourteenth"),
    ("Chapter IV", "chapter four"),
    ("Act V", "act five"),
    ("Part III", "part three"),
    ("tom.hill@mail.com", "tom dot hill at mail dot com"),
    ("www.bbc.co.uk", "w.w.w dot b.b.c dot co dot u.k"),
    ("https://example.org/my-page", "example dot org slash my dash page"),
    ("see example.com.", "see example dot com"),
    ("555-1234", "five five five one two three four"),
    ("(555) 123-4567", "five five five one two three four five six seven"),
    ("Tom & Jerry", "tom and jerry"),
    ("and/or", "and or"),
    ("w/o sugar", "without sugar"),
    ("*very* _good_", "very good"),
    ("STOP IT NOW!", "stop it now"),
    ("naïve café", "naïve café"),
    ("“quoted”, ‘so’", "quoted so"),
    ("rock 'n' roll", "rock n roll"),
    ("well-known", "well known"),
    ("α and β", "alpha and beta"),
]
CASES = [*NUMBERS, *MONEY, *DATES, *MEASURES, *NAMES]
BRITISH = [
    ("105", "one hundred and five"),
    ("1,005", "one thousand and five"),
    ("2,350", "two thousand three hundred and fifty"),
    ("2009", "two thousand and nine"),
    ("15/3/2024", "the fifteenth of march twenty twenty four"),
    ("3/4/2024", "the third of april twenty twenty four"),
    ("March 15", "march the fifteenth"),
    ("5 km", "five kilometres"),
    ("020 7946 0958", "oh two oh seven nine four six oh nine five eight"),
]


@pytest.mark.parametrize(("text", "said"), CASES)
def test_american_words(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(("text", "said"), BRITISH)
def test_british_words(text: str, said: str) -> None:
    assert words(text, "british") == said


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Smith left. He ran.", 2),
        ("It rose 3.5 points. Fine.", 2),
        ("In the U.S. Senate it failed.", 1),
        ("He lives in the U.S. He works.", 2),
        ("Pens, ink, etc. And paper.", 2),
        ("At 3 p.m. we left.", 1),
        ("A title\n\nA text", 2),
        ("Two:\n- one\n- two", 3),
    ],
)
def test_a_full_stop_ends_a_sentence_only_where_it_does(text: str, sentences: int) -> None:
    units = list(Normaliser(dictionary("american")).units(source(text)))
    ends = [index for index, unit in enumerate(units) if unit.ends_sentence]
    assert len([end for end in ends if end + 1 < len(units)]) + 1 == sentences


def test_what_nobody_can_say_and_what_is_not_english_is_told() -> None:
    normaliser = Normaliser(dictionary("american"))
    units = list(normaliser.units(source("Hi ♞ привет 😀 there 你好")))
    assert [unit.spelled for unit in units] == ["Hi", "there"]
    assert normaliser.notes() == [
        "left out привет, 你好: other letters than English ones; only English is read",
        "left out ♞, 😀: nobody can say it",
    ]
