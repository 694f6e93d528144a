"""MANY NAMES: one question about each name of a list, or of a column of Arrow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, overload

from .._core import Core
from ..image.contents import Contents
from .arrow import Column, answer_column, is_column, match_column, number_column
from .match import Match
from .rulestable import order_texts, rules_table


class ManyNames:
    """What answers about many names from one image."""

    def __init__(
        self, core: Core, contents: Contents, match: Callable[[str | bytes], Match | None]
    ) -> None:
        """Take what a blocklist answers from."""
        self.core: Core = core
        self.contents: Contents = contents
        self.match: Callable[[str | bytes], Match | None] = match

    @cached_property
    def texts(self) -> list[str]:
        """The ids that may be told of each set of orders."""
        return order_texts(self.contents)


class AsksManyNames(ABC):
    """The questions about many names; each call uses one image."""

    @abstractmethod
    def _many_names(self) -> ManyNames:
        """Return what answers."""

    @overload
    def is_blocked_many(self, names: Column) -> Any: ...
    @overload
    def is_blocked_many(self, names: Iterable[str | bytes]) -> list[bool]: ...
    def is_blocked_many(self, names: Any) -> Any:
        """Answer ``is_blocked`` for each name, in sequence.

        Args:
            names: an iterable of names; or a column: an array or chunked array of pyarrow, a pandas
                or Polars series, or a NumPy array. Strings of a column are text, binary is DNS wire
                format; both in any of Arrow's layouts, also as dictionary or runs, whose values are
                asked once. Columns need the extra ``arrow``.

        Returns:
            ``list[bool]``; for a column, a boolean array of pyarrow, null where a name is null. The
            names are not copied, and the native core releases the GIL meanwhile.

        Raises:
            TypeError: a name is neither ``str`` nor ``bytes``, the column holds no names, or it is
                one name.
        """
        refuse_one(names, "is_blocked_many", "is_blocked")
        many = self._many_names()
        if not isinstance(names, list) and is_column(names):
            return answer_column(many.core, names)
        return many.core.is_blocked_many(names)

    @overload
    def match_many(self, names: Column) -> Any: ...
    @overload
    def match_many(self, names: Iterable[str | bytes]) -> list[Match | None]: ...
    def match_many(self, names: Any) -> Any:
        """Return for each name which orders block it, in sequence.

        Args:
            names: as for ``is_blocked_many``.

        Returns:
            ``match`` of each name of an iterable, as a list. For a column an array of pyarrow,
            ``struct<blocked: bool, orders: dictionary<int32, string>>``: null where the name is
            null; ``orders`` has the ids of the orders behind the rule that decides, with ``", "``
            between them, and is null where nothing blocks. Ids of confidential orders are left out,
            so ``orders`` is empty where no other is behind the block.

        Raises:
            TypeError: as ``is_blocked_many``.
        """
        refuse_one(names, "match_many", "match")
        many = self._many_names()
        if not isinstance(names, list) and is_column(names):
            return match_column(many.core, many.texts, names)
        return list(map(many.match, names))

    @overload
    def rule_numbers(self, names: Column) -> Any: ...
    @overload
    def rule_numbers(self, names: Iterable[str | bytes]) -> list[int]: ...
    def rule_numbers(self, names: Any) -> Any:
        """Return the number of the rule that blocks each name, -1 where none does.

        Args:
            names: as for ``is_blocked_many``.

        Returns:
            ``list[int]``; for a column an int32 array of pyarrow, null where a name is null. The
            number is the row in ``rules_table()`` of the same image.

        Raises:
            TypeError: as ``is_blocked_many``.
        """
        refuse_one(names, "rule_numbers", "match")
        many = self._many_names()
        if not isinstance(names, list) and is_column(names):
            return number_column(many.core, names)
        return many.core.rule_numbers(names)

    def rules_table(self, *, confidential: bool = False) -> Any:
        """Return all rules as a table of pyarrow; the row is the number of the rule.

        Args:
            confidential: also tell the names and ids of confidential orders.

        Returns:
            Columns ``name`` (the rule without the marks of its kind; null for a rule that only
            confidential orders name), ``kind``, ``exception``, ``orders`` (ids, as
            ``match_many`` has them) and ``line`` (in the source of the first of its orders; null if
            it has none). A million rules take 2 s.

        Raises:
            ImportError: pyarrow is not installed.
        """
        return rules_table(self._many_names().contents, confidential=confidential)


def refuse_one(names: object, method: str, single: str) -> None:
    """Refuse a name where names are expected: its letters would be asked for, and pass."""
    if isinstance(names, str | bytes | bytearray | memoryview):
        raise TypeError(
            f"{method} takes several names, not one {type(names).__name__}: ask {single}(name), or "
            f"write {method}([name])"
        )
