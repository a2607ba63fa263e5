"""The one error type that people are meant to read, and what keeps its messages short and helpful."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 300
"""Letters of a message. What a file or a user says can be of any length; it is cut, the advice is not."""
WORD = 60
"""Letters of a word, in a message that is too long, from which on it is cut."""
LISTED = 160
"""Letters of the names that are listed where none is near."""

BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
"""White space that ends a line, and tabs."""


class StudioError(Exception):
    """Something the user can act on: one line that says what, where and what to do.

    The command line prints it without a traceback and exits with 1; the app shows it in its
    message bar. A message of more than LONGEST letters is shortened, line breaks and control characters
    are written out.
    """

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def one_line(message: str) -> str:
    """A message of at most LONGEST letters, all of which can be printed.

    Long words are cut in their middles, the longest ones first; then, if need be, the message itself.
    """
    plain = message if message.isprintable() else "".join(map(_printable, message))
    if len(plain) <= LONGEST:
        return plain
    words = plain.split(" ")
    for index in sorted(range(len(words)), key=lambda index: -len(words[index])):
        excess = sum(map(len, words)) + len(words) - 1 - LONGEST
        if excess <= 0 or len(words[index]) <= WORD:
            break
        words[index] = shortened(words[index], max(WORD, len(words[index]) - excess))
    return shortened(" ".join(words), LONGEST)


def shortened(text: str, most: int = WORD) -> str:
    """A text of at most ``most`` letters: a longer one keeps its beginning and its end, … stands between."""
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"


def suggest(name: str, known: Iterable[str], elsewhere: str = "") -> str:
    """The end of an error message: the nearest of the ``known`` names, or else all of them.

    Where those are too many, ``elsewhere``, which says how to see them; without it the first ones.
    """
    import difflib  # the launcher, which reads this module first, has no use for it

    names = [shortened(each) for each in sorted(known)]
    close = difflib.get_close_matches(name[:LISTED], names, n=3)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    if not names:
        return "there are none at all"
    listed = ", ".join(names)
    if len(listed) <= LISTED:
        return f"there are {listed}"
    if elsewhere:
        return elsewhere
    first = listed[:LISTED].split(", ")[:-1]
    return f"there are {', '.join(first)} and {len(names) - len(first)} more"


def reason(error: OSError | ValueError) -> str:
    """Why a path cannot be used, without the path: 'No such file or directory'."""
    if isinstance(error, OSError):
        return str(error.strerror or error)
    return "no name of a file" if "null" in str(error) else str(error)  # a NUL byte in it


def _printable(character: str) -> str:
    """A character, or its escape where it breaks a line or is none that is seen."""
    seen = character.isprintable() or (character.isspace() and character not in BREAKS)
    return character if seen else ascii(character)[1:-1]
