"""HOSTS: lines of a hosts file that send names nowhere: ``0.0.0.0 example.com``.

A hosts file itself means each name exactly; a blocking list in its syntax means the site, so names
are subtrees here as in every other format, unless the caller says ``scope="exact"``.
"""

from __future__ import annotations

from ipaddress import ip_address

from ...documents import Document
from ...orders import Order
from ..reading import LISTS, Options, TargetReader, list_order

_NOWHERE = frozenset({"0.0.0.0", "127.0.0.1", "::", "::0", "::1", "0"})  # noqa: S104 - no socket
# The lines that every hosts file begins with; they name this machine and nothing else.
_LOCAL = frozenset(
    {
        "localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost",
        "ip6-loopback", "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters",
        "ip6-allhosts", "0.0.0.0",  # noqa: S104
    }
)  # fmt: skip


class HostsLoader:
    """A hosts file."""

    name = "hosts"
    title = "hosts file: 0.0.0.0 name"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are an address and a name."""
        lines = [words for line in document.sample.lines if (words := _words(line))]
        fitting = sum(len(words) > 1 and _is_address(words[0]) for words in lines)
        return fitting > len(lines) / 2

    def load(self, document: Document, options: Options) -> list[Order]:
        """Read the whole document as one order; names of this machine are left out."""
        reader = TargetReader(document, options.kind)
        for number, line in enumerate(document.lines, 1):
            words = _words(line)
            if not words:
                continue
            address, *names = words
            if not _is_address(address) or not names:
                reader.reject(number, line, "not an address and a name", "not-hosts")
            elif address in _NOWHERE:
                reader.read_all((number, name) for name in names if name not in _LOCAL)
            elif not _LOCAL.issuperset(names):
                reason = f"sends the name to {address}, which is not nowhere (0.0.0.0, 127.0.0.1)"
                reader.reject(number, line, reason, "redirect")
        return [list_order(document, self.name, reader)]


def _words(line: str) -> list[str]:
    return line.partition("#")[0].split()


def _is_address(word: str) -> bool:
    try:
        ip_address(word.partition("%")[0])
    except ValueError:
        return word in _NOWHERE
    return True
