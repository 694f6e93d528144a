"""What is said of a block: a log event without client data, and a count."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from helpers import order

from blocklist import Blocklist, Match, Order, compile_orders
from blocklist.answers.disclosure import CONFIDENTIAL
from blocklist.live.blocklog import Hits

pytestmark = pytest.mark.no_core


def match(*orders: Order, name: str = "www.pirate.it") -> Match:
    found = Blocklist(compile_orders(list(orders))).match(name)
    assert found is not None
    return found


def events(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    standard = vars(logging.makeLogRecord({})).keys() | {"message", "taskName"}
    return [
        {key: value for key, value in vars(record).items() if key not in standard}
        for record in caplog.records
        if record.name == "blocklist.hits"
    ]


def test_an_event_names_rule_and_orders_and_no_client(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "blocklist.hits")
    found = match(order("pirate.it", id="b"), order("pirate.it", id="a"))
    Hits("serve")(found, "nxdomain", client="203.0.113.9")
    assert events(caplog) == [
        {"event": "blocked", "via": "serve", "action": "nxdomain", "rule": "pirate.it",
         "kind": "subtree", "orders": ["a", "b"]}
    ]  # fmt: skip
    assert caplog.messages == ["nxdomain: pirate.it by a, b"]
    assert "203.0.113.9" not in caplog.text
    assert "www." not in caplog.text
    json.dumps(events(caplog))


def test_clients_are_logged_only_if_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "blocklist.hits")
    hits = Hits("serve", log_clients=True)
    hits(match(order("pirate.it")), "refused", client="203.0.113.9")
    hits(match(order("pirate.it")), "refused")
    first, second = events(caplog)
    assert (first["client"], first["asked"]) == ("203.0.113.9", "www.pirate.it")
    assert second["client"] == ""
    assert caplog.messages == [
        "refused: pirate.it by it:test:1 for 203.0.113.9", "refused: pirate.it by it:test:1",
    ]  # fmt: skip


@pytest.mark.parametrize("log_clients", [False, True])
def test_confidential_orders(caplog: pytest.LogCaptureFixture, log_clients: bool) -> None:
    caplog.set_level(logging.INFO, "blocklist.hits")
    hidden = order("pirate.it", id="it:cncpo:7", confidential=True)
    hits = Hits("serve", log_clients=log_clients)
    hits(match(hidden), "nodata", client="203.0.113.9")
    hits(match(hidden, order("pirate.it", id="open")), "nodata")
    alone, beside = events(caplog)
    assert (alone["rule"], alone["orders"]) == (CONFIDENTIAL, [])
    assert "pirate" not in str(alone)
    assert (beside["rule"], beside["orders"]) == ("pirate.it", ["open"])
    assert "cncpo" not in caplog.text + str(events(caplog))


def test_a_count_gets_each_hit_also_where_nothing_is_logged() -> None:
    counted: list[tuple[str, str, str]] = []
    hits = Hits("squid", count=lambda m, action, via: counted.append((m.rule.value, action, via)))
    hits(match(order("pirate.it")), "451")
    assert counted == [("pirate.it", "451", "squid")]


def test_nothing_is_made_up_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the standard level, a hit without count reads not even its orders."""
    logging.getLogger("blocklist.hits").setLevel(logging.NOTSET)

    class Unread:
        def __getattr__(self, name: str) -> None:
            raise AssertionError(name)

    Hits("serve")(Unread(), "nxdomain")  # type: ignore[arg-type]


def test_no_order_writes_a_line_of_its_own_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "blocklist.hits")
    Hits("serve")(match(order("pirate.it", id="x\nERROR fine\x1b[2J\ud800")), "nodata")
    assert caplog.messages == ["nodata: pirate.it by x ERROR fine [2J"]
    caplog.text.encode("utf-8")
