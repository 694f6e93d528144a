"""Reports of one order: its effect, and a dispute about its penalty."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from reported_orders import CANARY, DUE, NOW, reported, with_gap

from blocklist import Blocklist, Order, Penalty, Term, compile_orders, load_orders, parse_target
from blocklist.cli.group import cli
from blocklist.reports.effect import deadline_said, effect_data, effect_lines
from blocklist.reports.ordertimes import ReportedOrder
from blocklist.reports.penaltybundle import (
    ProbeFact,
    bundle_files,
    penalty_data,
    penalty_lines,
)
from blocklist.reports.targetcheck import TargetCheck, check_targets

pytestmark = pytest.mark.no_core

HOUR = timedelta(hours=1)


def checked(one: ReportedOrder, *protect: str) -> TargetCheck:
    image = compile_orders([one.order], protect=protect, at=NOW, critical=None)
    return check_targets(one.order, Blocklist(image))


class TestTargets:
    ORDER = """[[order]]
id = "x"
targets = ["a.example", "=b.example", "*.c.example", "d.example/x", "192.0.2.0/29",
  "*bad*", "e.{suffix}", "no name", "co.uk"]
"""

    def test_each_kind(self) -> None:
        (order,) = load_orders(self.ORDER.encode())
        image = compile_orders([order], permit=["192.0.2.0/29"], critical=None)
        found = check_targets(order, Blocklist(image))
        assert [t.text for t in found.enforced] == [
            "a.example", "=b.example", "*.c.example", "d.example/x", "192.0.2.0/29",
        ]  # fmt: skip
        assert [t.text for t in found.lacking] == ["co.uk"]  # by a guard
        assert [t.text for t in found.unknown] == ["*bad*", "e.{suffix}"]
        assert [one.text for one in found.refused] == ["no name"]
        assert not found.is_whole

    def test_without_an_image_nothing_is_claimed(self) -> None:
        one = reported()
        found = check_targets(one.order, None)
        assert (len(found.unknown), found.enforced, found.lacking) == (2, [], [])


class TestEffect:
    def test_in_time(self) -> None:
        one = reported(-3 * HOUR, -2 * HOUR)
        data = effect_data(one, checked(one), NOW)
        assert (data["effect"], data["in_time"]) == ((DUE - 2 * HOUR).isoformat(), True)
        assert data["seconds_to_effect"] == (5 * 24 - 2) * 3600
        assert data["targets"]["enforced"] == 2
        text = "\n".join(effect_lines(data))
        assert f"Effect: given on {(DUE - 2 * HOUR).isoformat()} (seen to be served by" in text
        assert "in time." in text
        assert "served by dns0: 2026-05-05T19:00:00+00:00" in text

    @pytest.mark.parametrize(
        ("served", "verdict", "in_time"),
        [
            ((HOUR,), "after the deadline", False),
            ((-HOUR, None), "in part. Seen to be served by 1 of 2 outputs", False),
            ((None,), "not seen by the record", False),
            ((), "not seen by the record", False),
        ],
    )
    def test_late_or_not_at_all(
        self, served: tuple[timedelta | None, ...], verdict: str, in_time: bool
    ) -> None:
        one = reported(*served)
        data = effect_data(one, checked(one), NOW)
        assert data["in_time"] is in_time
        assert verdict in "\n".join(effect_lines(data))

    def test_before_the_deadline_nothing_is_late(self) -> None:
        one = reported(None)
        assert effect_data(one, checked(one), DUE - HOUR)["in_time"] is None

    def test_the_operators_own_statement(self) -> None:
        one = reported(complied=date(2026, 5, 4))
        data = effect_data(one, checked(one), NOW)
        assert data["effect"] == "2026-05-04T22:00:00+00:00"
        assert data["effect_by"] == "the operator's own statement (complied)"

    def test_what_is_not_enforced(self) -> None:
        one = reported(-HOUR)
        data = effect_data(one, checked(one, "a.example"), NOW)
        assert data["targets"]["not_enforced"] == 1
        assert "an exception covers it): a.example" in "\n".join(effect_lines(data))

    def test_uncertainty_stands_on_it(self) -> None:
        one = reported(-HOUR, doubts=("the clock was wrong",))
        lines = list(effect_lines(effect_data(one, check_targets(one.order, None), NOW)))
        for said in (
            "the clock was wrong",
            "2 targets not asked",
            "no proof",
            "Not covered: caches",
        ):
            assert any(said in line for line in lines), said


class TestDeadlineSaid:
    def test_rule(self) -> None:
        said = deadline_said(reported().order)
        assert said.startswith("2026-05-05 (until 2026-05-06T00:00:00+02:00; 4 days from notified")
        assert "days are counted without the day they run from" in said

    @pytest.mark.parametrize(
        ("deadline", "said"),
        [
            (None, "none is stated"),
            (date(2026, 5, 7), "2026-05-07 (until 2026-05-08T00:00:00+02:00)"),
            (Term(3, "day", "published"), "3 days from published: that date of the order is not"),
            (Term(30, "minute"), "exact, in the time zone of IT"),
        ],
    )
    def test_others(self, deadline: object, said: str) -> None:
        assert said in deadline_said(reported(deadline=deadline).order)


class TestPenalty:
    def test_days_and_amount_are_those_of_status(self) -> None:
        one = reported(3 * HOUR)
        data = penalty_data(one, checked(one), (), NOW)
        assert data["penalty"]["days"] == one.order.days_overdue(NOW) == 15
        assert data["penalty"]["amount"] == str(one.order.penalty_accrued(NOW)) == "150000"
        complied = replace(one.order, complied=DUE + 3 * HOUR)
        assert data["with_the_record"]["days"] == complied.days_overdue(NOW) == 1
        text = "\n".join(penalty_lines(data))
        assert "until now: 15 days overdue, 150,000 EUR" in text
        assert "until it was served everywhere (2026-05-06T01:00:00+00:00): 1 day overdue" in text
        assert "the order does not say complied" in text

    def test_complied_is_what_counts(self) -> None:
        one = reported(3 * HOUR, complied=date(2026, 5, 8))
        text = "\n".join(penalty_lines(penalty_data(one, checked(one), (), NOW)))
        assert "until 2026-05-08 (complied): 3 days overdue, 30,000 EUR" in text
        assert "does not say complied" not in text

    def test_a_penalty_that_does_not_run_by_the_day(self) -> None:
        one = reported(-HOUR, penalty=Penalty(Decimal(500), per="violation"))
        text = "\n".join(penalty_lines(penalty_data(one, checked(one), (), NOW)))
        assert "Penalty: 500 EUR per violation" in text
        assert "15 days overdue; the penalty does not run by the day, and is not added up" in text

    def test_gaps_probes_and_the_record(self) -> None:
        one = with_gap(reported(-HOUR, -HOUR), DUE + HOUR, DUE + 2 * HOUR, "no answer")
        probe = ProbeFact("e.jsonl", "0" * 64, "192.0.2.53", "2026-05-06T08:00:00Z", "enforced")
        text = "\n".join(penalty_lines(penalty_data(one, checked(one), [probe], NOW)))
        for said in (
            "not served from 2026-05-05T23:00:00+00:00 until 2026-05-06T00:00:00+00:00: no answer",
            "they change neither days nor amount",
            "192.0.2.53: enforced (e.jsonl)",
            "accepted by desk: source courts",
            "it is a statement, and no proof",
        ):
            assert said in text

    def test_bundle(self) -> None:
        one = reported(-HOUR)
        data = penalty_data(one, checked(one), (), NOW)
        files = bundle_files(data, [("e.jsonl", b"x\n"), ("e.jsonl", b"y\n")], {"keys": b"k"})
        assert list(files) == [
            "report.txt", "report.json", "record.jsonl", "evidence-1-e.jsonl",
            "evidence-2-e.jsonl", "keys", "SHA256SUMS",
        ]  # fmt: skip
        assert files["evidence-1-e.jsonl"] != files["evidence-2-e.jsonl"]
        assert json.loads(files["report.json"]) == data
        for line in files["SHA256SUMS"].decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(files[name]).hexdigest() == digest


def test_no_text_of_an_order_makes_a_line() -> None:
    odd = "x\nEffect: given on 2026-05-01\u2028y"
    one = reported(-HOUR, id=odd, number=odd, received_at=odd, doubts=(odd,))
    one = with_gap(one, DUE, None, odd)
    one = ReportedOrder(replace(one.order, source=replace(one.order.source, path=odd)), one.times)
    check = TargetCheck([], one.order.targets, [], [])
    effect, penalty = effect_data(one, check, NOW), penalty_data(one, check, (), NOW)
    lines = [*effect_lines(effect), *penalty_lines(penalty)]
    assert "".join(lines).count("given on 2026-05-01") > 8
    assert all(len(line.splitlines()) == 1 for line in lines)


def test_confidential_orders_say_nothing() -> None:
    one = with_gap(
        reported(
            -HOUR, confidential=True, number=CANARY, received_at=CANARY, title=CANARY,
            targets=(parse_target(f"{CANARY}.example"),),
        ),
        DUE, None, f"{CANARY}.example answered",
    )  # fmt: skip
    one = ReportedOrder(
        replace(one.order, source=replace(one.order.source, path=CANARY)), one.times
    )
    enforced = checked(one)
    lacking = TargetCheck([], one.order.targets, [], [])
    for check in (enforced, lacking):
        for confidential in (False, True):
            effect = effect_data(one, check, NOW, confidential=confidential)
            penalty = penalty_data(one, check, (), NOW, confidential=confidential)
            bundle = bundle_files(penalty, (), {})
            del bundle["SHA256SUMS"]
            for said in (
                json.dumps(effect), "".join(effect_lines(effect)),
                *(octets.decode() for octets in bundle.values()),
            ):  # fmt: skip
                assert (CANARY in said) is confidential


class TestCommands:
    ORDER = """[[order]]
