from __future__ import annotations

import re
from ipaddress import ip_network

import dns.rdatatype
import dns.reversename
import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import only
from processortime import within
from shared_data import shared

from blocklist import Blocklist, Order, OrderSyntaxError, TargetKind, compile_orders, load_orders
from blocklist.documents import Document
from blocklist.loaders.lists.rpz import RpzLoader
from blocklist.loaders.lists.zonefile import unescaped

pytestmark = pytest.mark.no_core

HEAD = (
    "$TTL 300\n@ SOA localhost. root.localhost. 2026112501 43200 3600 86400 300\n  NS localhost.\n"
)


def load(text: str) -> list[Order]:
    return load_orders(text.encode(), format="rpz")


def said(text: str) -> dict[str, list[str]]:
    """What a zone answers, and for which targets."""
    return {order.response: [t.text for t in order.targets] for order in load(HEAD + text)}


def refused(text: str) -> list[tuple[int, str]]:
    return [(r.line, r.code) for order in load(text) for r in order.rejected]


@pytest.mark.parametrize(
    ("data", "response"),
    [
        ("CNAME .", "nxdomain"),
        ("cname *.", "nodata"),
        ("CNAME RPZ-DROP.", "drop"),
        ("CNAME rpz-tcp-only.", "tcp-only"),
        ("A 192.0.2.1", "redirect 192.0.2.1"),
        ("AAAA 2001:db8::1", "redirect 2001:db8::1"),
        ('TXT "a ; (b) \\" c"', 'redirect TXT "a ; (b) \\" c"'),
        ("CNAME stop.example.", "redirect stop.example"),
        ("CNAME *.garden.example.", "redirect *.garden.example"),
        ("CNAME stop", "redirect stop"),
        ("300 IN CNAME .", "nxdomain"),
        ("IN 5m CNAME .", "nxdomain"),
        ("99999999999999999999999999 IN CNAME .", "nxdomain"),
        ("CNAME (\n . )", "nxdomain"),
        ("CNAME . ; because", "nxdomain"),
    ],
)
def test_action(data: str, response: str) -> None:
    assert said(f"alpha.example {data}\n") == {response: ["=alpha.example"]}


