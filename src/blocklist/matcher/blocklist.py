"""MATCH: questions to an image.

``Blocklist`` is what resolvers and proxies hold. It is immutable and safe to ask from any number of
threads; ``is_blocked`` is the core's own function, with no Python frame in front of it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Self, TypeVar

from .._core import open_core
from ..errors import NotAnImageError
from ..image.container import Image
from ..image.contents import SECTIONS, Contents
from ..model.addresses import Address, parse_address
from ..model.names import query_name
from ..model.orders import Order
from ..model.targets import Rule, TargetKind, url_value
from ..model.urls import refang, split_url
from ..model.wording import plural
from .arrow import answer_column, is_column
from .match import Match
from .tables import AddressTable, Entry, UrlTable

Table = TypeVar("Table")


class Blocklist:
    """A compiled blocklist, ready to answer.

    Attributes:
        image: what it answers from.
        contents: the orders and rules in it, as exporters and reports read them.
        is_blocked: ``(name: str | bytes) -> bool``: whether a rule blocks the name. Total: never
            raises for any ``str`` or ``bytes``. ``str`` is text (any case, one final dot, U-labels,
            RFC 1035 escapes), ``bytes`` is uncompressed DNS wire format. What is not a name is not
            blocked; for ``host:port`` or a URL ask ``is_blocked_url``. ``TypeError`` otherwise.
    """

    is_blocked: Callable[[str | bytes], bool]

    def __init__(self, image: Image) -> None:
        """Take an image, from ``compile_orders`` or ``Image.open``.

        Raises:
            NotAnImageError: its sections contradict each other.
        """
        self.image = image
        self._core = open_core(image)
        self.contents = Contents(image)
        self.is_blocked = self._core.is_blocked

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], *, verify: bool = True, share: bool = True
    ) -> Blocklist:
        """Open a saved image and make it ready.

        Args:
            path: the file.
            verify: compare its checksum, which reads all of it.
            share: map the file, which must then only be replaced by a rename; else answer from a
                private copy in memory, as ``LiveBlocklist`` does.

        Raises:
            ImageError: ``NotAnImageError``, ``ImageVersionError`` or ``ImageChecksumError``.
            OSError: the file cannot be read.
        """
        return cls(Image.open(path, verify=verify, share=share))

    def close(self) -> None:
        """Let go of the image; every question after that raises ``ValueError``.

        Safe at any time: a batch that runs in another thread ends first, with its answers. Not
        needed where a ``Blocklist`` is simply dropped.
        """
        self._core.close()
        self.is_blocked = self._core.is_blocked
        with contextlib.suppress(BufferError):  # somebody holds a section: it goes with that
            self.image.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Blocklist of {plural(len(self), 'rule')}, image {self.image.digest[:12]}>"

    def __len__(self) -> int:
        """How many rules there are, exceptions included."""
        return len(self.contents)

    @property
    def valid_until(self) -> datetime | None:
        """When an order next begins or ends, so that the image should be compiled again."""
        return self.contents.valid_until

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders in the image, by id, without their targets."""
        return self.contents.orders

    def is_blocked_many(self, names: Any) -> Any:
        """Answer ``is_blocked`` for each name, in sequence.

        Args:
            names: an iterable of names; or a column: an array or chunked array of pyarrow (string,
                large_string, string_view or a dictionary of one), a pandas or Polars series, or a
                NumPy array of objects. Columns need the extra ``arrow``.

        Returns:
            ``list[bool]``; for a column, a boolean array of pyarrow, null where a name is null. The
            strings are not copied, and the native core releases the GIL meanwhile.

        Raises:
            TypeError: a name is neither ``str`` nor ``bytes``, or the column holds no strings.
        """
        if not isinstance(names, list) and is_column(names):
            return answer_column(self._core, names)
        return self._core.is_blocked_many(names)

    def match(self, name: str | bytes) -> Match | None:
        """Return the rule that blocks ``name`` with its orders, or ``None``; total."""
        first = next(self._matches(query_name(name)), None)
        return None if first is None or first.rule.allow else first

    def match_all(self, name: str | bytes) -> list[Match]:
        """Return every rule that covers ``name``, exceptions too; the one that decides first."""
        return list(self._matches(query_name(name)))

    def first_blocked(self, names: Iterable[str | bytes]) -> Match | None:
        """Return the match of the first blocked name, as of the names in a CNAME chain."""
        for name in names:
            if self.is_blocked(name):
                return self.match(name)
        return None

    def is_blocked_url(self, url: str) -> bool:
        """Whether the URL is blocked: itself, its host by name, or its host by address; total.

        ``host``, ``host:port`` and ``host/path`` without a scheme are understood.
        """
        return self.match_url(url) is not None

    def match_url(self, url: str) -> Match | None:
        """Return what blocks a URL, or ``None``; a rule for the whole host comes first."""
        if not isinstance(url, str):
            raise TypeError(f"url must be str, not {type(url).__name__}")
        parts = split_url(url)
        if parts is None:
            return None
        address = parse_address(parts.host)
        host = str(address) if address is not None else query_name(parts.host)
        if not host:
            return None
        found = self.match_address(address) if address is not None else self.match(host)
        return found or self._deciding(
            TargetKind.URL, self._urls.covering(url_value(host, parts)), url
        )

    def is_blocked_address(self, address: str | Address) -> bool:
        """Whether a prefix in the list holds the address; what is no address is not blocked."""
        return self.match_address(address) is not None

    def match_address(self, address: str | Address) -> Match | None:
        """Return the longest prefix that holds the address, or ``None``."""
        parsed = parse_address(address)
        if parsed is None:
            return None
        return self._deciding(TargetKind.ADDRESS, self._addresses.covering(parsed), str(parsed))

    def lookup(self, question: str | bytes) -> Match | None:
        """Return the match of whatever the text is: an address, a URL or ``host:port``, a name.

        For people: white space and defanging (``hxxp://``, ``example[.]com``) are taken off.
        """
        if not isinstance(question, str):
            return self.match(question)
        text = refang(question.strip())
        if parse_address(text) is not None:
            return self.match_address(text)
        return self.match_url(text) if any(mark in text for mark in "/:?#@") else self.match(text)

    def explain(self, question: str | bytes) -> str:
        """Return sentences for the help desk: why a name, URL or address is blocked, or is not."""
        from .explanation import explain  # words are needed seldom

        match = self.lookup(question)
        if isinstance(question, str):
            shown = question.strip().removesuffix(".")
            key = query_name(refang(question.strip()))
        else:
            key = query_name(question)
            shown = key or repr(question)
        if match is not None and match.rule.kind in (TargetKind.URL, TargetKind.ADDRESS):
            return explain(shown, match, ())
        key = match.name if match is not None else key
        if key is None:
            return f"{question!r} is not blocked: it is not a domain name."
        return explain(shown, match, self.match_all(key))

    def rules(self) -> Iterator[Match]:
        """Yield every rule with its grounds, in the sequence of the image."""
        for number, rule in enumerate(self.contents.rules()):
            yield self._evidence(rule.value, number, rule)

    def _matches(self, key: str | None) -> Iterator[Match]:
        for number, rule in self._core.rules_for(key) if key else ():
            yield self._evidence(key or "", number, rule)

    def _deciding(self, kind: TargetKind, entries: Iterator[Entry], asked: str) -> Match | None:
        """Return the match of the first entry, unless it is an exception."""
        number, value, allow = next(entries, (0, "", True))
        if allow:
            return None
        return self._evidence(asked, self.contents.first_of[kind] + number, Rule(kind, value))

    def _evidence(self, name: str, number: int, rule: Rule) -> Match:
        return Match(name, rule, self.contents.grounds(number, rule))

    @cached_property
    def _addresses(self) -> AddressTable:
        return self._table(TargetKind.ADDRESS, AddressTable)

    @cached_property
    def _urls(self) -> UrlTable:
        return self._table(TargetKind.URL, UrlTable)

    def _table(
        self, kind: TargetKind, shape: Callable[[Sequence[tuple[str, bool]]], Table]
    ) -> Table:
        pairs = self.contents.pairs(kind)
        try:
            return shape(pairs)
        except ValueError as error:
            raise NotAnImageError(
                f"section {SECTIONS[kind]}: {error}", path=self.image.path
            ) from error
