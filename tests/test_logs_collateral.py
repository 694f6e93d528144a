"""What orders would take down in query logs: levels, reasons, dependence, and what stays hidden."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import image, order

from blocklist import Blocklist, CompileError, ConfigurationError, ImageError, Order, compile_orders
from blocklist.logs import Collateral, collateral
from blocklist.logs.reach import Limits, networks_in
from blocklist.model.orders import Span

pytestmark = pytest.mark.no_core

Line = tuple[str, ...]
TIME = "2026-11-{:02}T10:00:00"


def log(path: Path, *lines: Line, head: Line = ("time", "name", "client", "qtype")) -> str:
    """Write a log."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(lines)
    return str(path)


def asked(name: str, clients: int, *more: str, first: int = 0) -> list[Line]:
    """A query of each of some clients, on the days of a month."""
    return [
        (TIME.format(1 + c % 30), name, f"198.51.{c >> 8}.{c & 255}", *(more or ("A",)))
        for c in range(first, first + clients)
    ]


def judged(orders: Order | list[Order], *logs: str, **options: Any) -> Collateral:
    given = orders if isinstance(orders, list) else [orders]
    return collateral(given, logs, log_zone="UTC", **options)


def levels(found: Collateral) -> dict[str, str]:
    return {row["target"]: row["level"] for row in found.targets.to_pylist()}


def target(found: Collateral, text: str) -> dict[str, Any]:
    (row,) = [row for row in found.targets.to_pylist() if row["target"] == text]
    made: dict[str, Any] = row
    return made


def test_each_kind_of_finding(tmp_path: Path) -> None:
    tenants = [line for n in range(12) for line in asked(f"shop{'abcdefghijkl'[n]}x.many.com", 1,
                                                         first=500 + n)]  # fmt: skip
    path = log(
        tmp_path / "log.csv",
        *asked("www.reach.com", 30), *asked("cdn.part.giant.com", 20), *asked("quiet.com", 5),
        *asked("mail.post.com", 3, "MX"), *tenants, *asked("elsewhere.net", 1000, first=1000),
    )  # fmt: skip
    found = judged(
        order("reach.com", "part.giant.com", "small.giant.com", "giant.com", "known.com",
              "*.many.com", "quiet.com", "post.com", "never.com", "co.uk", "amazonaws.com",
              "bank.com", "mistyped.cmo", "quiet.co.za", "x.quiet.ck", "http://quiet.com/page",
              "=below.mine.net",
              "192.0.2.7", "203.0.113.0/24", "8.8.4.4"),
        path,
        popular=["giant.com", *(f"x{n}.net" for n in range(5)), "known.com"],
        protect=["mine.net", "login.bank.com", "8.8.4.4"],
        networks=[*networks_in(_networks(tmp_path))],
        limits=Limits(stop_rank=3, look_rank=50, reach=0.0175),
    )  # fmt: skip
    assert levels(found) == {
        "co.uk": "stop", "amazonaws.com": "stop", "giant.com": "stop", "part.giant.com": "stop",
        "bank.com": "stop", "=below.mine.net": "stop", "192.0.2.7": "stop",
        "203.0.113.0/24": "stop", "8.8.4.4": "stop",
        "known.com": "look", "reach.com": "look", "*.many.com": "look",
        "mistyped.cmo": "note", "never.com": "note", "post.com": "note",
        "small.giant.com": "note", "quiet.com/page": "note", "quiet.com": "",
        "quiet.co.za": "note", "x.quiet.ck": "note",
    }  # fmt: skip
    reasons = {row["target"]: row["reasons"] for row in found.targets.to_pylist()}
    assert "public suffix" in reasons["co.uk"]
    assert "--permit" not in reasons["co.uk"]
    assert "public suffixes" in reasons["amazonaws.com"]
    assert reasons["part.giant.com"] == (
        "part of giant.com, number 1 of the popularity list, and at least 1.75% of the clients "
        "ask for it; at least 1.75% of the clients ask for it"
    )
    assert reasons["bank.com"].startswith("blocks login.bank.com or is part of it")
    assert "192.0.2.0/24 (Example CDN)" in reasons["192.0.2.7"]
    assert "names on it not judged: no log holds answers" in reasons["203.0.113.0/24"]
    assert "203.0.113.128/25" in reasons["203.0.113.0/24"]
    assert reasons["*.many.com"].startswith("many share it: at least 10 names")
    assert "mail is in use" in reasons["post.com"]
    assert "no top-level domain cmo" in reasons["mistyped.cmo"]
    for name in ("quiet.co.za", "x.quiet.ck"):  # in the list below a name, or by a wildcard alone
        assert reasons[name] == "no query in the logs: dead, or not yet known"
    row = target(found, "reach.com")
    assert (row["queries"], row["clients"], row["per_day"]) == (30, "30", 1.0)
    assert row["share"] == pytest.approx(30 / found.clients, abs=1e-5)
    assert [row["level"] for row in found.orders.to_pylist()] == ["stop"]
    assert found.orders["stop"].to_pylist() == [9]


