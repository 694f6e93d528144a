"""Names with ``xn--`` labels that no U-label encodes to: registered, ordered, and blocked."""

from __future__ import annotations

import pytest

from blocklist import (
    Blocklist,
    InvalidNameError,
    UnsupportedTargetError,
    compile_orders,
    load_orders,
)
from blocklist.model.names import query_name, unencoded_name
from blocklist.model.targets import parse_target


@pytest.mark.no_core
@pytest.mark.parametrize(
    "text",
    ["xn--a.example", "XN--ildcard-0c2c.Example.", "www.xn--0.example", "bücher.xn--a.example"],
)
def test_key_is_that_of_the_query(text: str) -> None:
    assert unencoded_name(text) == query_name(text)
    assert "xn--" in (parse_target(text).note)


@pytest.mark.no_core
@pytest.mark.parametrize(
    "text", ["xn--a..example", "xn--a.example/", "xn--a b", "xn--a.1", "xn__a.xn--a"]
)
def test_other_faults_stay(text: str) -> None:
    with pytest.raises(InvalidNameError):
        unencoded_name(text)


@pytest.mark.no_core
def test_valid_label_has_no_note() -> None:
    assert parse_target("xn--bcher-kva.example").note == ""
    with pytest.raises(UnsupportedTargetError):
        parse_target("xn--a.exa mple")


@pytest.mark.parametrize("frame", ["{}", "0.0.0.0 {}", "||{}^", "local-zone: {} always_null"])
def test_blocked_as_written_with_a_warning(frame: str) -> None:
    text = "".join(f"{frame.format(n)}\n" for n in ("xn--a.example", "b.example", "c.example"))
    orders = load_orders(text.encode())
    assert not orders[0].rejected
    image = compile_orders(orders)
    assert image.report is not None
    assert any("xn-- label" in warning for warning in image.report.warnings)
    blocklist = Blocklist(image.to_bytes()) if hasattr(image, "to_bytes") else Blocklist(image)
    assert blocklist.is_blocked("www.XN--a.example")
    assert not blocklist.is_blocked("xn--b.example")
