from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from loading import only, values

from blocklist import (
    Authority,
    Blocklist,
    CompileError,
    Order,
    OrderSyntaxError,
    Penalty,
    Span,
    TargetKind,
    Term,
    UnsupportedTargetError,
    compile_orders,
    load_orders,
)
from blocklist.model.orderdata import METADATA

pytestmark = pytest.mark.no_core

TEMPLATE = resources.files("blocklist.cli").joinpath("template.toml").read_text("utf-8")
ROME = timezone(timedelta(hours=2))


def toml(*fields: str, id: str = '"it:t:1"', targets: str = '["a.example"]') -> bytes:  # noqa: A002
    return "\n".join(["[[order]]", f"id = {id}", f"targets = {targets}", *fields]).encode()


FIELDS: dict[str, list[tuple[str, Any]]] = {
    "id": [],  # below
    "authority": [
        ('"agcom"', Authority.named("agcom")),
        ('"AGCOM"', Authority.named("agcom")),
        ('"Tribunale di Milano"', Authority("tribunale-di-milano", "Tribunale di Milano")),
        ('{ key = "tm", name = "Trib. Milano" }', Authority("tm", "Trib. Milano")),
    ],
    "jurisdiction": [('"IT"', "IT"), ('"it"', "IT")],
    "territory": [('["IT", "sm"]', ("IT", "SM")), ('"IT"', ("IT",)), ("[]", ())],
    **{
        name: [('"as written"', "as written"), ('" at ends "', "at ends"), ('""', "")]
        for name in (
            "instrument",
            "number",
            "case_number",
            "title",
            "series",
            "legal_basis",
            "link",
            "category",
            "category_code",
            "category_other",
            "report_to",
            "received_at",
            "response",
            "status",
            "dynamic",
            "note",
            "reviewed_by",
        )
    },
    "serial": [("12", 12), ("0", 0)],
    **{
        name: [
            ("2022-07-11", date(2022, 7, 11)),
            ('"2022-07-11"', date(2022, 7, 11)),
            ("9999-12-31", date.max),
            ("2022-07-11T10:00:00+02:00", datetime(2022, 7, 11, 10, tzinfo=ROME)),
            ("2022-07-11 10:00:00Z", datetime(2022, 7, 11, 10, tzinfo=UTC)),
            ('"2022-07-11T10:00:00+02:00"', datetime(2022, 7, 11, 10, tzinfo=ROME)),
        ]
        for name in (
            "issued",
            "notified",
            "acknowledged",
            "published",
            "effective_from",
            "expires",
            "revoked",
            "complied",
            "reviewed_at",
        )
    },
    "deadline": [
        ("2022-08-11", date(2022, 8, 11)),
        ("{ amount = 30 }", Term(30, "day", "notified")),
        ('{ amount = 30, unit = "minutes", from = "issued" }', Term(30, "minute", "issued")),
        (
            '{ amount = 0, unit = "hour", from = "effective_from" }',
            Term(0, "hour", "effective_from"),
        ),
        ('{ amount = 48, unit = "hours", from = "published" }', Term(48, "hour", "published")),
    ],
    "shadow": [("true", True), ("false", False)],
    "suspended": [
        ("{ from = 2022-09-01 }", (Span(date(2022, 9, 1)),)),
        (
            "[{ from = 2022-09-01, until = 2022-09-30 }, { from = 2023-01-01T00:00:00Z }]",
            (Span(date(2022, 9, 1), date(2022, 9, 30)), Span(datetime(2023, 1, 1, tzinfo=UTC))),
        ),
    ],
    "supersedes": [('["it:t:0", "it:t:x"]', ("it:t:0", "it:t:x")), ('"it:t:0"', ("it:t:0",))],
    "timezone": [('"Europe/Rome"', "Europe/Rome"), ('"UTC"', "UTC")],
    "penalty": [
        ("{ amount = 10000 }", Penalty(Decimal(10000))),
        ('{ amount = 99.5, currency = "CHF" }', Penalty(Decimal("99.5"), "CHF")),
        (
            '{ amount = "10000.50", per = "violation", cap = 500000 }',
            Penalty(Decimal("10000.50"), "EUR", "violation", Decimal(500000)),
        ),
    ],
    "addressees": [('["Cloudflare, Inc."]', ("Cloudflare, Inc.",))],
    "technique": [('["dns", "ip"]', ("dns", "ip"))],
    "warnings": [('["look twice"]', ("look twice",))],
    "confidential": [("true", True), ("false", False)],
    **{key: [("true", True), ("false", False)] for key in ("reasons", "redress", "reviewed")},
    "language": [('"it"', "it"), ('"de-CH"', "de-CH")],
    "source": [],  # not by hand
}


