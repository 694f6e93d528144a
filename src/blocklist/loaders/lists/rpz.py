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
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import compress, islice

from ..._columns import scan_framed
from ...documents import Document
from ...model.names import CANONICAL_NAME
from ...model.orders import Order
from ...model.targetlist import TargetList
from ...model.targets import Target, TargetError, TargetKind, parse_target
from ..loadoptions import LoadOptions
from ..targetreader import LISTS, TargetReader, list_order
from .rulereader import NAME, frame_of, numbered_lines, said_lines
from .zonefile import UNNAMED, Entry, Fault, ZoneReader, unescaped

_WHOLE = re.compile(
    rf"((?:\*\.)?){NAME}([ \t]+(?:\d+[ \t]+)?(?:(?i:IN)[ \t]+)?(?i:CNAME)[ \t]+"
    r"(?:\*?\.|(?i:rpz-(?:passthru|drop|tcp-only)\.)))"
)
_RECORD = re.compile(r"(?i)\S*\s+(?:(?:\d+[smhdw]?|IN)\s+){0,2}([A-Z][A-Z0-9]*)\s+(\S+)")
_POLICY = re.compile(r"(?i)\*?\.|rpz-[a-z-]+\.")
_TRIGGERS = re.compile(r"(?i)\.rpz-(?:ip|client-ip|nsdname|nsip)\b")
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
_NO_POLICY = frozenset({"SOA", "NS", "DNAME"})
_UNSUPPORTED = {
    "rpz-client-ip": "is about who asks", "rpz-nsdname": "is about the name servers of a name",
    "rpz-nsip": "is about the addresses of name servers",
}  # fmt: skip
_ADDRESS = re.compile(r"([0-9]{1,3})((?:\.[0-9a-f]{1,4}|\.zz)+)")
_MAX_REDIRECTS = 16
_BLANKS = re.compile(r"\A[ \t]+(?=[ \t])")
_Column = tuple[list[str], "array[int]"]


