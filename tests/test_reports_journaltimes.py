"""The times of orders, read from the journal of the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from desk_folder import DeskFolder, ZoneServer, agcom, names, order_file, token, zone_server
from reported_orders import assert_same

from blocklist import Order
from blocklist.cli.reportsource import ReportSource, report_source
from blocklist.desk.acceptedorders import carried_by
from blocklist.desk.runfile import read_run_file
from blocklist.errors import ConfigurationError
from blocklist.reports.journaltimes import JournalReading
from blocklist.reports.ordertimes import NO_RECORD, OrderTimes

pytestmark = pytest.mark.no_core

START = datetime(2026, 5, 1, 8, tzinfo=UTC)
ORDER = Order(id="it:a", issued=date(2026, 1, 2))


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def event(minute: float, kind: str, **facts: Any) -> dict[str, Any]:
    return {"at": at(minute).isoformat(), "event": kind, "user": "desk", **facts}


def accepted(minute: float, digest: str = "f1", path: str = "a.toml") -> dict[str, Any]:
    return event(minute, "accepted", source="courts", files={path: digest}, added=1, lifted=0)


def compiled(minute: float, image: str) -> dict[str, Any]:
    return event(minute, "compiled", image=image, content=image * 16, rules=1)


def of(minute: float, kind: str, output: str, image: str, **facts: Any) -> dict[str, Any]:
    return event(minute, kind, output=output, content=f"{image * 16}:ffff", **facts)


def times(
    *entries: dict[str, Any],
    kept: dict[str, Collection[str]] | None = None,
    order: Order = ORDER,
    outputs: Collection[str] = ("dns", "web"),
) -> OrderTimes:
    reading = JournalReading(entries, (kept or {}).get, outputs)
    whole, light = reading.times(order, "f1", whole=True), reading.times(order, "f1")
    assert_same(whole, light)
    return whole


BOTH = (accepted(0), compiled(1, "a"), of(2, "written", "dns", "a"), of(2, "written", "web", "a"))


class TestServed:
    def test_first_and_last(self) -> None:
        found = times(*BOTH, of(3, "served", "dns", "a"), of(9, "served", "web", "a"))
        assert (found.accepted, found.in_force) == (at(0), at(1))
        assert (found.first_served, found.served_everywhere) == (at(3), at(9))
        assert found.images == ("a",)
        assert [entry.text for entry in found.entries] == [
            "source courts; 1 rule added", "the first image that holds it: a",
            "dns: seen to serve it", "web: seen to serve it",
        ]  # fmt: skip

    def test_one_output_does_not_serve(self) -> None:
        failed = of(4, "failed", "web", "a", failure="no answer")
        found = times(*BOTH, of(3, "served", "dns", "a"), failed)
        assert (found.first_served, found.served_everywhere) == (at(3), None)
        assert found.entries[-1].text == "web: not seen to serve: no answer"

    def test_what_nothing_checks_is_not_served(self) -> None:
        reloads = of(4, "reloaded", "web", "a")
        found = times(*BOTH, of(3, "served", "dns", "a"), reloads)
        assert (found.served_everywhere, found.outputs[1].unchecked) == (at(3), at(4))
        assert times(*BOTH[:2], BOTH[3], reloads).served_everywhere is None
        assert "not checked whether it serves: web" in found.doubts

    def test_a_later_image_serves_it_too(self) -> None:
        later = (compiled(5, "b"), of(6, "written", "dns", "b"), of(7, "served", "dns", "b"))
        found = times(*BOTH[:3], *later, outputs=["dns"])
        assert (found.in_force, found.served_everywhere) == (at(1), at(7))
        assert found.images == ("a", "b")

    def test_an_output_that_came_later_does_not_count(self) -> None:
        first = (*BOTH[:3], of(3, "served", "dns", "a"))
        later = (compiled(500, "b"), of(501, "written", "web", "b"), of(502, "served", "web", "b"))
        found = times(*first, *later)
        assert found.served_everywhere == at(3)
        assert [(one.output, one.first, one.counts) for one in found.outputs] == [
            ("dns", at(3), True), ("web", at(502), False),
        ]  # fmt: skip

    def test_an_output_that_is_gone_and_never_served_does_not_count(self) -> None:
        failed = of(4, "failed", "web", "a", failure="x")
        found = times(*BOTH, of(3, "served", "dns", "a"), failed, outputs=["dns"])
        assert found.served_everywhere == at(3)


class TestGaps:
    SERVED = (*BOTH[:3], of(3, "served", "dns", "a"))

    def gaps(self, *more: dict[str, Any], **how: Any) -> list[tuple[datetime, datetime | None]]:
        found = times(*self.SERVED, *more, outputs=["dns"], **how)
        return [(gap.start, gap.end) for gap in found.outputs[0].gaps]

    def test_a_change_that_is_served_is_none(self) -> None:
        change = (compiled(5, "b"), of(6, "written", "dns", "b"), of(7, "served", "dns", "b"))
        assert self.gaps(*change) == []

    def test_a_failure_until_it_serves_again(self) -> None:
        change = (compiled(5, "b"), of(6, "written", "dns", "b"))
        failed = of(7, "failed", "dns", "b", failure="no answer")
        assert self.gaps(*change, failed) == [(at(7), None)]
        assert self.gaps(*change, failed, of(9, "served", "dns", "b")) == [(at(7), at(9))]

    def test_an_image_without_it_was_put_back(self) -> None:
        pinned = (event(5, "pinned", image="z", reason="mistake"), of(6, "written", "dns", "z"))
        back = (of(6.5, "served", "dns", "z"), of(8, "written", "dns", "a"))
        served = of(9, "served", "dns", "a")
        assert self.gaps(*pinned, *back, served) == [(at(6), at(9))]

    def test_no_longer_in_force_is_no_gap(self) -> None:
        order = Order(id="it:a", issued=date(2026, 1, 2), revoked=at(5))
        change = (compiled(6, "b"), of(7, "written", "dns", "b"), of(8, "served", "dns", "b"))
        assert self.gaps(*change, order=order, kept={"a": ["it:a"], "b": []}) == []


class TestDoubts:
    def test_kept_images_leave_none(self) -> None:
        kept: dict[str, Collection[str]] = {"a": [], "b": ["it:a"]}
        change = (accepted(4), compiled(5, "b"), of(6, "served", "dns", "b"))
        found = times(compiled(1, "a"), *change, kept=kept, outputs=["dns"])
        assert (found.doubts, found.in_force, found.served_everywhere) == ((), at(5), at(6))

    def test_images_that_are_gone(self) -> None:
        assert "no longer kept" in times(*BOTH).doubts[0]

    def test_an_edited_file(self) -> None:
        """The order may have been in the file before, so the time is an upper bound."""
        edited = (accepted(0, "f0"), compiled(1, "a"), accepted(60), compiled(61, "b"))
        doubts = times(*edited).doubts
        assert any("replaced another one on 2026-05-01" in doubt for doubt in doubts)
        kept: dict[str, Collection[str]] = {"a": [], "b": ["it:a"]}
        assert times(*edited, kept=kept).doubts == ()
        kept = {"a": ["it:a"], "b": ["it:a"]}
        assert times(*edited, kept=kept).in_force == at(1)

    def test_the_order_begins_later(self) -> None:
        order = Order(id="it:a", issued=date(2026, 5, 3))
        found = times(*BOTH, of(3, "served", "dns", "a"), order=order)
        assert (found.in_force, found.outputs) == (None, ())

    def test_no_record_of_it(self) -> None:
        assert "does not say when" in times().doubts[0]
        assert OrderTimes("x").doubts == (NO_RECORD,)


RUN = """state = "state"
[guards]
critical = "none"
[[source]]
name = "courts"
path = "courts/**/*"
[[source]]
name = "agcom"
path = "agcom/*.txt"
format = "agcom"
editions = "serial"
[[output]]
name = "rpz"
format = "rpz"
path = "out/it.rpz"
confidential = true
check = {{ resolvers = ["127.0.0.1:{port}"], within = "1s" }}
reload = ["true"]
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneServer]:
    """A desk whose server reads its zone at each reload."""
    from blocklist.desk import service

    (tmp_path / "out").mkdir()
    with zone_server(tmp_path / "out/it.rpz") as (port, server):
        (tmp_path / "run.toml").write_text(RUN.format(port=port))

        def load(*_: object, **__: object) -> str:
            server.load()
            return ""

        monkeypatch.setattr(service, "run_program", load)
        yield server


