"""A run that writes a history: what it records, once, and what it says of it later."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from desk_faults import Faults, full, kill
from desk_folder import IMAGE, DeskFolder, ZoneServer, agcom, matter_codes, names, order_file, token
from processortime import taken
from scale import size
from servers.program import environment
from servers.stub import stub

from blocklist.cli.group import cli
from blocklist.desk.runfile import read_run_file
from blocklist.desk.runhistory import RunHistory
from blocklist.errors import ConfigurationError, missing_extra
from blocklist.history.history import History
from blocklist.history.logcheck import check_record
from blocklist.history.logentries import EVENTS
from blocklist.history.timelines import Serving

pytestmark = pytest.mark.no_core

COURTS = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
LISTS = '[[source]]\nname = "agcom"\npath = "agcom/*.txt"\nformat = "agcom"\neditions = "serial"\n'
RPZ = '[[output]]\nname = "rpz"\nformat = "rpz"\npath = "out/it.rpz"\nconfidential = true\n'
HISTORY = '[history]\norigin = "isp.example/blocks"\n'
FAULTS = Faults()


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    desk = DeskFolder(tmp_path)
    desk.configure(COURTS, LISTS, IMAGE, HISTORY)
    desk.old("courts/a.toml", order_file("it:a", "a.example"))
    desk.old("agcom/1.txt", agcom(1, *names(10)))
    return desk


def opened(desk: DeskFolder) -> History:
    return History.open(desk.path / "state/history")


def told(desk: DeskFolder, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
    """Kind (of an event: which) and details of each entry."""
    with opened(desk) as history:
        return [
            (entry.data.get("event", entry.kind), history.record.details(entry))
            if entry.kind in EVENTS
            else (entry.kind, {})
            for entry in history.record.entries()
            if not kinds or entry.kind in kinds
        ]


def ask(desk: DeskFolder, name: str, at: datetime, *words: str) -> tuple[int, str]:
    config = ["--config", str(desk.path / "run.toml"), "--at", at.isoformat()]
    done = CliRunner().invoke(cli, ["was-blocked", name, *config, *words])
    return done.exit_code, done.output


def now() -> datetime:
    """An instant after all that was recorded, which has milliseconds."""
    time.sleep(0.002)
    at = datetime.now(UTC)
    time.sleep(0.002)
    return at


class TestRecord:
    def test_a_cycle_is_recorded_and_an_idle_one_is_not(self, desk: DeskFolder) -> None:
        wanted = ["source"] * 2 + ["order"] * 2 + ["image"] + ["accepted"] * 2
        wanted += ["output", "reloaded"]
        assert desk.run().page["record"]["entries"] == len(wanted)
        assert [kind for kind, _ in told(desk)] == wanted
        assert "entries" in CliRunner().invoke(
            cli, ["status", "--run", str(desk.path / "run.toml")]
        ).output  # fmt: skip
        desk.run()
        os.utime(desk.path / "courts/a.toml", (1, 1))  # read again, with the same content
        desk.run()
        assert [kind for kind, _ in told(desk)] == wanted
        assert not (desk.path / "state/journal.jsonl").exists()
        with opened(desk) as history:
            assert history.origin == "isp.example/blocks"
            image = history.image_at(datetime.now(UTC))
            assert image is not None
            assert image.octets == (desk.path / "out/it.blk").read_bytes()
            assert check_record(history.record).faults == []

    def test_an_output_without_confidential_orders_is_told(self, desk: DeskFolder) -> None:
        secret = COURTS.replace("courts", "secret") + "confidential = true\n"
        public = RPZ.replace("= true", "= false")
        desk.configure(COURTS, secret, IMAGE, public, HISTORY)
        desk.old("secret/s.toml", order_file("it:s", "s.example"))
        assert desk.run().code == 0
        told_of = {
            d["output"]: d.get("without_confidential", False) for _, d in told(desk, "output")
        }
        assert told_of == {"image": False, "rpz": True}

    def test_an_idle_run_imports_no_history(self, desk: DeskFolder) -> None:
        desk.run()
        script = (
            "import contextlib, sys\nfrom blocklist.cli.group import cli\n"
            "with contextlib.suppress(SystemExit):\n"
            f"    cli(['run', {str(desk.path / 'run.toml')!r}], standalone_mode=False)\n"
            "print(*sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True,
            env=environment(),
        )  # fmt: skip
        modules = done.stdout.splitlines()[-1].split()
        assert {"blocklist.history", "cryptography", "sqlite3"}.isdisjoint(modules)
        assert "blocklist.desk.cycle" in modules

    def test_what_was_held_and_confirmed_is_told_with_its_file(self, desk: DeskFolder) -> None:
        desk.run()
        cut = desk.old("agcom/2.txt", agcom(2, "n1.example"))
        held = desk.run()
        assert matter_codes(held) == ["held"]
        assert desk.run(confirm=token(held), reason="a letter").code == 0
        (first, second) = told(desk, "held", "confirmed")
        assert [first[0], second[0]] == ["held", "confirmed"]
        assert list(first[1]["files"]) == [cut.name]
        assert second[1]["reason"] == "a letter"

    def test_an_image_that_was_put_back_is_served_and_not_in_force(self, desk: DeskFolder) -> None:
        first = desk.run().page["image"]["digest"]
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        desk.run()
        desk.run(to=first, reason="a fault")
        (one,) = told(desk, "rolled-back")
        assert (one[1]["image"], one[1]["reason"]) == (first, "a fault")
        with opened(desk) as history:
            (*_, last) = (e for e in history.record.entries() if e.kind == "output")
            assert last.data["image"] == first
        assert ask(desk, "b.example", now())[0] == 0

    def test_without_the_extra_nothing_is_changed(self, desk: DeskFolder) -> None:
        script = (
            "import sys; sys.modules['cryptography'] = None\n"
            "from blocklist.cli import main\n"
            f"sys.argv = ['blocklist', 'run', {str(desk.path / 'run.toml')!r}]\nmain()"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False,
            env=environment(),
        )  # fmt: skip
        assert done.returncode == 2
        assert missing_extra("signing and verifying", "sign") in done.stdout
        assert not (desk.path / "state/history").exists()
        assert list((desk.path / "out").iterdir()) == []

    @pytest.mark.parametrize("fault", ["gone", "shorter", "origin", "tile"])
    def test_another_record_is_not_continued(self, desk: DeskFolder, fault: str) -> None:
        """Nothing is written until a person puts it back, or names a new folder."""
        desk.run()
        record = desk.path / "state/history"
        record.rename(record.with_name("kept"))
        config = desk.path / "run.toml"
        if fault == "shorter":
            with History.create(record, origin="isp.example/blocks"):
                pass
        elif fault == "origin":
            record.with_name("kept").rename(record)
            config.write_text(config.read_text().replace("isp.example", "other.example"))
        elif fault == "tile":
            record.with_name("kept").rename(record)
            (checkpoint,) = record.glob("log/checkpoint")
            checkpoint.write_bytes(checkpoint.read_bytes().replace(b"\n9\n", b"\n8\n"))
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        before = (desk.path / "out/it.blk").read_bytes()
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (2, ["refused-run"])
        assert "record" in outcome.page["error"] or "history" in outcome.page["error"]
        assert (desk.path / "out/it.blk").read_bytes() == before
        config.write_text(config.read_text().replace("[history]\n", '[history]\nfolder = "new"\n'))
        assert desk.run().code == 0
        assert desk.blocks("b.example") == [True]
        assert ask(desk, "b.example", now())[0] == 0

    def test_no_record_of_a_list_compiled_elsewhere(self, desk: DeskFolder) -> None:
        desk.run()
        source = '[[source]]\nname = "centre"\nimage = "out/it.blk"\n'
        output = IMAGE.replace("out/it.blk", "edge/it.blk")
        desk.write("edge.toml", f'state = "edge-state"\n{source}{output}{HISTORY}')
        with pytest.raises(ConfigurationError, match="is kept where the list is compiled"):
            read_run_file(desk.path / "edge.toml")

    def test_a_full_disk_changes_nothing_outside(self, desk: DeskFolder) -> None:
        desk.run()
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        FAULTS.arm(desk.path, "open /state/history/tmp", full)
        try:
            outcome = desk.run()
        finally:
            FAULTS.disarm()
        assert outcome.code == 2
        assert "No space left" in outcome.page["error"]
        assert desk.blocks("b.example") == [False]
        assert desk.run().code == 0
        assert_told_once(desk)

    def test_what_could_not_be_recorded_is_done_and_recorded_again(
        self, desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also if the disk has room again when the alarm is noted."""
        record = RunHistory.record

        def fail_afterwards(self: RunHistory, happenings: Any, assembly: Any = None) -> None:
            if assembly is None:
                full("")
            record(self, happenings, assembly)

        with monkeypatch.context() as patch:
            patch.setattr(RunHistory, "record", fail_afterwards)
            outcome = desk.run()
        assert outcome.code == 3
        assert "not recorded: No space left" in str(outcome.page["matters"])
        assert told(desk, "output") == []
        assert desk.run().code == 0
        assert len(told(desk, "output")) == 1
        assert_told_once(desk)


