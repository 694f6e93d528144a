"""Logs that real programs write when they are asked for odd names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from log_rows import Row, queries, read
from servers.querylogs import ODD, ask_all, bind, dnsmasq, recursor, unbound, written

from blocklist import query_name

pytestmark = pytest.mark.no_core

LOGGING = (
    'logging {{ channel q {{ file "{}/query.log"; print-time yes; print-category yes; }}; '
    "category queries {{ q; }}; category default {{ q; }}; }};\n"
)


def names(rows: Sequence[Row], event: str) -> Counter[str | None]:
    """What the names of some rows are to a blocklist."""
    return Counter(query_name(row[2] or "") for row in rows if row[0] == event and not ready(row))


def ready(row: Row) -> bool:
    """Whether a row is a query of the test that waits for the program."""
    return str(row[2]).rstrip(".") == "ready.example"


def asked(*unreadable: int) -> Counter[str | None]:
    return Counter(query_name(name) for at, name in enumerate(ODD) if at not in unreadable)


def test_unbound(tmp_path: Path) -> None:
    switches = ("queries", "replies", "local-actions", "tag-queryreply")
    with unbound(tmp_path, "".join(f" log-{switch}: yes\n" for switch in switches)) as port:
        ask_all(port, ODD)
        log = written(tmp_path / "query.log", 2 * len(ODD), b"127.0.0.1 ")
    form, rows, _ = read(log)
    assert form == "unbound"
    odd = [3, 4, 5, 6, 10, 11, 13, 14, 15, 16]  # each octet that is not usual is a question mark
    for event in ("query", "reply"):
        assert names(rows, event) == asked(*odd)
        assert len([row for row in rows if row[0] == f"unread {event}"]) == len(odd)


def test_bind_as_text_and_as_dnstap(tmp_path: Path) -> None:
    tap = f'dnstap {{ client; }}; dnstap-output file "{tmp_path}/tap";'
    with bind(tmp_path, tap, LOGGING.format(tmp_path)) as port:
        codes = ask_all(port, ODD)
    form, rows, _ = read(tmp_path / "query.log")
    assert form == "bind"
    assert names(rows, "query") == asked()
    form, rows, count = read(tmp_path / "tap")
    assert (form, count.is_cut) == ("dnstap", False)
    assert names(rows, "reply") == asked()
    replies = [row for row in queries(rows) if not ready(row)]
    assert Counter(row[6] for row in replies) == Counter(
        {3: "blocked", 0: "answered"}[code] if at != 7 else None for at, code in enumerate(codes)
    )
    assert {row[3] for row in rows} == {"127.0.0.1"}


def test_dnsmasq(tmp_path: Path) -> None:
    with dnsmasq(tmp_path) as port:
        ask_all(port, ODD)
        log = written(tmp_path / "query.log", len(ODD), b" query[")
    form, rows, _ = read(log)
    assert form == "dnsmasq"
    unprintable = [4, 6, 11]
    assert names(rows, "query") == asked(*unprintable)
    assert len([row for row in rows if row[0] == "unread"]) == len(unprintable)


def test_powerdns_recursor(tmp_path: Path) -> None:
    with recursor(tmp_path) as (port, log):
        ask_all(port, ODD)
        written(log, len(ODD), b'msg="Question')
    form, rows, _ = read(log)
    assert form == "powerdns-recursor-structured"
    assert names(rows, "query") == asked()
