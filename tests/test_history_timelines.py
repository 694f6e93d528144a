"""Questions: the same answers as the images of the day, at every instant, for every name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from history_editions import BEGIN, KEY, asked_names, new_history, recorded_editions
from processortime import within
from scale import LONG, size

from blocklist import Blocklist, Order, compile_orders, load_orders, parse_target
from blocklist.history.history import History
from blocklist.history.logentries import instant_text
from blocklist.history.recordedcycle import RecordedCycle, RecordedEvent
from blocklist.history.timelines import Serving

HOUR = timedelta(hours=1)


def served(image: str, at: datetime, resolver: str, output: str = "bind") -> RecordedEvent:
    facts = {"image": image, "first": instant_text(at), "last": instant_text(at)}
    return RecordedEvent(
        kind="served", facts=facts, details={"output": output, "resolver": resolver}
    )


def test_each_answer_is_that_of_the_image_of_the_day(core: str, tmp_path: Path) -> None:
    """Blocked or not, the rule, and the orders behind it, with exceptions and patterns."""
    draw = random.Random(20)
    with new_history(tmp_path / "h") as history:
        protect = ("film.example.com", "bet.kickass.example")
        made = list(recorded_editions(history, draw, size(1_000, 10), protect=protect))
        blocked = 0
        for edition in made:
            image = Blocklist(edition.image)
            for name in asked_names(draw, size(10_000, 24)):
                found = history.was_blocked(
                    name, edition.at + timedelta(minutes=draw.randrange(60))
                )
                match = image.match(name)
                assert found.in_force is (match is not None), (name, edition.at)
                blocked += match is not None
                covering = image.match_all(name)
                assert found.rule == (covering[0].rule if covering else None)
                if match is not None:
                    assert [o.id for o in found.orders] == [o.id for o in match.orders]
        assert blocked > len(made)


def test_urls_and_addresses_are_asked_as_the_image_is(core: str, tmp_path: Path) -> None:
    texts = (
        "http://page.example.org/a", "http://page.example.org:8080/b?c=d", "192.0.2.0/24",
        "2001:db8:7::/48", "198.51.100.9", "whole.example", "*kicka*",
    )  # fmt: skip
    questions = (
        "http://page.example.org/a", "hxxp://page[.]example.org/a/b", "page.example.org",
        "http://page.example.org/", "http://page.example.org:8080/b?c=d", "192.0.3.1",
        "192.0.2.9", "2001:db8:7::1",
        "http://192.0.2.77/x", "[2001:db8:7::1]", "http://www.whole.example/any", "198.51.100.9",
        "whole.example:443", "https://kickass.example/", "WWW.Whole.Example.", "not a name", "",
    )  # fmt: skip
    order = Order(id="x", targets=tuple(map(parse_target, texts)))
    image = compile_orders([order])
    with new_history(tmp_path / "h") as history:
        history.append(RecordedCycle(orders=[order], image=image), key=KEY, now=BEGIN)
        for question in questions:
            match = Blocklist(image).lookup(question)
            found = history.was_blocked(question, BEGIN + HOUR)
            assert found.in_force is (match is not None), question
            assert match is None or found.rule == match.rule


@pytest.mark.no_core
class TestTimes:
    @pytest.fixture
    def history(self, tmp_path: Path) -> Iterator[History]:
        """Blocked from hour 1 until hour 3, and again from hour 5."""
        history = new_history(tmp_path / "h")
        other = Order(id="other", targets=(parse_target("other.example"),))
        order = Order(id="it:court:1", targets=(parse_target("bad.example", line=1),))
        for hour, orders in enumerate([[other], [other, order], [other, order], [other],
                                       [other], [other, order]]):  # fmt: skip
            cycle = RecordedCycle(orders=orders, image=compile_orders(orders))
            history.append(cycle, key=KEY, now=BEGIN + hour * HOUR)
        yield history
        history.close()

    def test_periods(self, history: History) -> None:
        found = [(p.blocked, p.begins - BEGIN, p.ends and p.ends - BEGIN, [o.id for o in p.orders])
                 for p in history.periods("www.bad.example")]  # fmt: skip
        assert found == [
            (False, 0 * HOUR, 1 * HOUR, []),
            (True, 1 * HOUR, 3 * HOUR, ["it:court:1"]),
            (False, 3 * HOUR, 5 * HOUR, []),
            (True, 5 * HOUR, None, ["it:court:1"]),
        ]
        assert [p.blocked for p in history.periods("never.example")] == [False]

    def test_a_period_begins_with_its_instant_and_ends_before_the_next(
        self, history: History
    ) -> None:
        step = timedelta(milliseconds=1)
        for at, blocked in (
            (BEGIN - step, None), (BEGIN, False), (BEGIN + HOUR - step, False),
            (BEGIN + HOUR, True), (BEGIN + 3 * HOUR - step, True), (BEGIN + 3 * HOUR, False),
            (BEGIN + 5 * HOUR, True), (datetime.now(UTC), True),
            (datetime.now(UTC) + HOUR, None),
        ):  # fmt: skip
            assert history.was_blocked("bad.example", at).in_force is blocked, at
        found = history.was_blocked("bad.example", BEGIN + 2.5 * HOUR)
        assert found.since == BEGIN + HOUR

    def test_a_confidential_order_is_named_only_in_the_library(self, tmp_path: Path) -> None:
        order = Order(id="secret", targets=(parse_target("bad.example"),), confidential=True)
        with new_history(tmp_path / "s") as history:
            cycle = RecordedCycle(orders=[order], image=compile_orders([order]))
            history.append(cycle, key=KEY, now=BEGIN)
            (found,) = history.was_blocked("bad.example", BEGIN).orders
            assert found.confidential


@pytest.mark.no_core
class TestServing:
    def test_an_output_serves_no_order_that_it_leaves_out(self, tmp_path: Path) -> None:
        target = (parse_target("bad.example"),)
        secret = Order(id="secret", targets=target, confidential=True)
        orders = [secret, Order(id="open", targets=(parse_target("old.example"),))]
        image = compile_orders(orders)
        about = {"output": "bind", "resolver": "", "without_confidential": True}
        facts = {"image": image.digest, "format": "rpz", "digest": "0" * 64}
        written = RecordedEvent(kind="output", facts=facts, details=about)
        events = (written, served(image.digest, BEGIN, "127.0.0.1:53"))
        with new_history(tmp_path / "h") as history:
            history.append(
                RecordedCycle(orders=orders, image=image, events=events), key=KEY, now=BEGIN
            )
            left, kept = (history.was_blocked(n, BEGIN) for n in ("bad.example", "old.example"))
            assert (left.in_force, left.serving) == (True, Serving.INTRODUCED)
            assert (kept.in_force, kept.serving) == (True, Serving.SERVED)
            orders[1] = Order(id="open", targets=target)  # the same name, in public too
            image = compile_orders(orders)
            facts = {**facts, "image": image.digest}
            events = (
                RecordedEvent(kind="output", facts=facts, details=about),
                served(image.digest, BEGIN + HOUR, "127.0.0.1:53"),
            )
            cycle = RecordedCycle(orders=orders, image=image, events=events)
            history.append(cycle, key=KEY, now=BEGIN + HOUR)
            found = history.was_blocked("bad.example", BEGIN + HOUR)
            assert found.serving is Serving.SERVED

    def test_in_force_and_served_are_told_apart(self, tmp_path: Path) -> None:
        one = [Order(id="a", targets=(parse_target("old.example"),))]
        two = [*one, Order(id="b", targets=(parse_target("bad.example"),))]
        first, second = compile_orders(one), compile_orders(two)
        with new_history(tmp_path / "h") as history:

            def step(hour: int, orders: list[Order], *events: RecordedEvent) -> None:
                image = compile_orders(orders)
                cycle = RecordedCycle(orders=orders, image=image, events=events)
                history.append(cycle, key=KEY, now=BEGIN + hour * HOUR)

            def ask(hour: float) -> tuple[bool | None, Serving]:
                found = history.was_blocked("bad.example", BEGIN + hour * HOUR)
                return found.in_force, found.serving

            step(0, one)
            assert ask(0) == (False, Serving.NOT_RECORDED)
            step(1, one, served(first.digest, BEGIN + HOUR, "r1"),
                 served(first.digest, BEGIN + HOUR, "r2"))  # fmt: skip
            step(2, two)
            step(3, two, served(second.digest, BEGIN + 3 * HOUR, "r1"))
            step(4, two, served(second.digest, BEGIN + 4 * HOUR, "r2"))
            step(5, one)
            step(6, one, served(first.digest, BEGIN + 6 * HOUR, "r1"))
            step(7, one, served(first.digest, BEGIN + 7 * HOUR, "r2"))
            step(8, two, served("0" * 64, BEGIN + 8 * HOUR, "r1"))
            assert [ask(hour + 0.5) for hour in range(9)] == [
                (False, Serving.NOT_RECORDED),
                (False, Serving.NOT_SERVED),
                (True, Serving.INTRODUCED),
                (True, Serving.INTRODUCED),
                (True, Serving.SERVED),
                (False, Serving.LIFTED),
                (False, Serving.LIFTED),
                (False, Serving.NOT_SERVED),
                (True, Serving.INTRODUCED),
            ]
            found = history.was_blocked("bad.example", BEGIN + 4.5 * HOUR)
            assert [(r.resolver, r.since) for r in found.resolvers] == [
                ("r1", BEGIN + 3 * HOUR), ("r2", BEGIN + 4 * HOUR),
            ]  # fmt: skip
            assert (
                history.was_blocked("old.example", BEGIN + 8.5 * HOUR).resolvers[0].blocked is False
            )


@pytest.mark.no_core
class TestOutputs:
    def test_what_was_written_and_not_seen_is_being_introduced(self, tmp_path: Path) -> None:
        order = Order(id="a", targets=(parse_target("bad.example"),))
        image = compile_orders([order])
        written = RecordedEvent(
            kind="output", facts={"image": image.digest}, details={"output": "bind"}
        )
        with new_history(tmp_path / "h") as history:
            cycle = RecordedCycle(orders=[order], image=image, events=[written])
            history.append(cycle, key=KEY, now=BEGIN)
            for name, serving in (
                ("bad.example", Serving.INTRODUCED), ("good.example", Serving.NOT_SERVED),
            ):  # fmt: skip
                assert history.was_blocked(name, BEGIN).serving is serving


@pytest.mark.no_core
class TestFamilies:
    def test_files_of_one_list_share_a_family_and_are_told_apart(self, tmp_path: Path) -> None:
        """An edition has another id than the last; of two at once, the one that names it counts."""
        folder = tmp_path / "lists"
        folder.mkdir()
        with new_history(tmp_path / "h") as history:
            for hour, text in enumerate(("a.example\nb.example\n", "b.example\nc.example\n")):
                (folder / "list.txt").write_text(text)
                orders = load_orders(folder / "list.txt")
                cycle = RecordedCycle(orders=orders, image=compile_orders(orders))
                history.append(cycle, key=KEY, now=BEGIN + hour * HOUR)
            ids = {
                tuple(o.id for o in history.was_blocked("b.example", BEGIN + hour * HOUR).orders)
                for hour in range(2)
            }
            assert len(ids) == 2
            families = history.index.execute("SELECT count(*) FROM families").fetchone()
            assert families == (1,)
            series = [
                Order(id=f"s:{n}", series="s", targets=(parse_target(f"n{n}.example"),))
                for n in range(2)
            ]
            cycle = RecordedCycle(orders=series, image=compile_orders(series))
            history.append(cycle, key=KEY, now=BEGIN + 2 * HOUR)
            for n in range(2):
                found = history.was_blocked(f"n{n}.example", BEGIN + 3 * HOUR)
                assert [order.id for order in found.orders] == [f"s:{n}"]


def test_a_question_costs_a_millisecond(core: str, tmp_path: Path) -> None:
    if core == "pure" and not LONG:
        pytest.skip("the same code on either core")
    names_ = [f"name{n}.example{n % 50}.com" for n in range(size(50_000, 3_000))]
    order = Order(id="x", targets=tuple(parse_target(name) for name in names_))
    with new_history(tmp_path / "h") as history:
        for step in range(3):
            kept = replace(order, targets=order.targets[step:])
            cycle = RecordedCycle(orders=[kept], image=compile_orders([kept]))
            history.append(cycle, key=KEY, now=BEGIN + step * HOUR)
        assert history.was_blocked(names_[7], BEGIN).in_force
        with within(0.3):
            for name in names_[:100]:
                history.was_blocked(f"www.{name}", BEGIN + HOUR)
