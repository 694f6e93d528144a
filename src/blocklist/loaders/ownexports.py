"""OWN EXPORTS: what ``blocklist export`` wrote, read back: without the canary, with exceptions.

The head of such a file says which it is. Files of one folder may hold exceptions from what another
holds, or nothing; by themselves they would look like lists of names to block, or be an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network

from ..documents import Document
from ..model.orders import Order
from .loader import Loader
from .loadoptions import LoadOptions

_HEAD = re.compile(
    rb"\A(\S+) made by blocklist export from image [0-9a-f]{64}\n[^\n]*\n"
    rb"(?:\1 (squid|dnscrypt) (blocks|exceptions|addresses)( beside [a-z-]+(?:\.txt)?)?\n)?"
    rb"(?:\1 canary ([a-z0-9_.-]+)\n)?"
)
_TAIL = 1 << 13  # octets at the end in which the canary stands
_COMMENT = re.compile(r"(?m)^#.*$")
_STAR = re.compile(r"(?m)^([0-9a-f.:]+)[.:]\*$")


def without_canary(document: Document) -> Document:
    """Return a document without the canary of our own export, whose lines are blank then."""
    head = _HEAD.match(document.data)
    if head is None or not head[5]:
        return document
    start = max(head.end(), len(document.data) - _TAIL)
    start = document.data.rfind(b"\n", 0, start) + 1
    name = re.escape(head[5])
    said = re.compile(
        rb"(?m)^ *template IN TXT %b \{\n(?:.*\n){3} *\}$|^.*(?:\b[0-9a-f]{16}\.|[\"' ]|^)%b\b.*$"
        % (name, name)
    )
    tail = said.sub(lambda found: b"\n" * found[0].count(b"\n"), document.data[start:])
    cut = replace(document, data=document.data[:start] + tail)
    cut.__dict__["sha256"] = document.sha256  # that of the file, for whoever looks for it
    return cut


def read_part(
    document: Document, options: LoadOptions, named: Callable[[str], Loader]
) -> list[Order] | None:
    """Return the orders of one file of a folder of ours, ``None`` if it is none.

    A file that stands beside another and says nothing gives no order.
    """
    head = _HEAD.match(document.data)
    if head is None or head[2] is None or options.format not in (None, head[2].decode()):
        return None
    rest = _COMMENT.sub("", document.text[head.end() :])
    if head[4] and not rest.strip():
        return []
    format_, part = head[2].decode(), head[3].decode()
    # Line numbers stay; what the head says of the file, a loader need not read.
    text = "\n" * document.data[: head.end()].count(b"\n") + rest
    if part == "addresses":
        format_, text = "plain", _STAR.sub(_prefix, text)
    bare = replace(document, data=text.encode(), encoding=None)
    bare.__dict__["sha256"] = document.sha256
    orders = named(format_).load(bare, options)
    if part == "exceptions":
        orders = [
            replace(order, targets=(), exceptions=(*order.exceptions, *order.targets))
            for order in orders
        ]
    return orders


def _prefix(found: re.Match[str]) -> str:
    """Return the prefix that all addresses with this beginning are: ``192.0.2.*``."""
    text = found[1]
    if ":" in text:
        return str(ip_network(f"{text}::/{16 * (text.count(':') + 1)}"))
    octets = text.split(".")
    return str(ip_network(f"{'.'.join(octets + ['0'] * (4 - len(octets)))}/{8 * len(octets)}"))
