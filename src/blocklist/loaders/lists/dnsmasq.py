"""DNSMASQ: ``address=/example.com/0.0.0.0``, ``server=/example.com/``: the name and all below.

No address, ``#`` of ``address=`` and an address that leads nowhere are blocks. ``server=/name/#``
asks the usual servers after all, which is an exception; another address forwards or redirects, and
is no block; within a block of the same file it is an exception, too. A domain for which the file
has records is the server's own, and no block. As here, the longest name decides; ``*.name`` is
longer than ``name``, so where a list has both, the name stands for itself alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...documents import Document
from ...model.names import MAX_NAME_OCTETS, superdomains
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .hosts import NOWHERE
from .programconfig import ConfigurationReader
from .rulereader import NAME, Frame, frame_of, said_lines, without_comment

_ADDRESSED = re.compile(rf"(address=/){NAME}(/(?:0\.0\.0\.0|127\.0\.0\.1|::1?|#)?)")
_LOCAL = re.compile(rf"((?:server|local)=/){NAME}(/)")
_RULE = re.compile(r"(address|server|local)\s*=\s*(?:/(.*)/)?([^/]*)")
_BETWEEN_SLASHES = re.compile(r"(?im)^[ \t]*(?:address|server|local)\s*=\s*(/[^#\s]*/)")
# Apart, so that each is searched for by its first letters; many names hold these words.
_SERVING = (re.compile(r"local[ \t]*="), re.compile(r"server[ \t]*="))
# Both begin with the end of the line before: a search for "^" is three times as slow.
_OWN = re.compile(
    r"\n[ \t]*(?:domain|host-record|cname|auth-zone|interface-name|srv-host|dynamic-host)"
    r"[ \t]*=[ \t]*([^,#\s]+)"
)
_ADDRESS = re.compile(r"\n[ \t]*address[ \t]*=[ \t]*/([^#\s]*)/([^/#\s]+)")
_OPTION = re.compile(r"[a-z][a-z0-9-]*(?:\s*=.*)?")
_INCLUDES = frozenset({"conf-file", "conf-dir", "addn-hosts", "hostsdir", "servers-file"})
_ANSWERS = {"": "nxdomain", "#": "redirect 0.0.0.0"}
_SETS = frozenset({"ipset", "nftset", "connmark-allowlist"})


class DnsmasqLoader:
    """Lines of a configuration of dnsmasq."""

    name = "dnsmasq"
    title = "dnsmasq: address=/name/0.0.0.0, server=/name/, local=/name/"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are options, and one of them is about names."""
        lines = said_lines(document, "#")
        about = sum(bool((m := _RULE.match(line)) and m[2] is not None) for line in lines)
        return about > 0 and sum(bool(_OPTION.fullmatch(line)) for line in lines) > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order."""
        reader = ConfigurationReader(document, options.kind)
        alone = {
            name[2:].lower()
            for names in (_BETWEEN_SLASHES.findall(document.text) if "/*." in document.text else ())
            for name in names.split("/")
            if name.startswith("*.")
        }
        frame = frame_of(document, _ADDRESSED)
        own = set[str]()
        if frame is None or not frame[0].startswith("address"):
            frame, own = frame_of(document, _LOCAL), _own_domains(document.text)
        elif any(option.search(document.text) for option in _SERVING):
            own = _own_domains(document.text)
        if alone or (own and frame is not None and not frame[0].startswith("address")):
            frame = None  # any line may be about one of them
        names = _Names(alone, own)

        def rule(number: int, line: str) -> None:
            text = without_comment(line)
            if text:
                _read(reader, number, text, names)

        reader.read_frame(frame, _answer(frame) if frame else "", rule)
        return list(reader.orders(document, self.name))


class _Names(NamedTuple):
    """Names that other lines say something of.

    Attributes:
        alone: those below which another line says what holds.
        own: those that the file has records of, and all above them.
    """

    alone: set[str]
    own: set[str]


def _own_domains(text: str) -> set[str]:
    text = f"\n{text}"
    names = {name.lower() for name in _OWN.findall(text)}
    for between, value in _ADDRESS.findall(text):
        if value not in NOWHERE:
            names.update(between.lower().split("/"))
    return {name for own in names for name in (own, *superdomains(own[-MAX_NAME_OCTETS:]))}


def _answer(frame: Frame) -> str:
    value = frame[1][1:]
    return _ANSWERS.get(value, f"redirect {value}")


def _read(reader: ConfigurationReader, number: int, text: str, known: _Names) -> None:
    found = _RULE.fullmatch(text)
    if found is None or found[2] is None:
        _refuse_option(reader, number, text)
        return
    option, names, value = found[1], found[2].split("/"), found[3].strip()
    if option != "address" and value == "#":
        for name in names:
            _add(reader, number, name, known, None)
    elif not value or (option == "address" and (value == "#" or value in NOWHERE)):
        for name in names:
            if option != "address" and name.lower() in known.own:
                reason = f"{name} is the server's own domain: other lines have records of it"
                reader.refuse(number, reason, "redirect")
            else:
                said = _ANSWERS.get(value, f"redirect {value}")
                _add(reader, number, name, known, said)
    else:
        reason = f"asks the server {value}, which is not a block"
        if option == "address":
            reason = f"redirects the name to {value}, which is not 0.0.0.0 or ::"
        reader.refuse(number, reason, "redirect")
        for name in names:
            reader.open(number, name, TargetKind.SUBTREE)


def _add(
    reader: ConfigurationReader, number: int, name: str, known: _Names, said: str | None
) -> None:
    """Add one name between slashes, an exception if no answer is given.

    ``*`` before it does not stop at a label.
    """
    if name == "#":
        reader.refuse(number, "# means every name", "every-name")
    elif not name.strip():
        reader.refuse(number, "no name between the slashes: names without a dot", "empty")
    elif "*" in name[1:]:
        reader.refuse(number, "dnsmasq accepts * only at the beginning of a name", "bad-pattern")
    else:
        kind = TargetKind.EXACT if name.lower() in known.alone else None
        if said is None:
            reader.allow(number, name, kind, raw=name)
        else:
            reader.block_as(said, number, name, kind, raw=name)


def _refuse_option(reader: ConfigurationReader, number: int, text: str) -> None:
    option = text.partition("=")[0].strip()
    if option in _INCLUDES:
        reader.refuse(number, "refers to another file; load that file too", "include")
    elif option in _SETS:
        reader.refuse(
            number, f"{option} adds addresses to a set, and blocks no name", "configuration"
        )
    elif _OPTION.fullmatch(text) and "=/" not in text:
        reader.refuse(number, f"{option} blocks no name", "configuration")
    else:
        reason = "not an option of dnsmasq, or no name between two slashes"
        reader.refuse(number, reason, "not-a-rule")
