"""COLLATERAL PAGE: what orders would take down, as one page of HTML.

It loads nothing and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any
from xml.etree.ElementTree import Element

from ..backend import __version__
from ..logs import Collateral
from ..logs.reach import LEVELS, Level
from ..model.wording import plural
from ..review.elements import Child, document_of, element
from .logpage import files_section, number_cells, table_of, unicode_of

_MOST = 200
_MOST_NAMES = 10
_HEADS = ("Target", "Why", "Queries a day", "Clients", "Share")


def collateral_page(found: Collateral) -> str:
    """Return the page."""
    style = resources.files(__package__).joinpath("evidence.css").read_text("utf-8")
    style += resources.files(__package__).joinpath("audit.css").read_text("utf-8")
    title = ", ".join(f"{found.count(level):,} at {level}" for level in LEVELS)
    body = element(
        "body",
        element(
            "header", element("p", "blocklist collateral", class_="kind"), element("h1", title),
            _warning(found),
        ),
        element(
            "main",
            element("section", element("h2", "What was read"), _facts(found), id="read"),
            *_targets(found),
            _enforced(found),
            files_section(found.files),
        ),
        element("footer", element("p", f"blocklist {__version__}", class_="kind")),
    )  # fmt: skip
    return document_of(title, style, body)


def _warning(found: Collateral) -> Element | None:
    stops = found.count(Level.STOP)
    said = f"{plural(stops, 'target')} at stop: do not enforce before a person has decided"
    return element("p", said, class_="faults") if stops else None


def _facts(found: Collateral) -> Element:
    span = found.span
    clients, _, _ = all_clients(found.clients, found.least).partition(" ")
    rows: list[tuple[str, Child]] = [
        ("Queries", f"{found.queries:,}"),
        ("Unreadable", f"{found.unread:,}"),
        ("From", "no query" if span is None else f"{span[0]:%Y-%m-%d %H:%M} UTC"),
        ("To", "no query" if span is None else f"{span[1]:%Y-%m-%d %H:%M} UTC"),
        ("Times without a zone in", found.log_zone),
        ("Clients", f"{clients}; fewer than {found.least:,} are not shown"),
        ("Reach", f"from {percent(found.limits.reach)} of the clients on"),
    ]
    rows += [("Not judged", said) for said in found.not_judged]
    rows += [("Order not judged", said) for said in found.skipped[:_MOST]]
    cells = (cell for term, said in rows for cell in (element("dt", term), element("dd", said)))
    return element("dl", *cells, class_="facts")


def _targets(found: Collateral) -> Iterable[Element]:
    names = _names(found)
    for level in LEVELS:
        rows = [row for row in found.targets.to_pylist() if row["level"] == level]
        if not rows:
            continue
        shown = [
            element(
                "tr",
                element(
                    "td", element("code", row["target"]), unicode_of(row["target"]),
                    element("span", _order(row), class_="said"),
                ),
                element("td", row["reasons"], *names.get((row["order"], row["target"]), ())),
                *number_cells(_HEADS[2:], numbers(row)),
            )
            for row in rows[:_MOST]
        ]  # fmt: skip
        yield element(
            "section", element("h2", f"At {level}"), table_of(_HEADS, shown, len(rows) - _MOST),
            id=level.value,
        )  # fmt: skip


def _order(row: dict[str, Any]) -> str:
    covered = row["covered_by"]
    return f"{row['order']}{f'; already covered by {covered}' if covered else ''}"


def _names(found: Collateral) -> dict[tuple[str, str], list[Element]]:
    """Return the first names of each target, as lists."""
    of: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in found.rows.select(["order", "target", "kind", "name", "queries"]).to_pylist():
        if row["kind"] != "target":
            lists = of.setdefault((row["order"], row["target"]), {})
            lists.setdefault(row["kind"], []).append(f"{row['name']} ({row['queries']:,})")
    words = {"lost": "names lost", "depends": "names that depend on it"}
    return {
        key: [
            element(
                "div", f"{words[kind]}: {', '.join(names[:_MOST_NAMES])}"
                f"{', …' if len(names) > _MOST_NAMES else ''}", class_="said",
            )
            for kind, names in lists.items()
        ]
        for key, lists in of.items()
    }  # fmt: skip


def all_clients(count: int, least: int) -> str:
    """Return how many clients all logs name, as it may be shown."""
    return f"<{least:,} clients" if 0 < count < least else plural(count, "client")


def numbers(row: dict[str, Any]) -> Iterable[str]:
    """Yield queries a day, clients and share of a target, as text."""
    yield "not judged" if row["per_day"] is None else f"{row['per_day']:,.1f}"
    yield "not judged" if row["clients"] is None else row["clients"]
    yield "" if row["share"] is None else percent(row["share"])


def percent(share: float) -> str:
    """Return a share of clients as text."""
    return f"{share:.3%}"


def _enforced(found: Collateral) -> Element | None:
    rows = found.enforced.to_pylist()
    if not rows:
        return None
    heads = ("Target", "Queries", "Clients", "Share")
    shown = [
        element(
            "tr",
            element("td", element("code", row["target"])),
            *number_cells(
                heads[1:],
                (f"{row['queries']:,}", row["clients"] or "unknown",
                 "" if row["share"] is None else percent(row["share"])),
            ),
        )
        for row in rows
    ]  # fmt: skip
    said = "To set the limit of reach: what is enforced already, by clients."
    return element(
        "section", element("h2", "Already enforced"), element("p", said),
        table_of(heads, shown, 0), id="enforced",
    )  # fmt: skip
