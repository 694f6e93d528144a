"""FLOW: text in blocks and tables, as a document is walked → lines.

A block begins and ends a line. The cells of a table row are one line, with a TAB between them; a
cell that holds a table of its own lays the page out, and keeps its lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BLANKS = re.compile(r"[ \t\r\n\f]+")
# What is not seen, and what is seen as another sign. A soft hyphen is seen at a line end alone, and
# where a program ends lines is not in the file.
_SEEN = {
    0xAD: None, 0x200B: None, 0x2060: None, 0xFEFF: None, 0xA0: " ", 0x2010: "-", 0x2011: "-",
}  # fmt: skip
_LONG_CELL = 1_000
_MAX_TABLES = 16  # inside one another; deeper ones are blocks, or each would be written anew


@dataclass(eq=False)
class _Frame:
    """What is being written: the document, or one cell."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    nested: bool = False

    def end_line(self) -> None:
        self.lines.append("".join(self.line))
        self.line.clear()


class TextBuilder:
    """Collects the text of one document."""

    def __init__(self) -> None:
        """Begin with an empty line."""
        self._frames = [_Frame()]
        self._rows: list[list[_Frame]] = []

    def text(self, text: str, *, collapse: bool = False) -> None:
        """Add text to the line; ``collapse`` makes any run of blanks one, as HTML does."""
        line = self._frames[-1].line
        if collapse:
            text = _BLANKS.sub(" ", text)
            if not line or line[-1].endswith((" ", "\t")):
                text = text.removeprefix(" ")
        text = text.translate(_SEEN)
        if text:
            line.append(text)

    def preformatted(self, text: str) -> None:
        """Add text whose line ends count."""
        first, *more = text.replace("\r\n", "\n").split("\n")
        self.text(first)
        for line in more:
            self.end_line()
            self.text(line)

    def end_line(self) -> None:
        """End the line, empty or not."""
        self._frames[-1].end_line()

    def block(self) -> None:
        """End the line if there is something in it."""
        if self._frames[-1].line:
            self._frames[-1].end_line()

    def begin_row(self) -> None:
        """Begin a row of a table."""
        self.block()
        self._frames[-1].nested = True
        self._rows.append([])

    def begin_cell(self) -> None:
        """Begin a cell of the row; so deep inside others that it would cost too much, a block."""
        self.end_cell()  # where a writer forgot to
        if self._rows and len(self._frames) <= _MAX_TABLES:
            self._frames.append(_Frame())
            self._rows[-1].append(self._frames[-1])

    def end_cell(self) -> None:
        """End the cell, if one is open."""
        self.block()
        if self._rows and self._rows[-1] and self._rows[-1][-1] is self._frames[-1]:
            self._frames.pop()

    def end_row(self) -> None:
        """End the row, and write it."""
        if not self._rows:
            return
        self.end_cell()
        cells = [[" ".join(line.split()) for line in cell.lines] for cell in self._rows[-1]]
        laid_out = any(cell.nested for cell in self._rows.pop())
        texts = [[line for line in cell if line] for cell in cells]
        filled = [text for text in texts if text]
        long = any(sum(map(len, text)) > _LONG_CELL for text in texts)
        out = self._frames[-1]
        if laid_out or long or len(filled) <= 1:
            out.lines += (line for text in filled for line in text)
        else:
            out.lines.append("\t".join(" ".join(text) for text in texts).rstrip("\t"))

    def finish(self) -> str:
        """Return the text, with what is still open closed, and no more than one line empty."""
        while self._rows:
            self.end_row()
        self.block()
        lines: list[str] = []
        for line in self._frames[0].lines:
            written = line.rstrip()
            if written or (lines and lines[-1]):
                lines.append(written)
        return "\n".join(lines).strip("\n") + "\n"
