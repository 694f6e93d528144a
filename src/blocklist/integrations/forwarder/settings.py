"""SETTINGS: reads a configuration from a TOML file and from the options of a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from ipaddress import IPv6Network, ip_network
from pathlib import Path
from typing import Any

from ...errors import ConfigurationError
from ...live.policy import ResponsePolicy
from ...model.addresses import Network
from ...model.nat64 import parse_prefix
from ...model.typedtoml import TypedTable, read_toml
from ..key_settings import read_keys
from ..policy_settings import POLICY_KEYS, read_policy
from .configuration import NO_IMAGE, Configuration, Endpoint, ViewSettings


def read_configuration(path: str | None, overrides: Mapping[str, Any]) -> Configuration:
    """Read a TOML file; ``overrides`` replace its settings.

    Args:
        path: of the file, if there is one. Paths of images are as from the working directory.
        overrides: by the same names and in the same form; ``by_authority`` is added to.

    Raises:
        ConfigurationError: one sentence, which names the file if the fault is in it.
    """

    def fail(message: str, line: int | None) -> ConfigurationError:
        return ConfigurationError(message, path=path, line=line)

    table = read_toml(_load(path) if path else "", fail)
    keys = (*_PLAIN, *_READERS, "views", *POLICY_KEYS)
    values = _values(table.overlaid(overrides, keys, added="by_authority"))
    try:
        return Configuration(**values)
    except ConfigurationError as error:
        raise ConfigurationError(str(error), path=path) from None


def parse_network(text: str) -> Network:
    """Read a prefix, or an address as the prefix of all its bits.

    Raises:
        ConfigurationError: not a network, or bits are set after the prefix.
    """
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise ConfigurationError(f"not a network: {error}") from None


def parse_view(text: str) -> dict[str, Any]:
    """Read ``NETWORK[,NETWORK…]=IMAGE`` as an entry of ``views``.

    Raises:
        ConfigurationError: the form is another.
    """
    networks, found, image = text.partition("=")
    if not found or not image:
        raise ConfigurationError(f"view {text!r} must have the form 192.0.2.0/24=IMAGE")
    return {"networks": networks.split(","), "image": image}


def _load(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error), path=path) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"not UTF-8: {error}", path=path) from None


def _values(table: TypedTable) -> dict[str, Any]:
    """Return the arguments of ``Configuration``."""
    if not table.value("image", ""):
        raise table.error("image", f"is missing; give the path of one, or '{NO_IMAGE}'")
    policy = _policy(table)
    values: dict[str, Any] = {"policy": policy, "upstreams": ()}
    for key in table:
        if key in _READERS:
            values[key] = _READERS[key](table, key)
        elif key in _PLAIN:
            values[key] = _plain(table, key, _PLAIN[key])
    shadow = values.get("shadow", "")
    standard = ViewSettings((), values["image"], policy, values.get("key", ()), shadow)
    views = table.tables("views", ("networks", "image", "key", "shadow", *POLICY_KEYS))
    return values | {"views": tuple(_view(view, standard) for view in views)}


def _policy(table: TypedTable, standard: ResponsePolicy | None = None) -> ResponsePolicy:
    return read_policy(table, standard, _qtype)


def _qtype(text: str) -> int:
    from ..dnspython import qtype_number

    return qtype_number(text)


def _view(table: TypedTable, standard: ViewSettings) -> ViewSettings:
    networks = _networks(table, "networks") if "networks" in table else ()
    image = table.text("image", standard.image)
    if not networks or len(table.data) == 1 or not image:
        raise table.error("", "must have networks, and an image or a policy")
    policy = _policy(table, standard.policy)
    # Shadow orders are tried beside the orders among which they are to be enforced.
    shadow = table.text("shadow", "" if "image" in table else standard.shadow)
    return ViewSettings(networks, image, policy, read_keys(table, standard.key), shadow)


def _plain(table: TypedTable, key: str, default: Any) -> Any:
    """Return a value of the same kind as its default; text if it has none."""
    if isinstance(default, bool):
        return table.flag(key)
    if isinstance(default, int):
        return table.whole(key)
    return table.number(key) if isinstance(default, float) else table.text(key, "")


def _endpoints(table: TypedTable, key: str) -> tuple[Endpoint, ...]:
    return tuple(table.check(key, Endpoint.parse, text) for text in table.texts(key))


def _networks(table: TypedTable, key: str) -> tuple[Network, ...]:
    return tuple(table.check(key, parse_network, text) for text in table.texts(key))


def _nat64(table: TypedTable, key: str) -> tuple[IPv6Network, ...]:
    return tuple(table.check(key, parse_prefix, text) for text in table.texts(key))


def _metrics(table: TypedTable, key: str) -> Endpoint:
    return table.parsed(key, lambda text: Endpoint.parse(text, 9100))


def _incidents(table: TypedTable, key: str) -> dict[str, dict[str, str]]:
    incidents = table.table(key)
    return {
        order: {name: records.text(name) for name in records}
        for order in incidents
        for records in [incidents.table(order)]
    }


_READERS: dict[str, Callable[[TypedTable, str], Any]] = {
    "upstreams": _endpoints,
    "listen": _endpoints,
    "allow": _networks,
    "contact": lambda table, key: table.texts(key),
    "incidents": _incidents,
    "key": lambda table, _: read_keys(table),
    "metrics": _metrics,
    "nat64": _nat64,
}
_PLAIN = {
    entry.name: entry.default
    for entry in fields(Configuration)
    if entry.name not in (*_READERS, "views", "policy")
}
"""The other settings, each with its default."""
