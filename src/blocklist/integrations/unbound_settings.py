"""UNBOUND: the settings of the module, a TOML file beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from ipaddress import IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BlocklistError, ConfigurationError
from ..live.policy import ResponsePolicy
from ..model.nat64 import parse_prefix
from ..model.report import MAX_DROP
from ..model.typedtoml import TypedTable, read_toml
from .key_settings import read_keys
from .policy_settings import POLICY_KEYS, read_policy

if TYPE_CHECKING:
    from ..signing.notekeys import VerifierKey

ON_ERROR = ("resolve", "servfail")
_SHORTEST, _DAY = 0.001, 86_400
_KEYS = (
    "image", "on_error", "check_every", "max_shrink", "check_addresses", "nat64", "watch_cache",
    "log_hits", "log_clients", "uniform_reason", "key", "shadow", *POLICY_KEYS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnboundSettings:
    """What an operator says.

    Attributes:
        image: the path of the image.
        policy: what a blocked name gets.
        on_error: what happens to queries while there is no image, or if the module fails:
            ``resolve`` (fail open) or ``servfail`` (fail closed).
        check_every: seconds between two looks whether the image was replaced.
        max_shrink: the part of its rules that an image may lose at a change.
        check_addresses: whether answers with a blocked address are blocked.
        nat64: prefixes of translators, whose addresses are judged as the IPv4 address inside.
        watch_cache: whether cached answers are looked at, which costs a call for each.
        log_hits: whether each block is logged.
        log_clients: whether with the client's address and the name asked for.
        uniform_reason: the same text for every block, in place of the orders.
        key: whose signed images are taken; empty: every image is.
        shadow: the path of an image whose hits are counted, and that answers nothing; may be empty.
    """

    image: str
    policy: ResponsePolicy = field(default_factory=ResponsePolicy)
    on_error: str = "resolve"
    check_every: float = 5.0
    max_shrink: float = MAX_DROP
    check_addresses: bool = False
    nat64: tuple[IPv6Network, ...] = ()
    watch_cache: bool = False
    log_hits: bool = False
    log_clients: bool = False
    uniform_reason: str = ""
    key: tuple[VerifierKey, ...] = ()
    shadow: str = ""

    @classmethod
    def parse(cls, text: str, path: str | None = None) -> UnboundSettings:
        """Read the text of the file.

        Raises:
            ConfigurationError: in one sentence; ``path`` is named in it.
        """

        def fail(message: str, line: int | None) -> ConfigurationError:
            return ConfigurationError(message, path=path, line=line)

        table = read_toml(text, fail, keys=_KEYS)
        settings = cls(
            image=_path(table, "image"),
            policy=_policy(table),
            on_error=table.choice("on_error", ON_ERROR, ON_ERROR[0]),
            check_every=table.number("check_every", 5.0, low=_SHORTEST, high=_DAY),
            max_shrink=table.percent("max_shrink", MAX_DROP),
            check_addresses=table.flag("check_addresses", False),
            nat64=tuple(
                table.check("nat64", parse_prefix, text) for text in table.texts("nat64", ())
            ),
            watch_cache=table.flag("watch_cache", False),
            log_hits=table.flag("log_hits", False),
            log_clients=table.flag("log_clients", False),
            uniform_reason=table.text("uniform_reason", ""),
            key=read_keys(table),
            shadow=_path(table, "shadow") if "shadow" in table else "",
        )
        if settings.log_clients and not settings.log_hits:
            raise table.error("log_clients", "needs log_hits")
        return settings


def read_settings(path: Path) -> tuple[str, UnboundSettings]:
    """Return text and settings of a file.

    Raises:
        ConfigurationError: it cannot be read, or is wrong, or needs what is not installed.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error), path=str(path)) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"is not UTF-8: {error}", path=str(path)) from None
    settings = UnboundSettings.parse(text, str(path))
    if settings.key:
        from ..signing.ed25519 import load

        try:
            load()
        except BlocklistError as error:
            raise ConfigurationError(f"key: {error}", path=str(path)) from None
    return text, settings


def _path(table: TypedTable, key: str) -> str:
    path = table.text(key)
    if "\0" in path:
        raise table.error(key, "must be a path")
    # In the service's locale, in which the path goes back to the same octets.
    return os.fsdecode(path.encode())


def _policy(table: TypedTable) -> ResponsePolicy:
    policy = read_policy(table)
    responses = [(table, "response", policy.default)]
    if policy.by_authority:
        authorities = table.table("by_authority")
        responses += [(authorities, key, value) for key, value in policy.by_authority.items()]
    for where, key, response in responses:
        if response.sent.needs_transport:  # for which Unbound gives a module no means
            raise where.error(key, f"cannot be '{response}': a module of Unbound cannot send that")
    return policy