@pytest.mark.parametrize(
    ("owners", "targets"),
    [
        (["alpha.example"], ["=alpha.example"]),
        (["*.alpha.example"], ["*.alpha.example"]),
        (["alpha.example", "*.alpha.example"], ["alpha.example"]),
        (["*.alpha.example", "alpha.example"], ["alpha.example"]),
        (["ALPHA.example", "*.alpha.Example"], ["alpha.example"]),
        (["xn--bcher-kva.example", "*.xn--bcher-kva.example"], ["xn--bcher-kva.example"]),
        ([r"\097lpha.exampl\e"], ["=alpha.example"]),
        (["24.0.2.0.192.rpz-ip"], ["192.0.2.0/24"]),
        (["32.7.2.0.192.RPZ-IP"], ["192.0.2.7"]),
        (["48.zz.db8.2001.rpz-ip"], ["2001:db8::/48"]),
        (["128.1.zz.db8.2001.rpz-ip"], ["2001:db8::1"]),
        (["128.2.0.0.0.0.3.2.2001.rpz-ip"], ["2001:2:3::2"]),
        (["128.1.zz.rpz-ip"], ["::1"]),
    ],
)
def test_trigger(owners: list[str], targets: list[str]) -> None:
    assert said("".join(f"{owner} CNAME .\n" for owner in owners)) == {"nxdomain": targets}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("24.0.2.0.192.rpz-client-ip CNAME .", "unsupported-trigger"),
        ("ns.alpha.example.rpz-nsdname CNAME .", "unsupported-trigger"),
        ("32.7.2.0.192.rpz-nsip CNAME .", "unsupported-trigger"),
        ("24.7.2.0.192.rpz-ip CNAME .", "bad-address"),
        ("99.0.2.0.192.rpz-ip CNAME .", "bad-address"),
        ("alpha.rpz-ip CNAME .", "bad-address"),
        ("64.zz.1.zz.rpz-ip CNAME .", "bad-address"),
        ("alpha.*.example CNAME .", "bad-pattern"),
        ("* CNAME .", "every-name"),
        (r"al\.pha.example CNAME .", "not-a-name"),
        (r"\*.alpha.example CNAME .", "not-a-name"),
        ("-.. CNAME .", "out-of-zone"),
        ("alpha.example. CNAME .", "out-of-zone"),
        ("alpha.example CNAME rpz-nonsense.", "unsupported-action"),
        ("alpha.example CNAME rpz-passthru", "unsupported-action"),
        ("alpha.example DNAME beta.example.", "unsupported-action"),
        ("alpha.example NS ns.example.", "unsupported-action"),
        ("alpha.example", "not-a-record"),
        ("alpha.example CNAME", "not-a-record"),
        ('alpha.example TXT "open', "not-a-record"),
        ("alpha.example CNAME . )", "not-a-record"),
        ("$INCLUDE other.zone", "include"),
        ("$GENERATE 1-9 a$.example CNAME .", "generate"),
        ("$NONSENSE", "not-a-record"),
        ("alpha.example A 999.1.1.1", "not-a-record"),
        ("alpha.example A 192.0.2.1 192.0.2.2", "not-a-record"),
        ("alpha.example A 2001:db8::1", "not-a-record"),
        ("alpha.example AAAA 192.0.2.1", "not-a-record"),
        ("alpha.example CNAME a..b.", "not-a-record"),
        ("alpha.example CNAME .rpz-passthru.", "not-a-record"),
        ("alpha.example CNAME . extra", "not-a-record"),
        (f"alpha.example CNAME {'l' * 64}.example.", "not-a-record"),
        (f"alpha.example CNAME {'l.' * 127}example.", "not-a-record"),
        ("alpha.example MX mail.example.", "not-a-record"),
        ("alpha.example HELLO world", "not-a-record"),
        ("alpha.example CH CNAME .", "not-a-record"),
        ("alpha.example 60 HS A 192.0.2.1", "not-a-record"),
        ("alpha.example IN IN CNAME .", "not-a-record"),
        ("alpha.example 60 60 CNAME .", "not-a-record"),
        ("alpha.example.rpz-other CNAME .", "unsupported-trigger"),
        ("beta.example CNAME *.", "conflict"),
        ("@ CNAME .", "unsupported-trigger"),
        ("@ A 192.0.2.1", "unsupported-trigger"),
        ("@ MX 10 mail.example.", "unsupported-trigger"),
    ],
)
def test_refused(line: str, code: str) -> None:
    # The blank line keeps the whole zone to the reader that goes line by line.
    text = f"{HEAD}beta.example CNAME .\n{line}\ngamma.example CNAME .\n\n ;("
    (order,) = load(text)
    assert [(r.line, r.code) for r in order.rejected] == [(5, code)]
    assert order.rejected[0].text == line
    assert [t.text for t in order.targets] == ["=beta.example", "=gamma.example"]


def test_exceptions_stand_in_the_first_order() -> None:
    orders = load(
        HEAD + "a.example CNAME *.\nb.example CNAME .\n*.b.example CNAME .\nc.example CNAME .\n"
        "d.example CNAME .\n"
        "mail.b.example CNAME rpz-passthru.\nold.b.example CNAME old.b.example.\n"
        "*.x.b.example CNAME rpz-passthru.\nx.b.example CNAME rpz-passthru.\n"
        "32.7.2.0.192.rpz-ip CNAME 32.7.2.0.192.\n"
    )
    assert [order.response for order in orders] == ["nxdomain", "nodata"]
    assert orders[1].id == f"{orders[0].id}:nodata"
    assert [order.number for order in orders] == ["2026112501", "2026112501"]
    assert {e.text for e in orders[0].exceptions} == {
        "=mail.b.example", "=old.b.example", "x.b.example", "192.0.2.7",
        "*.mail.b.example", "*.old.b.example",
    }  # fmt: skip
    assert not orders[1].exceptions
    blocked = Blocklist(compile_orders(orders))
    assert blocked.is_blocked("a.example")
    assert not blocked.is_blocked("w.a.example")
    assert blocked.is_blocked("w.b.example")
    assert not blocked.is_blocked("mail.b.example")
    assert not blocked.is_blocked("w.mail.b.example")
    assert not blocked.is_blocked("w.x.b.example")


