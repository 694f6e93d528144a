"""LOAD OPTIONS: what a caller says about a source, checked once and handed to every loader."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ..errors import ConfigurationError
from ..model.countries import country
from ..model.targets import NAME_KINDS, TargetKind
from ..model.wording import alternatives


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """The keywords of ``load_orders``, which explains each; a loader uses ``column`` and ``scope``.

    Raises:
        ValueError: two options contradict each other, or one cannot be right.
    """

    format: str | None = None
    mapping: str | os.PathLike[str] | None = None
    name: str = ""
    column: str | int | None = None
    encoding: str | None = None
    scope: str | None = None
    authority: str | None = None
    jurisdiction: str | None = None
    checksum: str | bytes | os.PathLike[str] | None = None
    ocr: bool = False
    strict: bool = False

    def __post_init__(self) -> None:
        if self.format is not None and self.mapping is not None:
            raise ConfigurationError(
                "a mapping is itself a format: give format or mapping, not both"
            )
        if self.scope not in (None, *NAME_KINDS):
            raise ConfigurationError(
                f"scope must be {alternatives(NAME_KINDS)}, not {self.scope!r}"
            )
        if self.jurisdiction is not None:
            country(self.jurisdiction)

    @property
    def kind(self) -> TargetKind:
        """What a name without a mark means: the scope, by default SUBTREE."""
        return self.kind_or(TargetKind.SUBTREE)

    def kind_or(self, default: TargetKind) -> TargetKind:
        """Return what a name without a mark means, by default ``default``."""
        return default if self.scope is None else TargetKind(self.scope)
