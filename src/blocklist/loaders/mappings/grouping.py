"""GATHERING: rows → orders.

A register is one order an edition. Where a mapping says ``order_per``, the rows of one authority,
decision and date are an order of their own, so that the answer to "why is this blocked?" names the
decision; a row without a number is an order by itself, with the line in its id.

A row with a date of removal is reported as ``withdrawn``. If that day is still to come, the row
goes to an order that is revoked then, and binds until it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.authorities import KNOWN_AUTHORITIES, Authority
from ...model.countries import ZONES, time_zone
from ...model.orders import Order
from ...model.targetlist import TargetList
from ...model.targets import Mention, TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import NameRows, TargetReader
from .dates import Days
from .mapping import ORDER_TEXTS, TableMapping
from .rows import Row, RowBlock, first_place, plain_words

_LONGEST_PART = 80


@dataclass
class _OrderGroup:
    """The rows of one order."""

    authority: Authority
    facts: dict[str, str]
    issued: date | None
    revoked: date | None
    line: int
    parts: tuple[str, ...]
    own_line: int
    place: int
    entries: list[tuple[int, str]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    columns: list[NameRows] = field(default_factory=list)
    refused: list[tuple[int, str, str, str]] = field(default_factory=list)


class Grouping:
    """Puts the rows of one document into orders."""

    def __init__(
        self, mapping: TableMapping, document: Document, options: LoadOptions, edition: str
    ) -> None:
        """Take what all rows share; ``edition`` is the date of the file, as it is written there."""
        self._mapping = mapping
        self._document = document
        self._scope = options.kind_or(mapping.scope or TargetKind.SUBTREE)
        self._days = Days(mapping.dates)
        self._by_decision = "decision" in mapping.order_per
        self._decision = mapping.order_per.index("decision") if self._by_decision else 0
        self._known: dict[tuple[object, ...], _OrderGroup] = {}
        self._groups: dict[tuple[tuple[str, ...], int], _OrderGroup] = {}
        self._authorities: dict[str, Authority] = {}
        # A day that is over everywhere on Earth. Later ones are for the order to judge.
        self._past = (datetime.now(UTC) - timedelta(days=1)).date()
        self._warnings: list[str] = []
        self._unread: list[int] = []
        self._mentions: list[Mention] = []
        self._published = self._edition(edition)

    def add(self, row: Row) -> None:
        """Read one row into its order."""
        if row.aside:
            self._mentions.append(Mention(row.text, row.line, "no entry of the list"))
            return
        if row.fault is not None:
            self._group(row, None).refused.append((row.line, row.text, *row.fault))
            return
        targets = self._ordered(row)
        removal = self._text(row, "removal") if "removal" in row.fields else ""
        day = self._days.day(removal) if removal else None
        if removal and (day is None or day <= self._past):
            when = day.isoformat() if day else repr(removal)
            reason = f"withdrawn on {when}: the source says that it is no longer ordered"
            group = self._group(row, None)
            group.refused += (
                (row.line, text, reason, "withdrawn") for text in targets or [row.text]
            )
            return
        group = self._group(row, day)
        if not targets:
            reason = "no name in this row; check the source, or remove the row"
            group.refused.append((row.line, row.text, reason, "empty"))
        for text in targets:
            group.entries.append((row.line, text))
            group.places.append(first_place(row))

    def add_block(self, block: RowBlock) -> None:
        """Read rows that are alike into their order."""
        rows = block.names
        first = Row(rows.lines[0], "", block.fields, place=rows.places[0])
        texts = self._texts(first)
        if self._by_decision and any(texts) and not texts[self._decision]:
            targets = TargetList(rows.names, rows.lines, forms=rows.forms, raws=rows.raws)
            for place, target in zip(rows.places, targets, strict=True):
                row = Row(target.line, "", block.fields, place=place)
                group = self._group(row, None)
                group.entries.append((target.line, target.raw))
                group.places.append(place)
            return
        group = self._group(first, None)
        group.columns.append(rows)
        if group.issued is None and group.facts.get("date"):
            self._unread += rows.lines[1:]

    def orders(self) -> list[Order]:
        """Return the orders, in the sequence of their first rows."""
        if self._unread:
            self._warnings.append(
                f"{len(self._unread):,} dates in none of the formats "
                f"{', '.join(self._mapping.dates)}, the first in line {min(self._unread)}"
            )
        if not self._groups:
            raise OrderSyntaxError(
                "contains no targets; compiling it would lift all its earlier blocks. Is it "
                "truncated, or another list?",
                path=self._document.path,
            )
        self._known.clear()
        # Each group goes as its order comes, so that a long list is not in memory twice.
        keys = sorted(self._groups, key=lambda key: self._groups[key].place)
        return [self._order(self._groups.pop(key), key is keys[0]) for key in keys]

    def _ordered(self, row: Row) -> list[str]:
        """Return what a row orders: by the rule of the mapping its URLs, or else its name."""
        for name in self._mapping.target_fields:
            if name in row.fields:
                values = self._values(row, name, self._mapping.separator.strip())
                if values:
                    return values
        return []

    def _values(self, row: Row, name: str, separator: str = "") -> list[str]:
        texts, blank = row.fields.get(name, ()), self._mapping.blank
        if separator:
            texts = [part for text in texts for part in text.split(separator)]
        if len(texts) == 1:  # nearly always
            text = texts[0].strip()
            return [text] if text and not (blank and text.casefold() in blank) else []
        values = (text.strip() for text in texts)
        return [text for text in values if text and text.casefold() not in blank]

    def _text(self, row: Row, name: str) -> str:
        return " ".join(" ".join(self._values(row, name)).split())

    def _texts(self, row: Row) -> tuple[str, ...]:
        """Return what parts the row from others."""
        return tuple(self._text(row, name) for name in self._mapping.order_per)

    def _group(self, row: Row, revoked: date | None) -> _OrderGroup:
        """Return the order to which a row belongs: that of the same id."""
        texts = self._texts(row)
        line = row.line if self._by_decision and any(texts) and not texts[self._decision] else 0
        key = (texts, revoked, line)
        group = self._known.get(key)
        if group is None:
            group = self._known[key] = self._found(texts, revoked, row, line)
        if group.issued is None and group.facts.get("date"):
            self._unread.append(row.line)
        return group

    def _found(
        self, texts: tuple[str, ...], revoked: date | None, row: Row, own: int
    ) -> _OrderGroup:
        """Return the order of facts that were not met before in this spelling."""
        facts = dict(zip(self._mapping.order_per, texts, strict=True))
        issued = self._days.day(facts["date"]) if facts.get("date") else None
        authority = self._authority(facts.get("authority", ""))
        parts = _parts(facts, authority, issued, revoked)
        group = _OrderGroup(
            authority, facts, issued, revoked, row.line, parts, own, first_place(row)
        )
        return self._groups.setdefault((parts, own), group)

    def _authority(self, text: str) -> Authority:
        if not text:
            return self._mapping.authority or Order(id="").authority
        if text not in self._authorities:
            key = self._mapping.authorities.get(text.casefold(), "")
            if not key:
                # A slug drops the letters that it cannot write, and one key would be two bodies.
                words = "-".join(text.casefold().split())
                key = Authority.named(text).key if plain_words(text).isascii() else words
            self._authorities[text] = Authority(key or text, KNOWN_AUTHORITIES.get(key, text))
        return self._authorities[text]

    def _edition(self, text: str) -> datetime | None:
        """Return when the edition was made, which is its serial as well."""
        if not text:
            return None
        moment = self._days.moment(text)
        if moment is None:
            self._warnings.append(
                f"the date of the edition, {text[:40]!r}, is in none of the formats "
                f"{', '.join(self._mapping.dates)}; it is unknown which edition is newer"
            )
            return None
        if moment.tzinfo is None:
            zone = self._mapping.timezone or ZONES.get(self._mapping.jurisdiction, "UTC")
            moment = moment.replace(tzinfo=time_zone(zone))
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            return None

    def _order(self, group: _OrderGroup, first: bool) -> Order:
        mapping, published = self._mapping, self._published
        reader = TargetReader(self._document, self._scope)
        reader.read_all(group.entries, group.columns, group.places)
        for refused in group.refused:
            reader.reject(*refused)
        reader.rejected.sort(key=lambda refused: refused.line)
        serial = None if published is None else int(published.strftime("%Y%m%d%H%M%S"))
        if group.own_line:  # its line says nothing of the next edition, so it is no series
            serial = None
        issue = self._document.sha256[:8] if serial is None else str(serial)
        stem = ":".join([mapping.series, *group.parts])
        decision = group.facts.get("decision", "")
        named = f"{group.authority.name}, {decision}" if decision else ""
        return Order(
            id=f"{stem}:{issue}:{group.own_line}" if group.own_line else f"{stem}:{issue}",
            authority=group.authority,
            jurisdiction=mapping.jurisdiction,
            timezone=mapping.timezone,
            number=decision,
            title=group.facts.get("title") or named or mapping.title,
            series=stem if serial is not None else "",
            serial=serial,
            issued=group.issued,
            published=published,
            revoked=group.revoked,
            technique=mapping.technique,
            **_order_texts(mapping, group.facts),
            **mapping.order_answers,
            confidential=mapping.confidential,
            targets=reader.targets,
            rejected=tuple(reader.rejected),
            mentions=tuple(self._mentions) if first else (),
            warnings=tuple(self._warnings) if first else (),
            source=self._document.source(mapping.name, group.line),
        )


def _order_texts(mapping: TableMapping, facts: dict[str, str]) -> dict[str, Any]:
    return {name: facts.get(name) or mapping.order_texts.get(name, "") for name in ORDER_TEXTS}


def _parts(
    facts: dict[str, str], authority: Authority, issued: date | None, revoked: date | None
) -> tuple[str, ...]:
    """Return what tells an order from the others of its document, for its id."""
    if facts and not any(facts.values()):
        return ("unassigned",)
    parts = []
    for name, text in facts.items():
        shown = authority.key if name == "authority" else "-".join(text.split())
        if name == "date" and issued is not None:
            shown = issued.isoformat()
        if len(shown) > _LONGEST_PART:
            digest = hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()[:8]
            shown = f"{shown[:_LONGEST_PART]}~{digest}"
        parts.append(shown.replace("%", "%25").replace(":", "%3A"))
    if revoked is not None:
        parts.append(f"until-{revoked.isoformat()}")
    return tuple(parts)