def blocklist(text: str) -> Blocklist:
    return Blocklist(compile_orders(load(HEAD + text)))


@pytest.mark.parametrize(
    ("records", "free", "blocked"),
    [
        # What exists: a record, a name above one, the name below which a wildcard is.
        ("ok.d.example CNAME rpz-passthru.", "ok.d w.ok.d v.w.ok.d", "d x.d w.x.d"),
        ("ok.d.example CNAME .", "w.ok.d v.w.ok.d", "d ok.d x.d"),
        ("a.ok.d.example CNAME .", "ok.d w.ok.d w.a.ok.d", "d a.ok.d x.d"),
        ("*.ok.d.example CNAME .", "ok.d", "d w.ok.d v.w.ok.d x.d"),
        ("*.ok.d.example CNAME rpz-passthru.", "ok.d w.ok.d v.w.ok.d", "d x.d"),
        ("*.a.ok.d.example CNAME *.", "ok.d w.ok.d a.ok.d", "d x.d w.a.ok.d v.w.a.ok.d"),
        ("ok.d.example A 192.0.2.1\n*.ok.d.example CNAME .", "", "d ok.d w.ok.d x.d"),
        ("xn--bcher-kva.d.example CNAME .", "w.xn--bcher-kva.d", "xn--bcher-kva.d x.d"),
        # What is not read exists, too.
        ("ok.d.example NS ns.ok.d.example.", "ok.d w.ok.d", "d x.d"),
        ("ok.d.example CNAME rpz-nonsense.", "ok.d w.ok.d", "d x.d"),
        ("ok.d.example A 999.1.1.1", "ok.d w.ok.d", "d x.d"),
        (r"a\032b.ok.d.example CNAME .", "ok.d w.ok.d", "d x.d"),
    ],
)
def test_wildcards_do_not_reach_what_exists(records: str, free: str, blocked: str) -> None:
    for text in (f"d.example CNAME .\n*.d.example CNAME .\n{records}\n",
                 f"{records}\n*.d.example A 192.0.2.9\nd.example A 192.0.2.9\n"):  # fmt: skip
        compiled = blocklist(text)
        said = {
            name: compiled.is_blocked(f"{name}.example") for name in (free + " " + blocked).split()
        }
        assert said == dict.fromkeys(free.split(), False) | dict.fromkeys(blocked.split(), True)


def test_an_unreached_name_is_told_with_the_line_that_makes_it() -> None:
    order = load(f"{HEAD}*.d.example CNAME .\na.ok.d.example CNAME .\nb.ok.d.example CNAME .\n")[0]
    assert [(e.line, e.text, e.raw) for e in order.exceptions] == [
        (5, "ok.d.example", "ok.d.example")
    ]
    (warning,) = order.warnings
    assert warning.startswith("1 name is below a wildcard")
    assert warning.endswith(": ok.d.example")


def test_many_unreached_names_are_one_warning() -> None:
    records = "".join(f"n{i}.d.example CNAME .\n" for i in range(9))
    order = load(f"{HEAD}*.d.example CNAME .\n{records}")[0]
    assert len(order.exceptions) == 9
    assert [w.endswith("*.n4.d.example and 4 others") for w in order.warnings] == [True]


def test_pairs_without_gaps_need_no_exception() -> None:
    pairs = "".join(f"{n}.example CNAME .\n*.{n}.example CNAME .\n" for n in ("d", "a.d", "b.a.d"))
    (order,) = load(HEAD + pairs)
    assert not order.exceptions
    assert not order.warnings


