from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from loading import check_vector, only, values, vectors
from processortime import within
from shared_data import shared

from blocklist import (
    Blocklist,
    Order,
    OrderSyntaxError,
    TargetKind,
    UnsupportedTargetError,
    compile_orders,
    load_orders,
)
from blocklist.loaders.authorities.piracyshield import PiracyShieldLoader

pytestmark = pytest.mark.no_core

TEXT: dict[str, Any] = {"format": "piracy-shield"}


@pytest.mark.parametrize("vector", vectors("piracyshield"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


def answer(data: Any, **more: Any) -> bytes:
    return json.dumps({"status": "success", "data": data, **more}).encode()


def ticket(**fields: Any) -> dict[str, Any]:
    return {
        "ticket_id": "0a" * 16,
        "fqdn": ["live.example"],
        "ipv4": [],
        "ipv6": [],
        "status": "open",
        "metadata": {"created_at": "2024-02-02T20:45:12+01:00"},
        **fields,
    }


def codes(order: Order) -> list[str]:
    return [refused.code for refused in order.rejected]


class TestLists:
    def test_text(self) -> None:
        order = only(b"a.example\nLIVE.b.example\nc.example", **TEXT)
        assert [t.value for t in order.targets] == ["a.example", "live.b.example", "c.example"]
        assert (order.authority.key, order.jurisdiction) == ("agcom", "IT")
        assert (order.series, order.serial, order.issued, order.deadline) == ("", None, None, None)
        assert order.confidential
        assert order.technique == ("dns",)
        assert "93/2023" in order.legal_basis
        assert "every other future name" in order.dynamic

    def test_text_is_never_recognised(self) -> None:
        assert only(b"a.example\nb.example").source.format == "plain"

    @pytest.mark.parametrize("body", [b"", b"\n", answer([]), b'{"status":"success","data":{}}'])
    def test_nothing_keeps_the_last_list(self, body: bytes) -> None:
        with pytest.raises(OrderSyntaxError):
            load_orders(body, **TEXT)
        for empty in (b"", b"\n", answer([])):
            with pytest.raises(OrderSyntaxError, match="keep the last list"):
                load_orders(empty, **TEXT)

    def test_genres(self) -> None:
        for values_, genre in (
            (["198.51.100.7"], "ipv4"),
            (["2001:db8::1"], "ipv6"),
            (["a.example"], "fqdn"),
            (["a.example", "198.51.100.7"], "mixed"),
        ):
            assert f":{genre}:" in only(answer(values_)).id

    def test_a_note_is_not_repeated(self) -> None:
        order = only(answer(["a.example"], note="about secret.example"))
        assert "secret" not in repr(order)
        assert any("carries a note" in warning for warning in order.warnings)

    @pytest.mark.parametrize(
        "value",
        ["*", "*.a.example", "https://a.example/x", "a.example/", "198.51.100.0/24", "::/0", "com",
         "=a.example", "x.{suffix}", "a.example b.example", "a.example\nb.example", "a@b.example"],
    )  # fmt: skip
    def test_nothing_wider_than_a_name_or_address(self, value: str) -> None:
        order = only(answer([value, "z.example"]))
        assert [t.value for t in order.targets] == ["z.example"]
        assert codes(order) == ["wrong-genre"]

    @pytest.mark.parametrize("value", [7, None, True, [], {}, {"a": 1}, ["x.example"], 1.5])
    def test_what_is_no_text(self, value: Any) -> None:
        assert codes(only(answer([value, "z.example"]), **TEXT)) == ["not-text"]

    def test_the_guards_refuse_what_the_platform_lets_pass(self) -> None:
        order = only(b"co.uk\n10.0.0.1\n127.0.0.1\n188.114.97.7\nz.example", **TEXT)
        report = compile_orders([order]).report
        assert report is not None
        assert report.rules == 1
        assert sorted(r.code for r in report.rejected) == ["address"] * 3 + ["public-suffix"]

    def test_lines(self) -> None:
        data = b'{"status":"success","data":[\n"a.example",\r\n "b\\u002eexample",\n\n"c.example"]}'
        assert [(t.line, t.value) for t in only(data).targets] == [
            (2, "a.example"), (3, "b.example"), (5, "c.example"),
        ]  # fmt: skip


class TestScope:
    def test_what_a_name_means_is_said(self) -> None:
        order = only(b"a.example", **TEXT)
        assert order.targets[0].kind is TargetKind.SUBTREE
        assert "scope='exact'" in order.warnings[0]

    @pytest.mark.parametrize("scope", ["exact", "subtree"])
    def test_unless_the_caller_says_it(self, scope: str) -> None:
        order = only(answer([ticket()]), scope=scope)
        assert (order.targets[0].kind, order.warnings) == (TargetKind(scope), ())

    def test_addresses_have_none(self) -> None:
        assert only(b"198.51.100.7\n2001:db8::1", **TEXT).warnings == ()

    def test_it_is_said_once(self) -> None:
        orders = load_orders(answer([ticket(), ticket(ticket_id="b")]))
        assert [len(order.warnings) for order in orders] == [1, 0]


class TestErrors:
    @pytest.mark.parametrize(
        ("code", "about"),
        [("1001", "the API"), ("4008", "a ticket"), ("5011", "a ticket item"),
         ("6017", "whitelist"), ("7001", "a DDA"), ("9001", "unknown")],
    )  # fmt: skip
    def test_code_and_class(self, code: str, about: str) -> None:
        data = {"status": "error", "code": code, "message": "no secret.example"}
        with pytest.raises(
            OrderSyntaxError, match=f"error {code}, which is about .*{about}"
        ) as caught:
            load_orders(json.dumps(data).encode())
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize(
        "body",
        [
            b'{"status": "error"}',
            b'{"status": "error", "code": ["secret.example"]}',
            b'{"status": "perhaps", "data": ["secret.example"]}',
            b'{"status": "success"}',
            b'{"status": "success", "data": "secret.example"}',
            b'{"status": "success", "data": ["secret.example"',
            b'{"status": "success", "data": ["secret.example"], "data": []}',
            b'{"status": "success", "data": [{"ticket_id": "secret.example", "fqdn": []}]}',
            b'{"status": "success", "data": [{"fqdn": ["secret.example"]}]}',
            b'{"status": "success", "data": [{"ticket_id": "a", "fqdn": "secret.example"}]}',
            b"[" * 100_000,
            b'{"status": "success", "data": ' + b"[" * 100_000,
            b'{"status": "success", "data": [' + b"9" * 10_000 + b"]}",
            b'{"status": "success", "data": ["\x80"]}',
        ],
    )
    def test_what_is_no_answer(self, body: bytes) -> None:
        with pytest.raises(OrderSyntaxError) as caught:
            load_orders(body, **TEXT)
        assert "secret" not in str(caught.value)


class TestTickets:
    def test_fields(self) -> None:
        order = only(answer(ticket(ipv4=["198.51.100.7"], ipv6=["2001:DB8::1"])))
        assert order.id == f"it:agcom:piracy-shield:ticket:{'0a' * 16}"
        assert (order.instrument, order.status) == ("ticket", "open")
        assert [t.value for t in order.targets] == ["live.example", "198.51.100.7", "2001:db8::1"]
        assert order.issued == datetime(2024, 2, 2, 19, 45, 12, tzinfo=UTC)
        assert order.due == datetime(2024, 2, 2, 20, 15, 12, tzinfo=UTC)
        assert order.technique == ("dns", "ip")
        for seconds in ("75 s", "1,875 s", "86,400 s", "172,800 s"):
            assert seconds in order.note

    def test_closed_binds(self) -> None:
        order = only(answer(ticket(status="closed")))
        assert (order.status, order.warnings[0][:12]) == ("closed", "the platform")
        assert Blocklist(compile_orders([order])).is_blocked("x.live.example")

    @pytest.mark.parametrize("status", ["creating", "created", "failed"])
    def test_not_delivered_does_not(self, status: str) -> None:
        order = only(answer(ticket(status=status)))
        assert (len(order.targets), codes(order)) == (0, ["not-delivered"])

    def test_a_report_of_errors_blocks_nothing(self) -> None:
        order = only(answer(ticket(genre="error")))
        assert (len(order.targets), codes(order)) == (0, ["withdrawn"])

    @pytest.mark.parametrize("status", [None, "x", "secret.example", 7])
    def test_unknown_status_binds_with_a_warning(self, status: Any) -> None:
        order = only(answer(ticket(status=status)))
        assert len(order.targets) == 1
        assert any("no status" in warning for warning in order.warnings)
        assert "secret" not in repr(order)

    @pytest.mark.parametrize(
        "metadata", [None, {}, [], {"created_at": "2024-02-02T20:45:12"}, {"created_at": "x"},
                     {"created_at": 7}],
    )  # fmt: skip
    def test_without_time_there_is_no_term(self, metadata: Any) -> None:
        order = only(answer(ticket(metadata=metadata)))
        assert (order.issued, order.due) == (None, None)
        assert any("term is unknown" in warning for warning in order.warnings)

    def test_each_value_must_be_of_its_genre(self) -> None:
        order = only(
            answer(ticket(fqdn=["198.51.100.7", "a.example"], ipv4=["b.example"], ipv6=["1.2.3.4"]))
        )
        assert [t.value for t in order.targets] == ["a.example"]
        assert codes(order) == ["wrong-genre"] * 3

    def test_a_list_of_tickets(self) -> None:
        empty = ticket(ticket_id="c", fqdn=[])
        orders = load_orders(answer([ticket(), empty, ticket(ticket_id="b", fqdn=["b.example"])]))
        assert [order.number for order in orders] == ["0a" * 16, "b"]
        assert "1 tickets name nothing" in orders[0].warnings
        assert Blocklist(compile_orders(orders)).is_blocked("b.example")

    def test_without_envelope(self) -> None:
        assert only(json.dumps(ticket()).encode()).instrument == "ticket"
        assert only(json.dumps([ticket()]).encode()).instrument == "ticket"


def item(value: str, **fields: Any) -> dict[str, Any]:
    return {"ticket_id": "t1", "value": value, "genre": "fqdn", "status": "pending", **fields}


class TestItems:
    @pytest.mark.parametrize("status", ["pending", "processed", "unprocessed"])
    def test_what_the_provider_did_changes_nothing(self, status: str) -> None:
        order = only(answer([item("a.example", status=status, reason="ALREADY_BLOCKED")]))
        assert [t.value for t in order.targets] == ["a.example"]
        assert order.id.startswith("it:agcom:piracy-shield:ticket:t1:items:")

    @pytest.mark.parametrize(
        "fields",
        [{"status": "unblocked"}, {"is_active": False}, {"is_whitelisted": True},
         {"is_error": True}, {"is_duplicate": True}],
    )  # fmt: skip
    def test_what_the_platform_lists_no_more_is_withdrawn(self, fields: dict[str, Any]) -> None:
        data = answer([item("a.example", **fields), item("b.example")])
        order = only(data, strict=True)
        assert [t.value for t in order.targets] == ["b.example"]
        assert [(r.code, r.is_withdrawal) for r in order.rejected] == [("withdrawn", True)]

    def test_by_ticket(self) -> None:
        orders = load_orders(
            answer([item("a.example"), item("b.example", ticket_id="t2"), item("c.example")])
        )
        assert [[t.value for t in order.targets] for order in orders] == [
            ["a.example", "c.example"], ["b.example"],
        ]  # fmt: skip

    def test_a_genre_that_is_none(self) -> None:
        order = only(answer([item("a.example", genre="cidr_ipv4"), item("b.example", genre=[])]))
        assert codes(order) == ["wrong-genre", "wrong-genre"]


def allowed(item: Any, genre: str = "fqdn", **fields: Any) -> dict[str, Any]:
    return {"genre": genre, "item": item, "registrar": "R", **fields}


class TestWhitelist:
    DATA = answer(
        [
            allowed("help.live.example"),
            allowed("198.51.100.7", "ipv4", as_code="AS64500"),
            allowed("198.51.0.0/16", "cidr_ipv4"),
            allowed("2001:db8::/32", "cidr_ipv6"),
        ]
    )

    def test_exceptions_alone_are_an_order(self) -> None:
        order = only(self.DATA)
        assert (len(order.targets), order.rejected, order.confidential) == (0, (), True)
        assert [t.text for t in order.exceptions] == [
            "help.live.example", "198.51.100.7", "198.51.0.0/16", "2001:db8::/32",
        ]  # fmt: skip
        assert "protect=" in order.warnings[0]

    def test_it_guards_a_name_and_all_below(self) -> None:
        orders = load_orders(answer(["live.example"])) + load_orders(self.DATA)
        blocked = Blocklist(compile_orders(orders))
        assert blocked.is_blocked("live.example")
        assert blocked.is_blocked("x.live.example")
        assert not blocked.is_blocked("help.live.example")
        assert not blocked.is_blocked("deep.help.live.example")

    def test_against_a_block_within_it_protect_helps(self) -> None:
        (white,) = load_orders(
            answer([allowed("big.example"), allowed("203.0.113.0/24", "cidr_ipv4")])
        )
        orders = [*load_orders(b"drive.big.example\n203.0.113.9\nz.example", **TEXT), white]
        assert Blocklist(compile_orders(orders)).is_blocked("drive.big.example")
        protect = [target.value for target in white.exceptions]
        blocked = Blocklist(compile_orders(orders, protect=protect))
        assert not blocked.is_blocked("drive.big.example")
        assert not blocked.is_blocked_address("203.0.113.9")
        assert blocked.is_blocked("z.example")

    def test_the_scope_of_a_list_is_not_its(self) -> None:
        (order,) = load_orders(self.DATA, scope="exact")
        assert order.exceptions[0].kind is TargetKind.SUBTREE

    def test_an_address(self) -> None:
        orders = load_orders(answer(["198.51.100.7", "203.0.113.9"])) + load_orders(self.DATA)
        blocked = Blocklist(compile_orders(orders))
        assert not blocked.is_blocked_address("198.51.100.7")
        assert blocked.is_blocked_address("203.0.113.9")

    @pytest.mark.parametrize(
        ("value", "genre"),
        [("2000::/3", "cidr_ipv6"), ("::/0", "cidr_ipv6"), ("0.0.0.0/0", "cidr_ipv4"),
         ("8.0.0.0/5", "cidr_ipv4"), ("2000::/1", "cidr_ipv6"), ("010.0.0.0/8", "cidr_ipv4"),
         ("198.51.100.7/24", "cidr_ipv4"), ("a.example", "cidr_ipv4"), ("a.example", "zone"),
         ("*", "fqdn"), (7, "fqdn"), (None, "fqdn")],
    )  # fmt: skip
    def test_what_is_no_exception(self, value: Any, genre: str) -> None:
        order = only(answer([allowed("z.example"), allowed(value, genre)]))
        assert (len(order.exceptions), len(order.rejected)) == (1, 1)
        assert not order.rejected[0].is_withdrawal

    def test_not_active(self) -> None:
        order = only(answer([allowed("a.example", is_active=False), allowed("b.example")]))
        assert [t.value for t in order.exceptions] == ["b.example"]
        assert codes(order) == ["withdrawn"]


class TestRecognition:
    @pytest.mark.parametrize(
        "data",
        [
            b'["a.example", "b.example"]',
            b'{"date": "2024-01-01", "list": [{"domain": "a.example"}]}',
            b'{"status": "success", "data": [{"domain": "a.example"}]}',
            b'{"status": "ok", "data": ["a.example"]}',
            b"a.example\nb.example\n",
        ],
    )
    def test_another_s_file_is_left_alone(self, data: bytes) -> None:
        from blocklist.documents import Document

        assert not PiracyShieldLoader().recognises(Document("x", "x", data))


def test_real_answers() -> None:
    for name in ("fqdn_get_all.json", "ticket_get.json"):
        (order,) = load_orders(shared(f"formats/constructed_ps_{name}"))
        assert order.source.format == "piracy-shield"
        assert "mock-stream.net" in [target.value for target in order.targets]
    with pytest.raises(OrderSyntaxError, match="error 4008"):
        load_orders(shared("formats/constructed_ps_error.json"))


def test_strict_says_no_name() -> None:
    with pytest.raises(UnsupportedTargetError) as caught:
        load_orders(answer(["secret..example", "b.example"]), strict=True)
    assert "secret" not in str(caught.value)


def test_time_is_linear() -> None:
    data = answer([f"n{i}.example" for i in range(60_000)] + ['\\"' * 50_000])
    with within(5):
        assert len(values(data)) == 60_000
