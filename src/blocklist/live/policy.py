"""POLICY: what a resolver does with a query for a blocked name; no DNS library in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ..errors import ConfigurationError
from ..matcher.match import Match
from ..model.addresses import Address, parse_address
from ..model.orders import Order


class Action(StrEnum):
    """What kind of answer a blocked name gets."""

    NXDOMAIN = "nxdomain"
    """There is no such name, nor anything below it, of any type (RFC 8020)."""
    NODATA = "nodata"
    """There is such a name, without records of that type."""
    REFUSED = "refused"
    """RCODE 5; stubs tend to ask their next resolver."""
    NOTIMP = "notimp"
    """RCODE 4: the server does not do that; some stubs ask no other resolver then."""
    SINKHOLE = "sinkhole"
    """Addresses that the operator gives, as of a page that says why."""
    DROP = "drop"
    """No answer at all."""
    TCP_ONLY = "tcp-only"
    """A truncated answer over UDP; over TCP, the real one."""
    PASSTHRU = "passthru"
    """The real answer: the block is only counted."""


class Sent(NamedTuple):
    """What a server sends for an action; integrations ask this, and never which action it is.

    Attributes:
        rcode: of the message (RFC 1035 §4.1.1); ``None``: there is no message of ours.
        has_records: whether aliases, addresses and, without addresses, a SOA for caches (RFC 2308)
            go with it.
        is_of_one_type: whether it speaks of the query type alone, and not of the name.
        is_truncated: over UDP it is empty, with TC; over TCP the real answer is given.
        is_real: it is the real answer.
    """

    rcode: int | None = None
    has_records: bool = False
    is_of_one_type: bool = False
    is_truncated: bool = False
    is_real: bool = False

    @property
    def needs_transport(self) -> bool:
        """Whether only a server that has the client's connection can send it."""
        return self.is_truncated or (self.rcode is None and not self.is_real)


_SENT = {
    Action.NXDOMAIN: Sent(rcode=3, has_records=True),
    Action.NODATA: Sent(rcode=0, has_records=True, is_of_one_type=True),
    Action.REFUSED: Sent(rcode=5),
    Action.NOTIMP: Sent(rcode=4),
    Action.SINKHOLE: Sent(rcode=0, has_records=True, is_of_one_type=True),
    Action.DROP: Sent(),
    Action.TCP_ONLY: Sent(rcode=0, is_truncated=True),
    Action.PASSTHRU: Sent(is_real=True),
}

RESPONSE_WORDS = f"{', '.join(a for a in Action if a != 'sinkhole')} or 'sinkhole ADDRESS…'"
"""What ``Response.parse`` reads, for the help of commands."""
WEB_TYPES = frozenset({1, 28, 64, 65, 255})
"""A, AAAA, SVCB, HTTPS and ANY: what leads a browser to a site, and no mail server to another."""


@dataclass(frozen=True, slots=True)
class Response:
    """An action, with the addresses of a sinkhole."""

    action: Action
    addresses: tuple[Address, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Response:
        """Read ``nxdomain``, ``nodata``, …, ``sinkhole 192.0.2.1 2001:db8::1``.

        ``redirect``, the word of ``Order.response``, is read as ``sinkhole``.

        Raises:
            ValueError: no such action, or addresses where none or some should be.
        """
        word, *rest = text.split() or [""]
        word = word.lower().replace("redirect", Action.SINKHOLE)
        if word not in {action.value for action in Action}:
            raise ConfigurationError(
                f"unknown response {text!r}; choose one of: {', '.join(Action)}"
            )
        addresses = [parse_address(part) for part in rest]
        known = tuple(address for address in addresses if address is not None)
        if len(known) != len(rest) or bool(known) != (word == Action.SINKHOLE):
            needs = "needs addresses" if word == Action.SINKHOLE else "takes no addresses"
            raise ConfigurationError(
                f"response {text!r}: {word} {needs}; a sinkhole is 'sinkhole 192.0.2.1 2001:db8::1'"
            )
        return cls(Action(word), known)

    @property
    def sent(self) -> Sent:
        """What a server sends."""
        return _SENT[self.action]

    def of_one_type(self) -> Response:
        """Return the same, but without a word on other query types than the one that is answered.

        Of a name that is innocent itself NXDOMAIN would deny all (RFC 8020): NODATA takes its
        place.
        """
        return Response(Action.NODATA) if self.action is Action.NXDOMAIN else self

    def lets_through(self, *, tcp: bool) -> bool:
        """Whether a query over TCP, or over UDP, gets the real answer."""
        return self.sent.is_real or (self.sent.is_truncated and tcp)

    def __str__(self) -> str:
        return " ".join([self.action, *map(str, self.addresses)])


@dataclass(frozen=True, slots=True)
class ResponsePolicy:
    """Chooses the response to a query for a blocked name.

    In this sequence: what an order behind the match demands (``Order.response``), what the operator
    set for its authority, the default. No order demands PASSTHRU, which would undo it; where
    several authorities order a name, PASSTHRU for one of them does not undo what others order.

    Attributes:
        default: what is not said otherwise. NODATA, since it can be said of addresses alone.
        by_authority: by ``Authority.key``, such as ``agcom``; ``operator`` is the own policy.
        obey_orders: whether what an order demands comes first.
        qtypes: the query types (numbers) that are answered so; other types are not blocked.
            ``None`` means those that fit the action: ``WEB_TYPES`` for NODATA and SINKHOLE, so that
            mail to a blocked site still finds its server, and all for the others, whose answers
            speak of all types at once. Caches believe an NXDOMAIN for every type, whatever is set
            here.
        ttl: of made answers, in seconds; short, since an order may be lifted.
    """

    default: Response = Response(Action.NODATA)
    by_authority: Mapping[str, Response] = field(default_factory=lambda: MappingProxyType({}))
    obey_orders: bool = True
    qtypes: frozenset[int] | None = None
    ttl: int = 60

    def response(self, match: Match, qtype: int) -> Response | None:
        """Return what to answer a query of that type; ``None``: as if nothing was blocked."""
        return self.response_to(match.orders, qtype)

    def response_to(self, orders: Collection[Order], qtype: int) -> Response | None:
        """Return the same of the orders behind a match, on which alone it depends."""
        response = self._demanded(orders) or self._configured(orders)
        qtypes = self.qtypes
        if qtypes is None and response.sent.is_of_one_type:
            qtypes = WEB_TYPES
        return response if qtypes is None or qtype in qtypes else None

    def response_of(
        self, orders: Collection[Order], qtype: int, *, by_type: bool = False
    ) -> Response | None:
        """Return the same where records of one type may lead to what is blocked (``by_type``)."""
        response = self.response_to(orders, qtype)
        return response.of_one_type() if response is not None and by_type else response

    def _demanded(self, orders: Collection[Order]) -> Response | None:
        for order in orders if self.obey_orders else ():
            if order.response:
                try:
                    response = Response.parse(order.response)
                except ValueError:  # in words that are no response of ours, such as a host name
                    continue
                if not response.sent.is_real:
                    return response
        return None

    def _configured(self, orders: Collection[Order]) -> Response:
        keys = {order.authority.key: None for order in orders}
        found = [self.by_authority[key] for key in keys if key in self.by_authority]
        if len(found) < len(keys):
            found.append(self.default)
        return next((r for r in found if not r.sent.is_real), found[0])
