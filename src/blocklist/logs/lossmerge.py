"""LOSS MERGE: the small tables of all files → what each target would take down.

As in ``merge``, counts add up, clients are counted exactly, and no client leaves this module.
Names that too few clients ask for are summed as other names: a rare name may be somebody's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..matcher.blocklist import Blocklist
from ..matcher.match import Match
from ..model.addresses import parse_address
from ..model.suffixes import public_suffixes
from ..model.targets import NAME_KINDS, Rule
from .engine import libraries, selected
from .partial import Partial

OTHER_NAMES = "(other names)"
_AT_ONCE = 20_000
_TABLES = """
CREATE TABLE hits (name VARCHAR, qtype VARCHAR, client VARCHAR, queries BIGINT);
CREATE TABLE links (name VARCHAR, via VARCHAR, client VARCHAR, queries BIGINT);
CREATE TABLE clients (client VARCHAR);
CREATE TABLE asked (name VARCHAR, place INTEGER, label VARCHAR);
CREATE TABLE led (name VARCHAR, via VARCHAR, place INTEGER, owner VARCHAR);
CREATE TABLE enforced (name VARCHAR, place INTEGER);
"""
_ADD = """
INSERT INTO hits SELECT name, qtype, client, queries FROM part WHERE name IS NOT NULL
  AND via IS NULL;
INSERT INTO links SELECT name, via, client, queries FROM part WHERE via IS NOT NULL;
INSERT INTO clients SELECT DISTINCT client FROM part WHERE client IS NOT NULL
  AND client NOT IN (SELECT client FROM clients);
"""
# A name is shown where enough clients ask for it; without clients, where it is asked often enough.
_LOST = """
CREATE TABLE lost_names AS SELECT place, hits.name, sum(queries)::BIGINT AS queries,
  count(DISTINCT client) AS clients,
  CASE WHEN $named THEN count(DISTINCT client) ELSE sum(queries) END >= $least AS is_shown
FROM hits JOIN asked USING (name) GROUP BY ALL;
CREATE TABLE lost AS SELECT place, sum(hits.queries)::BIGINT AS queries,
  count(DISTINCT client) AS clients, count(DISTINCT hits.name) AS names,
  bool_or(qtype IN ('MX', 'SRV') OR (qtype = 'TXT' AND hits.name LIKE '%_dmarc.%')) AS mail
FROM hits JOIN asked USING (name) GROUP BY place;
CREATE TABLE led_names AS SELECT place, links.name, owner, sum(queries)::BIGINT AS queries,
  count(DISTINCT client) AS clients,
  CASE WHEN $named THEN count(DISTINCT client) ELSE sum(queries) END >= $least AS is_shown
FROM links JOIN led USING (name, via) GROUP BY ALL;
"""
_TENANTS = """
SELECT place, count(DISTINCT label) FROM (
  SELECT place, client, min(label) AS label FROM hits JOIN asked USING (name)
  WHERE label IS NOT NULL AND client IS NOT NULL GROUP BY place, client
  HAVING count(DISTINCT label) = 1) GROUP BY place
