"""ENTRIES: the pure twin of what finds the entries of a JSON list."""

from __future__ import annotations

import re
from array import array

_TOKEN = re.compile(
    rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[{\]}:,\n]|[ \t\r]+|[^"\[{\]}:,\n \t\r]+', re.DOTALL
)


def scan_entries(text: str, at: int, line: int) -> tuple[bytes, bytes, bytes, bytes, int] | None:
    """Return where the entries of a JSON list begin and end, their lines, and their keys.

    Only brackets, commas and strings are looked at; reading the entries finds what is wrong in
    them.

    Args:
        text: the document.
        at: the octet of its UTF-8 where the bracket of the list stands.
        line: the number of the line there.

    Returns:
        For each entry the octet where it begins and the one after its end as ``u64``, its line and
        the number of keys in it at any depth as ``u32``; and the octet after the list. ``None`` if
        brackets or commas are not those of a list.
    """
    octets = text.encode()
    if not 0 <= at < len(octets) or octets[at : at + 1] != b"[":
        raise ValueError("no list begins there")
    starts, ends, lines, keys = array("Q"), array("Q"), array("I"), array("I")
    depth, count, is_inside = 1, 0, False
    for found in _TOKEN.finditer(octets, at + 1):
        token = found[0]
        mark = token[:1]
        if mark == b"\n":
            line += 1
        if mark in b" \t\r\n":
            continue
        if depth == 1 and mark in b",]":
            if not is_inside and (mark == b"," or starts):
                return None
            if is_inside:
                ends.append(found.start())
                keys.append(count)
            is_inside, count = False, 0
            if mark == b",":
                continue
            stop = found.end()
            return starts.tobytes(), ends.tobytes(), lines.tobytes(), keys.tobytes(), stop
        if not is_inside:
            starts.append(found.start())
            lines.append(line)
            is_inside = True
        depth += (mark in b"[{") - (mark in b"]}")
        count += mark == b":"
        if not depth:
            return None
    return None
