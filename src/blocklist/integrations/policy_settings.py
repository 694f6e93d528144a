"""POLICY SETTINGS: a ``ResponsePolicy`` as configuration files say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..live.policy import Response, ResponsePolicy
from ..model.typedtoml import TypedTable

POLICY_KEYS = ("response", "by_authority", "obey_orders", "qtypes", "ttl")
"""The settings of a policy."""
MAX_TTL = 86_400


def read_policy(
    table: TypedTable,
    standard: ResponsePolicy | None = None,
    qtype: Callable[[str], int] | None = None,
) -> ResponsePolicy:
    """Return the policy that settings describe.

    Args:
        table: the settings; only ``POLICY_KEYS`` are looked at.
        standard: what holds for the settings that are not there.
        qtype: returns the number of a query type by its name; without it names are refused.

    Raises:
        ConfigurationError: a value cannot be right; in a table of another kind, its error.
    """
    standard = standard or ResponsePolicy()
    by_authority = standard.by_authority
    if "by_authority" in table:
        authorities = table.table("by_authority")
        by_authority = {key: authorities.parsed(key, Response.parse) for key in authorities}
    return ResponsePolicy(
        table.parsed("response", Response.parse, standard.default),
        by_authority,
        table.flag("obey_orders", standard.obey_orders),
        _qtypes(table, qtype) if "qtypes" in table else standard.qtypes,
        table.whole("ttl", standard.ttl, high=MAX_TTL),
    )


def _qtypes(table: TypedTable, qtype: Callable[[str], int] | None) -> frozenset[int]:
    value: Any = table.value("qtypes")
    if isinstance(value, list) and qtype is not None:
        value = [table.check("qtypes", qtype, v) if isinstance(v, str) else v for v in value]
    if (
        not isinstance(value, list)
        or not value
        or not all(type(number) is int and 0 < number < 1 << 16 for number in value)
    ):
        raise table.error(
            "qtypes",
            f"must be a list of numbers of query types, such as [1, 28], not {value!r}",
        )
    return frozenset(value)
