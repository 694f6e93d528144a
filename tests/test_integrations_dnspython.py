"""The handler for servers built with dnspython: what each query for a blocked name gets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.update
import pytest
from helpers import blocklist_of, order
from hypothesis import given
from hypothesis import strategies as st
from servers.dns import upstream
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_blocklist
from servers.page import fenced
from strategies import mixed_case

from blocklist import Blocklist, ConfigurationError, compile_orders
from blocklist.answers.disclosure import describe
from blocklist.integrations.dnspython import Handler, QueryVerdict
from blocklist.integrations.ede_settings import Telling
from blocklist.live.blocklog import Hits
from blocklist.live.policy import Action, Response, ResponsePolicy
from blocklist.model.authorities import Authority

COURT = Authority("milan", "Tribunale di Milano")


def query(
    name: str, kind: str = "A", *, payload: int = 1232, edns: int | bool = 0,
    options: Iterable[dns.edns.Option] = (), dnssec: bool = False,
) -> dns.message.QueryMessage:  # fmt: skip
    return dns.message.make_query(
        name, kind, use_edns=edns, payload=payload, options=list(options) if edns == 0 else None,
        want_dnssec=dnssec,
    )  # fmt: skip


def handler(
    *targets: str, response: str = "nodata", telling: Telling | None = None, **fields: object
) -> Handler:
    orders = [order(*targets, authority=COURT, id="it:7", number="7/2026", **fields)]
    policy = ResponsePolicy(Response.parse(response))
    return Handler(Blocklist(compile_orders(orders)), policy, telling=telling)


def answer(verdict: QueryVerdict | None) -> dns.message.Message:
    """The answer as a client reads it."""
    assert verdict is not None
    return dns.message.from_wire(verdict.wire)


def reasons(message: dns.message.Message) -> list[tuple[int, str | None]]:
    return [
        (int(option.code), option.text)
        for option in message.options
        if isinstance(option, dns.edns.EDEOption)
    ]


def test_the_founding_case() -> None:
    founding = Handler(founding_blocklist())
    for name in MUST_BLOCK:
        message = answer(founding.of_query(query(name)))
        ((code, text),) = reasons(message)
        assert code == 16
        assert text
        assert message.question[0].name.to_text(omit_final_dot=True) == name
        assert not message.answer
    assert all(founding.of_query(query(name)) is None for name in MUST_RESOLVE)


MADE = [
    # response, qtype, RCODE, addresses, whether there is a SOA
    ("nodata", "A", "NOERROR", [], True),
    ("nodata", "HTTPS", "NOERROR", [], True),
    ("nodata", "ANY", "NOERROR", [], True),
    ("nxdomain", "A", "NXDOMAIN", [], True),
    ("nxdomain", "MX", "NXDOMAIN", [], True),
    ("refused", "TXT", "REFUSED", [], False),
    ("sinkhole 192.0.2.1 2001:db8::1", "A", "NOERROR", ["192.0.2.1"], False),
    ("sinkhole 192.0.2.1 2001:db8::1", "AAAA", "NOERROR", ["2001:db8::1"], False),
    ("sinkhole 192.0.2.1 192.0.2.2", "ANY", "NOERROR", ["192.0.2.1", "192.0.2.2"], False),
    ("sinkhole 192.0.2.1", "AAAA", "NOERROR", [], True),
    ("sinkhole 192.0.2.1", "HTTPS", "NOERROR", [], True),
]


@pytest.mark.parametrize(("response", "kind", "rcode", "addresses", "has_soa"), MADE)
def test_made_answers(
    response: str, kind: str, rcode: str, addresses: list[str], has_soa: bool
) -> None:
    asked = query("www.A.com", kind)
    message = answer(handler("a.com", response=response).of_query(asked))
    assert asked.is_response(message)
    assert dns.rcode.to_text(message.rcode()) == rcode
    assert sorted(record.to_text() for rrset in message.answer for record in rrset) == addresses
    assert dns.flags.to_text(message.flags) == "QR RD RA"
    assert reasons(message)[0][0] == 16
    assert bool(message.authority) == has_soa
    for rrset in [*message.answer, *message.authority]:
        assert rrset.ttl == 60
        assert rrset.name == asked.question[0].name
    for rrset in message.authority:
        assert rrset.rdtype == dns.rdatatype.SOA
        assert rrset[0].minimum == 60


@pytest.mark.parametrize("response", ["nodata", "sinkhole 192.0.2.1"])
def test_mail_is_not_broken_unless_ordered(response: str) -> None:
    for kind in ("MX", "TXT", "NS", "SOA", "SRV", "CAA", "CNAME"):
        assert handler("a.com", response=response).of_query(query("a.com", kind)) is None
    ordered = handler("a.com", response=response)
    ordered.policy = ResponsePolicy(Response.parse(response), qtypes=frozenset({15}))
    assert answer(ordered.of_query(query("a.com", "MX"))).authority
    assert ordered.of_query(query("a.com", "A")) is None


def test_silence_tcp_only_and_passthru() -> None:
    dropped = handler("a.com", response="drop").of_query(query("a.com"))
    assert dropped is not None
    assert (dropped.action, dropped.message, dropped.wire) == (Action.DROP, None, b"")
    only = handler("a.com", response="tcp-only")
    message = answer(only.of_query(query("a.com")))
    assert dns.flags.to_text(message.flags) == "QR TC RD RA"
    assert not message.answer + message.authority
    assert only.of_query(query("a.com"), tcp=True) is None
    assert handler("a.com", response="passthru").of_query(query("a.com")) is None


def test_what_the_order_demands_and_what_its_authority_gets() -> None:
    demanded = handler("a.com", response="nodata")
    orders = [
        order("a.com", id="1", authority=COURT),
        order("b.com", id="2", authority=COURT, response="redirect 192.0.2.9"),
        order("c.com", id="3"),
    ]
    policy = ResponsePolicy(by_authority={"milan": Response.parse("nxdomain")})
    demanded = Handler(Blocklist(compile_orders(orders)), policy)
    assert answer(demanded.of_query(query("a.com"))).rcode() == dns.rcode.NXDOMAIN
    assert answer(demanded.of_query(query("b.com"))).answer[0][0].to_text() == "192.0.2.9"
    own = answer(demanded.of_query(query("c.com")))
    assert own.rcode() == dns.rcode.NOERROR
    assert reasons(own)[0][0] == 15


def test_bits_of_the_query() -> None:
    asked = query("a.com", dnssec=True)
    asked.flags = dns.flags.Flag(dns.flags.CD | dns.flags.AD)  # no RD
    message = answer(handler("a.com").of_query(asked))
    assert dns.flags.to_text(message.flags) == "QR RA CD"
    assert message.ednsflags == dns.flags.DO
    assert message.payload == 1232
    assert not answer(handler("a.com").of_query(query("a.com"))).ednsflags


def test_a_client_without_edns_gets_none() -> None:
    message = answer(handler("a.com").of_query(query("a.com", edns=False)))
    assert message.edns == -1
    assert message.authority


def test_a_newer_edns_is_told_ours() -> None:
    message = answer(handler("a.com").of_query(query("a.com", edns=1)))
    assert message.rcode() == dns.rcode.BADVERS
    assert message.edns == 0
    assert not message.authority + message.answer


def test_what_is_no_standard_query_with_one_question_is_not_ours() -> None:
    chaos = dns.message.make_query("a.com", "TXT", "CH")
    empty, double = dns.message.QueryMessage(), query("a.com")
    double.question.append(double.question[0])
    nxdomain = handler("a.com", response="nxdomain")
    notify, response = query("a.com"), dns.message.make_response(query("a.com"))
    notify.set_opcode(dns.opcode.NOTIFY)
    update = dns.message.from_wire(dns.update.UpdateMessage("a.com.").to_wire())
    for asked in (chaos, empty, double, notify, response, update):
        assert nxdomain.of_query(asked) is None


def option(number: int, octets: bytes = b"") -> dns.edns.Option:
    return dns.edns.GenericOption(dns.edns.OptionType(number), octets)


SDE = option(65_100)
ASKS = dns.edns.EDEOption(dns.edns.EDECode(0), "")


def test_structured_text_for_those_who_ask() -> None:
    telling = Telling(
        ("mailto:noc@isp.example",), "ISP", "it", sde_option=65_100,
        incidents={"it:7": {"lumen": "def456"}, "it:8": {"lumen": "x"}},
    )  # fmt: skip
    asked = handler("a.com", telling=telling)
    for sign in (SDE, ASKS):
        ((code, text),) = reasons(answer(asked.of_query(query("a.com", options=[sign]))))
        assert code == 16
        assert text is not None
        assert json.loads(text) == {
            "c": ["mailto:noc@isp.example"], "j": "Tribunale di Milano, 7/2026", "o": "ISP",
            "l": "it", "fdbs": [{"db": "lumen", "id": "def456"}],
        }  # fmt: skip
    others = [
        [],
        [option(65_101)],
        [option(65_100, b"x")],
        [option(15, b"\0\x10"), option(15, b"\0\0x")],
    ]
    for options in others:
        told = reasons(answer(asked.of_query(query("a.com", options=options))))
        assert told == [(16, "Tribunale di Milano, 7/2026")]
    # Without a number, which is still to be assigned, only the older sign is understood.
    plain = handler("a.com")
    assert reasons(answer(plain.of_query(query("a.com", options=[SDE])))) == told


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"contact": ("https://isp.example",)}, "mailto"),
        ({"sde_option": 15}, "other than 15"),
        ({"sde_option": 65_536}, "65536"),
    ],
)
def test_what_clients_cannot_be_told(fields: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Telling(**fields)  # type: ignore[arg-type]


def test_a_confidential_order_is_not_named() -> None:
    telling = Telling(incidents={"it:7": {"lumen": "def456"}})
    for options in ([], [ASKS]):
        asked = query("a.com", options=options)
        silent = handler("a.com", confidential=True, telling=telling)
        message = answer(silent.of_query(asked))
        assert [(code, text or "") for code, text in reasons(message)] == [(16, "")]


LONG = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 55, "com"])


def test_over_udp_the_text_goes_first_then_the_records() -> None:
    court = Authority("milan", "Tribunale " * 30)
    orders = [order(LONG, id="1", authority=court, number="1/2026")]
    asked = Handler(Blocklist(compile_orders(orders)))
    whole = answer(asked.of_query(query(LONG, payload=1232)))
    assert len(reasons(whole)[0][1] or "") > 200
    cut = asked.of_query(query(LONG, payload=512))
    assert cut is not None
    assert len(cut.wire) <= 512
    message = answer(cut)
    assert message.authority
    assert not message.flags & dns.flags.TC
    ((code, text),) = reasons(message)
    assert code == 16
    assert text
    assert len(text) < len(reasons(whole)[0][1] or "")
    many = [(label(number), label(number + 1)) for number in range(3)]
    match = asked.blocked.match(LONG)
    assert match is not None
    for payload in (0, 512, 1232, 4096):
        verdict = asked.verdict(query("x.com", payload=payload), match, many)
        assert verdict is not None
        assert len(verdict.wire) <= max(512, min(payload, 1232))
        truncated = answer(verdict)
        assert bool(truncated.flags & dns.flags.TC) == (payload <= 512)
        assert bool(truncated.answer) != bool(truncated.flags & dns.flags.TC)
        assert reasons(truncated)[0][0] == 16
    over_tcp = asked.verdict(query("x.com"), match, many * 9, tcp=True)
    assert over_tcp is not None
    assert len(over_tcp.wire) > 1232
    assert not answer(over_tcp).flags & dns.flags.TC


def label(number: int) -> bytes:
    parts = [bytes([60]) + f"{number}{at}".encode() * 30 for at in range(3)]
    return b"".join(parts) + b"\3com\0"


def response_of(asked: dns.message.Message, *records: str) -> bytes:
    """What a resolver said."""
    message = dns.message.make_response(asked, recursion_available=True)
    for record in records:
        owner, kind, data = record.split(" ", 2)
        message.answer.append(dns.rrset.from_text(owner, 300, "IN", kind, data))
    return message.to_wire()


ALIASES = [
    # query name, qtype, answer, length of the chain to what is blocked; 0: passed on
    ("x.org", "A", ["x.org. CNAME t.a.com.", "t.a.com. A 192.0.2.99"], 1),
    ("X.org", "AAAA", ["x.ORG. CNAME y.net.", "y.net. CNAME A.com."], 2),
    ("x.org", "A", ["y.net. CNAME a.com.", "x.org. CNAME y.net."], 2),  # in another sequence
    ("x.org", "A", ["x.org. CNAME a.com.", "a.com. CNAME y.net.", "y.net. A 192.0.2.1"], 1),
    ("w.x.org", "A", ["x.org. DNAME a.com.", "w.x.org. CNAME w.a.com."], 1),
    ("w.x.org", "A", ["x.org. DNAME a.com."], 1),
    ("v.w.x.org", "A", ["w.x.org. DNAME y.net.", "y.net. DNAME a.com."], 2),
    ("x.org", "A", ["x.org. DNAME a.com."], 0),  # not the name itself (RFC 6672)
    ("x.org", "A", ["x.org. CNAME nota.com.", "nota.com. A 192.0.2.1"], 0),
    ("x.org", "A", ["x.org. A 192.0.2.1", "y.net. CNAME a.com."], 0),  # hangs together with nothing
    ("x.org", "CNAME", ["x.org. CNAME a.com."], 0),  # the alias itself is not blocked
    ("x.org", "ANY", ["x.org. CNAME a.com."], 0),
    ("x.org", "MX", ["x.org. MX 10 a.com."], 0),
    ("x.org", "MX", ["x.org. CNAME a.com."], 0),  # mail
    ("x.org", "A", ["x.org. CNAME y.net.", "y.net. CNAME x.org."], 0),  # a loop
    ("x.org", "A", [], 0),
]


@pytest.mark.parametrize(("name", "kind", "records", "length"), ALIASES)
def test_aliases(name: str, kind: str, records: list[str], length: int) -> None:
    asked = query(name, kind)
    verdict = handler("a.com").of_answer(asked, response_of(asked, *records))
    if not length:
        assert verdict is None
        return
    message = answer(verdict)
    assert len(message.answer) == length
    assert {rrset.ttl for rrset in message.answer} == {60}
    end = asked.question[0].name
    for rrset in message.answer:
        assert rrset.name == end
        end = rrset[0].target
    assert message.authority[0].name == end
    assert reasons(message)[0][0] == 16


def test_an_alias_gets_what_the_blocked_name_gets() -> None:
    asked = query("x.org")
    said = response_of(asked, "x.org. CNAME a.com.", "a.com. A 192.0.2.99")
    message = answer(handler("a.com", response="sinkhole 192.0.2.1").of_answer(asked, said))
    assert [rrset.to_text() for rrset in message.answer] == [
        "x.org. 60 IN CNAME a.com.", "a.com. 60 IN A 192.0.2.1",
    ]  # fmt: skip
    refused = answer(handler("a.com", response="refused").of_answer(asked, said))
    assert refused.rcode() == dns.rcode.REFUSED
    assert not refused.answer


def test_a_passthru_on_the_way_lets_no_other_block_through() -> None:
    orders = [order("a.com", id="1"), order("b.com", id="2", authority=COURT), order("192.0.2.9")]
    policy = ResponsePolicy(by_authority={"operator": Response(Action.PASSTHRU)})
    told: list[str] = []
    hits = Hits("test", count=lambda match, action, _: told.append(f"{match.name} {action}"))
    asked = query("x.org")
    judge = Handler(Blocklist(compile_orders(orders)), policy, hits=hits, check_addresses=True)
    said = response_of(asked, "x.org. CNAME a.com.", "a.com. CNAME B.com.", "B.com. A 192.0.2.1")
    assert len(answer(judge.of_answer(asked, said)).answer) == 2
    assert told == ["a.com passthru", "b.com nodata"]
    told.clear()
    said = response_of(asked, "x.org. CNAME a.com.", "a.com. A 192.0.2.9")
    assert judge.of_answer(asked, said) is None
    assert told == ["a.com passthru", "192.0.2.9 passthru"]


def test_addresses_only_if_wanted() -> None:
    blocked = blocklist_of("203.0.113.7", "2001:db8:7::/48", "a.com")
    wants = Handler(blocked, check_addresses=True)
    for kind, address, is_blocked in [
        ("A", "203.0.113.7", True), ("A", "203.0.113.8", False),
        ("AAAA", "2001:db8:7::1", True), ("AAAA", "::ffff:203.0.113.7", True),
    ]:  # fmt: skip
        asked = query("x.org", kind)
        said = response_of(asked, "x.org. CNAME y.net.", f"y.net. {kind} {address}")
        assert Handler(blocked).of_answer(asked, said) is None
        verdict = wants.of_answer(asked, said)
        assert (verdict is not None) == is_blocked, address
        if verdict is not None:
            message = answer(verdict)
            assert len(message.answer) == 1
            assert message.authority[0].name == dns.name.from_text("y.net.")


def test_an_answer_that_cannot_be_read_is_an_error() -> None:
    asked = query("x.org")
    said = response_of(asked, "x.org. CNAME a.com.", "a.com. A 192.0.2.99")
    for length in range(12 + 11, len(said) - 11):
        with pytest.raises(ValueError):
            handler("a.com").of_answer(asked, said[:length])


HOSTILE = [
    # what, data of a CNAME of x.org, which begins at octet 35
    ("a pointer to itself", b"\xc0\x23"),
    ("a pointer ahead", b"\xc0\x25\1a\0"),
    ("two pointers at each other", b"\1a\xc0\x27\xc0\x23"),
    ("a label of another kind", b"\x41a\0"),
    ("a long name", (b"\x3f" + b"a" * 63) * 4 + b"\0"),
    ("a name that does not end", b"\1a"),
]


@pytest.mark.parametrize("data", [row[1] for row in HOSTILE])
def test_hostile_names(data: bytes) -> None:
    said = bytearray(response_of(query("x.org", edns=False)))
    said[7] = 1
    said += b"\xc0\x0c\0\5\0\1\0\0\0\0" + len(data).to_bytes(2) + data
    assert said.index(data, 12) == 35
    with pytest.raises(ValueError):
        handler("a.com").of_answer(query("x.org"), bytes(said))


def test_more_aliases_than_anybody_follows() -> None:
    asked = query("n0.org")
    for count, is_read in ((64, True), (65, False)):
        records = [f"n{number}.org. CNAME n{number + 1}.org." for number in range(count)]
        said = response_of(asked, *records)
        if is_read:
            assert handler(f"n{count}.org").of_answer(asked, said) is not None
        else:
            with pytest.raises(ValueError, match="more aliases"):
                handler(f"n{count}.org").of_answer(asked, said)


@given(st.binary(max_size=80), st.integers(0, 80))
def test_any_answer_is_judged_or_is_an_error(octets: bytes, at: int) -> None:
    asked = query("x.org")
    said = response_of(asked, "x.org. CNAME a.com.", "a.com. A 192.0.2.99")
    for hostile in (octets, said[:12] + octets, said[:at] + octets + said[at + len(octets) :]):
        try:
            handler_once.of_answer(asked, hostile)
        except ValueError:
            continue


handler_once = Handler(blocklist_of("a.com"), check_addresses=True)


def test_hits_are_told() -> None:
    told: list[tuple[str, str, str]] = []
    hits = Hits("test", count=lambda match, action, via: told.append((match.name, action, via)))
    blocked = blocklist_of("a.com")
    Handler(blocked, hits=hits).of_query(query("www.a.com"))
    passing = ResponsePolicy(Response(Action.PASSTHRU))
    assert Handler(blocked, passing, hits=hits).of_query(query("a.com", "MX")) is None
    assert Handler(blocked, hits=hits).of_query(query("a.com", "MX")) is None
    assert told == [("www.a.com", "nodata", "test"), ("a.com", "passthru", "test")]


@given(st.lists(mixed_case(), min_size=1, max_size=5))
def test_a_verdict_for_what_is_blocked_and_for_nothing_else(names: list[str]) -> None:
    blocked = founding_blocklist()
    asked = Handler(blocked)
    for name in [*names, *(f"{name}.corsaronero.pro" for name in names if len(name) < 200)]:
        verdict = asked.of_query(query(dns.name.from_text(name).to_text()))
        assert (verdict is not None) == blocked.is_blocked(name)
        assert verdict is None or verdict.message is not None


def test_the_text_is_what_the_library_says() -> None:
    message = answer(handler("a.com").of_query(query("a.com")))
    assert reasons(message) == [(16, describe(order("a.com", authority=COURT, number="7/2026")))]


def test_the_server_of_the_page() -> None:
    text = fenced("dnspython.md", "py")
    with upstream({"cloaked.example.org": "t.corsaronero.pro"}) as stub:
        assert '"192.0.2.53", ' in text
        text = text.replace('"192.0.2.53", ', f'"127.0.0.1", port={stub.port}, ')
        names: dict[str, Any] = {"dns": dns, "handler": Handler(founding_blocklist())}
        exec(text, names)
        for name, is_blocked in [
            ("www.corsaronero.pro", True), ("cloaked.example.org", True), ("example.org", False),
        ]:  # fmt: skip
            asked = query(name)
            octets = asyncio.run(names["answer"](asked.to_wire()))
            message = dns.message.from_wire(octets)
            assert asked.is_response(message)
            assert bool(reasons(message)) == is_blocked
