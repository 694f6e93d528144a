"""FORWARDING: handles a query, from its octets to those of the answer."""

from __future__ import annotations

import logging
from collections import Counter
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
    WireQuestion,
    failure,
    read_question,
    udp_limit,
    without_client_subnet,
)
from .configuration import Configuration
from .quota import Quota
from .upstream import Upstreams
from .views import View, Views

log: logging.Logger = logging.getLogger("blocklist.serve")
Reply = Callable[[bytes], None]
"""Takes the answer to a query, once; empty if none is sent."""
_NOT_ASKED = frozenset({0, 41, 249, 250, 251, 252})
"""Query types that are none: OPT, TKEY, TSIG; and IXFR and AXFR, whose answers are streams."""
MAX_QUERY = 4096
"""Octets; few queries reach 512, and what no datagram can hold would seem an upstream's fault."""
REASONS = (
    "not-allowed", "queries", "client-queries", "connections", "client-connections", "displaced",
    "slow-reader", "no-query",
)  # fmt: skip
"""Why a query or connection was refused: its client may not ask, too many queries wait for
upstreams (of all clients, of this one), there are too many connections (likewise). Why one was
ended: another took its place, its client does not read answers, or sent what is no query."""
_QUIET = 60.0  # seconds between two lines in the log


class Forwarder:
    """Answers queries for blocked names, and passes the others on.

    It keeps no cache, so an image counts from the first query after its reload.

    Attributes:
        queries: how many messages came, by transport.
        refused: how many queries and connections were refused or ended, by reason (``REASONS``).
    """

    def __init__(self, views: Views, upstreams: Upstreams, configuration: Configuration) -> None:
        self._views, self._upstreams = views, upstreams
        self._max_outstanding = configuration.max_outstanding
        self._strip_ecs = configuration.strip_ecs
        self._quota = Quota(
            configuration.max_client_outstanding,
            prefix_v4=configuration.client_prefix_v4, prefix_v6=configuration.client_prefix_v6,
        )  # fmt: skip
        self.queries: Counter[str] = Counter({"udp": 0, "tcp": 0})
        self.refused: Counter[str] = Counter(dict.fromkeys(REASONS, 0))
        self._quiet_until = 0.0

    def may_ask(self, client: str) -> bool:
        """Whether queries from that address are answered."""
        return self._views.of(client) is not None

    def take(self, query: bytes, client: str, reply: Reply, *, tcp: bool) -> None:
        """Take a query; total. ``reply`` is called once, maybe before this returns."""
        self.queries["tcp" if tcp else "udp"] += 1
        if not is_query(query):
            reply(b"")
            return
        view = self._views.of(client)
        question = read_question(query)
        if view is None:
            self.refused["not-allowed"] += 1
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
        else:
            self._forward(query, question, view, client, reply, tcp)

    def _forward(
        self,
        query: bytes,
        question: WireQuestion,
        view: View,
        client: str,
        reply: Reply,
        tcp: bool,
    ) -> None:
        """Ask an upstream, unless too many queries wait for one."""
        try:
            asked = without_client_subnet(query, question) if self._strip_ecs else query
        except ValueError:
            reply(failure(query, None, FORMERR))
            return
        if self._upstreams.outstanding >= self._max_outstanding:
            self.refused["queries"] += 1
        elif not self._quota.take(client):
            self.refused["client-queries"] += 1
        else:
            done = partial(self._answered, query, question, view, client, reply, tcp)
            self._upstreams.ask(asked, question, done, is_long=tcp)
            return
        reply(failure(query, question, SERVFAIL))

    def _answered(
        self,
        query: bytes,
        question: WireQuestion,
        view: View,
        client: str,
        reply: Reply,
        tcp: bool,
        answer: bytes | None,
    ) -> None:
        """Give the client the answer of an upstream, or what takes its place."""
        self._quota.give_back(client)
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

    def _unable(self, what: str, error: Exception, query: bytes, question: WireQuestion) -> bytes:
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


def is_query(message: bytes) -> bool:
    """Whether it has a header, and is not an answer: one to that would go round for ever."""
    return len(message) >= HEADER and not message[2] & 0x80


def _fault(query: bytes, question: WireQuestion | None) -> int:
    """Return the RCODE for what is no standard query with one question (RFC 9619); else 0."""
    if query[2] & 0x78:
        return NOTIMP
    if question is None or len(query) > MAX_QUERY or query[4:10] != b"\0\1\0\0\0\0":
        return FORMERR
    if question.qclass != IN or question.qtype in _NOT_ASKED:
        return REFUSED
    return 0
