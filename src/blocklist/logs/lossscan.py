"""LOSS SCAN: one file of a log → what targets would take down in it, and who asked in it at all.

Rows without a hit are kept as one row of each client: a share needs all clients. The unit of work
of every executor, as ``partial.scan``.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import Any

from ..matcher.blocklist import Blocklist
from ..model.addresses import parse_address
from ..model.targets import TargetKind
from .engine import ColumnFunction, selected
from .logsource import LogRows
from .partial import Partial, rows_of, scan_by
from .scantask import ScanTask, opened


class Leading:
    """Which of the records of answers lead to what a target would take down.

    Attributes:
        seen: queries whose answers the log holds.
    """

    def __init__(self, blocked: Blocklist) -> None:
        """Take what would be blocked."""
        self._blocked = blocked
        self._has_addresses = any(blocked.contents.rules_of_kind(TargetKind.ADDRESS))
        self._lock = Lock()
        self.seen: int = 0

    def __call__(self, answers: Any) -> Any:
        """Return for each row such records, one a line, null without one.

        Args:
            answers: a column of text, a record a line.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        seen = len(answers) - answers.null_count
        with self._lock:  # threads of DuckDB
            self.seen += seen
        hits = self._hits(answers) if seen else ()
        if not hits:
            return pa.nulls(len(answers), pa.string())
        # Few rows have one, and these are looked at one by one.
        rows = pc.is_in(answers, value_set=pa.array(sorted(hits), pa.string()))
        texts = pc.if_else(rows, answers, pa.scalar(None, pa.string())).to_pylist()
        return pa.array([text and hits[text] for text in texts], pa.string())

    def _hits(self, answers: Any) -> dict[str, str]:
        """Return the answers that hold records with a hit, each with these records."""
        import pyarrow.compute as pc

        texts = pc.unique(_whole(answers)).drop_null()
        records = pc.unique(pc.list_flatten(pc.split_pattern(texts, "\n")))
        hits = set(records.filter(self._blocked.is_blocked_many(records)).to_pylist())
        hits = {one for one in hits if parse_address(one) is None}  # a pattern may match one
        if self._has_addresses:
            is_address = pc.match_substring_regex(records, "^[0-9.]+$|:")
            ask = self._blocked.is_blocked_address
            hits.update(o for o in records.filter(is_address).to_pylist() if ask(o))
        if not hits:
            return {}
        found = ((text, [o for o in text.split("\n") if o in hits]) for text in texts.to_pylist())
        return {text: "\n".join(of) for text, of in found if of}


def _whole(column: Any) -> Any:
    return column.combine_chunks() if hasattr(column, "chunks") else column


def scan_losses(task: ScanTask) -> Partial:
    """Read one file; ``hits`` has ``name, qtype, client, via, queries``.

    ``name`` is null for what no target takes down, ``via`` are the records of the answer that
    lead to one, a line each. Errors as of ``scan_by``.
    """
    leading = Leading(opened(*task.images[0]))
    functions = {"record_hit": ColumnFunction(leading, ("VARCHAR",), "VARCHAR", has_effects=True)}
    found = scan_by(task, _losses, functions)
    # Where queries are counted, the few replies with answers are not.
    return replace(found, with_answers=leading.seen if found.counted == "reply" else 0)


def _losses(rows: LogRows) -> Any:
    marked = selected(
        "*, is_hit(event, time, name) AS hit, "
        "record_hit(CASE WHEN event IN ('query', 'reply') THEN array_to_string(answers, chr(10)) "
        "END) AS via",
        f"({rows.statement})",
    )
    columns = (
        "event, CASE WHEN hit OR via IS NOT NULL THEN lower(undotted(name)) END AS name, "
        "CASE WHEN hit THEN qtype END AS qtype, client, CASE WHEN NOT hit THEN via END AS via, "
        "count(*) AS queries"
    )
    if rows.format == "parquet":
        # To read its column of clients once more costs less than to group rows.
        hits = selected(columns, f"({marked}) WHERE hit OR via IS NOT NULL GROUP BY ALL")
        others = "event, NULL AS name, NULL AS qtype, client, NULL AS via, 0 AS queries"
        grouped = (
            f"{hits} UNION ALL {selected(others, f'({rows.statement}) GROUP BY event, client')}"
        )
    else:
        grouped = selected(columns, f"({marked}) GROUP BY ALL")
    by_network = selected(
        "event, name, qtype, CASE WHEN contains(client, ':') THEN network(client) ELSE client END "
        "AS client, via, sum(queries)::BIGINT AS queries",
        f"({grouped}) GROUP BY ALL",
    )
    return rows_of(rows.link, by_network)
