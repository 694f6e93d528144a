"""What an answer shows: a table of answers as resolvers give them, and what follows from them."""

from __future__ import annotations

from datetime import UTC, datetime

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist import ConfigurationError
from blocklist.probe.asking import Reply
from blocklist.probe.judging import Judge, Outcome, Sinkholes, Verdict, verdict
from blocklist.probe.resolvers import Transport

pytestmark = pytest.mark.no_core

NAME = "www.pirate.example."


def reply(
    *records: str, rcode: str = "NOERROR", soa: str = "", aa: bool = False, ede: int = 0
) -> Reply:
    query = dns.message.make_query(NAME, "A", use_edns=0)
    options: list[dns.edns.Option] = (
        [dns.edns.EDEOption(dns.edns.EDECode(ede), "reason")] if ede else []
    )
    message = dns.message.make_response(query, recursion_available=True)
    message.use_edns(0, options=options)
    message.set_rcode(dns.rcode.from_text(rcode))
    if aa:
        message.flags |= dns.flags.AA
    for record in records:
        kind, data = record.split()
        message.answer.append(dns.rrset.from_text(NAME, 60, "IN", kind, data))
    if soa:
        text = "ns.example. host.example. 1 60 60 60 60"
        message.authority.append(dns.rrset.from_text(soa, 60, "IN", "SOA", text))
    read = dns.message.from_wire(message.to_wire())
    return Reply(datetime.now(UTC), 0.01, Transport.UDP, query.to_wire(), read)


NATURAL = reply(rcode="NXDOMAIN", soa="example.")
REAL = reply("A 192.0.2.99")
SILENCE = Reply(datetime.now(UTC), 3, Transport.UDP, b"", None, "Timeout", is_silence=True)
BROKEN = Reply(datetime.now(UTC), 3, Transport.UDP, b"", None, "FormError")

# What it is, the answer, that of the reference, what it shows.
ANSWERS = [
    ("the name's own address", REAL, None, "resolved"),
    ("EDE Blocked", reply(rcode="NXDOMAIN", ede=15), None, "blocked"),
    ("EDE Censored on NODATA", reply(soa="example.", ede=16), None, "blocked"),
    ("EDE Filtered and REFUSED", reply(rcode="REFUSED", ede=17), None, "blocked"),
    ("EDE Censored on SERVFAIL", reply(rcode="SERVFAIL", ede=16), None, "blocked"),
    ("forged, and says so", reply("A 198.51.100.1", ede=4), None, "blocked"),
    ("Unbound's cache: EDE 16 with the real address", reply("A 192.0.2.99", ede=16), None,
     "resolved"),
    ("a sinkhole that was given", reply("A 203.0.113.1"), None, "blocked"),
    ("one of two addresses is the sinkhole", reply("A 203.0.113.1", "A 192.0.2.99"), None,
     "resolved"),
    ("no address at all", reply("A 0.0.0.0"), None, "blocked"),
    ("a page of the operator", reply("CNAME Stop.ISP.example."), None, "blocked"),
    ("an alias of its own", reply("CNAME cdn.example."), None, "resolved"),
    ("Unbound's local-zone: AA, no SOA", reply(rcode="NXDOMAIN", aa=True), None, "blocked"),
    ("dnsdist: no SOA", reply(rcode="NXDOMAIN"), None, "blocked"),
    ("NODATA without SOA", reply(), None, "blocked"),
    ("the SOA of a policy zone", reply(rcode="NXDOMAIN", soa="rpz.local."), None, "blocked"),
    ("a made SOA at a name that is not there", reply(rcode="NXDOMAIN", soa=NAME), None, "blocked"),
    ("no such name", NATURAL, None, "absent"),
    ("no such record", reply(soa=NAME), None, "absent"),
    ("no such name here, but elsewhere", NATURAL, REAL, "blocked"),
    ("no such name anywhere", NATURAL, NATURAL, "absent"),
    ("the reference does not answer", NATURAL, SILENCE, "absent"),
    ("REFUSED", reply(rcode="REFUSED"), None, "blocked"),
    ("REFUSED, for this client", reply(rcode="REFUSED", ede=18), None, "unknown"),
    ("SERVFAIL", reply(rcode="SERVFAIL"), None, "unknown"),
    ("SERVFAIL of DNSSEC", reply(rcode="SERVFAIL", ede=6), None, "unknown"),
    ("silence", SILENCE, None, "unknown"),
    ("rubbish", BROKEN, None, "unknown"),
]  # fmt: skip


