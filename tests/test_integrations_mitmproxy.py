"""The mitmproxy addon, in a real mitmdump with the configuration of the how-to."""

from __future__ import annotations

import os
import random
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from helpers import image, order
from servers.curl import connect_status, curl
from servers.dns import answers, ask, upstream
from servers.founding import CLOAKED, EXAMPLE, MUST_BLOCK, MUST_RESOLVE
from servers.http import LINK, Origin, Reply, origin
from servers.page import fenced
from servers.program import Program, find_program, free_port, listens, running, until
from signing_keys import KEY, OTHER

import blocklist
from blocklist import Blocklist, compile_orders, load_orders, save_signed

pytestmark = pytest.mark.no_core

PAGE = "mitmproxy.md"
IMAGE = "/var/lib/blocklist/it.blk"
SCRIPT = "/etc/mitmproxy/block.py"
MODES = "  - regular@8080\n  - reverse:dns://192.0.2.53@53\n"
PASS_THROUGH = """
def tls_clienthello(data):
    data.ignore_connection = data.client_hello.sni != "front.example"
"""
LATER = """
import asyncio
from pathlib import Path
from mitmproxy import ctx

def load_ours():
    ctx.options.update(scripts=[*ctx.options.scripts, str(Path(__file__).with_name("block.py"))])

def running():
    asyncio.get_running_loop().call_later(0.5, load_ours)
"""
OWN = ("127.0.0.2", "http://shared.example/film", "own.example")


DEMANDED = {
    "nxdomain": "NXDOMAIN", "refused": "REFUSED", "drop": "SERVFAIL", "tcp-only": "NOERROR",
}  # fmt: skip
"""What an order may demand, and the RCODE of mitmproxy's answer."""


def environment() -> dict[str, str]:
    """mitmproxy has an environment of its own, but what is tested is this tree.

    Its Python may be another, for which the native core of this tree was not built.
    """
    home = Path(blocklist.__file__).parents[1]
    inherited = {k: v for k, v in os.environ.items() if k != "BLOCKLIST_REQUIRE_NATIVE"}
    return {**inherited, **({"PYTHONPATH": str(home)} if home.name == "src" else {})}


class Proxy(NamedTuple):
    """Where one mitmdump listens, and what lies behind it."""

    program: Program
    image: Path
    origin: Origin
    chained: int
    regular: int
    socks: int
    reverse: int
    dns: int


@contextmanager
def serving(
    folder: Path, *options: str, before: str = "", is_signed: bool = False
) -> Iterator[Proxy]:
    """Run mitmdump in several modes; ``before`` is a script that is loaded before ours."""
    mitmdump = find_program("mitmdump")
    path = folder / "it.blk"
    demanded = [order(f"{action}.example", id=action, response=action) for action in DEMANDED]
    orders = [*load_orders(EXAMPLE), order(*OWN, id="own"), *demanded]
    compiled = compile_orders(orders, jurisdiction="IT", permit=["127.0.0.2"])
    if is_signed:
        save_signed(compiled, path, KEY)
        options += ("--set", f"blocklist_key={KEY.verifier}")
    else:
        compiled.save(path)
    (folder / "block.py").write_text(fenced(PAGE, "py"))
    config = fenced(PAGE, "yaml")
    for text in (IMAGE, SCRIPT, MODES):
        assert text in config
    with origin() as behind, upstream(CLOAKED) as resolver:
        taken: set[int] = set()
        while len(taken) < 5:
            taken.add(free_port())
        ports = list(taken)
        modes = [
            f"upstream:http://127.0.0.1:{behind.port}@{ports[0]}", f"regular@{ports[1]}",
            f"socks5@{ports[2]}", f"reverse:http://127.0.0.1:{behind.port}@{ports[3]}",
            f"reverse:dns://127.0.0.1:{resolver.port}@{ports[4]}",
        ]  # fmt: skip
        config = config.replace(MODES, "".join(f"  - {mode}\n" for mode in modes))
        config = config.replace(IMAGE, str(path)).replace(SCRIPT, str(folder / "block.py"))
        if before:
            (folder / "before.py").write_text(before)
            config = config.replace("scripts:\n", f"scripts:\n  - {folder / 'before.py'}\n")
        (folder / "config.yaml").write_text(config)
        command = [
            mitmdump, "--set", f"confdir={folder}", "--listen-host", "127.0.0.1",
            "--set", "keep_host_header=true", "--set", "ssl_insecure=true", *options,
        ]  # fmt: skip

        def ready() -> bool:
            return all(listens(port)() for port in ports[:4]) and answers(ports[4])()

        with running(command, folder, ready=ready, env=environment()) as program:
            yield Proxy(program, path, behind, *ports)
            assert "Addon error" not in program.output()
            assert "Traceback" not in program.output(), program.output()