def test_every_field_is_tested() -> None:
    assert FIELDS.keys() == set(METADATA)


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [(name, written, value) for name, cases in FIELDS.items() for written, value in cases],
)
def test_field(name: str, written: str, value: Any) -> None:
    order = only(toml(f"{name} = {written}"))
    assert getattr(order, name) == value
    others = set(METADATA) - {"id", "source", "warnings", name}  # warnings follow from a field
    plain = Order(id="it:t:1")
    assert all(getattr(order, other) == getattr(plain, other) for other in others)


BAD: list[tuple[str, str, str]] = [
    *((name, "7", f"{name} must be text, not 7") for name in ("title", "number", "note", "series")),
    *(
        (name, "[1]", rf"{name} must be a list of texts, not \[1\]")
        for name in ("addressees", "technique")
    ),
    ("supersedes", "7", "supersedes must be a list of texts, not 7"),
    ("territory", '["Italy"]', "'Italy' is not a country code"),
    ("jurisdiction", '"ITA"', "'ITA' is not a country code"),
    ("jurisdiction", "1", "jurisdiction must be text"),
    ("authority", "1", "authority must be text"),
    ("language", '"Italian!"', "'Italian!' is not a language code such as it or de-CH"),
    ("redress", '"yes"', "redress must be true or false, not 'yes'"),
    ("authority", '{ nome = "x" }', "authority.nome is unknown; did you mean name"),
    ("authority", "{ key = 1 }", "authority.key must be text, not 1"),
    *(
        (name, "2022-07-11T10:00:00", f"{name} = 2022-07-11 10:00:00 has no offset from UTC")
        for name in (
            "issued",
            "notified",
            "published",
            "effective_from",
            "expires",
            "revoked",
            "complied",
        )
    ),
    ("issued", '"2022-07-11T10:00:00"', "issued = 2022-07-11 10:00:00 has no offset from UTC"),
    ("issued", '"11/07/2022"', "issued must be a date such as 2022-07-11, not '11/07/2022'"),
    ("issued", "20220711", "issued must be a date"),
    ("issued", "10:00:00", "issued must be a date"),
    ("issued", '""', "issued must be a date"),
    ("deadline", "30", "deadline must be a date"),
    (
        "deadline",
        "{ amount = 30.5 }",
        "deadline.amount must be a whole number from 0 to 100,000, not 30.5",
    ),
    (
        "deadline",
        "{ amount = -1 }",
        "deadline.amount must be a whole number from 0 to 100,000, not -1",
    ),
    (
        "deadline",
        "{ amount = true }",
        "deadline.amount must be a whole number from 0 to 100,000, not True",
    ),
    ("deadline", "{ amount = 100001 }", "deadline.amount must be a whole number"),
    ("deadline", '{ unit = "day" }', "deadline.amount is missing"),
    (
        "deadline",
        '{ amount = 1, unit = "week" }',
        "deadline.unit must be minute, hour, day, minutes, hours or days",
    ),
    ("deadline", '{ amount = 1, from = "expires" }', "deadline.from must be notified, issued"),
    ("deadline", "{ amount = 1, unit = 1 }", "deadline.unit must be minute"),
    ("deadline", "{ amount = 1, till = 1 }", "deadline.till is unknown"),
    ("suspended", "2022-09-01", "suspended must be tables with from, until"),
    ("suspended", "{ until = 2022-09-01 }", "suspended.from is missing"),
    ("suspended", "{ from = 2022-09-01, to = 2022-09-02 }", "suspended.to is unknown"),
    ("suspended", "{ from = 1 }", "suspended.from must be a date"),
    ("suspended", "{ from = 2022-09-01, until = 1 }", "suspended.until must be a date"),
    ("penalty", "10000", "penalty must be a table with amount, currency, per, cap"),
    ("penalty", '{ currency = "EUR" }', "penalty.amount is missing"),
    ("penalty", '{ amount = "10.000,00" }', "penalty.amount must be a number .*no thousands mark"),
    ("penalty", '{ amount = "€ 10" }', "penalty.amount must be a number"),
    ("penalty", "{ amount = -1 }", "penalty.amount must be a number"),
    ("penalty", "{ amount = inf }", "penalty.amount must be a number"),
    ("penalty", "{ amount = nan }", "penalty.amount must be a number"),
    ("penalty", "{ amount = true }", "penalty.amount must be a number"),
    ("penalty", '{ amount = "1e-400" }', "penalty.amount must be a number"),
    ("penalty", '{ amount = "1e-999999999" }', "penalty.amount must be a number"),
    ("penalty", "{ amount = 1, cap = [] }", "penalty.cap must be a number"),
    ("penalty", '{ amount = 1, currency = "eur" }', "penalty.currency must be a code"),
    ("penalty", '{ amount = 1, per = "week" }', "penalty.per must be day, violation or hour"),
    ("penalty", "{ amount = 1, each = 1 }", "penalty.each is unknown"),
    ("serial", '"12"', "serial must be a whole number of 0 or more, not '12'"),
    ("serial", "-1", "serial must be a whole number of 0 or more, not -1"),
    ("serial", "1.5", "serial must be a whole number"),
    ("serial", "true", "serial must be a whole number"),
    ("confidential", '"yes"', "confidential must be true or false, not 'yes'"),
    ("confidential", "1", "confidential must be true or false, not 1"),
    ("timezone", '"Europe/Atlantis"', "no time zone 'Europe/Atlantis'"),
    ("timezone", '"../../etc/hosts"', "no time zone"),
    ("source", '{ path = "x" }', "source is not written by hand"),
    ("scope", '"pattern"', "scope must be subtree, exact or below, not 'pattern'"),
    ("scope", "1", "scope must be subtree, exact or below, not 1"),
    ("scope", "[]", "scope must be subtree, exact or below"),
    ("exceptions", '"a.example"', "exceptions must be a list"),
    ("exceptions", "[1]", "exceptions must hold texts, or tables"),
]


