"""MISREAD: what text is that was read as a target and is none: the notation of another program.

A message that names the character at fault helps nobody who gave a filter list as a list of names.
"""

from __future__ import annotations

import re

_ADDRESS = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:]{1,40}|0)"
_KINDS = (
    (rf"{_ADDRESS}\s+[^\s#]", "a line of a hosts file; read it with the format 'hosts'"),
    (r"(?:@@)?\|\|?\S|@@\S|\S+\^(?:\$\S*)?\Z", "a rule of a filter list; read it with 'adblock'"),
    (r"[^\s#]*#[@?$%]{0,3}#[^\s#]", "a filter that hides parts of pages, which blocks no name"),
    (r"/.+/(?:\$\S*)?\Z", "a regular expression; write the names, or a pattern with *"),
    (r"(?:address|server|local|ipset|nftset)=/", "an option of dnsmasq; read it with 'dnsmasq'"),
    (r"local-(?:zone|data)\s*:", "a setting of Unbound; read it with the format 'unbound'"),
    (r"zone\s+\"", "a zone of BIND; read it with the format 'bind'"),
    (
        r"\S+\s+(?:[0-9]+\s+)?(?:IN\s+)?(?:CNAME|A|AAAA|SOA|NS|TXT)\s+\S",
        "a DNS record; read it with the format 'rpz'",
    ),
    (r"/", "a path without a host"),
)  # fmt: skip
_READ = tuple((re.compile(pattern), what) for pattern, what in _KINDS)
_LONG = 2_000


def thing_meant(text: str) -> str:
    """Return what the text is, with the format that reads it; empty if it looks like no other."""
    if len(text) > _LONG:
        return ""
    return next((what for pattern, what in _READ if pattern.match(text)), "")
