"""PowerDNS Recursor asks the image itself, through LuaJIT, as its page says."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from helpers import image, order
from scale import size
from servers.dns import REAL, Reply, Upstream, ask, upstream
from servers.founding import CLOAKED, MUST_BLOCK, MUST_RESOLVE, founding_blocklist, founding_image
from servers.library import environment
from servers.many import near, random_image, rcodes
from servers.program import find_program, until
from servers.resolvers import powerdns_image
from servers.stub import stub as answering

from blocklist import Authority, Blocklist, Order, compile_orders

pytestmark = pytest.mark.no_core

SENTINEL = "sentinel.example"
ALIASES = {
    **CLOAKED,
    "second.example.org": "cloaked.example.org",
    "to-new.example.org": "www.new.example",
    "to-sink.example.org": "sink.example",
    "to-refused.example.org": "refused.example",
    "to-excepted.example.org": "good.secret.example",
}
AGCOM, CNCPO = Authority("agcom", "AGCOM"), Authority("cncpo", "CNCPO")


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    with upstream(ALIASES) as running:
        yield running


def told(reply: Reply) -> tuple[str, tuple[tuple[int, str], ...]]:
    assert reply.message is not None
    return reply.rcode, reply.errors


def test_the_founding_case_with_the_configuration_of_the_page(
    tmp_path: Path, stub: Upstream
) -> None:
    path = tmp_path / "it.blk"
    founding_image().save(path)
    with powerdns_image(tmp_path, path, stub.port, MUST_BLOCK[0], threads=3) as resolver:
        for name in MUST_BLOCK:
            match = founding_blocklist().match(name)
            assert match is not None
            reason = ", ".join(found.id for found in match.orders)
            for kind in ("A", "HTTPS", "MX"):
                assert told(ask(name, resolver.port, kind)) == ("NXDOMAIN", ((16, reason),)), name
        assert ask(MUST_BLOCK[1], resolver.port, tcp=True).rcode == "NXDOMAIN"
        for _ in range(2):
            for name in MUST_RESOLVE:
                reply = ask(name, resolver.port)
                assert reply.is_real, name
                assert reply.errors == ()
            for name in ("cloaked.example.org", "second.example.org"):
                reply = ask(name, resolver.port)
                assert reply.rcode == "NXDOMAIN", name
                assert reply.message is not None
                assert reply.message.answer == []
        assert ask("cloaked.example.org", resolver.port, "CNAME").rcode == "NOERROR"


def test_answers_are_those_of_the_image(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    compiled = random_image(7)
    compiled.save(path)
    blocked = Blocklist(compiled)
    names = near(blocked, 7, size(3000))
    wanted = [blocked.is_blocked(one) for one in names]
    listed = next(
        match.rule.value for match in blocked.rules() if blocked.is_blocked(match.rule.value)
    )
    with powerdns_image(tmp_path, path, stub.port, listed) as resolver:
        said = [rcode == 3 for rcode in rcodes(names, resolver.port)]
    wrong = [row for row in zip(names, said, wanted, strict=True) if row[1] != row[2]]
    assert len(names) // 15 < sum(wanted) < len(names)
    assert wrong == []


@pytest.mark.parametrize("threads", [1, 4])
def test_no_answer_outlives_the_list_that_it_was_made_by(
    tmp_path: Path, stub: Upstream, threads: int
) -> None:
    """What the packet cache holds of a name, or of an alias of it, is not used after a change."""
    path = tmp_path / "it.blk"
    open_, listed = image(SENTINEL, "old.example"), image(SENTINEL, "new.example")
    open_.save(path)
    names = ["new.example", "to-new.example.org"]
    options = "check_every = 0, max_shrink = 1,"
    with powerdns_image(tmp_path, path, stub.port, SENTINEL, options, threads=threads) as resolver:

        def answered() -> set[str]:
            return {ask(name, resolver.port).rcode for name in names for _ in range(2 * threads)}

        def is_cached() -> bool:
            before = int(resolver.run("get", "packetcache-hits"))
            answered()
            return int(resolver.run("get", "packetcache-hits")) >= before + 2 * threads

        until(is_cached)  # not before all threads may have taken an image
        assert answered() == {"NOERROR"}
        listed.save(path)
        assert answered() == {"NXDOMAIN"}
        until(is_cached)
        open_.save(path)
        assert answered() == {"NOERROR"}
        assert ask(SENTINEL, resolver.port).rcode == "NXDOMAIN"


def test_an_image_is_looked_for_after_some_seconds(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    image(SENTINEL).save(path)
    with powerdns_image(tmp_path, path, stub.port, SENTINEL, "check_every = 1") as resolver:
        assert ask("new.example", resolver.port).is_real
        resolver.reload()  # with a script of the page that is read again
        assert ask("new.example", resolver.port).is_real
        image(SENTINEL, "new.example").save(path)
        until(lambda: ask("new.example", resolver.port).rcode == "NXDOMAIN")
        assert f"{path}: 2 rules, image" in resolver.program.output()


def test_a_bad_image_is_not_taken(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    image(SENTINEL, *(f"n{number}.example" for number in range(10))).save(path)
    good = path.read_bytes()
    with powerdns_image(tmp_path, path, stub.port, SENTINEL, "check_every = 0") as resolver:
        for octets, problem in (
            (good[:-1], "not a blocklist image, or cut short"),
            (bytes(image(SENTINEL).octets), "1 rule instead of 11"),
            (None, "No such file or directory"),
        ):
            if octets is None:
                path.unlink()
            else:
                (tmp_path / "new").write_bytes(octets)
                (tmp_path / "new").replace(path)
            for _ in range(3):
                assert ask("n7.example", resolver.port).rcode == "NXDOMAIN"
                assert ask("free.example", resolver.port).is_real
            assert resolver.program.output().count(f"{problem}; the last good image") == 1


def orders() -> list[Order]:
    return [
        order(SENTINEL, "mail.example", id="own"),
        order("sink.example", "both.example", id="sink", authority=AGCOM,
              response="redirect 192.0.2.1 ::ffff:192.0.2.7 2001:db8::1"),
        order("refused.example", "both.example", id="a-refused", response="refused"),
        order("drop.example", id="drop", authority=AGCOM, response="drop"),
        order("odd.example", id="odd", authority=AGCOM, response="see the page, sinkhole"),
        order("let.example", id="let", authority=AGCOM, response="passthru"),
        order("secret.example", "let.example", id="hidden", confidential=True, authority=CNCPO,
              exceptions=["good.secret.example"]),
    ]  # fmt: skip


def test_the_policy_of_single_orders(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    compile_orders(orders()).save(path)
    options = """response = "nodata", by_authority = {cncpo = "nxdomain", agcom = "notimp"},"""
    with powerdns_image(tmp_path, path, stub.port, SENTINEL, options) as resolver:
        for name, kind, wanted in (
            (SENTINEL, "A", ("NOERROR", ((15, "own"),))),
            ("sink.example", "A", ("NOERROR", ((16, "sink"),))),
            ("both.example", "A", ("REFUSED", ((16, "a-refused, sink"),))),
            ("refused.example", "TXT", ("REFUSED", ((15, "a-refused"),))),
            ("drop.example", "A", ("REFUSED", ((16, "drop"),))),
            ("odd.example", "A", ("NOTIMP", ((16, "odd"),))),
            ("let.example", "A", ("NXDOMAIN", ((16, "let"),))),
            ("a.secret.example", "MX", ("NXDOMAIN", ((16, ""),))),
            ("mail.example", "MX", ("NOERROR", ())),
            ("to-refused.example.org", "A", ("NOERROR", ())),
        ):
            reply = ask(name, resolver.port, kind)
            assert told(reply) == wanted, name
            assert not reply.is_real
        # Where the policy blocks the types of web sites, mail still finds its server.
        mail = ask("mail.example", resolver.port, "MX").message
        assert mail is not None
        assert len(mail.answer) == 1
        assert ask("mail.example", resolver.port, "AAAA").addresses == ()
        for name in ("sink.example", "to-sink.example.org"):
            reply = ask(name, resolver.port)
            assert sorted(reply.addresses) == ["192.0.2.1", "192.0.2.7"], name
            assert ask(name, resolver.port, "AAAA").addresses == ("2001:db8::1",)
        for name in ("good.secret.example", "to-excepted.example.org"):
            assert ask(name, resolver.port).is_real, name


def test_one_reason_for_every_block(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    compile_orders(orders()).save(path)
    options = 'obey_orders = false, qtypes = {1}, uniform_reason = "blocked\\nby law, écrit"'
    with powerdns_image(tmp_path, path, stub.port, SENTINEL, options) as resolver:
        said = {
            told(ask(name, resolver.port))
            for name in (SENTINEL, "sink.example", "drop.example", "secret.example")
        }
        assert ask(SENTINEL, resolver.port, "AAAA").is_real
    assert said == {("NXDOMAIN", ((16, "blocked by law, écrit"),))}


def test_passthru_counts_only_where_nothing_else_is_ordered(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    compile_orders([replace(one, response="") for one in orders()]).save(path)
    options = 'by_authority = {agcom = "passthru"}'
    with powerdns_image(tmp_path, path, stub.port, SENTINEL, options) as resolver:
        for name in ("sink.example", "to-sink.example.org"):
            assert ask(name, resolver.port).is_real, name
        for name in ("both.example", "let.example"):
            assert not ask(name, resolver.port).is_real, name


def _answer(query: dns.message.Message) -> bytes:
    """HTTPS records that lead elsewhere, and an alias of a name that there is not."""
    response = dns.message.make_response(query, recursion_available=True)
    name, kind = query.question[0].name, dns.rdatatype.to_text(query.question[0].rdtype)
    text = name.to_text()
    if kind == "HTTPS" and text.startswith("to-"):
        target = f"{text[3:].partition('.')[0]}.example."
        data = f'1 {target} alpn="h2" ipv4hint="192.0.2.5"'
        response.answer.append(dns.rrset.from_text(name, 60, "IN", "HTTPS", data))
    elif text.startswith("gone."):
        response.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", "none.sink.example."))
    elif text.startswith("none."):
        response.set_rcode(dns.rcode.NXDOMAIN)
        soa = dns.rrset.from_text("example.", 60, "IN", "SOA", "ns. host. 1 60 60 60 60")
        response.authority.append(soa)
    elif kind in REAL:
        response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, REAL[kind]))
    return response.to_wire()


def test_what_else_leads_to_a_blocked_name(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    compile_orders(orders()).save(path)
    with answering(_answer) as port, powerdns_image(tmp_path, path, port, SENTINEL) as resolver:
        for target, count in (("sentinel", 0), ("sink", 0), ("free", 1)):
            reply = ask(f"to-{target}.org", resolver.port, "HTTPS")
            assert reply.rcode == "NOERROR"  # of this type alone
            assert reply.message is not None
            assert len(reply.message.answer) == count, target
            assert ask(f"to-{target}.org", resolver.port).is_real
        reply = ask("gone.example.org", resolver.port)  # no address of a sinkhole beside NXDOMAIN
        assert (reply.rcode, reply.addresses) == ("NOERROR", ())


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("", "No such file or directory"),
        ('response = "drop"', "response = drop: PowerDNS Recursor cannot do that"),
        ('response = "sinkhole"', "a sinkhole needs addresses"),
        ('by_authority = {agcom = "sinkhole 192.0.2"}', "sinkhole 192.0.2: 192.0.2 is no"),
        ('response = "nxdomain 192.0.2.1"', "nxdomain takes no addresses"),
        ("response = 3", "response = 3: it must be a string"),
        ('reponse = "nodata"', "there is no option reponse"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_start(tmp_path: Path, options: str, problem: str) -> None:
    """In LuaJIT alone; that a script with an error ends the Recursor is the next test."""
    script = tmp_path / "open.lua"
    script.write_text(f'require("blocklist.recursor").open(arg[1], {{{options}}})')
    done = subprocess.run(
        [find_program("luajit"), script, tmp_path / "none.blk"], capture_output=True, text=True,
        env=environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert problem in done.stderr


def test_without_an_image_there_is_no_start(tmp_path: Path, stub: Upstream) -> None:
    with (
        pytest.raises(pytest.fail.Exception, match=r"ended with [1-9](.|\n)*No such file"),
        powerdns_image(tmp_path, tmp_path / "none.blk", stub.port, SENTINEL),
    ):
        pass
