"""Blocks that hit the innocent, as they happened, and the guard that stops each."""

from __future__ import annotations

from datetime import date

import pytest
from helpers import blocklist_of, image, order, refusals

from blocklist import Blocklist, UnknownFormatError, compile_orders, load_orders


def test_2021_a_profile_url_blocked_a_platform() -> None:
    """ADM listed https://medium.com/@casinoduende between two names, and medium.com was blocked."""
    orders = load_orders(b"mediabet.com\nhttps://medium.com/@casinoduende\nmega7s.com\n")
    blocked = Blocklist(compile_orders(orders))
    assert not blocked.is_blocked("medium.com")
    assert blocked.is_blocked("www.mega7s.com")
    assert blocked.is_blocked_url("https://medium.com/@casinoduende/post")
    assert not blocked.is_blocked_url("https://medium.com/@someone-else")


def test_2021_a_list_was_applied_before_it_took_effect() -> None:
    """The same list took effect on 16 March; two providers blocked on the 2nd."""
    from datetime import UTC, datetime

    early = order("a.com", effective_from=date(2021, 3, 16), jurisdiction="IT")
    assert not early.in_force(datetime(2021, 3, 2, 12, tzinfo=UTC))
    assert not early.in_force(datetime(2021, 3, 15, 22, 59, tzinfo=UTC))
    assert early.in_force(datetime(2021, 3, 15, 23, 0, tzinfo=UTC))


def test_2024_a_drive_host_was_listed_although_google_was_whitelisted() -> None:
    """An exact whitelist did not guard drive.usercontent.google.com; a subtree does."""
    compiled = image("drive.usercontent.google.com", "pirate.example", protect=["google.com"])
    assert refusals(compiled) == [("drive.usercontent.google.com", "protected")]
    assert not Blocklist(compiled).is_blocked("drive.usercontent.google.com")


@pytest.mark.parametrize("address", ["188.114.97.7", "188.114.96.0/24"])
def test_2024_a_cdn_address_took_thousands_of_sites(address: str) -> None:
    assert refusals(image("pirate.example", address)) == [(address, "address")]


def test_legitimate_operator_in_the_list() -> None:
    """A licensed operator's name was listed by mistake; the operator's allow list keeps it up."""
    compiled = image("puntogioco24.it", "bad.example", protect=["puntogioco24.it"])
    assert not Blocklist(compiled).is_blocked("www.puntogioco24.it")
    assert refusals(compiled) == [("puntogioco24.it", "protected")]


def test_2026_an_authority_listed_its_own_name() -> None:
    compiled = image("ctu.gov.cz", "bad.example", protect=["ctu.gov.cz"])
    assert refusals(compiled) == [("ctu.gov.cz", "protected")]


def test_2021_one_country_s_order_was_applied_to_the_whole_world() -> None:
    """LG Hamburg ordered canna.to blocked in Germany; the resolver blocked it everywhere."""
    orders = [
        order("canna.to", id="de", jurisdiction="DE"),
        order("x.example", id="it", jurisdiction="IT"),
    ]
    assert Blocklist(compile_orders(orders, jurisdiction="DE")).is_blocked("canna.to")
    assert not Blocklist(compile_orders(orders, jurisdiction="IT")).is_blocked("canna.to")


@pytest.mark.parametrize("line", ["*", "*.*", ".", "..", "*.com", ".com", "com", "**", "*.ru", ""])
def test_2013_an_empty_mask_blocked_everything(line: str) -> None:
    orders = load_orders(f"bad.example\n{line}\nworse.example\n".encode(), format="plain")
    compiled = compile_orders(orders)
    assert Blocklist(compiled).is_blocked_many(["google.com", "x.ru", "com", "ru"]) == [False] * 4
    assert len(refusals(compiled)) == (1 if line else 0)


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "192.168.0.0/16", "0.0.0.0"])
def test_2013_private_addresses_in_the_register(address: str) -> None:
    assert refusals(image("bad.example", address)) == [(address, "address")]


def test_2017_names_are_never_resolved_to_make_address_blocks() -> None:
    assert not blocklist_of("bad.example").is_blocked_address("192.0.2.1")


def test_a_public_suffix_passed_the_platform_s_check() -> None:
    for suffix in ("co.uk", "com.br", "github.io", "hopto.org", "mine.nu"):
        compiled = image("bad.example", suffix)
        assert refusals(compiled) == [(suffix, "public-suffix")]
    assert refusals(image("iptvexcalibur.hopto.org", "dark-ev0.mine.nu")) == []


def test_an_error_page_came_instead_of_the_list() -> None:
    with pytest.raises(UnknownFormatError, match="HTML"):
        load_orders(b"<!DOCTYPE html><html><body>You are a bot</body></html>")


def test_a_seizure_stayed_for_years_since_nobody_knew_who_had_ordered_it() -> None:
    """Every rule says which order, file and line it comes from, so it can be revised."""
    orders = load_orders(b"gutenberg.example\n", name="sequestro.txt", authority="GIP di Roma")
    match = Blocklist(compile_orders(orders)).match("www.gutenberg.example")
    assert match is not None
    assert (match.grounds[0].order.source.path, match.grounds[0].line) == ("sequestro.txt", 1)
    assert match.orders[0].authority.name == "GIP di Roma"


def test_a_lookalike_was_blocked_by_a_substring() -> None:
    blocked = blocklist_of("corsaronero.pro")
    assert not blocked.is_blocked("notcorsaronero.pro")
    assert not blocked.is_blocked("corsaronero.pro.example.org")


def test_a_secret_list_leaked_through_reports() -> None:
    secret = order("child.example", confidential=True)
    assert "child.example" not in repr(secret)
    report = compile_orders([secret]).report
    assert "child.example" not in repr(report)
