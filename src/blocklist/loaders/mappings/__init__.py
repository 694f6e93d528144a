"""MAPPINGS: small TOML files that say how the table of an authority is read.

``schema`` reads such a file, one module for each shape reads the rows (``tables``, ``jsonlists``,
``registers``, ``lines``), and ``loader`` makes orders of them. The mappings in ``data`` are part of
the table of formats; ``docs/how-to/map-a-table.md`` explains how to write one.
"""

from __future__ import annotations

from .mapping import TableMapping
from .mappingloader import MappingLoader, decoded, loader_from, shipped_mappings
from .schema import read_mapping

__all__ = [
    "MappingLoader",
    "TableMapping",
    "decoded",
    "loader_from",
    "read_mapping",
    "shipped_mappings",
]