def _networks(folder: Path) -> Path:
    path = folder / "networks.txt"
    path.write_text("# shared\n192.0.2.0/24 Example CDN\n203.0.113.128/25,cloud\n2001:db8::/32\n")
    return path


def test_who_depends_on_a_target(tmp_path: Path) -> None:
    head = ("time", "name", "client", "answers")
    path = log(
        tmp_path / "log.csv",
        *(line for n in range(3)
          for line in asked(f"www.owner{n}.org", 12, "edge.cdn.net,203.0.113.9")),
        *asked("rare.elsewhere.org", 2, "edge.cdn.net"),
        *asked("img.cdn.net", 11, "203.0.113.9"),
        *asked("free.org", 11, "203.0.113.10"),
        head=head,
    )  # fmt: skip
    found = judged([order("cdn.net", "203.0.113.9", "203.0.113.64/28")], path)
    row = target(found, "cdn.net")
    assert row["level"] == "look"
    assert row["reasons"] == (
        "at least 0.25% of the clients ask for it; answers lead to it for 3 other domains: "
        "owner0.org, owner1.org, owner2.org"
    )
    assert target(found, "203.0.113.9")["level"] == "look"
    assert target(found, "203.0.113.64/28")["level"] == ""
    depends = [(row["target"], row["name"], row["clients"]) for row in found.rows.to_pylist()
               if row["kind"] == "depends"]  # fmt: skip
    assert depends == [
        *(("cdn.net", f"www.owner{n}.org", "12") for n in range(3)),
        ("cdn.net", "(other names)", "<10"),
        *(("203.0.113.9", f"www.owner{n}.org", "12") for n in range(3)),
    ]
    assert "alias" not in " ".join(found.not_judged)


def test_a_query_whose_answer_leads_to_a_target_twice_counts_once(tmp_path: Path) -> None:
    chain = "edge.cdn.net,node.cdn.net"
    path = log(
        tmp_path / "log.csv",
        *asked("www.owner.org", 12, chain),
        *asked("rare.owner.org", 2, chain), *asked("rare.owner.org", 2, "node.cdn.net"),
        *asked("rare.other.org", 3, "edge.cdn.net"),
        head=("time", "name", "client", "answers"),
    )  # fmt: skip
    found = judged(order("cdn.net"), path)
    depends = [(row["name"], row["queries"], row["clients"]) for row in found.rows.to_pylist()
               if row["kind"] == "depends"]  # fmt: skip
    assert depends == [("www.owner.org", 12, "12"), ("(other names)", 7, "<10")]


def test_a_log_without_clients_or_answers_says_what_it_cannot_tell(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", *((TIME.format(1), "a.com") for _ in range(50)),
               head=("time", "name"))  # fmt: skip
    found = judged([order("a.com", "192.0.2.1")], path)
    assert found.not_judged == (
        "reach and shared use: no log names clients",
        "who depends on a target by an alias: no log holds answers",
        "what is on ordered addresses: no log holds answers",
        "popularity: no list is given",
        "shared networks: no prefixes are given",
    )
    row = target(found, "a.com")
    assert (row["level"], row["queries"], row["clients"], row["share"]) == ("", 50, None, None)


