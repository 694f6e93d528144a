"""Table 3 of the DSA's transparency report: rows, medians against NumPy, the check of a file."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from blocklist import Authority, Order, parse_target
from blocklist.cli.group import cli
from blocklist.errors import ConfigurationError
from blocklist.reports.dsacategories import CATEGORIES, MEMBER_STATES, NOT_SPECIFIED, category_of
from blocklist.reports.dsatable import HEADER, ReportingPeriod, check_table, dsa_table
from blocklist.reports.ordertimes import OrderTimes, ReportedOrder, ServedTimes

pd: Any = pytest.importorskip("pandas")
pytestmark = pytest.mark.no_core

YEAR = ReportingPeriod.of("2026")
START = datetime(2026, 1, 1, tzinfo=UTC)
ORDERS, ITEMS, INFORM, EFFECT = HEADER[6:10]
CODES = [
    "", "FILE", "KEYWORD_COPYRIGHT_INFRINGEMENT", "KEYWORD_PHISHING", "KEYWORD_TERRORIST_CONTENT",
    "STATEMENT_CATEGORY_PROTECTION_OF_MINORS", "STATEMENT_CATEGORY_VIOLENCE",
]  # fmt: skip


def reported(number: int, served: datetime | None = None, **fields: Any) -> ReportedOrder:
    said = {
        "id": f"x:{number}", "authority": Authority("a", "Authority"), "jurisdiction": "IT",
        "notified": START + timedelta(days=10), "targets": (parse_target("a.example"),), **fields,
    }  # fmt: skip
    times = OrderTimes(f"x:{number}", "record", outputs=(ServedTimes("dns", served),), doubts=())
    return ReportedOrder(Order(**said), times)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def total(one: ReportedOrder, *more: ReportedOrder) -> dict[str, str]:
    return rows(dsa_table([one, *more], YEAR, "DNS").text())[0]


@pytest.fixture(scope="module")
def made() -> list[ReportedOrder]:
    chance = random.Random(25)
    found = []
    for number in range(500):
        notified = START + timedelta(seconds=chance.randrange(365 * 86_400 - 7_200))
        served = notified + timedelta(seconds=chance.randrange(-9_000, 10**6))
        told = notified + timedelta(seconds=chance.randrange(10**5))
        names = chance.randrange(1, 5)
        found.append(
            reported(
                number,
                served if chance.random() < 0.9 else None,
                jurisdiction=chance.choice(["IT", "DE", "FR"]),
                notified=notified,
                acknowledged=told if chance.random() < 0.7 else None,
                category_code=chance.choice(CODES),
                targets=tuple(parse_target(f"n{n}.example") for n in range(names)),
            )
        )
    return found


class TestMadeOrders:
    def test_every_row_against_numpy(self, made: list[ReportedOrder]) -> None:
        table = dsa_table(made, YEAR, "DNS")
        orders = 0
        scope_category = ""
        for row in rows(table.text()):
            scope, name = row["Scope"], row["Category of illegal content"]
            if not name.startswith("KEYWORD_"):
                scope_category = name
            these = [
                one for one in made
                if scope in ("TOTAL", one.order.jurisdiction) and _is_in(one, name, scope_category)
            ]  # fmt: skip
            orders += len(these)
            assert int(row[ORDERS]) == len(these)
            assert int(row[ITEMS]) == sum(len(one.order.targets) for one in these)
            informed = waits((o.notified, o.acknowledged) for o, _ in these)
            effect = [
                max(span, timedelta())
                for span in waits((o.notified, t.outputs[0].first) for o, t in these)
            ]
            for column, spans in ((INFORM, informed), (EFFECT, effect)):
                if spans:
                    hours = np.median(np.array(spans, "timedelta64[us]").astype("int64"))
                    assert abs(float(row[column]) - hours / 3.6e9) <= 0.00501
                else:
                    assert row[column] == ""
        # Each in TOTAL and in its country: in the row TOTAL, in a category, and some in a keyword.
        keywords = sum(one.order.category_code.startswith("KEYWORD") for one in made)
        assert orders == 2 * (2 * 500 + keywords)

    def test_second_readers_agree(self, made: list[ReportedOrder]) -> None:
        text = dsa_table(made, YEAR, "DNS").text()
        ours = rows(text)
        by_pandas = pd.read_csv(io.StringIO(text), keep_default_na=False, dtype=str)
        by_polars = pl.read_csv(text.encode(), infer_schema=False).fill_null("")
        assert tuple(by_pandas.columns) == HEADER
        by_polars.columns = list(HEADER)  # it leaves doubled quotes in headers as they are
        assert by_pandas.to_dict("records") == by_polars.to_dicts() == ours
        numbers = pd.read_csv(io.StringIO(text))
        assert numbers[ORDERS].dtype == numbers[ITEMS].dtype == "int64"
        assert numbers[EFFECT].dtype == "float64"
        assert numbers[ORDERS][0] == 500

    def test_rows(self, made: list[ReportedOrder]) -> None:
        found = rows(dsa_table(made, YEAR, "DNS").text())
        below = 1 + sum(1 + len(keywords) for keywords in CATEGORIES.values()) + 1
        assert len(found) == below * (1 + len(MEMBER_STATES)) == below * 28
        assert [row["Scope"] for row in found[::below]] == ["TOTAL", *MEMBER_STATES]
        assert found[0]["Category of illegal content"] == "TOTAL"
        assert found[below - 1]["Category of illegal content"] == NOT_SPECIFIED
        assert {row["Reporting period"] for row in found} == {"2026-01-01/2026-12-31"}
        assert {row["Applicability"] for row in found} == {"All"}
        assert not any(row[column] for row in found for column in HEADER[10:13])


def waits(pairs: Iterable[tuple[Any, Any]]) -> list[timedelta]:
    """Return how long each took that has an end."""
    return [end - begin for begin, end in pairs if end]


def _is_in(one: ReportedOrder, name: str, category: str) -> bool:
    """Whether an order belongs to a row, worked out anew."""
    code = one.order.category_code
    if name == "TOTAL":
        return True
    if name.startswith("KEYWORD_"):
        return code == name and name in CATEGORIES[category]
    known = code in CATEGORIES or any(code in keywords for keywords in CATEGORIES.values())
    if name == NOT_SPECIFIED:
        return not known
    return code == name or code in CATEGORIES[name]


def test_the_header_is_that_of_published_reports() -> None:
    """As two programs that read published reports spell it, with its uneven capitals."""
    assert len(HEADER) == 20
    act, info = "to act against illegal content", "to provide information"
    told = "Median time to inform the authority of the receipt of the order"
    context = "Contextual information on"
    items = f"specific items of information included in the total number of orders {act}"
    assert HEADER[6:] == (
        f"Number of orders {act} received",
        f"Number of {items}",
        f"{told} {act}",
        f"Median time to give effect to the order {act}",
        f"Number of orders {info}",
        f"{told} {info}",
        f"Median time to give effect to the order {info}",
        f"{context} number of orders {act} received",
        f"{context} number of {items}",
        f"{context} {told} {act}",
        f"{context} Median time to give effect to the order {act}",
        f"{context} Number of orders {info}",
        f"{context} {told} {info}",
        f"{context} Median time to give effect to the order {info}",
    )


class TestWhatCounts:
    @pytest.mark.parametrize(
        ("fields", "counts"),
        [
            ({}, 1),
            ({"notified": date(2026, 1, 1)}, 1),
            ({"notified": date(2026, 12, 31)}, 1),
            ({"notified": date(2025, 12, 31)}, 0),
            ({"notified": datetime(2025, 12, 31, 23, 30, tzinfo=UTC)}, 1),  # 2026 in Rome
            ({"notified": datetime(2026, 12, 31, 23, 30, tzinfo=UTC)}, 0),
            ({"authority": Authority.named("operator")}, 0),
            ({"jurisdiction": ""}, 0),
            ({"jurisdiction": "CH"}, 0),
            ({"notified": None}, 0),
            ({"confidential": True}, 1),
        ],
    )
    def test_orders(self, fields: dict[str, Any], counts: int) -> None:
        assert int(total(reported(1, **fields))[ORDERS]) == counts

    def test_what_does_not_count_is_said(self) -> None:
        odd: list[dict[str, Any]] = [
            {"jurisdiction": ""},
            {"jurisdiction": "CH"},
            {"notified": None},
        ]
        table = dsa_table([reported(n, **fields) for n, fields in enumerate(odd)], YEAR, "DNS")
        assert "2 without a day or a country are not counted" in table.rows[0][13]
        said = " ".join(table.notes)
        for word in ("country of the authority", "outside the European Union", "write notified"):
            assert word in said

    def test_the_record_stands_in_for_the_day_of_notification(self) -> None:
        order, _ = reported(1, notified=None)
        times = OrderTimes("x", "record", accepted=START + timedelta(days=3))
        row = total(ReportedOrder(order, times))
        assert row[ORDERS] == "1"
        assert "1 without that date count from when they were recorded" in row[HEADER[13]]

    def test_an_edition_counts_its_new_items(self) -> None:
        def edition(serial: int, *names: str, **more: Any) -> ReportedOrder:
            targets = tuple(map(parse_target, names))
            return reported(serial, series="s", serial=serial, targets=targets, **more)

        first = edition(1, "a.example", "b.example", notified=date(2025, 12, 1))
        second, third = edition(2, "a.example", "b.example", "c.example"), edition(3, "d.example")
        assert (total(third, first, second)[ORDERS], total(third, first, second)[ITEMS]) == (
            "2",
            "2",
        )
        assert total(second)[ITEMS] == "3"

    def test_days_are_counted_long_and_effect_before_notification_as_none(self) -> None:
        day = date(2026, 3, 10)
        begin = datetime(2026, 3, 9, 23, tzinfo=UTC)  # of that day in Rome
        row = total(reported(1, begin + timedelta(hours=36), notified=day, acknowledged=day))
        assert (row[INFORM], row[EFFECT]) == ("24", "36")
        assert total(reported(1, begin - timedelta(hours=1), notified=day))[EFFECT] == "0"

    def test_effect_waits_for_the_last_output(self) -> None:
        order, _ = reported(1)
        hours = [START + timedelta(days=10, hours=n) for n in (1, 5, 90)]
        outputs = (
            ServedTimes("a", hours[0]), ServedTimes("b", hours[1]),
            ServedTimes("later", hours[2], counts=False),
        )  # fmt: skip
        assert total(ReportedOrder(order, OrderTimes("x", outputs=outputs)))[EFFECT] == "5"
        waiting = (*outputs, ServedTimes("c"))
        assert total(ReportedOrder(order, OrderTimes("x", outputs=waiting)))[EFFECT] == ""
        stated = ReportedOrder(*reported(1, complied=START + timedelta(days=10, hours=7)))
        row = total(stated)
        assert row[EFFECT] == "7"
        assert "of 1 by the provider's own statement" in row[HEADER[16]]

    def test_other_is_described_but_not_of_confidential_orders(self) -> None:
        code = "STATEMENT_CATEGORY_VIOLENCE"
        orders = [
            reported(1, category_code=code, category_other="duels"),
            reported(2, category_code=code, category_other="=zqxcanary", confidential=True),
        ]
        text = dsa_table(orders, YEAR, "=DNS").text()
        assert "zqxcanary" not in text
        (row,) = (r for r in rows(text) if r[HEADER[4]] and r["Scope"] == "IT")
        assert (row[HEADER[3]], row[HEADER[4]], row[ORDERS]) == ("KEYWORD_OTHER", "duels", "2")
        assert row["Service"] == "'=DNS"

    def test_no_keyword_is_of_two_categories(self) -> None:
        words = [w for keywords in CATEGORIES.values() for w in keywords if w != "KEYWORD_OTHER"]
        assert len(words) == len(set(words))
        assert category_of("KEYWORD_OTHER") == (NOT_SPECIFIED, "")


@pytest.mark.parametrize("text", ["26", "2026-1-1/2026-2-2", "2026-02-30/2026-03-01", "2026-12/31",
                                  "2026-03-01/2026-02-01", "0000", ""])  # fmt: skip
def test_a_period_that_is_none(text: str) -> None:
    with pytest.raises(ConfigurationError, match="neither a year"):
        ReportingPeriod.of(text)


class TestCheck:
    @pytest.mark.parametrize(
        ("column", "value", "said"),
        [
            (2, "2025-12/31", "'2025-12/31' is not a period"),
            (2, "2026", "'2026' is not two days"),
            (3, "KEYWORD_NEW", "'KEYWORD_NEW' is not a category"),
            (5, "Italy", "'Italy' is not a scope"),
            (6, "TOTAL", "'TOTAL' is not a number: Number of orders"),
            (9, "1,5", "'1,5' is not a number: Median"),
            (9, "-1", "'-1' is not a number: Median"),
        ],
    )  # fmt: skip
    def test_one_bad_cell(self, column: int, value: str, said: str) -> None:
        table = dsa_table([reported(1)], YEAR, "DNS")
        assert [*check_table(table.text())] == []
        table.rows[7][column] = value
        faults = [*check_table(table.text())]
        assert faults
        assert all(fault.startswith("line 9: ") for fault in faults)
        assert said in " ".join(faults)

    def test_columns(self) -> None:
        table = dsa_table([reported(1)], YEAR, "DNS")
        del table.rows[0][-1]
        assert [*check_table(table.text())] == ["line 2: 19 columns, not 20"]
        assert [*check_table("a,b\r\n")] == ["line 1: not the header of table 3"]
        assert [*check_table("")] == ["line 1: not the header of table 3"]


class TestCommand:
    ORDER = """[[order]]
