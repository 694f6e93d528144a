"""AUDIT PAGE: what query logs hold for the orders in an image, as one page of HTML.

It loads nothing and runs nothing. Names come from logs, which anyone can write into: each is put
into the tree as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import resources
from typing import Any
from xml.etree.ElementTree import Element

from ..backend import __version__
from ..logs import Audit
from ..logs.merge import IMAGES
from ..model.wording import plural
from ..review.elements import Child, document_of, element
from .logpage import files_section, number_cells, table_of, unicode_of

_MOST_ORDERS = 200
_MOST_NAMES = 50
_MOST_SPANS = 120
"""Spans that one row of bars shows; a longer log is not drawn."""
_HEIGHT = 24


def audit_page(found: Audit) -> str:
    """Return the page."""
    style = resources.files(__package__).joinpath("evidence.css").read_text("utf-8")
    style += resources.files(__package__).joinpath("audit.css").read_text("utf-8")
    title = f"{plural(found.hit, 'query', 'queries')} for names that orders block"
    body = element(
        "body",
        element(
            "header", element("p", "blocklist audit", class_="kind"), element("h1", title),
            _leaks(found),
        ),
        element(
            "main",
            element("section", element("h2", "What was read"), _facts(found), id="read"),
            *(_orders(found, image) for image in IMAGES),
            *(_names(found, image) for image in IMAGES),
            files_section(found.files),
        ),
        element("footer", element("p", f"blocklist {__version__}", class_="kind")),
    )  # fmt: skip
    return document_of(title, style, body)


def _leaks(found: Audit) -> Element | None:
    if found.leaks:
        queries = plural(found.leaks, "query", "queries")
        return element("p", f"{queries} for names of orders in force answered", class_="faults")
    if found.in_force_unknown:
        queries = plural(found.in_force_unknown, "query", "queries")
        return element(
            "p", f"Of {queries} for names of orders in force the logs do not say whether they "
            "were answered.", class_="said",
        )  # fmt: skip
    return None


def _facts(found: Audit) -> Element:
    span = found.span
    rows: list[tuple[str, Child]] = [
        ("Queries", f"{found.queries:,}"),
        ("Unreadable", f"{found.unread:,}"),
        ("From", "no query" if span is None else f"{span[0]:%Y-%m-%d %H:%M} UTC"),
        ("To", "no query" if span is None else f"{span[1]:%Y-%m-%d %H:%M} UTC"),
        ("Days in", found.zone),
        ("Times without a zone in", found.log_zone),
        ("Clients", f"counted; fewer than {found.least:,} are not shown"),
        ("Orders without a query", f"{found.without:,}"),
        ("Orders not judged", f"{found.not_judged:,} (URLs or addresses alone)"),
        ("Image", element("code", found.digests[0])),
    ]
    rows += [("Shadow image", element("code", digest)) for digest in found.digests[1:]]
    cells = (cell for term, said in rows for cell in (element("dt", term), element("dd", said)))
    return element("dl", *cells, class_="facts")


def _orders(found: Audit, image: str) -> Element | None:
    rows = _rows_of(found.orders, image)
    if not rows:
        return None
    days = _days(found, image)
    heads = ("Order", f"Queries by {found.by}", "Queries", "Names", "Clients", "Answered")
    shown = [
        element(
            "tr",
            element("td", element("span", row["order"], class_="id"), _states(row)),
            element("td", _bars(days.get(row["order"], {}), found), class_="bars"),
            *number_cells(heads[2:], _numbers(row)),
        )
        for row in rows[:_MOST_ORDERS]
    ]
    return element(
        "section",
        element("h2", "Orders" if image == IMAGES[0] else "Shadow orders: not enforced"),
        table_of(heads, shown, len(rows) - _MOST_ORDERS),
        id=image,
    )


def _states(row: dict[str, Any]) -> Element:
    parts = [
        f"{row[key]:,} {word}"
        for key, word in (
            ("in_force", "in force"), ("before", "before it began"), ("suspended", "suspended"),
            ("after", "after it ended"),
        )
        if row[key]
    ]  # fmt: skip
    return element("span", ", ".join(parts), class_="said")


def _numbers(row: dict[str, Any]) -> Iterator[str]:
    yield f"{row['queries']:,}"
    yield f"{row['names']:,}"
    yield row["clients"] or "unknown"
    unknown = row["unknown"] == row["queries"]
    yield "unknown" if unknown else f"{row['answered']:,}"


def _names(found: Audit, image: str) -> Element | None:
    rows = _rows_of(found.names, image)
    if not rows:
        return None
    heads = ("Name", "Order", "Queries", "Clients")
    shown = [
        element(
            "tr",
            element("td", element("code", row["name"]), unicode_of(row["name"])),
            element("td", element("span", row["order"], class_="id")),
            *number_cells(heads[2:], (f"{row['queries']:,}", row["clients"] or "unknown")),
        )
        for row in rows[:_MOST_NAMES]
    ]
    return element(
        "section",
        element("h2", "Names" if image == IMAGES[0] else "Names of shadow orders"),
        table_of(heads, shown, len(rows) - _MOST_NAMES),
        id=f"{image}-names",
    )


def _rows_of(table: Any, image: str) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if row["image"] == image]


def _days(found: Audit, image: str) -> dict[str, dict[datetime, int]]:
    days: dict[str, dict[datetime, int]] = {}
    for row in _rows_of(found.days, image):
        days.setdefault(row["order"], {})[row["day"]] = row["queries"]
    return days


def _bars(queries: dict[datetime, int], found: Audit) -> Element | None:
    """Return bars for an order, from the first span of any order to the last."""
    all_days = found.days["day"].to_pylist()
    step = timedelta(hours=1) if found.by == "hour" else timedelta(days=1)
    first = min(all_days)
    count = (max(all_days) - first) // step + 1
    if count > _MOST_SPANS:
        return None
    most = max(queries.values())
    bars = []
    for at in range(count):
        day = first + at * step
        number = queries.get(day, 0)
        height = -(-number * _HEIGHT // most)
        form = "%Y-%m-%d %H:00" if found.by == "hour" else "%Y-%m-%d"
        bars.append(
            element(
                "rect",
                element("title", f"{day:{form}}: {number:,}"),
                x=at * 4,
                width=3,
                y=_HEIGHT - height,
                height=height,
            )
        )
    return element("svg", *bars, viewBox=f"0 0 {count * 4} {_HEIGHT}", role="img",
                   aria_label=f"queries by {found.by}", preserveAspectRatio="none")  # fmt: skip
