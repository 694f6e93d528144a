from __future__ import annotations

import copy
import multiprocessing
import pickle
import threading
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from helpers import blocklist_of, order
from hypothesis import given
from hypothesis import strategies as st

from blocklist import (
    Blocklist,
    ConfigurationError,
    ImageChecksumError,
    Rule,
    TargetKind,
    compile_orders,
)

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


DISGUISED = [
    "http://blocked.example:000443/", "http://blocked.example:" + "0" * 5_000 + "80/",
    "http://blocked.example/" + "a" * 70_000, "http://blocked.example/?" + "a" * 200_000,
    "http://u" + "x" * 70_000 + "@blocked.example/", "\x01http://blocked.example/",
    "\x1f\x00http://blocked.example/\x00", "http://blocked.example\x00", "http:blocked.example",
    "http://" + "\xad" * 2_000 + "blocked.example/",
    "http://blo" + "\u2060" * 90_000 + "cked.example",
    "http://blocked.example" + "\ufe00" * 1_500 + "/", "http://blocked.example:65536/",
    "http://blocked.example:99999999999999999999/", "http://blocked.example:٨٠/",
    "http://blocked。example/", "http://ⓑlocked.example/", "http://blo\tck\ned.example/",
    "\\\\blocked.example\\x", "file://blocked.example/x", "foo://BLOCKED.example/x",
    "http://%62%6C%EF%BD%8Fcked.example/", "http://blocked.example%E3%80%82/",
    "http://１２７.0.0.9", "http://127。0。0。9/", "http://①27.0.0.9/", "http://127.0.0.9./",
    "http://0x" + "0" * 45 + "7f000009/", "http://" + "0" * 90 + "177.0.0.9/",
    "http://" + "０" * 300 + "177.0.0.9/", "http://0X7F.9/", "http://2130706441/",
    "http://[::ffff:7f00:9]/", "http://[64:ff9b::7f00:9]/", "http://[64:FF9B::127.0.0.9]:080/",
]  # fmt: skip
"""What a client may type and browsers connect to a blocked host."""
INNOCENT = [
    "http://blocked.example@innocent.example/", "http://innocent.example/\\@blocked.example",
    "http://innocent.example:80/:blocked.example", "http://innocent.example?@blocked.example",
    "http://innocent.example#@blocked.example", "foo://bl%6Fcked.example/", "foo://bⓛocked.example",
    "foo:\\\\blocked.example\\", "foo://innocent.example\\@blocked.example".replace("@", "#"),
    "http://blocked.example.innocent.example/", "http://127.0.0.9.innocent.example/",
    "http://127.0.0.10/", "http://0x7f00000a/", "http://0x17f000009/", "http://1.127.0.0.9/",
    "http://127.0.0.09/", "http://0x7f.0.0.9.0/", "http://4294967305/", "foo://0x7f.9/",
    "http://[64:ff9b:1::7f00:9]/", "http://[64:ff9b::7f00:a]/", "http://[::127.0.0.9]/",
    "http://[2002:7f00:9::1]/", "http://[2001:0:7f00:9::80ff:fff6]/", "http://blocked%2e.example/",
    "http://blocked.example／x", "http://blocked.example％2e/", "http://blocked.example：80/",
]  # fmt: skip
BY_HOST = blocklist_of("blocked.example", "127.0.0.9", permit=["127.0.0.9"])


def shortly(text: str) -> str:
    return ascii(text if len(text) < 60 else f"{text[:20]}…{text[-20:]}")


@pytest.mark.parametrize("url", DISGUISED, ids=shortly)
def test_a_disguised_host_is_the_host(url: str) -> None:
    match = BY_HOST.match_url(url)
    assert match is not None
    assert match.rule.value in ("blocked.example", "127.0.0.9")
    assert BY_HOST.is_blocked_url(url)
    # People write names with escapes, so that a backslash alone makes no URL there.
    assert (BY_HOST.lookup(url) is None) == url.startswith("\\")


@pytest.mark.parametrize("url", INNOCENT, ids=shortly)
def test_an_innocent_host_stays_innocent(url: str) -> None:
    assert BY_HOST.match_url(url) is None
    assert not BY_HOST.is_blocked_url(url)
    assert BY_HOST.lookup(url) is None


@pytest.mark.parametrize(
    ("question", "blocked"),
    [
        ("１２７.0.0.9", True), ("127。0。0。9", True), ("0x7f.9", True), ("2130706441", True),
        ("bl%6fcked.example", True), ("\x01blocked.example\x00", True), ("blo\tcked.example", True),
        ("127.0.0.9", True), ("64:ff9b::7f00:9", True), ("blocked.example", True),
        ("www\\.innocent.blocked.example", True), ("blocked.example\\.innocent.example", False),
        ("127.0.0.9.example", False), ("2130706442", False), ("64:ff9b::1", False),
    ],
)  # fmt: skip
def test_lookup_reads_a_bare_host_as_browsers_do(question: str, blocked: bool) -> None:
    assert (BY_HOST.lookup(question) is not None) is blocked
    if blocked:
        assert "is blocked" in BY_HOST.explain(question)


def test_an_apostrophe_may_be_escaped() -> None:
    """Browsers escape it in a query, and not in a path; others do as they like."""
    blocked = blocklist_of("http://x.example/it's?q=it's", "http://y.example/a%27b?c=%27")
    for url in (
        "http://x.example/it's?q=it's", "http://x.example/it's?q=it%27s",
        "http://x.example/it%27s?q=it%27s", "http://y.example/a'b?c='", "http://y.example/a%27b?c=%27",
    ):  # fmt: skip
        assert blocked.is_blocked_url(url), url
    assert not blocked.is_blocked_url("http://x.example/it%2527s?q=it's")


