"""FRAMES: dnstap in Frame Streams, and PowerDNS's protobuf messages, as batches of events.

A file that is cut off by rotation is read as far as it is whole. A damaged frame is one unread
query; a length that cannot be true ends the reading, since nothing behind it can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

from .dnsoctets import (
    address_text,
    addresses_in,
    led_to,
    name_text,
    outcome_of,
    question,
    rcode_text,
    type_text,
)
from .logfile import Head
from .logformat import Basis, FrameReading, LogFormat
from .protobuf import fields, integer, octets

_MAX_FRAME = 1 << 20
_ROWS = 10_000
_CLIENT_QUERY, _CLIENT_RESPONSE = 5, 6
_CONTENT = b"protobuf:dnstap.Dnstap"
_MAX_SECONDS = 1 << 33
# Actions of a policy by which the client does not get what it asked for: all but to do nothing,
# which is 3 in dnstap (PASS) and 1 in PowerDNS (NoAction).
_DNSTAP_BLOCKS, _POWERDNS_BLOCKS = frozenset({1, 2, 4, 5, 6}), frozenset(range(2, 7))


class Event(NamedTuple):
    """One row of the common columns; ``time`` in microseconds since 1970."""

    event: str
    time: int | None = None
    name: str | None = None
    client: str | None = None
    qtype: str | None = None
    rcode: str | None = None
    outcome: str | None = None
    answers: list[str] | None = None


_OTHER, _UNREAD = Event("other"), Event("unread")


def batches(events: Iterator[Event]) -> Iterator[Any]:
    """Yield events as batches of Arrow."""
    rows: list[Event] = []
    for one in events:
        rows.append(one)
        if len(rows) == _ROWS:
            yield _batch(rows)
            rows = []
    if rows:
        yield _batch(rows)


def schema() -> Any:
    """Return the schema of the batches."""
    import pyarrow as pa

    columns = [(name, pa.string()) for name in Event._fields]
    columns[1] = ("time", pa.timestamp("us"))
    columns[-1] = ("answers", pa.list_(pa.string()))
    return pa.schema(columns)


def text_schema() -> Any:
    """Return the schema of common columns that are all text, without ``answers``."""
    import pyarrow as pa

    return pa.schema([pa.field(name, pa.string()) for name in Event._fields[:-1]])


def _batch(rows: list[Event]) -> Any:
    import pyarrow as pa

    made = schema()
    arrays = [
        pa.array(column, one.type)
        for column, one in zip(zip(*rows, strict=True), made, strict=True)
    ]
    return pa.record_batch(arrays, schema=made)


def dnstap_events(file: BinaryIO, reading: FrameReading) -> Iterator[Event]:
    """Yield an event for each frame of one or more Frame Streams."""
    while head := file.read(4):
        length = int.from_bytes(head)
        is_control = len(head) == 4 and not length
        if is_control:
            length = int.from_bytes(file.read(4))
        frame = file.read(length) if length <= _MAX_FRAME else b""
        if len(head) < 4 or len(frame) < length:
            reading.count.is_cut = True
            return
        if not is_control:
            yield _guarded(_dnstap_event, frame, reading)


def _guarded(
    read: Callable[[bytes, FrameReading], Event], frame: bytes, reading: FrameReading
) -> Event:
    try:
        return read(frame, reading)
    except ValueError:
        return _UNREAD


def _dnstap_event(frame: bytes, reading: FrameReading) -> Event:
    message = fields(octets(fields(frame), 14))
    kind = integer(message, 1)
    if kind not in (_CLIENT_QUERY, _CLIENT_RESPONSE):
        return _OTHER
    is_reply = kind == _CLIENT_RESPONSE
    reply = octets(message, 14) if is_reply else b""
    # BIND writes neither the time nor the message of the query beside some responses.
    asked = question(octets(message, 10)) or question(reply)
    first, second = ((8, 9), (12, 13)) if integer(message, 8) else ((12, 13), (8, 9))
    time = _micros(integer(message, first[0]) or integer(message, second[0]),
                   integer(message, first[1]) // 1000)  # fmt: skip
    if asked is None:
        return _UNREAD if octets(message, 10) or reply else _OTHER
    rcode = outcome = answers = None
    if is_reply and len(reply) >= 12:
        code = reply[3] & 0xF
        rcode = rcode_text(code)
        addresses = addresses_in(reply, asked.end) if question(reply) else ()
        policy = integer(fields(octets(message, 15)), 3)
        outcome = (
            "blocked"
            if policy in _DNSTAP_BLOCKS
            else outcome_of(code, addresses, reading.sinkholes)
        )
        answers = led_to(reply, asked.end) if reading.answers and question(reply) else None
    return Event(
        "reply" if is_reply else "query", time, asked.name, address_text(octets(message, 4)),
        asked.qtype, rcode, outcome, answers,
    )  # fmt: skip


def powerdns_events(file: BinaryIO, reading: FrameReading) -> Iterator[Event]:
    """Yield an event for each message with a length of two octets in front of it."""
    while head := file.read(2):
        length = int.from_bytes(head)
        frame = file.read(length)
        if len(head) < 2 or len(frame) < length:
            reading.count.is_cut = True
            return
        yield _guarded(_powerdns_event, frame, reading)


def _powerdns_event(frame: bytes, reading: FrameReading) -> Event:
    message = fields(frame)
    kind = integer(message, 1)
    if kind not in (1, 2):
        return _OTHER
    asked = fields(octets(message, 12))
    name = octets(asked, 1).decode()
    if not name:
        return _UNREAD
    rcode = outcome = None
    if kind == 2:
        response = fields(octets(message, 13))
        code = integer(response, 1)
        rcode = rcode_text(code)
        record = fields(octets(response, 2))  # the last one
        address = octets(record, 5) if integer(record, 2) in (1, 28) else b""
        is_policy = integer(response, 10) in _POWERDNS_BLOCKS
        addresses = [address] * bool(address)
        outcome = "blocked" if is_policy else outcome_of(code, addresses, reading.sinkholes)
    return Event(
        "query" if kind == 1 else "reply", _micros(integer(message, 9), integer(message, 10)), name,
        address_text(octets(message, 6)), type_text(integer(asked, 2)), rcode, outcome,
    )  # fmt: skip


def _micros(seconds: int, micros: int) -> int | None:
    """Return a time in microseconds, ``None`` if it cannot be one."""
    return seconds * 1_000_000 + micros % 1_000_000 if 0 < seconds < _MAX_SECONDS else None


def wire_names(column: Any) -> Any:
    """Return a column of names in wire format as text, for DuckDB."""
    import pyarrow as pa

    names = (None if name is None else name_text(name) for name in column.to_pylist())
    return pa.array(list(names), pa.string())


def _is_dnstap(head: Head) -> float:
    octets_ = head.octets
    return float(octets_[:4] == b"\0\0\0\0" and octets_[8:12] in _STARTS and _CONTENT in octets_)


_STARTS = (b"\0\0\0\2", b"\0\0\0\4")


def _is_powerdns(head: Head) -> float:
    length = int.from_bytes(head.octets[:2])
    # The first field is the type of the message, a small number.
    if length < 8 or head.octets[2:3] != b"\x08" or head.octets[3:4] > b"\4":
        return 0.0
    try:
        found = fields(head.octets[2 : 2 + length])
    except ValueError:
        return 0.0
    return float(12 in found)


FORMATS = (
    LogFormat(
        "dnstap", "dnstap in Frame Streams (BIND, Unbound, Knot Resolver, dnsdist)", _is_dnstap,
        lambda _: "SELECT * FROM events",
        "`CLIENT_RESPONSE` if the log has them, else `CLIENT_QUERY`", "UTC", dnstap_events,
        Basis.PROGRAM,
    ),
    LogFormat(
        "powerdns-protobuf", "PowerDNS protobuf, messages with a length of two octets",
        _is_powerdns, lambda _: "SELECT * FROM events",
        "responses to clients if the log has them, else queries", "UTC", powerdns_events,
        Basis.PROGRAM,
    ),
)  # fmt: skip
