from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from loading import account, check_vector, only, values, vectors
from shared_data import shared

from blocklist import Order, OrderSyntaxError, compile_orders, load_orders
from blocklist.documents import Document
from blocklist.loaders.authorities.agcom import AgcomLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("agcom"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


def issue(serial: int, *names: str) -> Order:
    text = "\r\n".join(["", f"{serial:07}_2023.21.07", "", *names])
    return only(text.encode())


def test_order() -> None:
    order = issue(268, "a.example")
    assert order.authority.key == "agcom"
    assert (order.jurisdiction, order.instrument, order.series) == (
        "IT", "list-issue", "it:agcom:allegato-b",
    )  # fmt: skip
    assert order.technique == ("dns",)
    assert "680/13/CONS" in order.legal_basis


@pytest.mark.parametrize(
    "header",
    [
        "0000268_2023.21.07",
        "0000268 2023.21.07",
        "0000268-2023-21-07",
        "00268_2023:21:07",
        "0000000268_2023.21.07",
        "  0000268_2023.21.07\t",
    ],
)
def test_header_forms(header: str) -> None:
    order = only(f"\n{header}\na.example\n".encode())
    assert (order.serial, order.issued) == (268, date(2023, 7, 21))


@pytest.mark.parametrize(
    "line",
    [
        "0268_2023.21.07",
        "0000268_1923.21.07",
        "0000268_2023.21-07",
        "0000268_2023.21",
        "n. 0000268_2023.21.07",
        "0000268_2023.21.07.example",
    ],
)
def test_what_is_no_header(line: str) -> None:
    octets = f"{line}\na.example\nb.example\n".encode()
    assert not AgcomLoader().recognises(Document("x", "x", octets))
    with pytest.raises(OrderSyntaxError, match="no header such as"):
        load_orders(octets, format="agcom")


def test_recognised_by_header_among_first_lines_only() -> None:
    names = [f"n{i}.example" for i in range(9)]
    late = "\n".join([*names, "x.example", "0000268_2023.21.07"])
    early = "\n".join([*names[:7], "", "0000268_2023.21.07"])
    assert only(early.encode()).source.format == "agcom"
    plain = only(late.encode())
    assert plain.source.format == "plain"
    assert plain.number == "0000268_2023.21.07"
    assert (len(plain.targets), plain.rejected) == (10, ())
    assert values(late.encode(), format="agcom") == [*names, "x.example"]


@pytest.mark.parametrize("scope", ["subtree", "exact", "below"])
def test_scope(scope: str) -> None:
    order = only(b"\n0000268_2023.21.07\na.example\n", scope=scope)
    assert [target.kind for target in order.targets] == [scope]


def test_highest_serial_counts() -> None:
    old, new = issue(268, "a.example", "b.example"), issue(269, "a.example")
    for orders in ([old, new], [new, old]):
        report = compile_orders(orders).report
        assert report is not None
        assert report.orders == (new.id,)
        assert report.skipped == ((old.id, f"superseded by {new.id}"),)


class TestRealIssue:
    FILE = "formats/agcom_elenco_url_0000268_2023.21.07.txt"

    def test_account(self) -> None:
        order = only(shared(self.FILE))
        assert account(order) == (3_429, 3_401, 0)
        assert (order.serial, order.issued, order.warnings) == (268, date(2023, 7, 21), ())
        assert (order.source.line, order.source.format) == (2, "agcom")

    def test_every_line_is_a_target(self) -> None:
        octets = shared(self.FILE)
        lines = octets.decode("ascii").replace("\r\n", "\n").split("\n")
        expected = [
            (number, line.strip())
            for number, line in enumerate(lines, 1)
            if line.strip() and number != 2
        ]
        assert [(target.line, target.value) for target in only(octets).targets] == expected

    def test_compiles_whole(self) -> None:
        orders = load_orders(shared(self.FILE))
        report = compile_orders(orders).report
        assert report is not None
        assert report.rules + len(report.rejected) == 3_401
        assert {rejected.code for rejected in report.rejected} <= {"public-suffix"}


def test_a_header_right_above_the_names_may_be_another_authority_s() -> None:
    """ADM's list may carry one; with a higher serial it must not replace an AGCOM issue."""
    data = b"0000311_2024.06.06\r\nalpha.example\r\n"
    (guessed,) = load_orders(data)
    assert (guessed.source.format, guessed.number) == ("plain", "0000311_2024.06.06")
    assert guessed.authority.key == "operator"
    (named,) = load_orders(data, format="agcom")
    assert (named.series, named.serial) == ("it:agcom:allegato-b", 311)
    (other,) = load_orders(b"\n" + data, authority="adm")
    assert (other.authority.key, other.series) == ("adm", "")
