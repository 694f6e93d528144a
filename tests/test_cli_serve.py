"""``blocklist serve`` as operators run it, asked by dnspython and by dig."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import fields
from functools import partial
from pathlib import Path

import dns.edns
import dns.message
import pytest
from cli_output import normalised
from helpers import image, order
from servers.dns import Reply, Upstream, answers, ask, is_told, upstream
from servers.founding import CLOAKED, MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.page import PAGES, fenced, put
from servers.program import environment, find_program, free_port, running, until
from servers.serve import Serve, command, serve

from blocklist import Blocklist, compile_orders
from blocklist.errors import missing_extra
from blocklist.integrations.forwarder.configuration import Configuration, Endpoint
from blocklist.integrations.policy_settings import POLICY_KEYS

pytestmark = pytest.mark.begin

MILAN, AGCOM = "Tribunale di Milano", "Autorità per le garanzie nelle comunicazioni"
PAGE = "serve.md"


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    with upstream({**CLOAKED, "second.example.org": "cloaked.example.org"}) as behind:
        yield behind


@pytest.fixture(scope="module")
def founding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("image") / "it.blk"
    founding_image().save(path)
    return path


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, stub: Upstream, founding: Path
) -> Iterator[Serve]:
    with serve(tmp_path_factory.mktemp("serve"), founding, upstream=stub.port) as started:
        yield started
    assert started.program.process.returncode == 0
    assert "Traceback" not in started.log()


def is_ours(reply: Reply) -> bool:
    return not reply.is_real and [code for code, _ in reply.errors] == [16]


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_the_founding_case(server: Serve, tcp: bool) -> None:
    for name in MUST_BLOCK:
        reply = ask(name, server.port, tcp=tcp)
        assert (reply.rcode, reply.addresses) == ("NOERROR", ()), name
        ((code, text),) = reply.errors
        assert code == 16
        assert MILAN in text or AGCOM in text, name
        assert reply.message is not None
        assert reply.message.question[0].name.to_text(omit_final_dot=True) == name
    for name in MUST_RESOLVE:
        reply = ask(name, server.port, tcp=tcp)
        assert reply.is_real, name
        assert not reply.errors, name
    for name in (*CLOAKED, "second.example.org", "Cloaked.Example.Org"):
        assert is_ours(ask(name, server.port, tcp=tcp)), name
    mail = ask("limetorrents.pro", server.port, "MX", tcp=tcp)
    assert mail.message is not None
    assert mail.message.answer
    assert not mail.errors


def dig(server: Serve, *words: str) -> str:
    line = [find_program("dig"), "@127.0.0.1", "-p", str(server.port), "+tries=1", "+time=5"]
    done = subprocess.run([*line, *words], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout, done.stdout
    return done.stdout


@pytest.mark.parametrize("how", ["+notcp", "+tcp"])
def test_what_dig_says(server: Serve, how: str) -> None:
    """A client of others: BIND's own."""
    blocked = dig(server, how, "WwW.corsaronero.pro", "A")
    assert "status: NOERROR" in blocked
    assert "ANSWER: 0" in blocked
    assert "flags: qr rd ra;" in blocked
    ede = re.search(r"^; EDE: 16 \(Censored\): \((.*)\)$", blocked, re.MULTILINE)
    assert ede
    assert MILAN in ede[1]
    assert re.search(r"^WwW\.corsaronero\.pro\.\s+60\s+IN\s+SOA\s", blocked, re.MULTILINE)
    alias = dig(server, how, "+dnssec", "cloaked.example.org", "A")
    assert re.search(
        r"^cloaked\.example\.org\.\s+60\s+IN\s+CNAME\s+t\.corsaronero\.pro\.", alias, re.MULTILINE
    )
    assert "EDE: 16" in alias
    assert "flags: do;" in alias
    real = dig(server, how, "+short", "example.org", "A")
    assert real == "192.0.2.99\n"
    plain = dig(server, how, "+noedns", "corsaronero.pro", "AAAA")
    assert "OPT PSEUDOSECTION" not in plain
    assert "status: NOERROR" in plain
    structured = dig(server, how, "+ednsopt=15:0000", "corsaronero.pro", "A")
    found = re.search(r"^; EDE: 16 \(Censored\): \((\{.*\})\)$", structured, re.MULTILINE)
    assert found
    assert json.loads(found[1])["l"] == "it"  # what the orders are in
    chaos = dig(server, how, "version.bind", "TXT", "CH")
    assert "status: REFUSED" in chaos