id = "it:1"
authority = "Tribunale di Prova"
jurisdiction = "IT"
notified = 2026-03-01
category_code = "KEYWORD_PHISHING"
targets = ["a.example", "b.example"]
"""

    def test_a_file_is_written_and_checked(self, tmp_path: Path) -> None:
        (tmp_path / "order.toml").write_text(
            self.ORDER + '[[order]]\nid = "x"\nauthority = "T"\ntargets = ["c.example"]\n'
        )
        out = tmp_path / "table.csv"
        arguments = ["report", "dsa", str(tmp_path / "order.toml"), "--period", "2026"]
        result = CliRunner().invoke(cli, [*arguments, "--service", "Prova", "-o", str(out)])
        assert (result.exit_code, result.stdout) == (0, ""), result.output
        assert "1 order not counted" in result.stderr
        found = rows(out.read_bytes().decode())
        assert (found[0][ORDERS], found[0][ITEMS], found[0]["Service"]) == ("1", "2", "Prova")
        printed = CliRunner().invoke(cli, [*arguments, "--service", "Prova"])
        assert printed.stdout_bytes == out.read_bytes()

    def test_what_is_wrong(self, tmp_path: Path) -> None:
        path = tmp_path / "order.toml"
        path.write_text(self.ORDER)
        for arguments, said in (
            ([str(path), "--period", "26"], "neither a year"),
            (["--period", "2026"], "give SOURCE"),
            ([str(path), "--period", "2026", "-o", str(path)], "would replace what is read"),
        ):
            result = CliRunner().invoke(cli, ["report", "dsa", "--service", "x", *arguments])
            assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
        assert path.read_text() == self.ORDER
