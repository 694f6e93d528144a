"""UNBOUND: the settings of the module, a TOML file beside it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..errors import ConfigurationError
from ..live.policy import Action, ResponsePolicy
from ..model.report import MAX_DROP
from .policy_settings import POLICY_KEYS, read_policy

ON_ERROR = ("resolve", "servfail")
UNABLE = (Action.DROP, Action.TCP_ONLY)
"""What Unbound gives a module no means for."""
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator says.

    Attributes:
        image: the path of the image.
        policy: what a blocked name gets.
        on_error: what happens to queries while there is no image, or if the module fails:
            ``resolve`` (fail open) or ``servfail`` (fail closed).
        check_every: seconds between two looks whether the image was replaced.
        max_shrink: the part of its rules that an image may lose at a change.
        watch_cache: whether cached answers are looked at, which costs a call for each.
        log_hits: whether each block is logged.
        log_clients: whether with the client's address and the name asked for.
    """

    image: str
    policy: ResponsePolicy = field(default_factory=ResponsePolicy)
    on_error: str = "resolve"
    check_every: float = 5.0
    max_shrink: float = MAX_DROP
    watch_cache: bool = False
    log_hits: bool = False
    log_clients: bool = False

    @classmethod
    def parse(cls, text: str, path: str | None = None) -> Settings:
        """Read the text of the file.

        Raises:
            ConfigurationError: in one sentence; ``path`` is named in it.
        """
        try:
            data = tomllib.loads(text)
            policy = _policy({key: data.pop(key) for key in POLICY_KEYS if key in data})
            return cls(policy=policy, **_checked(cls, data))
        except (ValueError, RecursionError) as error:
            raise ConfigurationError(str(error), path=path) from None


def read_settings(path: Path) -> tuple[str, Settings]:
    """Return text and settings of a file.

    Raises:
        ConfigurationError: it cannot be read, or is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error), path=str(path)) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"is not UTF-8: {error}", path=str(path)) from None
    return text, Settings.parse(text, str(path))


def _checked(cls: type[Settings], data: Mapping[str, Any]) -> Mapping[str, Any]:
    known = {field.name: field.default for field in fields(cls) if field.name != "policy"}
    for key, value in data.items():
        if key not in known:
            keys = ", ".join([*known, *POLICY_KEYS])
            raise ValueError(f"unknown setting {key!r}; choose from: {keys}")
        wanted = bool if isinstance(known[key], bool) else (
            (int, float) if isinstance(known[key], float) else str
        )  # fmt: skip
        if not isinstance(value, wanted) or (wanted is not bool and isinstance(value, bool)):
            raise ValueError(f"{key} = {value!r} has the wrong type")
    if not data.get("image") or "\0" in data["image"]:
        raise ValueError('image is missing; give the path of the image: image = "…"')
    if data.get("on_error", ON_ERROR[0]) not in ON_ERROR:
        raise ValueError(f"on_error must be {' or '.join(ON_ERROR)}, not {data['on_error']!r}")
    if not 0 <= data.get("max_shrink", 0) <= 1:
        raise ValueError(f"max_shrink must be from 0 to 1, not {data['max_shrink']}")
    if not 0 < data.get("check_every", 1) <= _DAY:
        raise ValueError(
            f"check_every is over 0 and up to {_DAY} seconds, not {data['check_every']}"
        )
    if data.get("log_clients") and not data.get("log_hits"):
        raise ValueError("log_clients needs log_hits")
    # In the service's locale, in which the path goes back to the same octets.
    return {**data, "image": os.fsdecode(data["image"].encode())}


def _policy(data: Mapping[str, Any]) -> ResponsePolicy:
    policy = read_policy(data)
    for response in (policy.default, *policy.by_authority.values()):
        if response.action in UNABLE:
            raise ValueError(f"Unbound cannot give the response '{response}' from a module")
    return policy
