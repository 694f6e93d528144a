"""FINGERPRINTS: addresses and names of known block pages and sinkholes, as OONI collects them.

The file is ``fingerprints_dns.csv`` of ooni/blocking-fingerprints. Its rows name what answers of
DNS lead to; rows about web pages are counted and left out, as a probe asks by DNS alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ConfigurationError, InvalidNameError, shorten
from ..model.addresses import Address, parse_address
from ..model.names import canonical_name

_COLUMNS = ("name", "scope", "location_found", "pattern_type", "pattern")
_MOST = 32 * 2**20  # octets
_VAGUE = ("fp", "vbw")  # of false positives; of vague signs, such as 127.0.0.1
_SURE = 5  # of 10


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One row.

    Attributes:
        name: of the row, such as ``ooni.xx_1``.
        scope: whose it is: ``nat``, ``isp``, ``prod``, ``inst``, ….
        countries: where it is expected (ISO 3166), with commas.
        is_sure: whether an answer that leads there is a block; else it is only named.
        notes: about it.
    """

    name: str
    scope: str
    countries: str
    is_sure: bool
    notes: str = ""

    def __str__(self) -> str:
        """The name, the scope and the countries."""
        return f"{self.name} ({', '.join(filter(None, (self.scope, self.countries)))})"


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """All rows of a file that can be used.

    Attributes:
        addresses: that answers lead to.
        names: that CNAMEs lead to.
        left_out: how many rows cannot be used, by reason.
        sha256: of the file.
    """

    addresses: Mapping[Address, Fingerprint] = field(default_factory=dict)
    names: Mapping[str, Fingerprint] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.addresses) + len(self.names)

    @classmethod
    def read(cls, path: str) -> Fingerprints:
        """Read a file of OONI's.

        Raises:
            ConfigurationError: it is something else, or no row can be used.
            OSError: it cannot be read.
        """
        octets = _octets(path)
        addresses: dict[Address, Fingerprint] = {}
        names: dict[str, Fingerprint] = {}
        left_out: dict[str, int] = {}
        for row in _rows(octets, path):
            read = _read(row)
            if isinstance(read, str):
                left_out[read] = left_out.get(read, 0) + 1
                continue
            key, fingerprint = read
            if isinstance(key, str):
                names.setdefault(key, fingerprint)
            else:
                addresses.setdefault(key, fingerprint)
        if not addresses and not names:
            why = "; ".join(f"{count:,} {reason}" for reason, count in left_out.items())
            raise ConfigurationError(
                f"no row that a probe can use ({why or 'it is empty'}); give fingerprints_dns.csv",
                path=path,
            )
        return cls(addresses, names, left_out, hashlib.sha256(octets).hexdigest())

    def find(
        self, addresses: Collection[Address], aliases: Iterable[str]
    ) -> tuple[Fingerprint | None, bool]:
        """Return whose an answer is, and whether it leads there and nowhere else, for certain."""
        by_name = next((self.names[alias] for alias in aliases if alias in self.names), None)
        if by_name is not None:
            return by_name, by_name.is_sure
        found = [self.addresses[address] for address in addresses if address in self.addresses]
        if not found:
            return None, False
        is_all = len(found) == len(addresses) and all(one.is_sure for one in found)
        return min(found, key=lambda one: one.name), is_all


def _octets(path: str) -> bytes:
    with Path(path).open("rb") as file:
        octets = file.read(_MOST + 1)
    if len(octets) > _MOST:
        raise ConfigurationError(f"over {_MOST:,} octets: not a file of fingerprints", path=path)
    return octets


def _rows(octets: bytes, path: str) -> Iterator[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline=""))
        lacking = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        if lacking:
            raise ConfigurationError(
                f"not a file of fingerprints: no column {lacking[0]!r}; give OONI's "
                "fingerprints_dns.csv",
                path=path,
            )
        for row in reader:
            yield {name: text or "" for name, text in row.items() if isinstance(name, str)}
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"not a file of fingerprints: {error}", path=path) from error


def _read(row: Mapping[str, str]) -> tuple[Address | str, Fingerprint] | str:
    """Return what a row names and whose it is, or why it cannot be used."""
    if row["location_found"] != "dns":
        return "of web pages"
    if row["pattern_type"] != "full":
        return f"with patterns of type {shorten(row['pattern_type'], 20)!r}"
    text = row["pattern"].strip()
    key: Address | str | None = parse_address(text)
    try:
        key = canonical_name(text) if key is None else key
    except InvalidNameError:
        return "with neither an address nor a name"
    confidence = row.get("confidence_no_fp", "").strip()
    is_sure = row["scope"] not in _VAGUE and confidence.isdecimal() and int(confidence) >= _SURE
    return key, Fingerprint(
        shorten(row["name"], 80), shorten(row["scope"], 20),
        shorten(row.get("expected_countries", ""), 80), is_sure,
        shorten(row.get("notes", ""), 300),
    )  # fmt: skip