class RpzLoader:
    """A response policy zone as a master file."""

    name = "rpz"
    title = "response policy zone: name CNAME ."
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are records, and one of them is of a policy and of nothing else."""
        lines = [line for line in said_lines(document, ";") if not line.startswith("$")]
        found = [m for line in lines if (m := _RECORD.match(line))]
        policies = sum(
            m[1].upper() == "CNAME" and bool(_POLICY.fullmatch(m[2]) or _TRIGGERS.search(m[0]))
            for m in found
        )
        policies += sum(
            m[1].upper() in ("A", "AAAA") and bool(_TRIGGERS.search(m[0])) for m in found
        )
        return policies > 0 and len(found) > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:  # noqa: ARG002
        """Read the zone; the first order is the one with most targets."""
        zone = _PolicyZone(document)
        zone.read(document)
        return list(zone.orders(document, self.name))


class _Answer:
    """The names and addresses that one answer is for."""

    def __init__(self) -> None:
        self.exact: list[str] = []
        self.exact_lines = array("I")
        self.below: list[str] = []
        self.below_lines = array("I")
        self.odd: dict[tuple[TargetKind, str], Target] = {}
        self._whole = b"", array("I")

    def add_columns(self, exact: tuple[bytes, array[int]], below: tuple[bytes, array[int]]) -> None:
        """Add plain names and their lines: those that stand alone, and those with ``*``."""
        if exact[0] == below[0]:  # no name needs an object
            self._whole = exact
            return
        for names, lines, (octets, numbers) in (
            (self.exact, self.exact_lines, exact),
            (self.below, self.below_lines, below),
        ):
            names += octets.decode("ascii").split("\n")[:-1]
            lines.extend(numbers)

    def add(self, kind: TargetKind, text: str, line: int, note: str) -> None:
        """Add a name or a prefix; ``TargetError`` if it is none."""
        if (
            kind is TargetKind.ADDRESS
            or note
            or "xn--" in text
            or not CANONICAL_NAME.fullmatch(text)
        ):
            target = replace(parse_target(text, line=line, kind=kind), note=note)
            if target.kind is not kind:
                raise TargetError("an address or a pattern where a name stands", "not-a-name")
            self.odd.setdefault((target.kind, target.value), target)
        elif kind is TargetKind.BELOW:
            self.below.append(text)
            self.below_lines.append(line)
        else:
            self.exact.append(text)
            self.exact_lines.append(line)

    def targets(self) -> TargetList:
        """Return all of it, the names that stand alone and with ``*`` as subtrees."""
        if self._whole[0] and not self.exact and not self.below:
            others = sorted(self._odd_targets(), key=lambda target: target.line)
            octets, lines = self._whole
            return TargetList(octets, lines, dict(enumerate(others, len(lines))))
        self._unfold()
        exact, below = (self.exact, self.exact_lines), (self.below, self.below_lines)
        both = set(self.exact).intersection(self.below) if self.exact != self.below else None
        columns = {TargetKind.SUBTREE: exact}
        if both is not None:
            columns = {
                TargetKind.SUBTREE: _chosen(exact, both, True),
                TargetKind.EXACT: _chosen(exact, both, False),
                TargetKind.BELOW: _chosen(below, both, False),
            }
        # The largest column needs no object for each name.
        kind = max(columns, key=lambda kind: len(columns[kind][0]))
        names, lines = columns.pop(kind)
        others = [
            Target(other, name, f"*.{name}" if other is TargetKind.BELOW else name, line)
            for other, column in columns.items()
            for name, line in zip(*column, strict=True)
        ]
        others += self._odd_targets()
        others.sort(key=lambda target: target.line)
        octets = ("\n".join(names) + "\n").encode("ascii") if names else b""
        return TargetList(octets, lines, dict(enumerate(others, len(names))), kind)

    def _odd_targets(self) -> Iterator[Target]:
        for (kind, value), target in self.odd.items():
            if kind is TargetKind.BELOW and (TargetKind.EXACT, value) in self.odd:
                continue
            whole = kind is TargetKind.EXACT and (TargetKind.BELOW, value) in self.odd
            yield replace(target, kind=TargetKind.SUBTREE) if whole else target

    def _unfold(self) -> None:
        """Put the names that were in both columns among the others."""
        octets, lines = self._whole
        names = octets.decode("ascii").split("\n")[:-1]
        self._whole = b"", array("I")
        self.exact, self.exact_lines = names + self.exact, lines + self.exact_lines
        self.below, self.below_lines = names + self.below, lines + self.below_lines

    def __len__(self) -> int:
        return len(self._whole[1]) + len(self.exact) + len(self.below) + len(self.odd)


def _chosen(column: _Column, both: set[str], within: bool) -> _Column:
    """Return the names of a column that are in ``both``, or those that are not."""
    names, lines = column
    if not both or len(both) == len(names):
        return column if within is bool(both) else ([], array("I"))
    kept = [(name in both) is within for name in names]
    return list(compress(names, kept)), array("I", compress(lines, kept))


class _PolicyZone:
    """What a zone says: its answers, and the lines that say none."""

    def __init__(self, document: Document) -> None:
        self._reader = TargetReader(document)
        self._zone = ZoneReader(document.path)
        self._answers: dict[str, _Answer] = {}
        self._said: dict[str, str] = {}
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
            self._answers.setdefault(said, _Answer()).add_columns(exact, below)
        self._read_lines((number, line) for _, number, line in rest if number > head)

    def _read_lines(self, lines: Iterable[tuple[int, str]]) -> None:
        for found in self._zone.read(lines):
            if isinstance(found, Fault):
                self._reader.reject(*found)
            else:
                self._read_record(found)

    def _read_record(self, entry: Entry) -> None:
        trigger = self._zone.relative(entry.owner)
        if trigger is None:
            reason = f"outside of the zone {self._zone.zone}; no resolver would load it"
            if self._zone.zone == UNNAMED:
                reason = "an absolute name, in a zone whose own name the file does not say"
            self._refuse(entry, reason, "out-of-zone")
        elif not trigger:
            if entry.kind == "SOA" and len(entry.data) > 2 and entry.data[2].isdecimal():
                self._number = self._number or entry.data[2][:20]
            elif entry.kind == "CNAME":
                reason = "the top of the zone, which is no name that anybody asks for"
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
        self._said[trigger] = said
        try:
            if kind == "rpz-ip":
                self._add(said, TargetKind.ADDRESS, _prefix(name), entry)
            else:
                self._add(said, *_named(trigger), entry)
        except TargetError as error:
            self._refuse(entry, str(error), error.code)

    def _add(self, said: str, kind: TargetKind, text: str, entry: Entry) -> None:
        note = ""
        if said.startswith("redirect") and said not in self._answers:
            redirects = sum(answer.startswith("redirect ") for answer in self._answers)
            if redirects >= _MAX_REDIRECTS:
                said, note = "redirect", f"the zone answers {entry.kind} {' '.join(entry.data)}"
        self._answers.setdefault(said, _Answer()).add(kind, text, entry.line, note)

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
            self._refuse(entry, f"there is no action {target}{meant}", "unsupported-action")
            return None
        if target in _ACTIONS:
            return _ACTIONS[target]
        return f"redirect {self._zone.absolute(target).removesuffix(f'.{UNNAMED}')}"

    def _refuse(self, entry: Entry, reason: str, code: str) -> None:
        self._reader.reject(entry.line, entry.text, reason, code)

    def orders(self, document: Document, format: str) -> Iterator[Order]:  # noqa: A002
        """Yield an order for each answer; exceptions and refusals are those of the first."""
        excepted = self._answers.pop("passthru", None)
        order = replace(list_order(document, format, self._reader), number=self._number)
        order = replace(order, exceptions=tuple(excepted.targets()) if excepted else ())
        answers = sorted(self._answers.items(), key=lambda item: -len(item[1]))
        if not answers:
            yield order
        main, words = order.id, Counter[str]()
        for at, (said, answer) in enumerate(answers):
            if at:
                word = said.partition(" ")[0]
                words[word] += 1
                suffix = f"{word}-{words[word]}" if words[word] > 1 else word
                order = replace(order, id=f"{main}:{suffix}", exceptions=(), rejected=())
            yield replace(order, targets=answer.targets(), response=said)


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
        raise TargetError("* is every name there is", "every-name")
    kind, name = TargetKind.EXACT, trigger
    if trigger.startswith("*."):
        kind, name = TargetKind.BELOW, trigger[2:]
    if "\\" in name:
        raise TargetError("an escape for what no host name holds", "not-a-name")
    if "*" in name:
        raise TargetError("a star inside of a name is no wildcard in DNS", "bad-pattern")
    return kind, name


def _prefix(text: str) -> str:
    """Return the prefix that is written backwards: ``24.0.2.0.192``, ``48.zz.db8.2001``."""
    found = _ADDRESS.fullmatch(text)
    words = found[2][1:].split(".")[::-1] if found else []
    if found is None or len(words) > 8 or words.count("zz") > 1:
        raise TargetError("no prefix: its length, then the address backwards", "bad-address")
    if len(words) == 4 and "zz" not in words:
        return f"{'.'.join(words)}/{found[1]}"
    address = ":".join("" if word == "zz" else word for word in words)
    address = f"{':' * (words[0] == 'zz')}{address}{':' * (words[-1] == 'zz')}"
    return f"{address}/{found[1]}"
