"""The digest of the content: what is blocked and why, not where it was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from blocklist import Image, NotAnImageError, Order, compile_orders, diff, load_orders
from blocklist.model.orders import Source
from blocklist.model.targets import parse_target

pytestmark = pytest.mark.no_core

AT = datetime(2026, 11, 30, tzinfo=UTC)
ORDER = Order(
    id="court:1",
    issued=date(2026, 1, 2),
    targets=(parse_target("one.example"), parse_target("=two.example"), parse_target("*adserver*")),
)


def image(*orders: Order) -> Image:
    return compile_orders(orders, at=AT)


def read(name: str, text: str, format: str | None = None) -> Image:  # noqa: A002
    return image(*load_orders(text.encode(), name=name, format=format))


PLAIN = "one.example\ntwo.example\n192.0.2.7\nhttp://three.example/path\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.txt", PLAIN),
        ("a:b.txt", PLAIN),
        ("comments.txt", f"# of today\n\n{PLAIN}"),
        ("turned.txt", "\n".join(reversed(PLAIN.splitlines()))),
        ("spelled.txt", PLAIN.replace("one.example", "ONE.example.")),
        ("twice.txt", f"{PLAIN}one.example\n"),
    ],
)
def test_the_same_list_under_another_name_or_with_other_lines(name: str, text: str) -> None:
    one, other = read("list.txt", PLAIN), read(name, text)
    assert one.digest != other.digest
    assert one.content_digest == other.content_digest
    assert not diff(one, other)


def test_files_of_other_names_whose_ids_sort_otherwise() -> None:
    def both(first: str, second: str) -> Image:
        lists = (
            load_orders(b"one.example\nboth.example\n", name=first, format="plain"),
            load_orders(b"two.example\nboth.example\n", name=second, format="plain"),
        )
        return image(ORDER, *(order for orders in lists for order in orders))

    one, other = both("a.txt", "b.txt"), both("z.txt", "c.txt")
    assert one.digest != other.digest
    assert one.content_digest == other.content_digest


def test_a_list_with_a_number_of_its_own() -> None:
    def agcom(path: str) -> Image:
        return image(replace(ORDER, source=Source(path, "ab" * 32, 2, "agcom")))

    assert agcom("one.txt").digest != agcom("two.txt").digest
    assert agcom("one.txt").content_digest == agcom("two.txt").content_digest


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, id="court:2"),
        replace(ORDER, issued=date(2026, 1, 3)),
        replace(ORDER, expires=date(2027, 1, 3)),
        replace(ORDER, confidential=True),
        replace(ORDER, targets=ORDER.targets[:2]),
        replace(ORDER, targets=(*ORDER.targets[:1], parse_target("two.example"))),
        replace(ORDER, exceptions=(parse_target("www.one.example"),)),
    ],
)
def test_what_changes_it(other: Order) -> None:
    assert image(ORDER).content_digest != image(other).content_digest


def test_an_order_with_another_date_changes_its_rules() -> None:
    changed = diff(image(ORDER), image(replace(ORDER, issued=date(2026, 1, 3))))
    assert not changed.added + changed.removed
    assert {rule.text for rule in changed.changed} == {"=two.example", "one.example", "*adserver*"}


def test_which_order_names_what_is_content() -> None:
    first, second = (parse_target(f"{name}.example") for name in ("one", "two"))
    one = image(Order(id="a", targets=(first,)), Order(id="b", targets=(second,)))
    other = image(Order(id="a", targets=(second,)), Order(id="b", targets=(first,)))
    assert one.content_digest != other.content_digest


def test_it_is_the_same_in_any_sequence_and_after_saving(tmp_path: Path) -> None:
    second = Order(id="court:2", targets=(parse_target("three.example"), ORDER.targets[0]))
    path = tmp_path / "it.blk"
    image(ORDER, second).save(path)
    saved = Image.open(path)
    assert saved.content_digest == image(second, ORDER).content_digest
    assert len(saved.content_digest) == 64
    assert saved.content_digest == saved.content_digest != saved.digest


def test_sections_that_contradict_each_other() -> None:
    good = image(ORDER)
    sections = {name: bytes(good.section(name)) for name in good.sections}
    for name, octets in {
        "orders": b"[]",
        "grounds": sections["grounds"][:-8],
    }.items():
        with pytest.raises(NotAnImageError):
            _ = Image.build(sections | {name: octets}).content_digest
    with pytest.raises(NotAnImageError):
        _ = Image.build(sections | {"orders": b"[1]"}).content_digest
