"""LED: what an answer leads to that is blocked, by aliases, services and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..live.liveblocklist import AnyBlocklist
from ..matcher.match import Match
from .wire import ANY, CNAME, SERVICES, read_question
from .wireleads import Leads, leads

_NOT_FOLLOWED = (CNAME, ANY)  # answered by the alias itself (RFC 1034 §3.6.2)
Alias = tuple[bytes, bytes]
"""Owner and target of a CNAME, in wire format."""


class Led(NamedTuple):
    """What an answer leads to that is blocked.

    Attributes:
        match: what blocks it.
        aliases: the CNAMEs on the way.
        by_type: whether records of the query type lead there (SVCB, HTTPS), so that nothing may be
            said of the other types of the name (``Response.of_one_type``).
    """

    match: Match
    aliases: Sequence[Alias]
    by_type: bool = False


def led_to(blocked: AnyBlocklist, found: Leads, qtype: int) -> Iterator[Led]:
    """Yield what an answer to a query of that type leads to that is blocked."""
    for number, (_, target) in enumerate(found.aliases, 1):
        match = blocked.match(target) if blocked.is_blocked(target) else None
        if match is not None:
            yield Led(match, found.aliases[:number])
    for _, target in found.services:
        match = blocked.match(target) if blocked.is_blocked(target) else None
        if match is not None:
            yield Led(match, found.aliases, by_type=True)
    for octets in found.addresses:
        match = blocked.match_address(octets)
        if match is not None:
            yield Led(match, found.aliases, by_type=qtype in SERVICES)


def led_in(blocked: AnyBlocklist, answer: bytes, *, addresses: bool) -> Iterator[Led]:
    """Yield what an answer in wire format leads to that is blocked.

    A question for the alias itself (CNAME, ANY) is not led anywhere. ``addresses`` says whether
    blocked addresses count.

    Raises:
        ValueError: the answer cannot be read.
    """
    question = read_question(answer)
    if question is None or question.qtype in _NOT_FOLLOWED:
        return
    found = leads(answer, question)
    if not addresses:
        found.addresses.clear()
    yield from led_to(blocked, found, question.qtype)