def test_counts_that_would_tell_of_few_clients_are_hidden(tmp_path: Path) -> None:
    lines = [*asked("www.shop.com", 23), *asked("private-name.shop.com", 3, first=40),
             *asked("tiny.com", 9), *asked("elsewhere.net", 70, first=100)]  # fmt: skip
    path = log(tmp_path / "log.csv", *lines)
    found = judged([order("shop.com", "tiny.com")], path, previous=image("shop.com"))
    rows = [(row["kind"], row["name"], row["clients"], row["share"])
            for row in found.rows.to_pylist()]  # fmt: skip
    clients = found.clients
    assert rows == [
        ("target", "shop.com", "≥20", round(20 / clients, 6)),
        ("lost", "www.shop.com", "23", round(20 / clients, 6)),
        ("lost", "(other names)", "<10", None),
        ("target", "tiny.com", "<10", None),
        ("lost", "(other names)", "<10", None),
    ]
    assert found.enforced.to_pylist() == [
        {"target": "shop.com", "queries": 26, "clients": "≥20", "share": round(20 / clients, 6)}
    ]
    assert target(found, "tiny.com")["level"] == ""  # 9 clients are no reach that is told
    outputs = [tmp_path / "out.csv", tmp_path / "out.parquet"]
    found.to_csv(outputs[0])
    found.to_parquet(outputs[1])
    for text in (*(path.read_bytes() for path in outputs), str(found).encode()):
        assert b"198.51." not in text
        assert b"private-name" not in text