@pytest.fixture(scope="module")
def proxy(core: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with serving(tmp_path_factory.mktemp("mitm"), "--set", "stream_large_bodies=10k") as proxy:
        yield proxy


def test_the_founding_case(proxy: Proxy) -> None:
    through = ("-x", f"http://127.0.0.1:{proxy.chained}")
    for name in MUST_BLOCK:
        for host in (name, f"{name}:80", f"{name}."):
            assert curl(*through, f"http://{host}/x").is_page, host
        assert connect_status(*through, f"https://{name}/") == 451, name
    for name in MUST_RESOLVE:
        reply = curl(*through, f"http://{name}/x")
        assert reply.body == f"GET http://{name}/x", name
        assert connect_status(*through, f"http://{name}/") == 200, name
    assert not [line for line in proxy.origin.asked if "www." in line and ".pro/" in line.lower()]


def test_the_page(proxy: Proxy) -> None:
    url = ("-x", f"http://127.0.0.1:{proxy.regular}", "http://corsaronero.pro/")
    reply = curl(*url, "-H", "Accept-Language: it")
    assert (reply.status, reply.headers["content-language"]) == (451, "it")
    assert "Tribunale di Milano" in reply.body
    reply = curl("--head", *url)
    assert (reply.status, reply.headers["link"], reply.body) == (451, LINK, "")


def test_which_list_is_in_use_is_told(proxy: Proxy) -> None:
    said = f"blocklist {Blocklist.open(proxy.image).image.content_digest[:16]}"
    url = "http://check.rpz.blocklist/"
    for port in (proxy.chained, proxy.regular):
        reply = curl("-x", f"http://127.0.0.1:{port}", url)
        assert (reply.status, reply.body) == (200, f"{said}\n")
    told = ask("check.rpz.blocklist", proxy.dns, "TXT")
    assert told.message is not None
    assert told.message.answer[0].to_text() == f'check.rpz.blocklist. 0 IN TXT "{said}"'
    assert not ask("check.rpz.blocklist", proxy.dns).addresses
    assert ask("x.check.rpz.blocklist", proxy.dns, "TXT").message.answer[0].ttl  # type: ignore[union-attr]


def test_each_name_that_a_request_has(proxy: Proxy) -> None:
    regular, reverse = (
        ("-x", f"http://127.0.0.1:{proxy.regular}"), (f"http://127.0.0.1:{proxy.reverse}/",)
    )  # fmt: skip
    here = f"127.0.0.1:{proxy.origin.port}"
    assert curl(*regular, f"http://{here}/x", "-H", "Host: WWW.LimeTorrents.pro.:80").is_page
    assert curl(*regular, "http://corsaronero.pro/", "-H", f"Host: {here}").is_page
    for host in ("M.KickAssTorrents.tO", "corsaronero.pro:80", "limetorrents.pro."):
        assert curl(*reverse, "-H", f"Host: {host}").is_page, host
    for host in ("example.org", "notcorsaronero.pro:80", "[::1]:80"):
        assert curl(*reverse, "-H", f"Host: {host}").body == "GET /", host
    socks = ("--socks5-hostname", f"127.0.0.1:{proxy.socks}")
    assert curl(*socks, f"http://{here}/y").body == "GET /y"
    assert curl(*socks, f"http://{here}/y", "-H", "Host: www.corsaronero.pro").is_page
    assert curl(*socks, "http://www.corsaronero.pro/").status == 0  # see the how-to: eager


def test_urls_and_addresses(proxy: Proxy) -> None:
    through = ("-x", f"http://127.0.0.1:{proxy.chained}")
    for blocked in ("/film", "/film/1?x", "/a/../film"):
        assert curl(*through, f"http://shared.example{blocked}").status == 403, blocked
    for passed in ("/", "/films", "/?/film"):
        assert curl(*through, f"http://shared.example{passed}").status == 200, passed
    assert curl(*through, f"http://127.0.0.2:{proxy.origin.port}/").status == 403
    assert connect_status(*through, "https://127.0.0.2/") == 403
    assert curl(*through, f"http://127.0.0.1:{proxy.origin.port}/").status == 200


def inside_tls(proxy: Proxy, name: str, *more: str) -> Reply:
    """Ask through a tunnel to an innocent address, with ``name`` as SNI."""
    there = f"127.0.0.1:{proxy.origin.tls_echo}"
    return curl(
        "-k", "-p", "-x", f"http://127.0.0.1:{proxy.regular}", "--connect-to",
        f"{name}:443:{there}", f"https://{name}/", *more, seconds=2,
    )  # fmt: skip


def test_a_blocked_sni_gets_its_page_inside_tls(proxy: Proxy) -> None:
    for more in ((), ("--http1.1",), ("-H", "Host: example.org")):
        reply = inside_tls(proxy, "www.corsaronero.pro", *more)
        assert reply.is_page, more
    assert b"GET" not in b"".join(proxy.origin.echoed)


def test_nothing_of_an_upload_is_sent_on(proxy: Proxy) -> None:
    """The page comes unless mitmproxy would stream the upload, which it is told to above 10k."""
    through = ("-x", f"http://127.0.0.1:{proxy.chained}")
    streamed, chunked = ("--data", "x" * 100_000), ("-H", "Transfer-Encoding: chunked")
    before = len(proxy.origin.asked)
    assert curl(*through, "http://limetorrents.pro/up", "--data", "x" * 5000).is_page
    for body in (streamed, (*streamed, *chunked), ("--data", "x", *chunked)):
        assert curl(*through, "http://limetorrents.pro/up", *body, seconds=5).status == 0
    assert len(proxy.origin.asked) == before
    assert curl(*through, "http://example.org/up", *streamed).status == 200


def socks_connection(port: int, host: str, to: int) -> socket.socket:
    """Open a connection by SOCKS 5 (RFC 1928), the host by name."""
    connection = socket.create_connection(("127.0.0.1", port), 5)
    connection.sendall(b"\x05\x01\x00")
    assert connection.recv(2) == b"\x05\x00"
    name = host.encode()
    connection.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack("!H", to))
    connection.recv(10)
    return connection


