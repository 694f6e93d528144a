"""CORE: the hot lookup. Image octets in, answer out; which core runs is chosen here, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..backend import choose_backend

if TYPE_CHECKING:  # which import the image; what only asks which core runs does not
    from ipaddress import IPv6Network

    from ..image.container import Image
    from ..model.addresses import Address
    from ..model.targets import Rule
    from .lazyevidence import Finder, LazyEvidence, UrlReader

Found = TypeVar("Found", bound="LazyEvidence")


class Core(Protocol):
    """What a core answers; every core gives the same answers from the same octets."""

    is_blocked: Callable[[str | bytes], bool]
    is_blocked_many: Callable[[Iterable[str | bytes]], list[bool]]
    is_blocked_address: Callable[[str | bytes | Address], bool]
    rule_numbers: Callable[[Iterable[str | bytes]], list[int]]
    order_set: Callable[[int], int]
    query_set: Callable[[bytes], int]

    def matcher(self, kind: type[Found], finder: Finder) -> Callable[[str | bytes], Found | None]:
        """Return the function that finds the rule which blocks a name, and makes evidence of it."""

    def url_judges(
        self, kind: type[Found], finder: Finder, reader: UrlReader, /
    ) -> tuple[Callable[[Any], bool], Callable[[Any], Found | None]]:
        """Return two functions: whether a URL is blocked, and what blocks it."""

    def number_at(self, place: object) -> int:
        """Return the number of the rule at a place of evidence."""

    def set_at(self, place: object) -> int:
        """Return the number of the set of orders behind that rule."""

    def rule_at(self, key: str, place: object, /) -> Rule:
        """Return that rule; ``key`` is the name that it blocks."""

    def rules_for(self, key: str) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all that cover ``key``, the one that decides first."""

    def rules_for_address(self, address: Address) -> Sequence[int]:
        """Return the rules that hold ``address`` itself, the one that decides first.

        By their numbers among the rules about addresses.
        """

    def close(self) -> None:
        """Let go of the image; ``ValueError`` for every question from now on."""


BACKEND = choose_backend("blocklist._core._native")
"""Which core runs in this process: ``"native"`` or ``"pure"``."""


def open_core(image: Image, nat64: Sequence[IPv6Network] | None = None) -> Core:
    """Return the core of this process for ``image``.

    Args:
        image: what it answers from.
        nat64: prefixes of translators, see ``embedded``; ``None``: the well-known one.

    Raises:
        NotAnImageError: the sections contradict each other.
    """
    given = () if nat64 is None else (nat64,)
    if BACKEND == "native":
        from .native import NativeCore

        return NativeCore(image, *given)
    from ._pure import PureCore

    return PureCore(image, *given)


if TYPE_CHECKING or BACKEND != "native":
    from ._pure import presentation as presentation
else:
    from ._native import presentation as presentation
