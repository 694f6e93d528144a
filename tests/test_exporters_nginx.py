"""nginx's map: its form, and what is not in it."""

from __future__ import annotations

import pytest
from exported import lines_of, written
from helpers import image, order

from blocklist import compile_orders

pytestmark = pytest.mark.no_core


def test_rows() -> None:
    source = image(
        "d.it", "b.h.d.it", "=e.it", "*.f.it", "=default", "=include", "volatile", "x.it/p",
        "198.51.100.7", "*kickass*", exceptions=["h.d.it", "=q.d.it"],
        permit=["=default", "=include", "volatile"],
    )  # fmt: skip
    files, report = written(source, "nginx")
    assert [line.replace("403 it:test:1", "-") for line in lines_of(files[""])] == [
        '\\default "-";', '\\include "-";', '.d.it "-";', '.h.d.it "";', '.b.h.d.it "-";',
        'q.d.it "";', 'e.it "-";', '*.f.it "-";', '.volatile "-";',
        '"~^(?>.*?kickass)" "-";',
    ]  # fmt: skip
    assert {loss.code: loss.count for loss in report.losses} == {
        "address": 1, "url": 1,
    }  # fmt: skip


def test_confidential_orders_are_not_named() -> None:
    secret = order("h.it", "h.d.it", "d.it", id="x:2", confidential=True)
    files, report = written(compile_orders([order("d.it"), secret]), "nginx")
    assert lines_of(files[""]) == ['.d.it "403 it:test:1";']
    assert [(loss.code, loss.count) for loss in report.losses] == [("confidential", 2)]