def said(connection: socket.socket) -> bytes:
    with connection:
        connection.settimeout(1.5)
        connection.sendall(b"hello\n")
        try:
            return connection.recv(100)
        except (ConnectionError, TimeoutError):
            return b""


def test_what_is_not_http(proxy: Proxy) -> None:
    """The echo of the origin answers, but not to blocked hosts."""
    echo = proxy.origin.echo
    assert said(socks_connection(proxy.socks, "127.0.0.1", echo)) == b"hello\n"
    assert said(socks_connection(proxy.socks, "127.0.0.2", echo)) == b""
    assert said(socks_connection(proxy.socks, "www.corsaronero.pro", echo)) == b""


def test_tls_that_is_not_http(proxy: Proxy) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

    def inside(name: str) -> bytes:
        connection = socks_connection(proxy.socks, "127.0.0.1", proxy.origin.tls_echo)
        with context.wrap_socket(connection, server_hostname=name) as secure:
            return said(secure)

    assert inside("example.org") == b"hello\n"
    assert inside("www.limetorrents.pro") == b""
    assert proxy.origin.echoed.count(b"hello\n") >= 1


def test_dns(proxy: Proxy) -> None:
    for name in MUST_BLOCK:
        reply = ask(name, proxy.dns)
        assert (reply.rcode, reply.addresses) == ("NOERROR", ()), name
        ((code, text),) = reply.errors
        assert code == 16
        assert text
    assert ask("own.example", proxy.dns).errors == ((15, "the operator's own policy (own)"),)
    assert ask("corsaronero.pro", proxy.dns, "MX").message.answer  # type: ignore[union-attr]
    assert not ask("corsaronero.pro", proxy.dns, "AAAA", tcp=True).is_real
    for name in MUST_RESOLVE:
        assert ask(name, proxy.dns).is_real, name
        assert ask(name, proxy.dns).errors == ()


