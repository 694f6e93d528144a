"""PROTOBUF: the fields of a message, without a library and without its schema."""

from __future__ import annotations

_MAX_SHIFT = 63
_FIXED = {1: 8, 5: 4}


def fields(message: bytes) -> dict[int, bytes | int]:
    """Return the fields of a message by number, the last of each; integers or octets.

    Fixed widths are little-endian integers without a sign.

    Raises:
        ValueError: it is damaged or cut short.
    """
    found: dict[int, bytes | int] = {}
    at, size = 0, len(message)
    while at < size:
        tag = message[at]
        at += 1
        if tag > 0x7F:
            tag, at = _varint(message, at - 1)
        kind, number = tag & 7, tag >> 3
        if kind == 2:
            if at < size and message[at] < 0x80:
                length, at = message[at], at + 1
            else:
                length, at = _varint(message, at)
            if length > size - at:
                raise ValueError("a field is longer than its message")
            found[number] = message[at : at + length]
            at += length
        elif kind == 0:
            found[number], at = _varint(message, at)
        elif kind in _FIXED:
            width = _FIXED[kind]
            if width > size - at:
                raise ValueError("a field is longer than its message")
            found[number] = int.from_bytes(message[at : at + width], "little")
            at += width
        else:
            raise ValueError(f"a field has the unknown type {kind}")
    return found


def octets(found: dict[int, bytes | int], number: int) -> bytes:
    """Return a field of octets; empty if it is missing or an integer."""
    value = found.get(number, b"")
    return value if isinstance(value, bytes) else b""


def integer(found: dict[int, bytes | int], number: int) -> int:
    """Return a field that is an integer; 0 if it is missing or octets."""
    value = found.get(number, 0)
    return value if isinstance(value, int) else 0


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, _MAX_SHIFT + 1, 7):
        if at >= len(message):
            break
        octet = message[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
    raise ValueError("a number is cut short or too long")
