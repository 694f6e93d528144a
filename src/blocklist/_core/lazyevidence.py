"""LAZYEVIDENCE: what a core writes into a match, so that the rest of it is made when it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from ..image.contents import Ground
from ..model.orders import Order
from ..model.targets import Rule


class Finder(Protocol):
    """What knows the rest of a match; a place is what its core put there.

    Attributes:
        number_at: the number of the rule at a place; ``ValueError`` once the blocklist is closed.
        set_at: the number of the set of orders behind it; the same error.
        orders_of: the orders of the sets that were asked for.
    """

    number_at: Callable[[object], int]
    set_at: Callable[[object], int]
    orders_of: dict[int, tuple[Order, ...]]

    def name(self, asked: str | bytes) -> str:
        """Return what was asked, normalised."""

    def rule(self, asked: str | bytes, place: object) -> Rule:
        """Return the rule at a place; it blocks what was asked."""

    def orders(self, place: object) -> tuple[Order, ...]:
        """Return the orders behind that rule."""

    def grounds(self, place: object, rule: Rule) -> tuple[Ground, ...]:
        """Return why that rule is there."""


class UrlReader(Protocol):
    """What judges the URLs that a core does not read."""

    def is_blocked_url(self, url: Any) -> bool:
        """Whether the URL is blocked; ``TypeError`` for what is no URL and no text."""

    def match_url(self, url: Any) -> Any:
        """Return what blocks the URL, or ``None``."""

    def url_rules(self) -> Iterable[tuple[str, bool]]:
        """Return each URL that is a rule, and whether it is an exception."""


class LazyEvidence:
    """The base of a match: slots that a core fills; those of a match made by hand stay empty."""

    __slots__ = ("_asked", "_finder", "_place")

    _asked: str | bytes
    _finder: Finder
    _place: object
