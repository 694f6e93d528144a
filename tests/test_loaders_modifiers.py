from __future__ import annotations

import pytest

from blocklist.loaders.lists.modifiers import split_rule

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("||a.example^", ("||a.example^", False, ())),
        ("@@||a.example^$important", ("||a.example^", True, (("important", ""),))),
        ("|a^$client=x\\,y,all", ("|a^", False, (("client", "x\\,y"), ("all", "")))),
        ("/a$/$important", ("/a$/", False, (("important", ""),))),
        ("/a$/", ("/a$/", False, ())),
        ("@@/a/$important", ("/a/", True, (("important", ""),))),
    ],
)
def test_parts(rule: str, expected: tuple[object, ...]) -> None:
    parts = split_rule(rule)
    assert parts is not None
    assert (parts.mask, parts.excepts, parts.values) == expected


@pytest.mark.parametrize("text", ["", "@@", "$all", "@@$all", "||a^$", "||a b^", "two words"])
def test_no_rule(text: str) -> None:
    assert split_rule(text) is None


def test_twin_has_one_spelling() -> None:
    first, second = split_rule("||a^$all,important"), split_rule("||a^$badfilter,important,all")
    assert first is not None
    assert second is not None
    assert first.twin == second.twin
    other = split_rule("@@||a^$all,important")
    assert other is not None
    assert other.twin != first.twin


@pytest.mark.parametrize(
    "modifiers",
    [
        "all", "important", "match-case", "denyallow=b.a", "dnsrewrite=NXDOMAIN;;",
        "dnsrewrite=REFUSED", "dnsrewrite=NOERROR;;", "dnsrewrite=0.0.0.0", "dnsrewrite=::",
        "dnsrewrite=NOERROR;A;0.0.0.0", "all,important",
    ],
)  # fmt: skip
def test_whole_name(modifiers: str) -> None:
    parts = split_rule(f"||a.example^${modifiers}")
    assert parts is not None
    assert parts.refusal() is None


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("||a^$third-party", "modifier"),
        ("||a^$~third-party", "modifier"),
        ("||a^$document", "modifier"),
        ("||a^$doc", "modifier"),
        ("||a^$script", "modifier"),
        ("||a^$all,domain=b", "modifier"),
        ("||a^$dnstype=A", "modifier"),
        ("||a^$client=x", "modifier"),
        ("||a^$unknown", "modifier"),
        ("||a^$dnsrewrite=192.0.2.1", "redirect"),
        ("||a^$dnsrewrite=b.example", "redirect"),
        ("||a^$dnsrewrite=NOERROR;CNAME;b.example", "redirect"),
        ("||a^$dnsrewrite", "redirect"),
        ("@@||a^$document", "modifier"),
        ("@@||a^$all", "modifier"),
        ("@@||a^$dnsrewrite=192.0.2.1", "modifier"),
    ],
)
def test_less_than_a_name(rule: str, code: str) -> None:
    parts = split_rule(rule)
    assert parts is not None
    refusal = parts.refusal()
    assert refusal is not None
    assert refusal[1] == code
