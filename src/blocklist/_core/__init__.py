"""CORE: the hot lookup. Image octets in, answer out; which core runs is chosen here, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from ..image import Image
from ..targets import Rule
from ._pure import PureCore


class Core(Protocol):
    """What a core answers; every core gives the same answers from the same octets."""

    is_blocked: Callable[[str | bytes], bool]

    def is_blocked_many(self, names: Iterable[str | bytes]) -> list[bool]:
        """Answer for each name."""

    def rules_for(self, key: str) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all that cover ``key``, the one that decides first."""


BACKEND = "pure"
"""Which core runs in this process."""


def open_core(image: Image) -> Core:
    """Return the core of this process for ``image``."""
    return PureCore(image)
