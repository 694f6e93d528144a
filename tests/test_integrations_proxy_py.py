"""The proxy.py plug-in, in a real proxy with the command of the how-to."""

from __future__ import annotations

import os
import random
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from helpers import image, order
from servers.curl import connect_status, curl
from servers.founding import EXAMPLE, MUST_BLOCK, MUST_RESOLVE
from servers.http import LINK, Origin, origin
from servers.page import fenced
from servers.program import Program, find_program, free_port, listens, missing, running, until
from signing_keys import KEY, NEXT, OTHER

from blocklist import Blocklist, compile_orders, load_orders, save_signed
from blocklist.errors import missing_extra

pytestmark = pytest.mark.no_core

IMAGE = "/var/lib/blocklist/it.blk"
PLUGIN = "blocklist.integrations.proxy_py.BlocklistPlugin"
OWN = ("127.0.0.2", "http://shared.example/film")


class Proxy(NamedTuple):
    """Where proxy.py listens, its image, and what lies behind."""

    program: Program
    port: int
    image: Path
    origin: Origin

    @property
    def option(self) -> tuple[str, str]:
        return "-x", f"http://127.0.0.1:{self.port}"


def page_command(port: int, path: Path) -> list[str]:
    """The command of the how-to, with a port and an image of this test."""
    text = fenced("proxy-py.md", "sh")
    assert IMAGE in text
    name, *arguments = shlex.split(text.replace("\\\n", "").replace(IMAGE, str(path)))
    assert name == "proxy"
    arguments[arguments.index("--port") + 1] = str(port)
    return [sys.executable, "-m", "proxy", *arguments]


@contextmanager
def serving(
    folder: Path, *options: str, chained: bool = True, is_signed: bool = False
) -> Iterator[Proxy]:
    try:
        __import__("proxy")
    except ImportError:
        missing("no proxy.py here")
    path = folder / "it.blk"
    port = free_port()
    command = [*page_command(port, path), "--num-workers", "1", "--num-acceptors", "1", *options]
    with origin() as behind:
        secret = f"http://127.0.0.1:{behind.tls_echo}/secret"
        orders = [*load_orders(EXAMPLE), order(*OWN, secret, id="own")]
        compiled = compile_orders(orders, jurisdiction="IT", permit=["127.0.0.2", secret])
        if is_signed:
            save_signed(compiled, path, KEY)
            command += ["--blocklist-key", str(NEXT.verifier), str(KEY.verifier)]
        else:
            compiled.save(path)
        if chained:  # to the origin, which says yes for every host
            at = command.index(PLUGIN)
            command[at] += ",proxy.plugin.ProxyPoolPlugin"
            command += ["--proxy-pool", f"127.0.0.1:{behind.port}"]
        environment = {**os.environ, "HOME": str(folder)}
        with running(command, folder, ready=listens(port), env=environment) as program:
            yield Proxy(program, port, path, behind)
            # proxy.py itself stumbles over paths that are not UTF-8.
            assert "integrations/" not in program.output(), program.output()


