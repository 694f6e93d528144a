"""The record: what is written, built again, found after a crash, and erased."""

from __future__ import annotations

import errno
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from history_editions import BEGIN, KEY, new_history, recorded_editions
from scale import size
from servers.program import until
from shared_data import shared

import blocklist
from blocklist import HistoryError, Order, Target, compile_orders, load_orders, parse_target
from blocklist.history import entrywriter, recordwriter
from blocklist.history.canonical import canonical, read_canonical
from blocklist.history.checkpoints import Checkpoint, seal_checkpoint
from blocklist.history.fileops import DiskFiles
from blocklist.history.history import History
from blocklist.history.logcheck import check_record
from blocklist.history.logentries import new_entry, read_entry
from blocklist.history.objectstore import FOLDER, object_path
from blocklist.history.orderrows import order_rows
from blocklist.history.proofcheck import check_proof
from blocklist.history.record import ErasedError
from blocklist.history.recordedcycle import RecordedCycle, RecordedEvent
from blocklist.history.recordproof import proof_of
from blocklist.history.rowobjects import hunks_between, with_hunks
from blocklist.history.saltedroot import salted_leaf, salted_root
from blocklist.history.spanindex import FILE, digest_of
from blocklist.signing.notekeys import SigningKey
from blocklist.signing.strictbase64 import decode_base64

pytestmark = pytest.mark.no_core

ODD = (
    "example.com", "=one.example.org", "*.below.example.org", "*kicka*",
    "http://page.example.org/a?b=c", "192.0.2.7", "2001:db8::/48",
    "co.uk", "www.example.net", "https://page.example.org/", "faß.example.de",
)  # fmt: skip


def odd_orders(*, every_suffix: bool = False) -> list[Order]:
    """Orders with targets of all kinds; those for every suffix are thousands of rules."""
    texts = (*ODD, "brand.{suffix}") if every_suffix else ODD
    targets = tuple(parse_target(text, line=7 + n * n) for n, text in enumerate(texts))
    exceptions: tuple[Target, ...] = (parse_target("a.example.com"),)
    if every_suffix:
        exceptions += (parse_target("fan.{suffix}"),)
    return [
        Order(id="it:odd:1", jurisdiction="IT", targets=targets, exceptions=exceptions),
        Order(id="it:odd:2", targets=targets[:3], confidential=True, expires=date.max),
        Order(id="it:odd:3", targets=targets[:2], effective_from=datetime(2999, 1, 1, tzinfo=UTC)),
    ]


def spans(history: History) -> list[tuple[object, ...]]:
    """The spans, with families by name, in one sequence."""
    return sorted(
        history.index.execute(
            "SELECT name, value, kind, allow, family, since, until, grounds"
            " FROM spans JOIN families USING (key)"
        ),
        key=repr,
    )


def known(history: History) -> list[tuple[object, ...]]:
    return history.index.execute("SELECT * FROM known ORDER BY commitment").fetchall()


def images(history: History) -> list[int]:
    return [entry.number for entry in history.record.entries() if entry.kind == "image"]


def all_octets(folder: Path) -> bytes:
    """Every octet of a folder, objects also as they were before they were compressed."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file():
            octets = path.read_bytes()
            found += path.relative_to(folder).as_posix().encode() + octets
            if FOLDER in path.relative_to(folder).parts:
                found += zlib.decompress(octets[32:])
    return found


_SIGN = SigningKey.sign


def _seal(origin: str, size: int, root: bytes, keys: Any) -> bytes:
    """A checkpoint by keys whose signing a test has spoiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SigningKey, "sign", _SIGN)
        return seal_checkpoint(origin, size, root, keys)


class TestRebuilding:
    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"strip_www": True},
            {"widen_urls": True},
            {"protect": ["deep.example.com", "my.kickass.example"]},
            {"strip_www": True, "widen_urls": True, "permit": ["co.uk"], "jurisdiction": "IT"},
        ],
    )
    def test_an_image_is_built_again_octet_for_octet(
        self, tmp_path: Path, options: dict[str, Any]
    ) -> None:
        orders = odd_orders(every_suffix=len(options) > 3)
        image = compile_orders(orders, **options)
        flags = {k: v for k, v in options.items() if k in ("strip_www", "widen_urls")}
        with new_history(tmp_path / "h") as history:
            cycle = RecordedCycle(orders=orders, image=image, **flags)
            history.append(cycle, key=KEY)
            (number,) = images(history)
            assert "octets" not in history.record.entry(number).data
            assert bytes(history.image(number)) == bytes(image)
            for order in orders:
                (kept,) = (
                    history.record.order(entry.number)
                    for entry in history.record.entries()
                    if entry.kind == "order" and history.record.order(entry.number).id == order.id
                )
                assert kept == order
            assert check_record(history.record).faults == []

    def test_each_of_many_editions_is_built_again(self, tmp_path: Path) -> None:
        with new_history(tmp_path / "h") as history:
            made = list(
                recorded_editions(
                    history, random.Random(1), size(100, 8), protect=("film.example.com",)
                )
            )
            for edition in made:
                again = history.image_at(edition.at)
                assert again is not None
                assert again.digest == edition.image.digest
            assert history.image_at(BEGIN - timedelta(seconds=1)) is None

    @pytest.mark.parametrize(
        "name", ["orders/ee-emta-blocklist.txt", "orders/in-master-list.csv.xz"]
    )
    def test_a_real_list_is_built_again(self, tmp_path: Path, name: str) -> None:
        orders = load_orders(shared(name))
        image = compile_orders(orders)
        with new_history(tmp_path / "h") as history:
            history.append(RecordedCycle(orders=orders, image=image), key=KEY)
            assert history.image(images(history)[0]).digest == image.digest

    def test_an_image_without_its_orders_is_kept_whole(self, tmp_path: Path) -> None:
        """What was compiled in another way is given back octet for octet, too."""
        image = compile_orders(odd_orders())
        with new_history(tmp_path / "h") as history:
            history.append(RecordedCycle(orders=odd_orders()[:1], image=image), key=KEY)
            (number,) = images(history)
            assert "octets" in history.record.entry(number).data
            assert bytes(history.image(number)) == bytes(image)


