"""OBJECTION: what speaks against a name as a target, wherever it stands."""

from __future__ import annotations

from .candidates import Candidate, Text
from .cues import AUTHORITIES, RESOLVER

UNKNOWN_TLD = "unknown TLD"
PARTY = "named like a party: its own site"
_COMPANY = "part of a company's name"
_GLUED = "perhaps two sentences without a space between them"
_AUTHORITY = "an authority's own site"
_DNS_SERVICE = "the address of a DNS service"
PLAIN = (_COMPANY, _GLUED, _AUTHORITY, PARTY, _DNS_SERVICE)
"""Those that need no warning where nobody would read a target."""
_BEFORE = 80
# Never registered (RFC 2606), but no abbreviation or slip either.
_RESERVED = ".example"


def objection(text: Text, name: Candidate, parties: frozenset[str], *, in_list: bool) -> str:
    """Return what speaks against a name, or ``""``.

    Args:
        text: the document.
        name: the name.
        parties: first words of the parties' names.
        in_list: whether it stands in a list of sites, where any TLD is believed.
    """
    if name.trait == "company":
        return _COMPANY
    if name.trait == "glued":
        return _GLUED
    said = text.plain[max(0, name.start - _BEFORE) : name.start]
    if (name.host[-1:].isdecimal() or ":" in name.host) and RESOLVER.search(said):
        return _DNS_SERVICE
    if name.trait == "unknown-tld" and not (in_list or name.host.endswith(_RESERVED)):
        return UNKNOWN_TLD
    if f".{name.host}".endswith(AUTHORITIES):
        return _AUTHORITY
    if parties.intersection(name.host.replace("-", "").split(".")[:-1]):
        return PARTY
    return ""