def test_confidential_orders_show_as_a_number(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", *asked("www.dark.com", 30), *asked("open.com", 30))
    orders = [order("dark.com", "co.uk", id="veiled", confidential=True), order("open.com", id="a")]
    found = judged(orders, path, popular=["dark.com"], previous=image("open.com"))
    text = str([found.rows.to_pylist(), found.targets.to_pylist(), found.orders.to_pylist()])
    for secret in ("dark", "veiled", "co.uk", "number 1"):
        assert secret not in text
    assert found.targets["level"].to_pylist() == ["stop", "stop", "look"]
    assert not found.rights.is_private
    shown = judged(orders, path, confidential=True)
    assert "www.dark.com" in str(shown.rows.to_pylist())
    assert shown.rights.is_private


def test_exceptions_other_orders_and_files_are_taken_into_account(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    orders = [
        order("site.com", id="a", exceptions=["free.site.com"]),
        order("www.site.com", id="b", effective_from=now + timedelta(days=9)),
        order("gone.com", id="c", revoked=now - timedelta(days=1)),
    ]
    half = asked("free.site.com", 30) + asked("www.site.com", 20)
    paths = [log(tmp_path / "1.csv", *half), log(tmp_path / "2.csv", *half, *asked("site.com", 15))]
    found = judged(orders, *paths, previous=image("com.example", "*.site.com"))
    split = judged(orders, *paths, previous=image("com.example", "*.site.com"), map=map)
    for name in ("rows", "targets", "orders", "enforced"):
        assert getattr(split, name).equals(getattr(found, name)), name
    rows = {row["target"]: row for row in found.targets.to_pylist()}
    assert rows["site.com"]["queries"] == 55
    assert rows["site.com"]["clients"] == "20"
    assert rows["www.site.com"]["queries"] == 40  # the order that begins later
    assert rows["www.site.com"]["covered_by"] == "a, it:test:1"
    assert [said.partition(":")[0] for said in found.skipped] == ["c"]
    assert rows["www.site.com"]["new"]
    assert (
        not judged(orders, *paths, previous=image("www.site.com"))
        .targets.filter([row["target"] == "www.site.com" for row in found.targets.to_pylist()])[
            "new"
        ]
        .to_pylist()[0]
    )


def test_shadow_orders_are_judged_as_if_they_were_enforced(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", *asked("www.new.com", 30), *asked("old.com", 30))
    orders = [
        order("old.com", id="court:1"),
        replace(order("new.com", id="court:1"), shadow=True),
        replace(order("other.com", id="court:2"), shadow=True),
    ]
    rows = judged(orders, path).targets.to_pylist()
    assert {row["target"]: row["queries"] for row in rows} == {"new.com": 30, "other.com": 0}


def test_what_shadow_orders_name_is_not_in_use(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", *asked("www.new.com", 30))
    tried = compile_orders([replace(order("new.com"), shadow=True)], shadow=True)
    with pytest.raises(ImageError, match="is an image of shadow orders"):
        judged(order("new.com"), path, previous=tried)


def test_suspended_orders_are_judged_as_if_they_bound(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", *asked("www.new.com", 30))
    day = datetime.now(UTC).date()
    span = Span(day - timedelta(days=9), day + timedelta(days=9))
    later = datetime.now(UTC) + timedelta(days=2)
    orders = [
        replace(order("new.com", id="court:1"), suspended=(span,)),
        replace(order("=www.new.com", id="court:2"), suspended=(span,), effective_from=later),
    ]
    found = judged(orders, path)
    assert levels(found) == {"new.com": "look", "=www.new.com": "look"}
    assert not found.skipped


def test_cells_that_a_terminal_would_obey(tmp_path: Path) -> None:
    hostile = ["=cmd()", "\x1b[31m", "a\nb", "\u202ex", "\x00"]
    path = log(
        tmp_path / "log.csv", *(line for one in hostile for line in asked(f"{one}.new.com", 12))
    )
    judged(order("new.com"), path).to_csv(tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text("utf-8")
    assert all(line.isprintable() for line in text.split("\n"))
    assert {row["name"] for row in csv.DictReader(text.splitlines())} >= {
        "'=cmd().new.com", " [31m.new.com", "a b.new.com", " x.new.com",
    }  # fmt: skip


def test_options_that_are_not_possible(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", *asked("a.com", 1))
    with pytest.raises(ConfigurationError, match="reach is a share"):
        Limits(reach=0)
    with pytest.raises(ConfigurationError, match="tenants is at least 1"):
        Limits(tenants=0)
    with pytest.raises(CompileError, match="protect="):
        judged([order("a.com")], path, protect=["*x*"])
    bad = tmp_path / "bad.txt"
    bad.write_text("192.0.2.7/24\n")
    with pytest.raises(ConfigurationError, match=r"bad\.txt:1: .*host bits"):
        list(networks_in(bad))
    bad.write_text("192.0.2.0/24\nno prefix\n")
    with pytest.raises(ConfigurationError, match=r"bad\.txt:2: 'no' is no address"):
        list(networks_in(bad))


def test_counts_agree_with_a_plain_count(tmp_path: Path) -> None:
    rng = random.Random(7)
    texts = ["a.com", "=b.com", "*.c.com", "*deal*", "x.a.com", "=www.b.com", "d.com"]
    some = order(*texts, exceptions=["ok.a.com", "=d.com"])
    blocked = Blocklist(compile_orders([some]))
    names = [f"{sub}{name}" for sub in ("", "www.", "x.", "ok.", "deal.")
             for name in ("a.com", "b.com", "c.com", "d.com", "e.com", "Ok.A.com.")]  # fmt: skip
    lines = [(TIME.format(1 + n % 30), rng.choice(names), f"192.0.2.{rng.randrange(40)}", "A")
             for n in range(3_000)]  # fmt: skip
    table = pa.table(
        {"time": [datetime.fromisoformat(line[0]) for line in lines],
         "name": [line[1] for line in lines], "client": [line[2] for line in lines]}
    )  # fmt: skip
    pq.write_table(table, tmp_path / "log.parquet")
    for path in (log(tmp_path / "log.csv", *lines), str(tmp_path / "log.parquet")):
        found = judged(some, path, min_clients=1)
        for rule in (rule for rule in blocked.contents.rules() if not rule.allow):
            mine = [
                (name, client)
                for _, name, client, _ in lines
                if blocked.is_blocked(name)
                and rule in {match.rule for match in blocked.match_all(name)}
            ]
            row = target(found, rule.text)
            assert row["queries"] == len(mine), rule.text
            clients = len({client for _, client in mine})
            assert row["clients"] == (str(clients) if clients else "<1")
            assert row["names"] == len({name.lower().rstrip(".") for name, _ in mine})
        assert found.clients == len({client for _, _, client, _ in lines})
