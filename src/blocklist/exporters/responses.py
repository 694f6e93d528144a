"""RESPONSES: how each program is told to answer a blocked name.

A response that a format has no row for cannot be given by it: ``export`` refuses it. NXDOMAIN, the
default, passes for every format as its own way to say no. ``""`` stands where the addresses of the
response say all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..errors import ExportError
from ..live.policy import Action, Response

_RPZ = {
    Action.NXDOMAIN: "CNAME .",
    Action.NODATA: "CNAME *.",
    Action.DROP: "CNAME rpz-drop.",
    Action.TCP_ONLY: "CNAME rpz-tcp-only.",
    Action.PASSTHRU: "CNAME rpz-passthru.",
    Action.SINKHOLE: "",
}
_DNSDIST = {
    Action.NXDOMAIN: "RCodeAction(DNSRCode.NXDOMAIN, {ra = true})",
    Action.NODATA: "RCodeAction(DNSRCode.NOERROR, {ra = true})",
    Action.REFUSED: "RCodeAction(DNSRCode.REFUSED, {ra = true})",
    Action.NOTIMP: "RCodeAction(DNSRCode.NOTIMP, {ra = true})",
    Action.DROP: "DropAction()",
    Action.TCP_ONLY: "TCAction()",
    # For types without an address; SpoofAction comes before it.
    Action.SINKHOLE: "RCodeAction(DNSRCode.NOERROR, {ra = true})",
}
_SINKHOLE_ALONE = {Action.SINKHOLE: ""}
_WORDS: Mapping[str, Mapping[Action, str]] = {
    "bind": _SINKHOLE_ALONE,
    "coredns": {
        Action.NXDOMAIN: "NXDOMAIN",
        Action.NODATA: "NOERROR",
        Action.REFUSED: "REFUSED",
        Action.NOTIMP: "NOTIMP",
    },
    "dnsdist": _DNSDIST,
    "dnsdist-lmdb": _DNSDIST,
    "dnsdist-suffixes": _DNSDIST,
    "dnsmasq": _SINKHOLE_ALONE,
    "hosts": _SINKHOLE_ALONE,
    "knot": {
        Action.NXDOMAIN: "policy.DENY",
        Action.NODATA: "policy.ANSWER({}, true)",
        Action.REFUSED: "policy.REFUSE",
        Action.SINKHOLE: "policy.ANSWER(addresses, true)",
    },
    "powerdns": _RPZ,
    "powerdns-lua": {
        Action.NXDOMAIN: "pdns.NXDOMAIN",
        Action.NODATA: "pdns.NOERROR",
        Action.REFUSED: "pdns.REFUSED",
        Action.NOTIMP: "pdns.NOTIMP",
        Action.SINKHOLE: "pdns.NOERROR",
    },
    "rpz": _RPZ,
    "unbound": {
        Action.NXDOMAIN: "always_nxdomain",
        Action.NODATA: "always_nodata",
        Action.REFUSED: "always_refuse",
        Action.DROP: "always_deny",
        Action.SINKHOLE: "redirect",
    },
}
EXCEPTED = _RPZ[Action.PASSTHRU]
"""What a response policy zone says of an exception."""


def words_of(format: str) -> Mapping[Action, str]:  # noqa: A002 - the word of export
    """Return the responses that a format can say, each in the words of its program."""
    return MappingProxyType({Action.NXDOMAIN: "", **_WORDS.get(format, {})})


def words_for(format: str, response: Response) -> str:  # noqa: A002 - the word of export
    """Return how the program of a format is told to give a response.

    Raises:
        ExportError: it cannot give it.
    """
    words = words_of(format)
    if response.action not in words:
        others = ", ".join(action for action in words if action is not Action.NXDOMAIN)
        told = f", or use {others}" if others else ""
        raise ExportError(f"{format} cannot answer {response.action}; omit the response{told}")
    return words[response.action]
