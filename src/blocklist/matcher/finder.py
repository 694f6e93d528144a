"""FINDER: the rest of a match, which nearly no question needs, from the core and the contents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core import Core
from ..image.container import Image
from ..image.contents import Contents, Ground
from ..model.names import query_name
from ..model.orders import Order
from ..model.targets import Rule


def opened_again(
    reopens: Callable[[Image], object], opened: Callable[..., Image], where: tuple[str, str]
) -> object:
    """Make a pickled blocklist of an image that nothing else uses, so that it may be closed."""
    return reopens(opened(*where))


class MatchFinder:
    """What fills the matches of one blocklist; it holds the image until the last of them is gone.

    Attributes:
        number_at, set_at, orders_of: see ``Finder``.
    """

    def __init__(
        self,
        core: Core,
        contents: Contents,
        reopens: Callable[[Image], object],
    ) -> None:
        """Take what a blocklist answers from, and what makes another one of an image."""
        self._reopens = reopens
        self._rule_at = core.rule_at
        self._contents = contents
        self.number_at: Callable[[object], int] = core.number_at
        self.set_at: Callable[[object], int] = core.set_at
        self.orders_of: dict[int, tuple[Order, ...]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a blocklist that opens the same file."""
        opened, where = self._contents.image.__reduce__()
        return opened_again, (self._reopens, opened, where)

    def name(self, asked: str | bytes) -> str:
        """Return what was asked, normalised."""
        return _key(asked)

    def rule(self, asked: str | bytes, place: object) -> Rule:
        """Return the rule at a place; it blocks what was asked."""
        return self._rule_at(_key(asked), place)

    def orders(self, place: object) -> tuple[Order, ...]:
        """Return the orders behind that rule, and keep them for others of their set."""
        number = self.set_at(place)
        return self.orders_of.setdefault(number, self._contents.orders_of_set(number))

    def grounds(self, place: object, rule: Rule) -> tuple[Ground, ...]:
        """Return why that rule is there."""
        return self._contents.grounds(self.number_at(place), rule)


def _key(asked: str | bytes) -> str:
    """Do ``query_name`` for what is blocked: it is a name, and text of it is ASCII."""
    if isinstance(asked, str) and asked.isprintable() and " " not in asked and "\\" not in asked:
        return asked.lower().removesuffix(".")
    return query_name(asked) or ""