class TestStorage:
    def test_nothing_is_added_for_what_did_not_change(self, tmp_path: Path) -> None:
        orders = odd_orders()
        image = compile_orders(orders)
        with new_history(tmp_path / "h") as history:
            for _ in range(3):
                head = history.append(RecordedCycle(orders=orders, image=image), key=KEY)
                assert head.size == len(orders) + 1
            (tmp_path / "h" / FILE).unlink()
            with History.open(tmp_path / "h") as again:
                assert again.append(RecordedCycle(orders=orders, image=image), key=KEY) == head

    def test_a_writer_that_stays_records_what_one_records_that_begins_anew(
        self, tmp_path: Path
    ) -> None:
        """What it remembers changes no entry, also after another writer, or an erasure."""

        def said(history: History) -> list[dict[str, Any]]:
            chance = ("content", "fields", "targets", "root", "texts", "guards", "objects")
            return [
                {key: value for key, value in entry.data.items() if key not in chance}
                for entry in history.record.entries()
            ]

        with new_history(tmp_path / "stays") as stays, new_history(tmp_path / "anew") as anew:
            made = recorded_editions(
                stays, random.Random(40), size(60, 13), protect=("x9.invalid",)
            )
            for step, edition in enumerate(made):
                cycle = RecordedCycle(orders=edition.orders, image=edition.image)
                with History.open(tmp_path / "anew") as fresh:
                    fresh.append(cycle, key=KEY, now=edition.at)
                if step == 5:
                    with History.open(tmp_path / "stays") as other:
                        event = RecordedEvent(kind="probe")
                        other.append(RecordedCycle(events=[event]), key=KEY, now=edition.at)
                    anew.append(RecordedCycle(events=[event]), key=KEY, now=edition.at)
                if step == 9:
                    for one in (stays, anew):
                        one.erase(edition.orders[0].id, "request", key=KEY, now=edition.at)
            assert said(stays) == said(History.open(tmp_path / "anew"))
            assert check_record(stays.record).faults == []
            built = stays.image_at(edition.at)
            assert built is not None
            assert built.digest == edition.image.digest

    def test_an_append_costs_what_changed(self, tmp_path: Path) -> None:
        """Thousands of orders that did not change are not read, encoded or hashed again."""
        targets = tuple(parse_target(f"n{n}.example.com") for n in range(10))
        many = [Order(id=f"x{n}", targets=targets) for n in range(size(6_000, 200))]
        asked: list[str] = []

        def counted(order: Order) -> Any:
            asked.append(order.id)
            return order_rows(order)

        with new_history(tmp_path / "h") as history, pytest.MonkeyPatch.context() as patch:
            patch.setattr(recordwriter, "order_rows", counted)
            for step in range(3):
                given = [*many, Order(id=f"new{step}", targets=targets)]
                image = compile_orders(given)
                history.append(RecordedCycle(orders=given, image=image), key=KEY)
                event = RecordedEvent(kind="probe")  # as the desk adds what became of the outputs
                history.append(RecordedCycle(events=[event]), key=KEY)
                assert len(asked) == (len(given) if not step else 1)
                asked.clear()
            assert history.image(images(history)[-1]).digest == image.digest

    def test_a_change_of_a_long_list_takes_a_few_octets(self, tmp_path: Path) -> None:
        """Also where a line was put in, which moves all others, and the id is of the file."""
        lines = [f"name{n}.example{n % 7}.com" for n in range(size(20_000, 2_000))]
        sizes = []
        with new_history(tmp_path / "h") as history:
            for step in range(3):
                listed = [*lines[:500], f"new{step}.example.com", *lines[500:]]
                listed[step * 3 : step * 3 + 10] = [f"other{n}{step}.org" for n in range(10)]
                file = tmp_path / "list.txt"
                file.write_text("\n".join(listed))
                orders = load_orders(file)
                cycle = RecordedCycle(orders=orders, image=compile_orders(orders))
                history.append(cycle, key=KEY)
                objects = (tmp_path / "h" / FOLDER).rglob("*")
                sizes.append(sum(path.stat().st_size for path in objects if path.is_file()))
            assert sizes[2] - sizes[1] < 1_500 < sizes[0]
            last = images(history)[-1]
            assert cycle.image is not None
            assert history.image(last).digest == cycle.image.digest

    def test_a_list_is_stored_whole_again_at_times(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("blocklist.history.rowobjects.WHOLE_EACH", 4)
        targets = [parse_target(f"name{n}.example.com") for n in range(60)]
        with new_history(tmp_path / "h") as history:
            for step in range(10):
                order = Order(id="x", targets=tuple(targets[step:]))
                history.append(
                    RecordedCycle(orders=[order], image=compile_orders([order])), key=KEY
                )
            found = [
                history.record.row_object(entry.number).base is None
                for entry in history.record.entries()
                if entry.kind == "order"
            ]
            assert found == [True, False, False, False] * 2 + [True, False]

    def test_a_difference_gives_the_new_rows(self) -> None:
        draw = random.Random(2)
        for _ in range(size(3_000, 300)):
            old = [draw.choice("abcdefgh") * draw.randrange(1, 3) for _ in range(draw.randrange(9))]
            new = list(old)
            for _ in range(draw.randrange(4)):
                at = draw.randrange(len(new) + 1)
                new[at : at + draw.randrange(3)] = draw.choices("abcxyz", k=draw.randrange(3))
            if draw.random() < 0.2:
                draw.shuffle(new)
            assert with_hunks(old, hunks_between(old, new)) == new
        with pytest.raises(HistoryError, match="does not fit"):
            with_hunks(["b"], hunks_between(["a"], ["c"]))

    def test_no_name_party_or_file_stands_in_the_log(self, tmp_path: Path) -> None:
        file = tmp_path / "secret-party.txt"
        file.write_text("name.example.com\n")
        orders = [
            *load_orders(file),
            Order(
                id="court-secret", title="Party ./. Other", case_number="RG 77/26",
                addressees=("Isp Secret",), targets=(parse_target("other.example.com"),),
            ),
        ]  # fmt: skip
        events = [
            RecordedEvent(
                kind="held", details={"reason": "name.example.com is new", "who": "someone"}
            )
        ]
        with new_history(tmp_path / "h") as history:
            guards = {"protect": ["kept.example.com"]}
            history.append(
                RecordedCycle(
                    orders=orders, image=compile_orders(orders), events=events, guards=guards
                ),
                key=KEY,
            )
            log = b"".join(entry.octets for entry in history.record.entries()).lower()
            for word in (b"example", b"secret", b"party", b"rg 77", b"isp", b"someone", b"list:"):
                assert word not in log
            named = RecordedEvent(kind="served", facts={"image": "name.example.com"})
            with pytest.raises(HistoryError, match="must be a code"):
                history.append(RecordedCycle(events=[named]), key=KEY)
            with pytest.raises(HistoryError, match="no kind of event"):
                history.append(RecordedCycle(events=[RecordedEvent(kind="erased")]), key=KEY)
            assert history.checkpoint == History.open(tmp_path / "h").checkpoint

    @pytest.mark.skipif(os.name != "posix", reason="modes")
    def test_modes(self, tmp_path: Path) -> None:
        history = History.create(tmp_path / "h")
        orders = odd_orders()
        history.append(RecordedCycle(orders=orders, image=compile_orders(orders)))
        history.close()
        modes = {
            path.relative_to(tmp_path / "h").parts[0]: stat.S_IMODE(path.stat().st_mode)
            for path in (tmp_path / "h").rglob("*")
            if path.is_file()
        }
        assert modes["key"] == 0o400
        assert modes[FOLDER] == modes[FILE] == 0o600
        assert not modes["log"] & 0o007
        (tmp_path / "h" / "key").chmod(0o440)
        with pytest.raises(blocklist.SignatureError, match="chmod 0400"):
            History.open(tmp_path / "h").append(RecordedCycle())

    def test_a_folder_that_is_in_use_or_of_another_origin_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "h").mkdir()
        (tmp_path / "h" / "list.txt").write_text("")
        with pytest.raises(HistoryError, match="not empty"):
            History.create(tmp_path / "h")
        with pytest.raises(HistoryError, match="origin"):
            History.create(tmp_path / "i", origin="two words")
        with pytest.raises(HistoryError, match="no record"):
            History.open(tmp_path / "i")
        history = History.create(tmp_path / "i", origin="isp.example/blocks")
        assert history.origin == "isp.example/blocks"
        with pytest.raises(HistoryError, match="cannot be signed by a key"):
            history.append(RecordedCycle(), key=KEY)


