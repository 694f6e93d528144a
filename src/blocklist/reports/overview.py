"""OVERVIEW: orders and their enforcement as one page of HTML, for managers.

It loads nothing and runs nothing. A state is told by a sign and a word as well as by a colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import resources
from xml.etree.ElementTree import Element

from ..backend import __version__
from ..model.orders import State
from ..model.wording import duration, plural
from ..review.elements import Child, document_of, element
from .bars import TimeScale, length_bar, time_bar
from .effect import NOT_COVERED
from .overviewfacts import (
    AuthorityTimes,
    Due,
    OverviewFacts,
    OverviewHeld,
    OverviewRow,
    OverviewWait,
)

_SIGNS = {
    Due.MET: ("good", "\u2713"), Due.MISSED: ("bad", "\u2717"), Due.OPEN: ("doubt", "\u25f7"),
    Due.UNKNOWN: ("doubt", "?"), Due.NONE: ("", "\u00b7"),
}  # fmt: skip
_MOST = 200
_NEAR = timedelta(days=60)
_COLUMNS = ("Order", "Deadline", "As status counts", "By the record")
_DAYS_NOTE = (
    "As status counts, days run until the order says complied, was revoked or ended: write "
    "complied where it was given effect. By the record, they run until it was given effect."
)
_TIMES_NOTE = (
    "From notification until the last output that is checked was seen to serve the order, or until "
    "the day that the order says complied. The bar is the median, the mark the longest time."
)
_MISSED_NOTE = "Missed also counts what nothing says was met, as blocklist status counts it."


def overview_page(facts: OverviewFacts) -> str:
    """Return the page."""
    style = resources.files(__package__).joinpath("overview.css").read_text("utf-8")
    title = _title(facts)
    body = element(
        "body",
        element(
            "header",
            element("p", "blocklist report overview", class_="kind"),
            element("h1", title),
            element("p", f"As of {_instant(facts.made)}", class_="said"),
        ),
        element(
            "main",
            _numbers(facts),
            _waits(facts),
            _timeline(facts),
            _money(facts),
            _times(facts.authorities),
            _doubts(facts),
        ),
        element("footer", element("p", f"blocklist {__version__}", class_="kind")),
    )
    return document_of(title, style, body)


def _title(facts: OverviewFacts) -> str:
    missed, waiting = facts.count(Due.MISSED), len(facts.waits or ()) + len(facts.held or ())
    if missed:
        return f"{plural(missed, 'deadline')} missed"
    if waiting:
        return f"{plural(waiting, 'matter')} {'waits' if waiting == 1 else 'wait'} for a person"
    return "No deadline is missed"


def _numbers(facts: OverviewFacts) -> Element:
    in_force = sum(row.state is State.IN_FORCE for row in facts.rows)
    tiles = [("", f"{in_force:,}", f"of {plural(len(facts.rows), 'order')} in force")]
    for due in Due:
        count = facts.count(due)
        if count or due in (Due.MET, Due.MISSED):
            noun = plural(count, "deadline").partition(" ")[2]
            said = "without a deadline" if due is Due.NONE else f"{noun} {due}"
            tiles.append((_SIGNS[due][0] if count else "", f"{count:,}", said))
    for currency, (stated, recorded) in facts.penalties.items():
        tiles.append(("bad", f"{stated:,f} {currency}", "penalties so far, as status counts"))
        if recorded != stated:
            said = "penalties so far, by the record"
            tiles.append(("bad" if recorded else "", f"{recorded:,f} {currency}", said))
    if facts.held is not None:
        number, _, said = plural(len(facts.held), "held edition").partition(" ")
        tiles.append(("doubt" if facts.held else "", number, said))
    items = (
        element("li", element("b", number, class_=kind), " ", element("span", said))
        for kind, number, said in tiles
    )
    return element(
        "section", element("h2", "In numbers"), element("ul", *items, class_="tiles"),
        element("p", _MISSED_NOTE, class_="said"), id="numbers",
    )  # fmt: skip


def _waits(facts: OverviewFacts) -> Element:
    return element(
        "section",
        element("h2", "What waits for a person"),
        _listed(None if facts.waits is None else list(map(_wait, facts.waits)), "Nothing."),
        element("h3", "Held editions"),
        _listed(None if facts.held is None else list(map(_held, facts.held)), "None."),
        id="waits",
    )


def _listed(items: Sequence[Element] | None, nothing: str) -> Element:
    if items is None:
        return element("p", "Not known: the settings of blocklist run were not given (--config).")
    return element("ul", *items, class_="list") if items else element("p", nothing)


def _wait(one: OverviewWait) -> Element:
    kind, sign = ("bad", "\u2717") if one.is_grave else ("doubt", "!")
    return element(
        "li",
        element("span", sign, class_=f"sign {kind}", aria_hidden="true"),
        element("b", one.subject), f": {one.text}",
        element("code", one.command) if one.command else None,
    )  # fmt: skip


def _held(one: OverviewHeld) -> Element:
    dues = f"{plural(one.dues, 'order')} with a deadline in it"
    return element(
        "li",
        element("span", "!", class_="sign doubt", aria_hidden="true"),
        element("b", one.source), f": held since {one.since[:10]}: {'; '.join(one.reasons[:3])}",
        element("span", dues, class_="said") if one.dues else None,
    )  # fmt: skip


def _timeline(facts: OverviewFacts) -> Element:
    rows = facts.rows[:_MOST]
    begun = [at for row in rows for at in (row.received, row.begins) if at is not None]
    scale = TimeScale(min(begun, default=facts.made), _last(rows, facts.made))
    legend = (
        element("li", element("span", class_=f"key {kind}"), word)
        for kind, word in (
            ("span", "in force"), ("received", "notified"), ("deadline", "deadline"),
            ("effect", "given effect"), ("now", "now"),
        )
    )  # fmt: skip
    axis = element(
        "p", element("span", f"{scale.first.date()}"), element("span", f"{scale.last.date()}"),
        class_="axis",
    )  # fmt: skip
    more = len(facts.rows) - len(rows)
    return element(
        "section",
        element("h2", "Timeline of orders"),
        element("ul", *legend, class_="legend"),
        axis,
        element("ol", *(_order(row, scale, facts.made) for row in rows), class_="rows"),
        element("p", f"and {more:,} earlier ones") if more > 0 else None,
        element("p", "There is no order.") if not rows else None,
        id="timeline",
    )


def _last(rows: Sequence[OverviewRow], now: datetime) -> datetime:
    """Return the end of the chart: now, or the last deadline that is near."""
    near = (row.deadline for row in rows if row.deadline is not None)
    return max([now, *(deadline for deadline in near if deadline - now <= _NEAR)])


def _order(row: OverviewRow, scale: TimeScale, now: datetime) -> Element:
    kind, sign = _SIGNS[row.due]
    said = list(_said(row))
    marks = (
        ("now", now), ("received", row.received), ("deadline", row.deadline),
        ("effect", row.effect),
    )  # fmt: skip
    return element(
        "li",
        element(
            "p",
            element("span", sign, class_=f"sign {kind}", aria_hidden="true"),
            element("span", row.name, class_="id"),
        ),
        element("p", row.said, class_="said") if row.said else None,
        time_bar(scale, row.begins, row.ends, marks, ", ".join(said)),
        element("p", *(element("span", fact, class_="fact") for fact in said), class_="said"),
    )


def _said(row: OverviewRow) -> Iterator[str]:
    yield row.state.value
    yield plural(row.targets, "target")
    if row.received is not None:
        yield f"received {_day(row.received)}"
    if row.deadline_said:
        yield f"deadline {row.deadline_said} {row.due}"
    if row.effect is not None:
        yield f"given effect {_instant(row.effect)}"
    else:
        yield "not seen to be given effect"


def _money(facts: OverviewFacts) -> Element:
    late = [row for row in facts.rows if row.days or row.amount]
    head = element("tr", *(element("th", text, scope="col") for text in _COLUMNS))
    rows = (
        element(
            "tr",
            *(
                element("td", cell, data_label=label)
                for label, cell in zip(_COLUMNS, _cells(row), strict=True)
            ),
        )
        for row in late[:_MOST]
    )
    table = element("table", element("thead", head), element("tbody", *rows))
    more = len(late) - _MOST
    return element(
        "section",
        element("h2", "Days overdue and penalties"),
        table if late else element("p", "None."),
        element("p", f"and {more:,} more") if more > 0 else None,
        element("p", _DAYS_NOTE, class_="said") if late else None,
        id="penalties",
    )


def _cells(row: OverviewRow) -> Iterator[Child]:
    yield element("span", row.name, class_="id")
    yield row.deadline_said
    yield _sum(row.days, row.amount, row.currency)
    by_record = _sum(row.record_days, row.record_amount, row.currency)
    yield by_record if row.effect is not None else "not seen to be given effect"


def _sum(days: int, amount: Decimal | None, currency: str) -> str:
    return plural(days, "day") + ("" if amount is None else f", {amount:,f} {currency}")


def _times(authorities: Sequence[AuthorityTimes]) -> Element:
    longest = max((one.longest for one in authorities), default=None)
    items: Iterable[Child] = (
        element(
            "li",
            element("p", element("b", one.authority)),
            length_bar(one.median, one.longest, longest or one.longest, _length(one)),
            element("p", _length(one), class_="said"),
        )
        for one in authorities
    )
    return element(
        "section",
        element("h2", "Time to effect per authority"),
        element(
            "p",
            _TIMES_NOTE,
            class_="said",
        ),
        element("ol", *items, class_="rows")
        if authorities
        else element("p", "Not known of any order."),
        id="times",
    )


def _length(one: AuthorityTimes) -> str:
    known = f"known of {one.known:,} of {plural(one.orders, 'order')}"
    return f"median {duration(one.median)}, longest {duration(one.longest)}, {known}"


def _doubts(facts: OverviewFacts) -> Element:
    items = [element("li", f"{plural(count, 'order')}: {doubt}") for doubt, count in facts.doubts]
    if facts.policies:
        own = plural(facts.policies, "entry", "entries")
        items.append(element("li", f"Left out: {own} of the operator's own policy."))
    items += [element("li", sentence) for sentence in (*facts.missing, *NOT_COVERED)]
    return element(
        "section",
        element("h2", "What is uncertain"),
        element("ul", *items, class_="list"),
        id="doubts",
    )


def _instant(at: datetime) -> str:
    return at.isoformat(" ", "minutes")


def _day(at: datetime) -> str:
    return at.date().isoformat()
