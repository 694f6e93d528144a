from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_output import error, normalised
from click.testing import CliRunner, Result

import blocklist
from blocklist import Blocklist, load_orders
from blocklist.cli.group import cli
from blocklist.errors import missing_extra
from blocklist.loaders import LOADERS

pytestmark = pytest.mark.begin

ROOT = Path(__file__).resolve().parents[1]
MILAN = ROOT / "examples" / "milan-2022" / "order.toml"
MILAN_ID = "it:tribunale-di-milano:ordinanza:2022-07-11"
SOURCES = Path(blocklist.__file__).resolve().parents[1]

Run = Callable[..., Result]

STATUS_HEAD = ["order", "state", "deadline", "time", "penalty so far"]
NO_NAME = "'no name': white space inside"
CO_UK = (
    "'co.uk': co.uk is a public suffix: unrelated owners share it; to block it anyway, permit "
    "'co.uk' (--permit)"
)
PICTURE = "a picture; if it is a scanned page, save it as PDF, and load that with ocr=True"
NOT_AN_IMAGE = "not a blocklist image (make one with: blocklist compile SOURCE -o FILE)"
WRONG_SIZE = "cut short or grown: N octets, the header says SIZE; copy it again"


@pytest.fixture
def run() -> Run:
    def run_(*arguments: object, stdin: bytes | str = b"") -> Result:
        result = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    return run_


def fails(result: Result, message: str) -> None:
    """Check for exit code 2 and exactly that message."""
    assert error(result) == message


def _rows(table: Result) -> list[list[str]]:
    """Return the rows of a table, cell by cell."""
    lines = [line for line in table.stdout.splitlines() if line[0] in "┃│"]
    return [[cell.strip() for cell in re.split("[┃│]", line)[1:-1]] for line in lines]