class TestClock:
    def test_a_clock_that_goes_back_is_recorded(self, tmp_path: Path) -> None:
        """Entries are ordered by their place; a time that came twice has two answers."""
        first, second = (Order(id="a", targets=(parse_target(f"{c}.example"),)) for c in "xy")
        with new_history(tmp_path / "h") as history:
            for order, hours in ((first, 0), (second, 4), (first, 2), (first, 8760)):
                cycle = RecordedCycle(orders=[order], image=compile_orders([order]))
                history.append(cycle, key=KEY, now=BEGIN + timedelta(hours=hours))
            steps = [e.data["step"] for e in history.record.entries() if e.kind == "clock"]
            assert steps == [-2 * 3_600_000]
            ask = history.was_blocked
            assert ask("x.example", BEGIN + timedelta(hours=1)).in_force is True
            twice = ask("x.example", BEGIN + timedelta(hours=4))
            assert twice.in_force is None
            assert "set back" in twice.reason
            assert ask("x.example", BEGIN + timedelta(hours=5)).in_force is True

    def test_an_hour_that_comes_twice_is_none_in_utc(self) -> None:
        entry = new_entry(0, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "event", {"event": "x"})
        assert entry.data["time"] == "2026-10-25T01:30:00.000Z"
        assert read_entry(entry.octets, 0) == entry


