"""``uniform_reason``: no answer tells on whose order a name is blocked."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import dns.message
import dns.rdatatype
import pytest
from click.testing import CliRunner
from helpers import order
from servers.dns import ask, upstream
from servers.serve import serve

from blocklist import Authority, Blocklist, ConfigurationError, Image, Order, compile_orders
from blocklist.answers.pageoptions import PAGE_OPTIONS, page_keys
from blocklist.cli.group import cli
from blocklist.integrations.asgi import BlocklistMiddleware
from blocklist.integrations.dnspython import Handler
from blocklist.integrations.ede_settings import Telling
from blocklist.integrations.ext_authz import ExtAuthz
from blocklist.integrations.forwarder.settings import read_configuration
from blocklist.integrations.squid import SquidHelper
from blocklist.integrations.unbound_settings import UnboundSettings

pytestmark = pytest.mark.no_core

REASON = "Blocked under the law of Elbonia"
COURT = Authority("it:court", "Tribunale di Roma")
NAMES = ("court.example", "owned.example", "quiet.example", "mixed.example", "other.example")


def orders() -> list[Order]:
    more: dict[str, Any] = {"jurisdiction": "IT", "number": "1/2026", "category": "copyright"}
    return [
        order("court.example", "mixed.example", id="a", authority=COURT, **more),
        order("owned.example", id="b"),
        order("quiet.example", "mixed.example", id="c", authority=COURT, confidential=True, **more),
        order(
            "other.example", id="d", authority=Authority("de:x", "Landgericht"), link="http://x.y"
        ),
    ]


@pytest.fixture(scope="module")
def image() -> Image:
    return compile_orders(orders())


@pytest.fixture(scope="module")
def blocked(image: Image) -> Blocklist:
    return Blocklist(image)


def test_without_it_the_answers_tell(blocked: Blocklist) -> None:
    found = [blocked.match(name) for name in NAMES]
    assert len({match.ede() for match in found if match}) == 4
    assert len({match.http451().status for match in found if match}) == 2


@pytest.mark.parametrize("reason", [REASON, "Gesperrt – Näheres: https://isp.example", "x" * 300])
def test_of_a_match(blocked: Blocklist, reason: str) -> None:
    told = set()
    for name in NAMES:
        match = blocked.match(name)
        assert match is not None
        ede = match.ede(uniform_reason=reason)
        structured = match.extra_text(
            sde=True, uniform_reason=reason, contact=["mailto:noc@isp.example"], language="de",
            organization="ISP", incidents=[("lumen", name)],
        )  # fmt: skip
        page = match.http451(uniform_reason=reason)
        body = page.body.replace(name.encode(), b"NAME")
        told.add((ede, structured, page._replace(body=body)))
    ((ede, structured, page),) = told
    assert ede.code == 16
    assert reason.startswith(ede.text.rstrip("…"))
    assert len(ede.text.encode()) <= 256
    data = json.loads(structured)
    assert reason.startswith(data["j"].rstrip("…"))
    assert (data["l"], "fdbs" in data) == ("de", False)
    assert page.status == 451
    assert reason[:100].encode() in page.body
    for word in (b"Tribunale", b"Landgericht", b"copyright", b"1/2026", b"x.y"):
        assert word not in page.body


VECTORS = json.loads((Path(__file__).parent / "vectors" / "uniform.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["case"] for vector in VECTORS])
def test_the_vectors_of_the_c_library(blocked: Blocklist, vector: dict[str, str]) -> None:
    for name in NAMES:
        match = blocked.match(name)
        assert match is not None
        told = match.ede(max_octets=255, uniform_reason=vector["uniform_reason"])
        assert told == (16, vector["told"])


def test_it_steers_nothing(blocked: Blocklist) -> None:
    match = blocked.match(NAMES[0])
    assert match is not None
    assert match.ede(uniform_reason="a\u202e\nb\0").text == "a b"
    assert b"<i>" not in match.http451(uniform_reason="<i>").body


def test_too_long_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="uniform_reason is longer than 300"):
        SquidHelper(Blocklist(compile_orders(orders())), uniform_reason="x" * 301)


def test_dnspython(blocked: Blocklist) -> None:
    handler = Handler(blocked, telling=Telling(uniform_reason=REASON, incidents={"a": {"l": "1"}}))
    wires = set()
    for name in NAMES:
        query = dns.message.make_query(name, "A", use_edns=0, id=7)
        verdict = handler.of_query(query)
        assert verdict is not None
        wires.add(verdict.wire.replace(name[:5].encode(), b"-----"))
    (wire,) = wires
    assert REASON.encode() in wire


def test_squid(blocked: Blocklist) -> None:
    replies = io.BytesIO()
    helper = SquidHelper(blocked, channels=False, uniform_reason=REASON)
    helper.run(io.BytesIO("".join(f"{name} -\n" for name in NAMES).encode()), replies)
    told = {line.partition(b" log=")[0] for line in replies.getvalue().splitlines()}
    assert told == {f'OK tag="law" message="{REASON}"'.encode()}


@pytest.mark.parametrize("kind", [ExtAuthz, BlocklistMiddleware])
def test_http(blocked: Blocklist, kind: Any) -> None:
    app = (
        ExtAuthz(blocked, uniform_reason=REASON)
        if kind is ExtAuthz
        else BlocklistMiddleware(_nothing, blocked, uniform_reason=REASON)
    )
    told = set()
    for name in NAMES:
        sent: list[dict[str, Any]] = []

        async def send(message: Any, sent: list[dict[str, Any]] = sent) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "GET", "path": "/", "query_string": b"",
            "headers": [(b"host", name.encode())],
        }  # fmt: skip
        asyncio.run(app(scope, _nothing, send))
        body = sent[1]["body"].replace(name.encode(), b"NAME")
        told.add((sent[0]["status"], tuple(map(tuple, sent[0]["headers"])), body))
    ((status, _, body),) = told
    assert status == 451
    assert REASON.encode() in body


async def _nothing(*_: Any) -> Any:
    raise AssertionError("a blocked request is not passed on")


def test_serve(image: Image, tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    image.save(path)
    with (
        upstream({}) as behind,
        serve(tmp_path, path, "--uniform-reason", REASON, upstream=behind.port) as server,
    ):
        told = {tuple(ask(name, server.port).errors) for name in NAMES}
    assert told == {((16, REASON),)}


def test_settings() -> None:
    text = f'image = "/x.blk"\nuniform_reason = "{REASON}"\n'
    assert UnboundSettings.parse(text).uniform_reason == REASON
    configuration = read_configuration(
        None, {"image": "none", "upstreams": ["192.0.2.1"], "uniform_reason": REASON}
    )
    assert configuration.telling.uniform_reason == REASON
    texts = {option.name: option.default for option in PAGE_OPTIONS}
    assert page_keys(texts | {"uniform_reason": REASON})["uniform_reason"] == REASON
    for command in ("serve", "ext-authz", "squid-helper"):
        assert "--uniform-reason TEXT" in CliRunner().invoke(cli, [command, "--help"]).output
    with pytest.raises(ConfigurationError, match="uniform_reason must be text, not 1"):
        UnboundSettings.parse('image = "/x.blk"\nuniform_reason = 1\n')
