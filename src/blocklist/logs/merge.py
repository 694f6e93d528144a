"""MERGE: the small tables of all files → the tables of a report.

Counts add up, clients are counted exactly over all files, and the column of clients does not leave
this module. What is too large for the memory is spilled by DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from .engine import libraries, selected
from .hitnames import HitOrders, Judged
from .partial import Partial

_NAMES_AT_ONCE = 20_000
IMAGES = ("orders", "shadow")
"""What a report calls the image and the shadow image."""

_HITS = """
CREATE TABLE hits (blocked BOOLEAN, shadow BOOLEAN, name VARCHAR, day TIMESTAMP, period INTEGER,
  client VARCHAR, outcome VARCHAR, queries BIGINT, first TIMESTAMP, last TIMESTAMP);
CREATE TABLE judged (image VARCHAR, asked VARCHAR, place INTEGER, label VARCHAR, rule VARCHAR,
  name VARCHAR);
CREATE TABLE states (image VARCHAR, place INTEGER, day TIMESTAMP, period INTEGER, state VARCHAR);
"""
_DAYS = """
SELECT place, day, period, min(first) FROM hits JOIN judged ON asked = hits.name
WHERE image = $image AND (CASE image WHEN 'orders' THEN blocked ELSE shadow END)
GROUP BY ALL
"""
# One row for each query, day, order and client; several orders may be behind one name.
_JOINED = """
CREATE VIEW joined AS SELECT judged.image, label AS "order", rule, judged.name, hits.day, state,
  asked, client, outcome, queries, first, last
FROM hits JOIN judged ON judged.asked = hits.name
  AND (CASE judged.image WHEN 'orders' THEN blocked ELSE shadow END)
JOIN states ON states.image = judged.image AND states.place = judged.place
  AND states.day = hits.day AND states.period = hits.period
"""
_COUNTS = """sum(queries)::BIGINT AS queries, count(DISTINCT asked) AS names,
  count(DISTINCT client) AS clients,
  bool_or(client IS NOT NULL) AS named, count(DISTINCT day) AS days,
  date_trunc('minute', min(first)) AS first, date_trunc('minute', max(last)) AS last,
  coalesce(sum(queries) FILTER (WHERE state = 'in force'), 0)::BIGINT AS in_force,
  coalesce(sum(queries) FILTER (WHERE state = 'before'), 0)::BIGINT AS before,
  coalesce(sum(queries) FILTER (WHERE state = 'suspended'), 0)::BIGINT AS suspended,
  coalesce(sum(queries) FILTER (WHERE state = 'after'), 0)::BIGINT AS after,
  coalesce(sum(queries) FILTER (WHERE outcome = 'blocked'), 0)::BIGINT AS blocked,
  coalesce(sum(queries) FILTER (WHERE outcome = 'answered'), 0)::BIGINT AS answered,
  coalesce(sum(queries) FILTER (WHERE outcome IS NULL), 0)::BIGINT AS unknown,
  coalesce(sum(queries) FILTER (WHERE outcome = 'answered' AND state = 'in force'), 0)::BIGINT
    AS leaks,
  coalesce(sum(queries) FILTER (WHERE outcome IS NULL AND state = 'in force'), 0)::BIGINT
    AS not_judged"""
_ROWS = 'image, "order", rule, name, day'
_NAMES = 'image, "order", rule, name'
_ORDERS = 'image, "order"'


class Merger:
    """Takes the hits of each file and makes the tables of all."""

    def __init__(self, link: Any, images: Sequence[HitOrders], least: int) -> None:
        """Take a connection of DuckDB, the images, and the least count of clients that is shown."""
        self._link, self._images, self._least = link, images, least
        link.execute(_HITS)

    def add(self, partial: Partial) -> None:
        """Add the hits of one file."""
        self._link.from_arrow(partial.hits).insert_into("hits")

    def tables(self) -> dict[str, Any]:
        """Return the tables of Arrow: ``rows``, ``names``, ``orders``, ``days``."""
        for image, orders in zip(IMAGES, self._images, strict=False):
            for names in self._names():
                found = (one for name in names for one in orders.judge(name))
                self._insert("judged", [(image, *_cells(one)) for one in found])
            days = self._link.execute(_DAYS, {"image": image}).fetchall()
            self._insert("states", list(_states(image, orders, days)))
        self._link.execute(_JOINED)
        for table, keys in (("by_row", _ROWS), ("by_name", _NAMES), ("by_order", _ORDERS)):
            counted = selected(f"{keys}, {_COUNTS}", f"joined GROUP BY {keys}")
            self._link.execute(f"CREATE TABLE {table} AS {counted}")
        return {
            "rows": self._shown("by_row", _ROWS, "names, days, first, last"),
            "names": self._shown("by_name", _NAMES, "names, first, last", "by_row"),
            "orders": self._shown("by_order", _ORDERS, "", "by_row"),
            "days": self._link.sql(
                'SELECT image, "order", day, sum(queries)::BIGINT AS queries FROM joined '
                "GROUP BY ALL ORDER BY ALL"
            ).to_arrow_table(),
        }

    def queries(self) -> int:
        """Return how many queries the image blocks, each once however many orders it has."""
        found: int = self._link.sql(
            "SELECT coalesce(sum(queries), 0)::BIGINT FROM hits WHERE blocked"
        ).fetchall()[0][0]
        return found

    def _names(self) -> Iterator[list[str]]:
        """Yield the names that were hit, each once, in lists: there may be millions."""
        cursor = self._link.cursor()  # statements of another one do not end its result
        cursor.execute("SELECT DISTINCT name FROM hits")
        while rows := cursor.fetchmany(_NAMES_AT_ONCE):
            yield [row[0] for row in rows]

    def _insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            _, pa = libraries("reading query logs")
            kinds = self._link.table(table).limit(0).to_arrow_table().schema
            columns = zip(*rows, strict=True)
            arrays = [
                pa.array(column, one.type) for column, one in zip(columns, kinds, strict=True)
            ]
            self._link.from_arrow(pa.table(arrays, schema=kinds)).insert_into(table)

    def _shown(self, table: str, keys: str, without: str = "", parts: str = "") -> Any:
        """Return a table in which no small count of clients can be read, nor worked out.

        A total is cut to a multiple of the least count where one of its rows is not shown.
        """
        least = self._least
        cut = "FALSE"
        if parts:
            same = " AND ".join(f"p.{key} = t.{key}" for key in keys.split(", "))
            small = selected("1", f"{parts} p WHERE {same} AND p.clients < {least}")
            cut = f"EXISTS ({small})"
        left_out = ", ".join(filter(None, ("named", without)))
        shown = selected(
            f"* EXCLUDE ({left_out}) REPLACE (CASE WHEN NOT named THEN NULL WHEN clients < "
            f"{least} THEN '<{least}' WHEN {cut} THEN '≥' || (clients // {least}) * {least} ELSE "
            "clients::VARCHAR END AS clients)",
            f"{table} t ORDER BY queries DESC, {keys}",
        )
        return self._link.sql(shown).to_arrow_table()


def _cells(one: Judged) -> tuple[str, int, str, str, str]:
    return one.asked, one.order, one.label, one.rule, one.name


def _states(
    image: str, orders: HitOrders, days: list[tuple[int, datetime, int, datetime]]
) -> Iterator[tuple[str, int, datetime, int, str]]:
    for place, day, period, first in days:
        yield image, place, day, period, orders.state(place, first)
