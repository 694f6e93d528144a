"""RPZ: response policy zones (draft-vixie-dnsop-dns-rpz): ``example.com CNAME .``.

The owner says what is asked for, the data what is answered: ``example.com`` is that name alone,
``*.example.com`` all below it, both with one answer a subtree; ``24.0.2.0.192.rpz-ip`` is a prefix.
There is one order for each answer of a zone. ``CNAME rpz-passthru.`` is an exception, for the whole
zone. The SOA's serial is the number of each order. It is no ``serial``: resolvers compare serials
modulo 2**32 and within one zone, whose name the file need not say.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from ..._columns import scan_framed
from ...documents import Document
from ...model.names import MAX_NAME_OCTETS
from ...model.orders import Order
from ...model.targets import Target, TargetError, TargetKind
from ...model.wording import plural
from ..loadoptions import LoadOptions
from ..targetreader import LISTS, TargetReader, list_order
from .answeredorders import answered_orders, limited
from .policyanswers import PolicyAnswer, unreached
from .policysigns import is_policy_zone
from .rulereader import NAME, frame_of, numbered_lines
from .zonefile import UNNAMED, Entry, Fault, ZoneReader, unescaped

_WHOLE = re.compile(
    rf"((?:\*\.)?){NAME}([ \t]+(?:\d+[ \t]+)?(?:(?i:IN)[ \t]+)?(?i:CNAME)[ \t]+"
    r"(?:\*?\.|(?i:rpz-(?:passthru|drop|tcp-only)\.)))"
)
# What is part of a record of more than one line, or says something of the lines below it.
_ODD = re.compile(r'(?!;)(?:[ \t]+[^ \t;]|.*[()"$#])')
_ACTIONS = {
    ".": "nxdomain", "*.": "nodata", "rpz-passthru.": "passthru", "rpz-drop.": "drop",
    "rpz-tcp-only.": "tcp-only",
}  # fmt: skip
# Records about the zone itself or its signatures, which no resolver takes for a policy.
_SIGNATURES = frozenset(
    {"RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "DS", "CDS", "CDNSKEY", "ZONEMD"}
)
_OF_THE_ZONE = _SIGNATURES | {"SOA", "NS", "TXT"}
_NO_POLICY = frozenset({"SOA", "NS", "DNAME"})
_UNSUPPORTED = {
    "rpz-client-ip": "is about who asks", "rpz-nsdname": "is about the name servers of a name",
    "rpz-nsip": "is about the addresses of name servers",
}  # fmt: skip
_ADDRESS = re.compile(r"([0-9]{1,3})((?:\.[0-9a-f]{1,4}|\.zz)+)")
_SHOWN = 5
_BLANKS = re.compile(r"\A[ \t]+(?=[ \t])")


class RpzLoader:
    """A response policy zone as a master file."""

    name = "rpz"
    title = "response policy zone: name CNAME ."
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most entries are records, and they are a policy and nothing else."""
        return is_policy_zone(document)

    def load(self, document: Document, options: LoadOptions) -> list[Order]:  # noqa: ARG002
        """Read the zone; the first order is the one with most targets."""
        zone = _PolicyZone(document)
        zone.read(document)
        return list(zone.orders(document, self.name))


