"""NUMBERS: dates and numbers as Italian prose writes them, in figures and in words.

``terms``, ``penalties`` and ``expiry`` are made of them. Each function is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from .deferredpattern import deferred

_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
DATE = (
    rf"(?:(?:\d{{1,2}}\s?[°º]?|primo)\s{{1,9}}(?:{_MONTH})\s{{1,9}}\d{{4}}"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{4})"
)
"""A day with its year; ``dates`` reads it."""
_DATE = deferred(
    rf"(?<![\w./-])(?:(\d{{1,2}})\s?[°º]?|primo)(?:\s{{1,9}}({_MONTH})\s{{1,9}}"
    r"|([./-])(\d{1,2})\3)(\d{4})(?!\d)",
    re.IGNORECASE,
)

_UNITS = {
    word: value
    for value, spellings in enumerate(
        (
            "zero", "un uno una", "due", "tre", "quattro", "cinque", "sei", "sette", "otto",
            "nove", "dieci", "undici", "dodici", "tredici", "quattordici", "quindici", "sedici",
            "diciassette", "diciotto", "diciannove",
        )
    )
    for word in spellings.split()
}  # fmt: skip
_TENS = {
    "vent": 20, "trent": 30, "quarant": 40, "cinquant": 50, "sessant": 60, "settant": 70,
    "ottant": 80, "novant": 90,
}  # fmt: skip
_SCALES = (
    ("milioni", 1_000_000), ("milione", 1_000_000), ("mila", 1000), ("mille", 1000),
    ("cento", 100), ("cent", 100),
)  # fmt: skip
_LONGEST_CARDINAL = 90
_ORDINALS = {
    word: value
    for value, word in enumerate(
        (
            "primo",
            "secondo",
            "terzo",
            "quarto",
            "quinto",
            "sesto",
            "settimo",
            "ottavo",
            "nono",
            "decimo",
        ),
        1,
    )
}
_MULTIPLES = {"mila", "milione", "milioni"}
_DECIMALS = deferred(r"(\d) virgola (\d{2})(?!\d)")
_LONGEST_RUN = 8
_FEWEST = 2  # un and una are articles
_WORDS = deferred(r"[^\W\d_]+")


def dates(text: str) -> Iterator[tuple[int, date]]:
    """Yield each date with its position: ``1° febbraio 2024``, ``11/07/2022``, ``11.07.2022``."""
    for found in _DATE.finditer(text):
        day, month, _, number, year = found.groups()
        try:
            yield (
                found.start(),
                date(
                    int(year),
                    int(number) if number else _MONTHS.index(month.lower()) + 1,
                    int(day or 1),
                ),
            )
        except ValueError:
            continue


def cardinal(word: str) -> int | None:
    """Return the number that a word or figures write, ``None`` for another word.

    >>> [cardinal(w) for w in ("trenta", "quarantotto", "centoventi", "diecimila", "siti")]
    [30, 48, 120, 10000, None]
    """
    word = word.lower().replace("é", "e").replace("è", "e")
    if word.isdecimal():
        return int(word) if len(word) < 12 else None
    return _cardinal(word) if word and len(word) <= _LONGEST_CARDINAL else None


def _cardinal(word: str) -> int | None:
    if not word:
        return 0
    if word in _UNITS:
        return _UNITS[word]
    for mark, scale in _SCALES:
        head, found, tail = word.partition(mark)
        if found:
            times, rest = (_cardinal(head) if head else 1), _cardinal(tail)
            if times is not None and rest is not None:
                return times * scale + rest
    for stem, value in _TENS.items():
        if word.startswith(stem):
            rest_word = word.removeprefix(stem)
            # The tens lose their vowel before uno and otto: trentuno, ventotto.
            rest_word = rest_word[1:] if rest_word[:1] in ("i", "a") else rest_word
            rest = _UNITS.get(rest_word, 0 if not rest_word else None)
            return None if rest is None or rest > 9 else value + rest
    return None


def ordinal(word: str) -> int | None:
    """Return the place that a word or figures write: ``quinto``, ``trentesimo``, ``5°``."""
    word = word.lower().rstrip("°º")
    if word.isdecimal() or word in _ORDINALS:
        return _ORDINALS.get(word) or cardinal(word)
    if word == "successivo":
        return 1
    stem = word.removesuffix("esimo")
    if stem == word:
        return None
    values = (cardinal(stem + vowel) for vowel in ("", "a", "i", "e", "o"))
    return next((value for value in values if value is not None), None)


def in_figures(text: str) -> str:
    """Return the text with each number that words write in figures.

    >>> in_figures("euro un milione e duecentomila, diecimila/00, mille virgola cinquanta")
    'euro 1.200.000, 10.000/00, 1.000,50'
    """
    tokens = list(_WORDS.finditer(text))
    pieces, position, index = [], 0, 0
    while index < len(tokens):
        taken, value = _run(text, tokens, index)
        if value is None:
            index += 1
            continue
        pieces += [text[position : tokens[index].start()], f"{value:,}".replace(",", ".")]
        index += taken
        position = tokens[index - 1].end()
    return _DECIMALS.sub(r"\1,\2", "".join([*pieces, text[position:]]))


def _run(text: str, tokens: list[re.Match[str]], index: int) -> tuple[int, int | None]:
    """Return how many words from ``index`` write one number, and which."""
    best: tuple[int, int | None] = (0, None)
    joined = ""
    for count, token in enumerate(tokens[index : index + _LONGEST_RUN], 1):
        if count > 1 and text[tokens[index + count - 2].end() : token.start()].strip(" \n-"):
            break
        word = token[0].lower()
        if word == "e" and joined:
            continue
        joined += word
        if len(joined) > _LONGEST_CARDINAL or (cardinal(word) is None and word not in _MULTIPLES):
            break
        value = cardinal(joined)
        if value is not None and value >= _FEWEST:
            best = (count, value)
    return best


def first_date(text: str) -> date | None:
    """Return the first date in the text."""
    return next((day for _, day in dates(text)), None)
