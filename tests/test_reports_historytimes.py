"""The times of orders, read from a history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reported_orders import assert_same

from blocklist import Authority, Image, Order, compile_orders, parse_target
from blocklist.cli.group import cli
from blocklist.history.history import History
from blocklist.history.logentries import instant_text
from blocklist.history.recordedcycle import RecordedCycle, RecordedEvent
from blocklist.reports.historytimes import HistoryReading
from blocklist.reports.ordertimes import OrderTimes

pytestmark = pytest.mark.no_core

START = datetime(2026, 5, 1, 8, tzinfo=UTC)
A = Order(
    id="it:a", authority=Authority("court", "Tribunale di Prova"), jurisdiction="IT",
    issued=date(2026, 1, 2), notified=date(2026, 4, 30), targets=(parse_target("a.example"),),
)  # fmt: skip
B = replace(A, id="it:b", targets=(parse_target("b.example"),))


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


class Desk:
    """Writes a record as a desk would."""

    def __init__(self, folder: Path) -> None:
        self.history = History.create(folder / "history")

    def compile(self, minute: float, orders: Sequence[Order], *outputs: str) -> Image:
        image = compile_orders(orders, at=at(minute), critical=None)
        written = [
            RecordedEvent(
                kind="output", facts={"image": image.digest}, details={"output": o, "resolver": ""}
            )
            for o in outputs
        ]
        cycle = RecordedCycle(orders=orders, image=image, instant=at(minute), events=written)
        self.history.append(cycle, now=at(minute))
        return image

    def event(self, minute: float, kind: str, facts: dict[str, Any], **details: Any) -> None:
        event = RecordedEvent(kind=kind, facts=facts, details=details)
        self.history.append(RecordedCycle(events=[event]), now=at(minute))

    def served(self, minute: float, image: Image, output: str, resolver: str = "r1") -> None:
        seen = instant_text(at(minute))
        facts = {"image": image.digest, "first": seen, "last": seen}
        self.event(minute, "served", facts, output=output, resolver=resolver)

    def times(self, order: Order = A, *outputs: str) -> OrderTimes:
        reading = HistoryReading(self.history, outputs)
        whole, light = reading.times(order, whole=True), reading.times(order)
        assert_same(whole, light)
        return whole


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_first_and_last_resolver(desk: Desk) -> None:
    image = desk.compile(0, [A], "dns")
    desk.served(1, image, "dns")
    desk.served(7, image, "dns", "r2")
    found = desk.times()
    assert (found.accepted, found.in_force) == (at(0), at(0))
    assert (found.first_served, found.served_everywhere) == (at(1), at(7))
    assert [one.output for one in found.outputs] == ["dns r1", "dns r2"]
    assert found.images == (image.digest,)
    assert found.doubts == ()
    assert desk.history.checkpoint.root.hex() in found.proof


def test_an_order_that_comes_later_and_one_that_ends(desk: Desk) -> None:
    first = desk.compile(0, [A], "dns")
    desk.served(1, first, "dns")
    both = desk.compile(10, [A, B], "dns")
    desk.served(12, both, "dns")
    gone = desk.compile(20, [B], "dns")
    desk.served(21, gone, "dns")
    assert desk.times(B).served_everywhere == at(12)
    found = desk.times(A)
    assert found.images == (first.digest, both.digest)
    (gap,) = found.outputs[0].gaps
    assert (gap.start, gap.end) == (at(21), None)
    assert {order.id for order in HistoryReading(desk.history).orders()} == {"it:a", "it:b"}


def test_an_edition_is_the_same_order(desk: Desk) -> None:
    image = desk.compile(0, [A], "dns")
    desk.served(1, image, "dns")
    edited = replace(A, targets=(*A.targets, parse_target("more.example")))
    desk.compile(10, [edited], "dns")
    (order,) = HistoryReading(desk.history).orders()
    assert [target.text for target in order.targets] == ["a.example", "more.example"]
    assert desk.times(order).served_everywhere == at(1)


def test_failures_and_what_was_put_back(desk: Desk) -> None:
    before = desk.compile(0, [B], "dns")
    image = desk.compile(5, [A, B], "dns")
    desk.served(6, image, "dns")
    desk.event(8, "event", {"event": "failed"}, output="dns", failure="no answer")
    desk.served(9, image, "dns")
    desk.event(10, "rolled-back", {}, reason="mistake", order="it:a")
    desk.served(11, before, "dns")
    desk.served(15, image, "dns")
    found = desk.times()
    assert [(gap.start, gap.end) for gap in found.outputs[0].gaps] == [
        (at(8), at(9)), (at(11), at(15)),
    ]  # fmt: skip
    assert found.outputs[0].gaps[0].why == "no answer"
    assert [entry.event for entry in found.entries] == ["order", "image", "rolled-back"]
    assert "reason: mistake" in found.entries[-1].text


def test_what_came_later_and_what_is_not_looked_at(desk: Desk) -> None:
    image = desk.compile(0, [A], "dns", "file")
    desk.served(1, image, "dns")
    both = desk.compile(60, [A, B], "dns", "file", "web")
    desk.served(61, both, "web", "w1")
    found = desk.times()
    counts = {one.output: one.counts for one in found.outputs}
    assert counts == {"dns r1": True, "web w1": False, "file": True}
    assert found.served_everywhere == at(1)
    assert "no look at it is recorded: file" in found.doubts[0]
    assert desk.times(A, "dns").served_everywhere == at(1)


def test_clock_erasure_and_unknown_orders(desk: Desk) -> None:
    desk.compile(0, [A, B], "dns")
    desk.compile(-30, [A, replace(B, title="x")], "dns")
    assert any("set back by 1,800 s" in doubt for doubt in desk.times().doubts)
    desk.history.erase("it:b", "a request", now=at(60))
    reading = HistoryReading(desk.history)
    assert [order.id for order in reading.orders()] == ["it:a"]
    assert reading.missing == ["2 editions of orders erased, and not in the report"]
    assert "does not hold the order" in desk.times(replace(A, id="it:c")).doubts[0]


def test_reports_of_a_history(desk: Desk, tmp_path: Path) -> None:
    image = desk.compile(0, [A], "dns")
    desk.served(90, image, "dns")
    desk.compile(200, [B], "dns")
    desk.history.close()
    where = ["--history", str(tmp_path / "history")]
    run = CliRunner()
    effect = json.loads(run.invoke(cli, ["report", "effect", "it:a", *where, "--json"]).stdout)
    assert effect["effect"] == at(90).isoformat()
    assert (
        effect["seconds_to_effect"]
        == (at(90) - datetime(2026, 4, 29, 22, tzinfo=UTC)).seconds + 86_400
    )
    assert "was-blocked" in effect["proof"]
    table = run.invoke(
        cli, ["report", "dsa", *where, "--period", "2026", "--service", "Prova"]
    ).stdout
    first = table.splitlines()[1].split(",")
    assert first[6:10] == ["2", "2", "", "35.5"]


def test_the_bundle_holds_proofs_that_others_can_check(desk: Desk, tmp_path: Path) -> None:
    secret = replace(B, confidential=True)
    image = desk.compile(0, [A, secret], "dns")
    desk.served(5, image, "dns")
    desk.history.close()
    run, where = CliRunner(), ["--history", str(tmp_path / "history")]
    folder = tmp_path / "bundle"
    done = run.invoke(cli, ["report", "penalty", "it:a", *where, "-o", str(folder)])
    assert done.exit_code == 0, done.output
    sums = (folder / "SHA256SUMS").read_text().split()[1::2]
    assert {*sums, "SHA256SUMS"} == {path.name for path in folder.iterdir()}
    assert {"checkpoint", "keys", "proof-1.tlog-proof"} <= set(sums)
    proof = ["proof", "verify", str(folder / "proof-1.tlog-proof"), *where]
    checked = run.invoke(cli, proof)
    assert (checked.exit_code, "a.example" in checked.stdout) == (0, True), checked.output
    hidden = tmp_path / "hidden"
    run.invoke(cli, ["report", "penalty", "it:b", *where, "-o", str(hidden)])
    assert not [path for path in hidden.iterdir() if path.suffix == ".tlog-proof"]
    told = tmp_path / "told"
    run.invoke(cli, ["report", "penalty", "it:b", *where, "-o", str(told), "--show-confidential"])
    assert (told / "proof-1.tlog-proof").stat().st_mode & 0o077 == 0


def test_what_was_erased_is_said_on_the_reports(desk: Desk, tmp_path: Path) -> None:
    desk.compile(0, [A, B], "dns")
    desk.history.erase("it:b", "a request", now=at(60))
    desk.history.close()
    where, out = ["--history", str(tmp_path / "history")], tmp_path / "page.html"
    table = CliRunner().invoke(
        cli, ["report", "dsa", *where, "--period", "2026", "--service", "Prova"]
    )
    assert "1 edition of orders erased" in table.stdout.splitlines()[1]
    assert CliRunner().invoke(cli, ["report", "overview", *where, "-o", str(out)]).exit_code == 0
    assert "1 edition of orders erased" in out.read_text("utf-8")
