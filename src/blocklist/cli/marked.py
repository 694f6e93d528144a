"""MARKED: orders as ``check`` shows them, those in prose with their text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.text import Text

from ..answers.disclosure import describe, tellable
from ..documents import Document
from ..errors import OrderError
from ..loaders.draftfacts import proposals
from ..loaders.draftgroups import grouped
from ..loaders.draftnames import sightings
from ..loaders.marking import Mark
from ..model.orders import Order
from ..model.targets import Mention
from ..model.wording import plural, steady
from ..review.markedtext import MarkedText

_FEW = 20
_AROUND = 1
_SENTENCE = 240
_LONGEST = 2_000_000
_SIGNS = {"target": ">>", "exception": "++", "rejected": "!!", "mention": "~~"}
"""The mark in the margin of a line; a line with several roles gets the first."""
_STYLES = {"target": "bold red", "exception": "green", "rejected": "magenta", "mention": "yellow"}


def show_text(text: MarkedText, console: Console, full: bool) -> None:
    """Print all lines or those around marks; names in colour or in brackets."""
    by_line: dict[int, list[Mark]] = {}
    for place in text.marks:
        by_line.setdefault(place.line, []).append(place)
    wanted = range(1, len(text.lines) + 1) if full else _around(by_line, len(text.lines))
    coloured = console.color_system is not None and not console.no_color
    width, last = len(str(len(text.lines))), 0
    for number in wanted:
        if number > last + 1:
            console.print("  " + " " * width + " ⋮")
        last = number
        places = by_line.get(number, [])
        roles = {place.role for place in places}
        role = next((role for role in _SIGNS if role in roles), "")
        margin = f"{_SIGNS.get(role, '  ')} {number:{width}} "
        shown = _coloured if coloured else _bracketed
        line = shown(steady(text.lines[number - 1]), places)
        console.print(Text.assemble((margin, _STYLES.get(role, "dim")), line))


def _around(marked: Iterable[int], last: int) -> list[int]:
    near = {n + step for n in marked for step in range(-_AROUND, _AROUND + 1)}
    return sorted(number for number in near if 1 <= number <= last)


def _coloured(line: str, places: Sequence[Mark]) -> Text:
    text = Text(line)
    for place in places:
        text.stylize(_STYLES[place.role], place.start, place.end)
    return text


def _bracketed(line: str, places: Sequence[Mark]) -> Text:
    parts, last = [], 0
    for place in places:
        if place.start >= last:  # one name may be two entries
            parts += [line[last : place.start], "[", line[place.start : place.end], "]"]
            last = place.end
    return Text("".join([*parts, line[last:]]))


def show_orders(
    orders: Iterable[Order], text: MarkedText, at: datetime, full: bool, show_confidential: bool
) -> None:
    """Print the targets, exceptions and mentions of each order of a document."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    if text.is_prose:
        show_text(text, console, full)
    for order in orders:
        described = describe(order, confidential=show_confidential)
        console.print(Text(steady(described), "bold"))
        kind = "shadow order, not enforced, " if order.shadow else ""
        state = f"  {order.id}: {kind}{order.state(at)}, {plural(len(order.targets), 'target')}"
        if text.is_prose:
            state += (
                f", {plural(len(order.exceptions), 'exception')}, {len(order.rejected):,} refused, "
                f"{len(order.mentions):,} only mentioned"
            )
        console.print(steady(state), markup=False)
        if tellable([order], confidential=show_confidential):
            for line in (*_facts(order), *_names(order, text)):
                console.print(steady(f"  {line}"), markup=False)


def show_refused(document: Document, error: OrderError, *, full: bool) -> None:
    """Print a document that was refused: its text with all names marked, facts and candidates."""
    try:
        lines = document.lines
    except OrderError:
        return  # no text
    if sum(map(len, lines)) > _LONGEST:
        return
    names = sightings(lines)
    found = tuple(Mention(name.raw, name.line, name.doubt) for name in names if not name.doubt)
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    console.print(Text(steady(f"refused: {error}"), "bold"))
    text = MarkedText(document, [Order(id=document.name, mentions=found)])
    show_text(text, console, full)
    for fact in proposals(lines):
        console.print(
            steady(f"  {fact.key}: {fact.value} (line {fact.line}: {fact.said})"), markup=False
        )
    for group in grouped(lines, names):
        console.print(steady(f"  candidates {group.title}:"), markup=False)
        for name, _ in group.names:
            doubt = f" ({name.doubt})" if name.doubt else ""
            console.print(steady(f"    line {name.line}: {name.text}{doubt}"), markup=False)


def _facts(order: Order) -> Iterator[str]:
    """Yield what the order says apart from names, for a person to compare."""
    if order.deadline is not None:
        yield f"deadline: {order.deadline}"
    if order.penalty is not None:
        yield f"penalty: {order.penalty}"
    if order.addressees:
        yield f"addressees: {'; '.join(order.addressees)}"
    if order.dynamic:
        yield f"future names: {order.dynamic}"


def _names(order: Order, text: MarkedText) -> Iterator[str]:
    shown = order.targets if text.is_prose else order.targets[:_FEW]
    before = ""
    for sign, targets in (("", shown), ("except ", order.exceptions)):
        for target in targets:
            where = f"line {target.line}: " if target.line or sign else ""
            kind = "" if sign else f" ({target.kind})"
            yield f"{sign}{where}{target.text}{kind}"
            said = text.sentence(target) if text.is_prose else ""
            if said and said != before:
                yield f"    “{_shortened(said, target.raw)}”"
                before = said
        if not sign and len(order.targets) > len(shown):
            yield f"and {len(order.targets) - len(shown):,} more"
    for mention in order.mentions:
        yield f"mentioned, not ordered: line {mention.line}: {mention.text} ({mention.reason})"


def _shortened(said: str, raw: str) -> str:
    """Return the part of a long sentence around the target."""
    start = max(0, said.find(raw.partition("\n")[0].strip()) - _SENTENCE // 2)
    part = said[start : start + _SENTENCE]
    return "…" * (start > 0) + part + "…" * (start + len(part) < len(said))