@pytest.mark.parametrize("one", ["x.example", b"\1x\0", bytearray(b"\1x\0")])
def test_one_name_is_not_several(one: Any) -> None:
    for ask in (MANY.first_blocked, MANY.is_blocked_many):
        with pytest.raises(TypeError, match=r"takes several names, not one \w+: ask \w+\(name\)"):
            ask(one)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("t.blk", r"Blocklist takes an image, not a path: Blocklist.open\('t.blk'\)"),
        (Path("t.blk"), r"Blocklist.open\("),
        (7, "image must be an Image, not int"),
        (None, "image must be an Image, not NoneType"),
    ],
)
def test_a_path_is_not_an_image(wrong: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        Blocklist(wrong)


INSIDE = [
    # RFC 6052 §2.4: 192.0.2.33 under each length
    ("2001:db8::/32", "2001:db8:c000:221::"),
    ("2001:db8:100::/40", "2001:db8:1c0:2:21::"),
    ("2001:db8:122::/48", "2001:db8:122:c000:2:2100::"),
    ("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
    ("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::"),
    ("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33"),
]


END = {"32": 64, "40": 48, "48": 40, "56": 32, "64": 24, "96": 0}
"""How many bits follow the IPv4 address, by the length of the prefix."""


def with_bits(address: str, bits: int) -> str:
    """The address with some bits turned: of the octet "u", for which translators do not look."""
    return str(ip_address(int(ip_address(address)) ^ bits))


@pytest.mark.parametrize(("prefix", "address"), INSIDE)
def test_an_address_of_a_translator_is_the_one_inside(prefix: str, address: str) -> None:
    image = blocklist_of("192.0.2.33", "http://192.0.2.34/page").image
    blocked, unnamed = Blocklist(image, nat64=[prefix]), Blocklist(image)
    assert blocked.is_blocked_address(address)
    assert blocked.is_blocked_address(ip_address(address))
    assert blocked.is_blocked_url(f"https://[{address}]:8443/x")
    assert not unnamed.is_blocked_address(address)
    assert blocked.is_blocked_address(with_bits(address, 1 << 63)) is (prefix[-2:] != "96")
    assert not blocked.is_blocked_address(with_bits(address, 1 << END[prefix[-2:]]))
    assert unnamed.is_blocked_address("64:ff9b::192.0.2.33")
    assert unnamed.is_blocked_url("http://[64:ff9b::c000:222]/page/1")
    assert not unnamed.is_blocked_url("http://[64:ff9b::c000:222]/")


def test_a_rule_for_the_prefix_itself_still_counts() -> None:
    blocked = blocklist_of("64:ff9b::/96", exceptions=["192.0.2.8"], permit=["64:ff9b::/96"])
    assert blocked.is_blocked_address("64:ff9b::192.0.2.7")
    assert not blocked.is_blocked_address("64:ff9b::192.0.2.8")


@pytest.mark.parametrize(
    ("nat64", "error", "told"),
    [
        (["2001:db8::/95"], ConfigurationError, "RFC 6052 knows /32, /40, /48, /56, /64, /96"),
        (["192.0.2.0/24"], ConfigurationError, "'192.0.2.0/24' is no IPv6 prefix"),
        (["2001:db8::1/96"], ConfigurationError, "has host bits set"),
        (["2001:db8::"], ConfigurationError, "2001:db8:: is no prefix of a translator"),
        ("2001:db8::/96", TypeError, r"write nat64=\['2001:db8::/96'\]"),
    ],
)
def test_prefixes_that_are_none(nat64: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        Blocklist(MANY.image, nat64=nat64)


def test_it_is_a_collection_of_rules() -> None:
    assert "WWW.Example.com." in MANY
    assert b"\7example\3com\0" in MANY
    assert "ok.example.com" not in MANY
    with pytest.raises(TypeError, match="must be str or bytes"):
        7 in MANY  # type: ignore[operator]  # noqa: B015
    assert list(MANY) == list(MANY.rules())
    assert len(list(MANY)) == len(MANY)


def test_copies_open_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    MANY.image.save("x.blk")
    opened = Blocklist.open("x.blk", nat64=["2001:db8:64::/96"])
    monkeypatch.chdir("/")
    octets = pickle.dumps(opened)
    assert b"platform.example" not in octets
    for again in (pickle.loads(octets), copy.deepcopy(opened), copy.copy(opened)):
        assert again.is_blocked("a.example.com")
        assert (again.image.digest, again.nat64) == (opened.image.digest, opened.nat64)
        assert again.image.path == str(tmp_path / "x.blk")
        again.close()
    assert opened.is_blocked("a.example.com")
    image = copy.deepcopy(opened.image)
    assert image.digest == opened.image.digest
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        for ask in (opened.is_blocked_url, opened.match_url, opened.match):
            assert pool.apply(ask, ["example.com"])
    blocklist_of("other.example").image.save(tmp_path / "x.blk")
    for change in (lambda: pickle.loads(octets), lambda: copy.deepcopy(opened)):
        with pytest.raises(ImageChecksumError, match=r"x.blk: holds image \w+, and"):
            change()
    for alone in (MANY, MANY.image):
        with pytest.raises(TypeError, match=r"no file .* image.save\(path\)"):
            pickle.dumps(alone)
        with pytest.raises(TypeError, match="no file"):
            copy.deepcopy(alone)