def test_what_an_order_demands_of_dns(proxy: Proxy) -> None:
    for action, rcode in DEMANDED.items():
        reply = ask(f"www.{action}.example", proxy.dns)
        assert (reply.rcode, reply.is_real) == (rcode, False), action
    reply = ask("tcp-only.example", proxy.dns)
    assert reply.message is not None
    assert reply.message.flags & 0x0200  # TC
    assert ask("tcp-only.example", proxy.dns, tcp=True).is_real


def test_an_alias_of_a_blocked_name(proxy: Proxy) -> None:
    for name in CLOAKED:
        reply = ask(name, proxy.dns)
        assert (reply.is_real, reply.errors[0][0]) == (False, 16)


def test_hostile_octets_do_not_stop_it(proxy: Proxy) -> None:
    random_ = random.Random(5)
    for number in range(60):
        host = random_.randbytes(random_.randrange(1, 40)).replace(b"\n", b"").replace(b"\r", b"")
        target = (b"http://" + host + b"/", b"/", host)[number % 3]
        method = (b"GET", b"CONNECT")[number % 2]
        with socket.create_connection(("127.0.0.1", proxy.chained), 5) as connection:
            head = b"%s %s HTTP/1.1\r\nHost: %s\r\nAccept-Language: %s\r\n\r\n"
            connection.sendall(head % (method, target, host, host))
            connection.settimeout(5)
            connection.recv(100)
        with socket.socket(type=socket.SOCK_DGRAM) as query:
            query.sendto(b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + host,
                         ("127.0.0.1", proxy.dns))  # fmt: skip
    assert curl("-x", f"http://127.0.0.1:{proxy.chained}", "http://corsaronero.pro/").is_page
    assert not ask("corsaronero.pro", proxy.dns).is_real


def test_images_come_and_go(core: str, tmp_path: Path) -> None:
    options = (
        "--set", "blocklist_response=sinkhole 192.0.2.1 2001:db8::1",
        "--set", "connection_strategy=lazy",
    )  # fmt: skip
    with serving(tmp_path, *options, before=PASS_THROUGH, is_signed=True) as proxy:
        through = ("-x", f"http://127.0.0.1:{proxy.chained}")
        socks = ("--socks5-hostname", f"127.0.0.1:{proxy.socks}")
        assert curl(*socks, "http://www.corsaronero.pro/").is_page
        assert inside_tls(proxy, "www.corsaronero.pro").is_page
        assert inside_tls(proxy, "example.org").status == 0  # the echo itself, no HTTP
        assert inside_tls(proxy, "front.example", "-H", "Host: www.corsaronero.pro").is_page
        assert proxy.origin.greeted == ["example.org"]
        assert ask("corsaronero.pro", proxy.dns).addresses == ("192.0.2.1",)
        assert ask("corsaronero.pro", proxy.dns, "AAAA").addresses == ("2001:db8::1",)
        assert curl(*through, "http://own.example/").status == 403
        new = image(*(f"new{n}.example" for n in range(20)))
        new.save(proxy.image)
        until(lambda: "it.blk: its note is about another file" in proxy.program.output())
        assert curl(*through, "http://own.example/").status == 403
        save_signed(new, proxy.image, KEY)
        (tmp_path / "block.py").touch()  # mitmproxy loads the script again
        until(lambda: curl(*through, "http://new0.example/").status == 403)
        assert curl(*through, "http://own.example/").status == 200
        proxy.image.with_suffix(".bad").write_bytes(b"not an image")
        proxy.image.with_suffix(".bad").replace(proxy.image)
        time.sleep(2.2)
        assert curl(*through, "http://new0.example/").status == 403
        assert "the last good image stays in use" in proxy.program.output()
        assert proxy.program.output().count("Loading script") == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "No such file or directory"), (b"rubbish" * 100, "it.blk: ")],
    ids=["missing", "damaged"],
)
def test_without_a_good_image_it_does_not_start(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    path = tmp_path / "it.blk"
    if content is not None:
        path.write_bytes(content)
    output = refused(tmp_path, "--set", f"blocklist_image={path}")
    assert "blocklist: " in output
    assert told in output


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (OTHER.verifier, "it.blk: not signed by a trusted key; signed by isp.example/it+"),
        ("isp.example/it", "not a verifier key, or not all of one ('isp.example/it')"),
    ],
    ids=["another key", "no key"],
)
def test_without_an_image_of_that_key_it_does_not_start(
    tmp_path: Path, key: object, told: str
) -> None:
    path = tmp_path / "it.blk"
    save_signed(image("a.example"), path, KEY)
    good = f"blocklist_image={path}"
    assert told in refused(tmp_path, "--set", good, "--set", f"blocklist_key={key}")


