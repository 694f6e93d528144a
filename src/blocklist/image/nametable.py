"""LINES: the names of an image in the sequence of their rule numbers, read line by line.

``docs/image-format.md`` says what a line holds. Whatever the octets are, what contradicts itself is
an error here, and nothing is read that the sections do not hold.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import accumulate

from ..errors import NotAnImageError
from .container import Image
from .layout import SUBTREE

Octets = bytes | memoryview

_TRIE = struct.Struct("<8x8I24x")
_LINE, _LINE_ROOM, _RUN = 64, 62, 16
_IN_POOL, _MAX_KEY, _FLAGS_FOLLOW, _MAX_FLAGS = 63, 59, 0x80, 63
_MAX_LAST_LABEL, _MAX_CODES, _MAX_NAME = 7, 255, 253
_MAX_LABELS, _MAX_REACH = 127, 16
_RULES = bytes(octet & 0x7F for octet in range(256))  # what the first octet of a line counts


def names_in(image: Image) -> Iterator[tuple[str, int]]:
    """Return each name and the flags of its rules, in the sequence of the rule numbers.

    Raises:
        NotAnImageError: the sections contradict each other.
    """
    try:
        names, flags = decode_names(image.section)
    except ValueError as error:
        raise NotAnImageError(str(error), path=image.path) from error
    return zip(names, flags, strict=True)


def decode_names(section: Callable[[str], Octets]) -> tuple[list[str], bytes]:
    """Return all names of a suffix trie, and the flags of each, given its sections by name.

    Raises:
        ValueError: they contradict each other.
    """
    trie, lines = section("trie"), bytes(section("lines"))
    _check_sizes(section, trie, lines)
    try:
        names, special = _read_lines(lines, _tails(section), str(section("pool"), "latin-1"))
    except (IndexError, struct.error) as error:
        raise ValueError("an entry leads outside its section") from error
    if len(set(names)) != len(names) or not "".join(names).isascii():
        raise ValueError("a name stands twice, or is not ASCII")
    flags = bytearray([SUBTREE]) * len(names)
    for index, bits in special:
        flags[index] = bits
    return names, bytes(flags)


def _check_sizes(section: Callable[[str], Octets], trie: Octets, lines: bytes) -> None:
    """Compare the header with the sections, and the rules that it counts with the lines."""
    if len(trie) != _TRIE.size:
        raise ValueError("section trie has not 64 octets")
    count, gates, words, rules, first, last, reach, _ = _TRIE.unpack(trie)
    starts = list(accumulate(lines[::_LINE].translate(_RULES), initial=0))
    fits = (
        count % 2 == 0
        and (not count or (gates and words))
        and len(lines) == count * _LINE
        and len(section("gates")) == gates * 4
        and len(section("filter")) == words * 8
        and 1 <= first <= 2
        and last <= _MAX_LABELS
        and reach <= _MAX_REACH
        and rules == starts.pop()
        and section("ranks") == struct.pack(f"<{-(-count // _RUN)}I", *starts[::_RUN])
    )
    if not fits:
        raise ValueError("the sections of the suffix trie do not fit together")


def _tails(section: Callable[[str], Octets]) -> list[str]:
    """Return what each code puts behind the key."""
    labels = bytes(section("labels"))
    if len(labels) % 8 or len(labels) > 8 * _MAX_CODES:
        raise ValueError("section labels is cut short or too long")
    tails = [""]
    for at in range(0, len(labels), 8):
        size = labels[at + 7]
        label = labels[at : at + size]
        if not 1 <= size <= _MAX_LAST_LABEL or any(labels[at + size : at + 7]):
            raise ValueError("a last label is too long")
        tails.append("." + str(label, "latin-1"))
    return tails


def _read_lines(
    lines: bytes, tails: list[str], pool: str
) -> tuple[list[str], list[tuple[int, int]]]:
    """Return all names, and index and flags of those with other flags than SUBTREE.

    The loop has one short way, for an entry with its key in the line and no flags: nearly all.
    """
    text = str(lines, "latin-1")
    names: list[str] = []
    special: list[tuple[int, int]] = []
    add = names.append
    for start in range(0, len(lines), _LINE):
        at, before, more = start + 2, len(names), 0
        stop = at + lines[start + 1]
        while at < stop:
            size = lines[at]
            if 0 < size <= _MAX_KEY:
                end = at + 2 + size
                add(text[at + 2 : end] + tails[lines[at + 1]])
                at = end
            else:
                name, flags, at = _read_entry(lines, at, tails, pool)
                if flags != SUBTREE:
                    special.append((len(names), flags))
                    more += flags.bit_count() - 1
                add(name)
        if at != stop or stop > start + _LINE:
            raise ValueError("an entry reaches out of its line")
        if len(names) - before + more != lines[start] & 0x7F:
            raise ValueError("a line counts other rules than it holds")
    return names, special


def _read_entry(lines: bytes, at: int, tails: list[str], pool: str) -> tuple[str, int, int]:
    """Return name and flags of an entry with flags or its key in the pool, and where it ends."""
    head, tail = lines[at], tails[lines[at + 1]]
    size = head & _IN_POOL
    at += 2
    if size == _IN_POOL:
        (offset,) = struct.unpack_from("<I", lines, at)
        size = ord(pool[offset])
        key = pool[offset + 1 : offset + 1 + size]
        at += 4
    elif size <= _MAX_KEY:
        key = str(lines[at : at + size], "latin-1")
        at += size
    else:
        raise ValueError("an entry has no length that there is")
    if not key or len(key) < size or len(key) + len(tail) > _MAX_NAME:
        raise ValueError("a key is empty, cut short or too long")
    if not head & _FLAGS_FOLLOW:
        return key + tail, SUBTREE, at
    if not 1 <= lines[at] <= _MAX_FLAGS:
        raise ValueError("an entry has flags that mean nothing")
    return key + tail, lines[at], at + 1
