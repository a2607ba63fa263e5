from __future__ import annotations

import pytest

from app.dialogs.fuzzy import fit


def order(query: str, *texts: str) -> list[str]:
    fits = {text: fit(query, text) for text in texts}
    return sorted((text for text in texts if fits[text] is not None), key=lambda text: fits[text])  # type: ignore[arg-type,return-value]


def test_beginnings_come_before_words_before_insides_before_scattered_letters() -> None:
    texts = ("a place too long", "Overplay", "Now play", "Play")
    assert order("play", *texts) == ["Play", "Now play", "Overplay"]
    assert order("pla", *texts) == ["Play", "a place too long", "Now play", "Overplay"]


def test_letters_that_lie_closer_together_fit_better() -> None:
    assert order("kp", "k....p....", "kxp.......") == ["kxp.......", "k....p...."]


@pytest.mark.parametrize(
    ("query", "text"), [("xyz", "Play"), ("pp", "Play"), ("yalp", "Play"), ("play it", "Play")]
)
def test_what_lacks_a_letter_or_has_them_in_another_order_does_not_fit(query: str, text: str) -> None:
    assert fit(query, text) is None


def test_words_may_come_in_any_order_and_nothing_fits_all() -> None:
    assert fit("preset gui", "Guitar Preset") == 1.0  # one at the start, one at a word's
    assert fit("", "Play") == 0
