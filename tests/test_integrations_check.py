"""``check.rpz.blocklist``: each integration that answers by code says which list is in use."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import dns.message
import dns.rcode
import pytest
from helpers import blocklist_of, image

from blocklist import Blocklist, LiveBlocklist
from blocklist.integrations import asgi, wsgi
from blocklist.integrations.dnspython import Handler
from blocklist.integrations.ext_authz import ExtAuthz
from blocklist.integrations.http import asks_for_check
from blocklist.integrations.squid import SquidHelper

pytestmark = pytest.mark.no_core

NAME = "check.rpz.blocklist"
CHECKS: list[dict[str, Any]] = [
    {"host": NAME}, {"host": b"CHECK.rpz.Blocklist"}, {"host": f"{NAME}."}, {"host": f"{NAME}:80"},
    {"host": f"{NAME}.:8443"}, {"host": f" {NAME} "}, {"host": NAME, "target": "/any?thing"},
    {"host": "other.example", "target": f"http://{NAME}/"},
    {"target": f"http://{NAME}"}, {"target": f"https://{NAME}:8443?x".encode()},
]  # fmt: skip
OTHERS: list[dict[str, Any]] = [
    {}, {"host": "rpz.blocklist"}, {"host": f"x.{NAME}"}, {"host": f"{NAME}.example"},
    {"host": f"x{NAME}"}, {"host": "check-rpz.blocklist"}, {"host": f"{NAME}/"},
    {"host": "other.example", "target": f"/?http://{NAME}/"},
    {"host": NAME, "target": "http://other.example/"},
    {"host": NAME, "target": f"{NAME}:443", "method": "CONNECT"}, {"host": b"\xff"},
    {"host": f"{NAME}:" + "8" * 100_000 + "x"},
]  # fmt: skip


@pytest.fixture(scope="module")
def blocked() -> Blocklist:
    return blocklist_of("blocked.example")


def said_of(blocked: Blocklist) -> bytes:
    return f"blocklist {blocked.image.content_digest[:16]}\n".encode()


@pytest.mark.parametrize("request_", CHECKS)
def test_what_asks(request_: dict[str, Any]) -> None:
    assert asks_for_check(**request_)


@pytest.mark.parametrize("request_", OTHERS)
def test_what_does_not(request_: dict[str, Any]) -> None:
    assert not asks_for_check(**request_)


def by_asgi(
    app: Any, hosts: Iterable[str], method: str = "GET", kind: str = "http"
) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.connect"}

    scope = {
        "type": kind, "method": method, "path": "/", "query_string": b"",
        "headers": [(b"host", host.encode()) for host in hosts],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent


async def passed(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "passed"})


def test_asgi(blocked: Blocklist) -> None:
    app = asgi.BlocklistMiddleware(passed, blocked)
    start, body = by_asgi(app, [f"{NAME}:80"])
    assert (start["status"], body["body"]) == (200, said_of(blocked))
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"text/plain; charset=utf-8"
    assert (headers[b"content-length"], headers[b"cache-control"]) == (b"27", b"no-store")
    assert by_asgi(app, [NAME], "HEAD")[1]["body"] == b""
    assert by_asgi(app, ["other.example", NAME])[1]["body"] == said_of(blocked)
    assert by_asgi(app, [NAME, "blocked.example"])[0]["status"] == 403
    assert by_asgi(app, [f"x.{NAME}"]) == [{"type": "passed"}]
    assert by_asgi(app, [NAME], kind="websocket") == [{"type": "passed"}]


def test_wsgi(blocked: Blocklist) -> None:
    def application(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"passed"]

    app = wsgi.BlocklistMiddleware(application, blocked)

    def ask(host: str, method: str = "GET") -> tuple[str, bytes]:
        environ: dict[str, Any] = {"HTTP_HOST": host, "REQUEST_METHOD": method}
        setup_testing_defaults(environ)
        told: list[str] = []
        body = b"".join(app(environ, lambda status, *_: told.append(status)))  # type: ignore[arg-type]
        return told[0], body

    assert ask(NAME) == ("200 OK", said_of(blocked))
    assert ask("a.example,CHECK.rpz.blocklist:80")[1] == said_of(blocked)
    assert ask(f"{NAME},blocked.example")[0] == "403 Forbidden"
    assert ask("other.example") == ("200 OK", b"passed")


def test_ext_authz_refuses_with_the_text(blocked: Blocklist) -> None:
    """200 would let the request pass on to a server, and the text would be lost."""
    start, body = by_asgi(ExtAuthz(blocked), [NAME])
    assert (start["status"], body["body"]) == (403, said_of(blocked))
    start, body = by_asgi(ExtAuthz(blocked), ["other.example"])
    assert (start["status"], body["body"]) == (200, b"")
    start, body = by_asgi(ExtAuthz(blocked), [NAME], "CONNECT")
    assert (start["status"], body["body"]) == (200, b"")


@pytest.mark.parametrize("field", [NAME, f"{NAME}:443", f"http://{NAME}/x", "CHECK.rpz.blocklist."])
def test_squid(blocked: Blocklist, field: str) -> None:
    replies = io.BytesIO()
    SquidHelper(blocked).run(io.BytesIO(f"7 {field} -\n8 x.{NAME} -\n".encode()), replies)
    said = said_of(blocked).strip().decode()
    assert replies.getvalue().decode() == f'7 OK tag="check" message="{said}"\n8 ERR\n'


def test_dnspython(blocked: Blocklist) -> None:
    handler = Handler(blocked)
    for kind, count in (("TXT", 1), ("ANY", 1), ("A", 0)):
        verdict = handler.of_query(dns.message.make_query("Check.RPZ.blocklist", kind))
        assert verdict is not None
        assert verdict.match is None
        answer = dns.message.from_wire(verdict.wire)
        assert (answer.rcode(), len(answer.answer)) == (dns.rcode.NOERROR, count)
        if count:
            said = said_of(blocked).decode().strip()
            assert answer.answer[0].to_text() == f'Check.RPZ.blocklist. 0 IN TXT "{said}"'
    assert handler.of_query(dns.message.make_query(f"x.{NAME}", "TXT")) is None
    assert handler.of_query(dns.message.make_query(NAME, "TXT", "CH")) is None


def test_the_image_in_use_is_named(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    image("old.example").save(path)
    live = LiveBlocklist(path)
    app = asgi.BlocklistMiddleware(passed, live, refresh_seconds=0)
    old = by_asgi(app, [NAME])[1]["body"]
    assert old == said_of(live.current)
    image("new.example").save(path)
    assert by_asgi(app, [NAME])[1]["body"] == old
    live.reload()
    assert by_asgi(app, [NAME])[1]["body"] == said_of(live.current) != old
