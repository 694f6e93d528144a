"""The forwarder: what configurations are refused, and what it does with upstreams and clients."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, Literal

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest
from helpers import image, order
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import size
from servers.dns import Reply, Upstream, ask, is_told, upstream
from servers.program import free_port
from servers.stub import negative, stub

from blocklist import (
    Blocklist,
    BlocklistError,
    ConfigurationError,
    LiveBlocklist,
    NotAnImageError,
    compile_orders,
)
from blocklist.integrations.dnspython import Handler
from blocklist.integrations.forwarder import listeners as listeners_module
from blocklist.integrations.forwarder import upstream as upstream_module
from blocklist.integrations.forwarder.configuration import Configuration, Endpoint
from blocklist.integrations.forwarder.server import Server
from blocklist.integrations.forwarder.settings import parse_view, read_configuration
from blocklist.integrations.forwarder.views import View, Views
from blocklist.integrations.wire import read_question
from blocklist.live.blocklog import Hits
from blocklist.live.metrics import Metrics
from blocklist.live.policy import Action, Response, ResponsePolicy

pytestmark = pytest.mark.no_core

# ---- configuration ----------------------------------------------------------------------------

GOOD = 'image = "it.blk"\nupstreams = ["192.0.2.53"]\n'
FAULTS = [
    ("", "image is missing; give"),
    ('image = "it.blk"', "no upstream"),
    (f"{GOOD}listen = []", "no address to listen on"),
    (f"{GOOD}allow = []", "no client may query; allow a network"),
    (f'{GOOD}listen = ["127.0.0.1", "127.0.0.1:53"]', "listen 127.0.0.1:53 given twice"),
    (f'{GOOD}listen = ["192.0.2.53:53"]', "an address that this server listens on"),
    (
        'image = "x"\nlisten = ["0.0.0.0"]\nupstreams = ["127.0.0.1"]',
        "an address that this server listens on",
    ),
    (f"{GOOD}incidents = 3", "incidents must be a table"),
    (f'{GOOD}[incidents]\n"it:1" = "x"', "must be a table"),
    ('image = "x"\nupstreams = ["0.0.0.0"]', "is not an address of a resolver"),
    ('image = "x"\nupstreams = ["192.0.2.53:0"]', "is not an address of a resolver"),
    ('image = "x"\nupstreams = ["dns.example"]', "is not an address with a port"),
    ('image = "x"\nupstreams = ["192.0.2.1:x"]', "is not an address with a port"),
    ('image = "x"\nupstreams = ["192.0.2.1:65536"]', "a port is from 0 to 65535, not 65536"),
    ('image = "x"\nupstreams = ["[2001:db8::1]5353"]', "is not an address with a port"),
    ('image = "x"\nupstreams = ["192.0.2.1:"]', "is not an address with a port"),
    ('image = "x"\nupstreams = 7', "a list of texts"),
    ('image = "x"\nupstreams = [53]', "a list of texts"),
    ('image = "x"\nupstreams = ["192.0.2.1", "192.0.2.1:53"]', "twice"),
    (f"{GOOD}image2 = 1", "image2 is unknown; did you mean image?"),
    ('image = 7\nupstreams = ["192.0.2.53"]', "image must be text, not 7"),
    (f'{GOOD}allow = ["10.0.0.1/8"]', "host bits"),
    (f'{GOOD}allow = ["everybody"]', "not a network"),
    (f'{GOOD}response = "block"', "unknown response 'block'"),
    (f'{GOOD}response = "sinkhole"', "sinkhole needs addresses"),
    (f'{GOOD}response = "nodata 192.0.2.1"', "nodata takes no addresses"),
    (f"{GOOD}response = 3", "response must be text, not 3"),
    (f'{GOOD}by_authority = "nodata"', "a table"),
    (f"{GOOD}[by_authority]\nagcom = 3", "by_authority.agcom must be text, not 3"),
    (f"{GOOD}obey_orders = 1", "true or false"),
    (f'{GOOD}qtypes = ["A", "NONE!"]', "unknown query type 'NONE!'"),
    (f"{GOOD}qtypes = []", "a list of numbers"),
    (f"{GOOD}qtypes = [0]", "a list of numbers"),
    (f"{GOOD}ttl = -1", "ttl"),
    (f"{GOOD}ttl = true", "ttl"),
    (f"{GOOD}timeout = 0", "timeout must be from 0.01 to 60, not 0"),
    (f"{GOOD}timeout = nan", "timeout"),
    (f"{GOOD}tries = 0", "tries"),
    (f"{GOOD}tries = 2.5", "tries must be a whole number"),
    (f"{GOOD}max_shrink = 2", "max_shrink"),
    (f"{GOOD}sde_option = 15", "other than 15"),
    (f'{GOOD}contact = ["https://isp.example"]', "mailto"),
    (f"{GOOD}log_clients = true", "needs log_hits"),
    (f'{GOOD}metrics = "127.0.0.1:53"', "cannot both use"),
    (f"{GOOD}views = 3", "views must be tables"),
    (f'{GOOD}[[views]]\nimage = "x"', "must have networks, and"),
    (f'{GOOD}[[views]]\nnetworks = ["127.0.0.2"]\nimage = ""', "must have networks, and"),
    (f'{GOOD}[[views]]\nnetworks = ["127.0.0.2"]\nimage = 3', "image must be text, not 3"),
    (
        f'{GOOD}[[views]]\nnetworks = ["127.0.0.2"]',
        "must have networks, and",
    ),
    (
        f'{GOOD}[[views]]\nnetworks = ["127.0.0.2"]\nimages = "x"',
        "images is unknown; did",
    ),
    (f'{GOOD}[[views]]\nnetworks = ["10.0.0.0/8"]\nimage = "x"', "its clients may not query"),
    (
        f'{GOOD}[[views]]\nnetworks = ["127.0.0.2", "127.0.0.2/32"]\nimage = "x"',
        "network of a view 127.0.0.2/32 given twice",
    ),
    (f"{GOOD}image = 'twice'", "overwrite"),
    ("image = ", "Invalid value"),
]


@pytest.mark.parametrize(("text", "says"), FAULTS)
def test_a_configuration_that_cannot_be_right(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "serve.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=says) as caught:
        read_configuration(str(path), {})
    assert re.match(rf"{re.escape(str(path))}(:\d+)?: ", str(caught.value))
    assert len(str(caught.value).splitlines()) == 1


def test_an_error_in_a_table_that_is_added_to_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "serve.toml"
    path.write_text(f'{GOOD}[by_authority]\nagcom = "nodata"\nadm = "block"\n')
    line = path.read_text().splitlines().index('adm = "block"') + 1
    with pytest.raises(ConfigurationError, match=rf":{line}: by_authority.adm: unknown"):
        read_configuration(str(path), {"by_authority": {"agcom": "drop"}})
    with pytest.raises(ConfigurationError, match=r"toml: by_authority.adm: unknown"):
        read_configuration(str(path), {"by_authority": {"adm": "nothing"}})


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        read_configuration(str(tmp_path / "none.toml"), {})
    (tmp_path / "latin.toml").write_bytes(b"image = '\xe9'")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        read_configuration(str(tmp_path / "latin.toml"), {})


def test_what_is_given_takes_the_place_of_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "serve.toml"
    path.write_text(
        f'{GOOD}response = "nxdomain"\nqtypes = ["A", 28]\n[by_authority]\nagcom = "refused"\n'
        '[[views]]\nnetworks = ["127.0.0.2"]\nresponse = "drop"\n'
    )
    read = read_configuration(str(path), {})
    assert read.policy.qtypes == frozenset({1, 28})
    assert read.views[0].image == "it.blk"
    assert read.views[0].policy.default.action is Action.DROP
    assert read.views[0].policy.by_authority["agcom"].action is Action.REFUSED
    more = {
        "upstreams": ["[2001:db8::53]"], "by_authority": {"milan": "nodata"}, "image": "fr.blk",
        "views": [parse_view("127.0.0.3,::1=none")],
    }  # fmt: skip
    given_ = read_configuration(str(path), more)
    assert given_.image == "fr.blk"
    assert given_.upstreams == (Endpoint("2001:db8::53", 53),)
    assert list(given_.policy.by_authority) == ["agcom", "milan"]
    assert [view.image for view in given_.views] == ["none"]
    assert given_.policy.default.action is Action.NXDOMAIN
    with pytest.raises(ConfigurationError, match="must have the form"):
        parse_view("10.0.0.0/8")


def test_endpoints() -> None:
    for text, said in [
        ("127.0.0.1", "127.0.0.1:53"), ("127.0.0.1:5353", "127.0.0.1:5353"), ("::1", "[::1]:53"),
        ("[::1]:5353", "[::1]:5353"), ("[::1]", "[::1]:53"), ("fe80::1%eth0", "[fe80::1%eth0]:53"),
    ]:  # fmt: skip
        assert str(Endpoint.parse(text)) == said


def test_who_may_ask_what(tmp_path: Path) -> None:
    for name in ("a", "b"):
        image(f"{name}.com").save(tmp_path / f"{name}.blk")
    configuration = read_configuration(
        None,
        {
            "image": str(tmp_path / "a.blk"), "upstreams": ["192.0.2.53"],
            "allow": ["10.0.0.0/8", "fe80::/10", "2001:db8::/32"],
            "views": [
                parse_view(f"10.1.0.0/16={tmp_path}/b.blk"), parse_view("10.1.1.0/24=none"),
                parse_view(f"2001:db8::/32={tmp_path}/b.blk"),
                parse_view(f"10.1.1.1={tmp_path}/a.blk"),
            ],
        },
    )  # fmt: skip
    views = Views(configuration, Hits("test"))
    assert len(views.images) == 2
    a, b, none, exact = (views.of(f"10.{at}") for at in ("0.0.1", "1.0.1", "1.1.2", "1.1.1"))
    assert len({a, b, none, exact}) == 4
    assert views.of("10.1.255.255") is b
    assert views.of("fe80::1%lo") is a
    assert views.of("2001:db8::7") is not a
    for stranger in ("127.0.0.1", "11.0.0.1", "::1", "::ffff:10.0.0.1", "2001:db9::"):
        assert views.of(stranger) is None


# ---- a server in this process -----------------------------------------------------------------


@contextlib.contextmanager
def serving(
    *ports: int, blocks: Path | str = "none", metrics_to: Metrics | None = None, **more: Any
) -> Iterator[Serving]:
    """Run one in a thread, in front of upstreams at those ports."""
    overrides = {
        "image": str(blocks), "listen": ["127.0.0.1:0"], "timeout": 0.4,
        "upstreams": [f"127.0.0.1:{port}" for port in ports], **more,
    }  # fmt: skip
    running = Serving(read_configuration(None, overrides), metrics_to)
    running.start()
    try:
        yield running
    finally:
        running.stop()


class Serving:
    def __init__(self, configuration: Configuration, metrics: Metrics | None = None) -> None:
        self.configuration, self.metrics = configuration, metrics
        self.errors: list[str] = []
        self._started, self._thread = threading.Event(), threading.Thread(target=self._run)

    def _run(self) -> None:
        async def main() -> None:
            self.loop = asyncio.get_running_loop()
            self.loop.set_exception_handler(lambda _, facts: self.errors.append(str(facts)))
            self._ended = asyncio.Event()
            self.server = Server(self.configuration, self.metrics)
            await self.server.start()
            self._started.set()
            await self._ended.wait()
            await self.server.close()

        try:
            asyncio.run(main())
        except Exception as error:  # noqa: BLE001 - told to the test
            self.errors.append(repr(error))
        finally:
            self._started.set()

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(20)
        assert self.errors == []
        self.port = self.server.endpoints[0].port

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)
        assert not self._thread.is_alive()
        assert self.errors == []

    def ask(self, name: str = "example.org", kind: str = "A", **more: Any) -> Reply:
        return ask(name, self.port, kind, **more)

    def send(self, octets: bytes, timeout: float = 2.0, host: str = "127.0.0.1") -> bytes | None:
        """Send octets as they are over UDP."""
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.bind((host, 0))
            client.settimeout(timeout)
            client.sendto(octets, ("127.0.0.1", self.port))
            try:
                return client.recv(65_535)
            except TimeoutError:
                return None


@pytest.fixture(scope="module")
def behind() -> Iterator[Upstream]:
    with upstream() as running:
        yield running


@pytest.fixture(scope="module")
def blocking(tmp_path_factory: pytest.TempPathFactory, behind: Upstream) -> Iterator[Serving]:
    path = tmp_path_factory.mktemp("image") / "a.blk"
    image("blocked.example", "=exact.example", "*.below.example").save(path)
    with serving(behind.port, blocks=path) as running:
        yield running


def silent() -> contextlib.AbstractContextManager[int]:
    return stub(lambda _: None)


def test_the_next_upstream_is_asked(behind: Upstream) -> None:
    ports = free_port(), behind.port
    with silent() as quiet, serving(ports[0], quiet, ports[1], timeout=1) as server:
        assert server.ask().is_real
        assert server.ask(tcp=True).is_real


def test_no_upstream_answers() -> None:
    with silent() as quiet, serving(quiet, free_port(), tries=4) as server:
        for tcp in (False, True):
            reply = server.ask(tcp=tcp)
            assert reply.rcode == "SERVFAIL"
            assert [code for code, _ in reply.errors] == [23]


def test_an_upstream_that_is_silent_is_asked_last(
    behind: Upstream, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(query: dns.message.Message) -> bytes | None:
        asked.append(query.question[0].name.to_text())
        return negative(query) if is_well.is_set() else None

    is_well = threading.Event()
    caplog.set_level("INFO", "blocklist.serve")
    monkeypatch.setattr(upstream_module, "_REST", 1.5)
    with stub(answer) as sick, serving(sick, behind.port, timeout=0.5) as server:
        for number in range(5):
            assert server.ask(f"n{number}.example").is_real  # of the second one, after a while
        assert len(asked) == 5
        for _ in range(3):
            assert server.ask().is_real  # at once
        assert len(asked) == 5
        is_well.set()
        threading.Event().wait(1.6)
        assert server.ask().rcode == "NXDOMAIN"
    assert f"upstream 127.0.0.1:{sick} does not answer" in caplog.text
    assert f"upstream 127.0.0.1:{sick} answers again" in caplog.text


def test_an_upstream_that_comes_and_goes_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    async def come_and_go() -> None:
        upstreams = upstream_module.Upstreams([Endpoint("127.0.0.1", 1)], timeout=1, tries=1)
        (one,) = upstreams._upstreams
        for _ in range(50):
            one.fails(for_certain=True)
            one.works()

    asyncio.run(come_and_go())
    assert len(caplog.records) == 1


def test_answers_of_others_do_not_count(behind: Upstream) -> None:
    forged: list[Callable[[dns.message.Message], bytes]] = []

    def answer(query: dns.message.Message) -> bytes:
        return forged[-1](query)

    def changed(**parts: Any) -> Callable[[dns.message.Message], bytes]:
        def make(query: dns.message.Message) -> bytes:
            response = dns.message.from_wire(negative(query))
            for name, value in parts.items():
                setattr(response, name, value)
            return response.to_wire()

        return make

    other = dns.message.make_query("other.example", "A").question
    case = dns.message.make_query("EXAMPLE.org", "A").question
    with stub(answer) as liar, serving(liar, behind.port, timeout=0.3, tries=2) as server:
        for make in (
            lambda query: bytes([query.id >> 8 ^ 1]) + negative(query)[1:],
            changed(question=other), changed(question=case), changed(question=[]),
            changed(flags=dns.flags.RA), changed(flags=0xA000),
            lambda _: b"", lambda _: b"x" * 11, lambda query: negative(query)[:20],
        ):  # fmt: skip
            forged.append(make)
            assert server.ask("Example.org").is_real
            server.loop.call_soon_threadsafe(server.server._upstreams._upstreams[0].works)
        forged.append(lambda query: negative(query)[:2] + b"\x81\x82" + bytes(8))
        assert server.ask("Example.org").rcode == "SERVFAIL"  # a failure may lack the question


def test_the_octets_of_the_query_go_on(behind: Upstream) -> None:
    seen: list[bytes] = []

    def answer(query: dns.message.Message) -> bytes:
        seen.append(query.wire or b"")
        return negative(query)

    with stub(answer) as watched, serving(watched) as server:
        query = dns.message.make_query("WwW.eXample.ORG", "A", use_edns=0, want_dnssec=True)
        query.flags |= dns.flags.CD | dns.flags.AD
        for _ in range(3):
            octets = server.send(query.to_wire())
            assert octets is not None
            assert query.is_response(dns.message.from_wire(octets))
            assert octets[12:33] == query.to_wire()[12:33]
    assert [wire[2:] for wire in seen] == [query.to_wire()[2:]] * 3
    assert len({wire[:2] for wire in seen} | {query.to_wire()[:2]}) == 4


def test_long_answers_go_over_tcp() -> None:
    def answer(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query)
        texts = [f'"{number:03}{"x" * 200}"' for number in range(20)]
        response.answer.append(dns.rrset.from_text_list("big.example.", 60, "IN", "TXT", texts))
        whole.append(response.to_wire(max_size=65_535))
        # The stub cannot tell its transports apart: each second time it is asked over TCP.
        if len(whole) % 2:
            return response.to_wire(max_size=512, prefer_truncation=True)
        return whole[-1]

    whole: list[bytes] = []
    with stub(answer) as long, serving(long) as server:
        reply = server.ask("big.example", "TXT", tcp=True)
        assert reply.message is not None
        assert len(reply.message.answer[0]) == 20
        assert len(whole) == 2
        short = server.send(dns.message.make_query("big.example", "TXT").to_wire())
        assert short is not None
        assert dns.message.from_wire(short).flags & dns.flags.TC  # the client asks again itself
        # An upstream that sends more than the client takes.
        cut = server.send(dns.message.make_query("big.example", "TXT").to_wire())
        assert cut is not None
        assert len(cut) <= 512
        assert dns.message.from_wire(cut).flags & dns.flags.TC


@pytest.fixture
def one(tmp_path: Path) -> Path:
    path = tmp_path / "one.blk"
    image("blocked.example").save(path)
    return path


def test_an_upstream_that_sends_nonsense(
    one: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "tracebacklimit", 0, raising=False)  # as hosts do that log no traces

    def answer(query: dns.message.Message) -> bytes:
        head = (query.wire or b"")[: 12 + 17]
        return head[:2] + b"\x81\x80\0\1\0\5\0\0\0\0" + head[12:] + b"\xc0\x0c\0\5\0\1"

    with stub(answer) as mad, serving(mad, blocks=one) as server:
        for _ in range(3):
            assert server.ask("example.org").rcode == "SERVFAIL"
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert "an answer of an upstream" in line
    assert "example" not in line


def test_any_octets_of_an_upstream(one: Path) -> None:
    drawn = [b""]
    with (
        stub(lambda query: (query.wire or b"")[:2] + drawn[0]) as mad,
        serving(mad, blocks=one, timeout=0.05, tries=1, check_addresses=True) as server,
    ):
        query = dns.message.make_query("www.example", "A", use_edns=0).to_wire()
        head = b"\x81\x80\0\1\0\3\0\0\0\0" + query[12:29]

        @given(st.binary(max_size=60), st.booleans())
        @settings(max_examples=size(80))
        def check(octets: bytes, is_question: bool) -> None:
            drawn[0] = head + octets if is_question else octets
            assert server.send(query) is not None

        check()
        assert server.ask("blocked.example").errors


NOT_STANDARD = [
    # what, octets after the identifier, RCODE
    ("a status request", b"\x10\0\0\1" + bytes(6) + b"\1a\0\0\1\0\1", "NOTIMP"),
    ("a NOTIFY", b"\x20\0\0\1" + bytes(6) + b"\1a\0\0\6\0\1", "NOTIMP"),
    ("an UPDATE", b"\x28\0\0\1" + bytes(6) + b"\1a\0\0\6\0\1", "NOTIMP"),
    ("no question", b"\1\0\0\0" + bytes(6), "FORMERR"),
    ("two questions", b"\1\0\0\2" + bytes(6) + b"\1a\0\0\1\0\1" * 2, "FORMERR"),
    ("an answer in it", b"\1\0\0\1\0\1" + bytes(4) + b"\1a\0\0\1\0\1", "FORMERR"),
    ("half a question", b"\1\0\0\1" + bytes(6) + b"\1a\0\0\1\0", "FORMERR"),
    ("a compressed name", b"\1\0\0\1" + bytes(6) + b"\xc0\x0c\0\1\0\1", "FORMERR"),
    ("a long label", b"\1\0\0\1" + bytes(6) + b"\x40" + b"a" * 64 + b"\0\0\1\0\1", "FORMERR"),
    ("a long name", b"\1\0\0\1" + bytes(6) + b"\1a" * 128 + b"\0\0\1\0\1", "FORMERR"),
    ("the class CHAOS", b"\1\0\0\1" + bytes(6) + b"\1a\0\0\x10\0\3", "REFUSED"),
    ("a zone transfer", b"\1\0\0\1" + bytes(6) + b"\1a\0\0\xfc\0\1", "REFUSED"),
]


@pytest.mark.parametrize(("octets", "rcode"), [row[1:] for row in NOT_STANDARD])
def test_queries_that_are_not_standard(blocking: Serving, octets: bytes, rcode: str) -> None:
    answer = blocking.send(b"\xab\xcd" + octets)
    assert answer is not None
    assert answer[:2] == b"\xab\xcd"
    assert answer[2] & 0xF8 == 0x80 | octets[0] & 0x78
    assert dns.rcode.to_text(dns.rcode.Rcode(answer[3] & 15)) == rcode
    if rcode != "NOTIMP":
        dns.message.from_wire(answer)


def test_the_longest_name(blocking: Serving) -> None:
    name = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 53, "example"])
    assert len(name) == 253
    assert blocking.ask(name).is_real
    assert blocking.ask(f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 45}.blocked.example").errors


def test_answers_and_fragments_get_no_answer(blocking: Serving) -> None:
    response = dns.message.make_response(dns.message.make_query("blocked.example", "A"))
    for octets in (response.to_wire(), b"", b"\0" * 11):
        assert blocking.send(octets, timeout=0.1) is None


def test_a_blocked_query_that_cannot_be_read(blocking: Serving) -> None:
    query = dns.message.make_query("blocked.example", "A").to_wire()
    answer = blocking.send(query + b"junk")
    assert answer is not None
    assert dns.message.from_wire(answer).rcode() == dns.rcode.FORMERR


@given(st.binary(max_size=600) | st.binary(max_size=40))
@settings(max_examples=size(150))
def test_any_octets_over_udp(blocking: Serving, octets: bytes) -> None:
    query = dns.message.make_query("blocked.example", "A", use_edns=0).to_wire()
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", blocking.port))
        for hostile in (octets, query[:12] + octets, query[: len(octets)] + octets, query + octets):
            client.send(hostile)
    assert [code for code, _ in blocking.ask("www.blocked.example").errors] == [15]


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=6), st.booleans())
@settings(max_examples=size(80))
def test_any_octets_over_tcp(blocking: Serving, messages: list[bytes], framed: bool) -> None:
    with (
        socket.create_connection(("127.0.0.1", blocking.port)) as client,
        contextlib.suppress(ConnectionError),  # it may end what makes no sense
    ):
        for message in messages:
            client.sendall((len(message).to_bytes(2) if framed else b"") + message)
    assert [code for code, _ in blocking.ask("www.blocked.example", tcp=True).errors] == [15]


NAMES = st.lists(
    st.sampled_from(["blocked", "exact", "below", "example", "www", "a", "EXAMPLE", "xn--a", "_b"]),
    min_size=1, max_size=5,
).map(".".join)  # fmt: skip


def test_thousands_of_names_get_what_is_blocked(blocking: Serving) -> None:
    blocked = Blocklist.open(blocking.configuration.image)

    @given(st.lists(NAMES, min_size=20, max_size=20))
    @settings(max_examples=size(100))
    def check(names: list[str]) -> None:
        names += [f"{name}.example" for name in names[:10]]
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.connect(("127.0.0.1", blocking.port))
            client.settimeout(3)
            for id_, name in enumerate(names):
                query = dns.message.make_query(name, "A", id=id_, use_edns=0)
                client.send(query.to_wire())
            got = {}
            for _ in names:
                answer = dns.message.from_wire(client.recv(4096))
                got[answer.id] = is_told(answer)
        assert got == {id_: blocked.is_blocked(name) for id_, name in enumerate(names)}

    check()


def test_who_is_not_allowed_is_refused(behind: Upstream, one: Path) -> None:
    with serving(behind.port, blocks=one, allow=["127.0.0.2"]) as server:
        query = dns.message.make_query("www.example", "A", use_edns=0).to_wire()
        assert is_ours(server.send(query), rcode="REFUSED", ede=18)
        assert server.send(b"\0" * 12) is not None  # header alone
        assert dns.message.from_wire(server.send(query, host="127.0.0.2") or b"").answer
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.settimeout(3)
            assert closed(client)


def is_ours(octets: bytes | None, *, rcode: str, ede: int) -> bool:
    message = dns.message.from_wire(octets or b"")
    codes = [getattr(option, "code", None) for option in message.options]
    return (dns.rcode.to_text(message.rcode()), codes) == (rcode, [ede])


def closed(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def test_ipv6(behind: Upstream, one: Path) -> None:
    with serving(behind.port, blocks=one, listen=["[::1]:0"]) as server:
        for tcp in (False, True):
            assert ask("www.example", server.port, host="::1", tcp=tcp).is_real
            assert ask("blocked.example", server.port, host="::1", tcp=tcp).errors


def test_several_processes_share_a_port(behind: Upstream) -> None:
    port = free_port()
    shared: dict[str, Any] = {"listen": [f"127.0.0.1:{port}"], "reuse_port": True}
    with serving(behind.port, **shared) as first, serving(behind.port, **shared):
        assert all(first.ask(f"n{number}.example").is_real for number in range(10))


ORDERED = [
    order("blocked.example", "*blocked*", id="it:7", number="7/2026"),
    order("blocked.example", "x.example", id="it:8", number="8/2026 " + "long " * 60),
]
PREFIXES = ["", "w.", "V.", "WwW.", f"{'y' * 63}.", f"{'y' * 63}." * 3]
NAMED = [
    "blocked.example", "BLOCKED.example", "X.example", "blocked.org", "blocked-xx.com",
    "blocked.localhost", "blocked.Invalid", "blocked.nobody.Invalid", "blocked-234567.invalid",
]  # fmt: skip
COOKIE = dns.edns.GenericOption(dns.edns.OptionType.COOKIE, bytes(range(16)))


@pytest.mark.parametrize(
    "response", ["nodata", "nxdomain", "refused", "drop", "sinkhole 192.0.2.1"]
)
def test_answers_that_are_kept_are_those_of_the_handler(tmp_path: Path, response: str) -> None:
    compile_orders(ORDERED).save(tmp_path / "a.blk")
    live = LiveBlocklist(tmp_path / "a.blk")
    told: list[str] = []
    hits = Hits("test", count=lambda match, *_: told.append(match.name))
    policy = ResponsePolicy(Response.parse(response))
    view, plain = View(live, Handler(live, policy, hits=hits)), Handler(live, policy)

    edns: list[dict[str, Any]] = [{}, {"payload": 512}, {"use_edns": 0, "options": [COOKIE]}]
    asked = list(product(PREFIXES, NAMED, ["A", "HTTPS"], edns, [False, True]))
    for prefix, name, kind, options, tcp in asked:
        query = dns.message.make_query(prefix + name, kind, **options)
        octets = query.to_wire()
        question = read_question(octets)
        verdict = plain.of_query(query, tcp=tcp)
        assert question is not None
        assert verdict is not None
        assert view.of_query(octets, question, "192.0.2.1", tcp=tcp) == verdict.wire
    assert told == [(prefix + name).lower() for prefix, name, *_ in asked]
    assert len(view._made) < len(asked)  # some were kept for others


def test_a_cookie_is_repeated_in_every_answer_of_ours(blocking: Serving) -> None:
    halves = dns.edns.GenericOption(dns.edns.OptionType.COOKIE, bytes(8)), COOKIE
    with silent() as quiet, serving(quiet, timeout=0.05) as lost:
        for server, name in ((blocking, "blocked.example"), (lost, "example.org")):
            for sent, repeated in zip(halves, ([], [COOKIE.data]), strict=True):
                message = server.ask(name, options=[sent]).message
                assert message is not None
                got = [option.to_wire() for option in message.options if option.otype == 10]
                assert got == repeated


# ---- limits -----------------------------------------------------------------------------------


def test_queries_on_their_way_are_bounded() -> None:
    with silent() as quiet, serving(quiet, max_outstanding=3, timeout=10, tries=1) as server:
        query = dns.message.make_query("example.org", "A").to_wire()
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.connect(("127.0.0.1", server.port))
            client.settimeout(1)
            for _ in range(10):
                client.send(query)
            answers = [dns.message.from_wire(client.recv(512)) for _ in range(7)]
            assert {answer.rcode() for answer in answers} == {dns.rcode.SERVFAIL}
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(512)


def framed(name: str, id_: int = 7) -> bytes:
    query = dns.message.make_query(name, "A", id=id_, use_edns=0).to_wire()
    return len(query).to_bytes(2) + query


def read(client: socket.socket) -> dns.message.Message:
    size = int.from_bytes(client.recv(2, socket.MSG_WAITALL))
    return dns.message.from_wire(client.recv(size, socket.MSG_WAITALL))


def test_connections_are_bounded_and_end_when_idle(behind: Upstream) -> None:
    with serving(behind.port, max_connections=2, idle_timeout=1) as server:
        with contextlib.ExitStack() as stack:
            clients = [
                stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                for _ in range(2)
            ]
            for client in clients:
                client.settimeout(3)
                client.sendall(framed("example.org"))
                assert read(client).answer
            clients[0].sendall(framed("example.org"))
            assert read(clients[0]).answer
            with socket.create_connection(("127.0.0.1", server.port)) as third:
                third.settimeout(3)
                third.sendall(framed("example.org"))
                assert read(third).answer
                assert closed(clients[1])  # idle for the longest time
                clients[0].sendall(b"\0")  # half of a length
                assert closed(clients[0])
        assert server.ask(tcp=True).is_real


def test_many_queries_on_one_connection(behind: Upstream, one: Path) -> None:
    with (
        serving(behind.port, blocks=one) as server,
        socket.create_connection(("127.0.0.1", server.port)) as client,
    ):
        client.settimeout(60)
        names = [f"n{number}.{'blocked.' * (number % 2)}example" for number in range(200)]
        client.sendall(b"".join(framed(name, id_) for id_, name in enumerate(names)))
        client.shutdown(socket.SHUT_WR)  # it has said all, and still hears all
        got = {}
        for _ in names:
            message = read(client)
            got[message.id] = (message.question[0].name.to_text(), bool(message.options))
        assert got == {id_: (f"{name}.", bool(id_ % 2)) for id_, name in enumerate(names)}
        assert client.recv(1) == b""


def test_a_slow_answer_outlives_the_idle_timeout() -> None:
    def answer(query: dns.message.Message) -> bytes:
        threading.Event().wait(0.5)
        return negative(query)

    with (
        stub(answer) as slow,
        serving(slow, timeout=3, idle_timeout=0.1) as server,
        socket.create_connection(("127.0.0.1", server.port)) as client,
    ):
        client.settimeout(60)
        client.sendall(framed("example.org"))
        assert read(client).rcode() == dns.rcode.NXDOMAIN


def test_a_client_that_reads_nothing_is_let_go(behind: Upstream, one: Path) -> None:
    with serving(behind.port, blocks=one, idle_timeout=0.2) as server:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.connect(("127.0.0.1", server.port))
            client.settimeout(0.5)
            with contextlib.suppress(OSError):
                for _ in range(4000):
                    client.sendall(framed("blocked.example") * 20)
            for _ in range(100):
                if not server.server._tcp._tasks:
                    break
                threading.Event().wait(0.05)
            assert not server.server._tcp._tasks
        assert server.ask().is_real


def test_a_query_too_long_for_a_datagram_is_no_fault_of_the_upstream(
    behind: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    query = framed("example.org")[2:]
    with (
        serving(behind.port) as server,
        socket.create_connection(("127.0.0.1", server.port)) as client,
    ):
        client.settimeout(60)
        client.sendall(b"\xff\xff" + query + bytes(65_535 - len(query)))
        assert read(client).rcode() == dns.rcode.FORMERR
        cut = server.send(query + bytes(5000))
        assert cut is not None
        assert dns.message.from_wire(cut).rcode() == dns.rcode.FORMERR
    assert "does not answer" not in caplog.text


def test_few_connections_to_upstreams(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.TC
        return response.to_wire()

    monkeypatch.setattr(upstream_module, "_MAX_CONNECTIONS", 2)
    with socket.socket() as slow, socket.socket(type=socket.SOCK_DGRAM) as udp:
        slow.bind(("127.0.0.1", 0))
        slow.listen(16)
        slow.settimeout(0.5)
        udp.bind(slow.getsockname())
        udp.settimeout(60)
        with (
            serving(slow.getsockname()[1], timeout=3, tries=1) as server,
            socket.create_connection(("127.0.0.1", server.port)) as client,
        ):
            client.sendall(framed("example.org") * 5)
            for _ in range(5):
                octets, sender = udp.recvfrom(512)
                udp.sendto(cut(dns.message.from_wire(octets)), sender)
            with contextlib.ExitStack() as stack, contextlib.suppress(TimeoutError):
                taken = 0
                while True:
                    stack.enter_context(slow.accept()[0])
                    taken += 1
            assert taken == 2


def test_answers_do_not_pile_up_for_who_reads_none(
    monkeypatch: pytest.MonkeyPatch, behind: Upstream, one: Path
) -> None:
    monkeypatch.setattr(listeners_module, "_MAX_UNREAD", 1000)
    with serving(behind.port, blocks=one, idle_timeout=60) as server, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.connect(("127.0.0.1", server.port))
        client.settimeout(60)
        octets = framed("blocked.example") * 500_000
        with pytest.raises(ConnectionError):
            client.sendall(octets)


# ---- images -----------------------------------------------------------------------------------


def test_made_answers_are_of_the_image_that_answers(behind: Upstream, one: Path) -> None:
    orders = [order("blocked.example", number="1/2026")]
    compile_orders(orders).save(one)
    with serving(behind.port, blocks=one, check_every=0) as server:
        told = [server.ask("blocked.example").errors for _ in range(3)]
        assert {text for ((_, text),) in told} == {"the operator's own policy, 1/2026"}
        assert server.ask("www.blocked.example").errors
        orders = [order("blocked.example", number="2/2026", exceptions=["www.blocked.example"])]
        compile_orders(orders).save(one)
        (live,) = server.server.views.images
        assert live.reload() is not None
        for _ in range(2):
            ((_, text),) = server.ask("blocked.example").errors
            assert text == "the operator's own policy, 2/2026"
            assert server.ask("www.blocked.example").is_real


def test_a_replaced_image_is_taken_by_itself(behind: Upstream, one: Path) -> None:
    with serving(behind.port, blocks=one, check_every=0.05) as server:
        assert server.ask("other.example").is_real
        image("other.example", "blocked.example").save(one)
        for _ in range(100):
            if server.ask("other.example").errors:
                break
            threading.Event().wait(0.02)
        assert server.ask("other.example").errors


def test_a_signal_at_the_moment_of_a_look_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(asyncio.Event):
        async def wait(self) -> Literal[True]:
            try:
                return await super().wait()
            finally:
                self.set()

    looks: list[bool] = []

    async def watch() -> None:
        overrides = {"image": "none", "upstreams": ["192.0.2.53"], "check_every": 0.05}
        server = Server(read_configuration(None, {**overrides, "listen": ["127.0.0.1:0"]}))
        monkeypatch.setattr(server.views, "reload", lambda *, always: looks.append(always))
        server._reload_now = Late()
        await server.start()
        await asyncio.sleep(0.3)
        await server.close()

    asyncio.run(watch())
    assert looks[0]


def test_images_and_addresses_that_cannot_be_had(tmp_path: Path) -> None:
    async def start(**more: Any) -> None:
        settings = {"image": "none", "upstreams": ["192.0.2.53"], **more}
        server = Server(read_configuration(None, settings))
        await server.start()
        await server.close()

    (tmp_path / "bad.blk").write_bytes(b"image is missing; give")
    with pytest.raises(NotAnImageError, match=r"bad\.blk"):
        asyncio.run(start(image=str(tmp_path / "bad.blk")))
    with pytest.raises(FileNotFoundError):
        asyncio.run(start(image=str(tmp_path / "none.blk")))
    with pytest.raises(BlocklistError, match=r"cannot listen on 192\.0\.2\.1:0: "):
        asyncio.run(start(listen=["127.0.0.1:0", "192.0.2.1:0"]))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(BlocklistError, match=f"cannot listen on {where}: Address already"):
            asyncio.run(start(listen=[where]))
