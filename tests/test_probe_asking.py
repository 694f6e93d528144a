"""One question to one resolver that says whatever it likes."""

from __future__ import annotations

import gc
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dns.flags
import dns.message
import dns.rrset
import pytest
import trustme
from helpers import image
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import size
from servers.program import free_port
from servers.stub import stub

from blocklist import ConfigurationError
from blocklist.errors import missing_extra
from blocklist.probe import Resolver
from blocklist.probe.asking import Asker, Pace, Reply
from blocklist.probe.evidence import facts_of
from blocklist.probe.judging import Judge, Outcome

pytestmark = pytest.mark.no_core

FAST = 1e6


def asker(where: str, timeout: float = 0.3, tries: int = 1, ca: str = "") -> Asker:
    return Asker(Resolver.parse(where), Pace(FAST), timeout=timeout, tries=tries, ca=ca)


def positive(query: dns.message.Message) -> dns.message.Message:
    response = dns.message.make_response(query)
    response.answer.append(dns.rrset.from_text(query.question[0].name, 1, "IN", "A", "192.0.2.99"))
    return response


said: list[bytes | None] = [None]


@pytest.fixture(scope="module")
def hostile() -> object:
    """Answers with ``said``, under the id of the query if it is longer than an id."""

    def answer(query: dns.message.Message) -> bytes | None:
        wire = said[0]
        return None if wire is None else query.id.to_bytes(2, "big") + wire

    with stub(answer) as port:
        yield f"127.0.0.1:{port}"


_HEADS = st.sampled_from(
    [b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00", b"\x81\x83\x00\x01\x00\x00\x00\x00\x00\x01",
     b"\x85\x80\x00\x01\xff\xff\x00\x00\x00\x01", b"\x83\x80\x00\x01\x00\x00\x00\x00\x00\x00", b""]
)  # fmt: skip
_QUESTION = b"\x01x\x02it\x00\x00\x01\x00\x01"
_OPT = b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00"
_TAILS = st.sampled_from(
    [b"", _QUESTION,
     _QUESTION + b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04\xc0\x00\x02\x63",
     _QUESTION + b"\xc0\x1f\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04",
     _QUESTION + _OPT + b"\x00\x08\x00\x0f\x00\x04\x00\x10\xff\xfe",
     _QUESTION + _OPT + b"\x00\x06\x00\x0f\x00\x02\xff\xff"]
)  # fmt: skip


@settings(max_examples=size(300))
@given(st.builds(lambda *parts: b"".join(parts), _HEADS, _TAILS, st.binary(max_size=60)))
def test_no_answer_breaks_the_probe(hostile: str, wire: bytes) -> None:
    said[0] = wire
    asked = asker(hostile)
    reply = asked.ask("x.it", "A")
    judge = Judge()
    judge.calibrate(reply)
    finding = judge.judge(reply, reply)
    assert finding.outcome in Outcome
    assert facts_of("x.it", "A", asked, reply, finding)["outcome"] == finding.outcome.value


@given(st.binary(max_size=4), st.text(max_size=40), st.sampled_from(range(30)))
def test_what_an_extended_error_says_is_kept(
    hostile: str, garbage: bytes, text: str, code: int
) -> None:
    octets = code.to_bytes(2, "big") + text.encode("utf-8", "surrogatepass")
    option = b"\x00\x0f" + len(octets).to_bytes(2, "big") + octets
    said[0] = (
        b"\x81\x83\x00\x01\x00\x00\x00\x00\x00\x01" + _QUESTION + _OPT
        + len(option).to_bytes(2, "big") + option
    )  # fmt: skip
    asked = asker(hostile)
    reply = asked.ask("x.it", "A")
    assert reply.message is not None
    facts = facts_of("x.it", "A", asked, reply, Judge().judge(reply))
    assert facts["answer"]["ede"] == [{"code": code, "text": text.removesuffix("\0")}]


def test_silence_is_asked_again_and_rubbish_is_not() -> None:
    asked: list[int] = []

    def answer(query: dns.message.Message) -> bytes | None:
        asked.append(query.id)
        return None if "silent" in str(query.question[0].name) else b"rubbish"

    with stub(answer) as port:
        silent = asker(f"127.0.0.1:{port}", timeout=0.1, tries=3).ask("silent.it", "A")
        assert silent.is_silence
        assert (silent.tries, len(asked)) == (3, 3)
        assert silent.message is None
        rubbish = asker(f"127.0.0.1:{port}", timeout=0.1, tries=3).ask("loud.it", "A")
        assert not rubbish.is_silence
        assert (rubbish.tries, len(asked)) == (1, 4)
        assert "ShortHeader" in rubbish.failure


def test_an_answer_to_another_question_does_not_count() -> None:
    def answer(query: dns.message.Message) -> bytes:
        return positive(dns.message.make_query("other.it", "A", id=query.id)).to_wire()

    with stub(answer) as port:
        reply = asker(f"127.0.0.1:{port}").ask("x.it", "A")
        assert (reply.message, reply.is_silence) == (None, False)


