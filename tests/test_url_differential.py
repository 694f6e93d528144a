"""Hosts of URLs as another parser of the WHATWG URL Standard finds them (ada)."""

from __future__ import annotations

import json
from collections import Counter

import ada_url
import pytest
from helpers import blocklist_of
from mutated_urls import HOSTS, TARGETS, mutated_urls
from scale import size
from shared_data import shared

from blocklist import Blocklist
from blocklist.integrations.http import request_match
from blocklist.model.addresses import parse_address
from blocklist.model.names import query_name
from blocklist.model.urls import plain_host, split_url

MANY = size(400_000, 20_000)


@pytest.fixture(scope="module")
def blocked(core: str) -> Blocklist:
    return blocklist_of(*TARGETS, permit=TARGETS)


def ada_host(url: str) -> str | None:
    """The host that a browser connects to, ``None`` if it refuses the URL, empty without a host."""
    try:
        host = ada_url.URL(url).hostname
    except (ValueError, UnicodeEncodeError):  # half of a surrogate pair
        return None
    return host[1:-1] if host.startswith("[") else host


def is_blocked_host(blocked: Blocklist, host: str) -> bool:
    return blocked.is_blocked(host) or blocked.is_blocked_address(host)


def test_no_mutated_url_of_a_blocked_host_is_missed(blocked: Blocklist) -> None:
    seen: Counter[str] = Counter()
    for url in mutated_urls(MANY, seed=14):
        host = ada_host(url)
        if host:
            wanted = is_blocked_host(blocked, host)
            seen["blocked" if wanted else "passed"] += 1
            assert blocked.is_blocked_url(url) is wanted, ascii(url)[:300]
            assert (blocked.match_url(url) is not None) is wanted, ascii(url)[:300]
        elif blocked.is_blocked_url(url):  # as a browser's address bar completes it, or by a fault
            seen["lenient"] += 1
    # Of each kind there are many, or the mutations are too wild to prove anything.
    assert seen["blocked"] > MANY // 5, seen
    assert seen["passed"] > MANY // 20, seen
    assert seen["lenient"] > MANY // 50, seen


def test_lookup_and_requests_find_the_same_hosts(blocked: Blocklist) -> None:
    found = 0
    for url in mutated_urls(MANY // 10, seed=15):
        host = ada_host(url)
        if host and is_blocked_host(blocked, host) and url.isascii():
            found += 1
            assert blocked.lookup(url), ascii(url)[:300]
            if url.startswith(("http:", "https:")):
                assert request_match(blocked, target=url), ascii(url)[:300]
    assert found > MANY // 200


@pytest.mark.parametrize("host", HOSTS)
def test_the_hosts_are_blocked_as_they_are(blocked: Blocklist, host: str) -> None:
    assert blocked.is_blocked_url(f"http://{host}/")
    assert blocked.lookup(host.strip("[]"))
    assert request_match(blocked, host=host)


def test_the_short_cut_is_no_other_way() -> None:
    taken = 0
    for url in mutated_urls(MANY // 2, seed=16):
        host = plain_host(url)
        if host is not None:
            taken += 1
            parts = split_url(url)
            assert parts is not None
            assert parts.host == host
    assert taken > MANY // 400


def test_urltestdata_of_the_web_platform_tests() -> None:
    """The host of each absolute URL there; one that browsers refuse may have one here."""
    judged = 0
    for vector in json.loads(shared("conformance/wpt-urltestdata.json")):
        if isinstance(vector, str) or vector.get("base") not in (None, "about:blank"):
            continue
        if vector.get("failure") or not vector["hostname"]:
            continue
        judged += 1
        parts = split_url(vector["input"])
        assert parts is not None, vector
        address = parse_address(parts.host)
        host = query_name(parts.host) if address is None else str(address)
        wanted = vector["hostname"].strip("[]")
        parsed = parse_address(wanted)
        assert host == (query_name(wanted) if parsed is None else str(parsed)), vector
    assert judged > 200