class TestKeys:
    def test_a_new_key_is_signed_by_the_old_one(self, tmp_path: Path) -> None:
        new, other = (SigningKey.generate(KEY.name) for _ in range(2))
        with new_history(tmp_path / "h") as history:
            event = RecordedEvent(kind="probe")
            history.append(RecordedCycle(events=[event]), key=KEY)
            with pytest.raises(HistoryError, match="by a key that it does not name"):
                history.append(RecordedCycle(events=[event]), key=new)
            history.rotate(new, key=KEY)
            assert history.record.keys() == (KEY.verifier, new.verifier)
            entry = history.record.entry(1)
            signature = decode_base64(entry.data["signature"])
            assert KEY.verifier.is_signature(signature, str(new.verifier).encode())
            octets = history.checkpoint.octets
            for key in (KEY, new):
                with pytest.raises(HistoryError, match="also signed by"):
                    Checkpoint.open(octets, [key.verifier])
            assert Checkpoint.open(octets, [KEY.verifier, new.verifier]).size == 2
            history.append(RecordedCycle(events=[event]), key=new)
            assert Checkpoint.open(history.checkpoint.octets, [new.verifier]).size == 3
            assert check_record(history.record).faults == []
            assert check_record(history.record, keys=(other.verifier,)).faults
            with pytest.raises(HistoryError, match="of other"):
                history.rotate(SigningKey.generate("other"), key=new)

    def test_a_lost_key_is_replaced_and_each_proof_says_so(self, tmp_path: Path) -> None:
        new = SigningKey.generate(KEY.name)
        order = Order(id="x", targets=(parse_target("epsilon.example"),))
        with new_history(tmp_path / "h") as history:
            cycle = RecordedCycle(orders=[order], image=compile_orders([order]))
            history.append(cycle, key=KEY, now=BEGIN)
            kept = tmp_path / "kept"
            kept.write_bytes(history.checkpoint.octets)
            with pytest.raises(HistoryError, match="signs the record already"):
                history.replace_lost_key(KEY)
            with pytest.raises(HistoryError, match="of other"):
                history.replace_lost_key(SigningKey.generate("other"))
            history.replace_lost_key(new, now=BEGIN + timedelta(days=3))
            assert Checkpoint.open(history.checkpoint.octets, [new.verifier]).size == 3
            history.append(RecordedCycle(events=[RecordedEvent(kind="probe")]), key=new)
            found = check_record(history.record, since=kept)
            assert found.faults == []
            assert any("the key was lost" in note for note in found.notes)
            live = digest_of(history.index)
            history.rebuild_index()
            assert digest_of(history.index) == live
            asked = history.was_blocked("epsilon.example", BEGIN + timedelta(hours=1))
            octets = proof_of(history.record, history.index, asked).octets
        shown = check_proof(octets, [new.verifier])
        assert shown.rekeyed == BEGIN + timedelta(days=3)
        with pytest.raises(blocklist.SignatureError):
            check_proof(octets, [KEY.verifier])

    def test_a_key_that_no_other_signed_is_a_fault(self, tmp_path: Path) -> None:
        new = SigningKey.generate(KEY.name)
        with new_history(tmp_path / "h") as history:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(SigningKey, "sign", lambda self, octets: _SIGN(self, octets[::-1]))
                patch.setattr(entrywriter, "seal_checkpoint", _seal)
                history.rotate(new, key=KEY)
            (fault,) = check_record(history.record).faults
            assert "no other key signed" in fault