class TestTakenOver:
    def test_what_the_journal_holds_is_taken_over_once(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, LISTS, IMAGE)
        desk.run()
        before = list(desk.journal("accepted", "compiled", "written", "reloaded"))
        assert len(before) == 5
        desk.configure(COURTS, LISTS, IMAGE, HISTORY)
        desk.run()
        taken = [details for kind, details in told(desk, "event") if kind == "journal-line"]
        assert [(one["event"], one["at"]) for one in taken] == [
            (one["event"], one["at"]) for one in before
        ]
        assert taken[0]["files"] == before[0]["files"]
        assert not (desk.path / "state/journal.jsonl").exists()
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        desk.run()
        assert sum(kind == "journal-line" for kind, _ in told(desk, "event")) == len(before)
        config = str(desk.path / "run.toml")
        for order, doubted in (("it:a", True), ("it:b", False)):
            said = CliRunner().invoke(cli, ["report", "effect", order, "--config", config]).output
            assert ("began with what a journal held" in " ".join(said.split())) is doubted

    @pytest.mark.parametrize("point", ["os.remove /state/journal", "open /state/.state"])
    def test_a_kill_while_it_is_taken_over(self, desk: DeskFolder, point: str) -> None:
        desk.configure(COURTS, LISTS, IMAGE)
        desk.run()
        count = len(list(desk.journal("accepted", "compiled", "written", "reloaded")))
        desk.configure(COURTS, LISTS, IMAGE, HISTORY)
        assert killed(desk, point)
        assert desk.run().code == 0
        assert sum(kind == "journal-line" for kind, _ in told(desk, "event")) == count
        assert not (desk.path / "state/journal.jsonl").exists()

    def test_a_line_that_cannot_be_read_is_no_end(self, desk: DeskFolder) -> None:
        desk.write("state/journal.jsonl", "{\n")
        outcome = desk.run()
        assert outcome.code == 2
        assert "journal.jsonl: a line cannot be read" in outcome.page["error"]


