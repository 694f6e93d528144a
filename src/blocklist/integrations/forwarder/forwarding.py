"""FORWARDING: handles a query, from its octets to those of the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from time import monotonic
from traceback import walk_tb

from ..wire import (
    EDE_NETWORK_ERROR,
    EDE_PROHIBITED,
    FORMERR,
    HEADER,
    IN,
    MIN_UDP,
    NOTIMP,
    REFUSED,
    SERVFAIL,
    Question,
    failure,
    read_question,
    udp_limit,
)
from .upstream import Upstreams
from .views import View, Views

log = logging.getLogger("blocklist.serve")
Reply = Callable[[bytes], None]
"""Takes the answer to a query, once; empty if none is sent."""
_NOT_ASKED = frozenset({0, 41, 249, 250, 251, 252})
"""Query types that are none: OPT, TKEY, TSIG; and IXFR and AXFR, whose answers are streams."""
MAX_QUERY = 4096
"""Octets; few queries reach 512, and what no datagram can hold would seem an upstream's fault."""
_QUIET = 60.0  # seconds between two lines in the log


class Forwarder:
    """Answers queries for blocked names, and passes the others on.

    It keeps no cache, so an image counts from the first query after its reload.
    """

    def __init__(self, views: Views, upstreams: Upstreams, *, max_outstanding: int) -> None:
        self._views, self._upstreams = views, upstreams
        self._max_outstanding = max_outstanding
        self._quiet_until = 0.0

    def may_ask(self, client: str) -> bool:
        """Whether queries from that address are answered."""
        return self._views.of(client) is not None

    def take(self, query: bytes, client: str, reply: Reply, *, tcp: bool) -> None:
        """Take a query; total. ``reply`` is called once, maybe before this returns."""
        if len(query) < HEADER or query[2] & 0x80:
            reply(b"")  # an answer to an answer would go round for ever
            return
        view = self._views.of(client)
        question = read_question(query)
        if view is None:
            reply(failure(query, question, REFUSED, ede=EDE_PROHIBITED))
            return
        rcode = _fault(query, question)
        if question is None or rcode:
            reply(failure(query, None if rcode in (FORMERR, NOTIMP) else question, rcode))
            return
        try:
            made = view.of_query(query, question, client, tcp=tcp)
        except Exception as error:  # noqa: BLE001 - no query may end the server
            made = self._unable("a query", error, query, question)
        if made is not None:
            reply(made)
        elif self._upstreams.outstanding >= self._max_outstanding:
            reply(failure(query, question, SERVFAIL))
        else:
            done = partial(self._answered, query, question, view, client, reply, tcp)
            self._upstreams.ask(query, question, done, is_long=tcp)

    def _answered(
        self,
        query: bytes,
        question: Question,
        view: View,
        client: str,
        reply: Reply,
        tcp: bool,
        answer: bytes | None,
    ) -> None:
        """Give the client the answer of an upstream, or what takes its place."""
        if answer is None:
            reply(failure(query, question, SERVFAIL, ede=EDE_NETWORK_ERROR))
            return
        try:
            made = view.of_answer(query, question, answer, client, tcp=tcp)
        except Exception as error:  # noqa: BLE001 - of an upstream that sends nonsense, too
            made = self._unable("an answer of an upstream", error, query, question)
        if made is not None:
            reply(made)
        elif not tcp and len(answer) > MIN_UDP and len(answer) > udp_limit(query, question):
            reply(failure(query, question, 0, tc=True))
        else:
            reply(query[:2] + answer[2:])

    def _unable(self, what: str, error: Exception, query: bytes, question: Question) -> bytes:
        """Return the answer after an error, and log it: one a minute, and no word of the query."""
        now = monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + _QUIET
            *_, (frame, _) = walk_tb(error.__traceback__)
            where = frame.f_code.co_name
            log.error(
                "cannot handle %s, so SERVFAIL was sent: %s in %s",
                what,
                type(error).__name__,
                where,
            )
        return failure(query, question, SERVFAIL)


def _fault(query: bytes, question: Question | None) -> int:
    """Return the RCODE for what is no standard query with one question (RFC 9619); else 0."""
    if query[2] & 0x78:
        return NOTIMP
    if question is None or len(query) > MAX_QUERY or query[4:10] != b"\0\1\0\0\0\0":
        return FORMERR
    if question.qclass != IN or question.qtype in _NOT_ASKED:
        return REFUSED
    return 0
