"""LOGS: what query logs say of orders, in an image or before; needs the extra ``logs``."""

from __future__ import annotations

from .audit import Audit, audit
from .collateral import Collateral, collateral

__all__ = ["Audit", "Collateral", "audit", "collateral"]