class TestStrictness:
    def test_an_entry_has_one_form(self) -> None:
        good = new_entry(3, BEGIN, "event", {"event": "ended"}).octets
        assert read_entry(good, 3).kind == "event"
        for wrong in (
            good + b" ", good.replace(b'"v":1', b'"v": 1'), good.replace(b'"v":1', b'"v":1.0'),
            good.replace(b'"v":1', b'"v":2'), good.replace(b"ended", b"\\u0065nded"),
            good.replace(b".000Z", b"Z"), good.replace(b'"event":"ended"', b'"name":"ended"'),
            b"[]", b"", b"\xff",
        ):  # fmt: skip
            with pytest.raises(HistoryError):
                read_entry(wrong, 3)
        with pytest.raises(HistoryError):
            read_entry(good, 4)
        assert read_canonical(canonical({"ß": [1, None, "\ud800"]})) == {"ß": [1, None, "\ud800"]}

    def test_a_salted_leaf_leads_to_its_root_alone(self) -> None:
        texts = [f"text {n}" for n in range(11)]
        root = salted_root(b"s" * 32, texts)
        leaf = salted_leaf(b"s" * 32, texts, "text 4")
        assert leaf.leads_to(root)
        assert salted_root(b"t" * 32, texts) != root
        for wrong in (
            replace(leaf, text="text 5"), replace(leaf, salt=b"x" * 16), replace(leaf, index=6),
            replace(leaf, size=12), replace(leaf, path=leaf.path[:-1]),
        ):  # fmt: skip
            assert not wrong.leads_to(root)
        with pytest.raises(ValueError):
            salted_leaf(b"s" * 32, texts, "text 40")


