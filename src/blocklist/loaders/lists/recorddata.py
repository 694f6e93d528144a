"""RECORD DATA: whether the words of a DNS record can be data of its type.

A server refuses a zone with a record that cannot be; here that line alone is refused. Only what a
policy may hold is looked at in full: other types need to exist, and to have data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

_TYPES = frozenset(
    {
        "A", "AAAA", "A6", "AFSDB", "AMTRELAY", "APL", "AVC", "CAA", "CDNSKEY", "CDS", "CERT",
        "CNAME", "CSYNC", "DHCID", "DLV", "DNAME", "DNSKEY", "DS", "EID", "EUI48", "EUI64", "GPOS",
        "HINFO", "HIP", "HTTPS", "IPSECKEY", "ISDN", "KEY", "KX", "L32", "L64", "LOC", "LP", "MB",
        "MD", "MF", "MG", "MINFO", "MR", "MX", "NAPTR", "NID", "NIMLOC", "NINFO", "NS", "NSAP",
        "NSAP-PTR", "NSEC", "NSEC3", "NSEC3PARAM", "NULL", "NXT", "OPENPGPKEY", "PTR", "PX",
        "RESINFO", "RKEY", "RP", "RRSIG", "RT", "SIG", "SINK", "SMIMEA", "SOA", "SPF", "SRV",
        "SSHFP", "SVCB", "TA", "TALINK", "TLSA", "TXT", "UID", "UINFO", "URI", "WALLET", "WKS",
        "X25", "ZONEMD",
    }
)  # fmt: skip
_NUMBERED = re.compile(r"TYPE[0-9]{1,5}")
_FIELDS = {
    "A": 1, "AAAA": 1, "CNAME": 1, "DNAME": 1, "NS": 1, "PTR": 1, "MX": 2, "SRV": 4, "HINFO": 2,
    "CAA": 3,
}  # fmt: skip
_NAMES = frozenset({"CNAME", "DNAME", "NS", "PTR", "MX", "SRV"})
"""Types whose last word is a name."""
_NAME = re.compile(r"(?:\\.|[^.\\])+(?:\.(?:\\.|[^.\\])+)*\.?", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:[0-9]{3}|.)", re.DOTALL)
_MAX_LABEL, _MAX_NAME = 63, 253


def data_fault(kind: str, data: Sequence[str]) -> str:
    """Return why ``data`` is none of a record of that type; empty if it may be."""
    if kind not in _TYPES and not _NUMBERED.fullmatch(kind):
        return f"there is no record type {kind[:20]}"
    fields = _FIELDS.get(kind, len(data))
    if len(data) != fields:
        words = "word" if fields == 1 else "words"
        return f"{kind} has {fields} {words} of data, not {len(data)}"
    if kind in ("A", "AAAA"):
        return _address_fault(kind, data[0])
    if kind in _NAMES and not is_domain_name(data[-1]):
        return f"{data[-1][:100]} is not a domain name"
    return ""


def _address_fault(kind: str, text: str) -> str:
    address = IPv4Address if kind == "A" else IPv6Address
    try:
        address(text)
    except ValueError:
        return f"{text[:50]} is not an IPv{4 if kind == 'A' else 6} address"
    return ""


def is_domain_name(text: str) -> bool:
    """Whether a text of a zone file is a name: no empty label, none too long."""
    if text == ".":
        return True
    if len(text) > 4 * _MAX_NAME or not _NAME.fullmatch(text):
        return False
    shown = _ESCAPED.sub("x", text).removesuffix(".")
    return len(shown) <= _MAX_NAME and max(map(len, shown.split("."))) <= _MAX_LABEL