@pytest.fixture(scope="module")
def proxy(core: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with serving(tmp_path_factory.mktemp("proxy")) as proxy:
        yield proxy


def test_the_founding_case(proxy: Proxy) -> None:
    for name in MUST_BLOCK:
        for host in (name, f"{name}:80", f"{name}."):
            assert curl(*proxy.option, f"http://{host}/x").is_page, host
        assert connect_status(*proxy.option, f"https://{name}/") == 451, name
    for name in MUST_RESOLVE:
        reply = curl(*proxy.option, f"http://{name}/x")
        assert (reply.status, reply.body[:3]) == (200, "GET"), name
        assert connect_status(*proxy.option, f"http://{name}/") == 200, name
    assert not [line for line in proxy.origin.asked if "www.cors" in line.lower()]


def test_the_page(proxy: Proxy) -> None:
    url = (*proxy.option, "http://corsaronero.pro/")
    reply = curl(*url, "-H", "Accept-Language: it")
    assert (reply.status, reply.headers["content-language"]) == (451, "it")
    assert "Tribunale di Milano" in reply.body
    assert int(reply.headers["content-length"]) == len(reply.body.encode())
    reply = curl("--head", *url)
    assert (reply.status, reply.headers["link"], reply.body) == (451, LINK, "")
    assert curl(*url, "--data", "x" * 1000).is_page


def test_which_list_is_in_use_is_told(proxy: Proxy) -> None:
    reply = curl(*proxy.option, "http://check.rpz.blocklist/")
    digest = Blocklist.open(proxy.image).image.content_digest
    assert (reply.status, reply.body) == (200, f"blocklist {digest[:16]}\n")


def test_hosts_urls_and_addresses(proxy: Proxy) -> None:
    here = f"http://127.0.0.1:{proxy.origin.port}"
    assert curl(*proxy.option, f"{here}/", "-H", "Host: WWW.LimeTorrents.pro.:80").is_page
    assert curl(*proxy.option, "http://corsaronero.pro/", "-H", "Host: example.org").is_page
    for blocked in ("/film", "/film/1?x", "/a/../film"):
        assert curl(*proxy.option, f"http://shared.example{blocked}").status == 403, blocked
    for passed in ("/", "/films", "/?/film"):
        assert curl(*proxy.option, f"http://shared.example{passed}").status == 200, passed
    assert curl(*proxy.option, f"http://127.0.0.2:{proxy.origin.port}/").status == 403
    assert curl(*proxy.option, f"{here}/").status == 200


def two_requests(proxy: Proxy, hosts: tuple[str, str]) -> list[bytes]:
    """The beginnings of the answers to two requests on one connection."""
    told = []
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as connection:
        connection.settimeout(5)
        for host in hosts:
            connection.sendall(f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            head = b""
            while octets := connection.recv(65_536):
                head += octets
                if b"\r\n\r\n" in head and not head.endswith(b"\r\n\r\n"):
                    break
            told.append(head[:12])
    return told


def test_behind_another_plug_in_a_connection_has_one_request(proxy: Proxy) -> None:
    assert two_requests(proxy, ("a.example", "corsaronero.pro")) == [b"HTTP/1.1 200", b""]
    assert not [
        line for line in proxy.origin.asked if "//corsaronero.pro/" in line.replace(":80/", "/")
    ]


def test_hostile_octets_do_not_stop_it(proxy: Proxy) -> None:
    random_ = random.Random(5)
    for number in range(60):
        host = random_.randbytes(random_.randrange(1, 40)).replace(b"\n", b"").replace(b"\r", b"")
        target = (b"http://" + host + b"/", b"http://a.example/" + host)[number % 2]
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as connection:
            head = b"GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Language: %s\r\n\r\n"
            connection.sendall(head % (target, host, host))
            connection.settimeout(5)
            connection.recv(100)
    assert curl(*proxy.option, "http://corsaronero.pro/").is_page


def test_later_requests_and_those_inside_an_intercepted_tunnel_are_judged(
    core: str, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "ca-key.pem", tmp_path / "ca.pem"
    openssl = find_program("openssl")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
         certificate, "-subj", "/CN=proxy", "-days", "2"],
        check=True, capture_output=True,
    )  # fmt: skip
    (tmp_path / "certificates").mkdir()
    options = [
        "--ca-key-file", key, "--ca-cert-file", certificate, "--ca-signing-key-file", key,
        "--ca-cert-dir", tmp_path / "certificates", "--insecure-tls-interception",
    ]  # fmt: skip
    with serving(tmp_path, *map(str, options), chained=False) as proxy:

        def inside(name: str, path: str = "/") -> bytes | int:
            there = f"{name}:443:127.0.0.1:{proxy.origin.tls_echo}"
            before = len(proxy.origin.echoed)
            url = f"https://{name}{path}"
            reply = curl(
                "-k", "-p", *proxy.option, "--connect-to", there, url,
                "-H", "Accept-Language: it", seconds=2,
            )  # fmt: skip
            return reply.status or b"".join(proxy.origin.echoed[before:])

        here = f"127.0.0.1:{proxy.origin.port}"
        assert two_requests(proxy, (here, here)) == [b"HTTP/1.1 200"] * 2
        told = two_requests(proxy, (here, "corsaronero.pro"))
        assert told == [b"HTTP/1.1 200", b"HTTP/1.1 451"]
        assert inside("www.limetorrents.pro") == 451
        assert inside("shared.example", "/film") == 403
        assert inside("other.example", "/secret") == 403  # as the CONNECT names its host
        passed = inside("shared.example", "/films")
        assert isinstance(passed, bytes)
        assert passed.startswith(b"GET /films ")


def test_a_replaced_image_is_taken(core: str, tmp_path: Path) -> None:
    with serving(tmp_path, is_signed=True) as proxy:
        # A worker opens the image at its first request.
        proxy.image.rename(tmp_path / "away")
        assert curl(*proxy.option, "http://example.org/").status == 503
        (tmp_path / "away").rename(proxy.image)
        assert curl(*proxy.option, "http://corsaronero.pro/").is_page
        new = image(*(f"new{n}.example" for n in range(9)))
        new.save(proxy.image)
        time.sleep(1.1)
        assert curl(*proxy.option, "http://corsaronero.pro/").is_page
        assert "it.blk: its note is about another file" in proxy.program.output()
        save_signed(new, proxy.image, KEY)
        until(lambda: curl(*proxy.option, "http://new0.example/").status == 403)
        assert curl(*proxy.option, "http://corsaronero.pro/").status == 200
        proxy.image.with_suffix(".bad").write_bytes(b"not an image")
        proxy.image.with_suffix(".bad").replace(proxy.image)
        time.sleep(1.1)
        assert curl(*proxy.option, "http://new0.example/").status == 403
        assert "the last good image stays in use" in proxy.program.output()


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (None, [], "No such file or directory"),
        (b"rubbish" * 100, [], "it.blk: "),
        (
            b"",
            ["--blocklist-blocked-by", "no uri"],
            "blocked_by must be an http: or https: URI, not 'no uri'",
        ),
        (b"", ["--blocklist-language", "tlh"], "no page in language 'tlh'"),
        (
            b"",
            ["--blocklist-key", str(OTHER.verifier)],
            "it.blk: not signed by a trusted key; signed by isp.example/it+",
        ),
        (
            b"",
            ["--blocklist-key", "isp.example/it"],
            "not a verifier key, or not all of one ('isp.example/it')",
        ),
    ],
)
def test_it_does_not_start_without_what_it_needs(
    tmp_path: Path, content: bytes | None, options: list[str], told: str
) -> None:
    pytest.importorskip("proxy")
    path = tmp_path / "it.blk"
    save_signed(image("a.example"), path, KEY)
    if content is None:
        path.unlink()
    elif content:
        path.write_bytes(content)
    done = subprocess.run(
        [*page_command(free_port(), path), *options],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert told in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_the_image_has_to_be_named(tmp_path: Path) -> None:
    pytest.importorskip("proxy")
    done = subprocess.run(
        [sys.executable, "-m", "proxy", "--plugins", PLUGIN, "--port", str(free_port())],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "required: --blocklist-image" in done.stderr


def test_without_proxy_py_a_sentence_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules['proxy'] = None; import {PLUGIN[:-16]}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].endswith(
        missing_extra("the plugin of proxy.py", "proxy-py")
    )
