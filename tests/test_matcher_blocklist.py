from __future__ import annotations

import threading
from ipaddress import ip_address
from pathlib import Path

import pytest
from helpers import blocklist_of, order
from hypothesis import given
from hypothesis import strategies as st

from blocklist import Blocklist, Rule, TargetKind, compile_orders

MANY = blocklist_of(
    "example.com",
    "=exact.example",
    "*pirate*bay*",
    "http://platform.example/pirate",
    "https://platform.example:8443/other?x=1",
    "https://192.0.2.9/page",
    "192.0.2.7",
    "198.51.100.0/24",
    "2001:db8::/48",
    exceptions=["ok.example.com", "198.51.100.8", "http://platform.example/pirate/legal"],
)


def test_match_says_name_rule_and_orders() -> None:
    first = order("a.example", "x.b.example", id="2", jurisdiction="IT")
    second = order("c.example", "A.Example.", id="1")
    blocked = Blocklist(compile_orders([first, second]))
    match = blocked.match("WWW.A.Example.")
    assert match is not None
    assert match.name == "www.a.example"
    assert match.rule == Rule(TargetKind.SUBTREE, "a.example")
    assert [o.id for o in match.orders] == ["1", "2"]
    assert [(g.order.id, g.line, g.raw) for g in match.grounds] == [
        ("1", 2, "A.Example."),
        ("2", 1, "a.example"),
    ]
    assert match.orders[1].jurisdiction == "IT"
    assert blocked.match("example") is None


def test_match_all_gives_the_winner_first_and_every_rule() -> None:
    blocked = blocklist_of(
        "a.com", "x.a.com", "=x.a.com", "*.a.com", "*x.a.c*", exceptions=["x.a.com"]
    )
    texts = [(m.rule.text, m.rule.allow) for m in blocked.match_all("x.a.com")]
    assert texts == [
        ("=x.a.com", False),
        ("x.a.com", True),
        ("x.a.com", False),
        ("a.com", False),
        ("*.a.com", False),
        ("*x.a.c*", False),
    ]
    assert blocked.match_all("b.com") == []


def test_first_blocked_follows_a_chain_of_aliases() -> None:
    match = MANY.first_blocked(["cloaked.example.org", "t.example.com", "exact.example"])
    assert match is not None
    assert match.name == "t.example.com"
    assert MANY.first_blocked(["a.org", "b.org"]) is None


@pytest.mark.parametrize(
    ("url", "blocked"),
    [
        ("http://example.com/", True),
        ("https://user:pass@WWW.Example.COM:8443/x?y#z", True),
        ("example.com:443", True),
        ("example.com", True),
        ("//example.com/x", True),
        ("http:\\\\example.com\\x", True),
        ("http://ex%61mple.com/", True),
        ("http://ok.example.com/", False),
        ("http://example.com@other.example/", False),
        ("http://platform.example/pirate", True),
        ("https://platform.example/pirate/", True),
        ("https://platform.example/pirate/film?x=1#y", True),
        ("https://platform.example/%70irate", True),
        ("https://platform.example/a/../pirate", True),
        ("https://platform.example/pirate/legal", False),
        ("https://platform.example/pirate/legal/x", False),
        ("https://platform.example/pirates", False),
        ("https://platform.example/PIRATE", False),
        ("https://platform.example/", False),
        ("https://platform.example", False),
        ("https://platform.example:8443/other?x=1", True),
        ("https://platform.example:8443/other?x=2", False),
        ("https://platform.example:8443/other", False),
        ("http://192.0.2.7/x", True),
        ("http://0xc0000207/", True),
        ("http://3221225991", True),
        ("http://[::ffff:192.0.2.7]/", True),
        ("http://[2001:db8::1]:8080/", True),
        ("http://192.0.2.9/page", True),
        ("http://192.0.2.9/", False),
        ("http://[bad", False),
        ("http://", False),
        ("", False),
        ("mailto:x@example.com", True),
    ],
)
def test_urls(url: str, blocked: bool) -> None:
    assert MANY.is_blocked_url(url) is blocked


@pytest.mark.parametrize(
    ("address", "blocked"),
    [
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("198.51.100.255", True),
        ("198.51.100.8", False),
        ("198.51.101.0", False),
        ("2001:db8::1", True),
        ("2001:DB8:0:ffff::", True),
        ("2001:db8:1::", False),
        ("::ffff:192.0.2.7", True),
        ("[2001:db8::1]", True),
        (ip_address("192.0.2.7"), True),
        (ip_address("::ffff:192.0.2.7"), True),
        ("192.0.2.007", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_addresses(address: str, blocked: bool) -> None:
    assert MANY.is_blocked_address(address) is blocked


def test_lookup_takes_whatever_the_text_is() -> None:
    for question, kind in (
        ("www.example.com", TargetKind.SUBTREE),
        (b"\x05exact\x07example\x00", TargetKind.EXACT),
        ("192.0.2.7", TargetKind.ADDRESS),
        ("platform.example/pirate", TargetKind.URL),
        ("xpiratexbayx.org", TargetKind.PATTERN),
    ):
        match = MANY.lookup(question)
        assert match is not None
        assert match.rule.kind is kind
    assert MANY.lookup("other.example") is None


def test_rules_lists_everything_once() -> None:
    texts = [(m.rule.text, m.rule.allow) for m in MANY.rules()]
    assert len(texts) == len(set(texts)) == len(MANY) == 12
    assert all(m.grounds for m in MANY.rules())


@given(st.one_of(st.text(), st.binary(), st.text("ab.\\é。ß\u200d\ud800", max_size=300)))
def test_questions_are_total(question: str | bytes) -> None:
    blocked = MANY.is_blocked(question)
    match = MANY.match(question)
    assert blocked == (match is not None)
    assert isinstance(MANY.explain(question), str)
    if isinstance(question, str):
        MANY.is_blocked_url(question)
        MANY.is_blocked_address(question)


@pytest.mark.parametrize("wrong", [None, 7, 1.5, ["a"], bytearray(b"\0"), memoryview(b"\0")])
def test_other_types_are_type_errors(wrong: object) -> None:
    for ask in (MANY.is_blocked, MANY.match, MANY.match_all):
        with pytest.raises(TypeError, match="must be str or bytes, not"):
            ask(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="url must be str"):
        MANY.is_blocked_url(wrong)  # type: ignore[arg-type]


def test_long_urls_and_names_take_bounded_time() -> None:
    assert not MANY.is_blocked_url("http://platform.example/" + "a/" * 40_000)
    assert not MANY.is_blocked_url("http://" + "a." * 100_000)
    assert not MANY.is_blocked("a." * 100_000)
    assert not MANY.is_blocked("é" * 100_000)
    assert not MANY.is_blocked(b"\x01a" * 100_000)


def test_many_threads_ask_one_object() -> None:
    wrong: list[str] = []

    def ask() -> None:
        for i in range(500):
            if not MANY.is_blocked(f"n{i}.example.com") or MANY.is_blocked(f"n{i}.example.org"):
                wrong.append(str(i))
            MANY.match(f"n{i}.example.com")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_opened_from_a_file_it_answers_the_same(tmp_path: Path) -> None:
    MANY.image.save(tmp_path / "x.blk")
    opened = Blocklist.open(tmp_path / "x.blk")
    assert opened.is_blocked("a.example.com")
    assert opened.orders == MANY.orders
    assert repr(opened) == repr(MANY)
    assert opened.valid_until is None
