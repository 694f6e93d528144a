"""DNSPYTHON: answers to queries for blocked names as messages of dnspython, for any server with it.

Pure: no socket, no clock. A server reads a query and asks ``of_query``; if that is ``None`` it
resolves the query and asks ``of_answer``, since an alias may lead to a blocked name. See
``docs/how-to/dnspython.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ..answers.check import is_check
from ..errors import BlocklistError, ConfigurationError, missing_extra
from ..live.blocklog import Hits
from ..live.liveblocklist import AnyBlocklist
from ..live.policy import Action, Response, ResponsePolicy
from ..matcher.blocklist import Blocklist
from ..matcher.match import Match
from .ede_settings import Telling
from .keptanswers import KeptAnswers
from .led import Alias, Led, led_in
from .listinuse import list_in_use
from .madeanswers import TYPES, made_answer, soa
from .wire import MIN_UDP, OPCODE_BITS, PAYLOAD, QR, cookies

try:
    import dns.edns
    import dns.exception
    import dns.flags
    import dns.message
    import dns.name
    import dns.rcode
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype
    import dns.rrset
except ImportError as error:
    raise BlocklistError(missing_extra("answering with dnspython", "serve")) from error

_IN = dns.rdataclass.IN
_CNAME = dns.rdatatype.CNAME


@dataclass(frozen=True, slots=True)
class QueryVerdict:
    """What a blocked query gets.

    Attributes:
        action: which kind of answer.
        match: why; ``None`` for ``check.rpz.blocklist``, whose record says which list is in use.
        message: the answer, which fits the client's limit; ``None``: send nothing.
    """

    action: Action
    match: Match | None
    message: dns.message.Message | None

    @property
    def wire(self) -> bytes:
        """The answer in wire format; empty if nothing is sent."""
        return b"" if self.message is None else self.message.wire or b""


class Handler:
    """Judges queries and answers, and makes the answers of blocked names.

    Attributes:
        blocked: what is asked.
        policy: what a blocked name gets.
    """

    def __init__(
        self,
        blocked: AnyBlocklist,
        policy: ResponsePolicy | None = None,
        *,
        telling: Telling | None = None,
        hits: Hits | None = None,
        check_addresses: bool = False,
    ) -> None:
        """Take the blocklist, and what is done with what it blocks.

        Args:
            blocked: what is asked.
            policy: what a blocked name gets.
            telling: the texts for clients.
            hits: takes each hit.
            check_addresses: whether an answer with a blocked address is blocked as well, whatever
                the name: much may live behind one address.
        """
        self.blocked = blocked
        self.policy: ResponsePolicy = policy or ResponsePolicy()
        self._telling = telling or Telling()
        self._hits = hits
        self._checks_addresses = check_addresses
        self._kept: KeptAnswers[Response | None] = KeptAnswers()

    def of_query(
        self, query: dns.message.Message, *, tcp: bool = False, client: str = ""
    ) -> QueryVerdict | None:
        """Return what a query gets; ``None``: resolve it, then ask ``of_answer``.

        Args:
            query: a standard one with one question. Any other gets no verdict.
            tcp: whether it came over a transport without limit of size, and with a proven sender.
            client: its address, for ``Hits``.
        """
        if query.flags & (QR | OPCODE_BITS):
            return None
        if len(query.question) != 1 or query.question[0].rdclass != _IN:
            return None
        name = query.question[0].name.to_wire() or b""
        if is_check(name):
            message = check_message(query, list_in_use(self.blocked))
            _size(message)
            return QueryVerdict(Action.NODATA, None, message)
        match = self.blocked.match(name)
        return None if match is None else self.verdict(query, match, tcp=tcp, client=client)

    def response(self, blocked: Blocklist, number: int, qtype: int) -> Response | None:
        """Return what the policy says of a set of orders (``Blocklist.query_set``), made once."""
        kept, key = self._kept.of(blocked), (number, qtype)
        if key not in kept:
            orders = blocked.contents.orders_of_set(number)
            kept[key] = self.policy.response_to(orders, qtype)
        return kept[key]

    def of_answer(
        self, query: dns.message.Message, answer: bytes, *, tcp: bool = False, client: str = ""
    ) -> QueryVerdict | None:
        """Return what a query gets in place of its answer; ``None``: pass the answer on.

        Args:
            query: one that ``of_query`` gave no verdict.
            answer: of a resolver, in wire format.
            tcp: as for ``of_query``.
            client: as for ``of_query``.

        Raises:
            ValueError: the answer cannot be read.
        """
        verdicts = (
            self.verdict(query, led.match, led.aliases, led.by_type, tcp=tcp, client=client)
            for led in self.led_to(answer)
        )
        return next(filter(None, verdicts), None)

    def led_to(self, answer: bytes) -> Iterator[Led]:
        """Yield what an answer in wire format leads to that is blocked.

        A question for the alias itself (CNAME, ANY) is not led anywhere.

        Raises:
            ValueError: the answer cannot be read.
        """
        return led_in(self.blocked, answer, addresses=self._checks_addresses)

    def verdict(
        self,
        query: dns.message.Message,
        match: Match,
        aliases: Sequence[Alias] = (),
        by_type: bool = False,
        *,
        tcp: bool = False,
        client: str = "",
    ) -> QueryVerdict | None:
        """Return what the policy says of a match; ``None``: as if nothing was blocked.

        ``aliases`` and ``by_type`` are those of ``Led``.
        """
        response = self.policy.response(match, query.question[0].rdtype)
        if response is None:
            return None
        if by_type:
            response = response.of_one_type()
        action = response.action
        if self._hits is not None:
            self._hits(match, action, client=client)
        if response.lets_through(tcp=tcp):
            return None
        if response.sent.rcode is None:
            return QueryVerdict(action, match, None)
        message = answer_message(query, response, aliases, ttl=self.policy.ttl)
        limit = 0xFFFF
        if not tcp:
            limit = MIN_UDP if query.edns < 0 else max(MIN_UDP, min(query.payload, PAYLOAD))
        self._tell(query, match, message, limit)
        return QueryVerdict(action, match, message)

    def hit_again(self, blocked: Blocklist, name: bytes, action: Action, client: str) -> None:
        """Report a hit; only for a caller that sends an answer of ``verdict`` again.

        The match is made only where somebody takes hits.
        """
        if self._hits is not None and self._hits.are_taken:
            match = blocked.match(name)
            if match is not None:
                self._hits(match, action, client=client)

    def _tell(
        self, query: dns.message.Message, match: Match, message: dns.message.Message, limit: int
    ) -> None:
        """Add the reason for a client that understands it, and bring the message to its size.

        What does not fit is left out in this sequence: EXTRA-TEXT, as much as there is too much of,
        then the records.
        """
        if query.edns == 0 and not message.flags & dns.flags.TC:
            telling = self._telling
            code = telling.code(match.orders)
            structured, room = telling.is_asked_for(_options(query)), telling.max_octets
            options = message.options
            for _ in range(2):
                text = telling.text(match.orders, structured=structured, max_octets=room)
                reason = dns.edns.EDEOption(dns.edns.EDECode(code), text)
                message.use_edns(0, message.ednsflags, PAYLOAD, options=[*options, reason])
                excess = _size(message) - limit
                if excess <= 0:
                    return
                room = max(len(text.encode()) - excess, 0)
        elif _size(message) <= limit:
            return
        message.flags |= dns.flags.TC
        message.answer.clear()
        message.authority.clear()
        _size(message)


def read_query(octets: bytes) -> dns.message.Message | None:
    """Return a query in wire format as a message; ``None`` if it cannot be read. Total."""
    try:
        return dns.message.from_wire(octets)
    except Exception:  # noqa: BLE001 - dnspython lets several kinds through, such as UnicodeError
        return None


def qtype_number(text: str) -> int:
    """Return the number of a query type by its name, such as ``AAAA`` or ``TYPE65``.

    Raises:
        ConfigurationError: unknown query type.
    """
    try:
        return int(dns.rdatatype.from_text(text))
    except (dns.exception.DNSException, ValueError):
        raise ConfigurationError(f"unknown query type {text!r}") from None


def check_message(query: dns.message.Message, said: str) -> dns.message.Message:
    """Return the answer to a query for ``check.rpz.blocklist``: which list is in use.

    It may be in no cache, and has no record of another type than TXT.
    """
    response = Response(Action.NODATA)
    message = answer_message(query, response, ttl=0)
    question = query.question[0]
    if query.edns <= 0 and question.rdtype in (dns.rdatatype.TXT, dns.rdatatype.ANY):
        message.authority.clear()
        message.answer.append(dns.rrset.from_text(question.name, 0, "IN", "TXT", f'"{said}"'))
    return message


def answer_message(
    query: dns.message.Message, response: Response, aliases: Sequence[Alias] = (), *, ttl: int
) -> dns.message.Message:
    """Return the answer to a query for a blocked name, or for an alias of one.

    Args:
        query: with one question.
        response: anything but DROP and PASSTHRU.
        aliases: the way to the blocked name. They are in the answer, so that its code speaks of
            the blocked name and not of the alias (RFC 6604).
        ttl: of all records, in seconds; that of the SOA is how long caches keep that there is
            nothing (RFC 2308 §5).

    It is neither authoritative nor authentic: no AA, no AD. TCP_ONLY gives an empty answer with TC.
    """
    message = dns.message.make_response(query, recursion_available=True, our_payload=PAYLOAD, pad=0)
    message.flags |= query.flags & dns.flags.CD  # RFC 4035 §3.2.2
    if query.ednsflags & dns.flags.DO:
        message.want_dnssec()  # RFC 3225 §3
    if query.edns > 0:
        message.set_rcode(dns.rcode.BADVERS)
        return message
    repeated: list[dns.edns.Option] = [
        dns.edns.GenericOption(dns.edns.OptionType.COOKIE, value)
        for value in cookies(_options(query))
    ]
    if repeated:
        message.use_edns(0, message.ednsflags, PAYLOAD, options=repeated)
    question = query.question[0]
    made = made_answer(response, question.rdtype)
    message.set_rcode(dns.rcode.Rcode(made.rcode))
    if made.truncated:
        message.flags |= dns.flags.TC
    if not made.addresses and not made.has_soa:
        return message
    end = question.name
    for owner, target in aliases:
        start, end = dns.name.from_wire(owner, 0)[0], dns.name.from_wire(target, 0)[0]
        message.answer.append(dns.rrset.from_text(start, ttl, _IN, _CNAME, end.to_text()))
    for version, kind in TYPES.items():
        texts = [str(address) for address in made.addresses if address.version == version]
        if texts:
            rdtype = dns.rdatatype.RdataType(kind)
            message.answer.append(dns.rrset.from_text_list(end, ttl, _IN, rdtype, texts))
    if made.has_soa:
        message.authority.append(dns.rrset.from_rdata(end, ttl, _soa(ttl)))
    return message


def _options(message: dns.message.Message) -> list[tuple[int, bytes]]:
    return [(int(option.otype), option.to_wire() or b"") for option in message.options]


@cache
def _soa(ttl: int) -> dns.rdata.Rdata:
    return dns.rdata.from_text(_IN, dns.rdatatype.SOA, soa(ttl))


def _size(message: dns.message.Message) -> int:
    """Render a message, and return its size in octets."""
    return len(message.to_wire(max_size=0xFFFF))
