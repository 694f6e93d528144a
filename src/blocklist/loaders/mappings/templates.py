"""TEMPLATE: what a line looks like, word by word: ``{number} {name} {date}``.

White space of any width stands between words, and each place in braces is one word, so a line is
read in one pass however hostile it is: there is nothing to try again, as in a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_PLACE = re.compile(r"\{([a-z]+)\}")
_NUMBER = re.compile(r"[0-9]{1,9}[.)]?")
REST = "rest"
"""The place that takes all the words to the end of the line."""


@dataclass(frozen=True, slots=True)
class Template:
    """The words of a line: fixed ones, and places by their field."""

    words: tuple[tuple[str, bool], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template.

        Raises:
            ValueError: a word is neither fixed nor one place, or a place comes twice.
        """
        words = []
        for word in text.split():
            place = _PLACE.fullmatch(word)
            if place is None and ("{" in word or "}" in word):
                raise ValueError(f"{word!r} is not one place in braces, such as {{name}}")
            words.append((place[1], True) if place else (word, False))
        places = [word for word, is_place in words if is_place]
        if len(set(places)) != len(places) or (REST in places and words[-1] != (REST, True)):
            raise ValueError("each place must occur once, and {rest} at the end")
        return cls(tuple(words))

    @property
    def places(self) -> list[str]:
        """The fields that it reads."""
        return [word for word, is_place in self.words if is_place]

    def match(self, line: str, is_date: Callable[[str], bool]) -> dict[str, str] | None:
        """Return the text of each place, or ``None`` if the line looks otherwise."""
        found = line.split()
        size = len(self.words)
        if (REST, True) in self.words:
            size -= 1
            found[size:] = [" ".join(found[size:])] if len(found) >= size else []
            size += 1
        if len(found) != size:
            return None
        values = {}
        for (word, is_place), text in zip(self.words, found, strict=True):
            if not is_place:
                if text != word:
                    return None
                continue
            if word == "number" and not _NUMBER.fullmatch(text):
                return None
            if word == "date" and not is_date(text):
                return None
            values[word] = text
        return values
