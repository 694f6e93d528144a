"""A canary in confidential orders: no command, error, log, page or temporary file names it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pickle
import stat
import sys
import traceback
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import order
from servers.dns import ask, upstream
from servers.serve import serve

from blocklist import (
    Blocklist,
    BlocklistError,
    Image,
    LiveBlocklist,
    Order,
    compile_orders,
    diff,
    load_orders,
)
from blocklist.changes.editions import check_edition
from blocklist.cli.group import COMMANDS, cli
from blocklist.exporters import FORMATS
from blocklist.integrations.ext_authz import ExtAuthz
from blocklist.integrations.squid import SquidHelper

pytestmark = pytest.mark.no_core

CANARY = "zqxcanary"
"""In every name, number and text of a confidential order; an order's id is the operator's word."""
ORDERS = f"""
[[order]]
id = "it:public:1"
authority = "Tribunale di Roma"
issued = 2022-07-11
targets = ["public.example", "shared.example", "deep.wide.example", "http://url.example/film",
  "192.0.2.0/29", "ads.*"]

[[order]]
id = "it:hidden:2"
authority = "{CANARY} authority"
title = "{CANARY} title"
number = "{CANARY}/1"
case_number = "{CANARY}/2"
legal_basis = "{CANARY} law"
link = "https://{CANARY}.example/order"
category = "{CANARY} category"
category_other = "{CANARY} other"
report_to = "desk@{CANARY}-authority.example"
received_at = "orders@{CANARY}-operator.example"
note = "{CANARY} note"
addressees = ["{CANARY} ltd"]
deadline = 2022-07-12
penalty = {{ amount = 4444, currency = "EUR", per = "day" }}
issued = 2022-07-11
confidential = true
targets = ["{CANARY}.example", "={CANARY}-exact.example", "*.{CANARY}-below.example",
  "{CANARY}*.example", "shared.example", "http://{CANARY}-url.example/film",
  "{CANARY}.public.example", "co.uk", "{CANARY} bad name", "{CANARY}@mail.example"]
exceptions = ["{CANARY}-ok.{CANARY}.example", "{CANARY}-alone.example"]
"""
OTHER_EDITION = ORDERS.replace(f'"{CANARY}.example"', f'"{CANARY}-new.example"')
PROSE = f"""TRIBUNALE DI MILANO
ordina alle societ\u00e0 resistenti di inibire l'accesso al sito {CANARY}.example entro 48 ore.
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    Path("orders.toml").write_text(ORDERS)
    Path("other.toml").write_text(OTHER_EDITION)
    Path("list.txt").write_text(f"{CANARY}.example\n{CANARY} not a name\n{CANARY}..example\n")
    Path("list.txt.toml").write_text('id = "it:list:3"\nformat = "plain"\nconfidential = true\n')
    yield tmp_path
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.fixture
def image() -> Image:
    compiled = compile_orders(load_orders("orders.toml"), permit=["192.0.2.0/29"])
    compiled.save("it.blk")
    return compiled


