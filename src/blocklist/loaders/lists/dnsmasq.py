"""DNSMASQ: ``address=/example.com/0.0.0.0``, ``server=/example.com/``: the name and all below.

No address, ``#`` of ``address=`` and an address that leads nowhere are blocks. ``server=/name/#``
asks the usual servers after all, which is an exception; another address forwards or redirects, and
is no block. As here, the longest name decides; ``*.name`` is longer than ``name``, so where a list
has both, the name stands for itself alone.
"""

from __future__ import annotations

import re

from ...documents import Document
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .hosts import NOWHERE
from .rulereader import NAME, Frame, RuleReader, frame_of, rule_order, said_lines, without_comment

_ADDRESSED = re.compile(rf"(address=/){NAME}(/(?:0\.0\.0\.0|127\.0\.0\.1|::1?|#)?)")
_LOCAL = re.compile(rf"((?:server|local)=/){NAME}(/)")
_RULE = re.compile(r"(address|server|local)\s*=\s*(?:/(.*)/)?([^/]*)")
_BETWEEN_SLASHES = re.compile(r"(?im)^[ \t]*(?:address|server|local)\s*=\s*(/[^#\s]*/)")
_OPTION = re.compile(r"[a-z][a-z0-9-]*(?:\s*=.*)?")
_INCLUDES = frozenset({"conf-file", "conf-dir", "addn-hosts", "hostsdir", "servers-file"})
_ANSWERS = {"": "nxdomain", "#": "redirect 0.0.0.0"}


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
        reader = RuleReader(document, options.kind)
        alone = {
            name[2:].lower()
            for names in (_BETWEEN_SLASHES.findall(document.text) if "/*." in document.text else ())
            for name in names.split("/")
            if name.startswith("*.")
        }
        frame = frame_of(document, _ADDRESSED) or frame_of(document, _LOCAL)
        frame = None if alone else frame  # any line may be about one of them
        answers: set[str] = set()

        def rule(number: int, line: str) -> None:
            text = without_comment(line)
            if text:
                _read(reader, number, text, answers, alone)

        reader.read_rules(frame, rule)
        if frame and len(reader) > len(reader.rejected):
            answers.add(_answer(frame))
        response = answers.pop() if len(answers) == 1 else ""
        return [rule_order(document, self.name, reader, response=response)]


def _answer(frame: Frame) -> str:
    value = frame[1][1:]
    return _ANSWERS.get(value, f"redirect {value}")


def _read(reader: RuleReader, number: int, text: str, answers: set[str], alone: set[str]) -> None:
    found = _RULE.fullmatch(text)
    if found is None or found[2] is None:
        _refuse_option(reader, number, text)
        return
    option, names, value = found[1], found[2].split("/"), found[3].strip()
    if option != "address" and value == "#":
        for name in names:
            _add(reader, number, name, alone, allow=True)
    elif not value or (option == "address" and (value == "#" or value in NOWHERE)):
        answers.add(_ANSWERS.get(value, f"redirect {value}"))
        for name in names:
            _add(reader, number, name, alone)
    elif option == "address":
        reason = f"sends the name to {value}, which is not nowhere (0.0.0.0, ::)"
        reader.refuse(number, reason, "redirect")
    else:
        reader.refuse(number, f"asks the server {value}, which is no block", "redirect")


def _add(
    reader: RuleReader, number: int, name: str, alone: set[str], *, allow: bool = False
) -> None:
    """Add one name between slashes; ``*`` before it does not stop at a label.

    Of the names in ``alone`` another line says what holds below them.
    """
    add = reader.allow if allow else reader.block
    if name == "#":
        reader.refuse(number, "# is every name there is", "every-name")
    elif not name.strip():
        reader.refuse(number, "no name between the slashes: names without a dot", "empty")
    elif "*" in name[1:]:
        reader.refuse(number, "dnsmasq reads * at the beginning of a name alone", "bad-pattern")
    else:
        kind = TargetKind.EXACT if name.lower() in alone else None
        add(number, name, kind, raw=name)


def _refuse_option(reader: RuleReader, number: int, text: str) -> None:
    option = text.partition("=")[0].strip()
    if option in _INCLUDES:
        reader.refuse(number, "names another file; load that one as well", "include")
    elif _OPTION.fullmatch(text) and "=/" not in text:
        reader.refuse(number, f"{option} blocks no name", "configuration")
    else:
        reason = "not an option of dnsmasq, or no name between two slashes"
        reader.refuse(number, reason, "not-a-rule")
