"""What is kept beside the answer is dropped some time after the end of an order, and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk_folder import IMAGE, DeskFolder, order_file
from history_editions import BEGIN, KEY, new_history
from test_history_record import all_octets, images, spans

from blocklist import Order, compile_orders, parse_target
from blocklist.cli.group import cli
from blocklist.history.history import History
from blocklist.history.logcheck import check_record
from blocklist.history.record import ErasedError
from blocklist.history.recordedcycle import RecordedCycle, RecordedEvent
from blocklist.history.retention import Retention
from blocklist.history.spanindex import digest_of
from blocklist.model.durations import after_end
from blocklist.model.orders import Source

pytestmark = pytest.mark.no_core
YEAR = Retention(timedelta(days=366), timedelta(days=366))
ALFA = Order(
    id="court:1", number="1/26", title="Alfa vs. Beta", case_number="RG 4242/26",
    addressees=("Gamma Telecom", "Isp of all"), note="handwritten delta",
    targets=(parse_target("epsilon.example"),),
    source=Source("courts/alfa-ruling.pdf", "ab" * 32, 1, "order"),
)  # fmt: skip
OTHER = Order(
    id="court:2", title="Zeta vs. Eta", addressees=("Isp of all",),
    targets=(parse_target("theta.example"),), source=Source("courts/zeta.pdf", "cd" * 32),
)  # fmt: skip
TEXTS = (b"Alfa vs. Beta", b"RG 4242", b"Gamma Telecom", b"handwritten", b"alfa-ruling")
OCTETS = {"court:1": b"the ruling: Alfa sues a person", "court:2": b"another ruling"}
EVENTS = (
    RecordedEvent(kind="confirmed", details={"reason": "a call from gamma telecom"}),
    RecordedEvent(kind="confirmed", details={"reason": "asked Isp of all"}),
)


def put(
    history: History, days: float, *orders: Order, at_end: tuple[Order, ...] = (),
    retention: Retention = YEAR,
) -> None:  # fmt: skip
    """Record a cycle; ``at_end`` are orders that are read and do not bind."""
    history.append(
        RecordedCycle(
            orders=[*orders, *at_end], image=compile_orders(orders),
            octets=lambda order: OCTETS.get(order.id), events=EVENTS if not days else (),
        ),
        key=KEY, now=BEGIN + timedelta(days=days), retention=retention,
    )  # fmt: skip


def ended_history(folder: Path, *, days: float) -> History:
    """Both orders bind for ten days, then one; and that is recorded until some days later."""
    history = new_history(folder)
    put(history, 0, ALFA, OTHER)
    put(history, 10, OTHER)
    day = 10.0
    while day < 10 + days:
        day = min(day + 30, 10 + days)
        put(history, day, OTHER)
    return history


def test_documents_and_texts_are_found_in_no_octet_after_that_time(tmp_path: Path) -> None:
    with ended_history(tmp_path / "h", days=365) as history:
        held = all_octets(tmp_path / "h")
        assert all(word in held for word in (*TEXTS, OCTETS["court:1"], b"gamma telecom"))
        before = spans(history)
        put(history, 10 + 366, OTHER)
        assert all(word in all_octets(tmp_path / "h") for word in TEXTS)
        put(history, 10 + 367.5, OTHER)  # what had lapsed at the look of the day before
        history.close()
        held = all_octets(tmp_path / "h")
        for word in (*TEXTS, OCTETS["court:1"], b"gamma telecom"):
            assert word not in held
        # What binds still, and what was ordered when, is there.
        for word in (b"Zeta vs. Eta", b"Isp of all", OCTETS["court:2"], b"epsilon.example"):
            assert word in held
        assert spans(history) == before
        assert check_record(history.record).faults == []
        found = history.was_blocked("www.epsilon.example", BEGIN + timedelta(days=5))
        assert found.in_force is True
        assert [order.id for order in found.orders] == ["court:1"]
        assert found.orders[0].title == ""
        with pytest.raises(ErasedError, match="free texts"):
            history.image(images(history)[0])
        assert history.image(images(history)[-1]).digest
        dropped = [e.data["what"] for e in history.record.entries() if e.kind == "erased"]
        assert dropped == ["texts", "sources"]
        live = digest_of(history.index)
        history.rebuild_index()
        assert digest_of(history.index) == live
        size = history.checkpoint.size
        put(history, 500, OTHER)
        assert history.checkpoint.size == size


def test_nothing_is_dropped_unless_asked_or_of_an_order_that_came_back(tmp_path: Path) -> None:
    with ended_history(tmp_path / "h", days=350) as history:
        put(history, 370, ALFA, OTHER)
        put(history, 377, OTHER)
        for days in (400, 402):
            put(history, days, OTHER, retention=Retention(timedelta(days=10)))
        held = all_octets(tmp_path / "h")
        assert all(word in held for word in TEXTS)
        assert OCTETS["court:1"] not in held  # that alone was to be dropped
        put(history, 430, OTHER, retention=Retention())
        assert all(word in all_octets(tmp_path / "h") for word in TEXTS)


def test_a_file_with_an_order_that_binds_is_kept(tmp_path: Path) -> None:
    beside = replace(OTHER, source=ALFA.source)
    with new_history(tmp_path / "h") as history:
        put(history, 0, ALFA, beside)
        for days in (10, 390, 392):
            put(history, days, beside)
        held = all_octets(tmp_path / "h")
        assert OCTETS["court:2"] in held
        assert b"handwritten" not in held
        assert b"alfa-ruling" in held  # the path is that of both


def test_an_order_that_still_lies_there_is_not_recorded_again(tmp_path: Path) -> None:
    """Neither with the index as it is, nor with one that was made again; until it binds again."""
    past = replace(ALFA, expires=date(2026, 1, 10))
    with new_history(tmp_path / "h") as history:
        put(history, 0, ALFA, OTHER)
        for days in (10, 377, 379):
            put(history, days, OTHER, at_end=(past,))
        size = history.checkpoint.size
        assert b"handwritten" not in all_octets(tmp_path / "h")
        put(history, 381, OTHER, at_end=(past,))
        assert history.checkpoint.size == size
        history.rebuild_index()
        put(history, 383, OTHER, at_end=(past,))
        put(history, 385, OTHER, at_end=(past,))
        assert b"handwritten" not in all_octets(tmp_path / "h")
        put(history, 390, replace(past, expires=date(2028, 1, 1)), OTHER)
        held = all_octets(tmp_path / "h")
        for word in (b"handwritten", b"alfa-ruling", OCTETS["court:1"]):
            assert word in held
        assert check_record(history.record).faults == []
        assert history.image(images(history)[-1]).digest


def test_an_order_that_was_never_in_an_image_ends_when_it_says(tmp_path: Path) -> None:
    past = replace(ALFA, expires=date(2026, 1, 10))
    with new_history(tmp_path / "h") as history:
        put(history, 0, OTHER, at_end=(past, replace(ALFA, id="court:3", note="no end given")))
        put(history, 380, OTHER)
        put(history, 382, OTHER)
        held = all_octets(tmp_path / "h")
        assert b"handwritten" not in held
        assert b"no end given" in held


def test_a_clock_that_jumps_drops_nothing(tmp_path: Path) -> None:
    with ended_history(tmp_path / "h", days=30) as history:
        put(history, 9_000, OTHER)
        put(history, 9_000.1, OTHER)
        put(history, 41, OTHER)
        put(history, 43, OTHER)
        assert all(word in all_octets(tmp_path / "h") for word in TEXTS)


def test_erasing_takes_documents_and_texts_too(tmp_path: Path) -> None:
    with ended_history(tmp_path / "h", days=1) as history:
        history.erase("court:1", "request no. 7", key=KEY, now=BEGIN + timedelta(days=12))
        history.close()
        held = all_octets(tmp_path / "h")
        for word in (*TEXTS, OCTETS["court:1"], b"epsilon"):
            assert word not in held
        assert OCTETS["court:2"] in held
        assert check_record(history.record).faults == []


def test_a_folder_from_a_backup_loses_them_again(tmp_path: Path) -> None:
    with ended_history(tmp_path / "h", days=360) as history:
        saved = {p: p.read_bytes() for p in (tmp_path / "h/objects").rglob("*") if p.is_file()}
        put(history, 380, OTHER)
        put(history, 382, OTHER)
        assert not any(word in all_octets(tmp_path / "h") for word in TEXTS)
        for path, octets in saved.items():
            path.write_bytes(octets)
        put(history, 383, OTHER)
        assert not any(word in all_octets(tmp_path / "h") for word in TEXTS)


@pytest.mark.parametrize(
    ("text", "days"), [("2y after end", 732), ("18 months after end", 558), ("90d after end", 90)]
)
def test_spans(text: str, days: int) -> None:
    assert after_end(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["2y", "2 weeks after end", "-1d after end", ""])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2y after end"):
        after_end(text)


def test_the_desk_keeps_files_and_drops_them(tmp_path: Path) -> None:
    desk = DeskFolder(tmp_path)
    courts = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
    retain = 'retain = { sources = "30d after end", texts = "30d after end" }\n'
    desk.configure(courts, IMAGE, "[history]\nkeep_sources = true\n", retain)
    first = desk.old("courts/alfa.toml", order_file("it:a", "a.example"))
    text = first.read_bytes()
    desk.old("courts/b.toml", order_file("it:b", "b.example"))
    record = tmp_path / "state/history"
    desk.now = datetime(2026, 3, 1, tzinfo=UTC)
    assert desk.run().code == 0
    assert text in all_octets(record)
    first.write_bytes(text.replace(b"issued", b'revoked = "2026-03-02"\nissued'))
    for day, left in ((2, True), (25, True), (40, True), (42, False)):
        desk.now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day)
        desk.old(f"courts/{day}.toml", order_file(f"it:{day}", f"n{day}.example"))
        desk.run()
        assert (text in all_octets(record)) is left
    assert b"n42.example" in all_octets(record)


def test_compile_keeps_files(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# a remark\nepsilon.example\n")
    words = ["compile", str(tmp_path / "list.txt"), "-o", str(tmp_path / "it.blk")]
    record = ["--history", str(tmp_path / "h")]
    done = CliRunner().invoke(cli, [*words, "--keep-sources"])
    assert done.exit_code == 2
    assert "--keep-sources needs --history DIR" in done.output
    done = CliRunner().invoke(cli, [*words, *record, "--keep-sources", "--retain-texts", "2y"])
    assert done.exit_code == 2
    assert "2y after end" in done.output
    span = ["--retain-texts", "2y after end", "--retain-sources", "2y after end"]
    done = CliRunner().invoke(cli, [*words, *record, "--keep-sources", *span])
    assert done.exit_code == 0, done.output
    assert b"# a remark" in all_octets(tmp_path / "h")