@pytest.mark.parametrize(("name", "written", "message"), BAD)
def test_ill_formed_field(name: str, written: str, message: str) -> None:
    octets = toml("# a line between", f"{name} = {written}")
    with pytest.raises(OrderSyntaxError, match=message) as caught:
        load_orders(octets, name="order.toml")
    error = caught.value
    assert (error.path, error.order_id) == ("order.toml", "it:t:1")
    assert error.line in (1, 5), "where the order begins, or the field stands"
    assert str(error).startswith(f"order.toml:{error.line}: ")


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("expire", "expires"),
        ("expired", "expires"),
        ("notifed", "notified"),
        ("panalty", "penalty"),
        ("jurisdictions", "jurisdiction"),
        ("case-number", "case_number"),
        ("zzz", None),
        ("rejected", None),
        ("mentions", None),
    ],
)
def test_unknown_field(name: str, close: str | None) -> None:
    with pytest.raises(OrderSyntaxError, match=f"{name} is unknown") as caught:
        load_orders(toml("# …", f"{name} = 1"))
    assert (f"; did you mean {close}?" in str(caught.value)) is (close is not None)
    assert caught.value.line == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('targets = ["a.example"]', "id is missing: an order needs one"),
        ('id = ""\ntargets = ["a.example"]', "id is missing: an order needs one"),
        ('id = " "\ntargets = ["a.example"]', "id is missing: an order needs one"),
        ('id = 7\ntargets = ["a.example"]', "id must be text"),
        ('id = "x"', "names no targets"),
        ('id = "x"\ntargets = []', "names no targets"),
        ('id = "x"\nexceptions = ["a.example"]', "names no targets"),
        ('id = "x"\ntargets = "a.example"', "targets must be a list"),
        ('id = "x"\ntargets = [1]', "targets must hold texts, or tables"),
        ('id = "x"\ntargets = [{ kind = "exact" }]', "targets must hold texts, or tables"),
        (
            'id = "x"\ntargets = [{ target = "a.example", kin = "exact" }]',
            "a target has target and kind",
        ),
        (
            'id = "x"\ntargets = [{ target = "a.example", kind = "all" }]',
            "a target has target and kind",
        ),
        (
            'id = "x"\ntargets = [{ target = "a.example", kind = [] }]',
            "a target has target and kind",
        ),
        ('id = "x"\ntargets = [{ target = "a.example", kind = "url" }]', "kind subtree, not url"),
        (
            'id = "x"\ntargets = [{ target = "a.example", kind = "address" }]',
            "kind subtree, not address",
        ),
        (
            'id = "x"\ntargets = [{ target = "a.example", kind = "pattern" }]',
            "kind subtree, not pattern",
        ),
        (
            'id = "x"\ntargets = [{ target = "192.0.2.1", kind = "exact" }]',
            "kind address, not exact",
        ),
    ],
)
def test_ill_formed_order(text: str, message: str) -> None:
    with pytest.raises(OrderSyntaxError, match=message) as caught:
        load_orders(f"# one\n\n[[order]]\n{text}\n".encode(), name="order.toml")
    assert caught.value.path == "order.toml"
    assert caught.value.line is not None
    assert caught.value.line >= 3


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('[[order]]\nid = "x\ntargets = []', "not TOML", 2),
        ('[[order]]\nid = "x"\n\nid = "y"', "not TOML", 4),
        ("[[order]]\nid = x", "not TOML", 2),
        ("[[order]]\nissued = 2022-02-30", "not TOML", None),
        ('id = "x"\n[[order]]\n', "^order.toml:1: id stands outside of", 1),
        ('[[order]]\nid = "x"\n[other]\n', "other stands outside of", 3),
        ("order = []\n", r"no \[\[order\]\]", None),
        ("order = 7\n", r"order must be tables", 1),
        ("order = [7]\n", r"order must be tables", 1),
        ("# empty\n", r"no \[\[order\]\]", None),
        ('[[order]]\nid = "x"\n[order.penalty]\nper = "day"', "names no targets", 1),
    ],
)
def test_ill_formed_file(text: str, message: str, line: int | None) -> None:
    with pytest.raises(OrderSyntaxError, match=message) as caught:
        load_orders(text.encode(), format="order", name="order.toml")
    assert caught.value.path == "order.toml"
    assert line is None or caught.value.line == line
    assert "(at line" not in str(caught.value)


