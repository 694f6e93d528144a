from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from helpers import image, order
from hypothesis import given
from hypothesis import strategies as st

from blocklist import (
    Blocklist,
    CompileError,
    ConfigurationError,
    Order,
    Penalty,
    Term,
    check_edition,
    compile_orders,
    load_orders,
    parse_target,
)

ORDERS = [
    order("a.com", "b.a.com", "*x1x*", "faß.example", "192.0.2.7", id="it:1", jurisdiction="IT"),
    order("a.com", "=c.com", "A.COM", "http://d.example/p", id="it:2", exceptions=["b.a.com"]),
    order("*.e.com", "f.com", "*x2x*", id="de:1", jurisdiction="DE", expires=date(2030, 1, 1)),
    order("g.com", id="cz:1", title="žluťoučký", confidential=True),
]
AT = datetime(2024, 6, 1, tzinfo=UTC)


@given(st.permutations(ORDERS), st.permutations(["safe.a.com", "f.com", "198.51.100.7"]))
def test_any_sequence_of_the_same_orders_gives_the_same_octets(
    orders: list[Order], protect: list[str]
) -> None:
    wanted = compile_orders(ORDERS, at=AT, protect=["f.com", "198.51.100.7", "safe.a.com"])
    assert bytes(compile_orders(orders, at=AT, protect=protect)) == bytes(wanted)


@given(st.permutations(["a.com", "b.com", "x.a.com", "=a.com", "*.b.com", "*zzq*", "zzq*"]))
def test_any_sequence_of_the_lines_gives_the_same_answers(targets: list[str]) -> None:
    names = ["a.com", "x.a.com", "y.b.com", "b.com", "zzq", "xzzq", "c.com"]
    blocked = Blocklist(image(*targets))
    assert blocked.is_blocked_many(names) == [True] * 6 + [False]


def test_the_octets_do_not_depend_on_hash_seed_or_clock() -> None:
    code = (
        "from blocklist import compile_orders, load_orders;"
        "data = b'b.com\\na.com\\nx.{suffix}\\n*abc*\\n*abd*\\nfa\\xc3\\x9f.example\\n';"
        "print(compile_orders(load_orders(data, name='x', format='plain')).digest)"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Asia/Tokyo"), ("99", "America/New_York"))
    }
    assert len(digests) == 1


def test_the_instant_of_compiling_is_not_in_the_image() -> None:
    later = compile_orders(ORDERS, at=AT + timedelta(days=30))
    assert later.digest == compile_orders(ORDERS, at=AT).digest


def test_an_image_says_until_when_it_is_right() -> None:
    blocked = Blocklist(compile_orders(ORDERS, at=AT))
    # The German order ends with 1 January 2030 in Berlin.
    assert blocked.valid_until == datetime(2030, 1, 1, 23, tzinfo=UTC)
    assert Blocklist(compile_orders(ORDERS, at=AT, jurisdiction="it")).valid_until is None


def test_the_report_accounts_for_everything() -> None:
    report = compile_orders(ORDERS, at=AT, jurisdiction="IT").report
    assert report is not None
    assert report.rules == report.accepted == 10
    assert report.targets == 11
    assert report.orders == ("cz:1", "it:1", "it:2")
    assert report.skipped == (("de:1", "binds in DE, not in IT"),)
    assert "it:2" in report.warnings[0]
    assert "10 rules from 11 targets of 3 orders" in str(report)


def test_an_order_of_which_nothing_is_left_is_a_warning() -> None:
    report = compile_orders([order("a.com"), order("co.uk", id="empty")]).report
    assert report is not None
    assert report.warnings == ("empty: none of its targets is enforced; see the rejected targets",)


def test_at_must_be_aware() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compile_orders(ORDERS, at=datetime(2024, 6, 1))  # noqa: DTZ001


def test_a_large_list_is_compiled_in_one_go() -> None:
    names = "".join(f"n{i}.d{i % 1000}.example\n" for i in range(20_000))
    compiled = compile_orders(load_orders(names.encode(), name="big"))
    assert compiled.report is not None
    assert compiled.report.rules == 20_000
    assert len(json.loads(bytes(compiled.section("orders")))) == 1
    assert Blocklist(compiled).is_blocked("x.n777.d777.example")


@pytest.mark.parametrize(
    ("exceptions", "warned"),
    [
        (["cdn*.example.com"], True),
        (["http://example.com/ok"], True),
        (["other.org"], True),
        (["x.example.com"], False),
        (["*.example.com"], False),
    ],
)
def test_an_exception_that_changes_nothing_is_a_warning(
    exceptions: list[str], warned: bool
) -> None:
    report = compile_orders([order("example.com", exceptions=exceptions)]).report
    assert report is not None
    assert bool(report.warnings) is warned


@pytest.mark.parametrize(
    "bad",
    [
        {"deadline": Term(1, "month")},
        {"penalty": Penalty(Decimal(-5))},
        {"penalty": Penalty(Decimal(1), "EUR", "week")},
        {"id": ""},
        {"id": "operator:protected"},
        {"serial": -1},
        {"timezone": "Mars/Olympus"},
        {"deadline": datetime(2024, 1, 1)},  # noqa: DTZ001
    ],
    ids=str,
)
def test_an_order_that_no_image_could_give_back_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(CompileError):
        compile_orders([order("a.com", **bad)])


def test_country_codes_have_one_form() -> None:
    italian = order("a.com", jurisdiction="it", territory=("it", "sm"))
    assert (italian.jurisdiction, italian.territory) == ("IT", ("IT", "SM"))
    digests = {compile_orders([italian], jurisdiction=code).digest for code in ("it", "IT")}
    assert len(digests) == 1
    for wrong in ("ITA", "Italy", " IT", "1T"):
        with pytest.raises(ValueError, match="not a country code"):
            compile_orders([italian], jurisdiction=wrong)
        with pytest.raises(ValueError, match="not a country code"):
            order("a.com", jurisdiction=wrong)


def test_at_is_a_datetime() -> None:
    with pytest.raises(TypeError, match="at must be a datetime, not date"):
        compile_orders(ORDERS, at=date(2024, 1, 1))  # type: ignore[arg-type]
    naive = datetime(2024, 6, 1)  # noqa: DTZ001
    for orders in (ORDERS, ORDERS[:1], [order("a.com", issued=date(2024, 1, 1))], []):
        with pytest.raises(ConfigurationError, match="at needs a time zone"):
            compile_orders(orders, at=naive)
        with pytest.raises(ConfigurationError, match="'' is not a country code"):
            compile_orders(orders, jurisdiction="")
    with pytest.raises(TypeError, match="a country code must be str, such as 'IT', not int"):
        compile_orders(ORDERS, jurisdiction=39)  # type: ignore[arg-type]
    compiled = image("a.com")
    with pytest.raises(ConfigurationError, match="at needs a time zone"):
        check_edition(compiled, compiled, at=naive)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("x", r"not str: load_orders\(source\) reads them"),
        (b"x.example", r"not bytes: load_orders\(source\)"),
        (Path("x"), r"load_orders\(source\)"),
        (ORDERS[0], r"write compile_orders\(\[order\]\)"),
        (["x.example"], "orders must be Order objects, not str"),
        ([ORDERS[0], parse_target("secret.example")], "orders must be Order objects, not Target"),
        ([None], "orders must be Order objects, not NoneType"),
    ],
)
def test_what_is_no_order(wrong: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told) as caught:
        compile_orders(wrong)
    assert "example" not in str(caught.value)  # it may be confidential
