"""WIRE LEADS: where an answer leads: its aliases, services and addresses, in wire format."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .wire import (
    AAAA,
    CNAME,
    DNAME,
    MAX_WIRE_NAME,
    POINTER,
    SERVICES,
    A,
    WireQuestion,
    options_of,
    read_name,
    records_of,
)  # fmt: skip

_MAX_ALIASES = 64  # resolvers follow a dozen or so
_ROOT = b"\0"
_HINTS = {4: 4, 6: 16}
"""Octets of an address in ipv4hint and ipv6hint, by the number of the parameter (RFC 9460 §7.3)."""


class Leads(NamedTuple):
    """Where an answer leads.

    Attributes:
        aliases: owner and target of each alias on the way from the query name, in wire format.
        services: owner and target of each SVCB and HTTPS record, in both of its modes.
        addresses: the octets of each A and AAAA, and of the hints in SVCB and HTTPS records.
    """

    aliases: list[tuple[bytes, bytes]]
    services: list[tuple[bytes, bytes]]
    addresses: list[bytes]


def leads(octets: bytes, question: WireQuestion) -> Leads:
    """Return where an answer leads; it has the question of the query, in the same place.

    Aliases are CNAME and DNAME (RFC 6672), and only those that hang together with the query name.
    What an answer of SVCB or HTTPS records brings along counts as well (RFC 9460 §4.2).

    Raises:
        ValueError: the answer section cannot be read, or holds more than 64 aliases.
    """
    found = Leads([], [], [])
    answers = count = int.from_bytes(octets[6:8])
    if not answers:
        return found
    if question.qtype in SERVICES:
        count += int.from_bytes(octets[8:10]) + int.from_bytes(octets[10:12])
    cnames: dict[bytes, bytes] = {}
    dnames: dict[bytes, bytes] = {}
    services: list[tuple[bytes, bytes, list[bytes]]] = []
    beside: list[tuple[bytes, bytes]] = []
    try:
        records = records_of(octets, question.end, count)
        for number, (start, kind, _, _, at, size) in enumerate(records):
            if kind in (A, AAAA):
                if number < answers:
                    found.addresses.append(octets[at : at + size])
                else:
                    beside.append((read_name(octets, start), octets[at : at + size]))
            elif kind in SERVICES:
                services.append((read_name(octets, start), *_service(octets, at, at + size)))
            elif kind in (CNAME, DNAME) and number < answers:
                into = cnames if kind == CNAME else dnames
                into.setdefault(read_name(octets, start).lower(), read_name(octets, at))
            if len(cnames) + len(dnames) + len(services) > _MAX_ALIASES:
                raise ValueError("more aliases than anybody follows")
    except (IndexError, struct.error) as error:
        raise ValueError("an answer section that ends too early") from error
    if cnames or dnames:
        found.aliases.extend(_chain(question.name, cnames, dnames))
    if services:
        _follow(found, question.name, services, beside)
    return found


def _follow(
    found: Leads,
    name: bytes,
    services: Iterable[tuple[bytes, bytes, list[bytes]]],
    beside: Iterable[tuple[bytes, bytes]],
) -> None:
    """Add the services that hang together with the query name, and the addresses of their targets.

    Other records beside an answer are the name servers' own.
    """
    reached = {name.lower(), *(target.lower() for _, target in found.aliases)}
    for owner, target, hints in services:  # in the sequence in which one leads to the next
        if owner.lower() in reached:
            target = owner if target == _ROOT else target
            found.services.append((owner, target))
            found.addresses.extend(hints)
            reached.add(target.lower())
    found.addresses.extend(octets for owner, octets in beside if owner.lower() in reached)


def read_service(rdata: bytes, owner: bytes) -> tuple[bytes, list[bytes]]:
    """Return where the data of an SVCB or HTTPS record lead: the target, and hints of addresses.

    A target ``.`` means the owner in ServiceMode, and nothing in AliasMode (RFC 9460 §2.5).

    Raises:
        ValueError: there is no target in them.
    """
    try:
        target, hints = _service(rdata, 0, len(rdata))
    except (IndexError, struct.error) as error:
        raise ValueError("a service record that ends too early") from error
    return owner if target == _ROOT else target, hints


def _service(octets: bytes, at: int, end: int) -> tuple[bytes, list[bytes]]:
    """Return target and hints; what follows a parameter that is too long is not read."""
    at += 2  # the priority: both modes lead to the target
    target = read_name(octets, at)
    while length := octets[at]:
        if length >= POINTER:  # which should not be there (RFC 9460 §2.2)
            at += 1
            break
        at += length + 1
    hints: list[bytes] = []
    for key, value in options_of(octets, at + 1, end):
        size = _HINTS.get(key, 0)
        if size:
            hints += (value[i : i + size] for i in range(0, len(value) - size + 1, size))
    return target, hints


def _chain(
    name: bytes, cnames: dict[bytes, bytes], dnames: dict[bytes, bytes]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield owner and target of each alias, from the query name on, in any order."""
    for _ in range(_MAX_ALIASES):
        # Octets of length are below the letters, so a whole name can be folded at once.
        key = name.lower()
        target = cnames.pop(key, None) or _renamed(name, key, dnames)
        if target is None:
            return
        yield name, target
        name = target


def _renamed(name: bytes, key: bytes, dnames: dict[bytes, bytes]) -> bytes | None:
    """Return the name after substitution by the DNAME of the nearest name above it."""
    at = 0
    while dnames and key[at]:
        at += key[at] + 1
        target = dnames.get(key[at:])
        if target is not None:
            renamed = name[:at] + target
            return renamed if len(renamed) <= MAX_WIRE_NAME else None
    return None
