"""LOGS: what a query log says of the orders in an image; needs the extra ``logs``."""

from __future__ import annotations

from .aliases import Aliases, aliases
from .audit import Audit, audit

__all__ = ["Aliases", "Audit", "aliases", "audit"]
