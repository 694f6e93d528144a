"""The commands of a history: what they print, and their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from history_editions import BEGIN, KEY, new_history

from blocklist import History, Order, RecordedCycle, RecordedEvent, compile_orders, parse_target
from blocklist.cli.group import cli
from blocklist.errors import missing_extra
from blocklist.history.logentries import instant_text

pytestmark = pytest.mark.no_core


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("list.txt").write_text("one.example.com\ntwo.example.com\n")
    return tmp_path


def compiled(*more: object) -> Result:
    return run("compile", "list.txt", "-o", "it.blk", "--history", "record", *more)


class TestCompile:
    def test_a_new_record_is_made_and_said(self) -> None:
        first = compiled()
        assert first.exit_code == 0
        assert "record: new record of blocklist.invalid/" in first.stderr
        assert "private key is record/key" in first.stderr
        with History.open("record") as history:
            size = history.checkpoint.size
            assert len(history.origin) == len("blocklist.invalid/") + 16
        assert "new record" not in compiled().stderr
        assert History.open("record").checkpoint.size == size
        Path("list.txt").write_text("two.example.com\n")
        compiled()
        assert History.open("record").checkpoint.size > size

    def test_origin_and_key_are_chosen(self) -> None:
        compiled("--origin", "isp.example/blocks", "--key", "own.key")
        assert History.open("record").origin == "isp.example/blocks"
        assert not Path("record/key").exists()
        assert compiled().exit_code == 2  # the key is elsewhere
        again = compiled("--key", "own.key", "--origin", "other.example")
        assert (again.exit_code, "is of isp.example/blocks" in again.stderr) == (2, True)
        assert compiled("--key", "own.key").exit_code == 0

    @pytest.mark.parametrize("option", ["--origin", "--key"])
    def test_they_need_a_record(self, option: str) -> None:
        result = run("compile", "list.txt", "-o", "it.blk", option, "x")
        assert result.exit_code == 2
        assert f"{option} needs --history DIR" in result.stderr

    def test_nothing_is_recorded_of_what_is_not_compiled(self) -> None:
        Path("list.txt").write_text("co.uk\n")
        assert compiled("--strict").exit_code == 2
        assert not Path("record").exists()

    def test_without_the_extra_nothing_is_written(self, folder: Path) -> None:
        code = (
            "import sys; sys.modules['cryptography'] = None\n"
            "sys.argv = 'blocklist compile list.txt -o it.blk --history record'.split()\n"
            "from blocklist.cli import main; main()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert missing_extra("signing and verifying", "sign") in done.stderr
        assert done.stderr.count("\n") == 1
        assert {path.name for path in folder.iterdir()} == {"list.txt"}


class TestWasBlocked:
    @pytest.fixture
    def record(self, folder: Path) -> Path:
        """Blocked from hour 1 on; served on one of two resolvers from hour 2, on both from 3."""
        other = Order(id="other", targets=(parse_target("other.example"),))
        order = Order(id="it:court:7", number="7/26", targets=(parse_target("bad.example"),))
        images = [compile_orders([other]), compile_orders([other, order])]
        seen = [(0, ["r1", "r2"]), (0, []), (1, ["r1"]), (1, ["r2"])]
        with new_history(folder / "record") as history:
            for hour, (image, resolvers) in enumerate(seen):
                at = BEGIN.replace(hour=hour)
                events = [
                    RecordedEvent(
                        kind="served",
                        facts={"image": images[image].digest, "first": instant_text(at),
                               "last": instant_text(at)},
                        details={"output": "bind", "resolver": resolver},
                    )
                    for resolver in resolvers
                ]  # fmt: skip
                given = [other] if hour == 0 else [other, order]
                image_now = images[min(hour, 1)]
                cycle = RecordedCycle(orders=given, image=image_now, events=events)
                history.append(cycle, key=KEY, now=at)
        return folder / "record"

    @pytest.mark.parametrize(
        ("at", "code", "served", "second"),
        [
            ("2025-12-31", 2, 2, "serving was not recorded"),
            ("2026-01-01T00:30", 1, 1, "not served"),
            ("2026-01-01T01:30", 0, 1, "being introduced: seen blocked on 0 of 2 resolvers"),
            ("2026-01-01T02:30", 0, 1, "being introduced: seen blocked on 1 of 2 resolvers"),
            ("2026-01-01T04:30+01:00", 0, 0, "served since 2026-01-01T03:00:00Z"),
            ("2999-01-01", 2, 2, "serving was not recorded"),
        ],
    )
    def test_exit_code_and_second_line(
        self, record: Path, at: str, code: int, served: int, second: str
    ) -> None:
        result = run("was-blocked", "www.bad.example", "--at", at, "--history", record)
        assert result.exit_code == code
        assert result.stdout.splitlines()[1] == second
        arguments = ("www.bad.example", "--at", at, "--history", record, "--served")
        assert run("was-blocked", *arguments).exit_code == served

    def test_a_time_without_fractions_is_the_whole_second(self) -> None:
        compiled()
        second = datetime.now(UTC).replace(microsecond=0).isoformat()
        result = run("was-blocked", "one.example.com", "--at", second, "--history", "record")
        assert result.exit_code == 0
        assert f"in force at {second.replace('+00:00', 'Z')}" in result.stdout

    def test_the_whole_answer(self, record: Path) -> None:
        arguments = ("was-blocked", "www.bad.example", "--at", "2026-01-01T02:30")
        result = run(*arguments, "--history", record)
        assert result.stdout == (
            "www.bad.example: in force at 2026-01-01T02:30:00Z, since 2026-01-01T01:00:00Z\n"
            "being introduced: seen blocked on 1 of 2 resolvers\n"
            "rule: bad.example\n"
            "order: it:court:7: the operator's own policy, 7/26\n"
            "bind, r1: blocked since 2026-01-01T02:00:00Z\n"
            "bind, r2: not blocked\n"
        )
        data = json.loads(run(*arguments, "--history", record, "--json").stdout)
        assert (data["in_force"], data["serving"]) == (True, "being introduced")
        assert data["orders"] == ["it:court:7"]

    def test_show(self, record: Path) -> None:
        result = run("history", "show", "bad.example", "--history", record)
        assert result.stdout == (
            "2026-01-01T00:00:00Z until 2026-01-01T01:00:00Z: not blocked\n"
            "2026-01-01T01:00:00Z until now: blocked (rule bad.example; it:court:7)\n"
        )

    def test_the_record_of_a_configuration(self, record: Path) -> None:
        state = record.parent / "state"
        state.mkdir()
        record.rename(state / "history")
        config = record.parent / "run.toml"
        config.write_text(
            f'state = "{state}"\n[[source]]\nname = "s"\npath = "list.txt"\n'
            '[[output]]\nname = "o"\nformat = "image"\npath = "o.blk"\n'
        )
        arguments = ("was-blocked", "bad.example", "--at", "2026-01-01T02:30")
        assert run(*arguments, "--config", config).exit_code == 0

    def test_no_record(self) -> None:
        result = run("was-blocked", "x.example", "--at", "2026-01-01", "--history", "none")
        assert result.exit_code == 2
        assert result.stderr == "Error: none: no record of blocks is here\n"


class TestVerify:
    def test_sound_and_not(self) -> None:
        compiled()
        first = Path("record/log/checkpoint").read_bytes()
        Path("kept").write_bytes(first)
        Path("list.txt").write_text("three.example.com\n")
        compiled()
        sound = run("history", "verify", "--history", "record", "--since", "kept")
        assert sound.exit_code == 0
        assert sound.stdout.endswith(": sound\n")
        data = json.loads(run("history", "verify", "--history", "record", "--json").stdout)
        assert (data["entries"], data["faults"]) == (6, [])
        file = next(path for path in Path("record/objects").rglob("*") if path.is_file())
        file.write_bytes(file.read_bytes()[:-1] + b"x")
        bad = run("history", "verify", "--history", "record")
        assert bad.exit_code == 1
        assert "damaged" in bad.stdout
        assert bad.stdout.endswith("not sound: 2 faults\n")
        Path("record/log/checkpoint").write_bytes(first[:-9])
        odd = run("history", "verify", "--history", "record")
        assert odd.exit_code == 1
        assert "not sound: 1 fault" in odd.stdout
        assert run("history", "verify", "--history", "none").exit_code == 2

    def test_proof(self) -> None:
        compiled()
        arguments = ("--at", now(), "--history", "record", "--proof", "p.tlog-proof")
        assert run("was-blocked", "x.one.example.com", *arguments).exit_code == 0
        key = Path("record/keys").read_text().strip()
        for option in (("--key", key), ("--key", "record/keys"), ("--history", "record")):
            result = run("proof", "verify", "p.tlog-proof", *option)
            assert result.exit_code == 0
            assert "names one.example.com" in result.stdout
        shown = json.loads(run("proof", "verify", "p.tlog-proof", "--key", key, "--json").stdout)
        assert shown["target"] == "one.example.com"
        octets = Path("p.tlog-proof").read_bytes()
        Path("p.tlog-proof").write_bytes(octets.replace(b"index 1", b"index 2"))
        refused = run("proof", "verify", "p.tlog-proof", "--key", key)
        assert refused.exit_code == 1
        assert "p.tlog-proof: refused: entry 2 is not in the log" in refused.stderr
        assert run("proof", "verify", "p.tlog-proof").exit_code == 2
        assert run("proof", "verify", "p.tlog-proof", "--key", "odd").exit_code == 2

    def test_without_a_block_there_is_no_proof(self) -> None:
        compiled()
        arguments = ("--at", now(), "--history", "record", "--proof", "p.tlog-proof")
        result = run("was-blocked", "x.example.org", *arguments)
        assert result.exit_code == 1
        assert "no proof is written" in result.stderr
        assert not Path("p.tlog-proof").exists()

    def test_index_and_erase(self) -> None:
        compiled()
        made = run("history", "index", "--history", "record")
        assert made.stdout == "index made from 3 entries\n"
        data = run("was-blocked", "one.example.com", "--at", now(), "--history", "record", "--json")
        (order,) = json.loads(data.stdout)["orders"]
        arguments = ("--ground", "request", "--history", "record")
        erased = run("history", "erase", order, *arguments)
        assert erased.stdout.startswith("erased 1 edition of the order, ")
        result = run("was-blocked", "one.example.com", "--at", now(), "--history", "record")
        assert result.exit_code == 2
        assert "erased on" in result.stdout
        assert run("history", "erase", order, *arguments).exit_code == 2

    def test_a_new_key_signed_by_the_old_one_and_one_for_a_lost_key(self) -> None:
        compiled("--origin", "isp.example/blocks")
        for name in ("second", "third", "other"):
            origin = "isp.example/blocks" if name != "other" else "other.example"
            assert run("key", "new", name, "--name", origin).exit_code == 0
        record = ("--history", "record")
        assert run("history", "new-key", "other", *record).exit_code == 2
        assert run("history", "new-key", "second", "--lost", "--key", "x", *record).exit_code == 2
        changed = run("history", "new-key", "second", *record)
        assert changed.exit_code == 0
        assert "give record/keys to those who verify" in changed.output
        Path("second").unlink()  # and so it is lost
        missing = run("history", "new-key", "third", "--key", "second", *record)
        assert missing.exit_code == 2
        assert run("history", "new-key", "third", "--lost", *record).exit_code == 0
        sound = run("history", "verify", *record)
        assert sound.exit_code == 0
        assert "the key was lost, and replaced without its signature" in sound.stderr
        Path("list.txt").write_text("two.example.com\n")
        assert compiled("--key", "third").exit_code == 0
        said = run("was-blocked", "two.example.com", "--at", now(), *record, "--proof", "p")
        assert said.exit_code == 0
        proven = run("proof", "verify", "p", *record)
        assert proven.exit_code == 0
        assert "the key of the record was lost, and replaced on 20" in proven.output
