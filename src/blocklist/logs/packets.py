"""PACKETS: queries in a capture in the old format of pcap.

UDP to port 53 over IPv4 and IPv6, without fragments. All else is counted as other: TCP, encrypted
DNS, answers, which a report by name does not need.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Literal

from ..errors import LogError
from .dnsoctets import address_text, question
from .framelogs import Event
from .logfile import Head
from .logformat import Basis, FrameReading, LogFormat

_MAGICS: dict[bytes, tuple[Literal["little", "big"], int]] = {
    b"\xd4\xc3\xb2\xa1": ("little", 1), b"\xa1\xb2\xc3\xd4": ("big", 1),
    b"\x4d\x3c\xb2\xa1": ("little", 1000), b"\xa1\xb2\x3c\x4d": ("big", 1000),
}  # fmt: skip
"""First octets of a capture: sequence of octets, and parts of a microsecond in its times."""
_PCAPNG = b"\x0a\x0d\x0d\x0a"
_MAX_PACKET = 1 << 18
_LINKS = {1: 14, 113: 16, 276: 20, 101: 0, 12: 0, 14: 0, 228: 0, 229: 0, 0: 4, 108: 4}
"""Octets in front of the packet, by type of link: Ethernet, Linux cooked, raw, loopback."""
_VLAN = (b"\x81\x00", b"\x88\xa8")
_UDP, _DNS = 17, 53
_OTHER = Event("other")


def packet_events(file: BinaryIO, reading: FrameReading) -> Iterator[Event]:
    """Yield an event for each packet.

    Raises:
        LogError: the capture has another format, or a type of link that is not known.
    """
    head = file.read(24)
    if head[:4] not in _MAGICS or len(head) < 24:
        raise LogError("no capture in the format of pcap; convert pcapng with the capture's tools")
    order, parts = _MAGICS[head[:4]]
    link = int.from_bytes(head[20:22] if order == "little" else head[22:24], order)
    if link not in _LINKS:
        raise LogError(f"the capture has links of type {link}, which are not read")
    while record := file.read(16):
        length = int.from_bytes(record[8:12], order)
        packet = file.read(length) if length <= _MAX_PACKET else b""
        if len(record) < 16 or len(packet) < length:
            reading.count.is_cut = True
            return
        seconds = int.from_bytes(record[:4], order)
        micros = int.from_bytes(record[4:8], order) // parts
        yield _event(packet[_start(packet, link) :], seconds * 1_000_000 + micros)


def _start(packet: bytes, link: int) -> int:
    start = _LINKS[link]
    if link == 1:
        while packet[start - 2 : start] in _VLAN:
            start += 4
    return start


def _event(packet: bytes, time: int) -> Event:
    version = packet[0] >> 4 if packet else 0
    if version == 4:
        size = (packet[0] & 0xF) * 4
        is_part = int.from_bytes(packet[6:8]) & 0x3FFF
        protocol, source = packet[9:10], packet[12:16]
    elif version == 6:
        size, is_part, protocol, source = 40, 0, packet[6:7], packet[8:24]
    else:
        return _OTHER
    udp = packet[size : size + 8]
    if is_part or protocol != bytes([_UDP]) or len(udp) < 8 or int.from_bytes(udp[2:4]) != _DNS:
        return _OTHER
    message = packet[size + 8 : size + int.from_bytes(udp[4:6])]
    if len(message) < 12 or message[2] & 0x80:
        return _OTHER
    asked = question(message)
    if asked is None:
        return Event("unread")
    return Event("query", time, asked.name, address_text(source), asked.qtype)


def _looks(head: Head) -> float:
    return float(head.octets[:4] in _MAGICS or head.octets[:4] == _PCAPNG)


FORMATS = (
    LogFormat(
        "pcap", "pcap, queries over UDP to port 53", _looks, lambda _: "SELECT * FROM events",
        "each query", "UTC", packet_events, Basis.DESCRIPTION,
    ),
)  # fmt: skip