@pytest.mark.usefixtures("server")
class TestOfARealDesk:
    def source(self, path: Path, *sources: str, only: str = "") -> ReportSource:
        options = ("format", "mapping", "column", "encoding", "scope", "authority", "checksum")
        loading: dict[str, Any] = {**dict.fromkeys(options), "issued_in": None, "ocr": False}
        return report_source(sources, str(path / "run.toml"), None, only=only, **loading)

    def test_accepted_orders_with_their_times(self, tmp_path: Path) -> None:
        desk = DeskFolder(tmp_path)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        desk.run()
        events = desk.journal("accepted", "compiled", "served")
        served = [datetime.fromisoformat(one["at"]) for one in events if one["event"] == "served"]
        found = {one.order.id: one.times for one in self.source(tmp_path).orders}
        assert [found[id_].served_everywhere for id_ in ("it:a", "it:b")] == served
        assert not any(one.doubts for one in found.values())
        whole = [self.source(tmp_path, only=id_).orders[0].times for id_ in ("it:a", "it:b")]
        assert [len(one.images) for one in whole] == [2, 1]
        assert not any(one.outputs[0].gaps for one in whole)
        given = self.source(tmp_path, str(tmp_path / "courts/b.toml"))
        assert given.order("it:b").times == found["it:b"]

    def test_held_and_confirmed(self, tmp_path: Path) -> None:
        desk = DeskFolder(tmp_path)
        desk.old("agcom/1.txt", agcom(1, *names(10)))
        desk.run()
        desk.old("agcom/2.txt", agcom(2, *names(3)))
        held = desk.run()
        desk.run(confirm=token(held), reason="seen by counsel")
        (only,) = self.source(tmp_path, only="it:agcom").orders
        found = only.times
        kinds = [entry.event for entry in found.entries]
        assert kinds == ["held", "confirmed", "accepted", "compiled", "served"]
        assert "reason given: seen by counsel" in found.entries[1].text

    def test_an_order_that_is_given_twice_counts_once(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk = DeskFolder(tmp_path)
        given = str(desk.old("courts/a.toml", order_file("it:a", "a.example")))
        assert len(self.source(tmp_path, given, given).orders) == 1
        assert "1 order given more than once" in capsys.readouterr().err

    def test_nothing_is_written_into_the_state(self, tmp_path: Path) -> None:
        desk = DeskFolder(tmp_path)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        look = partial(sorted, (tmp_path / "state").rglob("*"))
        before = {path: path.stat().st_mtime_ns for path in look()}
        self.source(tmp_path)
        after = sorted((tmp_path / "state").rglob("*"))
        assert {path: path.stat().st_mtime_ns for path in after} == before
        settings = read_run_file(tmp_path / "run.toml", thorough=False)
        assert carried_by(settings, "0" * 64) is None


def test_settings_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those at the default place stop no report of files; those that were named do."""
    path = tmp_path / "run.toml"
    path.write_text("nonsense")
    (tmp_path / "a.toml").write_text(order_file("it:a", "a.example"))
    monkeypatch.setattr("blocklist.cli.reportsource.DEFAULT", path)
    loading: dict[str, Any] = {"issued_in": None}
    (found,) = report_source([str(tmp_path / "a.toml")], None, None, **loading).orders
    assert found.times.doubts == (NO_RECORD,)
    assert "run.toml is not used" in capsys.readouterr().err
    for sources, config in (([str(tmp_path / "a.toml")], str(path)), ([], None)):
        with pytest.raises(ConfigurationError):
            report_source(sources, config, None, **loading)