def test_behind_a_real_unbound(tmp_path: Path, stub: Upstream, founding: Path) -> None:
    port = free_port()
    (tmp_path / "unbound.conf").write_text(
        f'server:\n interface: 127.0.0.1@{port}\n username: ""\n chroot: ""\n use-syslog: no\n'
        f' directory: "{tmp_path}"\n pidfile: ""\n do-not-query-localhost: no\n'
        f' module-config: "iterator"\n'
        f'forward-zone:\n name: "."\n forward-addr: 127.0.0.1@{stub.port}\n'
    )
    line = [find_program("unbound"), "-d", "-c", str(tmp_path / "unbound.conf")]
    with (
        running(line, tmp_path, ready=answers(port)),
        serve(tmp_path, founding, upstream=port) as ours,
    ):
        for tcp in (False, True):
            assert all(is_ours(ask(name, ours.port, tcp=tcp)) for name in MUST_BLOCK)
            assert all(ask(name, ours.port, tcp=tcp).is_real for name in MUST_RESOLVE)
            assert is_ours(ask("cloaked.example.org", ours.port, tcp=tcp))


def test_clients_of_different_networks(tmp_path: Path, stub: Upstream) -> None:
    """Users in Italy and users elsewhere get different answers from one process."""
    for country in ("it", "fr"):
        compiled = [order(f"{country}.example", "both.example", number=f"{country}/1")]
        compile_orders(compiled).save(tmp_path / f"{country}.blk")
    words = ["--view", f"127.0.0.2={tmp_path / 'fr.blk'}", "--view", "127.0.0.3=none"]
    with serve(tmp_path, tmp_path / "it.blk", *words, upstream=stub.port) as ours:
        for client, blocked in [
            ("127.0.0.1", {"it", "both"}), ("127.0.0.2", {"fr", "both"}), ("127.0.0.3", set()),
        ]:  # fmt: skip
            for name in ("it", "fr", "both"):
                for tcp in (False, True):
                    codes = asked_from(client, f"www.{name}.example", ours.port, tcp=tcp)
                    assert bool(codes) == (name in blocked), (client, name)


def asked_from(client: str, name: str, port: int, *, tcp: bool) -> list[dns.edns.Option]:
    query = dns.message.make_query(name, "A", use_edns=0).to_wire()
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    with socket.socket(type=kind) as link:
        link.bind((client, 0))
        link.settimeout(3)
        link.connect(("127.0.0.1", port))
        link.sendall((len(query).to_bytes(2) if tcp else b"") + query)
        if tcp:
            link.recv(2, socket.MSG_WAITALL)
        return list(dns.message.from_wire(link.recv(4096)).options)


def rejected(ours: Serve, times: int) -> bool:
    return ours.log().count("the last good image stays in use") == times