def test_a_truncated_answer_is_asked_for_over_tcp() -> None:
    first: list[bool] = []

    def answer(query: dns.message.Message) -> bytes:
        if first:
            return positive(query).to_wire()
        first.append(True)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.TC
        return response.to_wire()

    with stub(answer) as port:
        reply = asker(f"127.0.0.1:{port}").ask("x.it", "A")
        assert reply.transport == "tcp"
        assert reply.message is not None
        assert reply.message.answer


def test_the_case_of_the_name_is_sent_as_written() -> None:
    seen: list[str] = []

    def answer(query: dns.message.Message) -> bytes:
        seen.append(query.question[0].name.to_text())
        return positive(query).to_wire()

    with stub(answer) as port:
        reply = asker(f"tcp://127.0.0.1:{port}").ask("PiRaTe.It", "A")
    assert seen == ["PiRaTe.It."]
    assert reply.message is not None
    assert b"PiRaTe" in (reply.message.wire or b"")


@pytest.fixture
def collected() -> Iterator[None]:
    """dnspython leaves sockets of HTTPS to the garbage collector, which must not warn others."""
    yield
    gc.collect()


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("transport", ["tcp", "tls", "https"])
def test_nobody_listens(transport: str) -> None:
    path = "/dns-query" if transport == "https" else ""
    reply = asker(f"{transport}://127.0.0.1:{free_port()}{path}", timeout=20).ask("x.it", "A")
    assert reply.message is None
    assert "connect" in reply.failure.lower()


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("transport", ["tls", "https"])
def test_whoever_answers_without_tls(transport: str) -> None:
    path = "/dns-query" if transport == "https" else ""
    with stub(lambda _: b"") as port:
        reply: Reply = asker(f"{transport}://127.0.0.1:{port}{path}").ask("x.it", "A")
    assert reply.message is None
    assert reply.failure


@contextmanager
def tls_server(folder: Path, *pieces: bytes, every: float = 0) -> Iterator[tuple[int, str]]:
    """Answer one TLS connection with the pieces; yields the port and who vouches for it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def serve() -> None:
            with suppress(OSError), context.wrap_socket(listener.accept()[0], True) as connection:
                connection.recv(1)
                for piece in pieces:
                    connection.sendall(piece)
                    if every and done.wait(every):
                        break

        done, thread = threading.Event(), threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], str(folder / "ca.pem")
        done.set()
        thread.join()


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("transport", ["tls", "https"])
def test_whoever_answers_drop_by_drop(transport: str, tmp_path: Path) -> None:
    """Each read is in time, and all of them together are not."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n" if transport == "https" else b"\2\0"
    path = "/dns-query" if transport == "https" else ""
    with tls_server(tmp_path, head, *[b"x"] * 600, every=0.05) as (port, ca):
        reply = asker(f"{transport}://127.0.0.1:{port}{path}", ca=ca).ask("x.it", "A")
        assert reply.is_silence  # whoever waits for each drop has a whole message in the end


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0" * 100,
        b"HTTP/1.1 500 no\r\nContent-Length: 6\r\n\r\n<b>\x1b[2",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n" + b"\xff" * 12,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000,
    ],
)
@pytest.mark.parametrize("transport", ["tls", "https"])
def test_rubbish_over_tls(transport: str, answer: bytes, tmp_path: Path) -> None:
    path = "/dns-query" if transport == "https" else ""
    with tls_server(tmp_path, answer) as (port, ca):
        reply = asker(f"{transport}://127.0.0.1:{port}{path}", ca=ca).ask("x.it", "A")
    assert reply.message is None
    assert 0 < len(reply.failure) <= 200
    assert "\x1b" not in reply.failure


def test_certificates_have_to_be_some() -> None:
    with pytest.raises(ConfigurationError, match=f"{__file__}: holds no certificates in PEM"):
        asker("tls://127.0.0.1", ca=__file__)


def test_pace() -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 6))
        now[0] += seconds

    pace = Pace(10, clock=lambda: now[0], sleep=sleep)
    for _ in range(3):
        pace.wait()
    assert slept == [0.1, 0.1]
    now[0] += 60
    pace.wait()
    pace.wait()
    assert slept == [0.1, 0.1, 0.1]  # what was not used is gone: no burst
    with pytest.raises(ConfigurationError, match="the rate must be"):
        Pace(0)


@pytest.mark.parametrize(
    ("missing", "where", "said"),
    [
        ("dns", "127.0.0.1", missing_extra("probing", "probe")),
        ("h2", "https://127.0.0.1/", missing_extra("DNS over HTTPS", "probe")),
    ],
)
def test_without_the_library(tmp_path: Path, missing: str, where: str, said: str) -> None:
    image("pirate.it").save(tmp_path / "it.blk")
    script = (
        "import sys\n"
        f"sys.modules[{missing!r}] = None\n"
        "from blocklist.cli import main\n"
        "sys.argv[1:] = ['probe', *sys.argv[1:]]\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "it.blk"), "--resolver", where],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {said}")
    assert done.stderr.count("\n") == 1
