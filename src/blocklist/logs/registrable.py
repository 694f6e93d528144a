"""REGISTRABLE: the registrable domain of each name of a table, by the Public Suffix List.

Most names have a suffix that has nothing below it in the list, and SQL sees that by two labels.
All others are asked one by one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ..model.suffixes import public_suffixes
from .engine import ColumnFunction, libraries, register, selected


def prepare(link: Any) -> None:
    """Make what the statement of ``domains_of`` needs in a connection."""
    suffixes, wild = _suffix_tables()
    link.from_arrow(suffixes).create("suffixes")
    link.from_arrow(wild).create("wild_suffixes")
    register(link, {"listed_domain": ColumnFunction(_listed_domains, ("VARCHAR",), "VARCHAR")})


@cache
def _suffix_tables() -> tuple[Any, Any]:
    _, pa = libraries("reading query logs")
    suffixes = public_suffixes()
    names = sorted(suffixes.risky)
    flags = {
        "suffix": names,
        "is_listed": [name in suffixes.listed for name in names],
        "is_wild": [name in suffixes.wildcards for name in names],
    }
    wild = sorted(name for name in suffixes.wildcards if "." not in name)
    return pa.table(flags), pa.table({"suffix": wild})


_CASES = """name, CASE WHEN two.suffix IS NULL AND last_1 NOT IN (FROM wild_suffixes) THEN last_2
  WHEN two.is_listed AND NOT two.is_wild AND three.suffix IS NULL AND len(parts) > 2
    THEN concat(parts[-3], '.', last_2)
  ELSE listed_domain(name) END AS domain"""
_KNOWN = """(SELECT name, parts, parts[-1] AS last_1, concat(parts[-2], '.', parts[-1]) AS last_2
    FROM ({}))
  LEFT JOIN suffixes AS two ON two.suffix = last_2
  LEFT JOIN suffixes AS three ON three.suffix =
    CASE WHEN two.is_listed THEN concat(parts[-3], '.', last_2) END"""


def domains_of(names: str) -> str:
    """Return the statement for ``name`` and ``domain`` of a relation with names of two labels.

    A name that is a suffix itself has none.
    """
    parts = selected("name, string_split(name, '.') AS parts", names)
    return selected(_CASES, _KNOWN.format(parts))


def _listed_domains(names: Any) -> Any:
    _, pa = libraries("reading query logs")
    domain = public_suffixes().registrable_domain
    return pa.array([name and domain(name) for name in names.to_pylist()], pa.string())