def test_origin() -> None:
    (order,) = load(
        "$ORIGIN rpz.example.\n@ SOA a. b. ( 7 ; serial\n 1 1 1 1 )\nalpha.example CNAME .\n"
        "beta.example.rpz.example. CNAME .\n$ORIGIN example.rpz.example.\ngamma CNAME .\n"
        "$ORIGIN deep\nx CNAME .\n$ORIGIN elsewhere.\ndelta CNAME .\nepsilon.example. CNAME .\n"
    )
    assert order.number == "7"
    assert [t.value for t in order.targets] == [
        "alpha.example", "beta.example", "gamma.example", "x.deep.example",
    ]  # fmt: skip
    assert [(r.line, r.code) for r in order.rejected] == [(11, "out-of-zone"), (12, "out-of-zone")]


def test_the_name_of_the_zone_is_that_of_its_soa() -> None:
    (order,) = load("rpz. IN SOA a. b. 6 1 1 1 1\nrpz. NS .\nalpha.example CNAME .\nrpz. TXT x\n")
    assert [t.text for t in order.targets] == ["=alpha.example"]
    assert not order.rejected


def test_zone_as_servers_write_it() -> None:
    (order,) = load(AS_SERVERS_WRITE_IT)
    assert [t.text for t in order.targets] == ["=beta.com", "alpha.example"] or [
        t.text for t in order.targets
    ] == ["alpha.example", "=beta.com"]
    assert not order.rejected


def test_a_blank_owner_is_the_one_before() -> None:
    text = "alpha.example A 192.0.2.1\n\tAAAA 2001:db8::1\n   TXT x\nbeta.example CNAME .\n\n"
    assert said(text) == {
        "redirect 192.0.2.1": ["=alpha.example"], "nxdomain": ["=beta.example"],
    }  # fmt: skip


def test_many_redirects_are_one_order() -> None:
    orders = load(HEAD + "".join(f"n{i}.example A 192.0.2.{i}\n" for i in range(40)))
    assert len(orders) == 17
    assert (orders[0].response, len(orders[0].targets)) == ("redirect", 24)
    assert orders[0].targets[0].note == "the zone answers A 192.0.2.16"
    assert len({order.id for order in orders}) == 17


