from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from helpers import blocklist_of, order

from blocklist import (
    CompileError,
    Order,
    Rule,
    Span,
    TargetKind,
    compile_orders,
    load_orders,
    parse_target,
)
from blocklist.compiler.covered import CoveredRules
from blocklist.compiler.rules import gather_rules, select_orders
from blocklist.compiler.ruletable import RuleTable
from blocklist.compiler.suffixtrie import encode_trie

pytestmark = pytest.mark.no_core

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
SUBTREE, EXACT = TargetKind.SUBTREE, TargetKind.EXACT


def ids(orders: list[Order], jurisdiction: str | None = None) -> list[str]:
    return [o.id for o in select_orders(orders, NOON, jurisdiction).orders]


def test_selection_by_time() -> None:
    orders = [
        order("a.com", id="now"),
        order("a.com", id="later", effective_from=date(2024, 7, 1)),
        order("a.com", id="over", expires=date(2024, 5, 31)),
        order("a.com", id="last day", expires=date(2024, 6, 1)),
        order("a.com", id="revoked", revoked=date(2024, 6, 1)),
        order("a.com", id="suspended", suspended=(Span(date(2024, 5, 1), date(2024, 6, 1)),)),
    ]
    selection = select_orders(orders, NOON, None)
    assert [o.id for o in selection.orders] == ["last day", "now"]
    assert dict(selection.skipped)["later"].startswith("pending at 2024-06-01")
    assert dict(selection.skipped)["suspended"].startswith("suspended")
    assert selection.valid_until == datetime(2024, 6, 2, tzinfo=UTC)


def test_selection_by_jurisdiction() -> None:
    orders = [
        order("a.com", id="anywhere"),
        order("a.com", id="it", jurisdiction="IT"),
        order("a.com", id="eu", jurisdiction="BE", territory=("BE", "IT")),
        order("a.com", id="de", jurisdiction="DE"),
    ]
    assert ids(orders, "IT") == ["anywhere", "eu", "it"]
    assert ids(orders) == ["anywhere", "de", "eu", "it"]


def test_an_order_abroad_does_not_change_how_long_the_answer_holds() -> None:
    abroad = order("a.com", id="de", jurisdiction="DE", expires=date(2024, 6, 5))
    assert select_orders([order("a.com"), abroad], NOON, "IT").valid_until is None


def test_editions_and_supersession() -> None:
    old = order("a.com", "gone.com", id="list:1", series="s", serial=1)
    new = order("a.com", id="list:2", series="s", serial=2)
    other = order("b.com", id="other", series="t", serial=1)
    fixed = order("c.com", id="fixed", supersedes=("other",))
    assert ids([old, new, other, fixed]) == ["fixed", "list:2"]
    skipped = dict(select_orders([old, new, other, fixed], NOON, None).skipped)
    assert skipped == {"list:1": "superseded by list:2", "other": "superseded by fixed"}


def test_an_edition_that_is_not_in_force_yet_supersedes_nothing() -> None:
    old = order("a.com", id="list:1", series="s", serial=1)
    new = order("a.com", id="list:2", series="s", serial=2, effective_from=date(2024, 7, 1))
    assert ids([new, old]) == ["list:1"]


def test_the_same_order_twice_counts_once_and_another_with_its_id_is_refused() -> None:
    assert ids([order("a.com"), order("a.com")]) == ["it:test:1"]
    with pytest.raises(CompileError, match="two different orders have the id 'it:test:1'"):
        select_orders([order("a.com"), order("b.com")], NOON, None)


def test_a_name_ordered_twice_stays_blocked_when_one_order_is_lifted() -> None:
    agcom = order("limetorrents.pro", id="agcom")
    court = order("limetorrents.pro", id="court")
    lifted = order("limetorrents.pro", id="court", revoked=date(2024, 5, 1))
    both = blocklist_of_orders(agcom, court)
    match = both.match("www.limetorrents.pro")
    assert match is not None
    assert [o.id for o in match.orders] == ["agcom", "court"]
    one = blocklist_of_orders(agcom, lifted)
    match = one.match("www.limetorrents.pro")
    assert match is not None
    assert [o.id for o in match.orders] == ["agcom"]


def blocklist_of_orders(*orders: Order):  # type: ignore[no-untyped-def]
    from blocklist import Blocklist

    return Blocklist(compile_orders(orders, at=NOON))


def test_one_file_under_two_names_counts_once() -> None:
    data = b"\n0000001_2022.30.06\n\na.com\n"
    both = load_orders(data, name="a.txt") + load_orders(data, name="b.txt")
    assert [o.source.path for o in select_orders(both, NOON, None).orders] == ["a.txt"]
    assert [o.source.path for o in select_orders(both[::-1], NOON, None).orders] == ["a.txt"]


@pytest.mark.parametrize("change", [{"jurisdiction": "SM"}, {"scope": "exact"}])
def test_one_file_read_in_two_ways_is_not_one_order(change: dict[str, Any]) -> None:
    data = b"\n0000001_2022.30.06\n\na.com\n"
    both = [*load_orders(data, name="a.txt"), *load_orders(data, name="a.txt", **change)]
    with pytest.raises(CompileError, match="two different orders"):
        select_orders(both, NOON, None)


