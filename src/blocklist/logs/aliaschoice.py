"""ALIAS CHOICE: what all files gave → the candidates that a person is shown.

Clients are counted exactly over all files, and do not leave this module. A name that the image
blocks, that a person has dismissed, or that too few clients asked for is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..answers.disclosure import fit
from ..matcher.blocklist import Blocklist
from ..model.names import superdomains
from .aliascores import SPELLINGS, AliasLevel, Cores, Relation
from .aliasjudge import Background, Likeness, best, dated, first_seen, reason, source_of
from .aliasscan import AliasPartial
from .engine import libraries

_WEEK = timedelta(days=7)
_RISING = 2
"""Times as many queries in the last week as in the one before."""
_COLUMNS = {
    "name": "string", "level": "string", "relation": "string", "points": "float64",
    "core": "string", "ordered": "int64", "background": "int64", "order": "string",
    "dynamic": "string", "like": "string", "queries": "int64", "clients": "string",
    "first": "string", "last": "string", "reason": "string",
}  # fmt: skip
_TABLES = """
CREATE TABLE asked (target VARCHAR, day TIMESTAMP, client VARCHAR, queries BIGINT, first TIMESTAMP,
  last TIMESTAMP);
CREATE TABLE related (target VARCHAR, relation VARCHAR, core VARCHAR);
CREATE TABLE around (core VARCHAR, whole VARCHAR);
"""
_COUNTED = """
SELECT target, sum(queries)::BIGINT, count(DISTINCT client), bool_or(client IS NOT NULL),
  min(first), max(last), coalesce(sum(queries) FILTER (WHERE day > $end - INTERVAL 7 DAY), 0),
  coalesce(sum(queries) FILTER (WHERE day > $end - INTERVAL 14 DAY
    AND day <= $end - INTERVAL 7 DAY), 0)
FROM asked GROUP BY target ORDER BY target
"""
_LIKE = "SELECT target, list({'r': relation, 'c': core}) FROM related GROUP BY target"
_AROUND = "SELECT core, count(DISTINCT whole) FROM around GROUP BY core"


@dataclass(frozen=True, slots=True)
class AskedTarget:
    """Who asked for a target: counts, and times in UTC without a zone.

    Attributes:
        target: a registrable domain, or a name with an ordered one further left.
        queries: for it and what is below it.
        clients: distinct ones.
        named: whether the log names any.
        first: time of the first query; ``last``: of the last.
        week: queries of the last week of the logs; ``before``: of the week before.
    """

    target: str
    queries: int
    clients: int
    named: bool
    first: datetime
    last: datetime
    week: int
    before: int


class AliasChoice:
    """Takes what each file gave, and makes the table of candidates.

    Attributes:
        other_names: candidates that too few clients asked for; ``other_queries``: for them.
        left_out: candidates that a person has dismissed.
    """

    def __init__(
        self,
        link: Any,
        blocked: Blocklist,
        cores: Cores,
        level: AliasLevel,
        dismissed: frozenset[str],
        since: datetime | None,
        least: int,
    ) -> None:
        """Take a connection of DuckDB, an image, and what is wanted; see ``aliases``."""
        self._link, self._blocked, self._cores = link, blocked, cores
        self._level, self._dismissed, self._least = level, dismissed, least
        self._since = None if since is None else since.astimezone(UTC).replace(tzinfo=None)
        self._times: list[datetime] = []
        self._rows: list[tuple[Any, dict[str, Any]]] = []
        self.other_names: int = 0
        self.other_queries: int = 0
        self.left_out: int = 0
        link.execute(_TABLES)

    def add(self, partial: AliasPartial) -> None:
        """Add what one file gave."""
        for table in ("asked", "related", "around"):
            self._link.from_arrow(getattr(partial, table)).insert_into(table)
        times = partial.read.first, partial.read.last
        self._times += (time for time in times if time is not None)

    def take(self, known: Background | None) -> None:
        """Judge what all files gave; without a background it is the labels of the log."""
        if known is None:
            known = Background.of_log(self._link.sql(_AROUND).fetchall())
        like = dict(self._link.sql(_LIKE).fetchall())
        begin, end = min(self._times, default=None), max(self._times, default=None)
        if begin is None or end is None:
            return
        parameters = {"end": end.replace(hour=0, minute=0, second=0, microsecond=0)}
        for row in self._link.execute(_COUNTED, parameters).fetchall():
            self._judge(AskedTarget(*row), like[row[0]], known, begin, end)

    def _judge(
        self,
        asked: AskedTarget,
        like: Iterable[Mapping[str, str]],
        known: Background,
        begin: datetime,
        end: datetime,
    ) -> None:
        target = asked.target
        if self._since is not None and asked.first < self._since:
            return
        found = None if self._blocked.is_blocked(target) else self._best(like, known)
        if found is None:
            return
        if not self._dismissed.isdisjoint((target, *superdomains(target))):
            self.left_out += 1
            return
        if asked.named and asked.clients < self._least:
            self.other_names += 1
            self.other_queries += asked.queries
            return
        name, order = source_of(found, target, self._cores)
        is_rising = asked.week >= _RISING * asked.before > 0 and end - begin >= 2 * _WEEK
        said = [reason(found, target, name), first_seen(asked.first, begin, order)]
        if is_rising:
            times = asked.week / asked.before
            said.append(f"asked {times:.0f} times as often in the last week as in the one before")
        row = {
            "name": fit(target),
            "level": str(found.level),
            "relation": str(found.relation),
            "points": found.points,
            "core": fit(found.core),
            "ordered": found.count,
            "background": known.containing.get(found.core, 0),
            "order": fit(order.id),
            "dynamic": fit(order.dynamic),
            "like": name.domain,
            "queries": asked.queries,
            "clients": str(asked.clients) if asked.named else None,
            "first": f"{asked.first:%Y-%m-%d %H:%M}",
            "last": f"{asked.last:%Y-%m-%d %H:%M}",
            "reason": fit("; ".join(filter(None, said))),
        }
        day = dated(order)
        is_new = day is not None and asked.first.date() > day
        rank = _place(found.level), -found.points, not is_new, not is_rising, -asked.clients, target
        self._rows.append((rank, row))

    def _best(self, like: Iterable[Mapping[str, str]], known: Background) -> Likeness | None:
        pairs = sorted(
            ((Relation(one["r"]), one["c"]) for one in like),
            key=lambda pair: list(Relation).index(pair[0]),
        )
        inside = known.is_log and not any(relation in SPELLINGS for relation, _ in pairs)
        found = best(pairs, self._cores, known, is_inside=inside)
        return found if found and _place(found.level) <= _place(self._level) else None

    def table(self) -> Any:
        """Return the candidates as a table of Arrow, the best first."""
        _, pa = libraries("reading query logs")
        rows = [row for _, row in sorted(self._rows, key=lambda one: one[0])]
        return pa.table(
            {
                name: pa.array([row[name] for row in rows], getattr(pa, kind)())
                for name, kind in _COLUMNS.items()
            }
        )


def _place(level: AliasLevel) -> int:
    return list(AliasLevel).index(level)
