"""The helper of Squid: each line answered, whatever it says; as a process, with signals."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from helpers import blocklist_of, image, order
from hypothesis import given
from hypothesis import strategies as st
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_blocklist, founding_image
from servers.program import blocklist, environment

from blocklist import Authority, Blocklist, LiveBlocklist, Match, compile_orders
from blocklist.integrations.squid import SquidHelper

IDS = "it:tribunale-di-milano:ordinanza:2022-07-11"
ANSWER = re.compile(
    rb'(?:\d+ )?(?:ERR|BH message="[ -~]+"'
    rb'|OK(?: [a-z]+="(?:[^"\\\x00-\x1f\x7f-\xff]|\\["\\])*")+)\n'
)
"""What Squid reads (Helper::Reply::parse)."""


def answers(helper: SquidHelper, octets: bytes) -> list[bytes]:
    replies = io.BytesIO()
    helper.run(io.BytesIO(octets), replies)
    return replies.getvalue().splitlines(keepends=True)


def test_founding_case() -> None:
    helper = SquidHelper(founding_blocklist())
    names = [*MUST_BLOCK, *MUST_RESOLVE]
    lines = "".join(f"{number} {name} -\n" for number, name in enumerate(names))
    found = answers(helper, lines.encode())
    assert len(found) == len(names)
    for number, (name, reply) in enumerate(zip(names, found, strict=True)):
        if name in MUST_RESOLVE:
            assert reply == b"%d ERR\n" % number
        else:
            assert reply.startswith(b'%d OK tag="law" message="' % number), name
            assert f'{IDS}"\n'.encode() in reply
    assert b"Autorita per le garanzie nelle comunicazioni" in found[3]


BLOCKED = [
    b"blocked.example", b"WWW.BLOCKED.example.", b"blocked.example:443", b"192.0.2.7",
    b"%5B2001:db8:7::1%5D", b"%5B2001:db8:7::1%5D:443", b"http://blocked.example/",
    b"http://%5B2001:db8:7::1%5D:8080/a", b"https://user@blocked.example:8443/x",
    b"http://shared.example/film", b"http://shared.example/film?%22%3C%zz", b"ftp://blocked.example/",
    b"http://shared.example/%66ilm/x",
]  # fmt: skip
OPEN = [
    b"notblocked.example", b"blocked.example.org", b"http://shared.example/", b"192.0.2.8",
    b"http://shared.example/%2566ilm", b"%5B::1%5D:80", b"http://x.example/?u=http://blocked.example/",
    b"%", b"%FF%00", b"://", b"http://", b"=", b'"', b"shared.example",
]  # fmt: skip


@pytest.fixture(scope="module")
def helper() -> SquidHelper:
    listed = ("blocked.example", "192.0.2.7", "2001:db8:7::/48", "http://shared.example/film")
    return SquidHelper(blocklist_of(*listed))


@pytest.mark.parametrize("field", BLOCKED)
def test_blocked(helper: SquidHelper, field: bytes) -> None:
    assert helper.reply(b"7 " + field + b" -\n").startswith(b'7 OK tag="policy" message="')
    assert helper.reply(b"7 " + field + b"\r\n").startswith(b"7 OK ")


@pytest.mark.parametrize("field", OPEN)
def test_not_blocked(helper: SquidHelper, field: bytes) -> None:
    assert helper.reply(b"7 " + field + b" -\n") == b"7 ERR\n"


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        (b"\n", b"BH "), (b"blocked.example -\n", b"BH "), (b"7\n", b"7 BH "), (b"7 -\n", b"7 BH "),
        (b"x blocked.example\n", b"BH "), (b"-1 blocked.example -\n", b"BH "),
        (b"\xff\xfe\n", b"BH "), (b"7 - -\n", b"7 BH "), ("٣ x".encode(), b"BH "),
    ],
)  # fmt: skip
def test_broken_lines(helper: SquidHelper, line: bytes, begins: bytes) -> None:
    reply = helper.reply(line)
    assert reply.startswith(begins)
    assert ANSWER.fullmatch(reply)


def test_without_channels() -> None:
    helper = SquidHelper(blocklist_of("blocked.example", "7.example"), channels=False)
    assert helper.reply(b"blocked.example -\n").startswith(b"OK tag=")
    assert helper.reply(b"7.example\n").startswith(b"OK tag=")
    assert helper.reply(b"7 blocked.example\n") == b"ERR\n"
    assert helper.reply(b"\n").startswith(b"BH ")


def test_a_line_without_end(helper: SquidHelper) -> None:
    # Of the first the host is there; cut off, the fourth would be blocked.
    octets = (
        b"1 http://www." + b"x." * 10 + b"blocked.example/" + b"x" * 300_000
        + b"\n2 blocked.example -\n3 blocked.example -" + b" " * 60_000
        + b"\n4 blocked.example" + b".x" * 200_000 + b"\n5 blocked.example"
    )  # fmt: skip
    first, second, third, fourth, fifth = answers(helper, octets)
    assert first.startswith(b"1 OK ")
    assert second.startswith(b"2 OK ")
    assert third.startswith(b"3 OK ")
    assert fourth == b'4 BH message="the line is too long"\n'
    assert fifth.startswith(b"5 OK ")


@given(
    st.binary(max_size=80) | st.binary(max_size=60).map(lambda tail: b"12 blocked.example" + tail)
)
def test_any_octets_get_an_answer(helper: SquidHelper, octets: bytes) -> None:
    for line in octets.splitlines(keepends=True) or [b""]:
        assert ANSWER.fullmatch(helper.reply(line))


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_order_can_be_told(id_: str, authority: str) -> None:
    told = order("d.example", id=id_ or "x", authority=Authority("court", authority or "x"))
    try:
        compiled = compile_orders([told])
    except (UnicodeError, ValueError):  # what is no text is in no image
        return
    assert ANSWER.fullmatch(SquidHelper(Blocklist(compiled)).reply(b"1 d.example -\n"))


def test_many_orders_fit_a_line() -> None:
    orders = [order("d.example", id=f"x:{'y' * 30}:{n}") for n in range(500)]
    reply = SquidHelper(Blocklist(compile_orders(orders))).reply(b"1 d.example -\n")
    assert ANSWER.fullmatch(reply)
    assert len(reply) < 1_000


def test_confidential_orders_are_not_named(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "blocklist.hits")
    secret = order(
        "h.example", id="x:secret", authority=Authority("c", "Secret"), confidential=True
    )
    reply = SquidHelper(Blocklist(compile_orders([secret]))).reply(b"1 h.example -\n")
    assert reply == b'1 OK tag="law" message="an order of an authority"\n'
    assert "ecret" not in caplog.text
    assert "h.example" not in caplog.text


def test_hits_are_counted() -> None:
    counted: list[tuple[str, str, str]] = []

    def count(match: Match, action: str, via: str) -> None:
        counted.append((match.rule.text, action, via))

    helper = SquidHelper(blocklist_of("d.example"), count=count)
    answers(helper, b"1 d.example -\n2 e.example -\n3 -\n")
    assert counted == [("d.example", "deny", "squid")]


def test_a_new_image_between_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    image("d.example").save(path)
    live = LiveBlocklist(path)
    helper = SquidHelper(live, refresh_seconds=1e-9)
    assert helper.reply(b"1 d.example\n").startswith(b"1 OK")
    image("e.example").save(path)
    assert helper.reply(b"1 d.example\n") == b"1 ERR\n"
    path.unlink()
    assert helper.reply(b"1 e.example\n").startswith(b"1 OK")
    assert live.reloads["rejected"] == 1


def command(*words: str | Path) -> list[str | Path]:
    return blocklist("squid-helper", *words)


def test_the_command_with_signals(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    founding_image().save(path)
    with subprocess.Popen(
        command(path, "--log-hits"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None

        def said(line: bytes) -> bytes:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(line)
            process.stdin.flush()
            return process.stdout.readline()

        assert said(b"0 CorsaroNero.pro -\n").startswith(b'0 OK tag="law"')
        assert said(b"1 example.org -\n") == b"1 ERR\n"
        image(*(f"{letter}.example" for letter in "abcde")).save(path)
        process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 60
        while not said(b"2 e.example -\n").startswith(b"2 OK"):
            assert time.monotonic() < end
        (tmp_path / "new").write_bytes(b"")
        (tmp_path / "new").replace(path)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.1)
        assert said(b"3 e.example -\n").startswith(b"3 OK")
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stdout.read() == b""
        assert process.stderr is not None
        log = process.stderr.read().decode()
    assert "Traceback" not in log
    assert f"deny: corsaronero.pro by {IDS}" in log


@pytest.mark.parametrize("content", [None, b"", b"x" * 100])
def test_a_missing_or_damaged_image(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "it.blk"
    if content is not None:
        path.write_bytes(content)
    done = subprocess.run(
        command(path), input=b"1 d.example -\n", capture_output=True, timeout=120, check=False,
        env=environment(),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("Error: ")
    assert "it.blk" in line


def test_squid_is_gone(tmp_path: Path) -> None:
    founding_image().save(tmp_path / "it.blk")
    env = environment()
    env.pop("PYTHONUNBUFFERED", None)  # with it nothing is left to write at exit
    with subprocess.Popen(
        command(tmp_path / "it.blk"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=env,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.close()
        _, log = process.communicate(b"1 d.example -\n", timeout=120)
        assert process.returncode in (0, 141)
    assert b"Traceback" not in log
    assert b"Exception" not in log