def killed(desk: DeskFolder, at: int | str, seconds: float = 0) -> bool:
    """Run in a process apart that is killed at a point, or after some time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no other thread holds a lock here
        pid = os.fork()
    if pid == 0:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            FAULTS.arm(desk.path, at, kill)
            if seconds:
                signal.setitimer(signal.ITIMER_REAL, seconds)
            desk.run()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def assert_told_once(desk: DeskFolder) -> None:
    """The record is sound, and nothing stands in it twice that happened once."""
    with opened(desk) as history:
        assert check_record(history.record).faults == []
        entries = list(history.record.entries())
        images = [entry.data["digest"] for entry in entries if entry.kind == "image"]
        assert all(one != after for one, after in itertools.pairwise(images))
        orders = [history.record.order(one.number) for one in entries if one.kind == "order"]
        editions = [(order.id, tuple(target.value for target in order.targets)) for order in orders]
        assert len(editions) == len(set(editions))
    files = [d["files"] for kind, d in told(desk) if kind in ("accepted", "held")]
    assert len(files) == len({json.dumps(one) for one in files})


def bring(desk: DeskFolder, number: int) -> None:
    """Bring another version of an order: one name comes, and the one before it is lifted."""
    text = order_file("it:changing", *names(9), f"new{number}.example")
    desk.old("courts/changing.toml", text)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are copies")
def test_a_kill_anywhere_loses_and_doubles_nothing(desk: DeskFolder) -> None:
    """At points that touch the disk, and at instants in between."""
    zone = ZoneServer(desk.path / "out/it.rpz")

    def answer(query: Any) -> bytes:
        zone.load()
        return zone.answer(query)

    with stub(answer) as port:
        check = f'check = {{ resolvers = ["127.0.0.1:{port}"], within = "20s" }}\n'
        desk.configure(COURTS, IMAGE, RPZ, check, HISTORY)
        bring(desk, 1_001)
        desk.run()
        FAULTS.arm(desk.path, -1, lambda _: None)
        bring(desk, 0)
        seconds, count = taken(desk.run), len(FAULTS.disarm())
        chance, kills = random.Random(17), 0
        for number in range(1, size(1_000, 12) + 1):
            bring(desk, number)
            if number % 2:
                kills += killed(desk, chance.randrange(count))
            else:
                kills += killed(desk, -1, chance.uniform(0.001, seconds))
            outcome = desk.run()
            assert (outcome.code, matter_codes(outcome)) == (0, [])
            assert desk.blocks("a.example", f"new{number}.example", f"new{number - 1}.example") == [
                True, True, False,
            ]  # fmt: skip
            assert desk.left() == []
            before = desk.run().page["record"]["entries"]
            with opened(desk) as history:
                assert history.checkpoint.size == before
                found = history.was_blocked(f"new{number}.example", now())
                assert (found.in_force, found.serving) == (True, Serving.SERVED)
            if number % 100 == 0 or number <= 12:
                assert_told_once(desk)
        assert_told_once(desk)
        assert kills > size(1_000, 12) // 4
        with opened(desk) as history:
            assert history.was_blocked("a.example", now()).since == next(
                entry.time for entry in history.record.entries() if entry.kind == "image"
            )


class TestServed:
    @pytest.fixture
    def zone(self, desk: DeskFolder) -> Iterator[ZoneServer]:
        """A server that reads its zone when the reload command is run, if that works."""
        zone = ZoneServer(desk.path / "out/it.rpz")
        with stub(zone.answer) as port:
            check = f'check = {{ resolvers = ["127.0.0.1:{port}"], within = "1s" }}\n'
            desk.configure(COURTS, RPZ, check, 'reload = ["true"]\n', HISTORY)
            yield zone

    @contextmanager
    def reloading(
        self, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]
    ) -> Iterator[None]:
        """Do this when the reload command is run."""
        from blocklist.desk import service

        with monkeypatch.context() as patch:
            patch.setattr(service, "run_program", lambda *_, **__: act() and "")
            yield

    def test_before_while_and_after(
        self, desk: DeskFolder, zone: ZoneServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said: dict[str, tuple[int, str]] = {}

        def look(when: str) -> None:
            said[when] = ask(desk, "b.example", now(), "--served")

        def load_late() -> None:
            look("written")
            zone.load()

        with self.reloading(monkeypatch, zone.load):
            desk.run()
        before = now()
        said["before"] = ask(desk, "b.example", before, "--served")
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        with self.reloading(monkeypatch, lambda: look("failing")):
            assert desk.run().code == 3
        look("failed")
        with self.reloading(monkeypatch, load_late):
            assert desk.run().code == 0
        look("after")
        assert said["before"][0] == 1
        assert "not in force" in said["before"][1]
        for when in ("failing", "failed", "written"):
            assert said[when][0] == 1
            assert "\nbeing introduced" in said[when][1]
        assert said["after"][0] == 0
        assert "\nserved since" in said["after"][1]
        assert ask(desk, "b.example", before, "--served") == (1, said["before"][1])  # as it was
        (failed,) = [details for kind, details in told(desk, "event") if kind == "failed"]
        assert failed["output"] == "rpz"
        assert "does not serve it" in failed["failure"]
        (desk.path / "courts/b.toml").unlink()
        held = desk.run()
        with self.reloading(monkeypatch, lambda: None):
            desk.run(confirm=token(held), reason="it was lifted")
        look("lifting")
        with self.reloading(monkeypatch, zone.load):
            assert desk.run().code == 0
        look("lifted")
        assert "\nbeing lifted" in said["lifting"][1]
        assert "\nnot served" in said["lifted"][1]

    def test_one_of_two_resolvers(
        self, desk: DeskFolder, zone: ZoneServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The one that serves is recorded, though the output has failed."""
        with stub(ZoneServer(desk.path / "none").answer) as silent:
            config = desk.path / "run.toml"
            config.write_text(
                config.read_text().replace("resolvers = [", f'resolvers = ["127.0.0.1:{silent}", ')
            )
            with self.reloading(monkeypatch, zone.load):
                assert desk.run().code == 3
        (served,) = told(desk, "served")
        assert served[1]["resolver"] != f"127.0.0.1:{silent}"
        assert len([kind for kind, _ in told(desk, "event") if kind == "failed"]) == 1

    def test_a_report_takes_its_times_from_the_record(
        self, desk: DeskFolder, zone: ZoneServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with self.reloading(monkeypatch, zone.load):
            desk.run()
        words = ["report", "effect", "it:a", "--config", str(desk.path / "run.toml")]
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == 0, done.output
        with opened(desk) as history:
            (first,) = [e.data["first"] for e in history.record.entries() if e.kind == "served"]
        assert first[:16] in done.output
        assert "127.0.0.1" in done.output  # the journal knows outputs alone


class TestWitness:
    def test_a_checkpoint_is_handed_over_once_and_the_answer_kept(self, desk: DeskFolder) -> None:
        kept = desk.path / "kept"
        script = f"cat > {kept}; echo stamped; echo noise >&2"
        desk.configure(COURTS, IMAGE, HISTORY, f'witness = ["sh", "-c", "{script}"]\n')
        assert desk.run().code == 0
        ((kind, details),) = told(desk, "timestamp")
        assert kind == "timestamp"
        assert base64.b64decode(details["answer"]) == b"stamped\n"
        with opened(desk) as history:
            (stamp,) = [one for one in history.record.entries() if one.kind == "timestamp"]
            assert int(kept.read_text().splitlines()[1]) == stamp.data["size"] == stamp.number
            assert check_record(history.record, since=kept).faults == []
        kept.unlink()
        assert desk.run().code == 0
        assert not kept.exists()

    def test_a_failure_is_an_alarm_and_tried_again(self, desk: DeskFolder) -> None:
        script = f"test -e {desk.path}/up || {{ echo away >&2; false; }}"
        desk.configure(COURTS, IMAGE, HISTORY, f'witness = ["sh", "-c", "{script}"]\n')
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["witness"])
        assert "sh: exit code 1: away" in str(outcome.page["matters"])
        assert desk.blocks("a.example") == [True]
        assert told(desk, "timestamp") == []
        assert desk.run().code == 1
        desk.write("up", "")
        assert desk.run().code == 0
        assert len(told(desk, "timestamp")) == 1
