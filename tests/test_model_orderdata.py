from __future__ import annotations

import copy
import json
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.errors import BlocklistError, OrderError, OrderSyntaxError
from blocklist.model.authorities import Authority
from blocklist.model.countries import ZONES
from blocklist.model.orderdata import METADATA, decode_order, encode_order
from blocklist.model.orders import Order, Source, Span, Term
from blocklist.model.penalty import Penalty
from blocklist.model.targets import Target, TargetKind

pytestmark = pytest.mark.no_core

texts = st.text(max_size=20).map(str.strip)
moments = st.dates() | st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9.5))])
)
countries = st.sampled_from(sorted(ZONES))
amounts = st.decimals(0, 10**12, places=2, allow_nan=False)
optional_moments = st.none() | moments
lists = st.lists(texts, max_size=3).map(tuple)

orders = st.builds(
    Order,
    id=texts.filter(bool),
    authority=st.builds(Authority, texts, texts),
    jurisdiction=st.just("") | countries,
    territory=st.lists(countries, max_size=3).map(tuple),
    **dict.fromkeys(
        [
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
            "dynamic",
            "note",
            "reviewed_by",
        ],
        texts,
    ),
    serial=st.none() | st.integers(1, 10**12),
    **dict.fromkeys(
        [
            "issued",
            "notified",
            "acknowledged",
            "published",
            "effective_from",
            "expires",
            "revoked",
            "complied",
            "reviewed_at",
        ],
        optional_moments,
    ),
    deadline=optional_moments
    | st.builds(
        Term, st.integers(0, 100_000), st.sampled_from(Term.UNITS), st.sampled_from(Term.STARTS)
    ),
    suspended=st.lists(st.builds(Span, moments, optional_moments), max_size=2).map(tuple),
    **dict.fromkeys(["supersedes", "addressees", "technique", "warnings"], lists),
    timezone=st.sampled_from(["", "UTC", "Europe/Rome", "Asia/Tokyo"]),
    penalty=st.none()
    | st.builds(
        Penalty,
        amounts,
        st.sampled_from(["EUR", "CZK"]),
        st.sampled_from(Penalty.UNITS),
        st.none() | amounts,
    ),
    confidential=st.booleans(),
    **dict.fromkeys(["reasons", "redress", "reviewed"], st.none() | st.booleans()),
    language=st.sampled_from(["", "it", "de-CH"]),
    source=st.builds(Source, texts, texts, st.integers(0, 10**6), texts),
)


class TestRoundTrip:
    @given(orders)
    def test_decode_of_encode(self, order: Order) -> None:
        assert decode_order(encode_order(order)) == order

    @given(orders)
    def test_through_json(self, order: Order) -> None:
        text = json.dumps(encode_order(order), allow_nan=False)
        assert decode_order(json.loads(text)) == order

    @given(orders)
    def test_encoding_is_canonical(self, order: Order) -> None:
        data = encode_order(order)
        kept = copy.deepcopy(data)
        assert encode_order(decode_order(data)) == data == kept
        assert data.keys() <= set(METADATA)

    def test_defaults_are_left_out(self) -> None:
        assert encode_order(Order(id="x")).keys() == {"id", "authority"}

    def test_targets_are_added(self) -> None:
        target = Target(TargetKind.SUBTREE, "x.com", "x.com", 1)
        assert decode_order({"id": "x"}, targets=(target,)).targets == (target,)


MILAN = """
id = "it:trib-milano:1"
authority = "Tribunale di Milano"
jurisdiction = "it"
territory = "IT"
instrument = " ordinanza "
issued = 2022-07-11
notified = 2022-07-18T17:30:00+02:00
published = "2022-07-19"
complied = "2022-08-17T09:00:00Z"
deadline = { amount = 30, unit = "days" }
suspended = { from = 2022-11-01 }
penalty = { amount = 10_000.50, cap = "1000000" }
"""


def test_toml_has_native_dates_and_short_forms() -> None:
    assert decode_order(tomllib.loads(MILAN)) == Order(
        id="it:trib-milano:1",
        authority=Authority("tribunale-di-milano", "Tribunale di Milano"),
        jurisdiction="IT",
        territory=("IT",),
        instrument="ordinanza",
        issued=date(2022, 7, 11),
        notified=datetime(2022, 7, 18, 15, 30, tzinfo=UTC),
        published=date(2022, 7, 19),
        complied=datetime(2022, 8, 17, 9, tzinfo=UTC),
        deadline=Term(30, "day", "notified"),
        suspended=(Span(date(2022, 11, 1)),),
        penalty=Penalty(Decimal("10000.5"), cap=Decimal(1_000_000)),
    )


