"""POLICY SIGNS: how a policy zone is told from a zone that serves names of its own.

``CNAME .`` and the triggers stand in no other zone. A zone that answers every name with its own
page has neither: there the owners are whole names of others, ``example.com`` and not ``www``.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.suffixes import public_suffixes
from .rulereader import numbered_lines
from .zonefile import Entry, Fault, ZoneReader

_PROMISING = re.compile(r"(?im)^[^;\n]*\s(?:CNAME|A|AAAA)\s")
_POLICY = re.compile(r"(?i)\*?\.|rpz-[a-z-]+\.")
_TRIGGERS = re.compile(r"(?:\A|\.)rpz-(?:ip|client-ip|nsdname|nsip)(?:\.|\Z)")
_POLICY_ZONE = re.compile(r"(?:\A|[.-])rpz(?:[.0-9-]|\Z)")
_OF_THE_ZONE = frozenset({"SOA", "NS", "TXT", "RRSIG", "NSEC", "DNSKEY"})
_ANSWERS = frozenset({"CNAME", "A", "AAAA"})
_INVENTED = frozenset({"example", "test", "invalid", "onion"})
"""Last labels that no registry has, and that names of others may have."""
_MAX_LINES = 500


def is_policy_zone(document: Document) -> bool:
    """Whether most entries are records, and they are a policy and nothing else."""
    text = document.sample.text
    if _PROMISING.search(text) is None:
        return False
    zone = ZoneReader(document.path)
    records: list[Entry] = []
    others = 0
    try:
        for found in zone.read(islice(numbered_lines(text), _MAX_LINES)):
            if isinstance(found, Entry):
                records.append(found)
            elif not _is_directive(found):
                others += 1
    except OrderSyntaxError:  # where the sample ends, perhaps
        pass
    if len(records) <= others:
        return False
    return any(map(_is_policy, records)) or _answers_for_others(records, zone)


def _is_directive(fault: Fault) -> bool:
    return fault.text.startswith("$")


def _is_policy(record: Entry) -> bool:
    if record.kind == "CNAME" and _POLICY.fullmatch(record.data[0]):
        return True
    return record.kind in _ANSWERS and _TRIGGERS.search(record.owner) is not None


def _answers_for_others(records: list[Entry], zone: ZoneReader) -> bool:
    """Whether all that a zone answers is for whole names, and mostly one and the same."""
    rest: list[tuple[str, Entry]] = []
    for record in records:
        owner = zone.relative(record.owner)
        if owner is None or (not owner and record.kind not in _OF_THE_ZONE):
            return False
        if owner:
            rest.append((owner.removeprefix("*."), record))
    if all(record.kind != "SOA" for record in records):
        return False
    if not rest:
        return True  # a zone that names nothing, whatever it is for
    if _POLICY_ZONE.search(zone.zone):
        return any("." in owner for owner, _ in rest)
    suffixes = public_suffixes().icann
    for owner, record in rest:
        name, _, last = owner.rpartition(".")
        if record.kind not in _ANSWERS or not name or not (last in _INVENTED or last in suffixes):
            return False
    answers = Counter(record.data for _, record in rest if record.kind == rest[0][1].kind)
    return max(answers.values()) > answers.total() / 2
