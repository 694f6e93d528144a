"""PENALTY: what an order says that delay costs; immutable."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Penalty:
    """What delay costs: ``amount`` in ``currency`` (ISO 4217), perhaps up to a cap.

    It runs per day, violation or hour; only that per day is added up (``penalty_accrued``).
    """

    amount: Decimal
    currency: str = "EUR"
    per: str = "day"
    cap: Decimal | None = None

    UNITS = ("day", "violation", "hour")

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency} per {self.per}"