id = "it:1"
authority = "Tribunale di Prova"
jurisdiction = "IT"
notified = 2026-05-01
deadline = 2026-05-05
complied = 2026-05-04
penalty = { amount = 10000 }
targets = ["a.example"]
[[order]]
id = "it:12"
targets = ["b.example"]
"""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        (tmp_path / "order.toml").write_text(self.ORDER)
        compile_orders(load_orders(self.ORDER.encode())).save(tmp_path / "it.blk")
        return tmp_path / "order.toml"

    def test_effect(self, path: Path) -> None:
        arguments = ["report", "effect", "it:1", str(path), "--image", str(path.parent / "it.blk")]
        said = CliRunner().invoke(cli, arguments)
        assert (said.exit_code, "1 enforced, 0 not enforced" in said.stdout) == (0, True)
        data = json.loads(CliRunner().invoke(cli, [*arguments, "--json"]).stdout)
        assert (data["order"], data["targets"]["enforced"]) == ("it:1", 1)

    @pytest.mark.parametrize(("id_", "count"), [("it:", "2 orders"), ("de:", "0 orders")])
    def test_which_order(self, path: Path, id_: str, count: str) -> None:
        said = CliRunner().invoke(cli, ["report", "effect", id_, str(path)])
        assert (said.exit_code, f"fits {count}" in said.stderr) == (2, True)

    def test_no_report_replaces_what_it_is_made_from(self, path: Path) -> None:
        image = path.parent / "it.blk"
        for output in (path, image):
            before = output.read_bytes()
            arguments = ["report", "effect", "it:1", str(path), "--image", str(image)]
            said = CliRunner().invoke(cli, [*arguments, "-o", str(output)])
            assert (said.exit_code, "would replace" in said.stderr) == (2, True)
            assert output.read_bytes() == before

    def test_penalty(self, path: Path) -> None:
        folder = path.parent / "bundle"
        arguments = ["report", "penalty", "it:1", str(path), "-o", str(folder)]
        said = CliRunner().invoke(cli, arguments)
        assert said.exit_code == 0, said.output
        assert "0 days overdue, 0 EUR" in (folder / "report.txt").read_text()
        again = CliRunner().invoke(cli, arguments)
        assert (again.exit_code, "is not empty" in again.stderr) == (2, True)

    def test_evidence(self, path: Path) -> None:
        evidence = path.parent / "evidence.jsonl"
        evidence.write_text("{}\n")
        arguments = ["report", "penalty", "it:1", str(path), "--evidence", str(evidence)]
        said = CliRunner().invoke(cli, arguments)
        assert (said.exit_code, "no evidence of a probe" in said.stderr) == (2, True)

    def test_an_order_that_is_confidential_is_written_for_its_owner(self, path: Path) -> None:
        path.write_text(self.ORDER.replace("targets", "confidential = true\ntargets", 1))
        out = path.parent / "effect.txt"
        arguments = ["report", "effect", "it:1", str(path), "--show-confidential", "-o", str(out)]
        assert CliRunner().invoke(cli, arguments).exit_code == 0
        assert out.stat().st_mode & 0o077 == 0
        assert isinstance(load_orders(self.ORDER.encode())[0], Order)