class _PolicyZone:
    """What a zone says: its answers, and the lines that say none."""

    def __init__(self, document: Document) -> None:
        self._reader = TargetReader(document)
        self._zone = ZoneReader(document.path)
        self._answers: dict[str, PolicyAnswer] = {}
        self._said: dict[str, str] = {}
        self._unread: dict[str, int] = {}
        self._number = ""

    def read(self, document: Document) -> None:
        """Read the document: what may be more than one line first, then the others in bulk."""
        text = document.text
        frame = frame_of(document, _WHOLE)
        if frame is None:
            self._read_lines(numbered_lines(text))
            return
        after = _BLANKS.sub("", frame[1])
        columns, rest = scan_framed(text, ("", "*."), after, False, "rpz-")
        odd = (number for _, number, line in reversed(rest) if _ODD.match(line))
        head = next(odd, 1)  # the first record names the zone
        self._read_lines(islice(numbered_lines(text), head))
        if self._zone.origin != (self._zone.zone or UNNAMED):  # names are not those of the zone
            self._read_lines(islice(numbered_lines(text), head, None))
            return
        exact, below = (_after_line(head, *column) for column in columns)
        if exact[0] or below[0]:
            said = _ACTIONS[after.split()[-1].lower()]
            self._answers.setdefault(said, PolicyAnswer()).add_columns(exact, below)
        self._read_lines((number, line) for _, number, line in rest if number > head)

    def _read_lines(self, lines: Iterable[tuple[int, str]]) -> None:
        for found in self._zone.read(lines):
            if isinstance(found, Fault):
                line, text, reason, code, owner = found
                self._reader.reject(line, text, reason, code)
                self._leave(owner and self._zone.relative(owner), line)
            else:
                self._read_record(found)

    def _read_record(self, entry: Entry) -> None:
        trigger = self._zone.relative(entry.owner)
        if trigger is None:
            reason = f"outside of the zone {self._zone.zone}; no resolver would load it"
            if self._zone.zone == UNNAMED:
                reason = "an absolute name in a zone whose name the file does not give"
            self._refuse(entry, reason, "out-of-zone")
        elif not trigger:
            if entry.kind == "SOA" and len(entry.data) > 2 and entry.data[2].isdecimal():
                self._number = self._number or entry.data[2][:20]
            elif entry.kind not in _OF_THE_ZONE:
                reason = "the top of the zone, which no client queries"
                self._refuse(entry, reason, "unsupported-trigger")
        elif entry.kind in _NO_POLICY:
            reason = f"a policy has no {entry.kind} records; write CNAME, or the data to answer"
            self._refuse(entry, reason, "unsupported-action")
        elif entry.kind not in _SIGNATURES:
            self._read_policy(entry, trigger)

    def _read_policy(self, entry: Entry, trigger: str) -> None:
        said = self._answer(entry, trigger)
        if said is None:
            return
        before = self._said.get(trigger)
        if before is not None and before.startswith("redirect") and entry.kind != "CNAME":
            return  # more data of the same name
        if before is not None and before != said:
            reason = f"the zone answered {before} for this name above; a name has one CNAME alone"
            self._refuse(entry, reason, "conflict")
            return
        name, _, kind = trigger.rpartition(".")
        if kind in _UNSUPPORTED:
            reason = f"{kind} {_UNSUPPORTED[kind]}, which no name or address says; use the resolver"
            self._refuse(entry, reason, "unsupported-trigger")
            return
        if kind.startswith("rpz-") and kind != "rpz-ip":
            reason = f"no trigger is called {kind}; resolvers know rpz-ip, and names as they are"
            self._refuse(entry, reason, "unsupported-trigger")
            return
        self._said[trigger] = said
        try:
            if kind == "rpz-ip":
                self._add(said, TargetKind.ADDRESS, _prefix(name), entry)
            else:
                self._add(said, *_named(trigger), entry)
        except TargetError as error:
            self._refuse(entry, str(error), error.code)

    def _add(self, said: str, kind: TargetKind, text: str, entry: Entry) -> None:
        said, note = limited(said, self._answers, f"{entry.kind} {' '.join(entry.data)}")
        self._answers.setdefault(said, PolicyAnswer()).add(kind, text, entry.line, note)

    def _answer(self, entry: Entry, trigger: str) -> str | None:
        """Return what a record answers, in the words of ``Order.response``."""
        if entry.kind != "CNAME":
            data = " ".join(entry.data)[:300]
            kind = "" if entry.kind in ("A", "AAAA") else f"{entry.kind} "
            return f"redirect {kind}{data}"
        target = unescaped(entry.data[0].lower())
        own = {f"{trigger}.", f"{trigger.removesuffix('.rpz-ip')}."}
        if target in own:  # how exceptions were written before there was rpz-passthru
            return "passthru"
        if target.startswith("rpz-") and target not in _ACTIONS:
            meant = f"; is {target}. meant?" if f"{target}." in _ACTIONS else ""
            self._refuse(entry, f"unknown action {target}{meant}", "unsupported-action")
            return None
        if target in _ACTIONS:
            return _ACTIONS[target]
        return f"redirect {self._zone.absolute(target).removesuffix(f'.{UNNAMED}')}"

    def _refuse(self, entry: Entry, reason: str, code: str) -> None:
        self._reader.reject(entry.line, entry.text, reason, code)
        self._leave(self._zone.relative(entry.owner), entry.line)

    def _leave(self, trigger: str | None, line: int) -> None:
        """Keep an owner of what is not read: no wildcard reaches it all the same."""
        if trigger and len(trigger) <= MAX_NAME_OCTETS:
            self._unread.setdefault(trigger, line)

    def orders(self, document: Document, format: str) -> Iterator[Order]:  # noqa: A002
        """Yield an order for each answer; exceptions and refusals are those of the first."""
        passed = self._answers.pop("passthru", PolicyAnswer())
        free = unreached(self._answers.values(), passed, self._unread)
        order = replace(
            list_order(document, format, self._reader),
            number=self._number,
            exceptions=(*passed.targets(), *free),
            warnings=_unreached_warning(free),
        )
        answers = sorted(self._answers.items(), key=lambda item: -len(item[1]))
        yield from answered_orders(order, [(said, a.targets()) for said, a in answers])


