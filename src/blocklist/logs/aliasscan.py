"""ALIAS SCAN: one file of a log → the names in it that are like ordered names, and who asked.

The file is read twice: for its distinct names, which are compared with the cores of the image, and
for the queries of those few that are like an ordered name. So neither clients nor days are kept of
the others. Names that the image blocks do not come this far.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .aliascores import SPELLINGS, AliasLevel, Cores, Relation
from .aliasforms import LEAST_CONTAINED, folded
from .engine import libraries
from .logsource import log_rows, reading
from .partial import Partial, functions_of, partial_of
from .registrable import domains_of, prepare
from .scantask import ScanTask, opened
from .tally import Tally

_PIECE = 200_000
"""Labels that are compared at once."""

_SEEN = """
(SELECT DISTINCT lower(undotted(name)) AS name FROM ({}) WHERE is_hit(event, time, name)
  AND contains(name, '.') AND length(name) < 1000)
"""
# A core is compared with what stands left of the registrable domain, label by label.
_SUB_LABELS = """
CREATE TABLE sub_labels AS SELECT DISTINCT name, core FROM (
  SELECT name, domain, replace(unnest(string_split(name[:length(name) - length(domain) - 1], '.')),
    '-', '') AS core FROM domains WHERE length(name) > length(domain) + 6)
WHERE core IN (FROM cores) AND domain NOT IN (FROM ordered)
"""
_LABELS = """
SELECT DISTINCT split_part(domain, '.', 1) AS label FROM domains WHERE domain[1] <> '.'
"""
_NEAR = """
CREATE TABLE near AS SELECT name, domain, split_part(domain, '.', 1) AS label FROM domains
WHERE split_part(domain, '.', 1) IN (SELECT label FROM related) AND domain NOT IN (FROM ordered)
"""
_TARGETS = """
CREATE TABLE targets AS SELECT unnest([name, concat(name, '.')]) AS asked, target FROM (
  SELECT name, domain AS target FROM near UNION SELECT name, name AS target FROM sub_labels)
"""
_RELATED = """
SELECT DISTINCT domain AS target, relation, core FROM near JOIN related USING (label) UNION ALL
SELECT name AS target, ? AS relation, core FROM sub_labels
"""
_ASKED = """
SELECT event, target, CAST(date_trunc('day', time) AS TIMESTAMP) AS day,
  CASE WHEN contains(client, ':') THEN network(client) ELSE client END AS client,
  count(*) AS queries, min(time) AS first, max(time) AS last
FROM ({}) AS rows JOIN targets ON asked = lower(rows.name)
WHERE event IN ('query', 'reply') AND time IS NOT NULL GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class AliasTask:
    """What is to be done with one file.

    Attributes:
        scan: the file, and one image.
        level: of the candidates that are wanted.
        confidential: whether names of confidential orders are compared as well.
        background: whether the labels of this log are what cores must be rare in.
    """

    scan: ScanTask
    level: AliasLevel
    confidential: bool
    background: bool


@dataclass(frozen=True, slots=True)
class AliasPartial:
    """What one file gave.

    Attributes:
        read: counts, without hits.
        names: distinct names that the image does not block.
        asked: table of Arrow: ``target, day, client, queries, first, last``; a target is a
            registrable domain, or a name with a core further left.
        related: ``target, relation, core``.
        around: ``core, whole``: labels of the log that hold a core and are no other spelling of
            an ordered name.
    """

    read: Partial
    names: int
    asked: Any
    related: Any
    around: Any


@lru_cache(maxsize=2)
def cores_of(path: str, digest: str, *, confidential: bool) -> Cores:
    """Return the cores of an image, which stays open."""
    return Cores(opened(path, digest), confidential=confidential)


def scan_names(task: AliasTask) -> AliasPartial:
    """Read one file.

    Raises:
        LogError: it cannot be read, or its format is not known.
        OSError: it cannot be opened.
    """
    scan = task.scan
    cores = cores_of(*scan.images[0], confidential=task.confidential)
    blocked = opened(*scan.images[0]).is_blocked_many
    tally = Tally([lambda names: _not(blocked(names))])
    functions = functions_of(scan, tally)
    with reading(scan) as (path, folder, failed):
        for part in ("names", "queries"):
            Path(folder, part).mkdir()
        with log_rows(scan, path, str(Path(folder, "names")), failed, functions) as rows:
            prepare(rows.link)
            seen = domains_of(_SEEN.format(rows.statement))
            rows.link.execute(f"CREATE TABLE domains AS {seen}")
            rows.count_rejected()
            names, found = _related(rows.link, cores, task)
            links = rows.link.sql("FROM targets").to_arrow_table()
        with log_rows(scan, path, str(Path(folder, "queries")), failed, functions) as again:
            again.link.from_arrow(links).create("targets")
            asked = again.link.sql(_ASKED.format(again.statement)).to_arrow_table()
    read = partial_of(scan.path, rows.format, tally, asked, rows.count)
    return AliasPartial(read.without_hits(), names, read.hits, *found)