def judge(control: Reply = NATURAL) -> Judge:
    made = Judge(Sinkholes.parse(["203.0.113.1", "Stop.isp.example"]))
    made.calibrate(control)
    return made


@pytest.mark.parametrize(("answer", "reference", "shown"), [row[1:] for row in ANSWERS],
                         ids=[row[0] for row in ANSWERS])  # fmt: skip
def test_an_answer(answer: Reply, reference: Reply | None, shown: str) -> None:
    assert judge().judge(answer, reference).outcome.value == shown


@pytest.mark.parametrize(
    "control", [reply(rcode="NXDOMAIN"), reply(rcode="NXDOMAIN", soa="com.", aa=True), SILENCE]
)
def test_signs_count_only_where_unblocked_answers_lack_them(control: Reply) -> None:
    """A forwarder that strips the SOA, or sets AA, of every answer says nothing with it."""
    calibrated = judge(control)
    stripped = reply(rcode="NXDOMAIN")
    assert calibrated.judge(stripped).outcome is Outcome.UNKNOWN
    assert calibrated.needs_reference(calibrated.judge(stripped), stripped)
    assert calibrated.judge(stripped, REAL).outcome is Outcome.BLOCKED
    assert calibrated.judge(reply(rcode="NXDOMAIN", ede=16)).outcome is Outcome.BLOCKED


def test_who_refuses_everything_blocks_nothing() -> None:
    calibrated = judge(reply(rcode="REFUSED"))
    assert calibrated.judge(reply(rcode="REFUSED")).outcome is Outcome.UNKNOWN


def test_silence_can_be_how_a_resolver_blocks() -> None:
    assert Judge(silence_is_block=True).judge(SILENCE).outcome is Outcome.BLOCKED
    assert Judge(silence_is_block=True).judge(BROKEN).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("answer", "needed"),
    [(NATURAL, True), (REAL, False), (SILENCE, False), (reply(rcode="NXDOMAIN", ede=16), False),
     (reply(rcode="SERVFAIL"), False)],
)  # fmt: skip
def test_a_reference_is_asked_only_where_it_tells_more(answer: Reply, needed: bool) -> None:
    assert judge().needs_reference(judge().judge(answer), answer) == needed


B, R, A, U = Outcome


@pytest.mark.parametrize(
    ("outcomes", "wanted"),
    [
        ({B: 3}, Verdict.ENFORCED),
        ({B: 3, U: 1}, Verdict.UNKNOWN),
        ({B: 3, R: 1}, Verdict.PARTLY),
        ({B: 3, A: 1}, Verdict.PARTLY),
        ({R: 1}, Verdict.NOT_ENFORCED),
        ({R: 1, A: 2, U: 3}, Verdict.NOT_ENFORCED),
        ({A: 3}, Verdict.UNKNOWN),
        ({U: 3}, Verdict.UNKNOWN),
        ({}, Verdict.UNKNOWN),
    ],
)
def test_verdicts(outcomes: dict[Outcome, int], wanted: Verdict) -> None:
    assert verdict(outcomes) is wanted


@given(st.dictionaries(st.sampled_from(Outcome), st.integers(0, 3)))
def test_enforced_means_that_every_answer_was_a_block(outcomes: dict[Outcome, int]) -> None:
    only_blocks = outcomes.get(B, 0) > 0 and not any(outcomes.get(o, 0) for o in (R, A, U))
    assert (verdict(outcomes) is Verdict.ENFORCED) == only_blocks


def test_a_sinkhole_is_an_address_or_a_name() -> None:
    with pytest.raises(ConfigurationError, match="a sinkhole must be an address or a name"):
        Sinkholes.parse(["not a name"])
