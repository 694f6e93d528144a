"""The ASGI middleware: by the specification, and in a real server with real clients."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers import blocklist_of, image
from hypothesis import given
from hypothesis import strategies as st
from servers.curl import curl
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_blocklist, founding_image
from servers.http import LINK
from servers.page import fenced_all
from servers.program import free_port, listens, missing, running

from blocklist import ConfigurationError
from blocklist.integrations.asgi import BlocklistMiddleware

Scope = MutableMapping[str, Any]
PAGE = "asgi-and-wsgi.md"
IMAGE = "/var/lib/blocklist/it.blk"
APP = '''
async def app(scope, receive, send):
    """Say yes to everything, and on a web socket repeat one message."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            print(message["type"], flush=True)
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        message = await receive()
        await send({"type": "websocket.send", "text": message["text"]})
        await send({"type": "websocket.close"})
    else:
        headers = [(b"content-length", b"9")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"forwarded"})
'''

NO_EXTENSIONS: tuple[dict[str, Any], ...] = ({"extensions": {}}, {"extensions": None}, {})


def page_block() -> str:
    (block,) = [text for text in fenced_all(PAGE, "py") if "integrations.asgi" in text]
    return block


async def inner(scope: Scope, receive: Any, send: Any) -> None:
    await send({"type": "passed", "scope": scope})


def ask(app: Any, scope: Scope, *events: dict[str, Any]) -> list[dict[str, Any]]:
    """Call an application once, and return what it sent."""
    sent: list[dict[str, Any]] = []
    waiting = list(events)

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def http(host: bytes | None, path: str = "/", **scope: Any) -> Scope:
    headers = [] if host is None else [(b"host", host)]
    return {
        "type": "http", "asgi": {"version": "3.0"}, "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers, **scope,
    }  # fmt: skip


@pytest.fixture(scope="module")
def app(core: str) -> BlocklistMiddleware:
    blocked = blocklist_of("blocked.example", "http://shared.example/a%20b", "2001:db8:7::/48")
    return BlocklistMiddleware(inner, blocked, blocked_by="https://isp.example/blocking")


def passed(sent: list[dict[str, Any]]) -> bool:
    return [message["type"] for message in sent] == ["passed"]


def test_an_answer_is_whole(app: BlocklistMiddleware) -> None:
    start, body = ask(app, http(b"WWW.Blocked.Example.:80"))
    assert (start["type"], body["type"]) == ("http.response.start", "http.response.body")
    assert start["status"] == 403  # no authority
    headers = dict(start["headers"])
    assert headers[b"link"].decode() == LINK
    assert int(headers[b"content-length"]) == len(body["body"]) > 100
    assert all(name == name.lower() for name in headers)


def test_head_has_no_body(app: BlocklistMiddleware) -> None:
    start, body = ask(app, http(b"blocked.example", method="HEAD"))
    assert body["body"] == b""
    assert int(dict(start["headers"])[b"content-length"]) > 100


def test_the_language_is_the_browser_s(app: BlocklistMiddleware) -> None:
    scope = http(b"blocked.example")
    scope["headers"] += [(b"accept-language", b"tlh"), (b"accept-language", b"it;q=0.9")]
    start, body = ask(app, scope)
    assert dict(start["headers"])[b"content-language"] == b"it"
    assert b'lang="it"' in body["body"]


@pytest.mark.parametrize(
    "scope",
    [
        http(b"blocked.example"),
        http(b"[2001:db8:7::1]:80"),
        http(b"shared.example", "/a%20b/c"),
        http(b"shared.example", "/a b", raw_path=None),
        http(b"shared.example", "/", raw_path=b"/a%20b", query_string=b"x=1"),
        http(b"innocent.example", "http://blocked.example/"),
        http(b"innocent.example", "blocked.example:443", method="CONNECT"),
        http(None, headers=[(b"host", b"innocent.example"), (b"host", b"blocked.example")]),
    ],
)
def test_blocked(app: BlocklistMiddleware, scope: Scope) -> None:
    assert ask(app, scope)[0]["status"] == 403


@pytest.mark.parametrize(
    "scope",
    [
        http(None),
        http(b"notblocked.example"),
        http(b"[::1]:80"),
        http(b"shared.example", "/a"),
        http(b"shared.example", "/a%20b", raw_path=None),  # that was /a%2520b
        http(b"innocent.example", "/", query_string=b"http://blocked.example/"),
        {"type": "lifespan", "asgi": {"version": "3.0"}},
        {"type": "of tomorrow", "headers": [(b"host", b"blocked.example")]},
    ],
)
def test_passed(app: BlocklistMiddleware, scope: Scope) -> None:
    sent = ask(app, scope)
    assert passed(sent)
    assert sent[0]["scope"] is scope


def websocket(host: bytes, **scope: Any) -> Scope:
    return {
        "type": "websocket", "asgi": {"version": "3.0"}, "scheme": "ws", "path": "/",
        "query_string": b"", "headers": [(b"host", host)], "subprotocols": [], **scope,
    }  # fmt: skip


def test_a_web_socket_is_denied(app: BlocklistMiddleware) -> None:
    connect = {"type": "websocket.connect"}
    start, body = ask(
        app, websocket(b"blocked.example", extensions={"websocket.http.response": {}}), connect
    )
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 403)
    assert (body["type"], b"blocked" in body["body"]) == ("websocket.http.response.body", True)
    for extensions in NO_EXTENSIONS:
        sent = ask(app, websocket(b"blocked.example", **extensions), connect)
        assert sent == [{"type": "websocket.close", "code": 1008}]
    assert ask(app, websocket(b"blocked.example"), {"type": "websocket.disconnect"}) == []
    assert passed(ask(app, websocket(b"innocent.example"), connect))


def test_bad_configuration() -> None:
    with pytest.raises(ConfigurationError, match="blocked_by must be an http: or https: URI"):
        BlocklistMiddleware(inner, blocklist_of("a.example"), blocked_by="no uri")


@given(st.binary(max_size=60), st.binary(max_size=60), st.sampled_from(["http", "websocket"]))
def test_no_octets_raise(host: bytes, path: bytes, kind: str) -> None:
    app = BlocklistMiddleware(inner, blocklist_of("*a*", permit=["*a*"]))
    scope = http(host, raw_path=path, query_string=path, type=kind)
    scope["path"] = path.decode("utf-8", "replace")
    for raw in (path, None):
        ask(app, {**scope, "raw_path": raw}, {"type": "websocket.connect"})


def test_by_starlette_s_client_and_asgiref_s_communicator(core: str) -> None:
    testing = pytest.importorskip("asgiref.testing")
    httpx = pytest.importorskip("httpx")
    app = BlocklistMiddleware(inner, founding_blocklist())

    async def converse() -> None:
        communicator = testing.ApplicationCommunicator(app, http(b"www.limetorrents.pro"))
        assert (await communicator.receive_output())["status"] == 451
        assert (await communicator.receive_output())["type"] == "http.response.body"
        assert await communicator.receive_nothing()
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport) as client:
            for name in MUST_BLOCK:
                reply = await client.get(f"http://{name}/x", headers={"Accept-Language": "it"})
                assert (reply.status_code, reply.headers["content-language"]) == (451, "it")
                assert "Disposto da" in reply.text

    asyncio.run(converse())


# A real server


@contextmanager
def serving(parser: str, folder: Path) -> Iterator[tuple[int, Path]]:
    """Run uvicorn with the block of the how-to behind an application; its port, the image."""
    for module in ("uvicorn", "websockets", parser):
        try:
            __import__(module)
        except ImportError:
            missing(f"no {module} here")
    path = folder / "it.blk"
    founding_image().save(path)
    block = page_block().replace("blocked_by=", "refresh_seconds=0.1, blocked_by=")
    assert "refresh_seconds" in block
    assert IMAGE in block
    (folder / "gateway.py").write_text(f"{APP}\n{block.replace(IMAGE, str(path))}")
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", "gateway:app", "--port", str(port), "--log-level",
        "warning", "--http", parser, "--ws", "websockets", "--no-access-log",
    ]  # fmt: skip
    with running(command, folder, ready=listens(port)) as program:
        yield port, path
        assert "lifespan.startup" in program.output()
        assert "Traceback" not in program.output()


@pytest.fixture(scope="module", params=["h11", "httptools"])
def server(
    request: pytest.FixtureRequest, core: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    with serving(request.param, tmp_path_factory.mktemp("asgi")) as (port, _):
        yield port


def host_of(name: str) -> tuple[str, str]:
    return "-H", f"Host: {name}"


def test_the_founding_case(server: int) -> None:
    url = f"http://127.0.0.1:{server}/x?y=1"
    for name in MUST_BLOCK:
        for host in (name, f"{name}:80", f"{name}."):
            assert curl(*host_of(host), url).is_page, host
    for name in (*MUST_RESOLVE, "[::1]:80", "127.0.0.1:1"):
        assert curl(*host_of(name), url).body == "forwarded", name


def test_an_answer_by_real_clients(server: int) -> None:
    url = f"http://127.0.0.1:{server}/"
    reply = curl(*host_of("corsaronero.pro"), "-H", "Accept-Language: it-IT, en;q=0.5", url)
    assert (reply.status, reply.headers["content-language"]) == (451, "it")
    assert "Tribunale di Milano" in reply.body
    reply = curl("--head", *host_of("corsaronero.pro"), url)
    assert (reply.status, reply.body, reply.headers["link"]) == (451, "", LINK)
    reply = curl(*host_of("corsaronero.pro"), "--data", "x" * 100_000, url)
    assert reply.status == 451
    assert curl("-x", url, "http://WWW.CorsaroNero.pro/x").is_page  # absolute target


def test_web_sockets(server: int) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = ("127.0.0.1", server)

    def open_(host: str) -> Any:
        return connect(f"ws://{host}/", sock=socket.create_connection(address), open_timeout=5)

    with open_("example.org") as connection:
        connection.send("hello")
        assert connection.recv(5) == "hello"
    with pytest.raises(InvalidStatus) as refused:
        open_("M.KickAssTorrents.tO")
    response = refused.value.response
    assert (response.status_code, response.headers["Link"]) == (451, LINK)
    assert "ordered" in (response.body or b"").decode()


def test_a_replaced_image_is_taken_and_a_damaged_one_is_not(tmp_path: Path, core: str) -> None:
    with serving("h11", tmp_path) as (port, path):
        url = f"http://127.0.0.1:{port}/"
        assert curl(*host_of("kickasstorrents.to"), url).is_page
        image("new.example", "a.example", "b.example", "c.example").save(path)
        time.sleep(0.2)
        assert curl(*host_of("new.example"), url).status == 403
        assert curl(*host_of("kickasstorrents.to"), url).body == "forwarded"
        path.with_suffix(".new").write_bytes(b"not an image")
        path.with_suffix(".new").replace(path)
        time.sleep(0.2)
        assert curl(*host_of("new.example"), url).status == 403


def test_a_missing_image_at_the_start_is_told(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn")
    (tmp_path / "gateway.py").write_text(
        f"{APP}\n{page_block().replace(IMAGE, str(tmp_path / 'it.blk'))}"
    )
    done = subprocess.run(
        [sys.executable, "-m", "uvicorn", "gateway:app", "--port", str(free_port())],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert f"No such file or directory: '{tmp_path / 'it.blk'}'" in done.stderr
