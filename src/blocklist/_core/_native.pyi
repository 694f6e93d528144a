from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Self, TypeVar

from typing_extensions import Buffer

from ..model.addresses import Address
from .lazyevidence import Finder, LazyEvidence, UrlReader

_Found = TypeVar("_Found", bound=LazyEvidence)

def presentation(wire: bytes, /) -> str: ...

class Core:
    def __new__(
        cls,
        octets: Buffer,
        query_name: Callable[[str], str | None],
        address_types: tuple[type[IPv4Address], type[IPv6Address]],
        read_address: Callable[[str | bytes | Address], bytes | None],
        nat64: bytes,
        /,
    ) -> Self: ...
    def is_blocked(self, name: str | bytes, /) -> bool: ...
    def is_blocked_many(self, names: Iterable[str | bytes], /) -> list[bool]: ...
    def rule_numbers(self, names: Iterable[str | bytes], /) -> list[int]: ...
    def ask_column(
        self,
        ask: int,
        width: int,
        is_wire: bool,
        buffers: tuple[Buffer | None, ...],
        first: int,
        count: int,
        /,
    ) -> bytes: ...
    def covering(self, key: str, /) -> list[tuple[int, int, int]]: ...
    def is_blocked_address(self, address: str | bytes | Address, /) -> bool: ...
    def covering_address(self, packed: bytes, /) -> list[int]: ...
    def order_set(self, rule: int, /) -> int: ...
    def matcher(
        self, kind: type[_Found], finder: Finder, /
    ) -> Callable[[str | bytes], _Found | None]: ...
    def url_judges(
        self,
        kind: type[_Found],
        finder: Finder,
        reader: UrlReader,
        has_urls: bool,
        /,
    ) -> tuple[Callable[[Any], bool], Callable[[Any], _Found | None]]: ...
    def set_at(self, place: object, /) -> int: ...
    def number_at(self, place: object, /) -> int: ...
    def query_set(self, name: bytes, /) -> int: ...
    def close(self) -> None: ...
