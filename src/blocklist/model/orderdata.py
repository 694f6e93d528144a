"""ORDER DATA: an order as plain data (TOML, JSON) and back; one schema for files and images.

Dates are ISO 8601 text in JSON and native dates in TOML; both are read. Unknown fields are errors,
so that a mistyped ``expires`` cannot keep a block for ever.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ..errors import OrderSyntaxError
from .orders import Authority, Moment, Order, Penalty, Source, Span, Term, country, time_zone

Data = dict[str, Any]

_TEXTS = (
    "id", "instrument", "number", "case_number", "title", "series", "timezone", "legal_basis",
    "response", "status", "dynamic", "note",
)  # fmt: skip
_LISTS = ("territory", "supersedes", "addressees", "technique", "warnings")
_MOMENTS = (
    "issued", "notified", "published", "effective_from", "expires", "revoked", "complied",
)  # fmt: skip
METADATA = (
    *_TEXTS, *_LISTS, *_MOMENTS,
    "authority", "jurisdiction", "serial", "deadline", "suspended", "penalty", "confidential",
    "source",
)  # fmt: skip
"""The fields that ``encode_order`` writes and ``decode_order`` reads: all but the targets."""


def encode_order(order: Order) -> Data:
    """Return the metadata of an order as JSON-ready data, without defaults and without targets."""
    data: Data = {name: getattr(order, name) for name in (*_TEXTS, *_LISTS)}
    data |= {name: _iso(getattr(order, name)) for name in _MOMENTS}
    data |= {"jurisdiction": order.jurisdiction, "serial": order.serial}
    data["confidential"] = order.confidential
    data["authority"] = {"key": order.authority.key, "name": order.authority.name}
    if isinstance(order.deadline, Term):
        term = order.deadline
        data["deadline"] = {"amount": term.amount, "unit": term.unit, "from": term.start}
    else:
        data["deadline"] = _iso(order.deadline)
    data["suspended"] = [{"from": _iso(s.start), "until": _iso(s.end)} for s in order.suspended]
    if order.penalty is not None:
        penalty = order.penalty
        data["penalty"] = {
            "amount": str(penalty.amount),
            "currency": penalty.currency,
            "per": penalty.per,
            **({} if penalty.cap is None else {"cap": str(penalty.cap)}),
        }
    source = {f.name: getattr(order.source, f.name) for f in fields(Source)}
    data["source"] = {name: value for name, value in source.items() if value}
    empty: tuple[Any, ...] = ("", None, (), [], {})
    return {
        name: value for name, value in data.items() if value not in empty and value is not False
    }


def decode_order(data: Mapping[str, Any], **more: Any) -> Order:
    """Return the order that ``data`` describes; ``more`` holds fields decoded elsewhere (targets).

    Raises:
        OrderSyntaxError: a field is unknown, missing or ill-formed; the message names it.
    """
    if not isinstance(data, Mapping):
        raise OrderSyntaxError("an order is a table of fields")
    for name in data:
        if name not in METADATA:
            close = difflib.get_close_matches(name, METADATA, n=1)
            hint = f"; is {close[0]!r} meant?" if close else ""
            raise OrderSyntaxError(f"unknown field {name!r}{hint}")
    values: Data = {name: _text(name, data[name]) for name in _TEXTS if name in data}
    if not values.get("id"):
        raise OrderSyntaxError("an order needs an id")
    for name in _LISTS:
        if name in data:
            values[name] = _texts(name, data[name])
    for name in _MOMENTS:
        if name in data:
            values[name] = _moment(name, data[name])
    for name, decode in _DECODERS.items():
        if name in data:
            values[name] = decode(name, data[name])
    if values.get("timezone"):
        time_zone(values["timezone"])
    return Order(**(values | more))


def _iso(moment: Moment | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise OrderSyntaxError(f"{name} must be text, not {value!r}")
    return value.strip()


def _texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        raise OrderSyntaxError(f"{name} must be a list of texts, not {value!r}")
    items = (_text(name, item) for item in value)
    return tuple(map(_country, items) if name == "territory" else items)


def _country(code: str) -> str:
    try:
        return country(code)
    except ValueError as error:
        raise OrderSyntaxError(str(error)) from error


def _moment(name: str, value: object) -> Moment:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise OrderSyntaxError(
                f"{name} = {value} has no offset from UTC; write one (2022-07-11T10:00:00+02:00), "
                "or the date alone"
            )
        return value
    if not isinstance(value, date):
        raise OrderSyntaxError(f"{name} must be a date such as 2022-07-11, not {value!r}")
    return value


def _mapping(name: str, value: object, allowed: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise OrderSyntaxError(f"{name} must be a table with {allowed}, not {value!r}")
    for key in value:
        if key not in allowed.split(", "):
            raise OrderSyntaxError(f"unknown field {name}.{key}; the fields are {allowed}")
    return value


def _deadline(name: str, value: object) -> Moment | Term:
    if not isinstance(value, Mapping):
        return _moment(name, value)
    table = _mapping(name, value, "amount, unit, from")
    amount, unit = table.get("amount"), _text("deadline.unit", table.get("unit", "day"))
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 <= amount <= 100_000:
        raise OrderSyntaxError(f"deadline.amount must be a whole number, not {amount}")
    unit = unit.removesuffix("s")
    start = _text("deadline.from", table.get("from", "notified"))
    if unit not in Term.UNITS or start not in Term.STARTS:
        units, starts = " or ".join(Term.UNITS), " or ".join(Term.STARTS)
        raise OrderSyntaxError(f"deadline.unit is {units}; deadline.from is {starts}")
    return Term(amount, unit, start)


def _spans(name: str, value: object) -> tuple[Span, ...]:
    items = value if isinstance(value, list) else [value]
    spans = []
    for item in items:
        table = _mapping(name, item, "from, until")
        until = table.get("until")
        if "from" not in table:
            raise OrderSyntaxError("suspended needs from, the day it begins")
        end = None if until is None else _moment("suspended.until", until)
        spans.append(Span(_moment("suspended.from", table["from"]), end))
    return tuple(spans)


def _penalty(name: str, value: object) -> Penalty:
    table = _mapping(name, value, "amount, currency, per, cap")
    if "amount" not in table:
        raise OrderSyntaxError("penalty needs an amount")
    currency, per = _text(name, table.get("currency", "EUR")), _text(name, table.get("per", "day"))
    if not re.fullmatch("[A-Z]{3}", currency) or per not in Penalty.UNITS:
        raise OrderSyntaxError(
            "penalty.currency is a code such as EUR; penalty.per day or violation"
        )
    cap = _decimal("penalty.cap", table["cap"]) if "cap" in table else None
    return Penalty(_decimal("penalty.amount", table["amount"]), currency, per, cap)


def _decimal(name: str, value: object) -> Decimal:
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", str(value)):
        raise OrderSyntaxError(f"{name} = {value}: is the dot a thousands mark? Write it without")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal(-1)
    if (
        isinstance(value, bool)
        or not amount.is_finite()
        or not 0 <= amount < 10**15
        or amount != round(amount, 4)
    ):
        raise OrderSyntaxError(
            f"{name} must be a number such as 10000 or 99.50 (no thousands mark), not {value!r}"
        )
    return amount


def _authority(name: str, value: object) -> Authority:
    if isinstance(value, Mapping):
        table = _mapping(name, value, "key, name")
        return Authority(_text(name, table.get("key", "")), _text(name, table.get("name", "")))
    return Authority.named(_text(name, value))


def _source(name: str, value: object) -> Source:
    table = _mapping(name, value, "path, sha256, line, format")
    texts = {
        key: _text(f"source.{key}", table.get(key, "")) for key in ("path", "sha256", "format")
    }
    return Source(**texts, line=_integer("source.line", table.get("line", 0)))


def _integer(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise OrderSyntaxError(f"{name} must be a whole number, not {value!r}")
    return value


def _boolean(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise OrderSyntaxError(f"{name} must be true or false, not {value!r}")
    return value


_DECODERS: dict[str, Callable[[str, object], object]] = {
    "authority": _authority,
    "jurisdiction": lambda name, value: _country(_text(name, value)),
    "serial": _integer,
    "deadline": _deadline,
    "suspended": _spans,
    "penalty": _penalty,
    "confidential": _boolean,
    "source": _source,
}
