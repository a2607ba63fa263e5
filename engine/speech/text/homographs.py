"""Which of two words that are spelled alike is meant: by the words before and after.

Fifty rules stand in ``OWN``, a line for each cue of a word; for the others noun and verb are told apart by
what a
noun or a verb follows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

DETERMINERS = frozenset(
    "a an the my your his her its our their this that these those some any no every each another one's "
    "many much more most few several all both such what which whose".split()
)
PREPOSITIONS = frozenset(
    "of in on at by for from with without into onto under over between among through during after before "
    "about against near beyond within upon off per as".split()
)
MODALS = frozenset(
    "will would can could shall should may might must do does did don't doesn't didn't won't wouldn't can't "
    "couldn't shouldn't i'll you'll he'll she'll it'll we'll they'll i'd you'd he'd she'd we'd they'd let "
    "let's "
    "cannot please never to gonna wanna".split()
)
SUBJECTS = frozenset("i you we they who people".split())
SINGULAR = frozenset("he she it".split())
BE = frozenset(
    "be been being is are was were am i'm you're we're they're isn't aren't wasn't weren't".split()
)
OBJECTS = DETERMINERS | frozenset("me you him it us them himself herself itself themselves".split())
DEGREES = frozenset("very so too as how quite more most less rather pretty really".split())

Cue = tuple[str, str, str]
"""A form, where to look, and for which words: see ``_holds``."""
OWN: dict[str, tuple[Cue, ...]] = {
    "read": (
        ("PAST", "before", "have has had having i've you've we've they've he's she's be been being is are "
            "was were well"),
        ("PAST", "earlier", "have has had i've you've we've they've"),
        ("", "before", "to will would can could should must may might don't doesn't didn't please i'll "
            "we'll you'll"),
        ("PAST", "before", "he she it who"),
        ("PAST", "anywhere", "yesterday ago already earlier last once"),
    ),
    "lead": (
        ("OTHER", "after", "pipe pipes paint paints poisoning pencil pencils bullet bullets acid shot "
            "glass mine mines ore"),
        ("OTHER", "anywhere", "zinc copper mercury tin arsenic cadmium toxic molten"),
        ("OTHER", "before", "molten unleaded contains containing"),
    ),
    "live": (
        ("", "before", "a an the broadcast is are was were be go goes going went watch this that streamed "
            "via"),
        ("", "after", "music show shows broadcast broadcasts concert concerts album audience coverage "
            "performance tv "
                      "television recording recordings stream streams wire wires bait sound jazz event"),
        ("VERB", "", ""),
    ),
    "lives": (
        ("VERB", "before", "he she it who that which"),
        ("", "before", "a the our their your my his her of many two three four five six seven eight nine "
            "ten other own"),
        ("VERB", "after", "in at with on near alone here there together by under next"),
    ),
    "wind": (
        ("VERB", "after", "up down around through back it"),
        ("VERB", "modal", ""),
    ),
    "winds": (("VERB", "after", "up down around through its along"),),
    "wound": (
        ("PAST", "after", "up around down through its round"),
        ("PAST", "before", "have has had he she it they we i tightly"),
    ),
    "tear": (
        ("OTHER", "after", "up apart down off out open through it them along"),
        ("OTHER", "modal", ""),
        ("OTHER", "before", "and muscle ligament tendon wear"),
        ("", "anywhere", "eye eyes cheek cheeks cried cry weep wept"),
        ("OTHER", "after", "in"),
    ),
    "tears": (
        ("OTHER", "after", "up apart down off out open through it them along"),
        ("OTHER", "before", "he she it who"),
    ),
    "close": (
        ("", "after", "to by enough together friend friends relative relatives"),
        ("NOUN", "before", "the a its"),
        ("VERB", "modal", ""),
        ("VERB", "opens", "the your this that my it all"),
        ("", "", ""),
    ),
    "bow": (
        ("OTHER", "after", "down out before"),
        ("OTHER", "modal", ""),
        ("OTHER", "before", "ship's deep low"),
        ("OTHER", "earlier", "take took takes taking"),
        ("OTHER", "anywhere", "stern ship ship's"),
        ("", "", ""),
    ),
    "row": (("OTHER", "anywhere", "argument shouting quarrel blazing furious"),),
    "bass": (
        ("", "anywhere", "fish fishing sea caught lake river striped largemouth trout grilled"),
        ("ADJ", "", ""),
    ),
    "dove": (("VERB", "after", "into in off under down straight headfirst"), ("", "", "")),
    "sow": (("NOUN", "before", "a the fat old"), ("", "", "")),
    "sows": (("NOUN", "before", "the two fat"), ("", "", "")),
    "minute": (
        ("ADJ", "after", "amount amounts detail details quantity quantities particle particles difference "
            "differences "
                         "fraction fractions trace traces changes"),
        ("ADJ", "before", "very so too extremely"),
        ("", "", ""),
    ),
    "use": (
        ("NOUN", "before", "the a an its their his her our your my of in no any some little much what's "
            "this that for "
                           "common daily regular general drug land water first heavy wide single everyday"),
        ("", "", ""),
    ),
    "uses": (("NOUN", "before", "the its many other of several different various these two all"), ("", "",
    "")),
    "used": (
        ("", "before", "be been being"),
        ("PAST", "used to", ""),
        ("", "", ""),
    ),
    "house": (("VERB", "modal", ""), ("", "", "")),
    "desert": (("VERB", "modal", ""), ("", "", "")),
    "deserts": (("VERB", "before", "he she it who"), ("", "", "")),
    "content": (
        ("", "before", "be is are was were am feel felt very quite not perfectly to"),
        ("", "after", "with to"),
        ("NOUN", "", ""),
    ),
    "contents": (("NOUN", "", ""),),
    "refuse": (("NOUN", "before", "the household kitchen of garden"), ("", "", "")),
    "invalid": (("", "after", "argument password number input result code name claim ticket"), ("NOUN",
    "before", "an the")),
    "produce": (("NOUN", "before", "fresh local organic farm the of dairy"), ("", "", "")),
    "learned": (("ADJ", "after", "man men scholar scholars judge society friend counsel professor journal "
        "lady"), ("", "", "")),
    "overall": (("ADV", "before", "and better"), ("", "", "")),
    "resume": (
        ("", "modal", ""),
        ("NOUN", "before", "my your his her their a the of on"),
        ("", "", ""),
    ),
    "bases": (("OTHER", "anywhere", "theoretical legal scientific philosophical conceptual moral"), ("",
    "", "")),
    "object": (("VERB", "after", "to"), ("VERB", "modal", ""), ("", "", "")),
    "objects": (("VERB", "before", "he she it who"), ("", "", "")),
    "subject": (("", "after", "to of"), ("VERB", "modal", ""), ("", "", "")),
    "perfect": (("VERB", "modal", ""), ("", "", "")),
    "present": (
        ("VERB", "modal", ""),
        ("VERB", "opens", "the your this a"),
        ("", "", ""),
    ),
    "record": (("VERB", "modal", ""), ("VERB", "opens", "the your a this that it"), ("", "", "")),
    "separate": (("VERB", "modal", ""), ("VERB", "opens", "the your"), ("ADJ", "", "")),
    "absent": (("", "", ""),),
    "frequent": (("VERB", "modal", ""), ("", "", "")),
    "abstract": (("VERB", "modal", ""), ("", "", "")),
    "entrance": (("VERB", "modal", ""), ("", "", "")),
    "moderate": (("VERB", "modal", ""), ("", "", "")),
    "console": (("VERB", "modal", ""), ("VERB", "after", "him her them me us"), ("", "", "")),
}  # fmt: skip


def form_of(words: Sequence[str], index: int, forms: Collection[str]) -> str:
    """Which of the ``forms`` (parts of speech, "" for the usual one) the word at ``index`` has.

    ``words`` are those of its sentence, in small letters.
    """
    for form, where, cues in OWN.get(words[index], ()):
        if form in forms and _holds(words, index, where, cues.split()):
            return form
    part = part_of_speech(words, index)
    return part if part in forms else "ADJ" if part == "NOUN" and "ADJ" in forms else ""


def _holds(words: Sequence[str], index: int, where: str, cues: Collection[str]) -> bool:
    """Whether one of ``cues`` stands there; a rule without a place always holds."""
    before = words[index - 1] if index else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    match where:
        case "before":
            return before in cues
        case "earlier":
            return index > 1 and words[index - 2] in cues
        case "after":
            return after in cues
        case "anywhere":
            return any(word in cues for word in words)
        case "opens":
            return (index == 0 or before in ("and", "then")) and after in cues
        case "modal":
            return part_of_speech(words, index) == "VERB"
        case "used to":
            later = words[index + 2] if index + 2 < len(words) else ""
            habit = later.endswith("ing") or later in DETERMINERS | frozenset("it him her them being".split())
            return after == "to" and (before not in BE or habit)
    return where == ""


def part_of_speech(words: Sequence[str], index: int) -> str:
    """NOUN, VERB, ADJ or nothing, for the word at ``index``, by what a noun or a verb follows."""
    before = words[index - 1] if index else ""
    earlier = words[index - 2] if index > 1 else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    if before == "not":
        return "VERB" if earlier in MODALS else "ADJ"
    if before in MODALS or before in SUBJECTS or (before in SINGULAR and words[index].endswith("s")):
        return "VERB"
    if before.endswith("ly") and (earlier in MODALS or earlier in SUBJECTS):
        return "VERB"
    if before in DETERMINERS or before in PREPOSITIONS or before.endswith("'s"):
        return "NOUN"
    if before in BE or before in DEGREES:
        return "ADJ"
    if index == 0 and after in OBJECTS and len(words) > 2:
        return "VERB"
    if before.endswith("s") and not before.endswith(("ss", "us", "is")) and after in OBJECTS:
        return "VERB"
    return ""