@pytest.mark.parametrize("head", ["[[order]]", "[order]", "  [[ order ]]  # first", "[order]\t#x"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_recognised(head: str, end: str) -> None:
    lines = ["# who", "", head, 'id = "x"', 'targets = ["a.example"]']
    order = only(end.join(lines).encode())
    assert (order.source.format, order.source.line) == ("order", 3)
    assert order.targets[0].line == 5


def test_several_orders() -> None:
    one = '[[order]]\nid = "x"\ntargets = ["a.example",\n  "b.example"]\n'
    two = '[[order]]  # another\nid = "y"\ntargets = ["a.example"]\n'
    orders = load_orders((one + two).encode())
    assert [order.id for order in orders] == ["x", "y"]
    assert [order.source.line for order in orders] == [1, 5]
    assert [[t.line for t in order.targets] for order in orders] == [[3, 4], [7]]
    with pytest.raises(OrderSyntaxError) as caught:
        load_orders((one + two + "serial = -1\n").encode())
    assert (caught.value.line, caught.value.order_id) == (8, "y")


def test_orders_of_one_id_do_not_hide_each_other() -> None:
    one, two = toml(), toml(targets='["b.example"]')
    with pytest.raises(ValueError, match="two different orders have the id 'it:t:1'"):
        compile_orders(load_orders(one + b"\n" + two))


def test_targets() -> None:
    text = """
[[order]]
id = "x"
scope = "exact"
targets = [
  "a.example",
  '=b.example', "*.c.example",
  "*kick*",
  "d.{suffix}",
  "http://e.example/x",
  "2001:DB8::/48",
  { target = "f.example", kind = "subtree" },
  { target = "f.example", kind = "below" },
  { target = "g", kind = "every-suffix" },
  "no name",
]
exceptions = ["www.a.example", "bad..example"]
"""
    order = only(text.encode())
    assert [(t.line, t.kind, t.value) for t in order.targets] == [
        (6, TargetKind.EXACT, "a.example"),
        (7, TargetKind.EXACT, "b.example"),
        (7, TargetKind.BELOW, "c.example"),
        (8, TargetKind.PATTERN, "*kick*"),
        (9, TargetKind.EVERY_SUFFIX, "d"),
        (10, TargetKind.URL, "e.example/x"),
        (11, TargetKind.ADDRESS, "2001:db8::/48"),
        (12, TargetKind.SUBTREE, "f.example"),
        (12, TargetKind.BELOW, "f.example"),
        (14, TargetKind.EVERY_SUFFIX, "g"),
    ]
    assert [(t.line, t.value, t.kind) for t in order.exceptions] == [
        (17, "www.a.example", TargetKind.EXACT)
    ]
    assert [(r.line, r.text, r.code) for r in order.rejected] == [
        (15, "no name", "white-space"),
        (17, "bad..example", "not-a-name"),
    ]


def test_refused_targets() -> None:
    octets = toml(targets='["a.example", "no name"]')
    (rejected,) = only(octets).rejected
    assert (rejected.order_id, rejected.line) == ("it:t:1", 3)
    with pytest.raises(UnsupportedTargetError, match="'no name'") as caught:
        load_orders(octets, strict=True)
    assert caught.value.order_id == "it:t:1"
    assert len(only(toml(targets='["no name"]')).rejected) == 1


@pytest.mark.parametrize("call", ["subtree", "exact", "below"])
@pytest.mark.parametrize("own", [None, "subtree", "exact", "below"])
def test_scope_of_the_order_comes_first(call: str, own: str | None) -> None:
    fields = [] if own is None else [f'scope = "{own}"']
    order = only(toml(*fields), scope=call)
    assert order.targets[0].kind == (own or call)


class TestTemplate:
    def test_loads(self) -> None:
        order = only(TEMPLATE.encode())
        assert (order.source.format, order.rejected) == ("order", ())
        assert {target.kind for target in order.targets} == set(TargetKind)
        assert len(order.targets) == 8
        assert values(TEMPLATE.encode())[-1] == "=fourth.example"
        assert order.penalty == Penalty(Decimal(10000))
        assert compile_orders([order]).report is not None

    def test_shows_every_field(self) -> None:
        written = set(re.findall(r"^(?:# )?(\w+) = ", TEMPLATE, re.MULTILINE))
        expected = set(METADATA) - {"source", "warnings"} | {"scope", "targets", "exceptions"}
        assert written == expected

    def test_comments_are_right_too(self) -> None:
        text = re.sub(r"^# (\w+ = )", r"\1", TEMPLATE, flags=re.MULTILINE)
        order = only(text.encode())
        table = tomllib.loads(text)["order"][0]
        assert order.expires == table["expires"]
        assert order.suspended == (Span(date(2022, 9, 1), date(2022, 9, 30)),)
        assert (order.series, order.serial, order.timezone) == (
            "it:example:list",
            12,
            "Europe/Rome",
        )


def test_round_trip_through_an_image() -> None:
    """Every field comes back from an image as it was read."""
    from blocklist import Blocklist

    fields = [f"{name} = {cases[0][0]}" for name, cases in FIELDS.items() if cases]
    fields = [field for field in fields if field.partition(" ")[0] not in ("expires", "revoked")]
    order = only(toml(*fields))
    image = compile_orders([order], at=datetime(2022, 8, 1, tzinfo=UTC), shadow=True)
    (stored,) = Blocklist(image).orders
    for name in METADATA:
        assert getattr(stored, name) == getattr(order, name), name


class TestReviewed:
    def test_a_draft_may_name_nothing_yet(self) -> None:
        order = only(toml("reviewed = false", targets="[]"))
        assert (order.reviewed, order.targets) == (False, ())

    def test_what_was_reviewed_names_something(self) -> None:
        with pytest.raises(OrderSyntaxError, match="names no targets"):
            load_orders(toml("reviewed = true", targets="[]"))

    def test_a_draft_is_not_compiled_whether_it_binds_or_not(self) -> None:
        mine, draft = toml(id='"x:1"'), toml("reviewed = false", 'jurisdiction = "DE"')
        orders = [*load_orders(mine), *load_orders(draft, name="draft.toml")]
        with pytest.raises(CompileError) as caught:
            compile_orders(orders, jurisdiction="IT")
        assert (caught.value.path, caught.value.line) == ("draft.toml", 1)
        assert "reviewed = false" in str(caught.value)
        assert "set reviewed = true" in str(caught.value)
        reviewed = toml("reviewed = true", 'reviewed_by = "A. Person"', "reviewed_at = 2026-01-02")
        (kept,) = Blocklist(compile_orders(load_orders(reviewed))).orders
        assert (kept.reviewed, kept.reviewed_by) == (True, "A. Person")
        assert kept.reviewed_at == date(2026, 1, 2)
