"""What a text is read as before it has phones: words as they are spelled, and what stands between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tone:
    """How the text asks for words to be said (SSML prosody, emphasis)."""

    speed: float = 1.0
    semitones: float = 0.0


PLAIN = Tone()


@dataclass(frozen=True)
class Unit:
    """A word, or a break where ``spelled`` and ``phones`` are empty."""

    start: int
    """In the original text, markup included."""
    end: int
    spelled: str = ""
    """For the dictionary. Capitals with spaces between them are said as letters: "F B I"."""
    phones: str = ""
    """Where the text gives them."""
    stop: str = ""
    """A break's letter of ``script.STOPS``, or nothing."""
    ends_sentence: bool = False
    pause_s: float | None = None
    tone: Tone = PLAIN

    @property
    def is_word(self) -> bool:
        """Whether it is said."""
        return bool(self.spelled or self.phones)
