"""LINES: entries that are a line each, as text or as the text of a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...documents import Document
from .dates import Days
from .mapping import TableMapping
from .rows import Row

_SAMPLE_LINES = 400
# A word that may be a name; what holds none is a title, a page number or an empty line.
_LIKE_A_NAME = re.compile(r"[^\s.]\.[^\W\d_]")


class TextRows:
    """The lines of a document as a mapping reads them."""

    def __init__(self, mapping: TableMapping) -> None:
        """Take the mapping."""
        self._mapping = mapping
        self._days = Days(mapping.dates)

    def recognises(self, document: Document) -> bool:
        """Whether a text that the mapping names stands there, and most lines are entries.

        A mapping without such a text is never recognised: any list could be its.
        """
        sample = document.sample
        if not any(text in sample.text for text in self._mapping.contains):
            return False
        lines = [line for line in sample.lines[:_SAMPLE_LINES] if _LIKE_A_NAME.search(line)]
        return sum(self._match(line) is not None for line in lines) > len(lines) / 2

    def edition(self, document: Document) -> str:
        """Return the date in the first line that is like the mapping says."""
        template = self._mapping.edition_line
        if template is not None:
            for line in document.lines:
                found = template.match(line, self._is_date)
                if found:
                    return "".join(found.values())
        return ""

    def rows(self, document: Document) -> Iterator[Row]:
        """Yield each line that is an entry; another is a heading, or at fault.

        A heading stands before the first entry, or is repeated from there, or holds no name, or is
        a comment (``#``).
        """
        headings: set[str] = set()
        begun = False
        for number, line in enumerate(document.lines, 1):
            text = line.strip()
            if not text:
                continue
            found = self._match(line)
            if found is not None:
                begun = True
                yield Row(number, text, {field: (value,) for field, value in found.items()})
            elif not begun or text[0] == "#" or text in headings or not _LIKE_A_NAME.search(text):
                headings.add(text)
                yield Row(number, text, {}, aside=True)
            else:
                shown = " or ".join(
                    " ".join(f"{{{word}}}" if place else word for word, place in template.words)
                    for template in self._mapping.templates
                )
                fault = (
                    f"not a line such as {shown}; write its target in an order file, if it is one",
                    "not-an-entry",
                )
                yield Row(number, text, {}, fault)

    def _match(self, line: str) -> dict[str, str] | None:
        for template in self._mapping.templates:
            found = template.match(line, self._is_date)
            if found is not None and found["name"][0] != "#":
                return found
        return None

    def _is_date(self, text: str) -> bool:
        return self._days.day(text) is not None
