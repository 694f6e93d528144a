"""HOSTS: lines of a hosts file that send names nowhere: ``0.0.0.0 example.com``.

A hosts file itself means each name exactly; a blocking list in its syntax means the site, so names
are subtrees here as in every other format, unless the caller says ``scope="exact"``.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from ...documents import Document
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .rulereader import NAME, RuleReader, frame_of, rule_order

NOWHERE = frozenset({"0.0.0.0", "127.0.0.1", "::", "::0", "::1", "0"})  # noqa: S104 - no socket
"""Addresses that lead nowhere, or to the machine that asks."""
# The lines that every hosts file begins with; they name this machine and nothing else.
_LOCAL_DOMAIN = "localhost.localdomain"
_LOCAL = frozenset(
    {
        "localhost", _LOCAL_DOMAIN, "local", "broadcasthost", "ip6-localhost", "ip6-loopback",
        "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts",
        "0.0.0.0",  # noqa: S104
    }
)  # fmt: skip
_WHOLE = re.compile(rf"((?:0\.0\.0\.0|127\.0\.0\.1|::|::1|0)[ \t]+){NAME}()")


class HostsLoader:
    """A hosts file."""

    name = "hosts"
    title = "hosts file: 0.0.0.0 name"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are an address and a name."""
        lines = [words for line in document.sample.lines if (words := _words(line))]
        fitting = sum(len(words) > 1 and _is_entry(*words) for words in lines)
        return fitting > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order; names of this machine are left out."""
        reader = RuleReader(document, options.kind)
        reader.read_rules(
            frame_of(document, _WHOLE),
            lambda number, line: read_host_line(reader, number, line),
            comments=True,
            odd=_LOCAL_DOMAIN,
        )
        return [rule_order(document, self.name, reader)]


def read_host_line(
    reader: RuleReader, number: int, line: str, kind: TargetKind | None = None
) -> None:
    """Read an address and the names that it stands for; a blank line or a comment says nothing.

    ``kind`` is what the names mean, if not what the reader's scope says.
    """
    words = _words(line)
    if not words:
        return
    address, *names = words
    if not _is_address(address) or not names:
        reader.refuse(number, "not an address and a name", "not-hosts")
    elif address in NOWHERE:
        for name in names:
            if name not in _LOCAL:
                reader.block(number, name, kind, raw=name)
    elif not _LOCAL.issuperset(names):
        reason = f"redirects the name to {address}, which is not 0.0.0.0 or 127.0.0.1"
        reader.refuse(number, reason, "redirect")


def _words(line: str) -> list[str]:
    return line.partition("#")[0].split()


def _is_entry(address: str, *names: str) -> bool:
    """Whether a line is an address and names; 0 is one only where names show it."""
    if address == "0":
        return all("." in name or name in _LOCAL for name in names)
    return _is_address(address)


def _is_address(word: str) -> bool:
    if word in NOWHERE:
        return True
    try:
        ip_address(word.partition("%")[0])
    except ValueError:
        return False
    return True