def python(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a real interpreter, with these sources and UTF-8 wherever it runs."""
    environment = os.environ | {"PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1", "COLUMNS": "200"}
    command = [sys.executable, *map(_argument, arguments)]
    return subprocess.run(command, capture_output=True, env=environment, timeout=60, **options)


def _argument(value: object) -> str | bytes:
    return value if isinstance(value, bytes) else str(value)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "list.txt").write_text("a.example\nb.example\n192.0.2.0/29\nhttp://c.example/x\n")
    (tmp_path / "other.txt").write_text("b.example\nd.example\n")
    (tmp_path / "faulty.txt").write_text("a.example\nno name\nco.uk\nb.example\n")
    (tmp_path / "table.csv").write_text("from;to\na.example;b.example\nc.example;d.example\n")
    return tmp_path


@pytest.fixture
def image(folder: Path, run: Run) -> Path:
    assert run("compile", "list.txt", "-o", "it.blk", "--permit", "192.0.2.0/29").exit_code == 0
    return folder / "it.blk"


class TestCompile:
    def test_image(self, folder: Path, run: Run) -> None:
        result = run("compile", "list.txt", "other.txt", "-o", "it.blk")
        assert (result.exit_code, result.stdout) == (0, "")
        blocked = Blocklist.open("it.blk")
        assert blocked.is_blocked("www.d.example")
        assert result.stderr == (
            "it.blk: 5 rules from 6 targets of 2 orders; 0 rejected, 0 covered, "
            "0 orders not selected, 0 warnings\n"
            f"digest {blocked.image.digest}, {len(blocked.image):,} octets\n"
        )
        assert sorted(file.name for file in folder.iterdir() if file.suffix == ".blk") == ["it.blk"]

    def test_refusals_are_shown_and_do_not_fail(self, run: Run) -> None:
        result = run("compile", "faulty.txt", "-o", "it.blk")
        assert result.exit_code == 0
        assert normalised(result.stderr) == (
            f"rejected: faulty.txt:2: {NO_NAME} [white-space]\n"
            f"rejected: faulty.txt:3: {CO_UK} [public-suffix]\n"
            "it.blk: 2 rules from 3 targets of 1 order; 2 rejected, 0 covered, "
            "0 orders not selected, 0 warnings\n"
            "digest DIGEST, N octets\n"
        )

    def test_a_line_of_a_million_letters_is_cut(self, run: Run) -> None:
        Path("long.txt").write_text("a.example\nb.example\nc.example\n" + "x y " * 250_000)
        first = run("compile", "long.txt", "-o", "it.blk").stderr.splitlines()[0]
        assert first == (
            f"rejected: long.txt:4: '{('x y ' * 50)[:199]}…': white space inside [white-space]"
        )

    def test_nothing_controls_the_terminal(self, run: Run) -> None:
        Path("e.toml").write_text(
            '[[order]]\nid = "x\\u001b[31m"\nauthority = "A\\u001b[2J"\n'
            'targets = ["a.example", "b\\u001b.example"]\n'
        )
        texts = [
            run(*arguments).output
            for arguments in (
                ("compile", "e.toml", "-o", "it.blk"),
                ("check", "e.toml"),
                ("status", "e.toml"),
                ("verify", "it.blk"),
                ("query", "it.blk", "a.example", "\x1b[31m"),
                ("explain", "it.blk", "a.example", "\x1b[31m"),
                ("check", "no\x1bsuch"),
            )
        ]
        assert all(texts)
        assert "\x1b" not in "".join(texts)

    def test_a_folder_with_bad_files(self, run: Run) -> None:
        Path("orders").mkdir()
        Path("orders/a.txt").write_text("a.example\n")
        for name in "bcdefghi":
            Path(f"orders/{name}.jpg").write_bytes(b"\xff\xd8\xff\xe0")
        result = run("compile", "orders", "-o", "it.blk")
        assert (result.exit_code, Path("it.blk").exists()) == (2, False)
        assert result.stderr.splitlines() == [
            (
                "Error: nothing was loaded, because these files cannot be read; repair or convert "
                "those that hold orders, and remove the others:"
            ),
            *(f"orders/{name}.jpg: {PICTURE}" for name in "bcdefghi"),
        ]

    def test_few_of_many_refusals(self, run: Run) -> None:
        lines = [f"n{i}.example" for i in range(90)] + [f"no name {i}" for i in range(30)]
        Path("many.txt").write_text("\n".join(lines))
        stderr = run("compile", "many.txt", "-o", "it.blk").stderr
        *refused, rest, _, _ = stderr.splitlines()
        assert refused == [
            f"rejected: many.txt:{91 + i}: 'no name {i}': white space inside [white-space]"
            for i in range(20)
        ]
        assert rest == "rejected: and 10 more; --report FILE writes them all"

    def test_strict(self, run: Run) -> None:
        fails(run("compile", "faulty.txt", "-o", "it.blk", "--strict"), f"faulty.txt:2: {NO_NAME}")
        Path("suffix.txt").write_text("a.example\nco.uk\nb.example\n")
        fails(run("compile", "suffix.txt", "-o", "it.blk", "--strict"), f"suffix.txt:2: {CO_UK}")
        assert not Path("it.blk").exists()

    def test_report(self, run: Run) -> None:
        arguments = ["faulty.txt", "other.txt", "--report", "report.json"]
        assert run("compile", *arguments, "-o", "it.blk").exit_code == 0
        report = json.loads(Path("report.json").read_text("utf-8"))
        assert report["digest"] == Blocklist.open("it.blk").image.digest
        assert report["octets"] == Path("it.blk").stat().st_size
        assert (report["rules"], report["targets"], len(report["orders"])) == (3, 5, 2)
        assert [(r["line"], r["code"]) for r in report["rejected"]] == [
            (2, "white-space"), (3, "public-suffix"),
        ]  # fmt: skip

    def test_protect(self, run: Run) -> None:
        names = "# ours\n\nb.example  # the shop\n\t198.51.100.0/24\n"
        Path("ours.txt").write_bytes(b"\xef\xbb\xbf" + names.replace("\n", "\r\n").encode())
        for options in (["--protect-list", "ours.txt"], ["--protect", "b.example"]):
            result = run("compile", "other.txt", "-o", "it.blk", *options)
            assert normalised(result.stderr) == (
                "rejected: other.txt:1: 'b.example': b.example is protected, with every name "
                "below it [protected]\n"
                "it.blk: 1 rule from 2 targets of 1 order; 1 rejected, 0 covered, "
                "0 orders not selected, 0 warnings\n"
                "digest DIGEST, N octets\n"
            )
            assert not Blocklist.open("it.blk").is_blocked("b.example")

    def test_options_reach_the_library(self, run: Run) -> None:
        Path("www.txt").write_text("www.a.example\nhttp://c.example/x\n")
        run("compile", "www.txt", "-o", "it.blk", "--strip-www", "--widen-urls")
        blocked = Blocklist.open("it.blk")
        assert blocked.is_blocked("a.example")
        assert blocked.is_blocked("c.example")
        run("compile", "table.csv", "-o", "it.blk", "--column", "to", "--scope", "exact")
        blocked = Blocklist.open("it.blk")
        assert blocked.is_blocked("d.example")
        assert not blocked.is_blocked("www.d.example")
        options = [
            "--authority",
            "adm",
            "--issued-in",
            "it",
            "--jurisdiction",
            "it",
            "--format",
            "plain",
        ]
        run("compile", "other.txt", "-o", "it.blk", *options)
        (order,) = Blocklist.open("it.blk").orders
        assert (order.authority.key, order.jurisdiction) == ("adm", "IT")
        for option, value, reason in (
            ("--jurisdiction", "FR", "binds in IT, not in FR"),
            ("--at", "2022-07-01", "pending at 2022-07-01T00:00:00+00:00"),
        ):
            fails(
                run("compile", MILAN, "-o", "x.blk", option, value),
                f"nothing would be blocked ({MILAN_ID}: {reason})",
            )

    def test_standard_input(self, run: Run) -> None:
        octets = "žluť.example\n".encode("windows-1250")
        arguments = ["--format", "plain", "--encoding", "windows-1250", "-o", "it.blk"]
        assert run("compile", "-", *arguments, stdin=octets).exit_code == 0
        blocked = Blocklist.open("it.blk")
        assert blocked.is_blocked("žluť.example")
        assert blocked.orders[0].source.path == "standard input"

    def test_old_image_survives_a_failure(self, image: Path, run: Run) -> None:
        before = image.read_bytes()
        fails(
            run("compile", "list.txt", "missing.txt", "-o", "it.blk"),
            "missing.txt: No such file or directory",
        )
        assert image.read_bytes() == before


class TestCheck:
    def test_sound(self, run: Run) -> None:
        result = run("check", "other.txt")
        (order,) = load_orders("other.txt")
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == (
            "the operator's own policy\n"
            f"  {order.id}: in force, 2 targets\n"
            "  line 1: b.example (subtree)\n"
            "  line 2: d.example (subtree)\n"
            "2 rules from 2 targets of 1 order; 0 rejected, 0 covered, 0 orders not selected, "
            "0 warnings\n"
        )

    def test_refusals(self, run: Run) -> None:
        result = run("check", "faulty.txt")
        (order,) = load_orders("faulty.txt")
        assert result.exit_code == 1
        assert result.stdout == (
            "the operator's own policy\n"
            f"  {order.id}: in force, 3 targets\n"
            "  line 1: a.example (subtree)\n"
            "  line 3: co.uk (subtree)\n"
            "  line 4: b.example (subtree)\n"
            f"rejected: faulty.txt:2: {NO_NAME} [white-space]\n"
            f"rejected: faulty.txt:3: {CO_UK} [public-suffix]\n"
            "2 rules from 3 targets of 1 order; 2 rejected, 0 covered, 0 orders not selected, "
            "0 warnings\n"
        )

    def test_json(self, run: Run) -> None:
        for source, code in (("other.txt", 0), ("faulty.txt", 1)):
            result = run("check", source, "--json")
            assert result.exit_code == code
            assert {"digest", "rejected", "covered", "skipped"} <= json.loads(result.stdout).keys()

    def test_standard_input(self, run: Run) -> None:
        result = run("check", "-", stdin=b"x.example\n")
        assert result.exit_code == 0
        assert result.stdout == (
            "the operator's own policy\n"
            "  list:standard input:40cf80ad: in force, 1 target\n"
            "  line 1: x.example (subtree)\n"
            "1 rule from 1 target of 1 order; 0 rejected, 0 covered, 0 orders not selected, "
            "0 warnings\n"
        )

    def test_orders_not_selected(self, run: Run) -> None:
        result = run("check", MILAN, "other.txt", "--jurisdiction", "FR", "--at", "2022-08-15")
        assert result.stdout.splitlines()[-2:] == [
            f"not selected: {MILAN_ID}: binds in IT, not in FR",
            (
                "2 rules from 2 targets of 1 order; 0 rejected, 0 covered, 1 order not selected, "
                "0 warnings"
            ),
        ]

    def test_ids_and_texts_are_shown_as_they_are(self, run: Run) -> None:
        Path("o.toml").write_text(
            '[[order]]\nid = "it:key:1"\nnumber = "[bold]:key:"\n'
            'targets = ["a.example", "[red] :key:"]\nexceptions = ["b.example"]\n'
        )
        refused = (
            "rejected: o.toml:4: '[red] :key:': white space inside [white-space]\n"
            "warning: the exception b.example (by it:key:1) has no effect: see what wins over "
            "what\n"
        )
        counts = (
            "2 rules from 2 targets of 1 order; 1 rejected, 0 covered, 0 orders not selected, "
            "1 warning\n"
        )
        assert run("check", "o.toml").output == (
            "the operator's own policy, [bold]:key:\n"
            "  it:key:1: in force, 1 target\n"
            "  line 4: a.example (subtree)\n"
            "  except line 5: b.example\n"
            f"{refused}{counts}"
        )
        result = run("compile", "o.toml", "-o", "it.blk")
        assert normalised(result.output) == f"{refused}it.blk: {counts}digest DIGEST, N octets\n"
        assert _rows(run("status", "o.toml")) == [
            STATUS_HEAD,
            ["it:key:1", "in force", "", "", ""],
            ["the operator's own policy, 1 target", "", "", "", ""],
        ]


class TestQuery:
    def test_exit_codes(self, image: Path, run: Run) -> None:
        assert run("query", image, "a.example").exit_code == 0
        assert run("query", image, "z.example").exit_code == 1
        assert run("query", image, "z.example", "a.example").exit_code == 0
        assert run("query", "missing.blk", "a.example").exit_code == 2

    def test_lines(self, image: Path, run: Run) -> None:
        (order,) = Blocklist.open(image).orders
        asked = ["WWW.a.example.", "192.0.2.1", "http://c.example/x/y", "c.example", "z.example"]
        lines = [line.split("\t") for line in run("query", image, *asked).stdout.splitlines()]
        assert lines == [
            ["WWW.a.example.", "blocked", "a.example", order.id],
            ["192.0.2.1", "blocked", "192.0.2.0/29", order.id],
            ["http://c.example/x/y", "blocked", "c.example/x", order.id],
            ["c.example", "not blocked"],
            ["z.example", "not blocked"],
        ]

    def test_json(self, image: Path, run: Run) -> None:
        result = run("query", image, "--json", "a.example", "bücher.example")
        one, other = map(json.loads, result.stdout.splitlines())
        (order,) = Blocklist.open(image).orders
        assert one == {
            "name": "a.example", "blocked": True, "rule": "a.example", "orders": [order.id],
        }  # fmt: skip
        assert other == {"name": "bücher.example", "blocked": False, "rule": None, "orders": []}

    def test_quiet(self, image: Path, run: Run) -> None:
        for name, code in (("a.example", 0), ("z.example", 1)):
            result = run("query", "-q", image, name)
            assert (result.exit_code, result.output) == (code, "")

    def test_standard_input(self, image: Path, run: Run) -> None:
        result = run("query", image, stdin=b"a.example\r\n\n  b.example \nz.example")
        assert [line.split("\t")[:2] for line in result.stdout.splitlines()] == [
            ["a.example", "blocked"], ["b.example", "blocked"], ["z.example", "not blocked"],
        ]  # fmt: skip
        assert run("query", image, stdin=b"").exit_code == 1

    @pytest.mark.parametrize("command", [["query"], ["query", "--json"], ["explain"]])
    @pytest.mark.parametrize(
        "names",
        [b"\xff\xfe.example", b"\0", b"a.ex\0ample", b"\xed\xa0\x80.example", b"[::1", b"http://[/x",
         b"\\", b"." * 300, b"a" * 70_000, b"\xe2\x80\xae.example", b"\x1b[2J"],
    )  # fmt: skip
    def test_odd_names(self, image: Path, run: Run, command: list[str], names: bytes) -> None:
        result = run(*command, image, stdin=names + b"\n")
        assert result.exit_code == (0 if command == ["explain"] else 1), result.output
        assert len(result.stdout.splitlines()) == 1
        if "--json" in command:
            assert json.loads(result.stdout)["blocked"] is False

    def test_surrogates_as_arguments(self, image: Path, run: Run) -> None:
        for command in (["query"], ["query", "--json"], ["explain"]):
            assert run(*command, image, "\udcff.example").exit_code in (0, 1)

    def test_explain(self, image: Path, run: Run) -> None:
        result = run("explain", image, "www.a.example", "z.example", "192.0.2.1")
        assert result.exit_code == 0
        (order,) = Blocklist.open(image).orders
        by = f"    ordered by the operator's own policy; id {order.id}; list.txt line"
        assert result.stdout.splitlines() == [
            "www.a.example is blocked", "  rule: a.example and every name below it", f"{by} 1",
            "z.example is not blocked: no rule covers it now",
            "192.0.2.1 is blocked", "  rule: 192.0.2.0/29", f"{by} 3",
        ]  # fmt: skip
        assert run("explain", image, stdin=b"a.example\n").stdout == (
            f"a.example is blocked\n  rule: a.example and every name below it\n{by} 1\n"
        )

    def test_explain_as_json(self, image: Path, run: Run) -> None:
        result = run("explain", "--json", image, "www.a.example.", "z.example", "a..b")
        blocked, free, odd = map(json.loads, result.stdout.splitlines())
        (rule,) = blocked["rules"]
        (ground,) = rule["grounds"]
        assert (blocked["name"], blocked["blocked"], rule["rule"]) == (
            "www.a.example.", True, "a.example",
        )  # fmt: skip
        assert ground["source"]["path"] == "list.txt"
        assert ground["source"]["lines"] == [1]
        assert free == {
            "name": "z.example", "blocked": False, "reason": "no rule covers it now", "rules": [],
        }  # fmt: skip
        assert (odd["name"], odd["reason"]) == ("a..b", "it is not a domain name")


class TestDiffAndVerify:
    def test_diff(self, image: Path, run: Run) -> None:
        run("compile", "other.txt", "-o", "new.blk")
        assert (run("diff", image, image).exit_code, run("diff", image, image).output) == (0, "")
        result = run("diff", image, "new.blk")
        assert result.exit_code == 1
        assert result.stdout.splitlines() == [
            "+ d.example", "- 192.0.2.0/29", "- a.example", "- c.example/x",
        ]  # fmt: skip
        found = json.loads(run("diff", "--json", image, "new.blk").stdout)
        assert found == {
            "added": ["d.example"],
            "removed": ["192.0.2.0/29", "a.example", "c.example/x"],
            "changed": [],  # two lists that nothing names but their files are one
        }
        same = run("diff", "--json", image, image)
        assert same.exit_code == 0
        assert set(json.loads(same.stdout)) == {"added", "removed", "changed"}
        fails(run("diff", image, "missing.blk"), "missing.blk: No such file or directory")
        flush = run("diff", "--flush", image, "new.blk")
        assert (flush.exit_code, flush.stdout) == (0, "a.example\nd.example\n")

    def test_verify(self, image: Path, run: Run) -> None:
        result = run("verify", image)
        assert result.exit_code == 0
        blocked = Blocklist.open(image)
        assert result.stdout == (
            f"{image}: sound, {image.stat().st_size:,} octets, digest {blocked.image.digest}\n"
            "4 rules of 1 order\n"
            f"  {blocked.orders[0].id}: the operator's own policy\n"
        )
        run("compile", MILAN, "list.txt", "-o", "m.blk", "--at", "2022-08-01")
        assert normalised(run("verify", "m.blk").stdout) == (
            "m.blk: sound, N octets, digest DIGEST\n"
            "8 rules of 2 orders\n"
            f"  {MILAN_ID}: Tribunale di Milano, ordinanza, of 2022-07-11\n"
            f"  {blocked.orders[0].id}: the operator's own policy\n"
        )
        Path("ends.toml").write_text(
            '[[order]]\nid = "x"\nexpires = 2999-12-31\ntargets = ["a.example"]\n'
        )
        run("compile", "ends.toml", "-o", "e.blk")
        assert normalised(run("verify", "e.blk").stdout) == (
            "e.blk: sound, N octets, digest DIGEST\n"
            "1 rule of 1 order\n"
            "compile again at 3000-01-01T00:00:00+00:00: an order begins or ends then\n"
            "  x: the operator's own policy\n"
        )


class TestStatus:
    AT = ("--at", "2022-08-15")

    def test_milan(self, run: Run) -> None:
        result = run("status", MILAN, *self.AT)
        assert result.exit_code == 1
        assert _rows(result) == [
            STATUS_HEAD,
            [MILAN_ID, "in force", "2022-08-10", "5 days overdue", "50,000 EUR"],
            ["Tribunale di Milano, 4 targets", "", "", "", ""],
            ["notified 2022-07-11, since 2022-07-11", "", "", "", ""],
        ]
        assert result.stderr == "1 order overdue, 0 due within 7 days\n"

    @pytest.mark.parametrize(
        ("fields", "at", "warn", "code"),
        [
            ("deadline = 2026-05-10", "2026-05-03", "7d", 0),  # due as the 10th ends, in 8 days
            ("deadline = 2026-05-10", "2026-05-04T12:00:00", "7d", 1),
            ("deadline = 2026-05-10", "2026-05-04T12:00:00", "6d", 0),
            ("deadline = 2026-05-10", "2026-05-11", "0s", 1),
            ("deadline = 2026-05-10", "2026-05-10T23:00:00", "0s", 0),
            ("deadline = 2026-05-10\ncomplied = 2026-05-09", "2026-06-01", "7d", 0),
            ("deadline = 2026-05-10\ncomplied = 2026-05-20", "2026-06-01", "7d", 0),
            ("deadline = 2026-05-10\ncomplied = 2026-07-01", "2026-06-01", "7d", 1),
            ("deadline = 2026-05-10\nexpires = 2026-05-20", "2026-06-01", "7d", 0),
            ("deadline = 2026-05-10\nrevoked = 2026-05-20", "2026-06-01", "7d", 0),
            ("deadline = 2026-05-10\nsuspended = {from = 2026-05-20}", "2026-06-01", "7d", 1),
            ("deadline = 2026-05-10\neffective_from = 2026-05-08", "2026-05-05", "7d", 1),
            ("deadline = { amount = 2 }", "2026-06-01", "7d", 0),  # never notified
            ("", "2026-06-01", "9999d", 0),
        ],
    )
    def test_what_is_due_ends_with_1(
        self, run: Run, fields: str, at: str, warn: str, code: int
    ) -> None:
        order = f'[[order]]\nid = "x"\n{fields}\ntargets = ["a.example"]\n'
        for form in ((), ("--json",)):
            result = run("status", "-", "--at", at, "--warn", warn, *form, stdin=order)
            assert result.exit_code == code, result.output
        assert json.loads(result.stdout)["is_due"] is bool(code)
        assert result.stderr == ""

    def test_json(self, run: Run) -> None:
        result = run("status", MILAN, *self.AT, "--json")
        assert json.loads(result.stdout) == {
            "id": MILAN_ID, "authority": "Tribunale di Milano", "category": "",
            "category_code": "", "category_other": "", "state": "in force",
            "shadow": False,
            "instrument": "ordinanza", "number": "", "case_number": "",
            "issued": "2022-07-11", "notified": "2022-07-11",
            "acknowledged": None, "since": "2022-07-10T22:00:00+00:00", "until": None,
            "deadline": "2022-08-11T00:00:00+02:00", "rule": None, "is_due": True,
            "days_overdue": 5, "time": "5 days overdue",
            "complied": None, "penalty": "50,000 EUR", "targets": 4,
        }  # fmt: skip

    def test_category(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "order.toml"
        path.write_text(
            '[[order]]\nid = "x"\nauthority = "Tribunale"\ntargets = ["a.example"]\n'
            'category = "copyright"\ncategory_code = "KEYWORD_COPYRIGHT_INFRINGEMENT"\n'
        )
        shown = "copyright (KEYWORD_COPYRIGHT_INFRINGEMENT)"
        assert [row[0] for row in _rows(run("status", path))][1:] == [
            "x", "Tribunale, 1 target", shown,
        ]  # fmt: skip
        row = json.loads(run("status", path, "--json").stdout)
        assert (row["category"], row["category_code"]) == (
            "copyright", "KEYWORD_COPYRIGHT_INFRINGEMENT",
        )  # fmt: skip
        run("compile", path, "-o", tmp_path / "it.blk")
        explained = run("explain", tmp_path / "it.blk", "www.a.example").stdout
        assert f"Tribunale, category {shown}; id x" in explained

    @pytest.mark.parametrize(
        ("at", "cells"),
        [
            ("2022-07-01", ["pending", "2022-08-10", "due in 40 days", ""]),
            ("2022-08-01", ["in force", "2022-08-10", "due in 9 days", ""]),
            ("2022-08-09T00:59:59+02:00", ["in force", "2022-08-10", "due in 1 day 23 h", ""]),
            ("2022-08-10T21:54:59.9+02:00", ["in force", "2022-08-10", "due in 2 h 5 min", ""]),
            ("2022-08-10T22:00:00+02:00", ["in force", "2022-08-10", "due in 2 h", ""]),
            ("2022-08-10T22:00:00Z", ["in force", "2022-08-10", "1 day overdue", "10,000 EUR"]),
            ("2022-08-11", ["in force", "2022-08-10", "1 day overdue", "10,000 EUR"]),
        ],
    )
    def test_time(self, run: Run, at: str, cells: list[str]) -> None:
        assert _rows(run("status", MILAN, "--at", at))[1] == [MILAN_ID, *cells]

    @pytest.mark.parametrize(
        ("fields", "cells"),
        [
            ("expires = 2022-08-01", ["expired", "", "", ""]),
            ("revoked = 2022-08-01", ["revoked", "", "", ""]),
            ("suspended = { from = 2022-08-01 }", ["suspended", "", "", ""]),
            (
                "expires = 9999-12-31\ndeadline = 9999-12-31",
                ["in force", "9999-12-31", "due in 2,913,677 days", ""],
            ),
            (
                "notified = 9999-12-30\ndeadline = { amount = 99999 }",
                ["pending", "9999-12-31", "due in 2,913,677 days", ""],
            ),
            (
                "issued = 0001-01-01\ndeadline = 0001-01-02",
                ["in force", "0001-01-02", "738,380 days overdue", ""],
            ),
            (
                "complied = 2022-08-03\ndeadline = 2022-08-02",
                ["in force", "2022-08-02", "complied on 2022-08-03", ""],
            ),
            (
                "deadline = { amount = 30 }",
                ["in force", "unknown", "30 days from notified", ""],
            ),
        ],
    )
    def test_states(self, run: Run, fields: str, cells: list[str]) -> None:
        order = f'[[order]]\nid = "x"\njurisdiction = "IT"\n{fields}\ntargets = ["a.example"]\n'
        result = run("status", "-", *self.AT, stdin=order)
        assert result.exit_code == ("overdue" in cells[2]), result.output
        assert _rows(result)[1] == ["x", *cells]
        assert json.loads(run("status", "-", "--json", *self.AT, stdin=order).stdout)["id"] == "x"

    def test_several(self, run: Run) -> None:
        lines = run("status", MILAN, "list.txt", "other.txt", "--json").stdout.splitlines()
        assert [json.loads(line)["targets"] for line in lines] == [4, 4, 2]


class TestTemplateAndFormats:
    def test_template(self, run: Run) -> None:
        result = run("template")
        assert result.exit_code == 0
        Path("o.toml").write_bytes(result.stdout_bytes)
        assert tomllib.loads(result.stdout)["order"]
        assert len(load_orders("o.toml", strict=True)) == 1

    def test_formats(self, run: Run) -> None:
        result = run("formats")
        assert result.exit_code == 0
        for loader in LOADERS.values():
            assert loader.name in result.stdout

    def test_help(self, run: Run) -> None:
        for command in ("compile", "check", "query", "explain", "diff", "verify", "status"):
            assert command in run("--help").stdout
            assert run(command, "-h").exit_code == 0


class TestErrors:
    """Whatever a user can do wrong is one sentence on standard error, and exit code 2."""

    COMMANDS = (["query"], ["explain"], ["verify"])

    @pytest.mark.parametrize("command", COMMANDS)
    def test_images(self, image: Path, run: Run, command: list[str]) -> None:
        octets = image.read_bytes()
        files: dict[str, tuple[bytes, str]] = {
            "foreign": (b"a.example\n" * 20, NOT_AN_IMAGE),
            "empty": (b"", NOT_AN_IMAGE),
            "cut": (octets[:-1], WRONG_SIZE),
            "head": (octets[:100], WRONG_SIZE),
            "grown": (octets + b"\0", WRONG_SIZE),
            "flipped": (
                octets[:-1] + bytes([octets[-1] ^ 1]),
                "damaged: the checksum does not fit the content; copy or compile it again",
            ),
            "newer": (
                octets[:8] + b"\x63" + octets[9:],
                (
                    "image format 99, this release reads 3: compile the orders again with this "
                    "release, or install the one that wrote it"
                ),
            ),
            "text-mode": (octets.replace(b"\r\n", b"\n"), NOT_AN_IMAGE),
        }
        names = ["a.example"] if command != ["verify"] else []
        for name, (content, message) in files.items():
            Path(name).write_bytes(content)
            wanted = message.replace("SIZE", str(len(octets)))
            fails(run(*command, name, *names), f"{name}: {wanted}")
        fails(run(*command, "missing.blk", *names), "missing.blk: No such file or directory")
        fails(run(*command, ".", *names), ".: Is a directory")
        fails(run(*command, "a\0b", *names), "embedded null byte")
        fails(run(*command, "\udcff.blk", *names), r"\udcff.blk: No such file or directory")

    @pytest.mark.parametrize("command", ["compile", "check", "status"])
    def test_sources(self, run: Run, command: str) -> None:
        output = ["-o", "x.blk"] if command == "compile" else []
        Path("empty").mkdir()
        Path("latin").write_bytes(b"caf\xe9.example\n")
        Path("blank").write_bytes(b"\n")
        Path("page").write_bytes(b"<!doctype html><p>Gateway")
        Path("prose").write_bytes(b"this is no list\nat all\n")
        Path("bad.toml").write_bytes(
            b'[[order]]\nid = "x"\nexpire = 2022-01-01\ntargets = ["a.b"]\n'
        )
        no_time = "is not a date or time such as 2022-08-11T00:00:00+02:00"
        for arguments, message in (
            (["missing.txt"], "missing.txt: No such file or directory"),
            (["empty"], "empty: the folder holds no files"),
            (
                ["latin"],
                (
                    "latin:1: not utf-8 text (octet 0xe9); name its encoding, such as "
                    "windows-1252 or windows-1250 (--encoding)"
                ),
            ),
            (["blank"], "blank: the file is empty"),
            (
                ["page"],
                (
                    "page: an HTML page or XML, not a list; check it: it may be an error page; "
                    "'blocklist import --draft page' writes a draft with every name in it"
                ),
            ),
            (
                ["prose"],
                (
                    "prose: no format fits the content; if it holds orders, name a format "
                    "(see 'blocklist formats'); 'blocklist import --draft prose' writes a draft "
                    "with every name in it"
                ),
            ),
            (["bad.toml"], "bad.toml:3: order[1].expire is unknown; did you mean expires?"),
            (["table.csv"], "table.csv: which column holds the targets? Name one of: from, to"),
            (
                ["table.csv", "--column", "x"],
                "table.csv: there is no column 'x'; the header is: from, to",
            ),
            (["table.csv", "--column", "9"], "table.csv: there is no column 9"),
            (["list.txt", "--encoding", "nope"], "list.txt: unknown encoding: nope"),
            (
                ["list.txt", "--format", "nope"],
                f"unknown format 'nope'; choose from: {', '.join(LOADERS)}",
            ),
            (
                ["list.txt", "--scope", "nope"],
                "Invalid value for '--scope': 'nope' is not one of 'subtree', 'exact', 'below'.",
            ),
            (
                ["list.txt", "--issued-in", "Italy"],
                "'Italy' is not a country code (ISO 3166-1 alpha-2, such as IT)",
            ),
            (
                ["list.txt", "--at", "tomorrow"],
                f"Invalid value for '--at': 'tomorrow' {no_time}",
            ),
            (
                ["list.txt", "--at", "2022-13-01"],
                f"Invalid value for '--at': '2022-13-01' {no_time}",
            ),
            (["a\0b"], "embedded null byte"),
            (["\udcff"], r"\udcff: No such file or directory"),
            ([], "Missing argument 'SOURCE…'."),
        ):
            fails(run(command, *arguments, *output), message)
        fails(run(command, "-", *output, stdin=b""), "standard input: the file is empty")
        assert not Path("x.blk").exists()

    @pytest.mark.parametrize("command", ["compile", "check"])
    def test_selection(self, run: Run, command: str) -> None:
        output = ["-o", "x.blk"] if command == "compile" else []
        Path("latin").write_bytes(b"caf\xe9.example\n")
        wrong = "Invalid value for '--protect-list': File"
        for option, value, message in (
            ("--protect", "no name", "protect='no name': white space inside"),
            ("--permit", "no name", "permit='no name': white space inside"),
            ("--protect-list", "missing.txt", f"{wrong} 'missing.txt' does not exist."),
            ("--protect-list", ".", f"{wrong} '.' is a directory."),
            ("--protect-list", "latin", "Invalid value: latin is not UTF-8 text; convert it"),
        ):
            fails(run(command, "list.txt", option, value, *output), message)
        Path("suffix.txt").write_text("co.uk\norg.uk\n")
        fails(
            run(command, "suffix.txt", *output),
            f"nothing would be blocked (suffix.txt:1: {CO_UK} [public-suffix]; "
            f"suffix.txt:2: {CO_UK.replace('co.uk', 'org.uk')} [public-suffix])",
        )

    def test_output(self, run: Run) -> None:
        fails(
            run("compile", "list.txt", "-o", "none/x.blk"),
            "none: No such file or directory",
        )
        fails(
            run("compile", "list.txt", "-o", "."),
            "Invalid value for '-o' / '--output': File '.' is a directory.",
        )
        fails(run("compile", "list.txt"), "Missing option '-o' / '--output'.")
        fails(
            run("compile", "list.txt", "-o", "x.blk", "--report", "none/r.json"),
            "none: No such file or directory",
        )

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_output_without_right(self, run: Run) -> None:
        Path("locked").mkdir(mode=0o555)
        fails(run("compile", "list.txt", "-o", "locked/x.blk"), "locked: Permission denied")

    def test_two_orders_of_one_id(self, run: Run) -> None:
        order = '[[order]]\nid = "x"\ntargets = ["{}"]\n'
        Path("o.toml").write_text(order.format("a.example") + order.format("b.example"))
        fails(
            run("compile", "o.toml", "-o", "x.blk"),
            "o.toml:4: two different orders have the id 'x'; the other is in o.toml:1; if one is "
            "a copy of the other, compile only one, otherwise change one id",
        )

    def test_huge_value_does_not_flood(self, run: Run) -> None:
        Path("o.toml").write_text(
            f'[[order]]\nid = "x"\nserial = "{"x" * 99_999}"\ntargets = ["a.b"]\n'
        )
        message = error(run("compile", "o.toml", "-o", "x.blk"))
        assert message.startswith(
            "o.toml:3: order[1].serial must be a whole number of 0 or more, not 'xxx"
        )
        assert len(message) < 1_000


class TestConfidential:
    SECRETS = ("secret", "hidden", "dark", "veiled")

    @pytest.fixture
    def secret(self, folder: Path) -> Path:
        Path("secret.toml").write_text(
            '[[order]]\nid = "it:s:1"\nconfidential = true\n'
            'targets = ["a-secret.example", "b-hidden.example", "c-dark.example", "co.uk",\n'
            '  "secret name", "=sub.a-secret.example", "d-secret.example:8080", "*hidden*"]\n'
            'exceptions = ["help.a-secret.example", "c-dark.example", "d-veiled.example"]\n'
        )
        Path("public.txt").write_text("x.example\nsub.x.example\n")
        return folder / "secret.toml"

    def silent(self, text: str) -> None:
        assert not [word for word in self.SECRETS if word in text.replace("secret.toml", "")]

    def test_compile_and_report(self, secret: Path, run: Run) -> None:
        options = ["-o", "s.blk", "--report", "r.json", "--protect", "mine.b-hidden.example"]
        result = run("compile", secret.name, "public.txt", *options)
        assert result.exit_code == 0
        assert normalised(result.output) == (
            "rejected: secret.toml:4: '(confidential)': refused as public-suffix [public-suffix]\n"
            "rejected: secret.toml:5: '(confidential)': refused as white-space [white-space]\n"
            "warning: (confidential) is both ordered and excepted (by it:s:1): it is not blocked\n"
            "warning: a confidential target is blocked around a name that is protected\n"
            "warning: it:s:1:5: port 8080 left out: the whole host is blocked\n"
            "s.blk: 12 rules from 12 targets of 2 orders; 2 rejected, 1 covered, "
            "0 orders not selected, 3 warnings\n"
            "digest DIGEST, N octets\n"
        )
        self.silent(Path("r.json").read_text("utf-8").replace("secret.toml", ""))
        assert Blocklist.open("s.blk").is_blocked("a-secret.example")

    def test_name_that_covers_a_public_one(self, secret: Path, run: Run) -> None:
        Path("public.txt").write_text("www.a-secret.example\nx.example\n")
        run("compile", secret.name, "public.txt", "-o", "s.blk", "--report", "r.json")
        covered = json.loads(Path("r.json").read_text("utf-8"))["covered"]
        assert "a-secret.example" not in [by for _, by in covered]

    def test_check(self, secret: Path, run: Run) -> None:
        for option in ([], ["--json"]):
            result = run("check", secret.name, "public.txt", *option)
            assert result.exit_code == 1
            self.silent(result.output)

    def test_strict(self, secret: Path, run: Run) -> None:
        fails(
            run("compile", secret.name, "-o", "s.blk", "--strict"),
            "secret.toml:5: '(confidential)': refused as white-space",
        )

    def test_nothing_left(self, run: Run) -> None:
        Path("secret.toml").write_text(
            '[[order]]\nid = "it:s:1"\nconfidential = true\ntargets = ["secret name", "co.uk"]\n'
        )
        result = run("check", "secret.toml")
        assert result.stdout == "(confidential)\n  it:s:1: in force, 1 target\n"
        fails(
            result,
            "nothing would be blocked ("
            "secret.toml:4: '(confidential)': refused as public-suffix [public-suffix]; "
            "secret.toml:4: '(confidential)': refused as white-space [white-space])",
        )

    def test_diff(self, secret: Path, run: Run) -> None:
        run("compile", "public.txt", "-o", "p.blk")
        run("compile", secret.name, "public.txt", "-o", "s.blk")
        for old, new in (("p.blk", "s.blk"), ("s.blk", "p.blk")):
            for option in ([], ["--json"]):
                result = run("diff", *option, old, new)
                assert result.exit_code == 1
                self.silent(result.output)
            flush = run("diff", "--flush", old, new)
            self.silent(flush.output)
            assert flush.stderr == (
                "9 confidential rules left out; --show-confidential includes them\n"
            )
            assert run("diff", "--flush", "--show-confidential", old, new).stdout

    def test_status_and_verify(self, secret: Path, run: Run) -> None:
        run("compile", secret.name, "-o", "s.blk")
        self.silent(run("verify", "s.blk").output)
        self.silent(run("status", secret.name).output)
        self.silent(run("status", secret.name, "--json").output)


class TestProcess:
    def test_module(self, image: Path) -> None:
        done = python("-m", "blocklist", "query", image, "a.example", "z.example")
        assert (done.returncode, done.stderr) == (0, b"")
        (order,) = Blocklist.open(image).orders
        assert done.stdout.decode().splitlines() == [
            f"a.example\tblocked\ta.example\t{order.id}", "z.example\tnot blocked",
        ]  # fmt: skip

    def test_failure(self) -> None:
        done = python("-m", "blocklist", "query", "missing.blk", "a.example")
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode().splitlines() == [
            "Error: missing.blk: No such file or directory"
        ]

    @pytest.mark.skipif(os.name != "posix", reason="arguments are text")
    def test_argument_that_is_no_utf_8(self, image: Path) -> None:
        for command in (["query"], ["query", "--json"], ["explain"]):
            done = python("-m", "blocklist", *command, image, b"\xff\xfe.example")
            assert done.returncode in (0, 1)
            assert done.stderr == b""
            assert done.stdout.count(b"\n") == 1

    def test_order_in_an_image_that_cannot_be_read(self) -> None:
        """A foreign field in an image is one sentence, and never ends the process."""
        code = (
            "from blocklist import Image, compile_orders, load_orders\n"
            "image = compile_orders(load_orders(b'a.example'))\n"
            "sections = {name: bytes(image.section(name)) for name in image.sections}\n"
            'sections[\'orders\'] = b\'[{"id": "x", "jurisdiction": "Italy"}]\'\n'
            "Image.build(sections).save('odd.blk')\n"
        )
        assert python("-c", code).returncode == 0
        done = python("-m", "blocklist", "query", "odd.blk", "a.example")
        assert done.returncode == 2
        assert done.stderr.decode().splitlines() == [
            (
                "Error: odd.blk: section orders: jurisdiction: 'Italy' is not a country code "
                "(ISO 3166-1 alpha-2, such as IT)"
            )
        ]

    @pytest.mark.skipif(os.name != "posix", reason="pipes of a shell")
    @pytest.mark.parametrize("command", ["query", "explain", "diff", "check"])
    def test_reader_that_has_seen_enough(self, run: Run, command: str) -> None:
        names = "".join(f"n{i}.example\n" for i in range(5_000))
        Path("many.txt").write_text(names)
        run("compile", "many.txt", "-o", "many.blk")
        run("compile", "other.txt", "-o", "few.blk")
        arguments = {
            "query": ["many.blk"], "explain": ["many.blk"], "diff": ["few.blk", "many.blk"],
            "check": ["--json", "many.txt", "other.txt", "--protect", "n1.example"],
        }[command]  # fmt: skip
        with (
            Path("many.txt").open("rb") as names_read,
            subprocess.Popen(
                [sys.executable, "-m", "blocklist", command, *arguments],
                stdin=names_read,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": str(SOURCES)},
            ) as process,
        ):
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == b""
            verdict = 1 if command == "check" else 0  # if all was written before
            assert process.wait(30) in (verdict, 141)

    @pytest.mark.parametrize("missing", ["click", "rich"])
    def test_missing_extra(self, missing: str) -> None:
        code = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {missing!r}:
            raise ModuleNotFoundError("No module named {missing}", name={missing!r})
sys.meta_path.insert(0, Absent())
from blocklist.cli import main
main()
"""
        done = python("-c", code)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.decode().splitlines() == [
            f"blocklist: {missing_extra('the command line', 'cli')}"
        ]
