"""READ: sources → orders.

``sources`` finds the files, ``documents`` opens them, ``catalogue`` knows which loader reads each,
and ``loading`` puts them together.
"""

from __future__ import annotations

from .catalogue import LOADERS, all_loaders, other_loaders
from .loader import Loader
from .loading import Refused, load_orders, read_orders
from .loadoptions import LoadOptions

__all__ = [
    "LOADERS", "LoadOptions", "Loader", "Refused", "all_loaders", "load_orders", "other_loaders",
    "read_orders",
]  # fmt: skip
