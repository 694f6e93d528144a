from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from typing_extensions import Buffer

from .lazyevidence import Finder, LazyEvidence, UrlReader

_Found = TypeVar("_Found", bound=LazyEvidence)

class Core:
    def __new__(cls, octets: Buffer, query_name: Callable[[str], str | None], /) -> Self: ...
    def is_blocked(self, name: str | bytes, /) -> bool: ...
    def is_blocked_many(self, names: Iterable[str | bytes], /) -> list[bool]: ...
    def is_blocked_column(
        self, width: int, buffers: tuple[Buffer | None, ...], first: int, count: int, /
    ) -> bytes: ...
    def covering(self, key: str, /) -> list[tuple[int, int, int]]: ...
    def matcher(
        self, kind: type[_Found], finder: Finder, /
    ) -> Callable[[str | bytes], _Found | None]: ...
    def url_judges(
        self,
        kind: type[_Found],
        finder: Finder,
        reader: UrlReader,
        has_addresses: bool,
        has_urls: bool,
        /,
    ) -> tuple[Callable[[Any], bool], Callable[[Any], _Found | None]]: ...
    def number_at(self, place: object, /) -> int: ...
    def close(self) -> None: ...
