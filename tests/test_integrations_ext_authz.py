"""The service that other proxies ask: as an application, and as the command in its own process."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from helpers import blocklist_of, image, order
from hypothesis import given
from hypothesis import strategies as st
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_blocklist, founding_image
from servers.http import LINK, get, get_many, request
from servers.program import blocklist, environment, free_port, listens, running
from strategies import any_text

from blocklist import Blocklist, ConfigurationError, compile_orders
from blocklist.integrations.ext_authz import ExtAuthz

LIST = ("blocked.example", "192.0.2.7", "2001:db8:7::/48", "http://shared.example/film")


def ask(
    app: ExtAuthz, headers: dict[str, str] | list[tuple[str, str]], path: str = "/",
    method: str = "GET", scheme: str = "http",
) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
    """Ask the application as an ASGI server does."""
    target, _, query = path.partition("?")
    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    scope: dict[str, Any] = {
        "type": "http", "method": method, "scheme": scheme, "path": target,
        "raw_path": target.encode("utf-8", "surrogatepass"),
        "query_string": query.encode("utf-8", "surrogatepass"),
        "headers": [(k.encode(), v.encode("utf-8", "surrogatepass")) for k, v in pairs],
        "client": ("198.51.100.1", 4711),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing of a body is read")

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start, body = sent
    told = {key.decode(): value.decode() for key, value in start["headers"]}
    return start["status"], told, body["body"]


def test_founding_case_as_envoy_asks() -> None:
    app = ExtAuthz(founding_blocklist(), blocked_by="https://isp.example/blocking")
    for name in MUST_BLOCK:
        for host in (name, f"{name}:80", f"{name}.", f"{name}.:443"):
            for method in ("GET", "POST", "CONNECT", "OPTIONS"):
                status, headers, body = ask(app, {"host": host}, "/a?b", method)
                assert (status, headers["link"]) == (451, LINK)
                assert b"Tribunale di Milano" in body
                assert headers["content-length"] == str(len(body))
    for name in (*MUST_RESOLVE, "[::1]:80", "", "127.0.0.1"):
        status, headers, body = ask(app, {"host": name})
        assert (status, body) == (200, b"")
        assert "link" not in headers


@pytest.mark.parametrize(
    ("headers", "path", "scheme"),
    [
        ({"x-forwarded-host": "blocked.example"}, "/", "http"),
        ({"host": "auth.example", "x-forwarded-host": "Blocked.example:80, p.example"}, "/", ""),
        ({"host": "auth.example", "x-forwarded-host": "p.example,blocked.example"}, "/", "http"),
        ({"host": "192.0.2.7:80"}, "/", "http"),
        ({"host": "[2001:db8:7::1]:80"}, "/", "https"),
        ({"host": "shared.example"}, "/film/1?x=y", "https"),
        ({"host": "shared.example", "x-original-uri": "/film"}, "/auth", "http"),
        ({"host": "auth.example", "x-original-url": "http://shared.example/film"}, "/auth", "http"),
        ({"host": "auth.example", "x-original-url": "http://blocked.example/"}, "/auth", "http"),
        (
            {
                "host": "auth.example", "x-forwarded-host": "shared.example",
                "x-forwarded-uri": "/a/../%66ilm", "x-forwarded-proto": "https",
            },
            "/auth", "http",
        ),
        ({"host": "blocked.example", "x-forwarded-proto": "no scheme"}, "/", "http"),
        ({"host": "blocked.example", "x-forwarded-proto": "ftp"}, "/", "http"),
        ({"host": "blocked.example", "x-forwarded-host": "innocent.example"}, "/", "http"),
        ({"host": "a.example", "x-forwarded-method": "CONNECT",
          "x-forwarded-uri": "blocked.example:443"}, "/", "http"),
    ],
)  # fmt: skip
def test_whatever_names_a_blocked_host(headers: dict[str, str], path: str, scheme: str) -> None:
    app = ExtAuthz(blocklist_of(*LIST))
    assert ask(app, headers, path, scheme=scheme or "http")[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"host": "shared.example"}, {"host": "notblocked.example"},
        {"host": "blocked.example.org"}, {"x-forwarded-for": "192.0.2.7"},
        {"referer": "http://blocked.example/"}, {"host": "[2001:db8:8::1]"},
        {"host": "shared.example", "x-original-uri": "/filmx"},
    ],
)  # fmt: skip
def test_what_names_none(headers: dict[str, str]) -> None:
    assert ask(ExtAuthz(blocklist_of(*LIST)), headers)[0] == 200


def test_many_hosts_are_refused() -> None:
    app = ExtAuthz(blocklist_of(*LIST))
    hosts = [("x-forwarded-host", f"h{n}.example") for n in range(40)]
    assert ask(app, hosts)[0] == 400
    assert ask(app, hosts[:16])[0] == 200


def test_status_language_and_head() -> None:
    app = ExtAuthz(founding_blocklist(), blocked_by="https://isp.example/blocking")
    headers = {"host": "corsaronero.pro", "accept-language": "it, en;q=0.5"}
    assert b"Non disponibile" in ask(app, headers)[2]
    status, told, body = ask(app, headers | {"x-blocklist-status": "403"})
    assert (status, told["link"]) == (403, LINK)
    assert b"Non disponibile" in body
    assert ask(app, headers | {"x-blocklist-status": "200"})[0] == 451
    status, told, body = ask(app, headers, method="HEAD")
    assert (status, body) == (451, b"")
    assert int(told["content-length"]) > 100


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["host", "x-forwarded-host", "x-original-uri", "x-original-url",
                             "x-forwarded-uri", "x-forwarded-proto", "accept-language",
                             "x-forwarded-for", "x-blocklist-status"]),
            any_text,
        ),
        max_size=6,
    ),
    any_text,
)  # fmt: skip
def test_any_request_is_answered(headers: list[tuple[str, str]], path: str) -> None:
    app = ExtAuthz(blocklist_of(*LIST), log_clients=True)
    assert ask(app, headers, path)[0] in (200, 400, 403)
    named = [*headers, ("host", "blocked.example")]
    assert ask(app, named, path)[0] in (400, 403)


def test_lifespan_and_web_sockets() -> None:
    app = ExtAuthz(blocklist_of(*LIST))

    async def talk(kind: str, *received: str) -> list[str]:
        messages = iter(received)
        sent: list[str] = []

        async def receive() -> dict[str, Any]:
            return {"type": next(messages)}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await app({"type": kind}, receive, send)
        return sent

    life = ("lifespan.startup", "lifespan.shutdown")
    assert asyncio.run(talk("lifespan", *life)) == [f"{each}.complete" for each in life]
    assert asyncio.run(talk("websocket", "websocket.connect")) == ["websocket.close"]


def test_settings_are_checked() -> None:
    with pytest.raises(ConfigurationError, match="URI"):
        ExtAuthz(blocklist_of("d.example"), blocked_by="a b")
    with pytest.raises(ConfigurationError, match="no page in language"):
        ExtAuthz(blocklist_of("d.example"), default_language="tlh")


def test_confidential_orders_are_not_named(caplog: pytest.LogCaptureFixture) -> None:
    secret = order("h.example", id="x:secret", confidential=True)
    app = ExtAuthz(Blocklist(compile_orders([secret])))
    caplog.set_level("INFO", "blocklist.hits")
    status, headers, body = ask(app, {"host": "h.example"})
    assert status == 403
    assert "secret" not in f"{headers}{body!r}{caplog.text}"


def command(*words: str | Path) -> list[str | Path]:
    return blocklist("ext-authz", *words)


def test_the_command(tmp_path: Path) -> None:
    port, path = free_port(), tmp_path / "it.blk"
    founding_image().save(path)
    line = command(
        path, "--listen", f"127.0.0.1:{port}", "--blocked-by", "https://isp.example/blocking"
    )
    with running(line, tmp_path, ready=listens(port), env=environment()) as program:
        names = [*MUST_BLOCK, *MUST_RESOLVE] * 50
        statuses = [reply.status for reply in get_many(port, names, proxy=False)]
        blocked = founding_blocklist().is_blocked
        assert statuses == [451 if blocked(name) else 200 for name in names]
        assert get(port, "corsaronero.pro", proxy=False).headers["link"] == LINK
        # As a server of its own it refuses what is no request, and lives on.
        two = {"Host": "example.org"}
        assert request(port, "/", "corsaronero.pro", headers=two).status == 400
        assert request(port, "/", None).status in (200, 400)
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "eA=="}
        assert get(port, "corsaronero.pro", proxy=False, headers=upgrade).status == 451
        image(*(f"{letter}.example" for letter in "abcde")).save(path)
        program.process.send_signal(signal.SIGHUP)
        program.wait_until(lambda: get(port, "e.example", proxy=False).status == 403)
        path.unlink()
        program.process.send_signal(signal.SIGHUP)
        program.wait_until(lambda: "the last good image stays in use" in program.output())
        assert get(port, "e.example", proxy=False).status == 403
    said = program.output()
    assert f"listening on 127.0.0.1:{port}" in said
    assert "Traceback" not in said
    assert "blocklist.hits" not in said


def test_signals_in_a_row(tmp_path: Path) -> None:
    """A second one that arrives within a reload neither hangs the service nor is lost."""
    port, path = free_port(), tmp_path / "it.blk"
    image(*(f"n{number}.example" for number in range(5_000))).save(path)
    line = command(path, "--listen", f"127.0.0.1:{port}")
    with running(line, tmp_path, ready=listens(port), env=environment()) as program:
        for _ in range(30):
            program.process.send_signal(signal.SIGHUP)
            time.sleep(0.001)
        assert get(port, "n7.example", proxy=False).status == 403


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing.blk"], "nothing.blk: No such file or directory"),
        (["it.blk", "--listen", "nowhere"], "--listen must be ADDRESS:PORT or a path"),
        (["it.blk", "--listen", "127.0.0.1:99999"], "--listen must be ADDRESS:PORT or a path"),
        (["it.blk", "--listen", "none/socket"], "the folder does not exist"),
        (["it.blk", "--blocked-by", "a b"], "blocked_by must be an http: or https: URI"),
        (["bad.blk"], "bad.blk"),
        (["it.blk", "--listen", "192.0.2.1:9002"], "192.0.2.1:9002"),
    ],
)
def test_what_stops_the_command(tmp_path: Path, words: list[str], sentence: str) -> None:
    image("d.example").save(tmp_path / "it.blk")
    (tmp_path / "bad.blk").write_bytes(b"x" * 100)
    done = subprocess.run(
        command(*words), cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        env=environment(),
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_socket_in_a_folder(tmp_path: Path) -> None:
    image("d.example").save(tmp_path / "it.blk")
    socket_path = tmp_path / "s"
    line = command(tmp_path / "it.blk", "--listen", socket_path)
    with running(line, tmp_path, ready=socket_path.exists, env=environment()) as program:
        assert program.process.poll() is None
