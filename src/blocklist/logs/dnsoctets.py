"""DNS OCTETS: question and answers of a DNS message, as far as a report needs them; total.

Messages come from files that anyone may have written: nothing here raises, and each loop is bounded
by the length of the message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from ipaddress import ip_address
from typing import NamedTuple

_HEADER = 12
_POINTER = 0xC0
_MAX_LABEL = 63
_MAX_NAME = 255
_MAX_RECORDS = 64
"""Records of an answer that are looked at."""
_TYPES = {
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV",
    43: "DS", 48: "DNSKEY", 64: "SVCB", 65: "HTTPS", 255: "ANY",
}  # fmt: skip
_RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
_ADDRESSES = {1: 4, 28: 16}
"""Types of records with an address, and its length in octets."""
_NAMING = {2: 0, 5: 0, 15: 2}
"""Types of records with a name, and the octets in front of it."""
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*")


class Asked(NamedTuple):
    """The question of a message: name as text with escapes, type as text, where it ends."""

    name: str
    qtype: str
    end: int


def question(message: bytes) -> Asked | None:
    """Return the question of a message; ``None`` if it has none or is damaged."""
    if len(message) < _HEADER + 5 or message[4:6] == b"\0\0":
        return None
    end = _HEADER
    while length := message[end]:
        end += length + 1
        if length > _MAX_LABEL or end - _HEADER >= _MAX_NAME or end >= len(message):
            return None
    kind = message[end + 1 : end + 3]
    if len(message) < end + 5:
        return None
    return Asked(name_text(message[_HEADER : end + 1]), type_text(int.from_bytes(kind)), end + 5)


def name_text(wire: bytes) -> str:
    """Return a name in wire format as text, with escapes for what is no letter, digit, - _ or *.

    What is no name becomes text that is no name either.
    """
    labels, at = [], 0
    while at < len(wire) and (length := wire[at]):
        label = wire[at + 1 : at + 1 + length]
        if length > _MAX_LABEL or len(label) < length:
            return ""
        labels.append(
            label.decode("ascii")
            if _PLAIN.issuperset(label)
            else "".join(chr(o) if o in _PLAIN else f"\\{o:03d}" for o in label)
        )
        at += length + 1
    return ".".join(labels) or "."


def type_text(number: int) -> str:
    """Return the type of a record as text."""
    return _TYPES.get(number) or f"TYPE{number}"


def rcode_text(number: int) -> str:
    """Return the code of a response as text."""
    return _RCODES.get(number) or f"RCODE{number}"


def address_text(octets: bytes) -> str | None:
    """Return an address as text; ``None`` for octets of another length."""
    return str(ip_address(octets)) if len(octets) in (4, 16) else None


def outcome_of(
    rcode: int, addresses: Collection[bytes], sinkholes: Collection[bytes]
) -> str | None:
    """Return what became of a query: ``blocked``, ``answered``, or ``None`` for neither for sure.

    Args:
        rcode: of the response.
        addresses: in it, 4 or 16 octets each.
        sinkholes: addresses that stand for a block, beside 0.0.0.0 and ::.
    """
    if rcode in (3, 5):
        return "blocked"
    if rcode or not addresses:
        return None
    return "blocked" if all(not any(a) or a in sinkholes for a in addresses) else "answered"


def addresses_in(message: bytes, at: int) -> list[bytes]:
    """Return the addresses of the answer that begins at an octet, as far as it is whole."""
    return [
        message[start:end]
        for kind, start, end in _records(message, at)
        if _ADDRESSES.get(kind) == end - start
    ]


def led_to(message: bytes, at: int) -> list[str]:
    """Return the addresses and names that the records of an answer lead to, as text.

    Names are those of CNAME, NS and MX; the answer is read as far as it is whole.
    """
    found: list[str] = []
    for kind, start, end in _records(message, at):
        if _ADDRESSES.get(kind) == end - start:
            text = address_text(message[start:end])
        elif kind in _NAMING:
            text = _unpacked_name(message, start + _NAMING[kind])
        else:
            continue
        if text:
            found.append(text)
    return found


def _records(message: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield type, start and end of the content of each record of an answer that is whole."""
    for _ in range(min(int.from_bytes(message[6:8]), _MAX_RECORDS)):
        at = _after_name(message, at)
        head = message[at : at + 10]
        end = at + 10 + int.from_bytes(head[8:])
        if len(head) < 10 or end > len(message):
            return
        yield int.from_bytes(head[:2]), at + 10, end
        at = end


def _unpacked_name(message: bytes, at: int) -> str:
    """Return the name that begins at an octet, with what its pointers lead to; empty if damaged."""
    wire, least = b"", at
    while at < len(message) and len(wire) < _MAX_NAME:
        length = message[at]
        if length >= _POINTER:
            at = int.from_bytes(message[at : at + 2]) & 0x3FFF
            if at >= least:  # a pointer leads back, so that this ends
                return ""
            least = at
            continue
        if not length:
            return name_text(wire + b"\0")
        wire += message[at : at + length + 1]
        at += length + 1
    return ""


def _after_name(message: bytes, at: int) -> int:
    """Return where the name ends that begins at an octet; behind the message if it is damaged."""
    while at < len(message):
        length = message[at]
        if length >= _POINTER:
            return at + 2
        at += length + 1
        if not length:
            return at
    return len(message)
