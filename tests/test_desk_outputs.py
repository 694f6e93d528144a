"""Outputs of the desk: written with their rights, reloaded, checked, put back, reported."""

from __future__ import annotations

import ast
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import exported
import pytest
from desk_folder import IMAGE, DeskFolder, ZoneServer, matter_codes, order_file, zone_server
from servers.program import environment, free_port
from servers.stub import stub

from blocklist.desk.runrequest import RunOutcome

pytestmark = pytest.mark.no_core

COURTS = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
RPZ = '[[output]]\nname = "rpz"\nformat = "rpz"\npath = "out/it.rpz"\nconfidential = true\n'
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    desk = DeskFolder(tmp_path, NOW)
    desk.write("courts/a.toml", order_file("it:a", "a.example"))
    return desk


class Served:
    """A server whose zone is the output ``rpz``, and whether reload commands reach it."""

    def __init__(self, desk: DeskFolder, port: int, server: ZoneServer) -> None:
        self.desk, self.server, self.port = desk, server, port
        self.check = (
            f'check = {{ resolvers = ["127.0.0.1:{port}"], within = "1s" }}\nreload = ["true"]\n'
        )
        self.works = True

    def run(self, **request: Any) -> RunOutcome:
        return self.desk.run(**request)


@pytest.fixture
def served(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The server reads its zone when a reload command is run, as long as it ``works``."""
    from blocklist.desk import service
    from blocklist.desk.programs import run_program

    with zone_server(desk.path / "out/it.rpz") as (port, server):
        one = Served(desk, port, server)

        def run(*arguments: Any, **words: Any) -> str:
            said = run_program(*arguments, **words)
            if one.works:
                server.load()
            return said

        monkeypatch.setattr(service, "run_program", run)
        yield one


def output(outcome: RunOutcome, name: str = "rpz") -> str:
    (found,) = [one["state"] for one in outcome.page["outputs"] if one["name"] == name]
    return str(found)


class TestService:
    def test_an_output_is_seen_to_serve(self, desk: DeskFolder, served: Served) -> None:
        desk.configure(COURTS, RPZ, served.check)
        outcome = served.run()
        assert (outcome.code, output(outcome)[:13]) == (0, "serving after")
        (entry,) = desk.journal("served")
        assert entry["seconds"] >= 0
        assert output(served.run()) == "unchanged"

    def test_a_reload_that_did_nothing_is_found_and_tried_again(
        self, desk: DeskFolder, served: Served
    ) -> None:
        """Its exit code is 0; another output is enforced all the same."""
        desk.configure(COURTS, RPZ, served.check, IMAGE)
        served.run()
        served.works = False
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        outcome = served.run()
        assert (outcome.code, matter_codes(outcome)) == (3, ["not-served"])
        assert "it serves image" in output(outcome)
        assert desk.blocks("b.example") == [True]
        assert served.run().code == 3
        served.works = True
        outcome = served.run()
        assert (outcome.code, output(outcome)[:13]) == (0, "serving after")
        assert len(desk.journal("failed")) == 2

    def test_a_server_that_read_the_list_and_does_not_act_on_it_is_found(
        self, desk: DeskFolder, served: Served
    ) -> None:
        """As BIND within ``min-update-interval``: its canary is new, and the names are not."""
        desk.configure(COURTS, RPZ, served.check.replace('"1s"', '"0.2s"').replace('"0.2s"', "0.2"))
        desk.write("courts/b.toml", order_file("it:b", "b.example", expires="2026-11-01"))
        served.run()
        served.server.acts = False
        desk.write("courts/c.toml", order_file("it:c", "c.example"))
        desk.now = NOW + timedelta(days=2)
        for _ in range(2):
            outcome = served.run()
            assert outcome.code == 3
            assert "c.example is not blocked and b.example is still blocked" in output(outcome)
        served.server.acts = True
        assert served.run().code == 0

    def test_back_to_what_was_verified_before_is_something_to_do(
        self, desk: DeskFolder, served: Served
    ) -> None:
        """A was verified, B was written and not verified, and A is wanted again."""
        desk.configure(COURTS, RPZ, served.check)
        served.run()
        served.works = False
        path = desk.write("courts/b.toml", order_file("it:b", "b.example", expires="2026-11-01"))
        assert served.run().code == 3
        served.works = True
        path.unlink()
        desk.now = NOW + timedelta(days=2)  # its order has ended
        outcome = served.run()
        assert (outcome.code, output(outcome)[:13]) == (0, "serving after")
        assert "b.example" not in (desk.path / "out/it.rpz").read_text()

    def test_the_previous_content_is_written_again(self, desk: DeskFolder, served: Served) -> None:
        desk.configure(COURTS, RPZ, served.check, 'on_failure = "previous"\n')
        served.run()
        served.works = False
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        outcome = served.run()
        assert outcome.code == 3
        assert "b.example" not in (desk.path / "out/it.rpz").read_text()
        assert "does not serve it" in output(outcome)
        served.works = True
        assert served.run().code == 0
        assert "b.example" in (desk.path / "out/it.rpz").read_text()

    def test_of_ten_resolvers_the_stale_and_the_silent_ones_are_named(
        self, desk: DeskFolder
    ) -> None:
        """A centre asks all resolvers, also those that get the list from another host."""
        with ExitStack() as stack:
            zone = desk.path / "out/it.rpz"
            good = [stack.enter_context(zone_server(zone)) for _ in range(6)]
            stale = [stack.enter_context(zone_server(desk.path / "old")) for _ in range(3)]
            silent = free_port()
            resolvers = [f"127.0.0.1:{port}" for port, _ in (*good, *stale)]
            resolvers.append(f"127.0.0.1:{silent}")
            check = f"check = {{ resolvers = {json.dumps(resolvers)}, within = 0.3 }}\n"
            desk.configure(COURTS, RPZ, check)
            desk.run()
            for _, server in good:
                server.load()
            outcome = desk.run()
        assert outcome.code == 3
        said = output(outcome)
        assert [resolver for resolver in resolvers if f"{resolver} does not serve it" in said] == [
            *resolvers[6:]
        ]

    def test_a_reload_command_that_fails(self, desk: DeskFolder) -> None:
        program = desk.write("reload", "#!/bin/sh\necho no such zone >&2\nexit 7\n")
        program.chmod(0o755)
        desk.configure(COURTS, RPZ, f'reload = ["{program}"]\n', IMAGE)
        outcome = desk.run()
        assert outcome.code == 3
        assert output(outcome) == (f"NOT serving: reload: {program}: exit code 7: no such zone")
        assert desk.blocks("a.example") == [True]
        program.write_text("#!/bin/sh\nexit 0\n")
        assert desk.run().code == 0

    def test_a_reload_command_that_does_not_end(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, RPZ, 'reload = ["sleep", "100"]\nreload_timeout = 0.1\n')
        assert "did not end within 0.1 s" in output(desk.run())

    def test_a_reload_command_has_a_clean_environment(
        self, desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SECRET", "x")
        program = desk.write("reload", f"#!/bin/sh\nenv > {desk.path}/env\nread x && exit 9\n:\n")
        program.chmod(0o755)
        desk.configure(COURTS, RPZ, f'reload = ["{program}"]\n')
        assert desk.run().code == 0
        said = dict(line.split("=", 1) for line in (desk.path / "env").read_text().splitlines())
        assert "SECRET" not in said
        assert said["BLOCKLIST_OUTPUT"] == "rpz"
        assert said["BLOCKLIST_PATH"] == str(desk.path / "out/it.rpz")
        assert (said["BLOCKLIST_ADDED"], said["BLOCKLIST_LIFTED"]) == ("1", "0")
        assert len(said["BLOCKLIST_DIGEST"]) == 64


class TestFilesOfExceptions:
    def test_exceptions_that_were_not_read_are_found(self, desk: DeskFolder) -> None:
        """The canary is in the file of blocks, which was read; what is excepted is blocked."""
        folder = desk.path / "out/dnscrypt"

        def answer(query: dns.message.Message) -> bytes:
            asked = query.question[0].name.to_text(omit_final_dot=True)
            texts = [
                (folder / name).read_text() if name in read else ""
                for name in ("blocked-names.txt", "allowed-names.txt")
            ]
            response = dns.message.make_response(query)
            if exported.dnscrypt(*texts)(asked):
                response.set_rcode(dns.rcode.NXDOMAIN)
            else:
                record = dns.rrset.from_text(f"{asked}.", 60, "IN", "A", "192.0.2.99")
                response.answer.append(record)
            return response.to_wire()

        read = ["blocked-names.txt"]
        with stub(answer) as port:
            check = f'check = {{ resolvers = ["127.0.0.1:{port}"], within = 0 }}\n'
            written = RPZ.replace('"rpz"\npath', '"dnscrypt"\npath').replace("it.rpz", "dnscrypt")
            desk.configure(COURTS, written, check)
            outcome = desk.run()
            assert outcome.code == 3
            assert re.search(
                f"has not read {folder}/allowed-names.txt after .*, which this file excepts",
                output(outcome),
            )
            read.append("allowed-names.txt")
            assert desk.run().code == 0


class TestProbe:
    def test_all_orders_are_asked_for_so_often_some_in_each_run(
        self, desk: DeskFolder, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from blocklist.desk import fullprobe

        monkeypatch.setattr(fullprobe, "_SECONDS", 0)  # one order a run
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        desk.configure(COURTS, RPZ, served.check, '[probe]\nevery = "1d"\nper_order = 1\n')
        assert served.run().code == 0
        assert served.run().page["next"][0]["why"] == "all orders are probed"
        # Another list of this resolver blocks an innocent name, and one of ours is not there.
        served.server.blocked -= {"a.example", "*.a.example"}
        served.server.blocked |= {"notb.example"}
        assert served.run().code == 0
        desk.now = NOW + timedelta(days=1)
        assert served.run().code == 0
        outcome = served.run()
        assert outcome.code == 3
        where = f"127.0.0.1:{served.port}"
        texts = [matter["text"] for matter in outcome.page["matters"]]
        assert texts[0] == f"{where}: it:a is not enforced"
        assert texts[1].startswith(f"{where}: notb.example is blocked, and no order says so")


class TestFiles:
    def test_mode_of_files(self, desk: DeskFolder) -> None:
        desk.write("courts/s.toml", order_file("it:s", "s.example", confidential=True))
        desk.configure(COURTS, RPZ, IMAGE.replace("true", "false"))
        desk.run()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in desk.path.glob("out/*")}
        assert modes == {"it.rpz": 0o640, "it.blk": 0o644}

    def test_a_wrong_mode_is_repaired_when_the_configuration_is(
        self, desk: DeskFolder, served: Served
    ) -> None:
        desk.configure(COURTS, RPZ, 'mode = "0600"\n', served.check)
        served.run()
        desk.configure(COURTS, RPZ, 'mode = "0640"\n', served.check)
        assert served.run().code == 0
        assert stat.S_IMODE((desk.path / "out/it.rpz").stat().st_mode) == 0o640

    @pytest.mark.parametrize("change", ["content", "mode", "gone"])
    def test_what_somebody_else_changed_is_written_again(
        self, desk: DeskFolder, served: Served, change: str
    ) -> None:
        desk.configure(COURTS, RPZ, served.check)
        served.run()
        path = desk.path / "out/it.rpz"
        before = path.read_text()
        if change == "content":
            path.write_text("$TTL 60\n")
        elif change == "mode":
            path.chmod(0o604)
        else:
            path.unlink()
        outcome = served.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["foreign"])
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        # But for the serial and the time in the head it is as it was.
        assert path.read_text().splitlines()[-2:] == before.splitlines()[-2:]
        assert served.run().code == 0

    def test_a_file_that_was_only_touched_is_no_alarm(
        self, desk: DeskFolder, served: Served
    ) -> None:
        desk.configure(COURTS, RPZ, served.check)
        served.run()
        os.utime(desk.path / "out/it.rpz", (1, 1))
        assert served.run().code == 0
        facts = (desk.path / "state/state.json").stat()
        assert served.run().code == 0
        assert (desk.path / "state/state.json").stat() == facts  # and is known from then on

    def test_an_output_that_cannot_be_written_stops_no_other(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, RPZ.replace("out/it.rpz", "none/it.rpz"), IMAGE)
        outcome = desk.run()
        assert outcome.code == 3
        assert output(outcome).startswith("NOT serving: write: ")
        assert desk.blocks("a.example") == [True]
        (desk.path / "none").mkdir()
        assert desk.run().code == 0

    def test_confidential_orders_are_written_where_that_is_said(self, desk: DeskFolder) -> None:
        desk.write("courts/s.toml", order_file("it:s", "s.example", confidential=True))
        unsaid = RPZ.replace("confidential = true\n", "").replace("rpz", "zone")
        desk.configure(
            COURTS, RPZ, IMAGE.replace("true", "false"),
            unsaid.replace('format = "zone"', 'format = "rpz"'),
        )  # fmt: skip
        outcome = desk.run()
        assert outcome.code == 3
        assert "say confidential = true" in output(outcome, "zone")
        assert "s.example" in (desk.path / "out/it.rpz").read_text()
        assert desk.blocks("s.example", "a.example") == [False, True]
        assert not (desk.path / "out/it.zone").exists()

    def test_what_two_outputs_hold_alike_is_made_once(
        self, desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each has its own rights and serial, and one that fails stops no other."""
        from blocklist import exporters
        from blocklist.desk import sharedexports

        made: list[Any] = []

        def counted(*arguments: Any, **words: Any) -> exporters.ExportReport:
            made.append(arguments[1])
            return exporters.export(*arguments, **words)

        monkeypatch.setattr(sharedexports, "export", counted)
        second = RPZ.replace('"rpz"\nf', '"two"\nf').replace("it.rpz", "two.rpz")
        third = RPZ.replace('"rpz"\nf', '"none"\nf').replace("out/it.rpz", "none/it.rpz")
        other = RPZ.replace('"rpz"\nf', '"other"\nf').replace("it.rpz", "other.rpz")
        desk.write("out/two.rpz", "@ SOA localhost. nobody.invalid. 3000000000 300 60 2592000 60\n")
        desk.configure(
            COURTS, RPZ, 'mode = "0600"\n', second, 'mode = "0640"\n', third,
            other, 'options = { zone = "other" }\n',
        )  # fmt: skip
        outcome = desk.run()
        assert made == ["rpz", "rpz"]  # one zone for three, and the other
        assert (outcome.code, output(outcome, "none")[:18]) == (3, "NOT serving: write")
        one, two, own = (desk.path / f"out/{name}.rpz" for name in ("it", "two", "other"))
        assert [stat.S_IMODE(path.stat().st_mode) for path in (one, two)] == [0o600, 0o640]
        lines = [
            [line for line in path.read_text().splitlines() if "SOA" not in line]
            for path in (one, two)
        ]
        assert lines[0] == lines[1]
        assert lines[0][-1].startswith("check.rpz.blocklist 0 TXT")
        assert " 3000000001 " in two.read_text()
        assert " 3000000001 " not in one.read_text()
        assert "check.other 0 TXT" in own.read_text()
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        (desk.path / "none").mkdir()
        assert desk.run().code == 0
        assert made == ["rpz"] * 4
        assert all("b.example" in path.read_text() for path in (one, two, own))

    def test_a_folder_of_files(self, desk: DeskFolder) -> None:
        squid = RPZ.replace('"rpz"\npath', '"squid"\npath').replace("it.rpz", "squid")
        desk.configure(COURTS, squid)
        outcome = desk.run()
        assert outcome.code == 0, outcome.page
        first = next((desk.path / "out/squid").iterdir())
        first.write_text("changed\n")
        assert matter_codes(desk.run()) == ["foreign"]
        assert first.read_text() != "changed\n"


class TestGoingBack:
    def test_an_image_is_put_back_and_stays(self, desk: DeskFolder, served: Served) -> None:
        desk.configure(COURTS, RPZ, served.check, IMAGE)
        first = served.run().page["image"]["digest"]
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        served.run()
        assert desk.blocks("b.example") == [True]
        outcome = served.run(to=first[:10], reason="a mistake")
        assert (outcome.code, matter_codes(outcome)) == (1, ["pin"])
        assert outcome.page["image"]["lost"] == ["it:b"]
        assert desk.blocks("b.example", "a.example") == [False, True]
        desk.write("courts/c.toml", order_file("it:c", "c.example"))
        outcome = served.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["pin"])
        assert desk.blocks("c.example") == [False]
        outcome = served.run(unpin=True)
        assert outcome.code == 0
        assert desk.blocks("b.example", "c.example") == [True, True]
        assert [e["event"] for e in desk.journal("pinned", "unpinned")] == ["pinned", "unpinned"]

    def test_a_zone_that_is_put_back_has_a_later_serial_and_time(
        self, desk: DeskFolder, served: Served
    ) -> None:
        def facts() -> tuple[int, float]:
            soa = next(line for line in path.read_text().splitlines() if "SOA" in line)
            return int(soa.split()[4]), path.stat().st_mtime

        path = desk.path / "out/it.rpz"
        desk.configure(COURTS, RPZ, served.check)
        first = served.run().page["image"]["digest"]
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        served.run()
        serial, mtime = facts()
        served.run(to=first, reason="a mistake")
        assert facts() > (serial, mtime)
        assert facts()[1] > mtime

    def test_an_image_that_is_not_kept(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.run()
        outcome = desk.run(to="ffff", reason="x")
        assert outcome.code == 2
        assert "fits 0 kept images" in outcome.page["error"]

    def test_only_the_last_images_are_kept(self, desk: DeskFolder) -> None:
        desk.configure("keep_images = 2\n", COURTS, IMAGE)
        for number in range(5):
            more = [f"n{one}.example" for one in range(number)]
            desk.write("courts/a.toml", order_file("it:a", "a.example", *more))
            desk.run()
        assert len(list((desk.path / "state/images").iterdir())) == 2
        assert len(list((desk.path / "state/objects").iterdir())) == 1


class TestAlarms:
    def test_the_command_is_told_what_changed_and_then_again(self, desk: DeskFolder) -> None:
        program = desk.write(
            "alarm", f"#!/bin/sh\ncat >> {desk.path}/told\necho >> {desk.path}/told\n"
        )
        program.chmod(0o755)
        alarm = f'[alarm]\ncommand = ["{program}"]\nrepeat = "1d"\nmetrics = "m.prom"\n'
        told = desk.path / "told"
        desk.configure(COURTS, IMAGE, alarm)
        assert desk.run().code == 0
        assert not told.exists()
        (desk.path / "courts/a.toml").unlink()
        for _ in range(3):
            assert desk.run().code == 1
        assert desk.now is not None
        desk.now += timedelta(hours=25)
        desk.run()
        desk.write("courts/a.toml", order_file("it:a", "a.example"))
        assert desk.run().code == 0
        pages = [json.loads(line) for line in told.read_text().splitlines()]
        assert [page["exit"] for page in pages] == [1, 1, 0]

    def test_an_alarm_that_fails_changes_no_exit_code(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE, '[alarm]\ncommand = ["false"]\nmetrics = "none/m.prom"\n')
        desk.run()
        (desk.path / "courts/a.toml").unlink()
        outcome = desk.run()
        assert outcome.code == 1
        assert len(outcome.page["failures"]) == 2
        assert len(desk.run().page["failures"]) == 2  # it is tried again

    def test_metrics(self, desk: DeskFolder, served: Served) -> None:
        desk.write(
            "courts/b.toml", order_file("it:b", "b.example", deadline="2026-11-03")
            + "reviewed = false\n",
        )  # fmt: skip
        desk.configure(
            COURTS, RPZ, served.check, '[alarm]\nmetrics = "m.prom"\ndeadlines = ["7d"]\n'
        )
        outcome = served.run()
        assert sorted(matter_codes(outcome)) == ["deadline", "held"]
        lines = (desk.path / "m.prom").read_text().splitlines()
        values = dict(line.rsplit(" ", 1) for line in lines if line[0] != "#")
        due = datetime(2026, 11, 4, tzinfo=UTC).timestamp()
        assert values.pop('blocklist_serving_seconds{output="rpz"}')
        assert values.pop('blocklist_source_age_seconds{source="courts"}')
        assert {
            name.removeprefix("blocklist_"): float(value) for name, value in values.items()
        } == {
            "run_end_seconds": NOW.timestamp(),
            "exit_code": 1,
            "rules": 1,
            "valid_until_seconds": 0,
            'held{source="courts"}': 1,
            'output_verified{output="rpz"}': 1,
            "next_deadline_seconds": due,
            "overdue_orders": 0,
        }
        desk.now = NOW + timedelta(days=5)
        assert sorted(matter_codes(served.run())) == ["held", "overdue"]

    def test_an_order_that_no_output_serves_is_told_before_its_deadline(
        self, desk: DeskFolder, served: Served
    ) -> None:
        desk.configure(COURTS, RPZ, served.check, '[alarm]\ndeadlines = ["7d", "1d"]\n')
        served.run()
        served.works = False
        desk.write("courts/b.toml", order_file("it:b", "b.example", deadline="2026-11-03"))
        outcome = served.run()
        assert matter_codes(outcome) == ["not-served", "deadline"]
        assert outcome.page["matters"][1]["subject"] == "it:b"
        served.works = True
        assert served.run().page["matters"] == []


def test_a_kept_image_that_is_damaged_is_never_served(desk: DeskFolder) -> None:
    desk.configure(COURTS, IMAGE)
    first = desk.run().page["image"]["digest"]
    kept = desk.path / f"state/images/{first}.blk"
    kept.write_bytes(kept.read_bytes()[:-1] + b"\0")
    desk.write("courts/b.toml", order_file("it:b", "b.example"))
    assert desk.run().code == 0
    outcome = desk.run(to=first, reason="x")
    assert outcome.code == 2
    assert desk.blocks("b.example") == [True]


def test_a_run_starts_only_what_it_was_told_and_asks_only_the_resolvers(
    desk: DeskFolder, tmp_path: Path
) -> None:
    """Seen by an audit hook: no shell, no name looked up, no connection but to the resolver."""
    with zone_server(tmp_path / "out/it.rpz") as (port, _):
        desk.configure(
            COURTS, RPZ, 'reload = ["true"]\n',
            f'check = {{ resolvers = ["127.0.0.1:{port}"], within = 0 }}\n',
        )  # fmt: skip
        script = (
            "import sys\nfrom blocklist.cli import main\nseen = []\n"
            "def hook(event, args):\n"
            "    if event in ('subprocess.Popen', 'os.system', 'os.exec', 'os.posix_spawn'):\n"
            "        seen.append((event, list(args[1])))\n"
            "    if event in ('socket.connect', 'socket.sendto', 'socket.sendmsg'):\n"
            "        seen.append((event, args[1]))\n"
            "sys.addaudithook(hook)\n"
            f"sys.argv[1:] = ['run', {str(tmp_path / 'run.toml')!r}]\n"
            "try:\n    main()\nfinally:\n    print(repr(seen), file=sys.stderr)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, env=environment(),
            check=False,
        )  # fmt: skip
    seen = ast.literal_eval(done.stderr.splitlines()[-1])
    assert [args for event, args in seen if not event.startswith("socket.")] == [["true"]]
    assert {args for event, args in seen if event.startswith("socket.")} == {("127.0.0.1", port)}
