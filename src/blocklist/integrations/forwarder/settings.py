"""SETTINGS: reads a configuration from a TOML file and from the options of a command."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from ...errors import ConfigurationError, shorten
from ...live.policy import ResponsePolicy
from ...model.addresses import Network
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
    data = _load(path) if path else {}
    try:
        by_authority = _table(data, "by_authority") | _table(overrides, "by_authority")
        data |= overrides
        if by_authority:
            data["by_authority"] = by_authority
        return Configuration(**_values(data))
    except ConfigurationError as error:
        raise ConfigurationError(str(error), path=path) from None


def parse_network(text: Any) -> Network:
    """Read a prefix, or an address as the prefix of all its bits.

    Raises:
        ConfigurationError: not a network, or bits are set after the prefix.
    """
    try:
        if not isinstance(text, str):
            raise ValueError(f"{text!r} is not text")
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


def _incidents(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict) or not all(
        isinstance(records, dict) and all(isinstance(id_, str) for id_ in records.values())
        for records in value.values()
    ):
        raise ConfigurationError(
            'incidents must be a table such as {"it:agcom:1" = {lumen = "123"}}'
        )
    return value


def _load(path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error), path=path) from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(str(error), path=path) from None


def _table(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name, {})
    if not isinstance(value, dict):
        raise ConfigurationError(f"{name} must be a table: [{name}]")
    return value


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of ``Configuration``."""
    if not data.get("image"):
        raise ConfigurationError(f"no image; give its path, or '{NO_IMAGE}'")
    policy = _policy(data)
    known = {entry.name: entry for entry in fields(Configuration) if entry.name != "policy"}
    values: dict[str, Any] = {"policy": policy}
    for key, value in data.items():
        if key in POLICY_KEYS:
            continue
        if key not in known:
            raise ConfigurationError(
                f"unknown setting {key!r}; choose from: {', '.join([*known, *POLICY_KEYS])}"
            )
        if key in _READERS:
            values[key] = _READERS[key](value)
        elif key == "views":
            image = data["image"]
            values[key] = tuple(_view(entry, image, policy) for entry in _list(key, value, dict))
        else:
            values[key] = _plain(key, value, known[key].default)
    values.setdefault("upstreams", ())
    return values


def _policy(data: Mapping[str, Any], standard: ResponsePolicy | None = None) -> ResponsePolicy:
    given = {key: data[key] for key in POLICY_KEYS if key in data}
    if isinstance(given.get("qtypes"), list):
        given["qtypes"] = [_qtype(entry) for entry in given["qtypes"]]
    return read_policy(given, standard)


def _qtype(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    from ..dnspython import qtype_number

    return qtype_number(value)


def _view(entry: dict[str, Any], standard_image: Any, standard: ResponsePolicy) -> ViewSettings:
    for key in entry:
        if key not in ("networks", "image", *POLICY_KEYS):
            raise ConfigurationError(
                f"unknown setting {key!r} of a view; choose from: networks, image, "
                f"{', '.join(POLICY_KEYS)}"
            )
    networks = tuple(map(parse_network, _list("networks", entry.get("networks", []), str)))
    if not networks or len(entry) == 1 or not entry.get("image", standard_image):
        raise ConfigurationError("a view needs networks, and an image or a policy")
    image = _plain("image", entry.get("image", standard_image), "")
    return ViewSettings(networks, image, _policy(entry, standard))


def _list(key: str, value: Any, kind: type) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(entry, kind) for entry in value):
        tables = "tables ([[views]])" if kind is dict else "texts"
        raise ConfigurationError(f"{key} must be a list of {tables}, not {shorten(repr(value))}")
    return value


def _plain(key: str, value: Any, default: Any) -> Any:
    """Return a value of the same kind as its default; text if it has none."""
    wanted: tuple[type, ...] = (str,)
    if isinstance(default, bool):
        wanted = (bool,)
    elif isinstance(default, int):
        wanted = (int,)
    elif isinstance(default, float):
        wanted = (float, int)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise ConfigurationError(f"{key} = {shorten(repr(value))} has the wrong type")
    return value


def _endpoints(key: str) -> Callable[[Any], tuple[Endpoint, ...]]:
    return lambda value: tuple(Endpoint.parse(entry) for entry in _list(key, value, str))


_READERS: dict[str, Callable[[Any], Any]] = {
    "upstreams": _endpoints("upstreams"),
    "listen": _endpoints("listen"),
    "allow": lambda value: tuple(map(parse_network, _list("allow", value, str))),
    "contact": lambda value: tuple(_list("contact", value, str)),
    "incidents": _incidents,
    "metrics": lambda value: Endpoint.parse(_plain("metrics", value, ""), 9100),
}
