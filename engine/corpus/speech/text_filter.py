"""Chooses sentences to be spoken: plain prose of 4 to 14 words that nobody minds hearing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MIN_WORDS = 4
MAX_WORDS = 14
MAX_WORD_LENGTH = 14

_PLAIN = re.compile(r"[A-Z][A-Za-z',;: -]*[a-z][.?!]")
_SENTENCE_END = re.compile(r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bSt\.)(?<=[.?!])\s+")
_ABBREVIATION = re.compile(r"\b(Mr|Mrs|Messrs|Dr|St|Esq|Hon|Rev|Capt|Col|Gen|Lt|etc|viz|[A-Z])\.?$")
_SHOUTED = re.compile(r"[A-Z]{2}")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_CHAPTER = re.compile(r"^(chapter|volume|letter|the end)\b", re.IGNORECASE)

# Beginnings of words that do not belong in an instrument's demonstration voice: violence, sex, abuse,
# hatred, drugs, grave illness, party politics and religion. Too wide rather than too narrow.
_UNWANTED = re.compile(
    r"\b(abort|abus|addict|adulter|alcohol|anal|arson|ass\b|assassin|assault|atroc|bastard|beat(en|ing)?\b"
    r"|beaver|behead|bitch|bleed|blood|bomb|bosom|bowel|breast|brothel|brutal|buttock|cancer|castrat"
    r"|catholic|christ|church|cocaine|commun|condom|contracep|corpse|crap|cripple|crucif|cruel|cunt|damn|darky|dead"
    r"|death|deform|democrat|devil|die\b|died|dies|drown|drug|drunk|dying|enslav|erotic|evil|execut"
    r"|fag|fanny|fascis|fat\b|fetus|filth|flog|fool|fornic|fuck|gay|genit|genocid|god|gun\b|guns\b"
    r"|gyps|hang(ed|ing)|harlot|hate|hell\b|heroin|hitler|homosex|hooker|hors?ny|hostag|idiot|immigra|incest"
    r"|indian|infidel|intercourse|islam|jap\b|jerk|jesus|jew|kidnap|kill|knife|knives|lesbian|loose|lust"
    r"|maim|marijuana|massacr|masturb|menstr|mistress|molest|mongol|moron|mulatt|murder|muslim|nake|nazi"
    r"|negr|nigg|nigra|nipple|nud(e|ity)|opium|oral|orgasm|orgy|papist|penis|pervert|pimp|piss|pistol|poison"
    r"|porn|pregnan|president|priest|prison|prostitut|puk|punish|pussy|queer|race\b|racial|racis|rap(e|ed|ist|ing)\b"
    r"|religio|republican|retard|rifle|sadis|savage|screw|seduc|semen|semit|servant|sex|shit|shoot|shot\b|sin\b"
    r"|sins\b|slain|slap|slaughter|slav|slay|slut|smok|soviet|spank|spastic|stab\b|stabb|strangl|suffocat"
    r"|suicid|terroris|testic|tit\b|tits\b|tortur|tumor|urin|vagin|victim|violen|virgin|vomit|vulgar|war\b"
    r"|wars\b|weapon|whip|whor|wound)",
    re.IGNORECASE,
)


def wanted(sentence: str) -> bool:
    """True for plain, whole, inoffensive prose of 4 to 14 pronounceable words in ASCII letters."""
    words = sentence.split()
    return (
        MIN_WORDS <= len(words) <= MAX_WORDS
        and _PLAIN.fullmatch(sentence) is not None
        and all(_pronounceable(word) for word in words)
        and _ABBREVIATION.search(sentence[:-1]) is None
        and _CHAPTER.match(sentence) is None
        and _UNWANTED.search(sentence) is None
    )


def sentences_of_prose(lines: Iterable[str]) -> Iterator[str]:
    """The wanted sentences of a book given line by line."""
    text = " ".join(" ".join(lines).replace("_", "").replace("--", ", ").split())
    for sentence in _SENTENCE_END.split(text.replace(" ,", ",")):
        sentence = sentence.strip(" \"'")
        if wanted(sentence):
            yield sentence


def sentences_of_wordnet(lines: Iterable[str]) -> Iterator[str]:
    """The wanted examples of a WordNet data file: the quoted parts of each gloss, made sentences."""
    for line in lines:
        if line.startswith("  ") or "|" not in line:
            continue
        for quoted in re.findall(r'"([^"]+)"', line.split("|", 1)[1]):
            phrase = " ".join(quoted.split()).strip(" ;,.")
            if not phrase:
                continue
            sentence = phrase[0].upper() + phrase[1:] + ("" if phrase[-1] in "?!" else ".")
            if wanted(sentence):
                yield sentence


def words_of(sentence: str) -> tuple[str, ...]:
    """Its words in lower case, without punctuation or a final 's."""
    return tuple(word.removesuffix("'s") for word in _WORD.findall(sentence.lower()))


def _pronounceable(word: str) -> bool:
    letters = word.strip("',;:.?!-")
    return (
        0 < len(letters) <= MAX_WORD_LENGTH
        and _SHOUTED.search(letters) is None
        and (_VOWEL.search(letters) is not None)
    )
