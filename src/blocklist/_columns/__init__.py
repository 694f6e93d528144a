"""COLUMNS: names by the million, as columns of octets; which twin works is chosen here, once.

What a list costs is decided by what is done for each of its lines. These functions take whole
columns, names with a line end after each and numbers as ``u32`` of this machine, and make no object
for a name. Both twins return the same octets.
"""

from __future__ import annotations

from ..backend import choose_backend

BACKEND = choose_backend("blocklist._columns._native")
if BACKEND == "native":
    from ._native import (
        build_trie,
        find_covered,
        find_names,
        pack_grounds,
        scan_entries,
        scan_framed,
        scan_names,
        scan_rows,
        scan_targets,
    )  # fmt: skip
else:
    from ._pure import build_trie, find_covered, find_names, scan_framed, scan_names
    from ._pure_entries import scan_entries
    from ._pure_grounds import pack_grounds
    from ._pure_rows import scan_rows
    from ._pure_targets import scan_targets

__all__ = [
    "BACKEND", "build_trie", "find_covered", "find_names", "pack_grounds", "scan_entries",
    "scan_framed", "scan_names", "scan_rows", "scan_targets",
]  # fmt: skip
