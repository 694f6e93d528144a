"""LOGS: what query logs say of orders, in an image or before; needs the extra ``logs``."""

from __future__ import annotations

from .aliases import Aliases, aliases
from .audit import audit
from .auditreport import Audit
from .collateral import Collateral, collateral
from .month import MonthFacts, prepare_month

__all__ = [
    "Aliases",
    "Audit",
    "Collateral",
    "MonthFacts",
    "aliases",
    "audit",
    "collateral",
    "prepare_month",
]
