"""Where HTTPS and SVCB records lead, in one type alone (RFC 9460), and addresses behind NAT64."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dns.message
import dns.rcode
import dns.rdata
import dns.rrset
import pytest
from helpers import blocklist_of, image
from servers.dns import ask
from servers.stub import stub
from servers.unbound import unbound
from strategies import wire
from test_integrations_forwarder import serving

from blocklist import Response, ResponsePolicy
from blocklist.integrations.dnspython import Handler
from blocklist.integrations.http import RequestFilter
from blocklist.integrations.mitmproxy import BlocklistAddon
from blocklist.integrations.unbound_leads import read_reply
from blocklist.integrations.wire import read_question
from blocklist.integrations.wireleads import leads, read_service

pytestmark = pytest.mark.begin

ADDRESSES = "203.0.113.7", "2001:db8:7::/48"
HTTPS = [
    # name, type, records of the answer, those beside it, whether names block, whether addresses do
    ("x.org", "HTTPS", ["x.org HTTPS 0 a.com."], [], True, True),
    ("x.org", "HTTPS", ["x.org HTTPS 1 WWW.a.com. alpn=h2"], [], True, True),
    ("x.org", "SVCB", ["x.org SVCB 1 y.net.", "x.org SVCB 2 a.com."], [], True, True),
    ("x.org", "HTTPS", ["x.org CNAME y.net.", "y.net HTTPS 0 a.com."], [], True, True),
    ("x.org", "HTTPS", ["x.org HTTPS 0 y.net."], ["y.net HTTPS 0 a.com."], True, True),
    ("x.org", "HTTPS", ["x.org HTTPS 1 ."], [], False, False),
    ("x.org", "HTTPS", ["x.org HTTPS 0 ."], [], False, False),
    ("x.org", "HTTPS", ["x.org HTTPS 1 nota.com."], [], False, False),
    ("x.org", "HTTPS", ["x.org HTTPS 1 ."], ["y.net HTTPS 0 a.com."], False, False),
    ("x.org", "A", ["x.org A 192.0.2.1"], ["x.org HTTPS 0 a.com."], False, False),
    ("x.org", "HTTPS", ["x.org HTTPS 1 . ipv4hint=192.0.2.1,203.0.113.7"], [], False, True),
    ("x.org", "HTTPS", ["x.org HTTPS 1 . alpn=h2 ipv6hint=2001:db8:7::1"], [], False, True),
    ("x.org", "HTTPS", ["x.org HTTPS 1 . ipv6hint=64:ff9b::203.0.113.7"], [], False, True),
    ("x.org", "HTTPS", ["x.org HTTPS 1 . ipv4hint=192.0.2.1"], [], False, False),
    ("x.org", "HTTPS", ["x.org HTTPS 1 y.net."], ["y.net A 203.0.113.7"], False, True),
    ("x.org", "HTTPS", ["x.org HTTPS 1 ."], ["ns.net A 203.0.113.7"], False, False),  # glue
]


def response(asked: dns.message.Message, answer: list[str], beside: list[str]) -> bytes:
    message = dns.message.make_response(asked, recursion_available=True)
    for records, section in ((answer, message.answer), (beside, message.additional)):
        for record in records:
            owner, kind, data = record.split(" ", 2)
            message.find_rrset(
                section, dns.name.from_text(owner), dns.rdataclass.IN,
                dns.rdatatype.from_text(kind), create=True,
            ).add(dns.rdata.from_text("IN", kind, data), 300)  # fmt: skip
    return message.to_wire()


@pytest.mark.parametrize(("name", "kind", "answer", "beside", "by_name", "by_address"), HTTPS)
@pytest.mark.parametrize("demanded", ["nodata", "nxdomain"])
def test_services_are_followed(
    name: str, kind: str, answer: list[str], beside: list[str], by_name: bool, by_address: bool,
    demanded: str,
) -> None:  # fmt: skip
    blocked = blocklist_of("a.com", *ADDRESSES)
    asked = dns.message.make_query(name, kind, use_edns=0)
    said = response(asked, answer, beside)
    policy = ResponsePolicy(Response.parse(demanded))
    for checks, wanted in ((False, by_name), (True, by_address)):
        verdict = Handler(blocked, policy, check_addresses=checks).of_answer(asked, said)
        assert (verdict is not None) is wanted
        if verdict is not None:
            assert verdict.message is not None
            # NXDOMAIN would deny the innocent name for every type (RFC 8020).
            assert verdict.message.rcode() == dns.rcode.NOERROR
            kinds = {dns.rdatatype.to_text(rrset.rdtype) for rrset in verdict.message.answer}
            assert kinds == ({"CNAME"} if "CNAME" in answer[0] else set())
            assert verdict.message.options


def test_a_sinkhole_and_a_refusal_stay_what_they_are() -> None:
    asked = dns.message.make_query("x.org", "HTTPS", use_edns=0)
    said = response(asked, ["x.org HTTPS 0 a.com."], [])
    for demanded, rcode in (("refused", "REFUSED"), ("sinkhole 192.0.2.1", "NOERROR")):
        policy = ResponsePolicy(Response.parse(demanded))
        verdict = Handler(blocklist_of("a.com"), policy).of_answer(asked, said)
        assert verdict is not None
        assert verdict.message is not None
        assert dns.rcode.to_text(verdict.message.rcode()) == rcode


RDATA = [
    (b"\0\0" + wire("a.com"), "a.com", []),
    (b"\0\1\0", "x.org", []),
    (b"\0\1\0\0\4\0\x08" + bytes(range(8)), "x.org", [bytes(range(4)), bytes(range(4, 8))]),
    (b"\0\1\0\0\4\0\6" + bytes(range(6)), "x.org", [bytes(range(4))]),  # half of another
    (b"\0\1\0\0\4\0\x10" + bytes(4), "x.org", []),  # longer than the record
    (b"\0\1\0\0\1\0\4" + bytes(4), "x.org", []),  # another parameter
    (b"\0\1\0\0\6\0\x10" + bytes(16), "x.org", [bytes(16)]),
]


@pytest.mark.parametrize(("rdata", "target", "hints"), RDATA)
def test_read_service(rdata: bytes, target: str, hints: list[bytes]) -> None:
    assert read_service(rdata, wire("x.org")) == (wire(target), hints)


@pytest.mark.parametrize("rdata", [b"", b"\0", b"\0\1", b"\0\1\3a", b"\0\1\x41a\0", b"\0\1\xc0"])
def test_a_service_that_cannot_be_read(rdata: bytes) -> None:
    with pytest.raises(ValueError):
        read_service(rdata, wire("x.org"))


def test_more_services_than_anybody_follows() -> None:
    asked = dns.message.make_query("x.org", "HTTPS")
    question = read_question(asked.to_wire())
    assert question is not None
    many = [f"x.org HTTPS {number} n{number}.org." for number in range(1, 66)]
    assert len(leads(response(asked, many[:64], []), question).services) == 64
    with pytest.raises(ValueError, match="more aliases"):
        leads(response(asked, many, []), question)


NAT64 = "2001:db8:64::/96"


def test_addresses_of_translators(tmp_path: Path) -> None:
    image("203.0.113.7").save(tmp_path / "it.blk")
    said = {
        "known.example": "64:ff9b::203.0.113.7",
        "named.example": "2001:db8:64::203.0.113.7",
        "other.example": "2001:db8:65::203.0.113.7",
        "innocent.example": "64:ff9b::203.0.113.8",
    }

    def answer(query: dns.message.Message) -> bytes:
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        return response(query, [f"{name} AAAA {said[name]}"], [])

    with (
        stub(answer) as behind,
        serving(behind, blocks=tmp_path / "it.blk", check_addresses=True, nat64=[NAT64]) as server,
    ):
        blocked = {name for name in said if server.ask(name, "AAAA").errors}
    assert blocked == {"known.example", "named.example"}


def record(kind: int, owner: str, *data: bytes) -> Any:
    rr_data = [b"\0\0" + octets for octets in data]
    return SimpleNamespace(
        rk=SimpleNamespace(type=kind << 8, dname=wire(owner)),
        entry=SimpleNamespace(data=SimpleNamespace(rr_data=rr_data, count=len(data))),
    )


def test_what_unbound_has_found_is_read() -> None:
    fake = SimpleNamespace(ntohs=lambda number: number >> 8)
    reply = SimpleNamespace(
        an_numrrsets=3,
        rrsets=[
            record(5, "x.org", wire("y.net")),
            record(65, "y.net", b"\0\0" + wire("a.com"), b"\0\1\0\0\4\0\4" + bytes(4), b"\0"),
            record(1, "y.net", bytes(4)),
            record(65, "beside.net", b"\0\0" + wire("a.com")),
        ],
    )
    found = read_reply(fake, reply, addresses=True)
    assert found.aliases == [(wire("x.org"), wire("y.net"))]
    assert found.services == [(wire("y.net"), wire("a.com")), (wire("y.net"), wire("y.net"))]
    assert found.addresses == [bytes(4), bytes(4)]
    assert read_reply(fake, reply, addresses=False).addresses == []


def test_unbound_follows_services_and_judges_addresses(tmp_path: Path) -> None:
    image("a.com", "203.0.113.7").save(tmp_path / "it.blk")
    said = {
        "alias.example": {"HTTPS": "0 a.com.", "A": "192.0.2.99"},
        "service.example": {"HTTPS": "1 www.a.com. alpn=h2"},
        "hint.example": {"HTTPS": "1 . ipv4hint=203.0.113.7"},
        "innocent.example": {"HTTPS": "1 . ipv4hint=203.0.113.8", "A": "203.0.113.8"},
        "address.example": {"A": "203.0.113.7"},
        "translated.example": {"AAAA": "2001:db8:64::203.0.113.7"},
    }

    def answer(query: dns.message.Message) -> bytes:
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        data = said.get(name, {"A": "192.0.2.99"}).get(kind)
        return response(query, [] if data is None else [f"{name} {kind} {data}"], [])

    settings = f'response = "nxdomain"\ncheck_addresses = true\nnat64 = ["{NAT64}"]\n'
    with (
        stub(answer) as behind,
        unbound(tmp_path, tmp_path / "it.blk", behind, settings=settings) as server,
    ):
        for _ in range(2):  # nothing of it is cached
            for name, kinds in said.items():
                for kind in kinds:
                    reply = ask(name, server.port, kind)
                    is_real = name == "innocent.example" or (name, kind) == ("alias.example", "A")
                    assert bool(reply.errors) is not is_real, (name, kind)
                    wanted = "NXDOMAIN" if kind in ("A", "AAAA") and not is_real else "NOERROR"
                    assert reply.rcode == wanted, (name, kind)


def test_mitmproxy_follows_services() -> None:
    addon = BlocklistAddon()
    addon._filter = RequestFilter(blocklist_of("a.com"), via="mitmproxy")
    addon._policy = ResponsePolicy(Response.parse("passthru"))  # so that nothing need be answered
    for kind, data, is_hit in (
        (65, b"\0\0" + wire("www.a.com"), True),
        (64, b"\0\1" + wire("a.com") + b"\0\1\0\2h2", True),
        (65, b"\0\1\0", False),
        (65, b"\0\0" + wire("nota.com"), False),
        (65, b"\0", False),
        (16, b"\0\0" + wire("a.com"), False),
    ):
        record = SimpleNamespace(type=kind, data=data)
        flow = SimpleNamespace(
            metadata={},
            request=SimpleNamespace(questions=[SimpleNamespace(name="x.org", type=kind)]),
            response=SimpleNamespace(answers=[record]),
            client_conn=SimpleNamespace(peername=("192.0.2.1", 53), transport_protocol="udp"),
        )
        addon.dns_response(flow)
        assert bool(flow.metadata) is is_hit, data
