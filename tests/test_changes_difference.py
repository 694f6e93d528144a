from __future__ import annotations

from pathlib import Path

from helpers import blocklist_of, image, order

from blocklist import Rule, TargetKind, compile_orders, diff

SUBTREE = TargetKind.SUBTREE


def test_added_removed_and_changed(tmp_path: Path) -> None:
    old = compile_orders([order("a.com", "b.com", "c.com", id="1")])
    new = compile_orders(
        [order("a.com", "b.com", "=c.com", id="1"), order("b.com", id="2", exceptions=["x.a.com"])]
    )
    old.save(tmp_path / "old.blk")
    difference = diff(tmp_path / "old.blk", new)
    assert set(difference.added) == {
        Rule(TargetKind.EXACT, "c.com"),
        Rule(SUBTREE, "x.a.com", allow=True),
    }
    assert difference.removed == (Rule(SUBTREE, "c.com"),)
    assert difference.changed == (Rule(SUBTREE, "b.com"),)
    assert difference


def test_the_same_orders_differ_in_nothing() -> None:
    assert not diff(image("a.com", "*pat*"), blocklist_of("*pat*", "a.com").image)
    assert not diff(blocklist_of("a.com"), blocklist_of("a.com"))


def test_names_to_flush() -> None:
    old = image("gone.com", "same.com", "http://u.com/x", "192.0.2.1", exceptions=["x.same.com"])
    new = image(
        "same.com", "=exact.com", "*.below.com", "a.below.com", "*zz*.part.org",
        "p*.deep.example.org",
    )  # fmt: skip
    assert diff(old, new).names == (
        "below.com", "deep.example.org", "exact.com", "gone.com", "part.org", "x.same.com",
    )  # fmt: skip
    assert diff(old, old).names == ()
    assert diff(old, image("same.com", "*pattern*")).names == (".",)
    assert diff(old, image("same.com", "gone.com", "*pattern.com")).names == ("com",)
