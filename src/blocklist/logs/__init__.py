"""LOGS: what a query log says of the orders in an image; needs the extra ``logs``."""

from __future__ import annotations

from .audit import audit
from .auditreport import Audit

__all__ = ["Audit", "audit"]