def run(*arguments: str, input: bytes | None = None) -> Result:  # noqa: A002 - click's word
    result = CliRunner().invoke(cli, arguments, input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def silent(result: Result) -> Result:
    assert CANARY not in result.output.casefold(), result.output
    assert CANARY not in (result.stderr or "").casefold()
    return result


def written(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def quiet(folder: Path) -> None:
    """No file holds the canary but those that were read and the images."""
    for path, octets in written(folder).items():
        assert CANARY not in path
        if not path.endswith((".blk", "orders.toml", "other.toml", "list.txt")):
            assert CANARY.encode() not in octets.lower(), path


class TestCommands:
    def test_each_command_is_tried(self) -> None:
        tried = {
            "aliases", "audit", "check", "collateral", "compile", "diff", "explain", "export",
            "ext-authz", "history", "import", "probe", "proof", "query", "report", "review", "run",
            "serve", "squid-helper", "status", "verify", "was-blocked",
        }  # fmt: skip
        reading_none = {"formats", "key", "next", "template", "units"}
        assert tried | reading_none == set(COMMANDS)

    @pytest.mark.parametrize("more", [[], ["--strict"], ["--report", "report.json"]])
    @pytest.mark.parametrize("source", ["orders.toml", "list.txt", "."])
    def test_compile(self, folder: Path, source: str, more: list[str]) -> None:
        result = silent(run("compile", source, "-o", "new.blk", *more))
        assert ("new.blk" in result.stderr) == (not result.exit_code)
        quiet(folder)

    def test_history(self, folder: Path) -> None:
        """Only objects and index hold what is confidential, and a proof of such an order."""
        silent(run("compile", "orders.toml", "-o", "new.blk", "--history", "record"))
        silent(run("compile", "other.toml", "-o", "new.blk", "--history", "record"))
        asked = ["--history", "record", "--at", datetime.now(UTC).isoformat()]
        for name in ("shared.example", "innocent.example", "x.public.example"):
            silent(run("was-blocked", name, *asked))
            silent(run("was-blocked", name, *asked, "--json"))
            silent(run("history", "show", name, "--history", "record"))
            silent(run("history", "show", name, "--history", "record", "--json"))
        name = f"{CANARY}-exact.example"
        told = run("was-blocked", name, *asked, "--proof", "p.tlog-proof")
        assert told.exit_code == 0
        assert "keep it secret" in told.stderr
        assert stat.S_IMODE(Path("p.tlog-proof").stat().st_mode) == 0o600
        assert "rule: (confidential)" in told.stdout
        shown = run("history", "show", name, "--history", "record")
        assert "it:hidden:2" not in told.output + shown.output
        assert "it:hidden:2" in run("was-blocked", name, *asked, "--show-confidential").stdout
        checked = run("proof", "verify", "p.tlog-proof", "--history", "record")
        assert checked.exit_code == 0
        assert "keep the proof secret" in checked.stderr
        silent(run("history", "verify", "--history", "record"))
        silent(run("history", "index", "--history", "record"))
        for path in (folder / "record").rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0
        ground = ["--ground", "request", "--history", "record"]
        silent(run("history", "erase", "it:hidden:2", *ground))
        for path in (folder / "record").rglob("*"):
            if path.is_file():
                octets = path.read_bytes()
                if "objects" in path.parts:
                    octets += zlib.decompress(octets[32:])
                assert CANARY.encode() not in octets.lower(), path

    def test_audit(self, image: Image) -> None:
        """No name that only a confidential order blocks is told; clients asked for it."""
        assert image
        names = [f"{CANARY}.example", f"www.{CANARY}-exact.example", "x.shared.example"]
        rows = [f"2026-11-01T00:00:00Z,{name},192.0.2.{at}" for at in range(20) for name in names]
        Path("log.csv").write_text("\n".join(["time,name,client", *rows, ""]))
        columns = ["--columns", "time=time,name=name,client=client", "--tz", "UTC"]
        done = silent(run("audit", "it.blk", "log.csv", *columns, "-o", "a.csv", "-o", "a.html"))
        assert done.exit_code == 0, done.output
        for path in ("a.csv", "a.html"):
            assert CANARY not in Path(path).read_text().casefold()
        told = run(
            "audit", "it.blk", "log.csv", *columns, "--show-confidential", "-o", "b.csv",
            "-o", "b.html", "-o", "b.parquet",
        )  # fmt: skip
        assert told.exit_code == 0, told.output
        for path in ("b.csv", "b.html", "b.parquet"):
            assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600

    def test_aliases(self, image: Image) -> None:
        """No name is told that is like one of a confidential order."""
        assert image
        names = [f"{CANARY}.test", f"{CANARY}7.example", f"x.{CANARY}.proxy.test"]
        rows = [f"2026-11-01T00:00:00Z,{name},192.0.2.{at}" for at in range(20) for name in names]
        Path("log.csv").write_text("\n".join(["time,name,client", *rows, ""]))
        words = ["aliases", "it.blk", "log.csv", "--columns", "time=time,name=name,client=client",
                 "--level", "all"]  # fmt: skip
        done = silent(run(*words))
        assert done.exit_code == 0, done.output
        told = run(*words, "--show-confidential", "-o", "told.txt")
        assert told.exit_code == 0, told.output
        assert CANARY in Path("told.txt").read_text()
        assert stat.S_IMODE(Path("told.txt").stat().st_mode) == 0o600

    def test_collateral(self, folder: Path) -> None:
        """No name that only a confidential order blocks is told, nor one that it takes down."""
        assert folder.is_dir()
        names = [f"{CANARY}.example", f"www.{CANARY}-exact.example", "x.shared.example"]
        rows = [f"2026-11-01T00:00:00Z,{name},192.0.2.{at}" for at in range(20) for name in names]
        Path("log.csv").write_text("\n".join(["time,name,client", *rows, ""]))
        words = ["collateral", "orders.toml", "--log", "log.csv", "--log-tz", "UTC"]
        done = silent(run(*words, "-o", "a.csv", "-o", "a.html"))
        assert done.exit_code == 0, done.output
        for path in ("a.csv", "a.html"):
            assert CANARY not in Path(path).read_text().casefold()
        told = run(*words, "--show-confidential", "-o", "b.csv")
        assert CANARY in Path("b.csv").read_text(), told.output
        assert stat.S_IMODE(Path("b.csv").stat().st_mode) == 0o600

    @pytest.mark.parametrize(
        "report",
        [
            ["effect", "it:hidden:2"], ["effect", "it:hidden:2", "--json"],
            ["penalty", "it:hidden:2"], ["penalty", "it:hidden:2", "-o", "bundle"],
            ["dsa", "--period", "2022", "--service", "x"], ["overview", "-o", "page.html"],
            ["lumen", "--recipient", "x", "--parties"], ["piracy-shield"],
        ],
    )  # fmt: skip
    def test_report(self, folder: Path, report: list[str]) -> None:
        """Of files, and of a record."""
        facts = (
            'notified = 2022-07-11\njurisdiction = "IT"\n'
            'category_code = "STATEMENT_CATEGORY_VIOLENCE"\nconfidential = true\n'
        )
        Path("orders.toml").write_text(ORDERS.replace("confidential = true\n", facts))
        done = silent(run("report", *report, "orders.toml"))
        assert done.exit_code == 0, done.output
        quiet(folder)
        silent(run("compile", "orders.toml", "-o", "new.blk", "--history", "record"))
        if "-o" in report:
            report = [*report[:-1], f"other-{report[-1]}"]
        image = ["--image", "new.blk"] if report[0] not in ("dsa", "overview") else []
        done = silent(run("report", *report, "--history", "record", *image))
        assert done.exit_code == 0, done.output
        for path, octets in written(folder).items():
            if not path.startswith("record/") and not path.endswith((".blk", ".toml", "list.txt")):
                assert CANARY.encode() not in octets.lower(), path

    def test_run(self, folder: Path) -> None:
        """Pages, journal, state and metrics; copies of sources and images hold what they must."""
        (folder / "run.toml").write_text(
            'state = "state"\n[[source]]\nname = "court"\npath = "orders.toml"\n'
            '[[source]]\nname = "list"\npath = "list.txt"\n'
            '[[output]]\nname = "module"\nformat = "image"\npath = "out/it.blk"\n'
        )
        for options in (["--check"], ["--dry-run"], [], ["--json"]):
            silent(run("run", "run.toml", *options))
        Path("orders.toml").write_text(OTHER_EDITION)
        for options in (["--dry-run"], [], []):
            silent(run("run", "run.toml", *options))
        for command in (["next"], ["status", "--run"], ["units"]):
            silent(run(*command, "run.toml"))
        told = {
            path: octets for path, octets in written(folder).items()
            if not path.startswith(("state/objects/", "state/images/"))
        }  # fmt: skip
        assert {path for path in told if path.startswith("state/")}
        for path, octets in told.items():
            if not path.endswith((".blk", "orders.toml", "other.toml", "list.txt")):
                assert CANARY.encode() not in octets.lower(), path

    def test_compile_another_edition(self, image: Image, folder: Path) -> None:
        del image
        guards = ["--protect", "public.example"]
        arguments = ["compile", "other.toml", "-o", "new.blk", "--previous", "it.blk", *guards]
        silent(run(*arguments, "--max-drop", "0%"))
        silent(run(*arguments))
        quiet(folder)

    @pytest.mark.parametrize("more", [[], ["--json"], ["--html", "page.html"], ["--full-text"]])
    @pytest.mark.parametrize("source", ["orders.toml", "list.txt"])
    def test_check(self, folder: Path, source: str, more: list[str]) -> None:
        result = silent(run("check", source, *more))
        assert "it:hidden:2" in result.output or "it:list:3" in result.output
        quiet(folder)

    def test_check_of_prose(self, folder: Path) -> None:
        Path("sentence.txt").write_text(PROSE)
        assert CANARY in run("check", "sentence.txt", "--html", "page.html").output
        assert CANARY in Path("page.html").read_text()
        Path("page.html").unlink()
        Path("sentence.txt.toml").write_text('id = "it:prose:4"\nconfidential = true\n')
        silent(run("check", "sentence.txt", "--html", "page.html", "--full-text"))
        silent(run("check", "sentence.txt", "--json"))
        silent(run("import", "sentence.txt"))
        silent(run("import", "--draft", "sentence.txt"))
        silent(run("review", "sentence.txt"))
        run("import", "--draft", "sentence.txt", "--show-confidential", "-o", "draft.toml")
        assert "\nconfidential = true" in Path("draft.toml").read_text()
        assert stat.S_IMODE(Path("draft.toml").stat().st_mode) & 0o007 == 0
        silent(run("review", "draft.toml"))
        asked = run("review", "draft.toml", "--show-confidential", input=b"n\nn\nn\nq\n")
        assert CANARY in asked.output
        assert stat.S_IMODE(Path("draft.reviewed.toml").stat().st_mode) & 0o007 == 0
        for path in ("draft.toml", "draft.reviewed.toml"):
            Path(path).unlink()
        Path("sentence.txt").unlink()
        quiet(folder)

    def test_who_asks_is_shown(self) -> None:
        assert CANARY in run("check", "orders.toml", "--show-confidential").output
        shown = run("import", "orders.toml", "--show-confidential", "-o", "own.toml")
        assert CANARY in Path("own.toml").read_text()
        assert shown.exit_code == 1
        assert stat.S_IMODE(Path("own.toml").stat().st_mode) & 0o007 == 0
        for command in ("status", "verify"):
            source = "orders.toml" if command == "status" else "it.blk"
            compile_orders(load_orders("orders.toml")).save("it.blk")
            assert CANARY in run(command, source, "--show-confidential").output

    def test_import(self, folder: Path) -> None:
        for arguments in (["import"], ["import", "-o", "out.toml"], ["import", "--draft"]):
            assert silent(run(*arguments, "list.txt")).exit_code == 2
        silent(run("import", "orders.toml"))
        quiet(folder)

    def test_review(self, folder: Path) -> None:
        assert silent(run("review", "list.txt", input=b"q\n")).exit_code == 2
        quiet(folder)

    def test_status(self) -> None:
        for more in ([], ["--json"]):
            assert "it:hidden:2" in silent(run("status", "orders.toml", *more)).output

    @pytest.mark.parametrize("more", [[], ["--json"], ["--quiet"]])
    def test_query(self, image: Image, more: list[str]) -> None:
        del image
        for name in ("public.example", "x.deep.wide.example", "shared.example", "innocent.example"):
            silent(run("query", "it.blk", name, *more))

    def test_explain(self, image: Image) -> None:
        del image
        for name in ("public.example", "shared.example", "innocent.example", "not a name"):
            silent(run("explain", "it.blk", name))
        # To who knows the name it is said which order it is, but not what that is.
        told = run("explain", "it.blk", f"{CANARY}.example").output
        assert "it:hidden:2" in told
        assert CANARY not in told.replace(f"{CANARY}.example", "")

    def test_verify(self, image: Image) -> None:
        del image
        assert "it:hidden:2" in silent(run("verify", "it.blk")).output

    def test_diff(self, image: Image) -> None:
        del image
        compile_orders(load_orders("other.toml")).save("other.blk")
        for more in ([], ["--json"], ["--flush"]):
            silent(run("diff", "it.blk", "other.blk", *more))
        assert CANARY in run("diff", "it.blk", "other.blk", "--flush", "--show-confidential").output

    @pytest.mark.parametrize("name", FORMATS)
    def test_export(self, image: Image, folder: Path, name: str) -> None:
        del image
        arguments = ["export", "it.blk", "--format", name, "-o", "out", "--losses", "losses.json"]
        silent(run(*arguments))  # no decision
        assert silent(run(*arguments, "--confidential", "omit")).exit_code == 0
        silent(run(*arguments, "--confidential", "omit", "--strict"))
        quiet(folder)
        result = silent(run(*arguments[:-2], "--confidential", "include"))
        assert result.exit_code == 0
        for path, octets in written(folder).items():
            if path.startswith("out"):
                for word in (b"authority", b"title", b"law", b"category", b"/1", b"/2"):
                    assert CANARY.encode() + word not in octets.replace(b" ", b"").lower(), path

    def test_probe(self, image: Image, folder: Path) -> None:
        del image
        with upstream({}) as server:
            for more in ([], ["-o", "evidence.jsonl"]):
                where = ["--resolver", f"127.0.0.1:{server.port}", "--rate", "1000", *more]
                result = silent(run("probe", "it.blk", *where))
                assert "1 confidential order among them" in result.stderr
        quiet(folder)


class TestServers:
    def test_serve_tells_no_client_and_logs_nothing(self, image: Image, folder: Path) -> None:
        del image
        with (
            upstream({}) as behind,
            serve(
                folder, Path("it.blk"), "--log-hits", "--log-clients", upstream=behind.port
            ) as server,
        ):
            for name in (f"www.{CANARY}.example", "shared.example", "public.example"):
                reply = ask(name, server.port)
                assert not reply.is_real
                assert CANARY not in str(reply.errors)
        assert "(confidential)" in server.log()
        assert CANARY not in server.log()

    def test_the_helper_of_squid(self, image: Image, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        replies = BytesIO()
        helper = SquidHelper(Blocklist(image))
        helper.run(BytesIO(f"0 {CANARY}.example -\n1 shared.example -\n".encode()), replies)
        assert replies.getvalue().count(b"OK ") == 2
        assert CANARY.encode() not in replies.getvalue()
        assert "deny: (confidential) by (confidential)" in caplog.text
        assert CANARY not in caplog.text

    def test_ext_authz(self, image: Image, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        asked = f"www.{CANARY}.example".encode()
        scope = {
            "type": "http", "method": "GET", "path": "/", "query_string": b"",
            "headers": [(b"host", asked)],
        }  # fmt: skip
        asyncio.run(ExtAuthz(Blocklist(image), log_clients=True)(scope, receive, send))
        start, body = sent
        assert start["status"] == 451
        assert CANARY.encode() not in body["body"].replace(asked, b"")
        assert CANARY not in str(start)
        assert "(confidential) by (confidential)" in caplog.text
        for record in caplog.records:
            assert CANARY not in str(vars(record))

    def test_answers(self, image: Image) -> None:
        match = Blocklist(image).match(f"www.{CANARY}.example")
        assert match is not None
        assert match.ede().text == match.extra_text(sde=True) == ""
        page = match.http451()
        asked = f"www.{CANARY}.example".encode()
        assert asked in page.body  # what the client typed
        assert CANARY.encode() not in page.body.replace(asked, b"")
        assert CANARY not in str(page.headers)


def reprs(image: Image) -> Iterator[str]:
    orders = load_orders("orders.toml")
    hidden = orders[1]
    assert hidden.confidential
    blocked = Blocklist(image)
    matches = blocked.match_all(f"www.{CANARY}.example")
    rules = tuple(match.rule for match in blocked.rules())
    assert matches
    assert any(CANARY in rule.text for rule in rules)
    empty = compile_orders([order("x.example")])
    difference = diff(image, empty)
    with pytest.raises(BlocklistError) as caught:
        check_edition(empty, image)
    things: list[object] = [
        hidden, hidden.targets, tuple(hidden.targets), list(hidden.exceptions), hidden.rejected,
        orders, matches, tuple(matches), matches[0].grounds, matches[0].rule, rules, difference,
        (difference,), difference.added, difference.removed, blocked, blocked.contents, image,
        image.report, blocked.orders, {"locals": hidden.targets}, caught.value,
        caught.value.report,  # type: ignore[attr-defined]
    ]  # fmt: skip
    for thing in things:
        yield from (repr(thing), str(thing), f"{thing}")


def test_no_repr_shows_it(image: Image) -> None:
    for text in reprs(image):
        assert CANARY not in text.casefold()


def test_what_repr_shows_instead() -> None:
    public = order("a.example", "=b.example")
    assert repr(public.targets) == "(<Target: subtree, line 1>, <Target: exact, line 2>)"
    match = Blocklist(compile_orders([public])).match("www.a.example")
    assert repr(match) == "<Match www.a.example: blocked by a.example (it:test:1)>"
    assert match is not None
    assert repr(match.grounds) == "(<Ground: it:test:1, line 1>,)"
    assert repr(match.rule._replace(allow=True)) == "<Rule: subtree, an exception>"
    assert repr(public).startswith("Order(id='it:test:1', authority=")
    secret = Blocklist(compile_orders([replace(public, confidential=True)])).match("a.example")
    assert repr(secret) == "<Match (confidential): blocked>"
    assert secret is not None
    assert repr(secret.grounds) == "(<Ground, confidential>,)"
    assert repr(secret.orders) == "(<Order, confidential>,)"


SECRET = f"{CANARY}.example"
BAD_FIELDS = [
    f'targets = [{{ target = "{SECRET}", kinds = "exact" }}]',
    f'targets = [{{ target = "{SECRET}", kind = "all" }}]',
    f'targets = [{{ target = "{SECRET}", kind = "url" }}]',
    f'targets = [["{SECRET}"]]',
    f'targets = [[{{ target = "{SECRET}" }}]]',
    f'targets = [{{ name = "{SECRET}" }}]',
    f'targets = [{{ "{SECRET}" = true }}]',
    f'targets = "{SECRET}"',
    f'targets = {{ "{SECRET}" = "exact" }}',
    f'exceptions = [["{SECRET}"]]',
    f'targets = ["{SECRET}", 1]',
    f'"{SECRET}" = true',
    f'scope = "{SECRET}"',
    f'number = ["{SECRET}"]',
    'number = 4417',
    f'deadline = "{SECRET}"',
    f'deadline = {{ amount = "{SECRET}" }}',
    f'deadline = {{ "{SECRET}" = 1 }}',
    "issued = 4417-01-01T10:00:00",
    f'suspended = ["{SECRET}"]',
    f'suspended = [{{ from = "{SECRET}" }}]',
    f'penalty = {{ amount = "{SECRET}" }}',
    f'penalty = {{ amount = 1, currency = "{SECRET}" }}',
    "penalty = { amount = 4.417 }",
    f'penalty = {{ amount = 1, "{SECRET}" = 2 }}',
    f'jurisdiction = "{SECRET}"',
    f'territory = ["{SECRET}"]',
    f'timezone = "{SECRET}"',
    f'serial = "{SECRET}"',
    f'reviewed = "{SECRET}"',
    f'source = "{SECRET}"',
    f'authority = {{ key = "a", "{SECRET}" = "b" }}',
    f'authority = ["{SECRET}"]',
    f'[order.penalty]\namount = "{SECRET}"',
    f'[order."{SECRET}"]\na = 1\n[order."{SECRET}"]\na = 1',
    f'note = {{ "{SECRET}" = 1, "{SECRET}" = 2 }}',
    f'note = "{SECRET}',
    f'response = ["{SECRET}"]',
]  # fmt: skip


def whole(error: BaseException) -> str:
    """All that a log can show of an error."""
    shown = "".join(traceback.format_exception(error))
    also = [repr(error), str(error), repr(vars(error)), repr(error.__cause__)]
    also += [repr(error.__context__), repr(pickle.loads(pickle.dumps(error)))]
    return "\n".join([shown, *also]).casefold()


@pytest.mark.parametrize("field", BAD_FIELDS)
def test_no_error_of_an_order_file_quotes_it(field: str) -> None:
    needed = "" if field.startswith(("targets", '[order."')) else 'targets = ["x.example"]\n'
    octets = f'[[order]]\nid = "a"\nconfidential = true\n{needed}{field}\n'.encode()
    with pytest.raises(BlocklistError) as caught:
        load_orders(octets, name="orders.toml", strict=True)
    told = whole(caught.value)
    assert "orders.toml:" in told
    for secret in (CANARY, "4417", "4.417"):
        assert secret not in told


@pytest.mark.parametrize("field", BAD_FIELDS)
def test_nor_that_of_a_sidecar(field: str, folder: Path) -> None:
    if field.startswith(("targets", "exceptions", "[order", "scope")):
        field = f'"{SECRET}" = ["{SECRET}"]'
    Path("list.txt.toml").write_text(f"confidential = true\n{field}\n")
    with pytest.raises(BlocklistError) as caught:
        load_orders("list.txt")
    assert "list.txt.toml" in str(caught.value)
    for secret in (CANARY, "4417", "4.417"):
        assert secret not in whole(caught.value)
    Path("list.txt.toml").unlink()
    (folder / "manifest.toml").write_text(
        f'[[file]]\npath = "list.txt"\nconfidential = true\n{field}\n'
    )
    with pytest.raises(BlocklistError) as caught:
        load_orders("list.txt")
    for secret in (CANARY, "4417", "4.417"):
        assert secret not in whole(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f'order = [{{ id = "a", confidential = true, targets = [["{SECRET}"]] }}]\n[order]\n',
        f'[[order]]\nid = "a"\n"confidential" = true\ntargets = [["{SECRET}"]]',
        f'[[order]]\n"{SECRET}" = {{ a = 1 }}\n"{SECRET}".a = 2\nconfidential=true\n',
        f'"{SECRET}" = 1\n[[order]]\nid = "a"\nconfidential = true\n',
        (
            f'[[order]]\nid = "p"\ntargets = ["x.example"]\n[[order]]\nid = "a"\nconfidential = 1\n'
            f'targets = [["{SECRET}"]]'
        ),
    ],
)
def test_however_the_file_says_it(text: str) -> None:
    with pytest.raises(BlocklistError) as caught:
        load_orders(text.encode(), format="order")
    assert CANARY not in whole(caught.value)


def test_a_public_order_file_is_quoted_as_before() -> None:
    octets = b'[[order]]\nid = "a"\ntargets = [{ target = "x.example", kinds = "exact" }]\n'
    with pytest.raises(BlocklistError, match=r"x\.example"):
        load_orders(octets)
    with pytest.raises(BlocklistError, match=r"x\.example"):
        load_orders(octets.replace(b"targets", b"confidential = false\ntargets"))


UNREADABLE: dict[str, tuple[str, str]] = {
    "table.csv": ("csv", f"domain,note\n{CANARY}.example,a\n{CANARY}2.example\n\"{CANARY}"),
    "zone.rpz": ("rpz", f"$TTL 60\n{CANARY}.example CNAME {CANARY}.example. (\n"),
    "words.txt": ("", f"{CANARY} is a word\nand {CANARY} another\n"),
    "no-names.txt": ("plain", f"{CANARY} {CANARY}\n"),
    "list.json": ("piracy-shield", f'{{"data": "{CANARY}", "x": [}}'),
    "of-nobody.txt": ("adm", f"{CANARY}.example\n"),
    "list.xml": ("ru-z-i", f"<a>{CANARY}.example</b>"),
    "order.toml": ("order", f'[[order]]\nid = "a"\nconfidential = true\ntitle = "{CANARY}"\n'),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_no_error_of_a_confidential_document_quotes_it(name: str) -> None:
    format_, text = UNREADABLE[name]
    Path(name).write_text(text)
    if not name.endswith(".toml"):
        Path(f"{name}.toml").write_text("confidential = true\n")
    with pytest.raises(BlocklistError) as caught:
        load_orders(name, format=format_ or None, strict=True)
    assert CANARY not in whole(caught.value)
    options = ["--format", format_] if format_ else []
    for command in (["check", "--html", "page.html"], ["status"], ["compile", "-o", "x.blk"]):
        silent(run(*command, name, *options))
    page = Path("page.html")  # of what could be read without --strict
    assert not page.exists() or CANARY not in page.read_text()


def test_warnings_and_refusals_of_hand_made_orders() -> None:
    hidden = order(
        f"{CANARY}.example", id="a", confidential=True,
        warnings=(f"line 3: '{CANARY}.example' is odd", f"see {CANARY}.example, too", "2 rows"),
        rejected=load_orders(f"x.example\n{CANARY} y\n".encode(), format="plain")[0].rejected,
    )  # fmt: skip
    report = compile_orders([hidden]).report
    assert report is not None
    assert report.warnings == (
        "a: 2 rows", "a: line 3: (confidential) is odd", "a: see (confidential) too",
    )  # fmt: skip
    assert [refused.text for refused in report.rejected] == ["(confidential)"]
    with pytest.raises(BlocklistError) as caught:
        compile_orders([hidden], strict=True)
    assert CANARY not in whole(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, penalty=CANARY),
        lambda one: replace(one, number=[CANARY]),
        lambda one: replace(one, serial=CANARY),
        lambda one: replace(one, timezone=CANARY),
        lambda one: replace(one, timezone=CANARY, issued=date(2022, 7, 11)),
        lambda one: replace(one, jurisdiction=CANARY),
        lambda one: replace(one, territory=(CANARY,)),
    ],
)
def test_an_order_that_no_image_can_hold(change: Callable[[Order], Order]) -> None:
    with pytest.raises(ValueError, match=r"order|country|zone") as caught:
        compile_orders([change(order("x.example", confidential=True))])
    assert CANARY not in whole(caught.value)


class TestRights:
    @pytest.fixture(autouse=True)
    def mask(self) -> Iterator[None]:
        before = os.umask(0o022)
        yield
        os.umask(before)

    def mode(self, path: str) -> int:
        return stat.S_IMODE(Path(path).stat().st_mode)

    @pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
    @pytest.mark.parametrize(
        ("before", "after"),
        [(None, 0o640), (0o644, 0o640), (0o600, 0o600), (0o440, 0o440), (0o777, 0o640), (0, 0)],
    )
    def test_of_an_image_with_confidential_orders(
        self, image: Image, before: int | None, after: int
    ) -> None:
        Path("it.blk").unlink()
        if before is not None:
            Path("it.blk").write_bytes(b"old")
            Path("it.blk").chmod(before)
        image.save("it.blk")
        assert self.mode("it.blk") == after

    def test_of_a_stricter_umask(self, image: Image) -> None:
        Path("it.blk").unlink()
        os.umask(0o077)
        image.save("it.blk")
        assert self.mode("it.blk") == 0o600

    def test_of_any_other_image(self) -> None:
        public = compile_orders([order("x.example", title='"confidential"')])
        public.save("new.blk")
        assert self.mode("new.blk") == 0o644
        Path("new.blk").chmod(0o664)
        public.save("new.blk")
        assert self.mode("new.blk") == 0o664

    def test_the_right_that_is_lost_is_told(self, image: Image) -> None:
        del image
        Path("it.blk").chmod(0o664)
        told = run("compile", "orders.toml", "-o", "it.blk").stderr
        assert (
            "it.blk: holds confidential orders, so the group loses the right w and others lose the "
            "right r: mode 0640 instead of 0664"
        ) in told
        assert "rights" not in run("compile", "orders.toml", "-o", "it.blk").stderr


def test_the_log_of_a_reload(image: Image, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    live = LiveBlocklist("it.blk", share=True)
    compile_orders(load_orders("other.toml")).save("it.blk")
    live.reload()
    compile_orders([order("x.example")]).save("it.blk")
    with pytest.raises(BlocklistError):
        live.reload()
    Path("it.blk").write_bytes(bytes(image)[:-1])
    with pytest.raises(BlocklistError) as caught:
        live.reload()
    assert len(caplog.records) >= 3
    for text in (caplog.text, whole(caught.value), *map(repr, caplog.records)):
        assert CANARY not in text


def test_temporary_names_are_not_made_of_content(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    opened: list[str] = []
    real = os.open

    def watched(path: object, *arguments: int, **more: int) -> int:
        opened.append(str(path))
        return real(path, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", watched)
    run("compile", "orders.toml", "-o", "new.blk", "--report", "report.json")
    for name in FORMATS:
        run("export", "new.blk", "--format", name, "-o", f"out-{name}", "--confidential", "include")
    assert any(path.endswith(".tmp") for path in opened)
    assert not [path for path in opened if CANARY in path]
    del folder


def test_nothing_but_names_is_in_an_export_that_includes_them(image: Image) -> None:
    del image
    result = run("export", "it.blk", "--format", "plain", "--confidential", "include")
    assert f"{CANARY}.example" in result.stdout
    assert json.dumps(result.stderr).count(CANARY) == 0