def test_images_are_reloaded_while_queries_run(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "live.blk"
    image("always.example", "old.example").save(path)
    good = path.read_bytes()
    wrong: list[Reply] = []
    stopping = threading.Event()

    def keep_asking(port: int) -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            for name, blocked in (("always", True), ("never", False)):
                reply = ask(f"n{number}.{name}.example", port, tcp=number % 5 == 0)
                if reply.rcode != "NOERROR" or bool(reply.errors) != blocked:
                    wrong.append(reply)

    with serve(tmp_path, path, upstream=stub.port) as ours:
        asking = threading.Thread(target=keep_asking, args=(ours.port,))
        asking.start()
        try:
            bad: list[tuple[bytes | None, str]] = [
                (None, "No such file"),
                (good[:-1], "cut short"),
                (b"no image", "not a blocklist image"),
                (good[:200] + bytes([good[200] ^ 1]) + good[201:], "checksum"),
            ]
            for number, (octets, says) in enumerate(bad, 1):
                if octets is None:
                    path.unlink()
                else:
                    (tmp_path / "next").write_bytes(octets)
                    (tmp_path / "next").replace(path)
                os.kill(ours.program.pid, signal.SIGHUP)
                until(partial(rejected, ours, number))
                assert says in ours.log()
                assert ask("old.example", ours.port).errors
            image("always.example", "new.example").save(path)
            os.kill(ours.program.pid, signal.SIGHUP)
            until(lambda: bool(ask("new.example", ours.port).errors))
            assert ask("old.example", ours.port).is_real
        finally:
            stopping.set()
            asking.join()
        assert wrong == []
        assert "Traceback" not in ours.log()
        assert "always.example" not in ours.log()


def test_the_end_is_clean(tmp_path: Path, stub: Upstream, founding: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with serve(tmp_path, founding, upstream=stub.port) as ours:
            with socket.create_connection(("127.0.0.1", ours.port)):
                os.kill(ours.program.pid, number)
                assert ours.program.process.wait(60) == 0
            assert "Traceback" not in ours.log()
            assert "Exception" not in ours.log()


def test_what_is_logged_and_counted(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    orders = [order("a.example", id="it:7"), order("secret.example", id="it:8", confidential=True)]
    compile_orders(orders).save(path)
    metrics = free_port()
    words = ["--log-hits", "--metrics", f"127.0.0.1:{metrics}", "--response", "nxdomain"]
    with serve(tmp_path, path, *words, upstream=stub.port) as ours:
        for name in ("www.a.example", "www.a.example", "www.secret.example", "www.example"):
            ask(name, ours.port)
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=5) as page:
            text = page.read().decode()
        log = ours.log()
    assert log.count("nxdomain: a.example by it:7") == 2
    assert "www." not in log
    assert "secret" not in log + text
    assert "it:8" not in log + text
    hits = re.findall(r"^blocklist_hits_total\{(.*)\} (.*)$", text, re.MULTILINE)
    assert sorted(count for _, count in hits) == ["1.0", "2.0"]
    assert all('via="serve"' in labels for labels, _ in hits)
    assert re.search(r'^blocklist_rules\{path=".*it\.blk"\} 2\.0$', text, re.MULTILINE)


def test_clients_are_logged_only_if_wanted(tmp_path: Path, stub: Upstream, founding: Path) -> None:
    words = ["--log-hits", "--log-clients"]
    with serve(tmp_path, founding, *words, upstream=stub.port) as ours:
        ask("www.corsaronero.pro", ours.port)
        until(lambda: "nodata: corsaronero.pro by it:" in ours.log())
        assert " for 127.0.0.1" in ours.log()


TO = ("--upstream", "192.0.2.53")
MISTAKES = [
    (["it.blk"], "no upstream; name a resolver to forward to (--upstream 192.0.2.53)"),
    ([*TO], "image is missing; give the path of one, or 'none'"),
    (["missing.blk", *TO], "missing.blk: No such file or directory"),
    (
        ["damaged.blk", *TO],
        "damaged.blk: cut short or grown: N octets, the header says SIZE; copy it again",
    ),
    (["it.blk", *TO, "--config", "none.toml"], "none.toml: No such file or directory"),
    (
        ["it.blk", *TO, "--view", "10.0.0.0/8=none"],
        "view 10.0.0.0/8: its clients may not query; allow them (--allow 10.0.0.0/8)",
    ),
    (
        ["it.blk", *TO, "--view", "10.0.0.0/8"],
        "view '10.0.0.0/8' must have the form 192.0.2.0/24=IMAGE",
    ),
    (
        ["it.blk", *TO, "--response", "no"],
        (
            "response: unknown response 'no'; choose one of: nxdomain, nodata, refused, notimp, "
            "sinkhole, drop, tcp-only, passthru"
        ),
    ),
    (
        ["it.blk", *TO, "--response", "drop", "--response", "refused"],
        "--response given twice without an authority",
    ),
    (
        ["it.blk", *TO, "--response", "a=drop", "--response", "a=drop"],
        "--response given twice for a",
    ),
    (
        ["it.blk", *TO, "--listen", "192.0.2.1:5353"],
        "cannot listen on 192.0.2.1:5353: Cannot assign requested address",
    ),
    (["it.blk", *TO, "--ttl", "-1"], "ttl must be a whole number from 0 to 86,400, not -1"),
    (
        ["it.blk", *TO, "--metrics", "192.0.2.1:1"],
        "cannot serve metrics on 192.0.2.1:1: Cannot assign requested address",
    ),
]


@pytest.mark.parametrize(("words", "message"), MISTAKES)
def test_mistakes_are_told_in_one_sentence(
    tmp_path: Path, founding: Path, words: list[str], message: str
) -> None:
    (tmp_path / "it.blk").write_bytes(founding.read_bytes())
    (tmp_path / "damaged.blk").write_bytes(founding.read_bytes()[:-9])
    done = subprocess.run(
        command(*words), capture_output=True, text=True, cwd=tmp_path, env=environment(),
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if " INFO " not in line]
    wanted = message.replace("SIZE", str(founding.stat().st_size))
    shown = [normalised(line).replace(f"{tmp_path}/", "") for line in lines]
    assert shown == [f"Error: {wanted}"]


@pytest.mark.parametrize(
    ("library", "words", "says"),
    [
        ("dns", [], missing_extra("answering with dnspython", "serve")),
        (
            "prometheus_client",
            ["--metrics", "127.0.0.1:0"],
            missing_extra("exporting metrics", "metrics"),
        ),
    ],
)
def test_a_library_that_is_not_there(
    founding: Path, library: str, words: list[str], says: str
) -> None:
    code = f"import sys; sys.modules[{library!r}] = None; from blocklist.cli import main; main()"
    line = [sys.executable, "-c", code, "serve", str(founding), "--upstream", "192.0.2.53"]
    done = subprocess.run(
        [*line, *words], capture_output=True, text=True, env=environment(), check=False, timeout=120
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert says in done.stderr


def test_thousands_of_names(tmp_path: Path, stub: Upstream, founding: Path) -> None:
    """What the server blocks is what the image blocks: siblings, parents, children, look-alikes."""
    blocked = Blocklist.open(founding)
    rules = ("corsaronero.pro", "limetorrents.pro", "kickasstorrents.to")
    names = []
    for rule in rules:
        label, top = rule.split(".")
        forms = [
            rule, rule.upper(), rule.title(), top, label, f"x{rule}", f"{rule}x", f"{label}x.{top}",
            f"{label}.x.{top}", f"{rule}.example", f"{label}-{rule}", f"xn--{rule}", f"{label}.com",
            f"_{rule}", f"{label}\\046{top}", f"www\\.{rule}",
        ]  # fmt: skip
        names += forms
        for number in range(24):
            names += [f"{'n.' * (number % 4)}n{number}.{form}" for form in forms]
    names *= 2  # 2,400; the second half finds what was made for the first
    with (
        serve(tmp_path, founding, upstream=stub.port) as ours,
        socket.socket(type=socket.SOCK_DGRAM) as client,
    ):
        client.connect(("127.0.0.1", ours.port))
        client.settimeout(5)
        for at in range(0, len(names), 50):
            part = names[at : at + 50]
            for id_, name in enumerate(part):
                client.send(dns.message.make_query(name, "A", id=id_, use_edns=0).to_wire())
            got = {}
            for _ in part:
                answer = dns.message.from_wire(client.recv(4096))
                got[answer.id] = is_told(answer)
            assert got == {id_: blocked.is_blocked(name) for id_, name in enumerate(part)}


def test_the_configuration_of_the_page(tmp_path: Path, stub: Upstream, founding: Path) -> None:
    port, metrics = free_port(), free_port()
    text = put(
        fenced(PAGE, "toml"),
        ("/var/lib/blocklist/it.blk", founding),
        ("/var/lib/blocklist/fr.blk", founding),
        ('"127.0.0.1:53", "[::1]:53"', f'"127.0.0.1:{port}", "[::1]:{port}"'),
        ('"9.9.9.9", "149.112.112.112"', f'"127.0.0.1:{stub.port}"'),
        ("127.0.0.1:9100", f"127.0.0.1:{metrics}"),
    )
    (tmp_path / "serve.toml").write_text(text)
    line = command("--config", tmp_path / "serve.toml")
    with running(line, tmp_path, ready=answers(port), env=environment()):
        for name in MUST_BLOCK:
            reply = ask(name, port)
            assert (reply.rcode, [code for code, _ in reply.errors]) == ("NOERROR", [16]), name
        assert all(ask(name, port, host="::1").is_real for name in MUST_RESOLVE)
        assert is_ours(ask("cloaked.example.org", port))


def test_the_page_names_every_setting() -> None:
    page = (PAGES / PAGE).read_text("utf-8")
    for entry in fields(Configuration):
        if entry.name != "policy":
            assert re.search(rf"\b{entry.name}\b", page), entry.name
    for key in POLICY_KEYS:
        assert re.search(rf"\b{key}\b", page), key


def test_the_values_of_the_page_are_the_defaults() -> None:
    read = tomllib.loads(fenced(PAGE, "toml"))
    standard = Configuration("x", (Endpoint("192.0.2.53", 53),))
    for key in (
        "check_addresses", "timeout", "tries", "max_outstanding", "max_client_outstanding",
        "max_connections", "max_client_connections", "client_prefix_v4", "client_prefix_v6",
        "strip_ecs", "share",
        "idle_timeout", "check_every", "max_shrink", "reuse_port", "log_clients", "sde_option",
        "language",
    ):  # fmt: skip
        assert read[key] == getattr(standard, key), key
    assert read["response"] == str(standard.policy.default)
    assert read["ttl"] == standard.policy.ttl
    assert read["obey_orders"] == standard.policy.obey_orders


def test_a_probe_finds_the_orders_enforced(server: Serve, founding: Path) -> None:
    words = [sys.executable, "-m", "blocklist", "probe", str(founding), "--rate", "1000"]
    done = subprocess.run(
        [*words, "--resolver", f"127.0.0.1:{server.port}"],
        capture_output=True, text=True, env=environment(), check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
