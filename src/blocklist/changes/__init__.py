"""CHANGES: what differs between two images, and whether it may be taken.

Which twin walks through the names is chosen here, once.
"""

from __future__ import annotations

from ..backend import choose_backend

BACKEND = choose_backend("blocklist.changes._native")
