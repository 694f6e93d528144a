"""POLICY SETTINGS: a ``ResponsePolicy`` as configuration files say it; plain data in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ConfigurationError
from ..live.policy import Response, ResponsePolicy

POLICY_KEYS = ("response", "by_authority", "obey_orders", "qtypes", "ttl")
"""The settings of a policy."""
MAX_TTL = 86_400


def read_policy(data: Mapping[str, Any], standard: ResponsePolicy | None = None) -> ResponsePolicy:
    """Return the policy that settings describe.

    Args:
        data: of the keys in ``POLICY_KEYS`` those that were set; others are not looked at.
        standard: what holds for the settings that are not there.

    Raises:
        ConfigurationError: a value cannot be right.
    """
    standard = standard or ResponsePolicy()
    default = _response(data["response"]) if "response" in data else standard.default
    by_authority = standard.by_authority
    if "by_authority" in data:
        table = data["by_authority"]
        if not isinstance(table, dict):
            raise ConfigurationError('by_authority must be a table, such as {agcom = "nxdomain"}')
        by_authority = {key: _response(value) for key, value in table.items()}
    obey, ttl = data.get("obey_orders", standard.obey_orders), data.get("ttl", standard.ttl)
    if not isinstance(obey, bool):
        raise ConfigurationError(f"obey_orders must be true or false, not {obey!r}")
    if type(ttl) is not int or not 0 <= ttl <= MAX_TTL:
        raise ConfigurationError(f"ttl must be from 0 to {MAX_TTL} seconds, not {ttl!r}")
    qtypes = _qtypes(data["qtypes"]) if "qtypes" in data else standard.qtypes
    return ResponsePolicy(default, by_authority, obey, qtypes, ttl)


def _response(text: Any) -> Response:
    if not isinstance(text, str):
        raise ConfigurationError(f"a response must be text, such as 'nodata', not {text!r}")
    try:
        return Response.parse(text)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error


def _qtypes(value: Any) -> frozenset[int]:
    if (
        not isinstance(value, list)
        or not value
        or not all(type(qtype) is int and 0 < qtype < 1 << 16 for qtype in value)
    ):
        raise ConfigurationError(
            f"qtypes must be a list of query type numbers, such as [1, 28, 65], not {value!r}"
        )
    return frozenset(value)
