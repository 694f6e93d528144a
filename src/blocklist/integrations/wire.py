"""WIRE: the little of a DNS message that is looked at on the way: question, aliases, size.

What every query and answer passes through; a message that is really read goes to dnspython. Octets
from outside may be anything: nothing here fails otherwise than said, and all of it takes time
linear in the size of the message.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..model.names import MAX_LABEL_OCTETS, MAX_NAME_OCTETS

HEADER = 12
MIN_UDP = 512
"""Octets that every client takes over UDP (RFC 1035 §4.2.1)."""
PAYLOAD = 1232
"""Octets of an answer over UDP that pass everywhere (DNS flag day 2020)."""
QR, TC, RD, RA, CD = 0x8000, 0x0200, 0x0100, 0x0080, 0x0010
OPCODE_BITS, RCODE_BITS = 0x7800, 0x000F
FORMERR, SERVFAIL, NOTIMP, REFUSED = 1, 2, 4, 5
IN = 1
A, CNAME, TXT, AAAA, DNAME, OPT, SVCB, HTTPS, ANY = 1, 5, 16, 28, 39, 41, 64, 65, 255
SERVICES = (SVCB, HTTPS)
"""The types whose records lead to another name for one service alone (RFC 9460)."""
EDE = 15
"""The EDNS option of an Extended DNS Error (RFC 8914)."""
CLIENT_SUBNET = 8
"""The EDNS option that tells an authority from which network a client asks (RFC 7871)."""
COOKIE = 10
"""The EDNS option of a DNS cookie (RFC 7873)."""
EDE_PROHIBITED, EDE_NETWORK_ERROR = 18, 23

MAX_WIRE_NAME = MAX_NAME_OCTETS + 2  # with the length of the first label, and the root
POINTER = 0xC0
_CLIENT_COOKIE = 8
_MAX_ADDITIONAL = 16
_HEADER = struct.Struct("!6H")
_QUESTION = struct.Struct("!HH")
_RECORD = struct.Struct("!HHIH")
_OPTION = struct.Struct("!HH")
_DO = 0x8000


class WireQuestion(NamedTuple):
    """The one question of a message.

    Attributes:
        name: in wire format, in the case of the client.
        qtype: the query type.
        qclass: the query class.
        end: where the rest of the message begins.
    """

    name: bytes
    qtype: int
    qclass: int
    end: int


class Edns(NamedTuple):
    """What the OPT record of a query says (RFC 6891).

    Attributes:
        payload: octets that its sender takes.
        wants_dnssec: the bit DO.
        options: number and content of each.
    """

    payload: int
    wants_dnssec: bool
    options: list[tuple[int, bytes]]


def read_question(octets: bytes) -> WireQuestion | None:
    """Return the first question of a message; ``None`` if it cannot be read."""
    at = HEADER
    try:
        while length := octets[at]:
            at += length + 1
            # Nothing stands before a first question, so it cannot be compressed.
            if length > MAX_LABEL_OCTETS or at >= HEADER + MAX_WIRE_NAME:
                return None
        qtype, qclass = _QUESTION.unpack_from(octets, at + 1)
    except (IndexError, struct.error):
        return None
    return WireQuestion(octets[HEADER : at + 1], qtype, qclass, at + 1 + _QUESTION.size)


def read_edns(octets: bytes, question: WireQuestion) -> Edns | None:
    """Return the content of the OPT record of a query; ``None`` without one."""
    count = min(int.from_bytes(octets[10:12]), _MAX_ADDITIONAL)
    try:
        for _, kind, klass, ttl, at, size in records_of(octets, question.end, count):
            if kind == OPT:
                return Edns(klass, bool(ttl & _DO), list(options_of(octets, at, at + size)))
    except (ValueError, IndexError, struct.error):
        pass
    return None


def without_client_subnet(octets: bytes, question: WireQuestion) -> bytes:
    """Return a query without the option that tells from which network its client asks.

    Raises:
        ValueError: its records cannot be read, or it has more than one OPT record.
    """
    try:
        records = list(records_of(octets, question.end, int.from_bytes(octets[10:12])))
        places = [(at, at + size) for _, kind, _, _, at, size in records if kind == OPT]
    except (IndexError, struct.error) as error:
        raise ValueError("an additional section that ends too early") from error
    if len(places) > 1:
        raise ValueError("more than one OPT record")
    for at, end in places:
        kept = b"".join(
            _OPTION.pack(code, len(value)) + value
            for code, value in options_of(octets, at, end)
            if code != CLIENT_SUBNET
        )
        octets = octets[: at - 2] + len(kept).to_bytes(2) + kept + octets[end:]
    return octets


def udp_limit(octets: bytes, question: WireQuestion) -> int:
    """Return how many octets the sender of a query accepts over UDP."""
    edns = read_edns(octets, question)
    return MIN_UDP if edns is None else max(MIN_UDP, edns.payload)


def cookies(options: Iterable[tuple[int, bytes]]) -> list[bytes]:
    """Return what an answer repeats of the COOKIE options of its query.

    A client that once got a server's cookie takes no answer without (RFC 7873 §5.3). Its first
    came from the resolver behind us, so it is not for us to judge, and one is not for us to give.
    """
    return [value for code, value in options if code == COOKIE and len(value) > _CLIENT_COOKIE]


def failure(
    octets: bytes,
    question: WireQuestion | None,
    rcode: int,
    *,
    ede: int | None = None,
    tc: bool = False,
) -> bytes:
    """Return an answer without records, with question, RD, CD and EDNS as in the query.

    Args:
        octets: the query, at least a header.
        question: the question in it; without one, and without EDNS, if it has none.
        rcode: 0 to 15.
        ede: INFO-CODE of an Extended DNS Error, for clients that sent EDNS.
        tc: whether the client should ask again over TCP.
    """
    id_, flags, *_ = _HEADER.unpack_from(octets)
    flags = QR | RA | (flags & (OPCODE_BITS | RD | CD)) | (TC if tc else 0) | rcode
    if question is None:
        return _HEADER.pack(id_, flags, 0, 0, 0, 0)
    edns = read_edns(octets, question)
    opt = b""
    if edns is not None:
        told = b"" if ede is None else struct.pack("!3H", EDE, 2, ede)
        for cookie in cookies(edns.options):
            told += _OPTION.pack(COOKIE, len(cookie)) + cookie
        do = _DO if edns.wants_dnssec else 0
        opt = b"\0" + _RECORD.pack(OPT, PAYLOAD, do, len(told)) + told
    return _HEADER.pack(id_, flags, 1, 0, 0, 1 if opt else 0) + octets[HEADER : question.end] + opt


def records_of(octets: bytes, at: int, count: int) -> Iterator[tuple[int, int, int, int, int, int]]:
    """Yield where each record begins, type, class, TTL, and where its data are, with their size."""
    for _ in range(count):
        start = at
        while length := octets[at]:
            if length >= POINTER:
                at += 1
                break
            if length > MAX_LABEL_OCTETS:
                raise ValueError("a label of a kind that there is not")
            at += length + 1
        at += 1
        kind, klass, ttl, size = _RECORD.unpack_from(octets, at)
        at += _RECORD.size
        if at + size > len(octets):
            raise ValueError("a record that ends after its message")
        yield start, kind, klass, ttl, at, size
        at += size


def options_of(octets: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield the options of an OPT record; a truncated one at its end is ignored."""
    while at + _OPTION.size <= end:
        code, size = _OPTION.unpack_from(octets, at)
        at += _OPTION.size + size
        if at <= end:
            yield code, octets[at - size : at]


def read_name(octets: bytes, at: int) -> bytes:
    """Return the name at an offset, uncompressed (RFC 1035 §4.1.4)."""
    labels, size, before = [], 1, at
    while length := octets[at]:
        if length >= POINTER:
            at = (length & ~POINTER) << 8 | octets[at + 1]
            if at >= before:  # each pointer leads further back, so there is an end
                raise ValueError("a pointer that does not lead back")
            before = at
            continue
        size += length + 1
        if length > MAX_LABEL_OCTETS or size > MAX_WIRE_NAME:
            raise ValueError("a name that is too long")
        labels.append(octets[at : at + length + 1])
        at += length + 1
    return b"".join(labels) + b"\0"
