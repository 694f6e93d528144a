"""UNBOUND: ``local-zone: "example.com." always_null``: the zone is the name and all below it.

``local-data`` beside a zone belongs to it; without one, Unbound makes a transparent zone, so that
it answers for the name alone. The zone with the longest name decides, as here: a transparent zone
is an exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from ...documents import Document
from ...model.names import MAX_NAME_OCTETS, superdomains
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .hosts import NOWHERE
from .rulereader import NAME, RuleReader, frame_of, rule_order, said_lines, without_comment

# What each type of zone answers, for a name of which the list holds no data.
_BLOCKS = {
    "static": "nxdomain", "always_nxdomain": "nxdomain", "always_nodata": "nodata",
    "deny": "drop", "inform_deny": "drop", "always_deny": "drop",
    "refuse": "refused", "always_refuse": "refused",
    "always_null": "redirect 0.0.0.0", "redirect": "redirect", "inform_redirect": "redirect",
}  # fmt: skip
_ALLOWS = frozenset(
    {"transparent", "typetransparent", "always_transparent", "inform", "nodefault", "noview"}
)
_TYPES = "|".join(map(re.escape, _BLOCKS))
_WHOLE = re.compile(rf"""(\s*local-zone:\s*(?:["']?)){NAME}(\.?["']?\s+["']?(?:{_TYPES})["']?)""")
_SETTING = re.compile(r"""([a-z][a-z0-9-]*):\s*(?:"([^"]*)"|'([^']*)'|(\S*))\s*(.*)""")
_ZONES = re.compile(r"""(?m)^[ \t]*local-zone:[ \t]*["']?([^\s"']+)["']?[ \t]+["']?([a-z_]+)""")
_DATA = re.compile(r"(\S+)\s+(?:\d+\s+)?(?:IN\s+)?(?:\d+\s+)?([A-Z0-9]+)\s+(.+)", re.IGNORECASE)
# What only opens a part of the file.
_PARTS = frozenset({"server", "view", "remote-control", "forward-zone", "stub-zone", "auth-zone"})


class UnboundLoader:
    """Local zones of a configuration of Unbound."""

    name = "unbound"
    title = "Unbound: local-zone and local-data"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are settings, and one of them is a local zone or its data."""
        lines = said_lines(document, "#")
        about = sum(line.startswith(("local-zone:", "local-data:")) for line in lines)
        return about > 0 and sum(bool(_SETTING.match(line)) for line in lines) > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order; what all its zones answer is its response."""
        reader = RuleReader(document, options.kind)
        frame = frame_of(document, _WHOLE)
        answers: set[str] = set()

        @cache
        def zones() -> dict[str, str]:  # asked for by data, of which most lists have none
            return {_key(name): kind for name, kind in _ZONES.findall(document.text)}

        def rule(number: int, line: str) -> None:
            text = without_comment(line)
            if text:
                _read(reader, number, text, zones, answers)

        reader.read_rules(frame, rule)
        if frame and len(reader) > len(reader.rejected):
            answers.add(_BLOCKS[re.findall("[a-z_]+", frame[1])[-1]])
        if len(answers) > 1:
            answers.discard("redirect")  # the zone whose data says where to
        response = answers.pop() if len(answers) == 1 else ""
        return [
            rule_order(
                document, self.name, reader, response=response if response != "redirect" else ""
            )
        ]


def _read(
    reader: RuleReader,
    number: int,
    text: str,
    zones: Callable[[], dict[str, str]],
    answers: set[str],
) -> None:
    found = _SETTING.fullmatch(text)
    if found is None:
        reader.refuse(number, "not a setting of Unbound", "not-a-rule")
        return
    setting, value = found[1], found[2] or found[3] or found[4]
    if setting == "local-zone":
        _read_zone(reader, number, value, found[5].strip("\"' "), answers)
    elif setting == "local-data":
        _read_data(reader, number, value, zones(), answers)
    elif setting == "include" or setting == "include-toplevel":
        reader.refuse(number, "names another file; load that one as well", "include")
    elif setting not in _PARTS:
        reader.refuse(number, f"{setting} blocks no name", "configuration")


def _read_zone(reader: RuleReader, number: int, name: str, kind: str, answers: set[str]) -> None:
    if kind in _BLOCKS:
        answers.add(_BLOCKS[kind])
        reader.block(number, name)
    elif kind in _ALLOWS:
        reader.allow(number, name, TargetKind.SUBTREE)
    elif kind == "block_a":
        reason = "refuses addresses of IPv4 alone, which blocks no name as a whole"
        reader.refuse(number, reason, "modifier")
    else:
        reader.refuse(number, f"Unbound has no type of zone {kind!r}", "not-a-rule")


def _read_data(
    reader: RuleReader, number: int, text: str, zones: dict[str, str], answers: set[str]
) -> None:
    found = _DATA.fullmatch(text)
    if found is None:
        reader.refuse(number, "not a record: name, type and data", "not-a-rule")
        return
    name, kind, data = found[1], found[2].upper(), found[3].strip()
    above, zone = _zone_above(_key(name), zones)
    nowhere = kind in ("A", "AAAA") and data in NOWHERE
    if zone in _BLOCKS and above == _key(name) and (nowhere or _BLOCKS[zone] == "redirect"):
        if _BLOCKS[zone] == "redirect" and kind == "A":
            answers.add(f"redirect {data}")
    elif zone in _BLOCKS and (nowhere or zone.startswith("always_") or kind in ("SOA", "NS")):
        pass  # the zone blocks the name anyhow
    elif nowhere:
        answers.add(f"redirect {data}")
        reader.block(number, name, TargetKind.EXACT)
    else:
        reader.refuse(number, f"answers {kind} {data}, which is no block", "redirect")


def _key(name: str) -> str:
    return name.lower().rstrip(".")


def _zone_above(name: str, zones: dict[str, str]) -> tuple[str, str]:
    """Return the zone that a name is in, and its type; two empty texts if there is none."""
    name = name[-MAX_NAME_OCTETS:]
    name = next((above for above in (name, *superdomains(name)) if above in zones), "")
    return name, zones.get(name, "")
