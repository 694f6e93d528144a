"""MADE ANSWERS: what the DNS answers to blocked queries have in common; no DNS library in it.

Each integration writes it in the records of its own library.
"""

from __future__ import annotations

from ..live.policy import Response
from ..model.addresses import Address
from .wire import AAAA, ANY, A

TYPES = {4: A, 6: AAAA}
"""The type of the record of an address, by its version."""


def addresses_of(response: Response, qtype: int) -> tuple[Address, ...]:
    """Return the addresses of a response that answer a query type."""
    return tuple(
        address for address in response.addresses if qtype in (TYPES[address.version], ANY)
    )


def soa(ttl: int) -> str:
    """Return the data of the SOA of an answer without addresses.

    Its last number is how long caches keep that there is nothing (RFC 2308 §5).
    """
    return f"localhost. nobody.invalid. 1 3600 600 86400 {ttl}"