"""
_OTHERS = """
SELECT place, NULL, sum(queries)::BIGINT, count(DISTINCT client) FROM {rows}
JOIN {of} USING ({keys}) SEMI JOIN (SELECT place, name FROM {names} WHERE NOT is_shown)
USING (place, name) GROUP BY place
"""
_SERVICE = frozenset({
    "www", "web", "mail", "email", "webmail", "smtp", "pop", "imap", "dns", "ftp", "api", "app",
    "apps", "mobi", "mobile", "static", "assets", "img", "image", "images", "media", "video",
    "cdn", "cache", "files", "download", "downloads", "upload", "css", "login", "auth", "sso",
    "account", "accounts", "admin", "portal", "secure", "ssl", "shop", "store", "blog", "news",
    "help", "support", "status", "test", "dev", "stage", "staging", "beta", "demo", "old", "new",
    "link", "links", "ads", "track", "tracking", "stats", "analytics", "metrics", "wap", "amp",
    "edge", "server", "vpn", "remote", "autodiscover", "autoconfig", "play", "live", "chat",
    "forum", "data",
})  # fmt: skip
"""Labels that name a service of the same owner; so do those of one or two letters (countries)."""
_NUMBER = re.compile(r"[-_0-9]+")


@dataclass(frozen=True, slots=True)
class TargetLoss:
    """What one target would take down in the logs.

    Attributes:
        queries: for names that it blocks.
        clients: that asked.
        names: distinct ones.
        mail: whether some are about mail.
        tenants: labels directly below that have clients which ask for no other one.
        owners: registrable domains of names that depend on it and enough clients ask for.
        has_hidden: whether some of its names are not shown.
    """

    queries: int = 0
    clients: int = 0
    names: int = 0
    mail: bool = False
    tenants: int = 0
    owners: tuple[str, ...] = ()
    has_hidden: bool = False


@dataclass(frozen=True, slots=True)
class NameLoss:
    """One name, or all those that are not shown: ``name`` is then ``None``."""

    place: int
    name: str | None
    queries: int
    clients: int


class LossMerger:
    """Takes the rows of each file and says what each target would take down."""

    def __init__(self, link: Any, least: int) -> None:
        """Take a connection of DuckDB and the least count of clients that is shown."""
        self._link, self._least = link, least
        self._found: list[tuple[Any, ...]] = []
        link.execute(_TABLES)

    def add(self, partial: Partial) -> None:
        """Add the rows of one file."""
        self._link.register("part", partial.hits)
        for statement in _ADD.split(";"):
            if statement.strip():
                self._link.execute(statement)
        self._link.unregister("part")

    @property
    def clients(self) -> int:
        """All clients of the logs; 0 if they name none."""
        return int(self._link.sql("SELECT count(*) FROM clients").fetchall()[0][0])

    def attribute(self, blocked: Blocklist, places: Mapping[Rule, int]) -> None:
        """Find the targets behind each name and each record, and count what they take down."""
        for (name,) in self._rows("SELECT DISTINCT name FROM hits", "asked"):
            matches = blocked.match_all(name)
            if matches and not matches[0].rule.allow:
                for match in matches:
                    place = places.get(match.rule)
                    if place is not None:
                        label = _tenant(match.rule, match.name)
                        self._found.append((name, place, label))
        suffixes = public_suffixes()
        for name, via in self._rows("SELECT DISTINCT name, via FROM links", "led"):
            owner = suffixes.registrable_domain(name) or name
            # Several records of an answer may lead to one target; the query counts once.
            rules = dict.fromkeys(filter(None, (_rule_of(blocked, one) for one in via.split("\n"))))
            for rule in rules:
                is_name = rule.kind in NAME_KINDS
                if rule in places and not (
                    is_name and owner == suffixes.registrable_domain(rule.value)
                ):
                    self._found.append((name, via, places[rule], owner))
        options = {"named": self.clients > 0, "least": self._least}
        for statement in filter(str.strip, _LOST.split(";")):
            used = {key: value for key, value in options.items() if f"${key}" in statement}
            self._link.execute(statement, used)

    def enforced(self, blocked: Blocklist) -> list[tuple[Match, NameLoss]]:
        """Return how often the targets of an image are asked for, the most clients first."""
        first: dict[Rule, tuple[int, Match]] = {}
        for (name,) in self._rows("SELECT DISTINCT name FROM hits", "enforced"):
            match = blocked.match(name)
            if match is not None:
                place, _ = first.setdefault(match.rule, (len(first), match))
                self._found.append((name, place))
        matches = [match for _, match in first.values()]
        rows = self._link.sql(
            "SELECT place, NULL, sum(queries)::BIGINT, count(DISTINCT client) AS c FROM hits "
            "JOIN enforced USING (name) GROUP BY place ORDER BY c DESC, 3 DESC, place"
        ).fetchall()
        return [(matches[row[0]], NameLoss(*row)) for row in rows]

    def losses(self) -> dict[int, TargetLoss]:
        """Return what each target takes down, by its place; none for those without a query."""
        rows = self._link.sql("SELECT place, queries, clients, names, mail FROM lost").fetchall()
        tenants = dict(self._link.sql(_TENANTS).fetchall())
        hidden = {
            row[0]
            for row in self._link.sql(
                "SELECT DISTINCT place FROM lost_names WHERE NOT is_shown"
            ).fetchall()
        }
        owners = dict(
            self._link.sql(
                "SELECT place, list(owner ORDER BY queries DESC, owner) FROM (SELECT place, owner, "
                "sum(queries) AS queries FROM led_names GROUP BY ALL HAVING bool_or(is_shown)) "
                "GROUP BY place"
            ).fetchall()
        )
        found = {
            place: TargetLoss(
                queries, clients, names, bool(mail), tenants.get(place, 0),
                tuple(owners.pop(place, ())), place in hidden,
            )
            for place, queries, clients, names, mail in rows
        }  # fmt: skip
        return found | {place: TargetLoss(owners=tuple(named)) for place, named in owners.items()}

    def names(self, *, led: bool = False) -> list[NameLoss]:
        """Return the names of all targets, or with ``led`` those whose answers lead to them.

        The most asked are first; the sum of those that are not shown is last.
        """
        rows, of, names = ("links", "led", "led_names") if led else ("hits", "asked", "lost_names")
        sums = selected(
            "place, name, sum(queries)::BIGINT AS q, max(clients)",
            f"{names} WHERE is_shown GROUP BY place, name ORDER BY place, q DESC, name",
        )
        shown = self._link.sql(sums).fetchall()
        keys = "name, via" if led else "name"
        others = self._link.sql(_OTHERS.format(rows=rows, of=of, names=names, keys=keys)).fetchall()
        found = [NameLoss(*row) for row in [*shown, *others]]
        return sorted(found, key=lambda one: (one.place, one.name is None))

    def order_clients(self, orders: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
        """Return queries and clients of each order, given the places of its targets."""
        self._link.execute("CREATE TABLE orders (number INTEGER, place INTEGER)")
        self._found = [(number, place) for number, of in enumerate(orders) for place in of]
        self._flush("orders")
        counted = {
            number: (queries, clients)
            for number, queries, clients in self._link.sql(
                "SELECT number, sum(queries)::BIGINT, count(DISTINCT client) FROM hits JOIN "
                "(SELECT DISTINCT number, name FROM asked JOIN orders USING (place)) USING (name) "
                "GROUP BY number"
            ).fetchall()
        }
        return [counted.get(number, (0, 0)) for number in range(len(orders))]

    def _rows(self, statement: str, table: str) -> Iterator[tuple[Any, ...]]:
        """Yield distinct rows; what is appended to ``_found`` meanwhile goes into a table."""
        cursor = self._link.cursor()  # statements of another one do not end its result
        cursor.execute(statement)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
            self._flush(table)

    def _flush(self, table: str) -> None:
        if self._found:
            _, pa = libraries("reading query logs")
            kinds = self._link.table(table).limit(0).to_arrow_table().schema
            columns = zip(*self._found, strict=True)
            arrays = [pa.array(one, kind.type) for one, kind in zip(columns, kinds, strict=True)]
            self._link.from_arrow(pa.table(arrays, schema=kinds)).insert_into(table)
            self._found = []


def _rule_of(blocked: Blocklist, record: str) -> Rule | None:
    is_address = parse_address(record) is not None
    hit = blocked.match_address(record) if is_address else blocked.match(record)
    return None if hit is None else hit.rule


def _tenant(rule: Rule, name: str) -> str | None:
    """Return the label directly below a target; ``None`` for one that names a service."""
    if rule.kind not in NAME_KINDS or name == rule.value:
        return None
    label = name.removesuffix(f".{rule.value}").rpartition(".")[2]
    bare = _NUMBER.sub("", label)
    return None if len(bare) <= 2 or bare in _SERVICE else label


def shown_clients(count: int, least: int, *, named: bool, is_cut: bool) -> str | None:
    """Return a count of clients as it may be shown; ``None`` if the logs name none.

    Args:
        count: exact.
        least: smaller ones are not shown.
        named: whether the logs name clients.
        is_cut: whether a part of it is not shown, which a difference would give away.
    """
    if not named:
        return None
    if count < least:
        return f"<{least}"
    return f"≥{count // least * least}" if is_cut else str(count)


def shown_share(count: int, least: int, total: int) -> float | None:
    """Return a share of the clients, cut so that it says no more than a multiple of ``least``."""
    return None if not total or count < least else round(count // least * least / total, 6)


def others_last(rows: Iterable[NameLoss]) -> dict[int, list[NameLoss]]:
    """Return the names by target, in their sequence."""
    found: dict[int, list[NameLoss]] = {}
    for row in rows:
        found.setdefault(row.place, []).append(row)
    return found
