"""MADE ANSWERS: what the DNS answer to a blocked query holds, as plain data; no DNS library in it.

Each integration writes it in the records of its own library.
"""

from __future__ import annotations

from typing import NamedTuple

from ..live.policy import Response
from ..model.addresses import Address
from .wire import AAAA, ANY, SERVFAIL, A

TYPES = {4: A, 6: AAAA}
"""The type of the record of an address, by its version."""


class MadeAnswer(NamedTuple):
    """What an answer holds.

    Attributes:
        rcode: of the answer.
        truncated: whether the client shall ask again over TCP.
        addresses: of the records that answer the query type.
        has_soa: whether an SOA says how long there is nothing (RFC 2308 §5).
    """

    rcode: int
    truncated: bool
    addresses: tuple[Address, ...]
    has_soa: bool


def made_answer(response: Response, qtype: int) -> MadeAnswer:
    """Return what the answer of a response holds."""
    addresses = tuple(
        address for address in response.addresses if qtype in (TYPES[address.version], ANY)
    )
    sent = response.sent
    # Where something must be sent and nothing should be, the server has failed.
    rcode = SERVFAIL if sent.rcode is None else sent.rcode
    return MadeAnswer(rcode, sent.is_truncated, addresses, sent.has_records and not addresses)


def soa(ttl: int) -> str:
    """Return the data of the SOA; its last number is how long caches keep that there is nothing."""
    return f"localhost. nobody.invalid. 1 3600 600 86400 {ttl}"