def changed_bits(draw: random.Random, folder: Path, count: int) -> list[str]:
    """Change a bit somewhere, check, and change it back; return what was not found."""
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] in ("log", "objects", "keys")
    ]
    missed = []
    for _ in range(count):
        path = draw.choice(files)
        octets = bytearray(path.read_bytes())
        at = draw.randrange(len(octets) * 8)
        octets[at // 8] ^= 1 << at % 8
        whole = path.read_bytes()
        path.write_bytes(octets)
        try:
            if not check_record(History.open(folder).record).faults:
                missed.append(f"{path}: {at}")
        except HistoryError:
            pass  # not readable at all
        path.write_bytes(whole)
    return missed


class TestCheck:
    def test_each_changed_bit_is_found(self, tmp_path: Path) -> None:
        with new_history(tmp_path / "h") as history:
            list(recorded_editions(history, random.Random(3), 3))
        assert check_record(History.open(tmp_path / "h").record).faults == []
        assert changed_bits(random.Random(4), tmp_path / "h", size(100_000, 60)) == []

    def test_a_file_that_is_missing_or_foreign_is_found(self, tmp_path: Path) -> None:
        with new_history(tmp_path / "h") as history:
            list(recorded_editions(history, random.Random(5), 2))
            record = history.record
        order = next(entry for entry in record.entries() if entry.kind == "order")
        path = tmp_path / "h" / object_path(order.data["content"])
        octets = path.read_bytes()
        path.unlink()
        assert any("missing" in fault for fault in check_record(record).faults)
        path.write_bytes(octets)
        (tmp_path / "h/log/tile/0/odd").write_bytes(b"")
        assert any("odd" in fault for fault in check_record(record).faults)
        (tmp_path / "h/log/tile/0/odd").unlink()
        assert check_record(record).faults == []

    def test_a_checkpoint_that_somebody_kept_shows_another_past(self, tmp_path: Path) -> None:
        with new_history(tmp_path / "h") as history:
            made = recorded_editions(history, random.Random(6), 5)
            next(made)
            kept = tmp_path / "kept"
            kept.write_bytes(history.checkpoint.octets)
            list(made)
            assert check_record(history.record, since=kept).faults == []
        with new_history(tmp_path / "other") as other:
            list(recorded_editions(other, random.Random(7), 5))
            (fault,) = check_record(other.record, since=kept).faults
            assert "not those that were signed" in fault
        with new_history(tmp_path / "short") as short:
            (fault,) = check_record(short.record, since=kept).faults
            assert "has 0 now" in fault
        with pytest.raises(FileNotFoundError):
            check_record(history.record, since=tmp_path / "none")

    def test_what_a_crash_left_is_named_and_is_no_fault(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with new_history(tmp_path / "h") as history:
            made = recorded_editions(history, random.Random(8), 6)
            next(made)
            before = history.checkpoint
            with monkeypatch.context() as patch:
                patch.setattr(entrywriter, "seal_checkpoint", lambda *_: 1 / 0)
                with pytest.raises(ZeroDivisionError):
                    list(made)
            found = check_record(History.open(tmp_path / "h").record)
            assert found.faults == []
            assert any("beyond the checkpoint" in note for note in found.notes)
            assert any("no entry points to it" in note for note in found.notes)
            list(recorded_editions(history, random.Random(8), 2))
            found = check_record(History.open(tmp_path / "h").record)
            assert (found.faults, found.notes) == ([], [])
            assert before.size < history.checkpoint.size


class TestIndex:
    def test_it_is_the_same_when_it_is_made_again(self, tmp_path: Path) -> None:
        with new_history(tmp_path / "h") as history:
            list(
                recorded_editions(history, random.Random(9), size(40, 8), protect=("example.com",))
            )
            before = spans(history)
            history.rebuild_index()
            assert spans(history) == before
            assert len(before) > 20

    @pytest.mark.parametrize("content", [None, b"", b"no database at all, but long enough" * 99])
    def test_it_is_made_when_it_is_missing_or_damaged(
        self, tmp_path: Path, content: bytes | None
    ) -> None:
        with new_history(tmp_path / "h") as history:
            made = list(recorded_editions(history, random.Random(10), 3))
            before = spans(history)
        index = tmp_path / "h" / FILE
        index.unlink()
        if content is not None:
            index.write_bytes(content)
        with History.open(tmp_path / "h") as history:
            assert history.was_blocked("none.invalid", made[-1].at).in_force is False
            assert spans(history) == before

    def test_one_that_is_damaged_inside_is_made_again(self, tmp_path: Path) -> None:
        with new_history(tmp_path / "h") as history:
            made = list(recorded_editions(history, random.Random(16), 4))
            before = spans(history)
        index = tmp_path / "h" / FILE
        octets = bytearray(index.read_bytes())
        octets[8192:] = b"\xff" * (len(octets) - 8192)
        index.write_bytes(octets)
        assert any(FILE in fault for fault in check_record(history.record).faults)
        with History.open(tmp_path / "h") as history:
            assert history.was_blocked("none.invalid", made[-1].at).in_force is False
            assert spans(history) == before
        for change in (
            "UPDATE spans SET until = 1", "UPDATE orders SET erased = 1",
            "INSERT INTO outputs VALUES (0, 0, 'bind', '')",
        ):  # fmt: skip
            with closing(sqlite3.connect(index)) as changed:
                changed.execute(change)
                changed.commit()
            (fault,) = check_record(history.record).faults
            assert "run 'blocklist history index'" in fault
            history.rebuild_index()
            assert check_record(history.record).faults == []

    def test_a_reader_who_may_not_write_makes_it_in_memory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with new_history(tmp_path / "h") as history:
            made = list(recorded_editions(history, random.Random(17), 3))
            before = spans(history)
        (tmp_path / "h" / FILE).unlink()
        names = {path.name for path in (tmp_path / "h").iterdir()}

        def refuse(*_: object) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        monkeypatch.setattr("blocklist.history.indexkeeper.one_writer", refuse)
        with History.open(tmp_path / "h") as history:
            assert history.was_blocked("none.invalid", made[-1].at).in_force is False
            assert spans(history) == before
        assert {path.name for path in (tmp_path / "h").iterdir()} == names

    def test_one_that_is_behind_is_brought_up(self, tmp_path: Path) -> None:
        with new_history(tmp_path / "h") as history:
            made = recorded_editions(history, random.Random(11), 6)
            next(made)
            old = (tmp_path / "h" / FILE).read_bytes()
            list(made)
            after = spans(history)
        (tmp_path / "h" / FILE).write_bytes(old)
        with History.open(tmp_path / "h") as history:
            assert spans(history) == after

    def test_without_room_a_question_is_answered_and_a_change_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A full disk, and a file system that is mounted to be read."""
        with new_history(tmp_path / "h") as history:
            (edition,) = recorded_editions(history, random.Random(14), 1)
        (tmp_path / "h" / FILE).unlink()

        def full(folder: Path) -> sqlite3.Connection:
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr("blocklist.history.indexkeeper.connect", full)
        with History.open(tmp_path / "h") as history:
            rebuilt = history.image_at(edition.at)
            assert rebuilt is not None
            assert rebuilt.digest == edition.image.digest
            with pytest.raises(OSError, match=r"disk is full.*index\.sqlite"):
                history.append(RecordedCycle(), key=KEY)

    def test_one_of_another_record_is_made_again(self, tmp_path: Path) -> None:
        for seed in (12, 13):
            with new_history(tmp_path / f"h{seed}") as history:
                list(recorded_editions(history, random.Random(seed), 4))
                after = spans(history)
        (tmp_path / "h13" / FILE).write_bytes((tmp_path / "h12" / FILE).read_bytes())
        with History.open(tmp_path / "h13") as history:
            assert spans(history) == after


class TestErasure:
    def test_nothing_of_an_order_is_left(self, tmp_path: Path) -> None:
        secret = Order(
            id="court:secret-42", number="42/2026", case_number="RG 4242/26", title="Alfa vs. Beta",
            addressees=("Gamma Telecom",), note="handwritten delta",
            targets=(parse_target("epsilon.example"), parse_target("*.zeta.example", line=3)),
            exceptions=(parse_target("eta.epsilon.example"),),
        )  # fmt: skip
        other = Order(id="court:other", targets=(parse_target("theta.example"),))
        events = [
            RecordedEvent(kind="held", details={"reason": "'epsilon.example' is new"}),
            RecordedEvent(kind="held", details={"reason": "it blocks www.EPSILON.example."}),
            RecordedEvent(kind="confirmed", details={"reason": "nothing of note"}),
        ]
        words = (
            b"secret-42", b"42/2026", b"RG 4242", b"Alfa", b"Gamma", b"delta", b"epsilon", b"zeta",
        )  # fmt: skip
        with new_history(tmp_path / "h") as history:
            for step in range(3):
                targets = (*secret.targets, parse_target(f"epsilon{step}.example"))
                given = [replace(secret, targets=targets), other]
                history.append(
                    RecordedCycle(orders=given, image=compile_orders(given), events=events),
                    key=KEY, now=BEGIN + timedelta(days=step),
                )  # fmt: skip
            held = all_octets(tmp_path / "h")
            assert all(word in held for word in words)
            with pytest.raises(HistoryError, match="names what is to be erased"):
                history.erase("court:secret-42", "epsilon.example is a person", key=KEY)
            with pytest.raises(HistoryError, match="no order"):
                history.erase("court:none", "request", key=KEY)
            found = history.erase("court:secret-42", "request of 2026", who="officer", key=KEY)
            assert found.editions == 3
            history.close()
            held = all_octets(tmp_path / "h")
            for word in words:
                assert word not in held
            assert b"nothing of note" in held
            assert check_record(history.record).faults == []
            asked = history.was_blocked("epsilon.example", BEGIN + timedelta(days=1))
            assert asked.in_force is None
            assert "request of 2026" in asked.reason
            still = history.was_blocked("theta.example", BEGIN + timedelta(days=1))
            assert still.in_force is True
            with pytest.raises(ErasedError):
                history.image_at(BEGIN + timedelta(days=1))
            history.append(
                RecordedCycle(orders=[other], image=compile_orders([other])), key=KEY,
                now=BEGIN + timedelta(days=9),
            )  # fmt: skip
            assert (
                history.was_blocked("epsilon.example", BEGIN + timedelta(days=9)).in_force is False
            )
            before = spans(history)
            history.rebuild_index()
            assert spans(history) == before

    def test_what_is_recorded_again_is_there_again(self, tmp_path: Path) -> None:
        """The same file, deviation and guards: none of them points to what was erased."""
        file = tmp_path / "epsilon.example.txt"
        file.write_text("epsilon.example\nco.uk\n")
        orders = load_orders(file)
        image = compile_orders(orders)
        guards = {"permit": ["epsilon.example"]}
        cycle = RecordedCycle(orders=orders, image=image, guards=guards)
        with new_history(tmp_path / "h") as history:
            history.append(cycle, key=KEY, now=BEGIN)
            history.erase(orders[0].id, "request", key=KEY)
            assert b"epsilon" not in all_octets(tmp_path / "h")
            history.append(cycle, key=KEY)
            assert check_record(history.record).faults == []
            assert history.image(images(history)[-1]).digest == image.digest
            assert history.was_blocked("epsilon.example", datetime.now(UTC)).in_force is True
            assert history.was_blocked("epsilon.example", BEGIN).in_force is None

    def test_an_order_that_joined_a_list_for_a_while_is_left_whole(self, tmp_path: Path) -> None:
        """What differs from an edition of another list would go with that list."""
        many = tuple(parse_target(f"n{number}.example") for number in range(40))
        alone = [replace(Order(id="a"), targets=many[:size]) for size in (38, 40)]
        joined = Order(id="a", targets=many[:39], series="list", serial=1)
        listed = Order(id="b", targets=many, series="list", serial=2)
        with new_history(tmp_path / "h") as history:
            for step, orders in enumerate(([alone[0]], [joined], [alone[1]], [listed, alone[1]])):
                cycle = RecordedCycle(orders=orders, image=compile_orders(orders))
                history.append(cycle, key=KEY, now=BEGIN + timedelta(hours=step))
            history.erase("b", "request", key=KEY, now=BEGIN + timedelta(hours=9))
            assert check_record(history.record).faults == []
            assert history.image_at(BEGIN + timedelta(hours=2)) is not None
            cycle = RecordedCycle(orders=alone[:1], image=compile_orders(alone[:1]))
            history.append(cycle, key=KEY, now=BEGIN + timedelta(hours=10))

    def test_an_order_that_comes_again_is_recorded_anew(self, tmp_path: Path) -> None:
        """Its deviations too: the answers after it are those of the image."""
        texts = ("www.epsilon.example", "http://page.example.org/a", "film.theta.example")
        order = Order(id="x", targets=tuple(map(parse_target, texts)))
        options: dict[str, Any] = {"widen_urls": True, "strip_www": True}
        other = Order(id="y", targets=(parse_target("iota.example"),))
        image = compile_orders([order, other], protect=["film.theta.example"], **options)
        cycle = RecordedCycle(orders=[order, other], image=image, **options)
        with new_history(tmp_path / "h") as history:
            history.append(cycle, key=KEY, now=BEGIN)
            history.erase("x", "request", key=KEY, now=BEGIN + timedelta(hours=1))
            known = {c for (c,) in history.index.execute("SELECT commitment FROM known")}
            assert not {c for c in known if not (tmp_path / "h" / object_path(c)).exists()}
            history.append(cycle, key=KEY, now=BEGIN + timedelta(hours=2))
            at = BEGIN + timedelta(hours=3)
            rebuilt = history.image_at(at)
            assert rebuilt is not None
            assert rebuilt.digest == image.digest
            asked = ("m.epsilon.example", "page.example.org", "film.theta.example")
            found = [history.was_blocked(name, at).in_force for name in asked]
            assert found == [True, True, False]

    @pytest.mark.parametrize(
        ("exception", "in_force"),
        [
            ("iota.theta.example", None), ("theta.example", None), ("192.0.2.7", None),
            ("below.iota.theta.example", None), ("epsilon.example", True),
            ("xtheta.example", True),
        ],
    )  # fmt: skip
    def test_what_an_erased_exception_may_have_lifted_is_not_known(
        self, tmp_path: Path, exception: str, in_force: bool | None
    ) -> None:
        targets = (parse_target("epsilon.example"),)
        lifted = Order(id="x", targets=targets, exceptions=(parse_target(exception),))
        other = Order(id="y", targets=(parse_target("iota.theta.example"),))
        orders = [lifted, other]
        with new_history(tmp_path / "h") as history:
            cycle = RecordedCycle(orders=orders, image=compile_orders(orders))
            history.append(cycle, key=KEY, now=BEGIN)
            history.erase("x", "request", key=KEY, now=BEGIN + timedelta(hours=1))
            found = history.was_blocked("iota.theta.example", BEGIN + timedelta(hours=2))
            assert found.in_force is in_force
            assert "erased" in found.reason

    def test_a_folder_from_a_backup_is_erased_again(self, tmp_path: Path) -> None:
        order = Order(id="x", targets=(parse_target("epsilon.example"),))
        with new_history(tmp_path / "h") as history:
            history.append(RecordedCycle(orders=[order], image=compile_orders([order])), key=KEY)
            saved = {p: p.read_bytes() for p in (tmp_path / "h" / FOLDER).rglob("*") if p.is_file()}
            history.erase("x", "request", key=KEY)
            for path, octets in saved.items():
                path.write_bytes(octets)
            assert any("to be erased" in note for note in check_record(history.record).notes)
            history.append(RecordedCycle(), key=KEY)
            assert b"epsilon" not in all_octets(tmp_path / "h")


_APPEND = """
import sys
from pathlib import Path
from blocklist import Order, compile_orders, parse_target
from blocklist.history.history import History
from blocklist.history.recordedcycle import RecordedCycle, RecordedEvent
folder, name = sys.argv[1:]
image = None
with History.open(folder) as history:
    step = history.checkpoint.size
    while True:
        step += 1
        targets = (parse_target(f"n{step}.example"), parse_target("a.example"))
        order = Order(id=name, targets=targets)
        event = RecordedEvent(kind="event", facts={"event": "x"}, details={"step": step})
        cycle = RecordedCycle(orders=[order], image=compile_orders([order]), events=[event])
        size = history.append(cycle).size
        print(size, flush=True)
"""


def run_writer(folder: Path, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _APPEND, str(folder), name], stdout=subprocess.PIPE
    )


class TestProcesses:
    @pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
    def test_a_writer_that_is_killed_loses_nothing_and_leaves_nothing(self, tmp_path: Path) -> None:
        """A killed one is followed by the next; what it acknowledged is there."""
        folder = tmp_path / "h"
        History.create(folder)
        draw = random.Random(14)
        for _ in range(size(1_000, 2)):
            writer = run_writer(folder, "x")
            assert writer.stdout is not None
            line = writer.stdout.readline()
            time.sleep(draw.random() * 0.05)
            writer.kill()
            lines = [line, *writer.stdout.read().splitlines()]
            writer.stdout.close()
            writer.wait()
            said = [int(one) for one in lines if one.strip().isdigit()]
            assert History.open(folder).checkpoint.size >= said[-1]
        with History.open(folder) as history:
            history.append(RecordedCycle(events=[RecordedEvent(kind="probe")]))
            found = check_record(history.record)
            assert (found.faults, found.notes) == ([], [])
            assert DiskFiles(folder).names("tmp") == []

    def test_two_writers_take_turns(self, tmp_path: Path) -> None:
        folder = tmp_path / "h"
        History.create(folder)
        writers = [run_writer(folder, name) for name in ("x", "y")]
        try:
            until(lambda: History.open(folder).checkpoint.size > 12)
        finally:
            for writer in writers:
                writer.terminate()
                writer.communicate()
        with History.open(folder) as history:
            history.append(RecordedCycle(events=[RecordedEvent(kind="probe")]))
            assert check_record(history.record).faults == []


def test_an_error_in_the_middle_leaves_index_and_record_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_history(tmp_path / "h") as history:
        list(recorded_editions(history, random.Random(15), 2))
        before = spans(history), known(history), history.checkpoint
        events = [RecordedEvent(kind="event", facts={"event": "x"}), RecordedEvent(kind="odd")]
        orders = odd_orders()
        with pytest.raises(HistoryError):
            history.append(
                RecordedCycle(orders=orders, image=compile_orders(orders), events=events), key=KEY
            )
        assert (spans(history), known(history), history.checkpoint) == before
