"""What an audit says: dates of orders, leaks, double events, clients, hostile names, limits."""

from __future__ import annotations

import csv
import os
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers import image, order
from scale import LONG

from blocklist import ConfigurationError, Image, ImageError, LogError, compile_orders
from blocklist.logs import Audit, audit, engine
from blocklist.model.orders import Span

pytestmark = pytest.mark.no_core

Line = tuple[str, str, str, str]


def log(path: Path, *lines: Line) -> str:
    """Write a log of times, names, clients and codes."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("time", "name", "client", "rcode"))
        writer.writerows(lines)
    return str(path)


def asked(some: Image, *logs: str, **options: Any) -> Audit:
    given: dict[str, Any] = {"zone": "Europe/Rome", "log_zone": "UTC", "min_clients": 1, **options}
    return audit(some, logs, **given)


def only(table: Any) -> dict[str, Any]:
    (row,) = table.to_pylist()
    found: dict[str, Any] = row
    return found


def test_shadow_orders_are_a_shadow_and_nothing_else(tmp_path: Path) -> None:
    real = image("shop.example")
    tried = compile_orders([order("cdn.example", id="s", shadow=True)], shadow=True)
    line = ("2026-11-05T10:00:00Z", "x.cdn.example", "192.0.2.7", "NOERROR")
    path = log(tmp_path / "log.csv", line)
    row = only(asked(real, path, shadow=tried).orders)
    assert (row["image"], row["order"], row["queries"]) == ("shadow", "s", 1)
    with pytest.raises(ImageError, match="is an image of shadow orders"):
        asked(tried, path)


def test_hits_are_set_against_the_dates_of_their_order(tmp_path: Path) -> None:
    some = compile_orders(
        [
            order("shop.example", id="a", jurisdiction="IT", effective_from=date(2026, 11, 5),
                  suspended=(Span(date(2026, 11, 8), date(2026, 11, 9)),),
                  expires=date(2026, 11, 20)),
            order("shop.example", id="b", effective_from=datetime(2026, 11, 6, 12, 30, tzinfo=UTC),
                  revoked=datetime(2026, 11, 15, 12, 30, tzinfo=UTC)),
        ],
        at=datetime(2026, 11, 7, tzinfo=UTC),
    )  # fmt: skip
    times = [
        "04T22:59:59", "04T23:00:00", "06T12:29:59", "06T12:30:00", "07T22:59:59", "07T23:00:00",
        "09T22:59:59", "09T23:00:00", "15T12:29:59", "15T12:30:00", "20T22:59:59", "20T23:00:00",
    ]  # fmt: skip
    lines = [(f"2026-11-{time}Z", "shop.example", "192.0.2.7", "NOERROR") for time in times]
    for zone in ("Europe/Rome", "Asia/Kolkata"):
        found = asked(some, log(tmp_path / "log.csv", *lines), zone=zone)
        states = ("before", "in_force", "suspended", "after")
        rows = {row["order"]: [row[name] for name in states] for row in found.orders.to_pylist()}
        assert rows == {"a": [1, 8, 2, 1], "b": [3, 6, 0, 3]}


def test_days_are_cut_in_the_zone(tmp_path: Path) -> None:
    times = ["24T21:59:59Z", "24T22:00:00Z", "25T22:59:59Z", "25T23:00:00Z", "25 01:30:00"]
    lines = [(f"2026-10-{time}", "a.example", "c", "") for time in times]
    path = log(tmp_path / "log.csv", *lines)
    found = asked(image("a.example"), path, log_zone="Europe/Rome")
    assert [(str(row["day"].date()), row["queries"]) for row in found.days.to_pylist()] == [
        ("2026-10-24", 1), ("2026-10-25", 3), ("2026-10-26", 1),
    ]  # fmt: skip
    hours = asked(image("a.example"), path, by="hour").days.to_pylist()
    assert [str(row["day"]) for row in hours] == [
        "2026-10-24 23:00:00", "2026-10-25 00:00:00", "2026-10-25 02:00:00", "2026-10-25 23:00:00",
        "2026-10-26 00:00:00",
    ]  # fmt: skip


def unbound(path: Path, count: int, replies: int) -> str:
    """Write both events of each query, and what a local zone adds."""
    lines = []
    for number in range(count):
        name = f"192.0.2.7 n{number}.shop.example. A IN"
        lines.append(f"[{1796035455 + number}] unbound[8:0] query: {name}")
        lines.append(
            f"[{1796035455 + number}] unbound[8:0] info: shop.example. static 192.0.2.7@5 "
            f"n{number}.shop.example. A IN"
        )
        if number < replies:
            lines.append(f"[{1796035456 + number}] unbound[8:0] reply: {name} NXDOMAIN 0.0 1 83")
    path.write_text("\n".join(lines))
    return str(path)


@pytest.mark.parametrize(
    ("replies", "counted", "blocked"), [(1000, "reply", 1000), (0, "query", 0), (500, "query", 0)]
)
def test_a_query_counts_once(replies: int, counted: str, blocked: int, tmp_path: Path) -> None:
    found = asked(image("shop.example"), unbound(tmp_path / "log", 1000, replies))
    assert found.files[0].counted == counted
    assert found.queries == found.hit == 1000
    assert only(found.orders)["queries"] == 1000
    assert only(found.orders)["blocked"] == blocked


def test_a_leak_is_an_answer_while_the_order_is_in_force(tmp_path: Path) -> None:
    squid = "{}.000     12 192.0.2.7 {} 3920 CONNECT shop.example:443 - HIER_DIRECT/192.0.2.9 -"
    (tmp_path / "log").write_text(
        "\n".join(
            squid.format(*line)
            for line in ((1796035455, "TCP_TUNNEL/200"), (1796035456, "TCP_DENIED/403"),
                         (1780000000, "TCP_TUNNEL/200"), (1796035457, "TCP_MISS/503"))
        )
    )  # fmt: skip
    some = compile_orders([order("shop.example", effective_from=date(2026, 11, 1))])
    found = asked(some, str(tmp_path / "log"))
    assert (found.hit, found.leaks, found.in_force_known, found.in_force_unknown) == (4, 1, 2, 1)
    row = only(found.orders)
    assert [row[key] for key in ("before", "blocked", "answered", "unknown")] == [1, 1, 2, 1]


# ---- who asked ----------------------------------------------------------------------------------


def many(clients: int, name: str, day: int = 1) -> list[Line]:
    return [(f"2026-11-{day:02}T12:00:00Z", name, f"198.51.100.{n}", "") for n in range(clients)]


def test_few_clients_are_neither_shown_nor_to_be_worked_out(tmp_path: Path) -> None:
    lines = [
        *many(9, "nine.example"), *many(10, "ten.example"), *many(25, "both.shop.example"),
        *many(27, "both.shop.example", 2), *many(3, "few.shop.example"),
        *many(34, "days.example"), *many(2, "days.example", 2),
    ]  # fmt: skip
    some = compile_orders(
        [order(f"{name}.example", id=name) for name in ("nine", "ten", "shop", "days")]
    )
    found = asked(some, log(tmp_path / "log.csv", *lines), min_clients=10)
    orders = {row["order"]: row["clients"] for row in found.orders.to_pylist()}
    assert orders == {"nine": "<10", "ten": "10", "shop": "≥20", "days": "≥30"}
    names = {row["name"]: row["clients"] for row in found.names.to_pylist()}
    assert names["few.shop.example"] == "<10"
    assert names["both.shop.example"] == "27"
    assert names["days.example"] == "≥30"


def test_networks_of_ipv6_and_mapped_addresses_are_one_client(tmp_path: Path) -> None:
    clients = ["2001:db8::1", "2001:db8::2", "2001:DB8:0:0:9::", "2001:db8:0:1::1", "192.0.2.7",
               "::ffff:192.0.2.7", "fe80::1%eth0", "a:b:pseudonym"]  # fmt: skip
    lines = [("2026-11-01T12:00:00Z", "a.example", client, "") for client in clients]
    path = log(tmp_path / "log.csv", *lines)
    assert only(asked(image("a.example"), path).orders)["clients"] == "5"
    assert only(asked(image("a.example"), path, prefix=48).orders)["clients"] == "4"
    assert only(asked(image("a.example"), path, prefix=128).orders)["clients"] == "7"


def test_a_log_without_clients_says_so(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("time,name\n2026-11-01T12:00:00Z,a.example\n")
    assert only(asked(image("a.example"), str(tmp_path / "log.csv")).orders)["clients"] is None


def test_no_client_and_no_confidential_name_is_in_any_output(tmp_path: Path) -> None:
    some = compile_orders(
        [
            order("open.example", id="open"),
            order("dark.example", "open.example", id="veiled", confidential=True),
        ]
    )
    lines = [*many(40, "w.open.example"), *many(40, "w.dark.example")]
    lines += [("2026-11-01T12:00:00Z", "w.open.example", "2001:db8:77::9", "")]
    found = asked(some, log(tmp_path / "log.csv", *lines), min_clients=10)
    found.to_csv(tmp_path / "out.csv")
    found.to_parquet(tmp_path / "out.parquet")
    shown = (tmp_path / "out.csv").read_text("utf-8") + str(
        pq.read_table(tmp_path / "out.parquet").to_pylist()
    )
    for table in (found.rows, found.names, found.orders, found.days):
        shown += str(table.to_pylist())
    shown += repr(found) + repr(found.files)
    for hidden in ("198.51.100", "2001:db8", "dark", "veiled"):
        assert hidden not in shown
    assert {row["order"] for row in found.orders.to_pylist()} == {"open", "(confidential) 1"}
    told = asked(some, log(tmp_path / "log.csv", *lines), confidential=True)
    assert {row["name"] for row in told.names.to_pylist()} == {"w.open.example", "w.dark.example"}


# ---- hostile names and files --------------------------------------------------------------------


def test_cells_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    labels = ["=cmd()", "-x", "@sum", "+1", "xn--fa-hia", "<script>", "\\027[31m"]
    names = [f"{label}.a.example" for label in labels]
    lines = [("2026-11-01T12:00:00Z", name, "c", "") for name in names]
    found = asked(image("a.example"), log(tmp_path / "log.csv", *lines))
    found.to_csv(tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    assert len(rows) == len(names)
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@"))
            assert cell.isprintable()
    assert "faß.a.example" in {row["unicode"] for row in rows}


def test_too_much_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    line = "[1796035455] unbound[8:0] query: 192.0.2.7 {}.example. A IN\n"
    path = tmp_path / "log"
    path.write_text("".join(line.format("a?" if n < 2 else "a") for n in range(100)))
    with pytest.raises(
        LogError, match=r"2\.0% of the queries cannot be read as unbound \(2 queries\)"
    ):
        asked(image("a.example"), str(path))
    found = asked(image("a.example"), str(path), lenient=True)
    assert (found.queries, found.unread, found.hit) == (98, 2, 98)
    path.write_text("".join(line.format("a?" if n < 1 else "a") for n in range(100)))
    assert asked(image("a.example"), str(path)).unread == 1
    path.write_text("[1796035455] unbound[8:0] info: nothing of interest\n" * 9)
    with pytest.raises(LogError, match="no query of a client in 9 lines read as unbound"):
        asked(image("a.example"), str(path), format="unbound")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("dnstap", "damaged, or not dnstap: nothing could be read"),
        ("pcap", "no capture in the format of pcap"),
        ("sqlite", "SQLite: file is not a database"),
        ("parquet", "No magic bytes found at end of file"),
        ("csv", "not clear which column is time"),
        ("squid", "no query of a client in 9 lines read as squid"),
    ],
)
def test_another_format_is_refused_with_the_path(form: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.log"
    path.write_text("nothing of that kind is here\n" * 9)
    with pytest.raises(LogError, match=message) as caught:
        asked(image("a.example"), str(path), format=form)
    assert str(caught.value).startswith(f"{path}: ")
    assert caught.value.path == str(path)
    assert "blocklist-log" not in str(caught.value)


def test_folders_globs_and_what_is_not_there(tmp_path: Path) -> None:
    for name in ("1.csv", "sub/2.csv", "sub/.hidden.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        log(tmp_path / name, ("2026-11-01T12:00:00Z", "a.example", "c", ""))
    some = image("a.example")
    for logs in (
        [tmp_path],
        [tmp_path / "*.csv", tmp_path / "sub"],
        [tmp_path / "1.csv", tmp_path],
    ):
        assert asked(some, *map(str, logs)).queries == 2
    for missing in (tmp_path / "no", tmp_path / "no*"):
        with pytest.raises(LogError, match="no such file, folder or glob with files"):
            asked(some, str(missing))
    with pytest.raises(LogError, match=r"as a glob|no such file"):  # Python 3.13 reads it as a*b
        asked(some, str(tmp_path / "a**b"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"when": "ts"}}, "columns are time, name, client"),
        ({"by": "week"}, "by is day or hour"),
        ({"min_clients": 0}, "at least 1"),
        ({"prefix": 0}, "1 to 128 bits"),
        ({"sinkholes": ["x"]}, "'x' is not an address of a sinkhole"),
    ],
)
def test_options_that_are_not_possible(
    options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = log(tmp_path / "log.csv", ("2026-11-01T12:00:00Z", "a.example", "c", ""))
    with pytest.raises(ConfigurationError, match=message):
        asked(image("a.example"), path, **options)


def test_an_order_without_names_is_not_judged(tmp_path: Path) -> None:
    some = compile_orders(
        [order("a.example", id="a"), order("b.example", id="b"), order("192.0.2.1", id="c"),
         order("http://d.example/x", id="d"), order("*kickass*", id="e")]
    )  # fmt: skip
    found = asked(some, log(tmp_path / "log.csv", ("2026-11-01T12:00:00Z", "a.example", "c", "")))
    assert (found.without, found.not_judged) == (2, 2)


def test_without_the_libraries_one_sentence_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def refusing(name: str, *rest: Any) -> Any:
        if name == "duckdb":
            raise ImportError("no duckdb", name="duckdb")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(ImportError, match='reading query logs needs the extra "logs": pip install'):
        asked(image("a.example"), "-")


# ---- memory and what stays ----------------------------------------------------------------------


def test_nothing_is_left_behind_also_on_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    good = log(tmp_path / "log.csv", *many(50, "a.example"))
    asked(image("a.example"), good, memory=64 << 20)
    (tmp_path / "bad").write_text("nothing")
    with pytest.raises(LogError):
        asked(image("a.example"), good, str(tmp_path / "bad"))
    assert list(folder.iterdir()) == []


def test_what_is_spilled_is_for_this_user_alone() -> None:
    with engine.connection(1 << 26, 1, None) as link:
        (folder,) = link.sql("SELECT current_setting('temp_directory')").fetchall()[0]
        assert Path(folder).parent.stat().st_mode & 0o777 == 0o700
    assert not Path(folder).parent.exists()


def test_too_little_memory_is_said_with_the_option() -> None:
    said = "more memory is needed than 32 MiB; give more with --memory"
    with pytest.raises(LogError, match=said), engine.connection(1 << 20, 1, None) as link:
        link.sql("SELECT list(range) FROM range(20000000)").fetchall()


@pytest.mark.skipif(not LONG, reason="long: 20 million rows")
def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    import resource

    link = engine.libraries("")[0].connect()
    link.execute(
        "COPY (SELECT to_timestamp(1796035455 + range // 10) AS time, CASE WHEN range % 200 = 0 "
        "THEN 'w' || range % 999 || '.a.example' ELSE 'n' || range % 600000 || '.test' END "
        "AS name, '192.0.2.' || range % 200 AS client FROM range(1000000)) TO "
        f"'{tmp_path}/0.parquet'"
    )
    paths = [str(tmp_path / f"{n}.parquet") for n in range(20)]
    for path in paths[1:]:
        os.link(paths[0], path)
    asked(image("a.example"), paths[0], memory=256 << 20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert asked(image("a.example"), *paths, memory=256 << 20).hit == 20 * 5000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
