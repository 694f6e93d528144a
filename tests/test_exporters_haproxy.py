"""HAProxy's map: its form, and what is not in it."""

from __future__ import annotations

import pytest
from exported import lines_of, written
from helpers import order

from blocklist import compile_orders

pytestmark = pytest.mark.no_core


def test_losses_and_confidential_orders() -> None:
    secret = order("h.it", "h.d.it", "d.it", id="x:2", confidential=True)
    source = compile_orders(
        [order("d.it", "x.it/p", "198.51.100.7", "*kickass*", exceptions=["k.d.it"]), secret]
    )
    files, report = written(source, "haproxy")
    assert lines_of(files["names.map"]) == [".d.it 403 it:test:1", ".k.d.it -"]
    assert {loss.code: loss.count for loss in report.losses} == {
        "address": 1, "confidential": 2, "url": 1,
    }  # fmt: skip
    assert lines_of(files["patterns.map"]) == [r"^(?>.*?kickass) 403 it:test:1"]
    assert "map_dom" not in "".join(files.values())


def test_ids_are_plain_tokens() -> None:
    odd = order("d.it", id="a b\n\"#'$%\\<è>")
    files, _ = written(compile_orders([odd]), "haproxy")
    (row,) = lines_of(files["names.map"])
    assert row == ".d.it 403 a%20b%0A%22%23%27%24%25%5C%3C%C3%A8%3E"
