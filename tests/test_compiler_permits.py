"""What guards refuse says how it is permitted; what one customer has is no shared name."""

from __future__ import annotations

import re

import pytest

from blocklist import Order, compile_orders, load_orders
from blocklist.model.report import Report
from blocklist.model.targets import parse_target

pytestmark = pytest.mark.no_core


def report(*texts: str, permit: tuple[str, ...] = ()) -> Report:
    targets = tuple(parse_target(text) for text in (*texts, "other.example"))
    image = compile_orders([Order(id="a:b", title="t", targets=targets)], permit=permit)
    assert image.report is not None
    return image.report


@pytest.mark.parametrize(
    "text",
    ["github.io", "=github.io", "*.github.io", "com", "=co.uk", "kobe.jp", "foo.ck", "*a*",
     "*.com*",     "10.0.0.1", "10.0.0.0/8", "::1"],
)  # fmt: skip
def test_message_shows_what_permit_takes(text: str) -> None:
    (refused,) = report(text).rejected
    shown = re.search(r"permit '([^']+)' \(--permit\)", refused.reason)
    assert shown is not None
    assert not report(text, permit=(shown[1],)).rejected


def test_text_of_an_rpz_is_permitted_as_shown() -> None:
    zone = "$TTL 60\n@ SOA a. b. 1 2 3 4 5\n@ NS a.\ngithub.io CNAME .\nb.example CNAME .\n"
    orders = load_orders(zone.encode())
    refused = compile_orders(orders).report.rejected  # type: ignore[union-attr]
    assert "permit '=github.io'" in refused[0].reason
    image = compile_orders(orders, permit=["=github.io"])
    assert image.report is not None
    assert not image.report.rejected


def test_narrow_permit_permits_no_more() -> None:
    assert report("github.io", permit=("=github.io",)).rejected
    assert report("github.io", permit=("*.github.io",)).rejected


@pytest.mark.parametrize(
    "name", ["ec2-192-0-2-7.compute-1.amazonaws.com", "shop.code.run", "page.my.canva.site"]
)
def test_one_customer_under_a_private_wildcard(name: str) -> None:
    exact = report(f"={name}")
    assert (exact.rules, exact.rejected, exact.warnings) == (2, (), ())
    for text in (name, f"*.{name}"):
        wide = report(text)
        assert (wide.rules, wide.rejected) == (2, ())
        assert "several customers" in wide.warnings[0]


def test_wildcard_of_a_registry_stays_refused() -> None:
    assert report("=foo.ck").rejected
    assert not report("=www.ck").rejected


@pytest.mark.parametrize("word", ["intranet", "localhost", "word-pair"])
def test_single_word_is_no_top_level_domain(word: str) -> None:
    (refused,) = report(word).rejected
    assert (refused.code, refused.reason) == ("public-suffix", "a single word, not a name")
