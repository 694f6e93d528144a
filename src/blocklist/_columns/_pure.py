"""The pure-Python twins: slower, with the same results to the octet.

Columns of numbers are ``u32`` of this machine; those in sections are little-endian.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

from ..image.layout import ALL_FLAGS, ALLOW_SHIFT, BELOW, EXACT, SUBTREE, TRIE_SECTIONS
from ..image.nametable import decode_names
from ..model.names import MAX_LABEL_OCTETS, MAX_NAME_OCTETS
from ._pure_trie import encode_names

_NAME_SIZES = set(range(1, MAX_NAME_OCTETS + 1))
_FLAGS = set(range(1, ALL_FLAGS + 1))
_BLANKS = " \t"
_LINE_END = re.compile(r"\r\n?")
_NAME = re.compile(
    rf"(?:[a-z0-9_-]{{1,{MAX_LABEL_OCTETS}}}\.)+[a-z][a-z0-9_-]{{0,{MAX_LABEL_OCTETS - 1}}}"
)


def scan_names(text: str) -> tuple[bytes, bytes, list[tuple[int, int, str]]]:
    """Return the names among the lines of ``text``, their line numbers, and the other lines.

    A name has two labels or more, is canonical without a look at IDNA, and stands alone in its
    line but for blanks and a comment. Blank lines and those that ``#`` begins say nothing. Of each
    other line there is how many names stand before it, its number and its text.
    """
    names: list[str] = []
    numbers, rest = array("I"), []
    match = _NAME.fullmatch
    for number, line in enumerate(_lines(text), 1):
        name = line
        found = match(line)
        if not found:
            word = line.strip(_BLANKS)
            if not word or word[0] == "#":
                continue
            name = _first_word(word)
            found = match(name)
        if found and len(name) <= MAX_NAME_OCTETS and "xn--" not in name:
            names.append(name)
            numbers.append(number)
        else:
            rest.append((len(names), number, line))
    return _column(names), numbers.tobytes(), rest


def scan_framed(
    text: str, befores: tuple[str, ...], after: str, comments: bool, odd: str
) -> tuple[list[tuple[bytes, bytes]], list[tuple[int, int, str]]]:
    """Return the names between ``befores`` and ``after``, and the other lines, all of them.

    Args:
        text: the lines.
        befores: what may stand before a name, from the start of its line; the first that fits.
        after: what stands after it, up to the line's end. If it begins with a blank, there may be
            more of them before it.
        comments: whether blanks around a name, and a comment after a blank, are passed over.
        odd: how the last label of a name begins that is not taken; empty for none.

    Returns:
        Names and line numbers for each of ``befores``; and of each line that has no such name, how
        many names stand before it, its number and its text.
    """
    for part in (*befores, after, odd):
        part.encode()
    columns: list[tuple[list[str], array[int]]] = [([], array("I")) for _ in befores]
    rest: list[tuple[int, int, str]] = []
    taken = 0
    for number, line in enumerate(_lines(text), 1):
        for before, (names, numbers) in zip(befores, columns, strict=True):
            name = _between(line, before, after, comments)
            if name and not (odd and name.rpartition(".")[2].startswith(odd)):
                names.append(name)
                numbers.append(number)
                taken += 1
                break
        else:
            rest.append((taken, number, line))
    return [(_column(names), numbers.tobytes()) for names, numbers in columns], rest


def _between(line: str, before: str, after: str, comments: bool) -> str:
    """Return the name between the two; empty if there is none."""
    end = len(line) - len(after)
    if end < len(before) or not (line.startswith(before) and line.endswith(after)):
        return ""
    name = line[len(before) : end]
    if comments:
        name = _first_word(name.strip(_BLANKS))
    elif after and after[0] in _BLANKS:
        name = name.rstrip(_BLANKS)
    fits = _NAME.fullmatch(name) and len(name) <= MAX_NAME_OCTETS and "xn--" not in name
    return name if fits else ""


def _lines(text: str) -> list[str]:
    if not text.isascii():
        text.encode()  # halves of surrogate pairs are refused, as octets could not hold them
    return (_LINE_END.sub("\n", text) if "\r" in text else text).split("\n")


def _column(names: list[str]) -> bytes:
    return ("\n".join(names) + "\n").encode("ascii") if names else b""


def _first_word(line: str) -> str:
    """Return the line without a comment that follows its first word after a blank."""
    ends = [at for at in (line.find(" "), line.find("\t")) if at >= 0]
    if not ends:
        return line
    at = min(ends)
    return line[:at] if line[at:].lstrip(_BLANKS)[0] == "#" else line


def build_trie(names: bytes, bits: bytes) -> tuple[dict[str, bytes], bytes]:
    """Return the sections of the suffix trie, and the rule number of each input as ``u32``.

    Args:
        names: a line end after each.
        bits: what each name carries, an octet for each.

    Raises:
        ValueError: the two do not fit together, or no trie holds these names.
    """
    inputs = _split(names, bits)
    flags = dict(zip(inputs, bits, strict=True))
    if len(flags) < len(inputs):
        for name, bit in zip(inputs, bits, strict=True):
            flags[name] |= bit
    sections, first = encode_names(inputs, flags)
    before = [
        [(all_ & bit - 1).bit_count() for all_ in range(ALL_FLAGS + 1)]
        for bit in range(ALL_FLAGS + 1)
    ]
    rows = zip(inputs, bits, strict=True)
    numbers = array("I", [first[name] + before[bit][flags[name]] for name, bit in rows])
    return sections, numbers.tobytes()


def _split(names: bytes, bits: bytes) -> list[bytes]:
    inputs = names.split(b"\n")
    fits = len(inputs) == len(bits) + 1 and not inputs.pop()
    sizes = set(map(len, inputs))
    if not fits or not sizes <= _NAME_SIZES or not set(bits) <= _FLAGS:
        raise ValueError("names and bits do not fit together")
    return inputs


def find_names(sections: dict[str, bytes], names: bytes) -> bytes:
    """Return index, offset and 0 of each name that the trie blocks, as ``u32``."""
    flags = _flags(sections)
    found = array("I")
    for index, offset, name in _rows(names):
        if _is_blocked(flags, name):
            found.extend((index, offset, 0))
    return found.tobytes()


def _is_blocked(flags: dict[str, int], name: str) -> bool:
    at, kinds = 0, (EXACT, SUBTREE)
    while True:
        here = flags.get(name[at:], 0)
        for bit in kinds if here else ():
            if here & (bit | bit << ALLOW_SHIFT):
                return not here & bit << ALLOW_SHIFT
        at, kinds = name.find(".", at) + 1, (SUBTREE, BELOW)
        if not at:
            return False


def find_covered(sections: dict[str, bytes], names: bytes) -> bytes:
    """Return index, offset and place of the wider block of each name that one covers, as ``u32``.

    A place is where the block begins in the name, times 256, and the flags that stand there. An
    exception at the name, or at a suffix down to the block's own, leaves it uncovered.
    """
    flags = _flags(sections)
    found = array("I")
    for index, offset, name in _rows(names):
        at, here = 0, flags.get(name, 0)
        while not here >> ALLOW_SHIFT:
            if at and here & (SUBTREE | BELOW):
                found.extend((index, offset, at << 8 | here))
                break
            at = name.find(".", at) + 1
            if not at:
                break
            here = flags.get(name[at:], 0)
    return found.tobytes()


def _flags(sections: dict[str, bytes]) -> dict[str, int]:
    """Return what stands at each name of a trie."""
    for name in TRIE_SECTIONS:
        if not isinstance(sections.get(name), bytes):
            raise ValueError(f"there is no section {name}")
    try:
        return dict(zip(*decode_names(sections.__getitem__), strict=True))
    except ValueError:
        raise ValueError("the sections of the suffix trie do not fit together") from None


def _rows(names: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield index, offset and text of each name of a column."""
    rows = names.decode("latin-1").split("\n")
    if rows.pop() or max(map(len, rows), default=0) > MAX_NAME_OCTETS:
        raise ValueError("not a column of names")
    offset = 0
    for index, name in enumerate(rows):
        yield index, offset, name
        offset += len(name) + 1
