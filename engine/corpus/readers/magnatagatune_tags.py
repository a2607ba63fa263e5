"""Which of MagnaTagATune's 188 tags say the same in other words.

They were typed freely by players of a game. Merged are spellings, singular and plural, and words for the
same sound or singer. Kept apart is what can be heard apart: electric (instruments) and electronic (sounds),
rock and hard rock, harp and harpsichord, male opera and opera.
"""

from __future__ import annotations

SYNONYMS: dict[str, tuple[str, ...]] = {
    "arabic": ("middle eastern",),
    "beat": ("beats",),
    "bells": ("chimes",),
    "chant": ("chanting",),
    "choir": ("choral", "chorus"),
    "classical": ("clasical", "classic"),
    "drums": ("drum",),
    "eastern": ("oriental",),
    "electronic": ("electro", "electronica"),
    "fast": ("quick", "upbeat", "fast beat"),
    "female vocals": (
        "female",
        "female singer",
        "female singing",
        "female vocal",
        "female voice",
        "girl",
        "woman",
        "woman singing",
        "women",
    ),
    "flute": ("flutes",),
    "foreign": ("not english",),
    "funk": ("funky",),
    "guitar": ("guitars",),
    "harpsichord": ("harpsicord",),
    "heavy metal": ("metal",),
    "horn": ("horns",),
    "indian": ("india",),
    "irish": ("celtic",),
    "jazz": ("jazzy",),
    "male vocals": (
        "male",
        "male singer",
        "male vocal",
        "male voice",
        "man",
        "man singing",
        "men",
    ),
    "no beat": ("no drums",),
    "no vocals": ("instrumental", "no singer", "no singing", "no vocal", "no voice", "no voices"),
    "opera": ("operatic",),
    "orchestra": ("orchestral",),
    "piano": ("piano solo",),
    "quiet": ("silence",),
    "space": ("spacey",),
    "strange": ("weird",),
    "strings": ("string",),
    "synth": ("synthesizer",),
    "violin": ("violins", "fiddle"),
    "vocals": ("singer", "singing", "voice", "voices"),
}
"""The tag that stays, and those that become it."""

_STAYS = {other: tag for tag, others in SYNONYMS.items() for other in others}


def merged(tag: str) -> str:
    """The tag that stands for ``tag``: itself where it has no synonym."""
    return _STAYS.get(tag, tag)
