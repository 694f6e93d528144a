"""The probe against a real Unbound on UDP, TCP, TLS and HTTPS, and against stubs where it lies."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import dns.edns
import dns.message
import dns.rcode
import pytest
import trustme
from helpers import order
from servers.dns import ask, upstream
from servers.founding import MUST_RESOLVE, founding_image
from servers.page import PAGES, fenced, fenced_all
from servers.program import find_program, free_port, missing, running
from servers.stub import negative, stub

from blocklist import Authority, Blocklist, BlocklistError, compile_orders
from blocklist.probe import Evidence, EvidenceSummary, Resolver, Settings, Verdict, probe
from blocklist.probe.asking import Pace

pytestmark = pytest.mark.no_core

FAST = Settings(rate=1e6, timeout=1, tries=1)


class Server(NamedTuple):
    places: dict[str, str]
    ca: str


_CONFIGURATION = """
server:
  interface: 127.0.0.1@{udp}
  interface: 127.0.0.1@{tls}
  interface: 127.0.0.1@{https}
  tls-port: {tls}
  https-port: {https}
  tls-service-key: "{folder}/key.pem"
  tls-service-pem: "{folder}/chain.pem"
  do-not-query-localhost: no
  username: ""
  chroot: ""
  pidfile: ""
  directory: "{folder}"
  module-config: "iterator"
{zones}
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{upstream}
"""
ZONES = {
    "corsaronero.pro": "always_nxdomain",
    "limetorrents.pro": "always_refuse",
    "kickasstorrents.to": "always_nodata",
    "ilcorsaronero.pro": "always_null",
    "ilcorsaronero.xyz": "static",
}


@contextmanager
def unbound(folder: Path, zones: dict[str, str], forward: int) -> Iterator[Server]:
    ports = {"udp": free_port(), "tls": free_port(), "https": free_port()}
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "dns.example")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    chain = b"".join(part.bytes() for part in certificate.cert_chain_pems)
    (folder / "chain.pem").write_bytes(chain)
    lines = "\n".join(f'  local-zone: "{name}." {kind}' for name, kind in zones.items())
    text = _CONFIGURATION.format(folder=folder, zones=lines, upstream=forward, **ports)
    (folder / "unbound.conf").write_text(text)
    program = find_program("unbound")
    built = subprocess.run([program, "-V"], capture_output=True, text=True, check=False).stdout
    if "nghttp2" not in built:
        missing("this Unbound has no DNS over HTTPS")
    command: list[str | Path] = [program, "-d", "-p", "-c", folder / "unbound.conf"]

    def ready() -> bool:
        return ask("ready.example", ports["udp"], timeout=0.5).rcode != "TIMEOUT"

    with running(command, folder, ready=ready):
        places = {
            "udp": f"127.0.0.1:{ports['udp']}",
            "tcp": f"tcp://127.0.0.1:{ports['udp']}",
            "tls": f"tls://127.0.0.1:{ports['tls']}",
            "tls by name": f"tls://127.0.0.1:{ports['tls']}#dns.example",
            "https": f"https://127.0.0.1:{ports['https']}/dns-query",
        }
        yield Server(places, str(folder / "ca.pem"))


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Enforces two of the three names."""
    zones = {name: ZONES[name] for name in ("corsaronero.pro", "limetorrents.pro")}
    with upstream() as real, unbound(tmp_path_factory.mktemp("half"), zones, real.port) as server:
        yield server


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Enforces all of it, each name in another way."""
    with upstream() as real, unbound(tmp_path_factory.mktemp("whole"), ZONES, real.port) as server:
        yield server


def court() -> Blocklist:
    """Three orders, one for each way of coming off."""
    milan = Authority("milan", "Tribunale di Milano")
    return Blocklist(
        compile_orders(
            [
                order("corsaronero.pro", "limetorrents.pro", id="done", authority=milan),
                order("limetorrents.pro", "kickasstorrents.to", id="half", authority=milan),
                order("kickasstorrents.to", id="missed", authority=milan),
            ]
        )
    )


@pytest.mark.parametrize("way", ["udp", "tcp", "tls", "tls by name", "https"])
def test_which_orders_are_enforced(half: Server, way: str) -> None:
    settings = Settings(rate=1e6, ca=half.ca, per_order=None)
    result = probe(court(), Resolver.parse(half.places[way]), settings=settings)
    assert result.verdicts == {
        "done": Verdict.ENFORCED,
        "half": Verdict.PARTLY,
        "missed": Verdict.NOT_ENFORCED,
    }
    assert result.overblocked == []
    assert not result.is_good


def blocklist(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "blocklist", "probe", *arguments],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def founding(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("founding") / "it.blk"
    founding_image().save(path)
    return str(path)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_founding_case(whole: Server, half: Server, founding: str) -> None:
    settings = ["--rate", "1000000", "--all", "--qtype", "A", "--qtype", "AAAA"]
    everything = blocklist(founding, "--resolver", whole.places["udp"], *settings)
    assert everything.returncode == 0, everything.stderr
    assert "2 enforced" in everything.stderr
    some = blocklist(founding, "--resolver", half.places["udp"], *settings)
    assert some.returncode == 1
    assert "it:tribunale-di-milano:ordinanza:2022-07-11: partly" in some.stderr
    written = lines(everything.stdout)
    blocked = {x["question"]["name"] for x in written if x.get("outcome") == "blocked"}
    assert {"corsaronero.pro", "limetorrents.pro", "kickasstorrents.to"} <= blocked
    resolved = {x["question"]["name"] for x in written if x.get("outcome") == "resolved"}
    assert {"notcorsaronero.pro", "corsaronero.pro.example.org"} <= resolved & {*MUST_RESOLVE}


def test_evidence_can_be_kept(half: Server, founding: str, tmp_path: Path) -> None:
    path = tmp_path / "evidence.jsonl"
    done = blocklist(
        founding, "--resolver", half.places["tls"], "--ca", half.ca, "--rate", "1e6",
        "--resolver", half.places["udp"], "-o", str(path),
    )  # fmt: skip
    assert done.stdout == ""
    text = path.read_text("ascii")
    written = lines(text)
    assert [x["record"] for x in written if x["record"] != "answer"] == [
        "start", "verdict", "verdict", "start", "verdict", "verdict", "end",
    ]  # fmt: skip
    before = "".join(text.splitlines(keepends=True)[:-1])
    assert written[-1]["sha256_before"] == hashlib.sha256(before.encode()).hexdigest()
    asked = [x for x in written if x["record"] == "answer"]
    assert written[-1]["asked"] == len(asked)
    assert {x["transport"] for x in asked} == {"tls", "udp"}
    for line in asked:
        assert line["time"].endswith("Z")
        query = dns.message.from_wire(base64.b64decode(line["wire"]["query"]))
        answer = dns.message.from_wire(base64.b64decode(line["wire"]["answer"]))
        assert query.question[0].name.to_text() == line["question"]["name"] + "."
        assert query.is_response(answer)
        assert dns.rcode.to_text(answer.rcode()) == line["answer"]["rcode"]
        assert line["elapsed_ms"] > 0
    assert {x["why"] for x in asked} >= {
        "name", "subdomain", "mixed-case", "neighbour", "middle", "control",
    }  # fmt: skip


def test_the_page(whole: Server, founding: str, tmp_path: Path) -> None:
    """Its command runs, its options are there, and its answer has the fields that answers have."""
    command = fenced_all("probe.md", "sh")[0].replace("/var/lib/blocklist/it.blk", founding)
    words = shlex.split(command.replace("127.0.0.1:5353", whole.places["udp"]))
    assert words[:2] == ["blocklist", "probe"]
    words = [str(tmp_path / word) if word == "evidence.jsonl" else word for word in words[2:]]
    done = blocklist(*words, "--rate", "1e6")
    assert done.returncode == 0, done.stderr
    evidence = lines((tmp_path / "evidence.jsonl").read_text())
    answer = next(
        line for line in evidence if line["record"] == "answer" and line["outcome"] == "blocked"
    )
    shown = json.loads(fenced("probe.md", "json"))
    assert shown.keys() == answer.keys()
    for part in ("question", "answer", "wire"):
        assert shown[part].keys() == answer[part].keys()
    page = (PAGES / "probe.md").read_text("utf-8")
    for record in ("start", "verdict", "end"):
        (row,) = re.findall(rf"(?m)^\| `{record}` \|(.*)$", page)
        line = next(line for line in evidence if line["record"] == record)
        named = {"record", *re.findall(r"`(\w+)`", row)} - {"null"}
        assert named == line.keys() - {"sha256_before"}
    usage = blocklist("--help").stdout
    for option in re.findall(r"`(--[a-z-]+)", page):
        assert option in usage


@pytest.mark.parametrize("way", ["tls", "https"])
def test_a_certificate_that_nobody_vouches_for(half: Server, founding: str, way: str) -> None:
    done = blocklist(founding, "--resolver", half.places[way])
    assert done.returncode == 2
    assert "its certificate is not trusted" in done.stderr
    assert "to trust it, give the certificate of its issuer as --ca FILE" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_certificate_for_another_name(half: Server, founding: str) -> None:
    place = half.places["tls"] + "#other.example"
    done = blocklist(founding, "--resolver", place, "--ca", half.ca)
    assert done.returncode == 2
    assert "Hostname mismatch" in done.stderr


def test_nobody_there(whole: Server, founding: str) -> None:
    """The others are asked all the same."""
    where = f"tcp://127.0.0.1:{free_port()}"
    done = blocklist(
        founding, "--resolver", where, "--resolver", whole.places["udp"], "--rate", "1e6"
    )
    assert done.returncode == 2
    first, second, digest = done.stderr.splitlines()
    assert first == f"Error: {where}: no answer: Connection refused"
    assert "orders: 2 enforced" in second
    assert digest.startswith("standard output: sha256 ")
    (failure,) = (line for line in lines(done.stdout) if line["record"] == "failure")
    assert failure["resolver"] == where


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Tests that a shell runs in the background ignore SIGINT, and so would what they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_whoever_is_interrupted_gives_no_verdict(founding: str) -> None:
    with stub(everything_blocked) as port:
        command = [sys.executable, "-m", "blocklist", "probe", founding, "--rate", "5"]
        with subprocess.Popen(
            [*command, "--resolver", f"127.0.0.1:{port}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert process.stderr is not None
            assert json.loads(process.stdout.readline())["record"] == "start"
            assert json.loads(process.stdout.readline())["why"] == "control"
            process.send_signal(signal.SIGINT)
            rest = lines(process.stdout.read())
            assert process.wait(60) == 130
            assert process.stderr.read() == "interrupted: no verdict\n"
    assert "end" not in {line["record"] for line in rest}


def test_evidence_is_not_written_over(founding: str, tmp_path: Path) -> None:
    path = tmp_path / "evidence.jsonl"
    path.write_text("of another day")
    done = blocklist(founding, "--resolver", "127.0.0.1:1", "-o", str(path))
    assert (done.returncode, done.stderr) == (2, f"Error: {path}: File exists\n")
    assert path.read_text() == "of another day"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--resolver", "ftp://a"], "is not a resolver such as"),
        (
            ["--resolver", "127.0.0.1", "--order", "x"],
            "this image has no order 'x' that can be probed",
        ),
        (
            ["--resolver", "127.0.0.1", "--sinkhole", "a b"],
            "a sinkhole must be an address or a name",
        ),
        (
            ["--resolver", "127.0.0.1", "--rate", "inf"],
            "the rate must be from 0.001 to 1,000,000 queries per second",
        ),
        (
            ["--resolver", "127.0.0.1", "--rate", "1e-300"],
            "the rate must be from 0.001 to 1,000,000 queries per second",
        ),
        (["--resolver", "127.0.0.1", "--timeout", "nan"], "a probe needs a query type, a time"),
        ([], "name an image and at least one --resolver"),
    ],
)
def test_what_cannot_be_meant(founding: str, arguments: list[str], said: str) -> None:
    done = blocklist(founding, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_names_that_are_gone_and_a_reference(tmp_path: Path) -> None:
    """NXDOMAIN as Unbound passes it on is no block; the reference tells that one from the other."""

    zones = {"corsaronero.pro": "always_nxdomain"}
    settings = Settings(rate=1e6, per_order=None)
    with stub(negative) as nothing, upstream() as real:
        with unbound(tmp_path, zones, nothing) as server:
            alone = probe(court(), Resolver.parse(server.places["udp"]), settings=settings)
        assert alone.verdicts == {
            "done": Verdict.PARTLY,  # one of its names is blocked, the other passed through
            "half": Verdict.UNKNOWN,
            "missed": Verdict.UNKNOWN,
        }
        compared = probe(
            court(), Resolver.parse(f"127.0.0.1:{nothing}"),
            reference=Resolver.parse(f"127.0.0.1:{real.port}"), settings=settings,
        )  # fmt: skip
        assert set(compared.verdicts.values()) == {Verdict.ENFORCED}
        assert compared.overblocked  # a resolver for which nothing exists blocks the innocent, too


def everything_blocked(query: dns.message.Message) -> bytes:
    response = dns.message.make_response(query)
    option = dns.edns.EDEOption(dns.edns.EDECode.CENSORED, "order 1")
    response.use_edns(0, options=[option])
    response.set_rcode(dns.rcode.NXDOMAIN)
    return response.to_wire()


def test_innocent_names_that_are_blocked_are_a_fault() -> None:
    with stub(everything_blocked) as port:
        result = probe(court(), Resolver.parse(f"127.0.0.1:{port}"), settings=FAST)
    assert set(result.verdicts.values()) == {Verdict.ENFORCED}
    assert {"notlimetorrents.pro", "limetorrents.pro.example.org"} <= dict(
        result.overblocked
    ).keys()
    assert not result.is_good


@pytest.mark.parametrize("targets", [("http://c.example/x",), ("c.example", "198.51.100.7")])
def test_what_cannot_be_asked_is_not_known_to_be_enforced(targets: tuple[str, ...]) -> None:
    blocked = Blocklist(compile_orders([order("b.example", id="1"), order(*targets, id="2")]))

    def enforcing(query: dns.message.Message) -> bytes:
        name = query.question[0].name.to_text(omit_final_dot=True)
        return everything_blocked(query) if blocked.is_blocked(name) else negative(query)

    with stub(enforcing) as port:
        where = Resolver.parse(f"127.0.0.1:{port}")
        for names_only in (False, True):
            summary, text = EvidenceSummary(), io.StringIO()
            settings = replace(FAST, names_only=names_only)
            evidence = Evidence(text, summary.add)
            result = probe(blocked, where, settings=settings, evidence=evidence)
            assert set(result.verdicts.values()) == {Verdict.ENFORCED}
            assert (result.not_asked, result.is_good) == (1, names_only)
            (probed,) = summary.probes
            assert (probed.not_asked, probed.is_good) == (1, names_only)
            (start, *_) = lines(text.getvalue())
            assert (start["rules_not_asked"], start["names_only"]) == (1, names_only)


def test_the_command_says_what_was_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    orders = [order("b.example", id="1"), order("http://c.example/x", "192.0.2.7", id="2")]
    compile_orders(orders).save(path)

    def enforcing(query: dns.message.Message) -> bytes:
        is_ours = query.question[0].name.to_text().lower().endswith("b.example.")
        is_near = query.question[0].name.to_text().startswith("notb.")
        return everything_blocked(query) if is_ours and not is_near else negative(query)

    with stub(enforcing) as port:
        place = (str(path), "--resolver", f"127.0.0.1:{port}", "--rate", "1e6")
        done = blocklist(*place, "--html", str(tmp_path / "page.html"))
        said = (
            "2 URLs and addresses NOT asked (1 order of nothing else): a resolver cannot be asked"
        )
        assert done.returncode == 1, done.stderr
        assert f"{said} for them; say --names-only if another program" in done.stderr
        assert "2 URLs and addresses not asked" in (tmp_path / "page.html").read_text("utf-8")
        done = blocklist(*place, "--names-only")
        assert (done.returncode, f"{said} for them\n" in done.stderr) == (0, True), done.stderr


def test_a_resolver_that_dies_meanwhile_ends_the_probe() -> None:
    asked: list[str] = []

    def dying(query: dns.message.Message) -> bytes | None:
        asked.append(query.question[0].name.to_text())
        return everything_blocked(query) if len(asked) < 4 else None

    with stub(dying) as port:
        settings = Settings(rate=1e6, timeout=0.05, tries=1)
        with pytest.raises(BlocklistError, match=rf"127.0.0.1:{port}: no answer"):
            probe(court(), Resolver.parse(f"127.0.0.1:{port}"), settings=settings)
    assert len(asked) == 3 + 10 + 1


def test_a_resolver_that_blocks_by_silence() -> None:
    def silent(query: dns.message.Message) -> bytes | None:
        name = query.question[0].name.to_text(omit_final_dot=True)
        return None if court().is_blocked(name) else negative(query)

    with stub(silent) as port:
        where = Resolver.parse(f"127.0.0.1:{port}")
        quick = Settings(rate=1e6, timeout=0.05, tries=1)
        unsaid = probe(court(), where, settings=quick)
        assert set(unsaid.verdicts.values()) == {Verdict.UNKNOWN}
        said = Settings(rate=1e6, timeout=0.05, tries=1, silence_is_block=True)
        assert set(probe(court(), where, settings=said).verdicts.values()) == {Verdict.ENFORCED}


@pytest.mark.parametrize("is_enforced", [True, False])
def test_confidential_orders_are_asked_for_counted_and_not_named(
    is_enforced: bool, tmp_path: Path
) -> None:
    secret = Authority("hush", "Hush Office")
    hidden = order("secret-name.it", id="it:cncpo:9", confidential=True, authority=secret)
    compile_orders([hidden, order("open.it", id="it:open:1")]).save(tmp_path / "it.blk")
    asked: list[str] = []
    blocked = ("open.it", "secret-name.it") if is_enforced else ("open.it",)

    def answer(query: dns.message.Message) -> bytes:
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        asked.append(name)
        covered = any(f".{name}".endswith(f".{end}") for end in blocked)
        return everything_blocked(query) if covered else negative(query)

    def reference(query: dns.message.Message) -> bytes:
        asked_elsewhere.append(query.question[0].name.to_text().lower())
        return negative(query)

    asked_elsewhere: list[str] = []
    with stub(answer) as port, stub(reference) as other:
        arguments = [
            str(tmp_path / "it.blk"), "--resolver", f"127.0.0.1:{port}", "--rate", "1e6",
            "--reference", f"127.0.0.1:{other}",
        ]  # fmt: skip
        done = blocklist(*arguments)
        assert done.returncode == (0 if is_enforced else 1), done.stderr
        assert any("secret-name.it" in name for name in asked)
        assert not any("secret-name" in name for name in asked_elsewhere)
        told = done.stdout + done.stderr
        for word in ("secret-name", "cncpo", "hush", "Hush"):
            assert word not in told
        for line in map(json.loads, done.stdout.splitlines()):
            wire = (line.get("wire") or {}).values()
            assert not [w for w in wire if w and b"secret-name" in base64.b64decode(w).lower()]
        assert "1 confidential order among them, not named here" in done.stderr
        assert ("a confidential order: " in done.stderr) is not is_enforced
        verdicts = [
            record for record in map(json.loads, done.stdout.splitlines())
            if record["record"] == "verdict" and record["order"] is None
        ]  # fmt: skip
        assert [v["verdict"] == "enforced" for v in verdicts] == [is_enforced]
        shown = blocklist(*arguments, "--show-confidential")
        assert "it:cncpo:9" in shown.stdout
        assert "secret-name" in shown.stdout


def test_what_is_blocked_beside_a_confidential_name_does_not_tell_it(tmp_path: Path) -> None:
    hidden = order("secret-name.it", id="it:cncpo:9", confidential=True)
    compile_orders([hidden]).save(tmp_path / "it.blk")
    with stub(everything_blocked) as port:
        done = blocklist(
            str(tmp_path / "it.blk"), "--resolver", f"127.0.0.1:{port}", "--rate", "1e6",
            "--sinkhole", "192.0.2.1",
        )  # fmt: skip
    assert done.returncode == 1
    assert "secret-name" not in done.stdout + done.stderr


def test_text_from_the_resolver_steers_no_terminal(tmp_path: Path) -> None:
    def answer(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query)
        text = "\x1b[2J\u202e\nError: fine"
        response.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.CENSORED, text)])
        response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()

    founding_image().save(tmp_path / "it.blk")
    with stub(answer) as port:
        done = blocklist(
            str(tmp_path / "it.blk"), "--resolver", f"127.0.0.1:{port}", "--rate", "1e6"
        )
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout + done.stderr
    assert all(json.loads(line) for line in done.stdout.splitlines())


def test_no_faster_than_the_rate() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    with stub(everything_blocked) as port:
        result = probe(
            court(),
            Resolver.parse(f"127.0.0.1:{port}"),
            settings=Settings(per_order=1, orders=("missed",)),
            pace=Pace(50, clock=lambda: now[0], sleep=sleep),
        )
    assert result.asked >= 6
    assert now[0] >= (result.asked - 1) / 50 - 1e-9