IN_A_ZONE_CALLED_RPZ = (
    "$ORIGIN rpz.isp.test.\n@ SOA a. b. 1 1 1 1 1\nstop A 192.0.2.1\na.example CNAME stop\n"
)
UNDER_A_LONG_SOA = (
    "@ SOA a. b. (\n 1 ; serial\n 1 ; refresh\n 1 ; retry\n 1 ; expire\n 1 )\n\n"
    "alpha.example CNAME ."
)
AS_SERVERS_WRITE_IT = (
    "$ORIGIN .\n$TTL 60\nrpz.test IN SOA a. b. (\n1\n1\n1\n1\n1\n)\n\t\tNS a.\n"
    "$ORIGIN example.rpz.test.\nalpha\tCNAME\t.\n$ORIGIN alpha.example.rpz.test.\n"
    "*\tCNAME\t.\n$ORIGIN com.rpz.test.\nbeta\tCNAME\t.\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + "alpha.example CNAME .", True),
        ("alpha.example CNAME .\n*.alpha.example CNAME .", True),
        ("alpha.example. 60 IN CNAME rpz-drop.", True),
        (HEAD + "32.7.2.0.192.rpz-ip A 192.0.2.9", True),
        (HEAD + "www A 192.0.2.1\nmail CNAME www", False),
        (HEAD + "alpha.example CNAME stop.isp.test.\n*.alpha.example CNAME stop.isp.test.", True),
        (HEAD + "alpha.example A 192.0.2.1\nbeta.com AAAA 2001:db8::1", True),
        (HEAD + "alpha.example CNAME a.test.\nbeta.example CNAME b.test.", False),
        (HEAD + "www.shop CNAME lb.isp.test.\nwww.blog.intern CNAME lb.isp.test.", False),
        (HEAD + "@ A 192.0.2.1\nalpha.example CNAME stop.isp.test.", False),
        (HEAD + "alpha.example CNAME stop.isp.test.\nwww CNAME stop.isp.test.", False),
        ("rpz.isp.test. SOA a. b. 1 1 1 1 1\nx.rpz.isp.test. NS a.\n", False),
        (IN_A_ZONE_CALLED_RPZ, True),
        (UNDER_A_LONG_SOA, True),
        (AS_SERVERS_WRITE_IT, True),
        ("alpha.example CNAME stop.isp.test.\nbeta.example CNAME stop.isp.test.", False),
        ("a.example\nb.example\nc.example\nd.example CNAME .", False),
        ("name,type\nalpha.example,CNAME", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert RpzLoader().recognises(Document("x", "x", text.encode())) is expected


LABEL = st.sampled_from(["a", "b", "xn--bcher-kva", "c-d", "_e", "1"])
NAME = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
DATA = st.sampled_from(
    ["CNAME .", "CNAME *.", "CNAME rpz-passthru.", "CNAME rpz-drop.", "A 192.0.2.1"]
)
BETWEEN = st.sampled_from(["\n", " ; note\n", "\n; a (comment\n", "\n\n", " ; x\n\n;\n", "\r\n"])


@given(
    records=st.dictionaries(st.tuples(st.booleans(), NAME), DATA, min_size=1, max_size=30),
    between=BETWEEN,
    spelling=st.sampled_from([" ", "\t", " 60 IN ", " IN 60 "]),
    upper=st.booleans(),
)
def test_same_as_dnspython(
    records: dict[tuple[bool, str], str], between: str, spelling: str, upper: bool
) -> None:
    lines = [f"{'*.' * below}{name}{spelling}{data}" for (below, name), data in records.items()]
    if upper:
        lines[0] = lines[0].upper()
    text = HEAD + "".join(line + between for line in lines)
    assert _same_records(load(text), text)


def test_real_list_is_what_dnspython_reads() -> None:
    octets = shared("lists/rpz-spam404.rpz.xz")
    order = only(octets)
    assert order.source.format == "rpz"
    assert (order.response, len(order.targets), len(order.rejected)) == ("nxdomain", 8_140, 0)
    text = re.sub(
        r"(SOA \S+ \S+) \d+", r"\1 1", octets.decode(), count=1
    )  # its serial is free text
    assert _same_records([order], text)


def test_large_real_list() -> None:
    octets = shared("lists/rpz-oisd-small.rpz.xz")
    order = only(octets)
    owners = set(re.findall(r"(?m)^(\S+) CNAME \.$", octets.decode()))
    assert len(owners) == 85_028
    assert order.number == "20250715196"
    assert not order.rejected
    found = _ours([order])
    assert {f"{'*.' * below}{name}" for below, name in found} == owners
    assert len(order.targets) == len({name for _, name in found})


@pytest.mark.parametrize(
    "name",
    ["ns2-base-tld2s", "ns2-tld2", "ns3-evil-cname", "ns3-wild-cname", "ns3-mixed-case-rpz-2"],
)
def test_zone_of_bind(name: str) -> None:
    text = shared(f"conformance/bind-rpz/{name}.db").decode()
    assert _same_records(load(text), text)


@pytest.mark.parametrize("number", [1, 2])
def test_updates_of_bind_as_a_zone(number: int) -> None:
    text = shared(f"conformance/bind-rpz/test{number}.nsupdate").decode()
    lines = re.findall(r"(?m)^update\s+add\s+(\S+?\.bl)\.?\s+(.*)$", text)
    zone = "bl. SOA a. b. 1 1 1 1 1\n" + "".join(f"{name}. {data}\n" for name, data in lines)
    orders = load(zone)
    kinds = {order.response.partition(" ")[0] for order in orders}
    codes = sorted(r.code for order in orders for r in order.rejected)
    if number == 1:
        assert kinds == {"nxdomain", "nodata", "drop", "tcp-only", "redirect"}
        # An update skips what stands beside a CNAME; two others are DNAME.
        assert codes == ["conflict"] * 2 + ["unsupported-action"] * 2
    else:
        assert {"192.168.3.1", "192.168.4.0/24", "2001:2:3::1"} <= {
            t.value for order in orders for t in order.targets
        }
        assert codes == ["unsupported-trigger"]
        assert "192.168.4.4" in {e.value for order in orders for e in order.exceptions}


def test_zone_of_powerdns() -> None:
    orders = load_orders(shared("conformance/pdns-basic.rpz"))
    found = {order.response: [t.text for t in order.targets] for order in orders}
    assert found == {
        "nxdomain": ["nxdomain.org", "10.0.0.2"],
        "drop": ["example.net"],
        "tcp-only": ["truncate.org"],
        "redirect explanation.example.com": ["local.org"],
        "redirect 192.168.2.5": ["local-a.org"],
    }
    assert [e.text for e in orders[0].exceptions] == [
        "=mail.nxdomain.org", "*.mail.nxdomain.org",
    ]  # fmt: skip
    assert [r.code for r in orders[0].rejected] == ["unsupported-trigger"] * 5


@pytest.mark.parametrize(
    "text",
    [
        "$ORIGIN a\n" * 200_000 + "x CNAME .\n",
        HEAD + "a" * 10_000_000 + " CNAME .\n",
        HEAD + "a." * 2_000_000 + " CNAME .\n",
        HEAD + '" \\" ' * 500_000 + "\n",
        HEAD + "x " + "9" * 5_000_000 + " CNAME .\n",
        HEAD + " CNAME .\n" * 100_000,
        HEAD + ")" * 1_000_000 + "\n",
        HEAD + "x TXT " + "\\" * 1_000_001 + "\n",
    ],
    ids=["origin", "label", "labels", "quotes", "ttl", "owners", "closing", "escapes"],
)
def test_hostile_zone_takes_little_time(text: str) -> None:
    with within(20):
        orders = load(text)
        assert orders


def test_open_parenthesis_over_many_lines() -> None:
    text = HEAD + "alpha.example TXT (\n" + "beta.example CNAME .\n" * 300_000
    with pytest.raises(OrderSyntaxError, match="parenthesis") as caught:
        load(text)
    assert caught.value.line == 4


def test_unescaped() -> None:
    assert unescaped(r"\999\.a\*\\" + "\\") == r"\999\.a\*\\" + "\\"
    assert unescaped(r"\065\b") == "ab"


Meaning = dict[tuple[bool, str], str]


def _ours(orders: list[Order]) -> Meaning:
    """What each name, alone or below, is answered with."""
    found: Meaning = {}
    for order in orders:
        listed = [(target, order.response.partition(" ")[0]) for target in order.targets]
        listed += [(target, "passthru") for target in order.exceptions]
        for target, response in listed:
            assert target.kind is not TargetKind.ADDRESS
            if target.kind is not TargetKind.BELOW:
                found[False, target.value] = response
            if target.kind is not TargetKind.EXACT:
                found[True, target.value] = response
    return found


def _same_records(orders: list[Order], text: str) -> bool:
    """Whether all is there that dnspython reads, and else only what no wildcard reaches."""
    ours, theirs = _ours(orders), _theirs(text)
    assert {key: ours[key] for key in theirs} == theirs
    return {said for key, said in ours.items() if key not in theirs} <= {"passthru"}


def _theirs(text: str) -> Meaning:
    actions = {
        ".": "nxdomain", "*.": "nodata", "rpz-passthru.": "passthru", "rpz-drop.": "drop",
        "rpz-tcp-only.": "tcp-only",
    }  # fmt: skip
    zone = dns.zone.from_text(text, origin="zone.", relativize=True, check_origin=False)
    found: Meaning = {}
    for name, _, rdata in zone.iterate_rdatas():
        owner = name.to_text().lower()
        if owner != "@":
            data = rdata.to_text().lower() if rdata.rdtype == dns.rdatatype.CNAME else ""
            found[owner.startswith("*."), owner.removeprefix("*.")] = actions.get(data, "redirect")
    return found


def test_prefixes_are_those_of_the_draft() -> None:
    # dns.reversename writes addresses backwards too: an independent way to the same owner.
    for address in ("192.0.2.7", "198.51.100.255"):
        backwards = dns.reversename.from_address(address).to_text().removesuffix(".in-addr.arpa.")
        (order,) = load(f"{HEAD}32.{backwards}.rpz-ip CNAME .\n")
        assert ip_network(order.targets[0].value) == ip_network(address)
