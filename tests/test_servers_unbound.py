"""A real Unbound with our module: what it answers, what it caches, what it lives through."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import random
import re
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from helpers import image, order
from scale import size
from servers.dns import REAL, Reply, Upstream, answers, ask, upstream
from servers.founding import CLOAKED, MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.page import fenced, fenced_all
from servers.program import find_program, free_port, running
from servers.unbound import (
    Unbound,
    configure,
    debian_site,
    environment,
    unbound,
)  # fmt: skip

from blocklist import Blocklist, SigningKey, compile_orders, load_orders, save_signed

pytestmark = pytest.mark.no_core

MILAN, AGCOM = "Tribunale di Milano", "Autorità per le garanzie nelle comunicazioni"
QUICK = "check_every = 0.01\n"


@pytest.fixture(scope="module", autouse=True)
def site() -> Path:
    return debian_site()


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    with upstream({**CLOAKED, "second.example.org": "cloaked.example.org"}) as running:
        yield running


@pytest.fixture
def founding(tmp_path: Path) -> Path:
    path = tmp_path / "it.blk"
    founding_image().save(path)
    return path


def is_ours(reply: Reply) -> bool:
    return not reply.is_real and [code for code, _ in reply.errors] == [16]


def test_the_founding_case_with_the_settings_of_the_page(
    tmp_path: Path, stub: Upstream, founding: Path
) -> None:
    settings = fenced("unbound.md", "toml").partition("\n")[2]
    with unbound(tmp_path, founding, stub.port, settings=settings) as server:
        for name in MUST_BLOCK:
            reply = ask(name, server.port)
            assert (reply.rcode, reply.addresses) == ("NOERROR", ()), name
            ((code, text),) = reply.errors
            assert code == 16, name
            assert MILAN in text or AGCOM in text, name
        for name in MUST_RESOLVE:
            reply = ask(name, server.port)
            assert reply.is_real, name
            assert reply.errors == (), name
        assert is_ours(ask("www.limetorrents.pro", server.port, tcp=True))
        # NODATA is for what leads to web sites; mail still finds its server.
        mail = ask("limetorrents.pro", server.port, "MX")
        assert mail.message is not None
        assert len(mail.message.answer) == 1
        assert mail.errors == ()
        # A client without EDNS is answered without a reason (RFC 6891 §7).
        query = dns.message.make_query("limetorrents.pro", "A", use_edns=False)
        answer = dns.query.udp(query, "127.0.0.1", timeout=3, port=server.port)
        assert (answer.answer, answer.edns) == ([], -1)
        assert "Traceback" not in server.log()


RESPONSES = [
    ("nxdomain", "A", "NXDOMAIN", ()),
    ("nxdomain", "MX", "NXDOMAIN", ()),
    ("refused", "A", "REFUSED", ()),
    ("notimp", "A", "NOTIMP", ()),
    ("nodata", "AAAA", "NOERROR", ()),
    ("sinkhole 192.0.2.1 2001:db8::1", "A", "NOERROR", ("192.0.2.1",)),
    ("sinkhole 192.0.2.1 2001:db8::1", "AAAA", "NOERROR", ("2001:db8::1",)),
    ("sinkhole 192.0.2.1", "ANY", "NOERROR", ("192.0.2.1",)),
    ("sinkhole 192.0.2.1", "AAAA", "NOERROR", ()),
    ("sinkhole 192.0.2.1", "HTTPS", "NOERROR", ()),
]


@pytest.mark.parametrize("response", dict.fromkeys(row[0] for row in RESPONSES))
def test_responses(tmp_path: Path, stub: Upstream, founding: Path, response: str) -> None:
    settings = f'response = "{response}"\nttl = 33\n'
    with unbound(tmp_path, founding, stub.port, settings=settings) as server:
        for kind, rcode, addresses in [row[1:] for row in RESPONSES if row[0] == response]:
            reply = ask("WwW.CorsaroNero.pro", server.port, kind)
            assert (reply.rcode, reply.addresses) == (rcode, addresses), kind
            assert is_ours(reply)
            message = reply.message
            assert message is not None
            assert message.question[0].name.to_text() == "WwW.CorsaroNero.pro."
            assert not message.flags & (dns.flags.AA | dns.flags.AD)
            if response in ("refused", "notimp"):
                continue
            # For how long caches may believe it (RFC 2308).
            (rrset,) = message.answer if addresses else message.authority
            assert rrset.ttl == 33
            if not addresses:
                assert rrset.rdtype == dns.rdatatype.SOA
                assert rrset[0].minimum == 33
        # An alias of it gets the same; the code speaks of its target, so the alias is there too.
        kind, rcode, addresses = next(row[1:] for row in RESPONSES if row[0] == response)
        alias = ask("cloaked.example.org", server.port, kind)
        assert is_ours(alias)
        assert alias.message is not None
        assert (alias.rcode, alias.addresses) == (rcode, addresses)
        if response not in ("refused", "notimp"):
            (target,) = alias.message.answer[0]
            assert target.to_text() == "t.corsaronero.pro."


def test_a_passthru_counts_and_resolves(tmp_path: Path, stub: Upstream, founding: Path) -> None:
    settings = 'response = "passthru"\nlog_hits = true\n'
    with unbound(tmp_path, founding, stub.port, settings=settings) as server:
        reply = ask("www.corsaronero.pro", server.port)
        assert reply.is_real
        assert reply.errors == ()
        assert "passthru: corsaronero.pro by it:" in server.log()
        assert "www.corsaronero.pro" not in server.log()
        assert "127.0.0.1 " not in server.log()


def test_aliases_and_what_they_leave_in_the_cache(
    tmp_path: Path, stub: Upstream, founding: Path
) -> None:
    with unbound(tmp_path, founding, stub.port) as server:
        for _ in range(3):
            # Unbound has stored what it found under the alias and under the blocked name.
            assert is_ours(ask("cloaked.example.org", server.port))
            assert is_ours(ask("t.corsaronero.pro", server.port))
            assert is_ours(ask("second.example.org", server.port))
            assert is_ours(ask("Cloaked.Example.Org", server.port, "AAAA"))
        # The alias itself is not ordered.
        assert ask("cloaked.example.org", server.port, "CNAME").errors == ()
        assert ask("example.org", server.port).is_real


def test_a_swap_and_the_cache(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    orders = tmp_path / "orders"
    orders.mkdir()
    (orders / "list.txt").write_text("blocked.example\nalso.example\nmore.example\nstay.example\n")
    compile_orders(load_orders(orders)).save(path)
    with unbound(tmp_path, path, stub.port, settings=QUICK) as server:
        names = ["www.later.example", "-x.www.later.example", "exact.example"]
        assert all(ask(name, server.port).is_real for name in names)
        assert not ask("www.blocked.example", server.port).is_real
        (orders / "list.txt").write_text(
            "later.example\nalso.example\nmore.example\nstay.example\n=exact.example\n"
        )
        command = flush_of_the_page(path, server, orders)
        seen = [ask(name, server.port) for name in names]
        # Unbound does not ask for what it has cached, and such an answer gets no reason.
        assert all(reply.is_real and reply.errors == () for reply in seen)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert not any(ask(name, server.port).is_real for name in names), done
        # What was lifted resolves at once, for made answers are not cached.
        assert ask("www.blocked.example", server.port).is_real


def flush_of_the_page(path: Path, server: Unbound, orders: Path) -> list[str]:
    """The commands of the page, with our paths, and without the long wait."""
    programs = path.parent / "bin"
    programs.mkdir()
    control = f"{find_program('unbound-control')} -c {server.folder}/unbound.conf"
    for name, runs in {
        "blocklist": f"PYTHONPATH={':'.join(filter(None, sys.path))} {sys.executable} -m blocklist",
        "unbound-control": control,
        "sleep": "/bin/sleep 0.1; :",
    }.items():
        program = programs / name
        program.write_text(f'#!/bin/sh\n{runs} "$@"\n')
        program.chmod(0o755)
    (block,) = [text for text in fenced_all("unbound.md", "sh") if "--flush" in text]
    block = textwrap.dedent(block).replace("/var/lib/unbound/blocklist/it.blk", str(path))
    block = block.replace("/tmp/old.blk", f"{path}.old").replace("orders/", str(orders))
    return ["bash", "-euo", "pipefail", "-c", f"PATH={programs}:$PATH\n{block}"]


def is_ours_after(server: Unbound, name: str) -> bool:
    """Whether the next image is taken; names below ``name`` are asked, so none is cached."""
    for number in range(200):
        if not ask(f"n{number}.{name}", server.port).is_real:
            return True
        time.sleep(0.02)
    return False


def test_watching_the_cache(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    image("blocked.example", "also.example").save(path)
    settings = f"{QUICK}watch_cache = true\n"
    with unbound(tmp_path, path, stub.port, settings=settings) as server:
        names = ["www.later.example", "cloaked.example.org", "www.example"]
        assert all(ask(name, server.port).is_real for name in names)
        image("later.example", "also.example", "corsaronero.pro").save(path)
        assert is_ours_after(server, "later.example")
        for name in names[:2]:
            once = ask(name, server.port)
            assert once.is_real, name
            assert once.errors == (), name
            assert not ask(name, server.port).is_real, name
        assert ask(names[2], server.port).is_real


def test_reloads_keep_the_last_good_image(tmp_path: Path, stub: Upstream, founding: Path) -> None:
    with unbound(tmp_path, founding, stub.port, server="    num-threads: 2\n") as server:
        good = founding.read_bytes()
        states = [good, good[:-1], good[: len(good) // 2], b"no image", None, good]
        for turn, octets in enumerate(states):
            founding.unlink(missing_ok=True)
            if octets is not None:
                founding.write_bytes(octets)
            server.reload()
            for name in MUST_BLOCK:
                assert is_ours(ask(name, server.port)), (turn, name)
            assert all(ask(name, server.port).is_real for name in MUST_RESOLVE), turn
        small = tmp_path / "small"
        image("corsaronero.pro").save(small)
        small.replace(founding)
        server.reload()
        assert is_ours(ask("limetorrents.pro", server.port))
        log = server.log()
        assert log.count("the last good image stays in use") == 5
        assert ": 1 rule instead of 5, a loss of more than 20%; check it" in log
        assert "Traceback" not in log
        # Settings likewise.
        (tmp_path / "blocklist.toml").write_text("image = 7\n")
        server.reload()
        assert is_ours(ask("limetorrents.pro", server.port))
        assert "image must be text, not 7; the last good settings stay in use" in server.log()
        assert server.program.process.poll() is None


def test_signed_images_across_interpreters(tmp_path: Path, stub: Upstream) -> None:
    """The library that verifies is loaded by each interpreter anew."""
    path, key = tmp_path / "it.blk", SigningKey.generate("isp.example/it")
    save_signed(image(*MUST_BLOCK), path, key)
    settings = f'{QUICK}key = "{key.verifier}"\n'
    numbers = itertools.count()
    with unbound(tmp_path, path, stub.port, settings=settings) as server:

        def has_taken(digest: str) -> bool:
            asked = ask(f"n{next(numbers)}.example", server.port)  # not cached: the module looks
            return asked.is_real and f"image {digest[:12]}" in server.log()

        for turn in range(3):
            assert not ask(MUST_BLOCK[0], server.port).is_real, turn
            image(*MUST_BLOCK, "unsigned.example").save(path)
            server.reload()
            assert not ask(MUST_BLOCK[0], server.port).is_real, turn
            assert ask("unsigned.example", server.port).is_real, turn
            new = image(*MUST_BLOCK, f"signed{turn}.example")
            save_signed(new, path, key)
            server.program.wait_until(partial(has_taken, new.digest))
            assert not ask(f"signed{turn}.example", server.port).is_real
        log = server.log()
        assert log.count("its note is about another file") >= 3
        assert "cannot be used" not in log
        assert "Traceback" not in log
        assert server.program.process.poll() is None


def test_writing_into_the_file_takes_nothing_away(
    tmp_path: Path, stub: Upstream, founding: Path
) -> None:
    def memories() -> int:
        """How many images are in memory, whatever they are mapped at."""
        maps = Path(f"/proc/{server.program.process.pid}/maps").read_text()
        return len({line.split()[4] for line in maps.splitlines() if "memfd:blocklist" in line})

    with unbound(tmp_path, founding, stub.port, server="    num-threads: 2\n") as server:
        good = founding.read_bytes()
        for turn in range(size(40, 6)):
            with founding.open("r+b") as file:  # the same file, as for cp, dd or rsync --inplace
                file.write(os.urandom(len(good)))
                if turn % 2:
                    file.truncate(100)
            if turn % 3 == 2:
                server.reload()  # which ends the interpreter
            for name in MUST_BLOCK:
                assert is_ours(ask(name, server.port)), (turn, name)
            assert all(ask(name, server.port).is_real for name in MUST_RESOLVE), turn
        assert server.program.process.poll() is None
        for turn in range(size(40, 4)):
            image(*MUST_BLOCK, f"name{turn}.example").save(founding)
            server.reload()
        assert ask(f"name{turn}.example", server.port).errors
        if Path("/proc/self/maps").exists():  # a chroot may have none, and keeps the image too
            assert memories() == 1


@pytest.mark.parametrize("on_error", ["resolve", "servfail"])
@pytest.mark.parametrize("octets", [None, b"", b"no image"])
def test_no_good_image_at_the_start(
    tmp_path: Path, stub: Upstream, founding: Path, on_error: str, octets: bytes | None
) -> None:
    path = tmp_path / "late.blk"
    if octets is not None:
        path.write_bytes(octets)
    settings = f'{QUICK}on_error = "{on_error}"\n'
    port = configure(tmp_path, path, stub.port, settings=settings)
    command = [find_program("unbound"), "-d", "-c", str(tmp_path / "unbound.conf")]
    is_up = lambda: ask("www.example.org", port, timeout=0.5).rcode != "TIMEOUT"  # noqa: E731
    with running(command, tmp_path, ready=is_up, env=environment()) as program:
        reply = ask("www.corsaronero.pro", port)
        assert reply.is_real if on_error == "resolve" else reply.rcode == "SERVFAIL"
        assert f"{path}: " in program.output()
        word = {"resolve": "resolved", "servfail": "answered with SERVFAIL"}[on_error]
        assert f"; until there is an image, every name is {word}\n" in program.output()
        assert "Traceback" not in program.output()
        founding.replace(path)
        fresh = (f"n{number}.limetorrents.pro" for number in range(10_000))
        program.wait_until(lambda: is_ours(ask(next(fresh), port)))
        assert ask("example.org", port).is_real


def test_innocent_names_behind_a_blocked_name_server(tmp_path: Path, founding: Path) -> None:
    """It is delegated to ns1.corsaronero.pro, whose address clients do not get."""
    with contextlib.ExitStack() as stack:
        root, leaf = (stack.enter_context(socket.socket(type=socket.SOCK_DGRAM)) for _ in "12")
        root.bind(("127.0.0.1", 0))
        try:
            leaf.bind((NAME_SERVER, 53))
        except OSError as error:
            pytest.skip(f"{NAME_SERVER}:53: {error}")
        stopping = threading.Event()
        workers = [
            threading.Thread(target=delegate, args=(stopping, each)) for each in (root, leaf)
        ]
        for worker in workers:
            worker.start()
            stack.callback(worker.join)
        stack.callback(stopping.set)
        port = configure(tmp_path, founding, root.getsockname()[1])
        file = tmp_path / "unbound.conf"
        file.write_text(file.read_text().replace("forward-", "stub-"))
        command = [find_program("unbound"), "-d", "-c", str(file)]
        is_up = answers(port, "ready.example.org")
        stack.enter_context(running(command, tmp_path, ready=is_up, env=environment()))
        for front in ("a", "b"):
            assert ask(f"{front}.innocent.example.org", port).is_real
            assert is_ours(ask("ns1.corsaronero.pro", port))


NAME_SERVER = "127.0.0.9"


def delegate(stopping: threading.Event, listener: socket.socket) -> None:
    """Answer as the root, which delegates one name, or as the name server of that one."""
    is_root = listener.getsockname()[1] != 53
    listener.settimeout(0.1)
    while not stopping.is_set():
        try:
            octets, client = listener.recvfrom(4096)
        except TimeoutError:
            continue
        reply = dns.message.make_response(dns.message.from_wire(octets))
        name, kind = reply.question[0].name, dns.rdatatype.to_text(reply.question[0].rdtype)
        answer, section = (name, "A", REAL["A"]), reply.answer
        if is_root and name.to_text().lower().endswith("innocent.example.org."):
            answer, section = (INNOCENT, "NS", "ns1.corsaronero.pro."), reply.authority
        elif name == dns.name.root and kind == "NS":
            answer = (name, "NS", "ns.")
        elif kind != "A":
            soa = (INNOCENT if not is_root else dns.name.root, "SOA", "ns. h. 1 60 60 60 60")
            answer, section = soa, reply.authority
        elif name.to_text().lower() == "ns1.corsaronero.pro.":
            answer = (name, "A", NAME_SERVER)
        if section is reply.answer or answer[1] == "SOA":
            reply.flags |= dns.flags.AA
        section.append(dns.rrset.from_text(answer[0], 60, "IN", *answer[1:]))
        listener.sendto(reply.to_wire(), client)


INNOCENT = dns.name.from_text("innocent.example.org.")


SIGNED_ZONE = """\
$ORIGIN signed.example.
$TTL 60
@ SOA ns host 1 60 60 60 60
@ NS ns
ns A 127.0.0.1
www A 192.0.2.99
alias CNAME blocked
blocked A 192.0.2.99
bogus A 192.0.2.99
"""


@contextlib.contextmanager
def signed(folder: Path) -> Iterator[str]:
    """Sign the zone, break one answer of it, serve it; the clauses of an Unbound that trusts it."""

    def run(program: str, *words: str) -> str:
        command = [find_program(program), *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    (folder / "zone").write_text(SIGNED_ZONE)
    algorithm = ("-a", "ECDSAP256SHA256")
    run("dnssec-keygen", *algorithm, "signed.example")
    key = run("dnssec-keygen", *algorithm, "-f", "KSK", "signed.example")
    run("dnssec-signzone", "-S", "-f", "zone.signed", "-o", "signed.example", "zone")
    zone = (folder / "zone.signed").read_text()
    broken = re.sub(r"(?m)^(bogus.*IN A\s+192\.0\.2\.)99$", r"\g<1>98", zone)
    assert broken != zone
    (folder / "zone.signed").write_text(broken)
    port = free_port()
    (folder / "named.conf").write_text(
        f'options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }};\n'
        "listen-on-v6 { none; }; pid-file none; session-keyfile none; recursion no; };\n"
        'controls { };\nzone "signed.example" { type primary; file "zone.signed"; };\n'
    )
    command = [find_program("named"), "-g", "-n", "1", "-c", str(folder / "named.conf")]
    is_up = lambda: ask("www.signed.example", port, timeout=0.5).is_real  # noqa: E731
    with running(command, folder, ready=is_up):
        yield (
            f'    trust-anchor-file: "{folder}/{key}.key"\n'
            f'stub-zone:\n    name: "signed.example"\n    stub-addr: 127.0.0.1@{port}\n'
        )


def test_beside_the_validator(tmp_path: Path, stub: Upstream) -> None:
    """Made answers in a signed zone are neither bogus nor authentic; the others are validated."""
    path = tmp_path / "it.blk"
    image("blocked.signed.example").save(path)
    with (
        signed(tmp_path) as clauses,
        unbound(tmp_path, path, stub.port, server=clauses) as server,
    ):

        def authentic(name: str, kind: str = "A") -> tuple[str, bool, bool]:
            query = dns.message.make_query(f"{name}.signed.example", kind, want_dnssec=True)
            reply = dns.query.udp(query, "127.0.0.1", timeout=5, port=server.port)
            is_told = any(isinstance(option, dns.edns.EDEOption) for option in reply.options)
            return dns.rcode.to_text(reply.rcode()), bool(reply.flags & dns.flags.AD), is_told

        for _ in range(2):
            assert authentic("www") == ("NOERROR", True, False)
            assert authentic("missing") == ("NXDOMAIN", True, False)
            assert authentic("bogus") == ("SERVFAIL", False, False)
            for name in ("blocked", "www.blocked", "alias"):
                assert authentic(name) == ("NOERROR", False, True), name
            assert authentic("blocked", "DS") == ("NOERROR", True, False)  # not blocked
            assert authentic("alias", "CNAME") == ("NOERROR", True, False)


def test_swaps_under_load_on_two_threads(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    images = [image("always.example", f"one{turn}.example", "=a.example") for turn in range(2)]
    images[0].save(path)
    server_clause = "    num-threads: 2\n"
    with unbound(tmp_path, path, stub.port, settings=QUICK, server=server_clause) as server:
        wrong: list[str] = []
        stopping = threading.Event()

        def work(worker: int) -> None:
            for number in itertools.count():
                if stopping.is_set():
                    return
                front = f"n{number}-{worker}"
                if not ask(f"{front}.never.example", server.port).is_real:
                    wrong.append(f"{front}.never")
                if not ask(f"{front}.always.example", server.port).errors:
                    wrong.append(f"{front}.always")

        workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for worker in workers:
            worker.start()
        for turn in range(20):
            images[turn % 2].save(path)
            time.sleep(0.05)
        stopping.set()
        for worker in workers:
            worker.join()
        assert wrong == []
        assert server.log().count(": 3 rules, image ") > 5
        assert "error" not in server.log()


def test_wrong_settings_stop_the_first_start(
    tmp_path: Path, stub: Upstream, founding: Path
) -> None:
    configure(tmp_path, founding, stub.port, settings='response = "drop"\n')
    for command in ("unbound-checkconf", "unbound"):
        words = ["-d", "-c"] if command == "unbound" else []
        done = subprocess.run(
            [find_program(command), *words, tmp_path / "unbound.conf"],
            env=environment(), capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode != 0
        told = "response cannot be 'drop': a module of Unbound cannot send that"
        assert f"error: blocklist: {tmp_path}/blocklist.toml:2: {told}\n" in done.stderr
        assert "Traceback" not in done.stderr
        assert 'File "' not in done.stderr


def test_the_user_of_the_service_keeps_the_image_too(
    tmp_path: Path, stub: Upstream, founding: Path
) -> None:
    """Unbound starts as root and reloads as its own user."""
    try:
        user = pwd.getpwnam("unbound")
    except KeyError:
        pytest.skip("no user unbound")
    if os.getuid() != 0:
        pytest.skip("only root can change users")
    server = '    username: "unbound"\n'
    for folder in (tmp_path, *tmp_path.parents):
        if folder == tmp_path or folder.name.startswith(("pytest-", "popen-")):  # all are pytest's
            folder.chmod(0o755)
    os.chown(tmp_path, user.pw_uid, user.pw_gid)
    with unbound(tmp_path, founding, stub.port, server=server) as started:
        replaced = tmp_path / "new"
        replaced.write_bytes(b"no image")
        replaced.replace(founding)
        started.reload()
        assert is_ours(ask("www.corsaronero.pro", started.port)), started.log()


def test_thousands_of_names_are_answered_as_the_image_says(tmp_path: Path, stub: Upstream) -> None:
    draw = random.Random(16)
    labels = ["a", "b", "xn--fa-hia", "_x", "3-4"]

    def some(most: int) -> str:
        return ".".join(draw.choices(labels, k=draw.randint(1, most)))

    listed = [f"{some(4)}.{top}" for top in ("com", "org") for _ in range(200)]
    allowed = [f"{some(2)}.{name}" for name in listed[::5]]
    written, excepted = (
        dict.fromkeys(draw.choice(["{}", "={}", "*.{}"]).format(name) for name in names)
        for names in (listed, allowed)
    )
    path = tmp_path / "it.blk"
    image(*written, "*zzq*.com", exceptions=excepted).save(path)
    blocked = Blocklist.open(path)
    near = [f"{front}{name}" for name in listed + allowed for front in ("", "a.", "b.a.", "not")]
    near += [name.partition(".")[2] for name in listed + allowed]
    near += [f"{some(5)}.{top}" for top in ("com", "org") for _ in range(1000)]
    near += [f"{name}.net" for name in listed] + ["a.zzqb.com", "zzq.org", "zz.q.com"]
    expected = {name: blocked.is_blocked(name) for name in near}
    with unbound(tmp_path, path, stub.port) as server:
        for name, is_blocked in expected.items():
            reply = ask("".join(draw.choice((c, c.upper())) for c in name), server.port)
            assert reply.is_real is not is_blocked, name
            assert bool(reply.errors) is is_blocked, name
    assert len(expected) > 2000
    assert 500 < sum(expected.values()) < len(expected) - 500


def test_octets_that_mean_something_in_text(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    image("blocked.example").save(path)
    with unbound(tmp_path, path, stub.port, settings='response = "nxdomain"\n') as server:
        for label in ['\\".x', "a\\ b\\;c", "\\000\\255\\010", "\\.", "@", "$(x)", "*"]:
            reply = ask(f"{label}.blocked.example", server.port)
            assert reply.rcode == "NXDOMAIN", (label, server.log())
            assert reply.message is not None
            assert reply.message.authority[0].name == reply.message.question[0].name


def test_confidential_orders_are_not_named(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    orders = [order("secret.example", id="it:secret:1", confidential=True)]
    compile_orders(orders).save(path)
    settings = "log_hits = true\nlog_clients = true\n"
    with unbound(tmp_path, path, stub.port, settings=settings) as server:
        reply = ask("www.secret.example", server.port)
        assert not reply.is_real
        assert [text for _, text in reply.errors] == [""]
        assert "(confidential) by (confidential) for 127.0.0.1" in server.log()
        assert "secret" not in server.log()
