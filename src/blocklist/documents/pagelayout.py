"""LAYOUT: words and where they stand on pages → lines in the sequence a reader takes them.

What repeats at the edge of pages is written once: a head where it first stands, a foot at the end,
page numbers never. Text in two columns is read column by column; a table is read row by row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_EDGE = 4  # rows at the top and the bottom of a page that may be its furniture
_SHARE = 0.4  # of the pages that must carry it
_SAME_PLACE = 3.0  # points
_SET_OFF = 1.3  # times the usual step from line to line: further is no part of the text
_MANY_PAGES, _NEARLY_ALL = 4, 0.8  # what so many pages carry need not be set off: heads of tables
_PAGE_NUMBER = re.compile(
    r"(?:\b(?:pag(?:ina|e|\.)?|pg\.?|seite|strana|str\.|p\.)\s*)?\b\d{1,4}"
    r"(?:\s*(?:di|of|von|de|z|/|-)\s*\d{1,4})?\b",
    re.IGNORECASE,
)
_NAMED_NUMBER = re.compile(
    r"\b(?:pag(?:ina|e|\.)?|pg\.?|seite|strana|p\.)\s*\d{1,4}(?:\s*(?:di|of|von|de|z|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
_AROUND = " \t-–—.|/[]()"
_MAX_COLUMN_DEPTH = 3
_MIN_ROWS = 4
_MIN_WORDS = 3.0
_MIN_FILL = 0.3  # of the width: a side may be two columns itself, whose lines do not meet
_SEGMENT_GAP = 0.7  # of the height of the text, between parts of a row that may be columns
_CELL_GAP = 1.5  # between cells
_PARAGRAPH = 1.6  # of the usual step between lines, before a new one
_NO_GAP = 0.1  # less is inside a word


@dataclass(slots=True, eq=False)
class Word:
    """Letters that stand together; y grows upwards."""

    x0: float
    x1: float
    y0: float
    y1: float
    text: str

    @property
    def height(self) -> float:
        """Of a line, rather than of the letters."""
        return max(self.y1 - self.y0, 1.0)

    @property
    def middle(self) -> float:
        """Half-way up."""
        return (self.y0 + self.y1) / 2


Row = list[Word]
Line = Row | tuple[int, str]
"""Words of a page; or a line of text that has no words, with the index of its page."""


def lay_out(pages: Sequence[list[Word]], rest: dict[int, str]) -> list[Line]:
    """Return the lines of the pages in the sequence in which they are read.

    Args:
        pages: the words of each.
        rest: text to write after a page, by its index.
    """
    rows = [_rows(words) for words in pages]
    feet = _take_furniture(rows)
    lines: list[Line] = []
    for index, page in enumerate(rows):
        lines += _read([word for row in page for word in row], 0)
        lines += ((index, line) for line in rest.get(index, "").splitlines())
    return [*lines, *feet]


def text_of(lines: Sequence[Line]) -> str:
    """Return lines as text."""
    return "".join(
        f"{line[1] if isinstance(line, tuple) else _row_text(line)}\n" for line in lines or [[]]
    )


def columns(row: Row) -> Iterator[tuple[int, int, Word]]:
    """Yield where in the text of a row each word begins and ends, from 0."""
    at = 0
    for between, word in _parts(row):
        at += len(between)
        yield at, at + len(word.text), word
        at += len(word.text)


def _rows(words: list[Word]) -> list[Row]:
    """Put words on the same height together, from the top; each row from the left."""
    rows: list[Row] = []
    tallest: Word | None = None
    for word in sorted(words, key=lambda word: (-word.middle, word.x0)):
        if tallest is not None:
            common = min(tallest.y1, word.y1) - max(tallest.y0, word.y0)
            if common >= 0.5 * min(tallest.height, word.height):
                rows[-1].append(word)
                tallest = max(tallest, word, key=lambda one: one.height)
                continue
        rows.append([word])
        tallest = word
    for row in rows:
        row.sort(key=lambda word: word.x0)
    return rows


def _row_text(row: Row) -> str:
    return "".join(f"{between}{word.text}" for between, word in _parts(row))


def _parts(row: Row) -> Iterator[tuple[str, Word]]:
    """Yield each word after what stands before it: a TAB between cells, a blank between words."""
    stretched = _is_stretched(row)
    last: Word | None = None
    for word in row:
        between = ""
        if last is not None:
            gap, size = word.x0 - last.x1, min(last.height, word.height)
            if word.text == last.text and abs(word.x0 - last.x0) < 0.2 * size:
                continue  # drawn twice, to look bold
            if gap >= _NO_GAP * size:
                between = "\t" if gap > _CELL_GAP * size and not stretched else " "
        yield between, word
        last = word


def _is_stretched(row: Row) -> bool:
    """Whether the words are that far apart to fill the line: all by the same."""
    gaps = [word.x0 - last.x1 for last, word in pairwise(row)]
    return len(gaps) > 2 and min(gaps) > 0.9 * max(gaps)


def _take_furniture(pages: list[list[Row]]) -> list[Row]:
    """Take from the pages what repeats at their edges; return the feet, once each."""
    repeated = _repeated(pages)
    feet: dict[str, Row] = {}
    gone: set[int] = set()
    seen: set[str] = set()
    for page in pages:
        for edge, rows in (("top", page[:_EDGE]), ("bottom", page[: -_EDGE - 1 : -1])):
            for row in _set_off(rows, repeated, len(pages), _usual_step(page)):
                key, _ = repeated[id(row)]
                if key and key not in seen and edge == "bottom":
                    feet[key] = row
                if not key or key in seen or edge == "bottom":
                    gone.add(id(row))
                seen.add(key)
    for page in pages:
        page[:] = [row for row in page if id(row) not in gone]
    return list(reversed(feet.values()))


def _repeated(pages: list[list[Row]]) -> dict[int, tuple[str, int]]:
    """Return each row that other pages have at the same place: its text, and on how many pages.

    The text of a page number is empty; the numbers must count as the pages do.
    """
    places: dict[tuple[str, int | None], list[Row]] = defaultdict(list)
    for index, page in enumerate(pages):
        edges = page if len(page) <= 2 * _EDGE else [*page[:_EDGE], *page[-_EDGE:]]
        for row in edges:
            text = _row_text(row)
            if found := _PAGE_NUMBER.fullmatch(text.strip(_AROUND)):
                places["", int(re.findall(r"\d+", found[0])[0]) - index].append(row)
            else:
                places[_without_number(text, index + 1), None].append(row)
    least = max(2, _SHARE * len(pages))
    repeated: dict[int, tuple[str, int]] = {}
    for (text, _), rows in places.items():
        rows.sort(key=lambda row: row[0].middle)
        steps = [above[0].middle - below[0].middle > _SAME_PLACE for below, above in pairwise(rows)]
        ends = [*(n for n, apart in enumerate(steps, 1) if apart), len(rows)]
        for begin, end in pairwise([0, *ends]):
            if end - begin >= least:
                repeated |= {id(row): (text, end - begin) for row in rows[begin:end]}
    return repeated


def _set_off(
    rows: list[Row], repeated: dict[int, tuple[str, int]], pages: int, step: float
) -> list[Row]:
    """Return the rows from the edge on that repeat, and are no part of the text beside them."""
    found: list[Row] = []
    for row in rows:
        if id(row) not in repeated:
            break
        found.append(row)
    while found:
        last = found[-1]
        beside = rows[len(found)] if len(found) < len(rows) else None
        far = beside is None or abs(beside[0].middle - last[0].middle) > _SET_OFF * step
        if far or repeated[id(last)][1] >= max(_MANY_PAGES, _NEARLY_ALL * pages):
            break
        found.pop()
    return found


def _usual_step(page: list[Row]) -> float:
    steps = [above[0].middle - below[0].middle for above, below in pairwise(page)]
    if not steps:
        return 0.0
    # In columns whose lines do not meet, the steps between rows are less than those of lines.
    return max(median(steps), median(row[0].height for row in page))


def _without_number(text: str, page: int) -> str:
    """Return the text without the number of its page, to compare it with other pages."""
    text, count = _NAMED_NUMBER.subn("#", text)
    if not count:
        words = text.split()
        for end in (0, -1):
            if len(words) > 1 and words[end] == str(page):
                words[end] = "#"
                return " ".join(words)
    return " ".join(text.split())


def _read(words: list[Word], depth: int) -> list[Row]:
    """Return the lines of a page or a column."""
    segments = _segments(words)
    gutter = _gutter(segments) if depth < _MAX_COLUMN_DEPTH else None
    if gutter is None:
        return _lines(words)
    lines: list[Row] = []
    plain: list[Word] = []
    for band in _bands(segments, gutter):
        left = [word for segment in band for word in segment if word.x0 < gutter]
        right = [word for segment in band for word in segment if word.x0 >= gutter]
        if _are_columns(left, right):
            lines += _lines(plain)
            plain = []
            lines += [*_read(left, depth + 1), *_read(right, depth + 1)]
        else:
            plain += (word for segment in band for word in segment)
    return lines + _lines(plain)


def _lines(words: list[Word]) -> list[Row]:
    """Return the rows, with an empty one where the space between them is wide."""
    rows = _rows(words)
    middles = [max(row, key=lambda word: word.height).middle for row in rows]
    steps = [above - below for above, below in pairwise(middles)]
    usual = median(steps) if steps else 0.0
    lines: list[Row] = []
    for number, row in enumerate(rows):
        if number and steps[number - 1] > _PARAGRAPH * usual:
            lines.append([])
        lines.append(row)
    return lines


def _segments(words: list[Word]) -> list[Row]:
    """Cut rows where there is room for the space between two columns."""
    segments: list[Row] = []
    for row in _rows(words):
        segments.append([row[0]])
        for last, word in pairwise(row):
            if word.x0 - last.x1 > _SEGMENT_GAP * min(last.height, word.height):
                segments.append([])
            segments[-1].append(word)
    return segments


def _gutter(segments: list[Row]) -> float | None:
    """Return where in the middle of the page the fewest segments cross, if any stand beside."""
    if len(segments) <= _MIN_ROWS:
        return None
    spans = [(segment[0].x0, max(word.x1 for word in segment)) for segment in segments]
    left, right = min(span[0] for span in spans), max(span[1] for span in spans)
    low, high = left + 0.2 * (right - left), right - 0.2 * (right - left)
    events = sorted([(x0, 1) for x0, _ in spans] + [(x1, -1) for _, x1 in spans])
    best: tuple[int, float] | None = None
    middle = None
    crossing = 0
    for (x, step), (following, _) in pairwise(events):
        crossing += step
        a, b = max(x, low), min(following, high)
        if b > a and (best is None or (crossing, a - b) < best):
            best, middle = (crossing, a - b), (a + b) / 2
    return middle


def _bands(segments: list[Row], gutter: float) -> list[list[Row]]:
    """Cut the page at the segments that cross the gutter."""
    bands: list[list[Row]] = [[]]
    crossed = False
    for segment in segments:
        crosses = segment[0].x0 < gutter < max(word.x1 for word in segment)
        if crosses != crossed:
            bands.append([])
            crossed = crosses
        bands[-1].append(segment)
    return [band for band in bands if band]


def _are_columns(left: list[Word], right: list[Word]) -> bool:
    """Whether both sides are running text: many words to a line, most lines nearly full."""
    if not left or not right:
        return False
    size = median(word.height for word in (*left, *right))
    if min(word.x0 for word in right) - max(word.x1 for word in left) < _SEGMENT_GAP * size:
        return False
    longest = 0
    for side in (left, right):
        rows = _rows(side)
        width = max(word.x1 for word in side) - min(word.x0 for word in side)
        fill = median(row[-1].x1 - row[0].x0 for row in rows) / max(width, 1.0)
        if len(side) / len(rows) < _MIN_WORDS or fill < _MIN_FILL:
            return False
        longest = max(longest, len(rows))
    return longest >= _MIN_ROWS  # the last column of a text may be one line