def _unreached_warning(free: list[Target]) -> tuple[str, ...]:
    """Return what a person should know of the exceptions that no record makes, if there are any."""
    if not free:
        return ()
    shown = ", ".join(target.text for target in free[:_SHOWN])
    more = f" and {plural(len(free) - _SHOWN, 'other')}" if len(free) > _SHOWN else ""
    them = "them" if len(free) > 1 else "it"
    warning = (
        f"{plural(len(free), 'name is', 'names are')} below a wildcard of this zone that does not "
        f"reach {them} in DNS (RFC 4592), and counted as excepted: {shown}{more}"
    )
    return (warning,)


def _after_line(line: int, names: bytes, numbers: bytes) -> tuple[bytes, array[int]]:
    """Return the names of a column that stand below a line, and their lines."""
    lines = array("I", numbers)
    before = bisect_right(lines, line)
    if not before:
        return names, lines
    return names.split(b"\n", before)[before], lines[before:]


def _named(trigger: str) -> tuple[TargetKind, str]:
    """Return kind and name of a trigger that is a name."""
    if trigger == "*":
        raise TargetError("* means every name", "every-name")
    kind, name = TargetKind.EXACT, trigger
    if trigger.startswith("*."):
        kind, name = TargetKind.BELOW, trigger[2:]
    if "\\" in name:
        raise TargetError("an escape for a character that no host name contains", "not-a-name")
    if "*" in name:
        raise TargetError("a star inside a name is not a wildcard in DNS", "bad-pattern")
    return kind, name


def _prefix(text: str) -> str:
    """Return the prefix that is written backwards: ``24.0.2.0.192``, ``48.zz.db8.2001``."""
    found = _ADDRESS.fullmatch(text)
    words = found[2][1:].split(".")[::-1] if found else []
    if found is None or len(words) > 8 or words.count("zz") > 1:
        raise TargetError(
            "not a prefix: expected its length, then the address backwards", "bad-address"
        )
    if len(words) == 4 and "zz" not in words:
        return f"{'.'.join(words)}/{found[1]}"
    address = ":".join("" if word == "zz" else word for word in words)
    address = f"{':' * (words[0] == 'zz')}{address}{':' * (words[-1] == 'zz')}"
    return f"{address}/{found[1]}"