def test_a_shrunken_edition_is_a_warning() -> None:
    old = order(*(f"n{i}.com" for i in range(10)), id="list:1", series="s", serial=1)
    new = order("n1.com", id="list:2", series="s", serial=2)
    (warning,) = select_orders([old, new], NOON, None).warnings
    assert "was it cut short?" in warning


def test_orders_that_supersede_each_other_are_an_error() -> None:
    one = order("a.com", id="1", supersedes=("2",))
    two = order("a.com", id="2", supersedes=("1",))
    for orders in ([order("a.com", id="1", supersedes=("1",))], [one, two]):
        with pytest.raises(CompileError, match="superseded by itself"):
            select_orders(orders, NOON, None)


def subtrees(table: RuleTable) -> set[str]:
    """The names blocked with all below them, in columns or by themselves."""
    names = {rule.value for rule in table.rules if rule.kind is SUBTREE and not rule.allow}
    for column in table.columns:
        assert column.kind is SUBTREE
        names.update(column.names.decode("ascii").split())
    return names


def raws(table: RuleTable) -> set[str]:
    return {raw for grounds in table.rules.values() for _, _, raw in grounds}


def test_duplicates_are_joined_with_all_their_grounds() -> None:
    table = gather_rules([order("a.com", "A.com.", "=a.com", "a.com"), order("a.com", id="2")])
    assert table.targets == 5
    assert table.rules == {
        Rule(SUBTREE, "a.com"): [(0, 1, ""), (0, 2, "A.com."), (0, 4, ""), (1, 1, "")],
        Rule(EXACT, "a.com"): [(0, 3, "=a.com")],
    }


def test_exceptions_are_rules_of_their_own() -> None:
    table = gather_rules([order("a.com", exceptions=["x.a.com", "=y.a.com"])])
    assert {rule for rule in table.rules if rule.allow} == {
        Rule(SUBTREE, "x.a.com", True),
        Rule(EXACT, "y.a.com", True),
    }


def test_widening_is_never_done_unless_asked() -> None:
    url = order("http://medium.com/@x", "https://[2001:db8::1]/y")
    assert {r.kind for r in gather_rules([url]).rules} == {TargetKind.URL}
    widened = gather_rules([url], widen_urls=True)
    assert list(widened.rules) == [
        Rule(SUBTREE, "medium.com"),
        Rule(TargetKind.ADDRESS, "2001:db8::1"),
    ]
    both = gather_rules([order("http://faß.de/x")], widen_urls=True)
    assert subtrees(both) == {"xn--fa-hia.de", "fass.de"}


@pytest.mark.parametrize("strip_www", [False, True])
def test_widening_and_stripping_reach_the_targets_of_a_list(strip_www: bool) -> None:
    orders = load_orders(
        "keep.example\nhttp://x.example/p\nwww.faß.example\n".encode(), format="plain"
    )
    table = gather_rules(orders, widen_urls=True, strip_www=strip_www)
    www = "" if strip_www else "www."
    assert subtrees(table) == {
        "keep.example", "x.example", f"{www}xn--fa-hia.example", f"{www}fass.example",
    }  # fmt: skip


def test_www_is_kept_unless_the_caller_strips_it() -> None:
    named = order("www.a.com", "www.com", "www.co.uk", "=www.b.com", "http://www.c.com/p")
    assert subtrees(gather_rules([named])) == {"www.a.com", "www.com", "www.co.uk"}
    stripped = gather_rules([named], strip_www=True)
    assert subtrees(stripped) == {"a.com", "www.com", "www.co.uk"}
    assert Rule(EXACT, "b.com") in stripped.rules
    assert Rule(TargetKind.URL, "www.c.com/p") in stripped.rules


def test_covered_rules_stay_and_are_reported_with_what_covers_them() -> None:
    table = gather_rules(
        [
            order("a.com", "x.a.com", "=y.a.com", "*.z.a.com", "*.b.com", "q.b.com", "=a.com"),
            order("c.com", "in.c.com", "x.in.c.com", id="2", exceptions=["in.c.com"]),
        ]
    )
    sections, _, _ = encode_trie(table, dict.fromkeys(raws(table), 0))
    assert CoveredRules(table, sections) == [
        ("*.z.a.com", "a.com"),
        ("=a.com", "a.com"),
        ("=y.a.com", "a.com"),
        ("q.b.com", "*.b.com"),
        ("x.a.com", "a.com"),
    ]
    blocked = blocklist_of("a.com", "x.a.com")
    assert [m.rule.text for m in blocked.match_all("x.a.com")] == ["x.a.com", "a.com"]


def test_notes_and_warnings_reach_the_report() -> None:
    noted = order("example.com:8080", warnings=("low confidence",))
    assert gather_rules([noted]).warnings == [
        "it:test:1: low confidence",
        "it:test:1:1: port 8080 left out: the whole host is blocked",
    ]


def test_every_suffix_takes_the_icann_part_of_the_list() -> None:
    table = gather_rules([Order(id="x", targets=(parse_target("dasolo.{suffix}", line=3),))])
    assert {"dasolo.com", "dasolo.co.uk", "dasolo.xn--p1ai"} <= subtrees(table)
    assert "dasolo.github.io" not in subtrees(table)
    assert table.rules[Rule(SUBTREE, "dasolo.it")] == [(0, 3, "dasolo.{suffix}")]
