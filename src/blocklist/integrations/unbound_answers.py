"""UNBOUND: the answer that a blocked name gets, as the text that ``unboundmodule`` takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..live.policy import Response
from .madeanswers import made_answer, soa
from .wire import ANY, TXT

_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


class UnboundAnswer(NamedTuple):
    """An answer to be made.

    Attributes:
        name: the query name.
        rcode: of the answer.
        answer: records in presentation format (RFC 1035 §5.1), in sequence.
        authority: records of the authority section, in the same form.
    """

    name: str
    rcode: int
    answer: list[str]
    authority: list[str]


def unbound_answer(
    response: Response,
    name: bytes,
    qtype: int,
    aliases: Sequence[tuple[bytes, bytes]],
    ttl: int,
) -> UnboundAnswer:
    """Return the answer to a query for a blocked name, or for an alias of one.

    Args:
        response: one that needs no transport (``Sent.needs_transport``).
        name: the query name, in wire format.
        qtype: the query type.
        aliases: owner and target of each CNAME on the way to the blocked name. They are in the
            answer, so that the code speaks of the blocked name and not of the alias (RFC 6604).
        ttl: of all records, in seconds; that of the SOA is how long caches keep that there is
            nothing (RFC 2308).
    """
    asked, made = presentation(name), made_answer(response, qtype)
    if not response.sent.has_records:
        return UnboundAnswer(asked, made.rcode, [], [])
    end = presentation(aliases[-1][1] if aliases else name)
    records = [
        f"{presentation(owner)} {ttl} IN CNAME {presentation(target)}" for owner, target in aliases
    ]
    records += [
        f"{end} {ttl} IN {'A' if address.version == 4 else 'AAAA'} {address}"
        for address in made.addresses
    ]
    nothing = [f"{end} {ttl} IN SOA {soa(ttl)}"] if made.has_soa else []
    return UnboundAnswer(asked, made.rcode, records, nothing)


def unbound_check(name: bytes, qtype: int, said: str) -> UnboundAnswer:
    """Return the answer to a query for ``check.rpz.blocklist``: which list is in use.

    It may be in no cache, and has no record of another type than TXT.
    """
    asked = presentation(name)
    if qtype not in (TXT, ANY):
        return UnboundAnswer(asked, 0, [], [f"{asked} 0 IN SOA {soa(0)}"])
    return UnboundAnswer(asked, 0, [f'{asked} 0 IN TXT "{said}"'], [])


def presentation(wire: bytes) -> str:
    r"""Return a name in wire format as text, with a final dot; total.

    What has a meaning in text, or is not graphic, is escaped (``\DDD``).
    """
    text, at = "", 0
    while at < len(wire) and wire[at]:
        label = wire[at + 1 : at + 1 + wire[at]]
        text += f"{_escaped(label)}." if label.strip(_PLAIN) else f"{label.decode('ascii')}."
        at += 1 + wire[at]
    return text or "."


def _escaped(label: bytes) -> str:
    return "".join(chr(octet) if octet in _PLAIN else f"\\{octet:03}" for octet in label)
