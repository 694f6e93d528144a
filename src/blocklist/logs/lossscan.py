"""LOSS SCAN: one file of a log → what targets would take down in it, and who asked in it at all.

Rows without a hit are kept as one row of each client: a share needs all clients. The unit of work
of every executor, as ``partial.scan``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from threading import Lock
from typing import Any

from ..matcher.blocklist import Blocklist
from ..model.addresses import parse_address
from .engine import ColumnFunction, libraries, selected
from .partial import Partial, ScanTask, opened, rows_of, scan_by


class Leading:
    """Which of the records of answers lead to what a target would take down.

    Attributes:
        seen: queries whose answers the log holds.
    """

    def __init__(self, blocked: Blocklist) -> None:
        """Take what would be blocked."""
        self._blocked = blocked
        self._lock = Lock()
        self.seen: int = 0

    def __call__(self, answers: Any) -> Any:
        """Return for each row such records, one a line, null without one.

        Args:
            answers: a column of text, a record a line.
        """
        _, pa = libraries("reading query logs")
        texts = answers.to_pylist()
        records = {one for text in texts if text for one in text.split("\n")}
        with self._lock:  # threads of DuckDB
            self.seen += sum(text is not None for text in texts)
        hits = self._hits(records)
        if not hits:
            return pa.nulls(len(texts), pa.string())
        found = ([one for one in (text or "").split("\n") if one in hits] for text in texts)
        return pa.array(["\n".join(one) or None for one in found], pa.string())

    def _hits(self, records: Iterable[str]) -> set[str]:
        hits = set()
        for one in records:
            if parse_address(one) is not None:
                if self._blocked.is_blocked_address(one):
                    hits.add(one)
            elif self._blocked.is_blocked(one):
                hits.add(one)
        return hits


def scan_losses(task: ScanTask) -> Partial:
    """Read one file; ``hits`` has ``name, qtype, client, via, queries``.

    ``name`` is null for what no target takes down, ``via`` are the records of the answer that
    lead to one, a line each. Errors as of ``scan_by``.
    """
    leading = Leading(opened(*task.images[0]))
    functions = {"record_hit": ColumnFunction(leading, ("VARCHAR",), "VARCHAR", has_effects=True)}
    found = scan_by(task, lambda link, statement: rows_of(link, _losses(statement)), functions)
    # Where queries are counted, the few replies with answers are not.
    return replace(found, with_answers=leading.seen if found.counted == "reply" else 0)


def _losses(statement: str) -> str:
    marked = selected(
        "*, is_hit(event, time, name) AS hit, "
        "record_hit(CASE WHEN event IN ('query', 'reply') THEN array_to_string(answers, chr(10)) "
        "END) AS via",
        f"({statement})",
    )
    by_client = selected(
        "event, CASE WHEN hit OR via IS NOT NULL THEN lower(undotted(name)) END AS name, "
        "CASE WHEN hit THEN qtype END AS qtype, client, CASE WHEN NOT hit THEN via END AS via, "
        "count(*) AS queries",
        f"({marked}) GROUP BY ALL",
    )
    return selected(
        "event, name, qtype, CASE WHEN contains(client, ':') THEN network(client) ELSE client END "
        "AS client, via, sum(queries)::BIGINT AS queries",
        f"({by_client}) GROUP BY ALL",
    )
