"""LINES: the names of an image in the sequence of their rule numbers, read line by line.

``docs/image-format.md`` says what a line holds. Whatever the octets are, what contradicts itself is
an error here, and nothing is read that the sections do not hold.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import accumulate

from ..errors import NotAnImageError
from . import layout
from .container import Image
from .layout import ENTRY, KEY_POOLED, LABEL, LINE, MAX_INLINE_KEY, SUBTREE, TRIE, Octets, pack_u32

_RULES = bytes(octet & layout.LINE_RULES for octet in range(256))  # that the head of a line counts


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


def may_hold(image: Image, label: str) -> bool:
    """Whether a name of the image can hold a label; if not, no name need be read to know it."""
    sections = (layout.SECTION_LINES, layout.SECTION_LABELS, layout.SECTION_POOL)
    return any(label.encode("ascii") in bytes(image.section(one)) for one in sections)


def decode_names(section: Callable[[str], Octets]) -> tuple[list[str], bytes]:
    """Return all names of a suffix trie, and the flags of each, given its sections by name.

    Raises:
        ValueError: they contradict each other.
    """
    trie, lines = section(layout.SECTION_TRIE), bytes(section(layout.SECTION_LINES))
    _check_sizes(section, trie, lines)
    try:
        names, special = _read_lines(
            lines, _tails(section), str(section(layout.SECTION_POOL), "latin-1")
        )
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
    if len(trie) != TRIE.size:
        raise ValueError(f"section trie has not {TRIE.size} octets")
    _, count, gates, words, rules, first, last, reach, _ = TRIE.struct.unpack(trie)
    starts = list(accumulate(lines[:: LINE.size].translate(_RULES), initial=0))
    fits = (
        count % 2 == 0
        and (not count or (gates and words))
        and len(lines) == count * LINE.size
        and len(section(layout.SECTION_GATES)) == gates * layout.GATE_SIZE
        and len(section(layout.SECTION_FILTER)) == words * layout.WORD_SIZE
        and 1 <= first <= layout.MAX_FIRST_LEVEL
        and last <= layout.MAX_LABELS
        and reach <= layout.MAX_REACH
        and rules == starts.pop()
        and section(layout.SECTION_RANKS) == pack_u32(starts[:: layout.LINES_A_RANK])
    )
    if not fits:
        raise ValueError("the sections of the suffix trie do not fit together")


def _tails(section: Callable[[str], Octets]) -> list[str]:
    """Return what each code puts behind the key."""
    labels = bytes(section(layout.SECTION_LABELS))
    if len(labels) % LABEL.size or len(labels) > LABEL.size * layout.MAX_CODES:
        raise ValueError("section labels is cut short or too long")
    tails = [""]
    for padded, size in LABEL.struct.iter_unpack(labels):
        if not 1 <= size <= layout.MAX_LAST_LABEL or any(padded[size:]):
            raise ValueError("a last label is too long")
        tails.append("." + str(padded[:size], "latin-1"))
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
    for start in range(0, len(lines), LINE.size):
        at, before, more = start + LINE.at["entries"], len(names), 0
        stop = at + lines[start + LINE.at["used"]]
        while at < stop:
            size = lines[at]
            if 0 < size <= MAX_INLINE_KEY:
                key = at + ENTRY.size
                end = key + size
                add(text[key:end] + tails[lines[at + 1]])
                at = end
            else:
                name, flags, at = _read_entry(lines, at, tails, pool)
                if flags != SUBTREE:
                    special.append((len(names), flags))
                    more += flags.bit_count() - 1
                add(name)
        if at != stop or stop > start + LINE.size:
            raise ValueError("an entry reaches out of its line")
        if len(names) - before + more != lines[start] & layout.LINE_RULES:
            raise ValueError("a line counts other rules than it holds")
    return names, special


def _read_entry(lines: bytes, at: int, tails: list[str], pool: str) -> tuple[str, int, int]:
    """Return name and flags of an entry with flags or its key in the pool, and where it ends."""
    head, code = ENTRY.struct.unpack_from(lines, at)
    tail, size = tails[code], head & layout.KEY_LENGTH
    at += ENTRY.size
    if size == KEY_POOLED:
        offset = int.from_bytes(lines[at : at + layout.POOL_OFFSET_SIZE], "little")
        size = ord(pool[offset])
        key = pool[offset + 1 : offset + 1 + size]
        at += layout.POOL_OFFSET_SIZE
    elif size <= MAX_INLINE_KEY:
        key = str(lines[at : at + size], "latin-1")
        at += size
    else:
        raise ValueError("an entry has no length that there is")
    if not key or len(key) < size or len(key) + len(tail) > layout.MAX_NAME_OCTETS:
        raise ValueError("a key is empty, cut short or too long")
    if not head & layout.FLAGS_FOLLOW:
        return key + tail, SUBTREE, at
    if not 1 <= lines[at] <= layout.ALL_FLAGS:
        raise ValueError("an entry has flags that mean nothing")
    return key + tail, lines[at], at + 1