def _not(asked: Any) -> Any:
    import pyarrow.compute as pc

    return pc.invert(asked)


def _related(link: Any, cores: Cores, task: AliasTask) -> tuple[int, tuple[Any, Any]]:
    """Make the table ``targets``; return how many names there are, and the tables of relations."""
    _, pa = libraries("reading query logs")
    link.from_arrow(pa.table({"domain": pa.array(cores.domains, pa.string())})).create("ordered")
    link.from_arrow(pa.table({"core": pa.array(cores.contained, pa.string())})).create("cores")
    names = link.sql("SELECT count(*) FROM domains").fetchall()[0][0]
    related, around = [], []
    for batch in link.sql(_LABELS).to_arrow_reader(_PIECE):
        one, other = compared(batch.column(0), cores, task)
        related.append(one)
        around.append(other)
    labels = pa.concat_tables(related) if related else _table(pa, "label", "relation", "core")
    link.from_arrow(labels).create("related")
    wanted = task.level is not AliasLevel.STRONG
    link.execute(_SUB_LABELS + ("" if wanted else " AND FALSE"))
    link.execute(_NEAR)
    link.execute(_TARGETS)
    of_targets = link.sql(_RELATED, params=[str(Relation.SUB_LABEL)]).to_arrow_table()
    held = pa.concat_tables(around) if around else _table(pa, "core", "whole")
    return names, (of_targets, held)


def compared(labels: Any, cores: Cores, task: AliasTask) -> tuple[Any, Any]:
    """Return the tables ``label, relation, core`` and ``core, whole`` of a piece of labels."""
    _, pa = libraries("reading query logs")
    wholes, unnumbereds = folded(labels)
    inside: dict[int, list[str]] = {}
    for row, core in cores.inside(wholes):
        held = inside.setdefault(row, [])
        if core not in held:
            held.append(core)
    near = cores.equal(wholes, unnumbereds)
    rows = range(len(labels)) if task.level is AliasLevel.ALL else [*inside, *_only(near, inside)]
    chosen = pa.array(rows, pa.int64())
    forms = (form.take(chosen).to_pylist() for form in (labels, wholes, unnumbereds))
    related: list[tuple[str, str, str]] = []
    around: list[tuple[str, str]] = []
    for row, label, whole, unnumbered in zip(rows, *forms, strict=True):
        found = list(cores.relations(whole, unnumbered, inside.get(row, ())))
        if not found and task.level is AliasLevel.ALL:
            found = list(cores.similar(unnumbered))
        possible = [one for one in found if is_possible(*one, cores, task.level)]
        related += ((label, str(relation), core) for relation, core in possible)
        if task.background and not any(relation in SPELLINGS for relation, _ in found):
            inner = (core for relation, core in found if relation is Relation.CONTAINS)
            around += ((core, whole) for core in inner)
    return _table(pa, "label", "relation", "core", rows=related), _table(
        pa, "core", "whole", rows=around
    )


def _only(near: Any, known: dict[int, list[str]]) -> Iterator[int]:
    import pyarrow.compute as pc

    return (row for row in pc.indices_nonzero(near).to_pylist() if row not in known)


def is_possible(relation: Relation, core: str, cores: Cores, level: AliasLevel) -> bool:
    """Whether a candidate may be of a level, whatever else is known of it."""
    if level is AliasLevel.ALL:
        return True
    if relation in (Relation.SUFFIX, Relation.NUMBER):
        many = len(core) >= LEAST_CONTAINED and cores.count(relation, core) > 1
        return many or (
            level is AliasLevel.LIKELY and relation is Relation.SUFFIX and len(core) > 7
        )
    if level is AliasLevel.STRONG or relation not in (Relation.AFFIX, Relation.CONTAINS):
        return False
    return len(core) > 6 and cores.count(relation, core) > 2


def _table(pa: Any, *columns: str, rows: Sequence[tuple[str, ...]] = ()) -> Any:
    values = zip(*rows, strict=True) if rows else ([] for _ in columns)
    made = zip(columns, values, strict=True)
    return pa.table({name: pa.array(column, pa.string()) for name, column in made})
