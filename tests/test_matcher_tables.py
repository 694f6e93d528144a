from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.matcher.tables import AddressTable, UrlTable

pytestmark = pytest.mark.no_core


def test_the_longest_prefix_comes_first_and_an_exception_beats_its_equal() -> None:
    table = AddressTable([("10.0.0.0/8", False), ("10.1.0.0/16", False), ("10.1.0.0/16", True)])
    found = [(text, allow) for _, text, allow in table.covering(ip_address("10.1.2.3"))]
    assert found == [("10.1.0.0/16", True), ("10.0.0.0/8", False)]
    assert list(table.covering(ip_address("11.0.0.1"))) == []
    assert list(table.covering(ip_address("::a01:203"))) == []


@given(st.ip_addresses(), st.data())
def test_each_prefix_of_an_address_holds_it(address: object, data: st.DataObject) -> None:
    from ipaddress import IPv4Address, IPv6Address, ip_network

    assert isinstance(address, IPv4Address | IPv6Address)
    length = data.draw(st.integers(0, address.max_prefixlen))
    network = ip_network((address, length), strict=False)
    assert list(AddressTable([(str(network), False)]).covering(address))


def covering(url: str, *entries: str) -> list[str]:
    return [text for _, text, _ in UrlTable([(entry, False) for entry in entries]).covering(url)]


def test_urls_cover_themselves_their_queries_and_what_lies_below() -> None:
    entries = ("x.com/a", "x.com/a/", "x.com/a/b", "x.com/a?q=1", "x.com/")
    assert covering("x.com/a", *entries) == ["x.com/a", "x.com/"]
    assert covering("x.com/a?q=1", *entries) == ["x.com/a?q=1", "x.com/a", "x.com/"]
    assert covering("x.com/a/b/c?q", *entries) == ["x.com/a/b", "x.com/a/", "x.com/a", "x.com/"]
    assert covering("x.com/ab", "x.com/a") == []
    assert covering("y.com/a", *entries) == []


def test_no_entries_cost_nothing() -> None:
    assert covering("x.com/" + "a/" * 1000) == []