def test_a_script_that_is_loaded_later_without_a_good_image_refuses_everything(
    tmp_path: Path,
) -> None:
    (tmp_path / "block.py").write_text(fenced(PAGE, "py"))
    (tmp_path / "later.py").write_text(LATER)
    web, names = free_port(), free_port()
    command: list[str | Path] = [
        find_program("mitmdump"), "--set", f"confdir={tmp_path}", "--listen-host", "127.0.0.1",
        "--mode", f"regular@{web}", "--mode", f"reverse:dns://127.0.0.1:9@{names}",
        "-s", tmp_path / "later.py",
    ]  # fmt: skip
    program = Program(command, tmp_path, env=environment())
    try:
        program.wait_until(lambda: "blocklist: set blocklist_image" in program.output())
        reply = curl("-x", f"http://127.0.0.1:{web}", "http://127.0.0.1:9/")
        assert (reply.status, reply.body) == (
            503, "no blocklist is loaded; see the log of the proxy",
        )  # fmt: skip
        assert connect_status("-x", f"http://127.0.0.1:{web}", "https://127.0.0.1:9/") == 503
        assert ask("example.org", names).rcode == "SERVFAIL"
    finally:
        program.stop()


def test_without_an_option_it_does_not_start(tmp_path: Path) -> None:
    output = refused(tmp_path)
    assert "blocklist: set blocklist_image to the path of an image" in output


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (
            "blocklist_response=rubbish",
            "unknown response 'rubbish'; choose one of: nxdomain, nodata",
        ),
        ("blocklist_blocked_by=no uri", "blocked_by must be an http: or https: URI, not 'no uri'"),
        ("blocklist_language=tlh", "no page in language 'tlh'"),
        ("blocklist_log_clients=rubbish", "an option has the wrong type or is given twice"),
    ],
)
def test_with_a_bad_option_it_does_not_start(tmp_path: Path, option: str, told: str) -> None:
    image("a.example").save(tmp_path / "it.blk")
    good = f"blocklist_image={tmp_path / 'it.blk'}"
    assert f"blocklist: {told}" in refused(tmp_path, "--set", good, "--set", option)


def refused(folder: Path, *options: str) -> str:
    """Start mitmdump with options that cannot be right, and return what it said as it ended."""
    (folder / "block.py").write_text(fenced(PAGE, "py"))
    command: list[str | Path] = [
        find_program("mitmdump"), "--set", f"confdir={folder}", "--listen-host", "127.0.0.1",
        "-p", str(free_port()), "-s", folder / "block.py", *options,
    ]  # fmt: skip
    program = Program(command, folder, env=environment())
    try:
        assert program.process.wait(30) != 0
    finally:
        program.stop()
    assert "Traceback" not in program.output()
    return program.output()
