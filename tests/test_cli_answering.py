"""Many questions in a row: the answers of one by one, in blocks, and at once to who waits."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import order
from processortime import within

import blocklist
from blocklist import Blocklist, compile_orders
from blocklist.cli import answering, show
from blocklist.cli.answering import ExplainLines, QueryLines, answer, blocks
from blocklist.matcher.explanation import explained

NAMES = [
    "a.example", "WWW.A.Example.", "z.example", "z.example.", "ok.a.example", "192.0.2.1", "1.2.3",
    "http://c.example/x/y", "c.example", "c.example/x", "x.0x7f", "0xc0000201", "a.example:80",
    "a[.]example", "hxxp://a.example/", "bücher.example", "xn--bcher-kva.example", "\\097.example",
    "secret.example", "x.kick.test", "-.-", ".", "..", "a..example", "a" * 300,
    "a" * 64 + ".example", "a." * 122 + "a.example", "a." * 122 + "an.example",
    "\x1b[2J", "d.1x",
    "_dmarc.a.example", "[2001:db8::1]", "2001:db8::1", "mailto:u@a.example", "a b.example",
    "\udcff.example", "all.example", "port.example", "b.all.example", "d.example.", "kick.ok.test",
]  # fmt: skip


def blocked_by(*, urls: bool, exceptions: bool) -> Blocklist:
    targets = [
        "a.example",
        "192.0.2.0/29",
        "bücher.example",
        "*kick*",
        "=d.example",
        "2001:db8::/48",
    ]
    targets += ["http://c.example/x", "http://port.example:8080/"] if urls else []
    allowed = ["ok.a.example", "*kick*ok*"] if exceptions else []
    orders = [order(*targets, id="it:1", exceptions=allowed), order("a.example", id="it:2")]
    return Blocklist(compile_orders([*orders, order("secret.example", id="s", confidential=True)]))


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("urls", [False, True])
@pytest.mark.parametrize("exceptions", [False, True])
def test_the_answers_are_those_of_one_by_one(as_json: bool, urls: bool, exceptions: bool) -> None:
    blocked = blocked_by(urls=urls, exceptions=exceptions)
    names = NAMES * 2  # what is said twice is put together once
    matches = [blocked.lookup(name) for name in names]
    wanted = [show.answer(*pair, as_json) for pair in zip(names, matches, strict=True)]
    lines, found = QueryLines(blocked, as_json=as_json, blocked_only=False).lines(names)
    assert lines == wanted
    assert found
    hits = [line for line, match in zip(wanted, matches, strict=True) if match is not None]
    assert QueryLines(blocked, as_json=as_json, blocked_only=True).lines(names) == (hits, True)
    misses = [name for name, match in zip(names, matches, strict=True) if match is None]
    assert QueryLines(blocked, as_json=as_json, blocked_only=True).lines(misses) == ([], False)
    explanations = [
        show.explanation(name, explained(name, blocked.lookup, blocked.covering), as_json)
        for name in names
    ]
    assert ExplainLines(blocked, as_json=as_json).lines(names)[0] == explanations


@pytest.mark.parametrize("block", [1, 2, 7, 1 << 18])
def test_lines_that_arrive_in_pieces(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = b"a.example\r\n\n  b.example \nb\xc3\xbccher.example\n\xff\xfe.example\n\n" + b"x" * 50
    monkeypatch.setattr(answering, "_BLOCK", block)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets), "ascii"))
    assert [name for names in blocks(()) for name in names] == [
        "a.example", "b.example", "bücher.example", "\udcff\udcfe.example", "x" * 50,
    ]  # fmt: skip
    assert list(blocks(("c.example", "d.example"))) == [["c.example", "d.example"]]


def test_a_file_is_answered_in_few_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = blocked_by(urls=True, exceptions=True)
    octets = "".join(f"n{number}.a.example\n" for number in range(20_000)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
    written: list[str] = []
    with within(2):
        assert answer((), QueryLines(blocked, as_json=False, blocked_only=False), written.append)
    assert len(written) < 5
    assert sum(text.count("\n") + 1 for text in written) == 20_000


def test_quiet_ends_at_the_first() -> None:
    blocked = blocked_by(urls=False, exceptions=False)
    lines = QueryLines(blocked, as_json=False, blocked_only=False)
    assert answer(("z.example", "a.example"), lines, None)
    assert not answer(("z.example",), lines, None)


@pytest.mark.no_core
@pytest.mark.skipif(os.name != "posix", reason="pipes")
@pytest.mark.parametrize("command", ["query", "explain"])
def test_a_program_that_waits_gets_each_answer(command: str, tmp_path: Path) -> None:
    compile_orders([order("a.example")]).save(tmp_path / "x.blk")
    sources = Path(blocklist.__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, "-m", "blocklist", command, tmp_path / "x.blk"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(sources)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in (b"z.example", b"y.example"):
            process.stdin.write(name + b"\n")
            process.stdin.flush()
            assert process.stdout.readline().startswith(name)
        process.stdin.write(b"x.exa")
        process.stdin.flush()
        process.stdin.write(b"mple\n")
        process.stdin.close()
        assert process.stdout.read().startswith(b"x.example")