NAIVE = datetime(2022, 7, 11, 10, 0)  # noqa: DTZ001
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "id-none": ({"id": None}, "id must be text, not None"),
    "blank-id": ({"id": "  "}, "id is missing: an order needs one"),
    "endless-penalty": ({"penalty": {"amount": "1e-999999"}}, "must be a number"),
    "empty-id": ({"id": ""}, "id is missing: an order needs one"),
    "id-not-text": ({"id": 7}, "id must be text, not 7"),
    "mistyped": ({"expire": "2022-01-01"}, "expire is unknown; did you mean expires?"),
    "unknown": ({"qqqq": 1}, "qqqq is unknown; choose from: id, instrument, "),
    "targets": ({"targets": []}, "targets is unknown; did you mean status?"),
    "text-is-null": ({"title": None}, "title must be text"),
    "list-of-numbers": ({"supersedes": [1]}, "supersedes must be a list of texts, not [1]"),
    "list-is-table": ({"technique": {}}, "technique must be a list"),
    "country-in-words": ({"jurisdiction": "Italy"}, "'Italy' is not a country code"),
    "country-of-digits": ({"territory": ["IT", "39"]}, "'39' is not a country code"),
    "date-dotted": ({"issued": "11.07.2022"}, "issued must be a date such as 2022-07-11"),
    "date-impossible": ({"issued": "2022-02-30"}, "issued must be a date"),
    "date-is-number": ({"issued": 2022}, "issued must be a date"),
    "date-is-true": ({"issued": True}, "issued must be a date"),
    "no-offset": ({"expires": "2022-07-11T10:00:00"}, "has no offset from UTC; write one"),
    "no-offset-native": ({"expires": NAIVE}, "has no offset from UTC"),
    "serial-is-text": ({"serial": "7"}, "serial must be a whole number"),
    "serial-is-true": ({"serial": True}, "serial must be a whole number"),
    "serial-negative": ({"serial": -1}, "serial must be a whole number"),
    "serial-is-float": ({"serial": 1.0}, "serial must be a whole number"),
    "confidential-is-text": ({"confidential": "yes"}, "confidential must be true or false"),
    "confidential-is-number": ({"confidential": 1}, "confidential must be true or false"),
    "zone-unknown": ({"timezone": "Rome"}, "no time zone 'Rome'"),
    "authority-field": ({"authority": {"nome": "x"}}, "authority.nome is unknown; did you mean"),
    "authority-number": ({"authority": 7}, "authority must be text"),
    "deadline-field": ({"deadline": {"amount": 1, "days": 1}}, "deadline.days is unknown"),
    "deadline-no-amount": ({"deadline": {}}, "deadline.amount is missing"),
    "deadline-is-true": ({"deadline": {"amount": True}}, "deadline.amount must be"),
    "deadline-negative": ({"deadline": {"amount": -1}}, "deadline.amount must be"),
    "deadline-too-long": ({"deadline": {"amount": 100_001}}, "deadline.amount must be"),
    "deadline-unit": ({"deadline": {"amount": 1, "unit": "week"}}, "deadline.unit must be minute"),
    "deadline-from": ({"deadline": {"amount": 1, "from": "id"}}, "deadline.from must be notified"),
    "suspended-no-from": ({"suspended": [{"until": "2022-01-01"}]}, "suspended[1].from is missing"),
    "suspended-is-date": ({"suspended": "2022-01-01"}, "suspended must be tables with from, until"),
    "suspended-until": (
        {"suspended": {"from": "2022-01-01", "until": "x"}}, "suspended.until must be a date",
    ),
    "penalty-no-amount": ({"penalty": {"cap": 1}}, "penalty.amount is missing"),
    "penalty-thousands": ({"penalty": {"amount": "10,000"}}, "no thousands mark"),
    "penalty-is-true": ({"penalty": {"amount": True}}, "penalty.amount must be a number"),
    "penalty-nan": ({"penalty": {"amount": float("nan")}}, "penalty.amount must be a number"),
    "penalty-signalling-nan": ({"penalty": {"amount": "sNaN"}}, "penalty.amount must be a number"),
    "penalty-infinite": ({"penalty": {"amount": "Infinity"}}, "penalty.amount must be a number"),
    "penalty-negative": ({"penalty": {"amount": -1}}, "penalty.amount must be a number"),
    "penalty-huge": ({"penalty": {"amount": "1e15"}}, "penalty.amount must be a number"),
    "penalty-cap": ({"penalty": {"amount": 1, "cap": "x"}}, "penalty.cap must be a number"),
    "penalty-currency": ({"penalty": {"amount": 1, "currency": "€"}}, "must be a code such as EUR"),
    "penalty-per": ({"penalty": {"amount": 1, "per": "week"}}, "must be day, violation or hour"),
    "source-field": ({"source": {"file": "x"}}, "source.file is unknown; choose from: path"),
    "source-line": ({"source": {"line": "7"}}, "source.line must be a whole number"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "message"), BAD.values(), ids=BAD)
def test_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(OrderError) as caught:
        decode_order({"id": "x"} | fields)
    assert message in str(caught.value)


@pytest.mark.parametrize("name", sorted({*METADATA} - {"id"}))
@pytest.mark.parametrize("value", [None, 1.5, b"x", object()], ids=["null", "float", "octets", "?"])
def test_no_field_takes_anything(name: str, value: object) -> None:
    with pytest.raises(OrderSyntaxError) as caught:
        decode_order({"id": "x", name: value})
    assert name in str(caught.value)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
keys = st.sampled_from(
    ["amount", "unit", "from", "until", "currency", "per", "cap", "key", "name", "path", "line"]
)
sensible = st.sampled_from(
    ["2022-07-11", "2022-07-11T10:00:00Z", "0001-01-01", "9999-12-31", "IT", "day", "EUR", 1, 30,
     "notified", "1e-9", "-0", "Europe/Rome"]
)  # fmt: skip
values = st.recursive(
    scalars | sensible,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(METADATA) | st.text(max_size=5), values, max_size=5))
def test_any_json_is_an_order_or_a_library_error(data: dict[str, Any]) -> None:
    for fields in (data, {"id": "x"} | data):
        try:
            order = decode_order(fields)
        except BlocklistError:
            continue
        assert decode_order(encode_order(order)).id == order.id


def test_a_serial_of_zero_is_kept() -> None:
    assert decode_order(encode_order(Order(id="x", serial=0))).serial == 0


def test_what_is_no_table_at_all() -> None:
    with pytest.raises(OrderSyntaxError, match="a table of fields"):
        decode_order([])  # type: ignore[arg-type]
