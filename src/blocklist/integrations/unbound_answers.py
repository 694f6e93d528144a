"""UNBOUND: the answer that a blocked name gets, as the text that ``unboundmodule`` takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .._core import presentation
from ..live.policy import Response
from .madeanswers import made_answer, soa
from .wire import ANY, TXT

Fields = tuple[str, int, list[str], list[str]]
"""Those of an ``UnboundAnswer``."""


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


class UnboundMade(NamedTuple):
    """What an answer holds, apart from names: for all that the same orders block.

    Attributes:
        rcode: of the answer.
        answer: what follows the name in each record that answers the query type.
        authority: the same of the one of the authority section; empty if there is none.
    """

    rcode: int
    answer: tuple[str, ...]
    authority: str

    @classmethod
    def of(cls, response: Response, qtype: int, ttl: int) -> UnboundMade:
        """Return what the answer to a query of that type holds; see ``unbound_answer``."""
        made = made_answer(response, qtype)
        if not response.sent.has_records:
            return cls(made.rcode, (), "")
        answer = [
            f" {ttl} IN {'A' if address.version == 4 else 'AAAA'} {address}"
            for address in made.addresses
        ]
        return cls(made.rcode, tuple(answer), f" {ttl} IN SOA {soa(ttl)}" if made.has_soa else "")

    def to(self, name: str) -> Fields:
        """Return the fields of the answer to a query for a name; each block calls it."""
        rcode, answer, authority = self
        records = [name + end for end in answer] if answer else []
        return name, rcode, records, [name + authority] if authority else []


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
    made = UnboundMade.of(response, qtype, ttl)
    if not aliases:
        return UnboundAnswer(*made.to(presentation(name)))
    _, rcode, records, nothing = made.to(presentation(aliases[-1][1]))
    if response.sent.has_records:
        chain = (map(presentation, alias) for alias in aliases)
        records = [f"{owner} {ttl} IN CNAME {target}" for owner, target in chain] + records
    return UnboundAnswer(presentation(name), rcode, records, nothing)


def unbound_check(name: bytes, qtype: int, said: str) -> UnboundAnswer:
    """Return the answer to a query for ``check.rpz.blocklist``: which list is in use.

    It may be in no cache, and has no record of another type than TXT.
    """
    asked = presentation(name)
    if qtype not in (TXT, ANY):
        return UnboundAnswer(asked, 0, [], [f"{asked} 0 IN SOA {soa(0)}"])
    return UnboundAnswer(asked, 0, [f'{asked} 0 IN TXT "{said}"'], [])
