"""UNBOUND: ``local-zone: "example.com." always_null``: the zone is the name and all below it.

``local-data`` beside a zone belongs to it; without one, Unbound makes a transparent zone, so that
it answers for the name alone. The zone with the longest name decides, as here: a transparent zone
is an exception. A zone that serves data of its own is no block, and what holds for some clients
only (in a ``view``, or with tags) is neither a block nor an exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...documents import Document
from ...model.names import MAX_NAME_OCTETS, superdomains
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .hosts import NOWHERE
from .programconfig import ConfigurationReader, Place
from .recorddata import data_fault
from .rulereader import NAME, frame_of, said_lines
from .unboundsettings import PARTS, Setting, SettingReader

# What each type of zone answers, for a name of which the list holds no data.
_BLOCKS = {
    "static": "nxdomain", "always_nxdomain": "nxdomain", "always_nodata": "nodata",
    "deny": "drop", "inform_deny": "drop", "always_deny": "drop",
    "refuse": "refused", "always_refuse": "refused",
    "always_null": "redirect 0.0.0.0", "redirect": "", "inform_redirect": "",
}  # fmt: skip
_REDIRECTS = frozenset({"redirect", "inform_redirect"})
_ALLOWS = frozenset(
    {"transparent", "typetransparent", "always_transparent", "inform", "nodefault", "noview"}
)
_PARTIAL = {
    "block_a": "refuses only IPv4 addresses, which does not block the whole name",
    "block_aaaa": "refuses only IPv6 addresses, which does not block the whole name",
    "ipset": "adds the addresses of the name to a set, and answers it",
    "truncate": "sends clients to TCP, which does not block the name",
}
_SERVED = frozenset(
    {"A", "AAAA", "CNAME", "DNAME", "MX", "SRV", "PTR", "HTTPS", "SVCB", "NAPTR"}
)  # fmt: skip
_TYPES = "|".join(map(re.escape, _BLOCKS))
_WHOLE = re.compile(rf"""(\s*local-zone:\s*(?:["']?)){NAME}(\.?["']?\s+["']?(?:{_TYPES})["']?)""")
_SETTING = re.compile(r"""[a-z][a-z0-9-]*:(?:\s|["']|\Z)""")
_ABOUT = re.compile(r"""(?:\A|\s)local-(?:zone|data):""")
# What makes the meaning of a zone depend on other lines, so that none is read in bulk.
_CLIENTS = ("view:", "local-zone-tag:", "local-zone-override:")
_DATA = re.compile(r"(\S+)\s+(?:\d+\s+)?(?:IN\s+)?(?:\d+\s+)?([A-Z0-9]+)\s+(.+)", re.IGNORECASE)
_SOME = "holds only for some clients, so it is no block for all"


class UnboundLoader:
    """Local zones of a configuration of Unbound."""

    name = "unbound"
    title = "Unbound: local-zone and local-data"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are settings, and one of them is a local zone or its data."""
        lines = said_lines(document, "#")
        about = sum(_ABOUT.search(line) is not None for line in lines)
        return about > 0 and sum(bool(_SETTING.match(line)) for line in lines) > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document; there is an order for each answer."""
        reader = ConfigurationReader(document, options.kind)
        frame = frame_of(document, _WHOLE)
        kind = re.findall("[a-z_]+", frame[1])[-1] if frame else ""
        odd = _CLIENTS if kind.startswith("always_") else (*_CLIENTS, "local-data:")
        if any(word in document.text for word in odd) or _is_open("".join(frame or "")):
            frame = None
        settings = SettingReader()
        found: list[tuple[Place, Setting]] = []

        def rule(number: int, line: str) -> None:
            place = reader.place()
            found.extend((place, setting) for setting in settings.read(number, line))

        reader.read_frame(frame, _BLOCKS.get(kind, ""), rule)
        found.extend((reader.place(), setting) for setting in settings.end())
        zones = _Zones(setting for _, setting in found)
        if frame is not None:
            zones.add_framed(reader.targets.names, kind)
        for place, setting in found:
            reader.go_to(place)
            _read(reader, setting, zones)
        return list(reader.orders(document, self.name))


def _is_open(text: str) -> bool:
    """Whether a quote is not closed."""
    return text.count('"') % 2 == 1 or text.count("'") % 2 == 1


class _Zones:
    """What a configuration says of zones, in any sequence of its lines.

    Attributes:
        types: the type of each zone, by its name in lower case without final dot.
        some: zones that hold only for some clients.
        served: zones with data that is no block, and the line of it.
        answers: what each zone that redirects answers.
        nowhere: what names answer that have data and no zone.
    """

    def __init__(self, settings: Iterable[Setting]) -> None:
        everywhere = [setting for setting in settings if setting.part != "view"]
        self.types: dict[str, str] = {}
        self.some: set[str] = set()
        for setting in everywhere:
            if setting.key == "local-zone" and len(setting.values) == 2:
                self.types.setdefault(_key(setting.values[0]), setting.values[1])
            elif setting.key == "local-zone-tag" and setting.values:
                self.some.add(_key(setting.values[0]))
            elif setting.key == "local-zone-override" and _BLOCKS.keys().isdisjoint(setting.values):
                self.some.update(map(_key, setting.values[:1]))
        self.served: dict[str, int] = {}
        self.answers: dict[str, str] = {}
        self.nowhere: dict[str, str] = {}
        self._framed: tuple[bytes, str] | None = None
        for setting in everywhere:
            data = _data_of(setting)
            if data is not None:
                self._add_data(setting.line, *data)

    def _add_data(self, line: int, name: str, kind: str, data: str) -> None:
        above, zone = self.above(name)
        if zone in _REDIRECTS:
            answer = self.answers.get(above, "")
            better = not answer or (kind == "A" and ":" in answer)
            if better and above == _key(name) and kind in ("A", "AAAA", "CNAME"):
                self.answers[above] = f"redirect {data.removesuffix('.')}"
        elif zone in _BLOCKS and not zone.startswith("always_") and _is_served(kind, data):
            self.served.setdefault(above, line)

    def add_framed(self, names: bytes, kind: str) -> None:
        """Add the zones of a list that was read in bulk."""
        self._framed = names, kind

    def above(self, name: str) -> tuple[str, str]:
        """Return the zone that a name is in, and its type; two empty texts if there is none."""
        if self._framed is not None:
            names, kind = self._framed
            self._framed = None
            self.types |= dict.fromkeys(names.decode("ascii").split("\n")[:-1], kind)
        key = _key(name)[-MAX_NAME_OCTETS:]
        key = next((zone for zone in (key, *superdomains(key)) if zone and zone in self.types), "")
        return key, self.types.get(key, "") if key else ""


def _read(reader: ConfigurationReader, setting: Setting, zones: _Zones) -> None:
    number, part, key, _ = setting
    if not key:
        reader.refuse(number, "not a setting of Unbound", "not-a-rule")
    elif key in ("local-zone", "local-data") and part == "view":
        reader.refuse(number, f"a view {_SOME}", "modifier")
    elif key == "local-zone":
        _read_zone(reader, setting, zones)
    elif key == "local-data":
        _read_data(reader, setting, zones)
    elif key in ("include", "include-toplevel", "zonefile"):
        reader.refuse(number, "refers to another file; load that file too", "include")
    elif key not in PARTS:
        reader.refuse(number, f"{key} blocks no name", "configuration")


def _read_zone(reader: ConfigurationReader, setting: Setting, zones: _Zones) -> None:
    number, _, _, values = setting
    name, kind = (values[0] if values else ""), " ".join(values[1:])
    zone = _key(name)
    if not name:
        reader.refuse(number, "a zone without a name", "empty")
    elif not zone:
        code = "every-name" if kind in _BLOCKS else "configuration"
        reader.refuse(number, "the root is every name, and no zone of a list", code)
    elif zone in zones.some:
        reader.refuse(number, f"with its tags or overrides the zone {_SOME}", "modifier")
        reader.open(number, name, TargetKind.SUBTREE)
    elif zone in zones.served and kind in _BLOCKS:
        reason = f"the zone serves data, in line {zones.served[zone]}, so it is no block"
        reader.refuse(number, reason, "redirect")
        reader.open(number, name, TargetKind.SUBTREE)
    elif kind in _BLOCKS:
        said = zones.answers.get(zone, "") if kind in _REDIRECTS else _BLOCKS[kind]
        reader.block_as(said, number, name)
    elif kind in _ALLOWS:
        reader.allow(number, name, TargetKind.SUBTREE)
    else:
        if kind in _PARTIAL:
            reader.refuse(number, _PARTIAL[kind], "modifier")
        else:
            reader.refuse(number, f"unknown zone type {kind!r}", "not-a-rule")
        reader.open(number, name, TargetKind.SUBTREE)


def _read_data(reader: ConfigurationReader, setting: Setting, zones: _Zones) -> None:
    number = setting.line
    found = _data_of(setting)
    if found is None:
        reader.refuse(number, "not a record: name, type and data", "not-a-rule")
        return
    name, kind, data = found
    above, zone = zones.above(name)
    nowhere = kind in ("A", "AAAA") and data in NOWHERE
    if above in zones.some:
        reader.refuse(number, f"the zone of this name {_SOME}", "modifier")
    elif zone in _REDIRECTS and above == _key(name):
        pass  # what the zone answers
    elif zone.startswith("always_") and above == _key(name):
        pass  # the zone does not look at its data
    elif zone in _BLOCKS and (kind in ("SOA", "NS") or (nowhere and above == _key(name))):
        if above in zones.served:
            _block_alone(reader, number, name, data, zones)
    elif nowhere:
        _block_alone(reader, number, name, data, zones)
    elif not zone.startswith("always_"):
        reader.refuse(number, f"answers {kind} {data}, which is not a block", "redirect")
        if above not in zones.served:
            reader.open(number, name, TargetKind.EXACT)


def _block_alone(
    reader: ConfigurationReader, number: int, name: str, data: str, zones: _Zones
) -> None:
    said = zones.nowhere.setdefault(_key(name), f"redirect {data}")
    reader.block_as(said, number, name, TargetKind.EXACT)


def _data_of(setting: Setting) -> tuple[str, str, str] | None:
    """Return name, type and data of a record; ``None`` if it is none."""
    found = _DATA.fullmatch(setting.values[0]) if setting.key == "local-data" else None
    if found is None:
        return None
    name, kind, data = found[1], found[2].upper(), found[3].strip()
    if kind in ("A", "AAAA") and data not in NOWHERE and data_fault(kind, data.split()):
        return None
    return name, kind, data


def _is_served(kind: str, data: str) -> bool:
    return kind in _SERVED and not (kind in ("A", "AAAA") and data in NOWHERE)


def _key(name: str) -> str:
    return name.lower().rstrip(".")
