"""AUDIT REPORT: what logs say of the orders in an image, as tables and counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .logreport import ReportRows


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(ReportRows):
    """What logs say of the orders in an image.

    The tables are of Arrow; the times in them are UTC without a zone, ``day`` is the start of the
    day or hour in ``zone``. ``clients`` is text: a count, ``<10`` if it is too small to be shown,
    ``≥40`` for a total with a part that is; null if the log names no clients.

    Attributes:
        rows: for each order, rule, name and day what was asked.
        names: the same without the days; orders: without the names, the most asked first.
        days: queries of each order by day.
        zone: in which days are cut; ``log_zone``: of times without a zone.
        by: ``day`` or ``hour``.
        least: the smallest count of clients that is shown.
        digests: of the image, and of the shadow image.
        hit: queries that the image blocks.
        without: orders of the image that no query hit.
        not_judged: orders without a rule about names, of which such a log says nothing.
    """

    names: Any = field(repr=False)
    orders: Any = field(repr=False)
    days: Any = field(repr=False)
    zone: str
    log_zone: str
    by: str
    least: int
    digests: tuple[str, ...]
    hit: int
    without: int
    not_judged: int

    @property
    def leaks(self) -> int:
        """Queries for names of orders in force that the log says were answered."""
        return self._sum("leaks")

    @property
    def in_force_unknown(self) -> int:
        """Queries for names of orders in force of which the log does not say what was answered."""
        return self._sum("not_judged")

    @property
    def in_force_known(self) -> int:
        """Queries for names of orders in force of which the log says what was answered."""
        return self._sum("in_force") - self.in_force_unknown

    def _sum(self, column: str) -> int:
        image, values = self.orders["image"].to_pylist(), self.orders[column].to_pylist()
        return sum(value for of, value in zip(image, values, strict=True) if of == "orders")
