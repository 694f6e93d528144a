from __future__ import annotations

import pytest
from helpers import blocklist_of, image, order, refusals

from blocklist import (
    Blocklist,
    CompileError,
    EmptyBlocklistError,
    ProtectedNameError,
    PublicSuffixTargetError,
    UnsupportedTargetError,
    compile_orders,
    diff,
)

REFUSED = [
    ("it", "public-suffix"),
    ("nosuchtld", "public-suffix"),
    ("co.uk", "public-suffix"),
    ("=co.uk", "public-suffix"),
    ("*.it", "public-suffix"),
    ("*.co.uk", "public-suffix"),
    ("github.io", "public-suffix"),
    ("blogspot.com", "public-suffix"),
    ("hopto.org", "public-suffix"),
    ("рф", "public-suffix"),
    ("foo.ck", "public-suffix"),
    ("city.kobe.jp.kobe.jp", None),
    ("kobe.jp", "public-suffix"),
    ("nom.br", "public-suffix"),
    ("=kobe.jp", None),
    ("city.kobe.jp", None),
    ("www.ck", None),
    ("child.hopto.org", None),
    ("salesforce.com", None),
    ("ilcorsaronero.lo", None),
    ("*com*", "broad-pattern"),
    ("*.*", "broad-pattern"),
    ("*a*", "broad-pattern"),
    ("*.co.*", "broad-pattern"),
    ("*co.uk", "broad-pattern"),
    ("*.github.*", "broad-pattern"),
    ("ads.*", None),
    ("*kickass*", None),
    ("10.1.2.3", "address"),
    ("127.0.0.1", "address"),
    ("0.0.0.0", "address"),
    ("100.64.1.1", "address"),
    ("169.254.1.1", "address"),
    ("224.0.0.1", "address"),
    ("::1", "address"),
    ("fe80::1", "address"),
    ("188.114.97.7", "address"),
    ("2606:4700::6810:1", "address"),
    ("8.8.8.8", "address"),
    ("93.0.0.0/8", "address"),
    ("2000::/3", "address"),
    ("0.0.0.0/0", "address"),
    ("198.51.100.0/24", None),
    ("192.0.2.7", None),
    ("2001:db8::/48", None),
    ("93.184.216.34", None),
]


@pytest.mark.parametrize(("target", "code"), REFUSED)
def test_what_is_too_broad_is_refused_and_reported(target: str, code: str | None) -> None:
    compiled = image("good.example", target)
    assert refusals(compiled) == ([(target, code)] if code else [])
    assert blocklist_of("good.example", target).is_blocked("innocent.co.uk") is False


@pytest.mark.parametrize("target", [t for t, code in REFUSED if code and "*" not in t[1:]])
def test_permit_lets_it_through_by_name(target: str) -> None:
    assert refusals(image("good.example", target, permit=[target])) == []


def test_permit_is_for_the_target_as_it_is_written() -> None:
    assert refusals(image("good.example", "*.it", permit=["it"])) == [("*.it", "public-suffix")]


def test_above_a_private_suffix_is_blocked_with_a_warning() -> None:
    report = image("salesforce.com").report
    assert report is not None
    assert "customers" in report.warnings[0]


PROTECTED = [
    ("google.com", True),
    ("drive.usercontent.google.com", True),
    ("=www.google.com", True),
    ("*.google.com", True),
    ("ads*.google.com", True),
    ("*.ads.google.com", True),
    ("notgoogle.com", False),
    ("google.com.example", False),
    ("http://google.com/page", False),
    ("198.51.100.7", True),
    ("198.51.100.0/23", True),
    ("203.0.113.1", False),
]


@pytest.mark.parametrize(("target", "refused"), PROTECTED)
def test_a_target_under_a_protected_name_is_refused(target: str, refused: bool) -> None:
    compiled = image("good.example", target, protect=["google.com", "198.51.100.0/24"])
    assert refusals(compiled) == ([(target, "protected")] if refused else [])


def test_protection_is_stronger_than_permission() -> None:
    compiled = image("good.example", "github.io", protect=["github.io"], permit=["github.io"])
    assert refusals(compiled) == [("github.io", "protected")]


def test_a_block_above_a_protected_name_goes_around_it() -> None:
    blocked = blocklist_of("example.com", "*.example.org", protect=["a.example.com", "example.org"])
    assert blocked.is_blocked("example.com")
    assert not blocked.is_blocked("x.a.example.com")
    assert "operator:protected" in blocked.explain("a.example.com")
    report = image("example.com", protect=["a.example.com"]).report
    assert report is not None
    assert report.warnings == ("example.com is blocked, but not a.example.com, which is protected",)


def test_protection_that_nothing_touches_adds_no_rule() -> None:
    assert len(blocklist_of("example.com", protect=["other.com", "third.com"])) == 1


@pytest.mark.parametrize("bad", ["", "not a name", "*x*", "http://x.com/y", "a..b"])
def test_an_unusable_protection_is_an_error(bad: str) -> None:
    with pytest.raises(CompileError, match="protect="):
        image("a.com", protect=[bad])


def test_an_empty_blocklist_is_refused() -> None:
    with pytest.raises(EmptyBlocklistError, match="there is no order"):
        compile_orders([])
    with pytest.raises(EmptyBlocklistError, match=r"co\.uk"):
        image("co.uk")
    with pytest.raises(EmptyBlocklistError):
        image(exceptions=["a.com"])


def test_an_empty_blocklist_is_made_where_it_is_allowed() -> None:
    empty = compile_orders([], allow_empty=True)
    assert len(Blocklist(empty)) == 0
    assert not Blocklist(empty).is_blocked("a.com")
    assert len(diff(image("a.com"), empty).removed) == 1
    assert len(Blocklist(image("a.com", allow_empty=True))) == 1


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("co.uk", PublicSuffixTargetError),
        ("google.com", ProtectedNameError),
        ("10.0.0.1", CompileError),
        ("*com*", CompileError),
    ],
)
def test_strict_makes_the_first_refusal_an_error(target: str, error: type[Exception]) -> None:
    with pytest.raises(error, match="line 2") as caught:
        image("good.example", target, strict=True, protect=["google.com"])
    assert isinstance(caught.value, CompileError)
    assert (caught.value.line, caught.value.order_id) == (2, "it:test:1")


def test_strict_covers_lines_that_could_not_be_read() -> None:
    from blocklist import load_orders

    orders = load_orders(b"good.example\nbad..name\nother.example\n", name="x", format="plain")
    with pytest.raises(UnsupportedTargetError, match=r"x:2: 'bad\.\.name'"):
        compile_orders(orders, strict=True)


def test_confidential_names_are_not_in_the_report() -> None:
    secret = order("co.uk", "good.example", "x.good.example", confidential=True)
    report = compile_orders([secret]).report
    assert report is not None
    assert "co.uk" not in str(report.rejected)
    assert report.rejected[0].text == "(confidential)"
    assert report.covered == ()
