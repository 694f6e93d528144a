"""TARGETS: the pure twin of what reads lists whose names are marked, or of other scripts."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from ..model.names import CANONICAL_NAME, MAX_LABEL_OCTETS, MAX_NAME_OCTETS
from ..model.targetlist import FORM_RAW, MARKS
from ._pure import _BLANKS, _column, _lines

_ASCII = {c: chr(c) for c in b"abcdefghijklmnopqrstuvwxyz0123456789-_"}
_ASCII |= {c: chr(c + 32) for c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}

Ask = Callable[[int], int]


def scan_targets(
    text: str, comments: bool, points: bytearray, ask: Ask
) -> tuple[bytes, bytes, bytes, bytes, list[tuple[int, int, str]]]:
    """Return the names of the targets among the lines, with what they are written in.

    A target is taken if it is one name, perhaps behind one of ``MARKS``, of two labels or more
    whose last begins with a letter, and if its key needs no more than small letters and Punycode.

    Args:
        text: the lines.
        comments: whether ``#`` at the start of a line and after a blank begins a comment.
        points: what each code point is mapped to, as ``u32``; 0 if it was not asked yet. It is
            filled here.
        ask: what a code point is mapped to; 1 if it is not simple.

    Returns:
        Names; numbers of lines; the form of each, its place in ``MARKS`` and ``FORM_RAW`` where its
        text is kept; those texts; and of each other line that says something, how many names stand
        before it, its number and its text.
    """
    names: list[str] = []
    numbers, forms, rest = array("I"), bytearray(), []
    raws: list[str] = []
    simple = SimpleNames(points, ask)
    for number, line in enumerate(_lines(text), 1):
        word = line.strip(_BLANKS)
        if not word or (comments and word[0] == "#"):
            continue
        raw = line
        if comments and (at := _comment_at(line)):
            raw = line[: at - 1]
            word = raw.strip(_BLANKS)
        mark = 0
        if word.startswith(MARKS[1:]):
            mark = next(i for i, text in enumerate(MARKS) if i and word.startswith(text))
        written = word[len(MARKS[mark]) :]
        name = simple.name(written)
        if not name:
            rest.append((len(names), number, line))
            continue
        names.append(name)
        numbers.append(number)
        is_bare = name == written and (not mark or raw == word)
        forms.append(mark if is_bare else mark | FORM_RAW)
        if not is_bare:
            raws.append(raw)
    texts = "".join(f"{raw}\n" for raw in raws).encode()
    return _column(names), numbers.tobytes(), bytes(forms), texts, rest


def _comment_at(line: str) -> int:
    """Return where a comment begins after a blank; 0 if the first ``#`` begins none."""
    at = line.find("#")
    return at if at > 0 and line[at - 1] in _BLANKS else 0


class SimpleNames:
    """Writes names whose key needs no more than small letters and Punycode."""

    def __init__(self, points: bytearray, ask: Ask) -> None:
        self._bytes, self._ask = points, ask
        self._points = memoryview(points).cast("I")

    def name(self, text: str) -> str:
        """Return the key; empty if it needs more."""
        if CANONICAL_NAME.fullmatch(text) and "xn--" not in text:
            return text
        labels = text.removesuffix(".").split(".")
        if len(labels) < 2:
            return ""
        keys = []
        for label in labels:
            key = self._label(label)
            if not key:
                return ""
            keys.append(key)
        name = ".".join(keys)
        return name if len(name) <= MAX_NAME_OCTETS and "a" <= keys[-1][0] <= "z" else ""

    def _label(self, text: str) -> str:
        if len(text) > MAX_LABEL_OCTETS:
            return ""
        mapped = []
        for c in map(ord, text):
            to = _ASCII.get(c, "") if c < 128 else self._mapped(c)
            if not to:
                return ""
            mapped.append(to)
        label = "".join(mapped)
        is_marked = label.startswith("xn--")
        if not label.isascii():
            return "" if is_marked else _encoded(label)
        return label if not is_marked or self._is_sound(label) else ""

    def _mapped(self, point: int) -> str:
        if point >= len(self._points):
            return ""
        to = self._points[point]
        if not to:
            to = self._points[point] = self._ask(point)
        return chr(to) if to > 1 else ""

    def _is_sound(self, label: str) -> bool:
        try:
            decoded = label[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            return False
        if decoded.isascii() or decoded.startswith("xn--") or len(decoded) > MAX_LABEL_OCTETS:
            return False
        others = (c for c in decoded if not c.isascii())
        return all(self._mapped(ord(c)) == c for c in others) and _encoded(decoded) == label


def _encoded(label: str) -> str:
    encoded = "xn--" + label.encode("punycode").decode("ascii")
    return encoded if len(encoded) <= MAX_LABEL_OCTETS else ""
