"""ORDER DATA: an order as plain data (TOML, JSON) and back; one schema for files and images.

Dates are ISO 8601 text in JSON and native dates in TOML; both are read. Unknown fields are errors,
so that a mistyped ``expires`` cannot keep a block for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any

from ..errors import OrderSyntaxError
from .authorities import Authority
from .countries import country, time_zone
from .languages import language
from .orders import Moment, Order, Source, Span, Term
from .penalty import Penalty
from .typedtoml import TypedTable

Data = dict[str, Any]

_TEXTS = (
    "id", "instrument", "number", "case_number", "title", "series", "timezone", "legal_basis",
    "link", "category", "category_code", "category_other", "report_to", "language", "received_at",
    "response", "status", "dynamic", "note", "reviewed_by",
)  # fmt: skip
_LISTS = ("territory", "supersedes", "addressees", "technique", "warnings")
_MOMENTS = (
    "issued", "notified", "acknowledged", "published", "effective_from", "expires", "revoked",
    "complied", "reviewed_at",
)  # fmt: skip
_ANSWERS = ("reasons", "redress", "reviewed")
"""Yes, no, or nothing said."""
METADATA = (
    *_TEXTS, *_LISTS, *_MOMENTS, *_ANSWERS,
    "authority", "jurisdiction", "serial", "deadline", "suspended", "penalty", "confidential",
    "shadow", "source",
)  # fmt: skip
"""The fields that ``encode_order`` writes and ``decode_order`` reads: all but the targets."""
_KEYS = dict.fromkeys(METADATA)  # found at once, and in sequence


def encode_order(order: Order) -> Data:
    """Return the metadata of an order as JSON-ready data, without defaults and without targets."""
    data: Data = {name: getattr(order, name) for name in (*_TEXTS, *_LISTS)}
    data |= {name: _iso(getattr(order, name)) for name in _MOMENTS}
    data |= {"jurisdiction": order.jurisdiction, "serial": order.serial}
    data |= {"confidential": order.confidential, "shadow": order.shadow}
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
    source = {f.name: getattr(order.source, f.name) for f in fields(Source) if f.compare}
    data["source"] = {name: value for name, value in source.items() if value}
    empty: tuple[Any, ...] = ("", None, (), [], {})
    data = {
        name: value for name, value in data.items() if value not in empty and value is not False
    }
    answers = {name: getattr(order, name) for name in _ANSWERS}
    return data | {name: said for name, said in answers.items() if said is not None}


def decode_order(data: Mapping[str, Any] | TypedTable, **more: Any) -> Order:
    """Return the order that ``data`` describes; ``more`` holds fields decoded elsewhere (targets).

    Raises:
        OrderSyntaxError: a field is unknown, missing or ill-formed; the message names it. What a
            table of another kind raises.
    """
    if isinstance(data, TypedTable):
        table = data
    elif isinstance(data, Mapping):
        table = TypedTable(data, _fail, keys=_KEYS)
    else:
        raise OrderSyntaxError("an order is a table of fields")
    values = decode_fields(table)
    if not values.get("id"):
        raise table.error("id", "is missing: an order needs one")
    return Order(**(values | more))


def decode_fields(table: TypedTable) -> Data:
    """Return the fields of an order that a table states; errors are those of the table."""
    given = table.data  # asked directly, since an image may hold thousands of orders
    values: Data = {name: table.text(name, "").strip() for name in _TEXTS if name in given}
    values |= {name: _texts(table, name) for name in _LISTS if name in given}
    values |= {name: table.moment(name) for name in _MOMENTS if name in given}
    values |= {name: decode(table, name) for name, decode in _DECODERS.items() if name in given}
    values |= {name: table.flag(name) for name in _ANSWERS if name in given}
    if values.get("timezone"):
        table.check("timezone", time_zone, values["timezone"])
    if values.get("language"):
        table.check("language", language, values["language"])
    return values


def _fail(message: str, line: int | None) -> OrderSyntaxError:
    return OrderSyntaxError(message, line=line)


def _iso(moment: Moment | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _texts(table: TypedTable, name: str) -> tuple[str, ...]:
    texts = (text.strip() for text in table.texts(name))
    if name == "territory":
        texts = (table.check(name, country, text) for text in texts)
    return tuple(texts)


def _deadline(table: TypedTable, name: str) -> Moment | Term:
    if not isinstance(table.value(name), Mapping):
        return table.moment(name)
    term = table.table(name, ("amount", "unit", "from"))
    units = (*Term.UNITS, *(f"{unit}s" for unit in Term.UNITS))
    return Term(
        term.whole("amount", high=100_000),
        term.choice("unit", units, "day").removesuffix("s"),
        term.choice("from", Term.STARTS, "notified"),
    )


def _spans(table: TypedTable, name: str) -> tuple[Span, ...]:
    return tuple(
        Span(span.moment("from"), span.moment("until", None))
        for span in table.tables(name, ("from", "until"))
    )


def _penalty(table: TypedTable, name: str) -> Penalty:
    penalty = table.table(name, ("amount", "currency", "per", "cap"))
    amount, currency = _decimal(penalty, "amount"), penalty.text("currency", "EUR").strip()
    if not re.fullmatch("[A-Z]{3}", currency):
        raise penalty.error(
            "currency", f"must be a code such as EUR, not {penalty.shown(currency)}"
        )
    cap = _decimal(penalty, "cap") if "cap" in penalty else None
    return Penalty(amount, currency, penalty.choice("per", Penalty.UNITS, "day"), cap)


def _decimal(table: TypedTable, name: str) -> Decimal:
    value = table.value(name)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", str(value)):
        raise table.error(
            name, f"= {table.shown(value)}: is the dot a thousands mark? Write it without"
        )
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
        raise table.error(
            name,
            f"must be a number such as 10000 or 99.50 (no thousands mark), not "
            f"{table.shown(value)}",
        )
    return amount


def _authority(table: TypedTable, name: str) -> Authority:
    if isinstance(table.value(name), Mapping):
        authority = table.table(name, ("key", "name"))
        return Authority(authority.text("key", "").strip(), authority.text("name", "").strip())
    return Authority.named(table.text(name, "").strip())


def _source(table: TypedTable, name: str) -> Source:
    source = table.table(name, ("path", "sha256", "line", "format"))
    texts = {key: source.text(key, "").strip() for key in ("path", "sha256", "format")}
    return Source(**texts, line=source.whole("line", 0))


_DECODERS: dict[str, Callable[[TypedTable, str], object]] = {
    "authority": _authority,
    "jurisdiction": lambda table, name: table.check(name, country, table.text(name, "").strip()),
    "serial": lambda table, name: table.whole(name),
    "deadline": _deadline,
    "suspended": _spans,
    "penalty": _penalty,
    "confidential": lambda table, name: table.flag(name),
    "shadow": lambda table, name: table.flag(name),
    "source": _source,
}
