"""SERIALS: the serial of a zone rises when the zone changes, and only then (RFC 1982).

Secondaries fetch a zone whose serial rose and no other. So a zone that takes the place of an older
file is compared with it, and has its serial if nothing but comments changed.
"""

from __future__ import annotations

import re
from os import SEEK_END
from typing import BinaryIO

from ..errors import ExportError
from .exportoptions import ExportOptions

_MODULUS = 1 << 32
_WIDTH = len(str(_MODULUS))
_HEAD, _BLOCK = 1 << 16, 1 << 20
_COMMENTS = re.compile(rb"(?m)^;.*\n")
_INLINE = re.compile(rb";[^\n]*")
_SERIAL = re.compile(rb"(?i)\sSOA\s+\S+\s+\S+\s+\(?\s*([0-9]{1,10})\s+")


def soa(options: ExportOptions) -> str:
    """Return the SOA, in which there is room for another serial; see ``settle``.

    A secondary that cannot reach its primary keeps the zone for 30 days, for without it nothing
    would be blocked.
    """
    serial = int(options.at.timestamp()) % _MODULUS if options.serial is None else options.serial
    return f"@ SOA localhost. nobody.invalid. {serial:<{_WIDTH}} 300 60 2592000 {options.ttl}"


def settle(new: BinaryIO, old: BinaryIO, options: ExportOptions) -> None:
    """Give a zone the serial that fits the one that it replaces.

    Args:
        new: the zone as it was written, with the SOA of ``soa``; can be read.
        old: what it replaces; if there is no SOA at the top, nothing is done.
        options: a ``serial`` of the caller's is taken or refused, never changed.

    Raises:
        ExportError: the caller's serial does not come after the one there.
    """
    here, there = _found(new), _found(old)
    if here is None or there is None:
        return
    given, previous = (int(found[1]) % _MODULUS for found in (here, there))
    is_same = _said_before(here) == _said_before(there) and _is_same(
        new, here.end(), old, there.end()
    )
    if options.serial is None:
        if is_same:
            given = previous
        elif not is_later(given, previous):
            given = (previous + 1) % _MODULUS or 1
        new.seek(here.start(1))
        new.write(b"%-*d" % (_WIDTH, given))
        new.seek(0, SEEK_END)
    elif not is_later(given, previous) and not (is_same and given == previous):
        raise ExportError(
            f"serial {given} is not later than {previous}, the serial of the existing zone file"
        )


def without_serial(beginning: bytes) -> bytes:
    """Return the beginning of a zone without its serial, which changes from export to export."""
    found = _SERIAL.search(beginning)
    return (
        beginning
        if found is None
        else beginning[: found.start(1)] + beginning[found.end(1) :].lstrip()
    )


def is_later(serial: int, previous: int) -> bool:
    """Whether a secondary with the previous serial would fetch the zone (RFC 1982)."""
    return 0 < (serial - previous) % _MODULUS < _MODULUS >> 1


def _found(zone: BinaryIO) -> re.Match[bytes] | None:
    zone.seek(0)
    head = zone.read(_HEAD)
    return _SERIAL.search(head) or _SERIAL.search(_INLINE.sub(b"", head))


def _said_before(found: re.Match[bytes]) -> bytes:
    """Return what stands before the serial, without comments."""
    return _COMMENTS.sub(b"", found.string[: found.start(1)])


def _is_same(one: BinaryIO, at: int, other: BinaryIO, other_at: int) -> bool:
    """Whether two files go on alike from there."""
    one.seek(at)
    other.seek(other_at)
    while block := one.read(_BLOCK):
        if other.read(_BLOCK) != block:
            return False
    return not other.read(1)
