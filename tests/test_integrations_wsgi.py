"""The WSGI middleware: by PEP 3333's own validator, and in real servers with real clients."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from helpers import blocklist_of, image
from hypothesis import given
from hypothesis import strategies as st
from processortime import within
from servers.curl import connect_status, curl
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.http import LINK
from servers.page import fenced_all
from servers.program import free_port, listens, missing, running

from blocklist import ConfigurationError
from blocklist.integrations.wsgi import BlocklistMiddleware

PAGE = "asgi-and-wsgi.md"
IMAGE = "/var/lib/blocklist/it.blk"
APP = '''
from wsgiref.validate import validator

@validator
def app(environ, start_response):
    """Say yes to everything."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "9")])
    return [b"forwarded"]
'''
STDLIB = """
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True

make_server("127.0.0.1", {port}, app, Threads).serve_forever()
"""


def page_block() -> str:
    (block,) = [text for text in fenced_all(PAGE, "py") if "integrations.wsgi" in text]
    return block


class Body:
    """What an application returns: PEP 3333 wants it handed on as it is, and closed."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"passed"

    def close(self) -> None:
        self.closed = True


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Body()


def environ_of(host: str | None, path: str = "/", **fields: str) -> dict[str, Any]:
    environ: dict[str, Any] = {"PATH_INFO": path}
    setup_testing_defaults(environ)
    environ.pop("HTTP_HOST")
    if host is not None:
        environ["HTTP_HOST"] = host
    return {**environ, "SCRIPT_NAME": "", "QUERY_STRING": "", **fields}


def ask(app: Any, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """Call an application as a server does; status, headers, body."""
    said: list[Any] = []

    def start_response(status: str, headers: Any, error: Any = None) -> Callable[[bytes], None]:
        said.append((status, dict(headers)))
        return lambda _: None

    result = app(environ, start_response)
    try:
        body = b"".join(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    ((status, headers),) = said
    return status, headers, body


@pytest.fixture(scope="module")
def app(core: str) -> Any:
    blocked = blocklist_of(
        "blocked.example", "bücher.example", "http://shared.example/a%20b/%C3%A8?q=1",
        "2001:db8:7::/48",
    )  # fmt: skip
    middleware = BlocklistMiddleware(
        validator(application), blocked, blocked_by="https://isp.example/blocking"
    )
    return validator(middleware)


def latin(text: str) -> str:
    """Text as PEP 3333 wants its octets."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize(
    "environ",
    [
        environ_of("blocked.example"),
        environ_of("WWW.Blocked.Example.:80"),
        environ_of("innocent.example,blocked.example"),
        environ_of("[2001:db8:7::1]:80"),
        environ_of(latin("Bücher.example")),
        environ_of(latin("www。blocked。example")),
        environ_of("shared.example", latin("/a b/è"), QUERY_STRING="q=1"),
        environ_of("shared.example", latin("/è"), SCRIPT_NAME="/a b", QUERY_STRING="q=1"),
        environ_of("shared.example", "/", RAW_URI="/a%20b/%c3%a8?q=1"),
        environ_of("shared.example", "/", REQUEST_URI="http://shared.example/a%20b/%c3%a8?q=1"),
        environ_of("innocent.example", "/", RAW_URI="http://blocked.example/"),
        environ_of(None, "/", RAW_URI="blocked.example:443", REQUEST_METHOD="CONNECT"),
    ],
)
def test_blocked(app: Any, environ: dict[str, Any]) -> None:
    if environ["REQUEST_METHOD"] == "CONNECT":
        app = app.__closure__[0].cell_contents  # the validator warns of the method
    status, headers, body = ask(app, environ)
    assert status == "403 Forbidden"  # no authority
    assert headers["Link"] == LINK
    assert int(headers["Content-Length"]) == len(body) > 100


@pytest.mark.parametrize(
    "environ",
    [
        environ_of(None),
        environ_of("notblocked.example"),
        environ_of("blocked.example.org:80"),
        environ_of("[::1]:80"),
        environ_of("shared.example", latin("/a b/è")),
        environ_of("shared.example", "/a%20b/è".encode().decode("latin-1"), QUERY_STRING="q=1"),
        environ_of("shared.example", latin("/a b/è"), QUERY_STRING="q=2"),
        environ_of("shared.example", latin("/a b/è"), QUERY_STRING="q=1", RAW_URI="/other"),
    ],
)
def test_passed(app: Any, environ: dict[str, Any]) -> None:
    assert ask(app, environ) == ("200 OK", {"Content-Type": "text/plain"}, b"passed")


def test_a_list_of_hosts_has_an_end(app: Any) -> None:
    with within(0.5):
        ask(app, environ_of("a.example," * 6000))


def test_what_the_application_returns_is_not_touched() -> None:
    body = Body()

    def returning(environ: dict[str, Any], start_response: Callable[..., Any]) -> Body:
        start_response("200 OK", [])
        return body

    app = BlocklistMiddleware(returning, blocklist_of("a.example"))
    assert app(environ_of("b.example"), lambda *_: lambda _: None) is body
    assert not body.closed


def test_head_and_language(app: Any) -> None:
    environ = environ_of("blocked.example", REQUEST_METHOD="HEAD", HTTP_ACCEPT_LANGUAGE="de-AT,it")
    status, headers, body = ask(app, environ)
    assert (status, body, headers["Content-Language"]) == ("403 Forbidden", b"", "de")


def test_bad_configuration() -> None:
    with pytest.raises(ConfigurationError, match="no page in language 'xx'"):
        BlocklistMiddleware(application, blocklist_of("a.example"), default_language="xx")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20), st.booleans())
def test_no_text_raises(host: str, path: str, query: str, raw: bool) -> None:
    app = BlocklistMiddleware(application, blocklist_of("*a*", permit=["*a*"]))
    environ = environ_of(host, path, QUERY_STRING=query, HTTP_ACCEPT_LANGUAGE=query)
    ask(app, {**environ, "RAW_URI": path} if raw else environ)


# Real servers


def command(kind: str, port: int) -> list[str]:
    if kind == "gunicorn":
        options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--preload"]
        return [sys.executable, "-m", "gunicorn", *options, "gateway:app"]
    if kind == "waitress":
        return [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "gateway:app"]
    return [sys.executable, "serve.py"]


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[tuple[int, Path]]:
    """Run a server with the block of the how-to behind an application; its port, the image."""
    try:
        __import__(kind)
    except ImportError:
        missing(f"no {kind} here")
    path = folder / "it.blk"
    founding_image().save(path)
    block = page_block().replace("blocked_by=", "refresh_seconds=0.1, blocked_by=")
    assert "refresh_seconds" in block
    assert IMAGE in block
    port = free_port()
    gateway = f"{APP}\n{block.replace(IMAGE, str(path))}"
    (folder / "gateway.py").write_text(gateway)
    (folder / "serve.py").write_text(f"{gateway}\n{STDLIB.format(port=port)}")
    with running(command(kind, port), folder, ready=listens(port)) as program:
        yield port, path
        assert "Traceback" not in program.output()


@pytest.fixture(scope="module", params=["wsgiref", "gunicorn", "waitress"])
def server(
    request: pytest.FixtureRequest, core: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, int]]:
    with serving(request.param, tmp_path_factory.mktemp(request.param)) as (port, _):
        yield request.param, port


def host_of(name: str) -> tuple[str, str]:
    return "-H", f"Host: {name}"


def test_the_founding_case(server: tuple[str, int]) -> None:
    url = f"http://127.0.0.1:{server[1]}/x?y=1"
    for name in MUST_BLOCK:
        for host in (name, f"{name}:80", f"{name}."):
            assert curl(*host_of(host), url).is_page, host
    for name in (*MUST_RESOLVE, "[::1]:80", "127.0.0.1:1"):
        assert curl(*host_of(name), url).body == "forwarded", name


def test_an_answer_by_real_clients(server: tuple[str, int]) -> None:
    kind, port = server
    url = f"http://127.0.0.1:{port}/"
    reply = curl(*host_of("corsaronero.pro"), "-H", "Accept-Language: it-IT, en;q=0.5", url)
    assert (reply.status, reply.headers["content-language"]) == (451, "it")
    assert "Tribunale di Milano" in reply.body
    reply = curl("--head", *host_of("corsaronero.pro"), url)
    assert (reply.status, reply.body, reply.headers["link"]) == (451, "", LINK)
    assert curl(*host_of("corsaronero.pro"), "--data", "x" * 1000, url).status == 451
    absolute = curl("-x", url, "http://WWW.CorsaroNero.pro/x")
    assert absolute.is_page
    if kind == "gunicorn":  # the others refuse the method themselves
        assert connect_status("-x", url, "https://www.limetorrents.pro/") == 451


def test_each_worker_takes_a_replaced_image(tmp_path: Path, core: str) -> None:
    with serving("gunicorn", tmp_path) as (port, path):
        url = f"http://127.0.0.1:{port}/"
        assert curl(*host_of("kickasstorrents.to"), url).is_page
        image("new.example", "a.example", "b.example", "c.example").save(path)
        time.sleep(0.2)
        for _ in range(10):
            assert curl(*host_of("new.example"), url).status == 403
            assert curl(*host_of("kickasstorrents.to"), url).body == "forwarded"
        path.unlink()
        time.sleep(0.2)
        assert curl(*host_of("new.example"), url).status == 403


def test_a_damaged_image_at_the_start_is_told(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    path.write_bytes(b"not an image")
    (tmp_path / "gateway.py").write_text(f"{APP}\n{page_block().replace(IMAGE, str(path))}")
    done = subprocess.run(
        [sys.executable, "-c", "import gateway"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert f"{path}: " in done.stderr.splitlines()[-1]
