"""Editions of one list side by side in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocklist import EditionRejectedError, Order, check_edition, compile_orders, load_orders
from blocklist.model.targets import parse_target

pytestmark = pytest.mark.no_core


def issue(serial: int | None, count: int, **fields: object) -> Order:
    targets = tuple(parse_target(f"n{i}.example") for i in range(count))
    return Order(
        id=f"it:x:{serial}:{count}", title="x", series="it:x", serial=serial, targets=targets,
        **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def test_cut_edition_beside_the_whole_one_counts_as_a_drop() -> None:
    previous = compile_orders([issue(1, 100)])
    new = compile_orders([issue(1, 100), issue(2, 10)])
    with pytest.raises(EditionRejectedError, match="lost 90 of 100"):
        check_edition(new, previous)
    assert check_edition(new, previous, max_drop=1.0).changes


def test_whole_edition_beside_the_old_one_passes() -> None:
    check_edition(compile_orders([issue(1, 100), issue(2, 99)]), compile_orders([issue(1, 100)]))


def test_order_that_says_what_it_supersedes_lifts_it() -> None:
    old = issue(1, 100)
    new = issue(2, 10, supersedes=(old.id,))
    check_edition(compile_orders([old, new]), compile_orders([old]))


def test_snapshots_without_serial_are_not_united_in_silence(tmp_path: Path) -> None:
    for name, count in (("a", 3), ("b", 2)):
        names = ", ".join(f'"{name}{i}.example"' for i in range(count))
        (tmp_path / f"{name}.toml").write_text(
            f'[[order]]\nid = "it:x:{name}"\nseries = "it:x"\ntargets = [{names}]\n'
        )
    report = compile_orders(load_orders(tmp_path)).report
    assert report is not None
    (warning,) = (w for w in report.warnings if "snapshots" in w)
    assert "a.toml" in warning
    assert "b.toml" in warning


def test_names_and_addresses_are_parts_of_one_issue() -> None:
    names = issue(None, 3)
    address = Order(id="it:x:ip", title="x", series="it:x", targets=(parse_target("198.51.100.7"),))
    report = compile_orders([names, address]).report
    assert report is not None
    assert not [w for w in report.warnings if "snapshots" in w]
