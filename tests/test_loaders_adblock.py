from __future__ import annotations

from pathlib import Path

import pytest
from loading import account, check_vector, only, vectors
from shared_data import shared

from blocklist import Blocklist, TargetKind, compile_orders
from blocklist.documents import Document
from blocklist.loaders.lists.adblock import AdblockLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("adblock"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Adblock Plus 2.0]\na.example", True),
        ("[Adblock Plus]", True),
        ("! x\n||a.example^", True),
        ("||a.example^$all\n@@||b.example^", True),
        ("a.example##.ad\nb.example#@#.ad", True),
        ("/ads[0-9]/\n/x/$important", True),
        ("0.0.0.0 a.example", False),
        ("a.example\nb.example\n||c.example^", False),
        ("*://*.a.example/*", False),
        ("(\\.|^)a\\.example$", False),
        ('local-zone: "a" static', False),
        ("# x\n", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert AdblockLoader().recognises(Document("x", "x", text.encode())) is expected


def blocks(text: str) -> Blocklist:
    return Blocklist(compile_orders([only(text.encode(), format="adblock")]))


class TestExceptions:
    def test_child(self) -> None:
        blocked = blocks("||site.example^\n@@||help.site.example^\n")
        assert blocked.is_blocked("www.site.example")
        assert not blocked.is_blocked("www.help.site.example")

    def test_wins_against_a_more_specific_block(self) -> None:
        """AdGuard asks no rule for its length: ``@@`` wins."""
        order = only(b"||ads.site.example^\n||other.example^\n@@||site.example^\n")
        assert [target.value for target in order.targets] == ["other.example"]
        (withdrawn,) = order.rejected
        assert (withdrawn.line, withdrawn.code) == (1, "withdrawn")
        assert withdrawn.is_withdrawal

    def test_important_block_wins(self) -> None:
        text = "||ads.site.example^$important\n||www.site.example^\n@@||site.example^\n"
        blocked = blocks(text)
        assert blocked.is_blocked("x.ads.site.example")
        assert not blocked.is_blocked("www.site.example")

    @pytest.mark.parametrize("exception", ["site.example", "help.site.example"])
    def test_exception_below_an_important_block_is_overruled(self, exception: str) -> None:
        text = f"||site.example^$important\n@@||{exception}^\n"
        order = only(text.encode())
        assert not order.exceptions
        assert [(r.line, r.code, r.text) for r in order.rejected] == [
            (2, "overruled", f"@@{exception}")
        ]
        assert blocks(text).is_blocked(exception)

    def test_important_exception_wins_against_all(self) -> None:
        blocked = blocks(
            "||site.example^$important\n||other.example^\n@@||help.site.example^$important\n"
        )
        assert blocked.is_blocked("site.example")
        assert not blocked.is_blocked("help.site.example")

    def test_important_pattern_is_warned_of(self) -> None:
        order = only(b"||ads*.example^$important\n@@||ads1.example^\n")
        assert any("$important pattern" in warning for warning in order.warnings)

    def test_name_alone(self) -> None:
        blocked = blocks("||site.example^\n@@|site.example^\n")
        assert not blocked.is_blocked("site.example")
        assert blocked.is_blocked("www.site.example")

    def test_taken_back(self) -> None:
        blocked = blocks("||site.example^\n@@||site.example^\n@@||site.example^$badfilter\n")
        assert blocked.is_blocked("site.example")


class TestDenyallow:
    def test_is_an_exception(self) -> None:
        order = only(b"||site.example^$denyallow=help.site.example|www.site.example\n")
        assert [(e.line, e.text) for e in order.exceptions] == [
            (1, "help.site.example"), (1, "www.site.example"),
        ]  # fmt: skip

    @pytest.mark.parametrize("other", ["help.site.example", "site.example"])
    def test_of_its_own_rule_alone(self, other: str) -> None:
        text = f"||site.example^$denyallow=help.site.example\n||{other}^\n"
        assert blocks(text).is_blocked("help.site.example")

    def test_takes_out_no_other_rule(self) -> None:
        text = "||site.example^$denyallow=help.site.example\n||ads.help.site.example^\n"
        blocked = blocks(text)
        assert blocked.is_blocked("ads.help.site.example")
        assert not blocked.is_blocked("help.site.example")


def test_names_without_mark_may_be_sites() -> None:
    text = b"||a.example^\n||b.example^\nc.example\n"
    assert [target.text for target in only(text).targets] == [
        "a.example",
        "b.example",
        "=c.example",
    ]
    assert {t.kind for t in only(text, scope="subtree").targets} == {TargetKind.SUBTREE}


def test_conditions_are_warned_of() -> None:
    order = only(b"||a.example^\n!#if ext_ublock\n||b.example^\n!#endif\n!#if x\n")
    assert len(order.targets) == 2
    assert order.warnings == ("conditions (!#if) are not looked at: all rules were read",)


def test_many_of_each_take_no_time() -> None:
    count = 20_000
    rules = [f"||{n}.example^$badfilter" for n in range(count)]
    rules += [f"@@||{n}.example^" for n in range(count)]
    rules += [f"||x{n}.example^$denyallow=y.x{n}.example" for n in range(count)]
    order = only("\n".join(rules).encode())
    assert len(order.exceptions) == 2 * count
    assert len(order.rejected) == count


class TestRealLists:
    def test_adguard(self) -> None:
        """Each refusal was looked at: pages, ports, parts of addresses, rules for elements.

        ``||iklan-indo.^`` and twelve like it match no name: none ends with a dot.
        """
        order = only(shared("lists/adblock-adguard-sdns.txt.xz"))
        assert order.source.format == "adblock"
        assert account(order) == (27_597, 27_574, 71)
        assert len(order.exceptions) == 21
        codes = [refused.code for refused in order.rejected]
        assert {code: codes.count(code) for code in codes} == {
            "path": 43, "bad-address": 8, "withdrawn": 4, "not-a-name": 13, "cosmetic": 2,
            "modifier": 1,
        }  # fmt: skip
        lines = shared("lists/adblock-adguard-sdns.txt.xz").decode().splitlines()
        said = {n for n, line in enumerate(lines, 1) if line.strip() and line[0] != "!"}
        read = {target.line for target in (*order.targets, *order.exceptions)}
        read |= {refused.line for refused in order.rejected}
        assert read == said

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("lists/adblock-scams.txt.xz", "lists/wildcard-scams.txt.xz"),
            ("orders/ee-emta-blocklist_ABP.txt", "orders/ee-emta-blocklist.txt"),
            ("orders/ee-emta-blocklist_UBO.txt", "orders/ee-emta-blocklist.txt"),
        ],
    )
    def test_same_list_in_two_syntaxes(self, one: str, other: str) -> None:
        first, second = only(shared(one)), only(shared(other))
        assert (first.source.format, second.source.format) == ("adblock", "plain")
        assert not first.rejected
        assert {(t.kind, t.value) for t in first.targets} == {
            (t.kind, t.value) for t in second.targets
        }
